"""``lineage rights``, ``worklist`` and ``record`` as a user meets them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from click.testing import CliRunner, Result

from lineage.cli import main
from rights.stories import demo_store

MODELS = "lineage://okcupid/clarifai-face-models"


def run(*arguments: str) -> Result:
    store = ("--store", str(demo_store()), "--at", "2026-11-25")
    return CliRunner().invoke(main, [*arguments, *store], catch_exceptions=False)


def test_the_table_says_what_why_and_what_settles_it() -> None:
    told = run("rights", MODELS).output
    assert "critical no-right There is known to be no right to “Photographs" in told
    assert "TRAINED_ON" in told
    assert "record/lineage.yaml:" in told
    assert "settled by: the agreement, licence or other right" in told
    assert "unverified]" in told, "how well the law was checked is said"
    assert "judged on 2026-11-25 by rules default-1" in told


def test_json_has_all_and_the_same() -> None:
    told = json.loads(run("rights", MODELS, "--format", "json").output)
    assert len(told["findings"]) == 6
    first = told["findings"][0]
    assert first["severity"] == "critical"
    assert all(step["line"] for step in first["path"])
    (source,) = told["sources"]
    assert (source["right"], source["consent"], source["verification"]) == ("none",) * 3


def test_it_can_fail() -> None:
    assert run("rights", MODELS, "--fail-on", "critical").exit_code == 1
    assert run("rights", MODELS).exit_code == 0
    assert run("rights", "Keywords for stock portraits", "--fail-on", "critical").exit_code == 0


def test_the_worklist_says_whom_to_ask() -> None:
    told = run("worklist", "Photo verification").output
    assert "Missing facts, those first that settle most" in told
    rows = json.loads(run("worklist", "Photo verification", "--format", "json").output)
    assert {"id", "fact", "severity", "settles", "reach", "ask"} <= rows[0].keys()


def test_a_record_has_the_same_tables_in_every_format() -> None:
    markdown = run("record", MODELS).output
    page = run("record", MODELS, "--format", "html").output
    rows = list(csv.reader(io.StringIO(run("record", MODELS, "--format", "csv").output)))
    for title in ("Use", "Training data", "Rights", "Categories of personal data", "Findings"):
        assert f"## {title}" in markdown
        assert f"<h2>{title}</h2>" in page
        assert any(row[0] == title for row in rows)
    assert "| none | none | none |" in markdown
    assert "not known" in markdown, "what is unknown is said"
    assert "<script" not in page


def test_a_decision_is_shown_in_the_answer(tmp_path: Path) -> None:
    (tmp_path / "lineage.yaml").write_text(
        "lineage: 1\nnamespace: acme\nsources:\n  - id: s\n    data_categories: [Picture]\n"
        "datasets:\n  - id: d\n    derived_from: s\nmodels:\n  - id: m\n    trained_on: d\n"
        "decisions:\n  - id: blurred\n    name: Faces are blurred\n    about: d\n"
        "    removes: [Picture]\n    reason: checked on 500 pictures\n    decided_by: privacy\n"
        "    decided_on: 2025-01-01\n",
        "utf-8",
    )
    store = str(tmp_path / "s.sqlite")
    CliRunner().invoke(main, ["ingest", str(tmp_path), "--store", store])
    told = CliRunner().invoke(main, ["rights", "lineage://acme/m", "--store", store]).output
    assert "Decision (applied): Faces are blurred about d: no category:Picture; checked on" in told
