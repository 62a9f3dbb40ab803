"""What the questions say to somebody who is in a hurry, and no engineer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from by_hand import MONDAY, dataset, document, model
from lineage.cli import main
from lineage.records import Ref
from lineage.store.embedded import EmbeddedStore
from lineage.vocabulary import Kind, Relation

BY_NAME = Ref(Kind.DATASET, "name://datasets", "Photos-1k")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two names that differ in case only, each with a model of its own; nobody joined them."""
    path = tmp_path_factory.mktemp("wording") / "store.sqlite"
    store = EmbeddedStore.open(path)
    store.write(
        [
            document(
                "a.yml",
                (model("small"), Relation.TRAINED_ON, dataset("photos-1k")),
                (model("large"), Relation.TRAINED_ON, BY_NAME),
                (model("larger"), Relation.FINE_TUNED_FROM, model("large")),
                (model("distinct"), Relation.TRAINED_ON, dataset("Texts")),
                (model("apart"), Relation.TRAINED_ON, Ref(Kind.DATASET, "ms://datasets", "texts")),
                (
                    dataset("Texts"),
                    Relation.DISTINCT_FROM,
                    Ref(Kind.DATASET, "ms://datasets", "texts"),
                ),
            )
        ],
        MONDAY,
    )
    store.close()
    return path


def run(store: Path, command: str, *words: str) -> Result:
    return CliRunner().invoke(main, [command, "--store", str(store), *words])


def test_what_is_called_the_same_and_not_counted_is_said(store: Path) -> None:
    told = " ".join(run(store, "impact", "photos-1k").output.split())
    assert "Not counted: name://datasets/Photos-1k, which is called the same." in told
    both = run(store, "impact", "photos-1k", "Photos-1k").output
    assert "Not counted" not in both
    assert "“photos-1k” and “Photos-1k” go, 3 things are affected: 3 models." in " ".join(
        both.split()
    )
    markdown = run(store, "impact", "photos-1k", "--format", "markdown").output
    assert "which is called the same" in markdown


@pytest.mark.parametrize(
    "question",
    [
        ("impact", "photos-1k"),
        ("leverage", "photos-1k"),
        ("what-if", "photos-1k"),
        ("what-if", "photos-1k", "--remove", "large", "TRAINED_ON", "name://datasets/Photos-1k"),
        ("case", "preview", "photos-1k"),
    ],
)
def test_every_answer_about_it_says_so_also_to_programs(
    store: Path, question: tuple[str, ...]
) -> None:
    asked = (*question, "--store", str(store))
    said = " ".join(CliRunner().invoke(main, asked).output.split())
    assert "name://datasets/Photos-1k" in said
    assert re.search("not counted", said, re.IGNORECASE)
    told = json.loads(CliRunner().invoke(main, (*asked, "--format", "json")).output)
    if question[0] == "case":
        assert any("name://datasets/Photos-1k" in doubt for doubt in told["plan"]["doubts"])
    else:
        assert told["not_counted"] == ["name://datasets/Photos-1k"]


def test_a_csv_file_is_told_of_beside_it(store: Path) -> None:
    done = run(store, "impact", "photos-1k", "--format", "csv")
    assert "Not counted: name://datasets/Photos-1k" in " ".join(done.stderr.split())
    assert "Not counted" not in done.stdout


def test_what_is_called_the_same_and_falls_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "copied.sqlite"
    store = EmbeddedStore.open(path)
    copied = Ref(Kind.DATASET, "s3://bucket", "photos-1k")
    store.write(
        [document("copy.yaml", (copied, Relation.DERIVED_FROM, dataset("photos-1k")))], MONDAY
    )
    store.close()
    assert "Not counted" not in run(path, "impact", "hf://datasets/photos-1k").output


def test_what_was_decided_to_be_another_thing_is_no_doubt(store: Path) -> None:
    assert "Not counted" not in run(store, "impact", "hf://datasets/Texts").output


def test_a_slip_in_a_name_is_answered_with_the_names_it_may_mean(store: Path) -> None:
    for typed in ("phtos-1k", "photos 1k", "Photos1k"):
        done = run(store, "impact", typed)
        assert done.exit_code == 2
        assert f"called “{typed}”. Do you mean " in done.output
        for name in ("hf://datasets/photos-1k", "name://datasets/Photos-1k"):
            assert name in done.output
    assert "lineage find TEXT" in run(store, "impact", "nowhere at all").output


def test_nothing_affected_is_a_sentence_and_no_empty_table(store: Path) -> None:
    told = run(store, "impact", "small").output
    assert "nothing known to this store is affected" in told
    assert "Of all others: 8 undetermined and 0 cleared." in told
    assert "Ring" not in told
    assert "explain" not in told


def test_two_of_which_nothing_is_known_are_not_said_to_be_alike(store: Path) -> None:
    told = run(store, "diff", "photos-1k", "Photos-1k").output
    assert "Not all is known of what “photos-1k” stands on." in told
    assert "Not all is known of what “Photos-1k” stands on." in told


def test_one_is_one(store: Path) -> None:
    removed = run(store, "what-if", "--remove", "small", "TRAINED_ON", "photos-1k").output
    assert "Would no longer fall (1 thing):" in removed
    assert "Route 1, 1 step\n" in run(store, "explain", "photos-1k", "small", "--all-routes").output


def test_no_service_is_known_is_not_nobody(store: Path) -> None:
    assert "no service known" in run(store, "rank", "--kind", "dataset").output
    assert "No document that was read names a party or a grant." in (
        run(store, "rank", "--kind", "party", "--kind", "grant").output
    )


def test_nothing_stands_behind_what_nothing_is_known_of(store: Path) -> None:
    assert "lineage explain" not in run(store, "ancestry", "photos-1k").output


def test_many_planned_runs_are_not_all_named_in_the_headline(store: Path, tmp_path: Path) -> None:
    for n in range(9):
        (tmp_path / f"{n}.yml").write_text(
            f"base_model: org/base\ndatasets:\n  - path: org/d{n}\noutput_dir: ./out/r{n}\n"
            "adapter: lora\n"
        )
    told = run(store, "what-if", "--add", str(tmp_path)).output
    assert " and 3 more. " in " ".join(told.split())
    done = run(store, "what-if", "--add", str(tmp_path), "--format", "json")
    assert len(json.loads(done.stdout)["made"]) == 9
