"""``lineage diff``: two models, or one answer at two dates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from by_hand import MONDAY, trained
from lineage.cli import main
from lineage.store.embedded import EmbeddedStore

DATA = "hf://datasets/photos"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    """On Monday one model is trained, a week later another; then the first config changes."""
    path = tmp_path / "store.sqlite"
    store = EmbeddedStore.open(path)
    store.write([trained("a", "first", "photos", "texts")], MONDAY)
    store.write([trained("b", "second", "photos", "songs")], MONDAY + timedelta(days=7))
    store.write([trained("a", "first", "texts", sha256="2")], MONDAY + timedelta(days=14))
    store.close()
    return path


def run(store: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["diff", "--store", str(store), *words])


def ids(result: Result, part: str) -> list[str]:
    assert result.exit_code == 0, result.output
    return [row["id"] for row in json.loads(result.output)[part]]


def test_two_models(store: Path) -> None:
    done = run(store, "first", "second", "--format", "json")
    assert ids(done, "only_left") == ["hf://datasets/texts"]
    assert ids(done, "only_right") == ["hf://datasets/songs"]
    assert ids(done, "same") == [DATA]
    assert "1 alike, 0 with another certainty or effect, 1 only first, 1 only second" in (
        run(store, "first", "second").output
    )


@pytest.mark.parametrize("known", [(), ("--known",)])
def test_how_an_answer_changed_since(store: Path, known: tuple[str, ...]) -> None:
    done = run(
        store, DATA, "--from", "2026-03-03", "--to", "2026-03-10", "--format", "json", *known
    )
    assert ids(done, "only_left") == []
    assert ids(done, "only_right") == ["hf://models/second"]
    assert ids(done, "same") == ["hf://models/first"]


def test_what_is_said_no_more_falls_only_where_it_counts(store: Path) -> None:
    words = (DATA, "--from", "2026-03-10", "--format", "json")
    assert ids(run(store, *words), "only_left") == []
    assert ids(run(store, *words, "--current-only"), "only_left") == ["hf://models/first"]


def test_the_ancestry_then_and_now(store: Path) -> None:
    done = run(
        store, "first", "--from", "2026-03-03", "--ancestry", "--current-only", "--format", "json"
    )
    assert ids(done, "only_left") == [DATA]


def test_a_model_that_was_not_known_yet_stood_on_nothing(store: Path) -> None:
    done = run(store, "second", "--from", "2026-03-03", "--known", "--ancestry", "--format", "json")
    assert len(ids(done, "only_right")) == 2


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("first",), "nothing to compare with"),
        (("first", "second", "--from", "2026-03-03"), "OTHER or dates"),
        (("first", "--from", "yesterday"), "is no date"),
        (("first", "--from", "2020-01-01"), "nothing is known of 2020-01-01"),
        (("first", "nowhere"), "nothing in this store is called"),
    ],
)
def test_what_cannot_be_compared_is_said(store: Path, words: tuple[str, ...], error: str) -> None:
    done = run(store, *words)
    assert done.exit_code == 2
    assert error in done.stderr
