"""What a reader leaves out where it stands, and what it reports of free-form settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.base import Findings
from lineage.records import Extract
from reading_helper import document

TEXT = """\
title: words
options: {epochs: 3, quiet: true, words: data/words.txt, learning_rate: fast}
"""


@pytest.fixture
def found(tmp_path: Path) -> Findings:
    (tmp_path / "some.yaml").write_text(TEXT, encoding="utf-8")
    return Findings(document(tmp_path, "some.yaml"))


def unread(extract: Extract) -> set[str]:
    return {key for key, _ in extract.unread}


def test_what_nobody_looks_at_is_not_understood(found: Findings) -> None:
    assert unread(found.extract()) == {
        "title",
        "options.epochs",
        "options.quiet",
        "options.words",
        "options.learning_rate",
    }


def test_a_part_that_is_left_out_is_understood(found: Findings) -> None:
    found.leave_out(found.document.tree.at("options"), found.document.tree.at("nothing"))
    assert unread(found.extract()) == {"title"}


def test_free_settings_are_reported_at_their_line_but_for_numbers_and_switches(
    found: Findings,
) -> None:
    found.report_rest("dvc", found.document.tree.at("options"))
    extract = found.extract()
    assert [(s.line, s.reason) for s in extract.skipped] == [
        (2, "a setting whose meaning this reader does not know")
    ]
    assert unread(extract) == {"title"}
    assert found.document.tree.at("options", "words").text == "data/words.txt"
