"""``lineage ancestry``: everything that a model stands on."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lineage.cli import main
from lineage.demo import ingest_demo
from lineage.store.embedded import EmbeddedStore

MODEL = "lineage://okcupid/clarifai-face-models"
SOURCE = "lineage://okcupid/okcupid-user-photos"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's store."""
    path = tmp_path_factory.mktemp("ancestry") / "demo.sqlite"
    store = EmbeddedStore.open(path)
    ingest_demo(store)
    store.close()
    return path


def run(store: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["ancestry", "--store", str(store), *words])


def test_the_story_leads_back_to_the_photographs_and_to_no_right(demo: Path) -> None:
    told = json.loads(run(demo, MODEL, "--format", "json").output)
    (source,) = [a for a in told["ancestors"] if a["id"] == SOURCE]
    assert source["depth"] == 2
    assert {r["grant_kind"] for r in source["rights"]} == {"none"}
    assert source["relation"] == "DERIVED_FROM"
    assert told["counts"]["total"]["without_right"] >= 1
    table = run(demo, MODEL).output
    assert "is made from 2 things: 1 dataset and 1 source." in table
    assert "No agreement on the transfer" in run(demo, MODEL, "--format", "csv").output


def test_every_form_has_a_row_for_each_ancestor(demo: Path) -> None:
    name = "lineage://fictiva/companion"
    told = json.loads(run(demo, name, "--format", "json").output)
    ids = [a["id"] for a in told["ancestors"]]
    assert len(ids) > 5
    rows = list(csv.DictReader(io.StringIO(run(demo, name, "--format", "csv").output)))
    assert [row["id"] for row in rows] == ids
    markdown = run(demo, name, "--format", "markdown").output
    assert markdown.startswith("# What Companion stands on")
    assert sum(line.startswith("| ") for line in markdown.splitlines()) == len(ids) + 2


def test_what_is_a_source_unknown_or_not_there_is_said(demo: Path) -> None:
    assert "is a source: it is made from nothing" in run(demo, SOURCE).output
    assert "its origin is unknown" in run(demo, "hf://models/Qwen/Qwen2-VL-2B-Instruct").output
    missing = run(demo, "nowhere-to-be-found")
    assert missing.exit_code == 2
    assert "nothing in this store is called" in missing.stderr
