"""The page Coverage: what the store does not know, in numbers and lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from partly_known import partly_known


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of one config that was read and one that could not be."""
    return partly_known(tmp_path)


def test_the_page_says_the_same(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEAGE_STORE", str(store))

    def script() -> None:
        import os

        import streamlit as st

        from lineage.ui import coverage_page, opened
        from lineage.ui.links import Links

        def nowhere() -> None:
            return None

        links = Links(*(st.Page(nowhere, url_path=name) for name in ("blast", "explore", "up")))
        st.navigation([links.blast, links.explore])
        address = os.environ["LINEAGE_STORE"]
        graph, _ = opened.current(address)
        coverage_page.show(graph, links, address)

    app = AppTest.from_function(script, default_timeout=60)
    app.run()
    assert not app.exception
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Files not read"] == shown["Links not followed"] == "1"
    assert shown["Names that lead nowhere"] == "1"
    titles = {title.value for title in app.subheader}
    assert "Keys that were not understood: 1" in titles
    assert "Files that could not be read: 1" in titles
