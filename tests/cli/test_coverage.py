"""``lineage coverage``: what is not known is counted and named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lineage.cli import main
from partly_known import partly_known


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of one config that was read and one that could not be."""
    return partly_known(tmp_path)


def test_what_is_not_known_is_counted_and_named(store: Path) -> None:
    done = CliRunner().invoke(main, ["coverage", "--store", str(store), "--format", "json"])
    told = json.loads(done.output)
    (row,) = told["formats"]
    assert (row["format"], row["documents"], row["leaves"]) == ("axolotl", 1, 5)
    assert (row["mapped"], row["ignored"], row["not_understood"]) == (3, 1, 1)
    assert [key["key"] for key in told["unmapped_keys"]] == ["mystery"]
    assert [file["path"] for file in told["files"]["unreadable"]] == ["bad.yaml"]
    assert [link["path"] for link in told["files"]["not_followed"]] == ["away"]
    assert (told["files"]["not_recognised"], told["files"]["without_format"]) == (1, 1)
    assert [node["id"][:10] for node in told["artifacts"]["unresolved"]] == ["unknown://"]
    assert "hf://models/org/base" in {n["id"] for n in told["artifacts"]["unknown_origin"]}
    table = CliRunner().invoke(main, ["coverage", "--store", str(store)]).output
    for part in ("mystery", "bad.yaml", "away", "References that name nothing: 1"):
        assert part in table


CARD = "---\nlicense: {licence}\ntask_categories: [other]\nsize_categories: [n<1K]\n---\n# Card\n"


def test_rights_that_documents_leave_open_are_counted(tmp_path: Path) -> None:
    cards = {"a": "mit", "b": "unknown", "c": "other", "d": ""}
    for name, licence in cards.items():
        folder = tmp_path / "datasets" / name
        folder.mkdir(parents=True)
        (folder / "README.md").write_text(CARD.format(licence=licence), "utf-8")
    store = str(tmp_path / "s.sqlite")
    CliRunner().invoke(main, ["ingest", str(tmp_path / "datasets"), "--store", store])
    told = json.loads(
        CliRunner().invoke(main, ["coverage", "--store", store, "--format", "json"]).output
    )
    assert told["total"]["rights"] == {
        "things": 4,
        "licence_unknown": 2,
        "licence_unspecified": 1,
        "personal_unknown": 0,
        "personal_unspecified": 4,
    }
    table = CliRunner().invoke(main, ["coverage", "--store", store]).output
    assert "2 (50 %)" in table
    assert "no permission" in table
