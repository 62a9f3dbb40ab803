"""The page Rights: gaps first, why, and a right that is entered becomes a file to review."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lineage.errors import UsageError
from lineage.export.manifest import complaints, right_as_manifest, write_manifest
from lineage.records import NodeRow
from lineage.vocabulary import Kind
from rights.stories import demo_store

PHOTOS = "lineage://okcupid/okcupid-user-photos"


def opened(monkeypatch: pytest.MonkeyPatch, **asked: str) -> AppTest:
    """The page on the demo's store, opened at an address."""
    monkeypatch.setenv("LINEAGE_STORE", str(demo_store()))

    def script() -> None:
        import os

        import streamlit as st

        from lineage.ui import opened, rights_page
        from lineage.ui.links import Links

        def nowhere() -> None:
            return None

        links = Links(*(st.Page(nowhere, url_path=name) for name in ("blast", "explore", "up")))
        st.navigation([links.blast, links.explore])
        graph, _ = opened.current(os.environ["LINEAGE_STORE"])
        rights_page.show(graph, links)

    app = AppTest.from_function(script, default_timeout=60)
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def test_the_riskiest_source_stands_first_and_nothing_unknown_is_permitted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = opened(monkeypatch).dataframe[0].value
    assert table["Id"][0] == PHOTOS
    assert table["Right to hold"][0] == "✗ none"
    assert table["People"][0] == "✗ none"
    assert table["Why here"][0].startswith("biometric data is made from it · no right")
    verified = {"Licensed stock portraits", "What users of Fictiva looked at"}
    permitted = {
        n
        for n, w in zip(table["Source"], table["Right to hold"], strict=True)
        if w == "✓ permitted"
    }
    assert permitted <= verified


def test_one_model_alone_can_be_judged_and_has_a_record_to_download(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = opened(monkeypatch, judged="lineage://okcupid/clarifai-face-models")
    assert list(app.dataframe[0].value["Id"]) == [PHOTOS]
    assert len(app.dataframe[1].value) == 6, "the lawyer's list"
    labels = {button.label for button in app.get("download_button")}
    assert "Record (HTML)" in labels


RIGHT = {
    "kind": "agreement",
    "purposes": ["ModelTraining"],
    "legal_basis": "Contract",
    "verification": "claimed",
    "valid_from": "2024-01-01",
    "licence": "",
}
THING = NodeRow(PHOTOS, Kind.SOURCE, "lineage://okcupid", "okcupid-user-photos", {})


def test_an_entered_right_is_a_manifest_that_the_reader_understands(tmp_path: Path) -> None:
    text = right_as_manifest(THING, "Agreement of 2024", RIGHT, "rights")
    assert complaints(text) == []
    first = write_manifest(tmp_path, "Agreement of 2024", text)
    second = write_manifest(tmp_path, "Agreement of 2024", text)
    third = write_manifest(tmp_path, "Agreement of 2024", text)
    assert [p.name for p in (first, second, third)] == [
        "lineage.yaml",
        "agreement-of-2024.lineage.yaml",
        "agreement-of-2024-2.lineage.yaml",
    ], "nothing that is there is written over"
    assert "licence" not in text


def test_what_would_not_be_understood_is_told_before_it_is_written() -> None:
    wrong = {**RIGHT, "valid_from": "soon", "verification": "yes"}
    told = complaints(right_as_manifest(THING, "x", wrong, "rights"))
    assert len(told) == 2
    assert all(line.startswith("line ") for line in told)


def test_a_folder_that_is_not_there_and_a_namespace_that_cannot_be_are_told(
    tmp_path: Path,
) -> None:
    with pytest.raises(UsageError, match="there is no such folder"):
        write_manifest(tmp_path / "none", "x", "")
    with pytest.raises(UsageError, match="cannot be a namespace"):
        right_as_manifest(THING, "x", RIGHT, "../../etc")


def test_names_of_a_right_stay_text_in_the_manifest(tmp_path: Path) -> None:
    odd = "a: {b}\n- !!python/object:os.system [x]"
    text = right_as_manifest(THING, odd, RIGHT, "rights")
    assert complaints(text) == []
    assert write_manifest(tmp_path, "../../up", text).parent == tmp_path


def test_the_form_on_the_page_writes_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = opened(monkeypatch, source=PHOTOS)
    inputs = {i.label: i for i in app.text_input}
    inputs["Name of the right"].set_value("Settlement")
    inputs["Folder to write it to"].set_value(str(tmp_path))
    app.button[0].click().run()
    assert not app.exception
    written = (tmp_path / "lineage.yaml").read_text("utf-8")
    assert f"is: {PHOTOS}" in written
    assert "kind: agreement" in written
    assert any("lineage ingest" in c.value for c in app.code)
