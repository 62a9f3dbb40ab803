"""The pages Ancestry and What if say what the library says."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lineage.graph import Graph
from lineage.impact import impact
from lineage.questions import ancestry, leverage, together
from lineage.questions.ranking import rank
from lineage.vocabulary import Kind
from ui.story import EMBEDDER, HOSTILE, SERVICE, SOURCE, ref
from ui.test_pages import page, tiles, words

STOCK = ref(Kind.SOURCE, "stock")
Opened = tuple[Path, Graph]


def shown(store: Path, monkeypatch: pytest.MonkeyPatch, which: str, **asked: list[str]) -> AppTest:
    """A page on this store, with this in its URL."""
    monkeypatch.setenv("LINEAGE_STORE", str(store))
    monkeypatch.setenv("SHOWN", which)

    def script() -> None:
        import importlib
        import os

        import streamlit as st

        from lineage.ui import opened
        from lineage.ui.links import Links

        def nowhere() -> None:
            return None

        links = Links(*(st.Page(nowhere, url_path=name) for name in ("blast", "explore", "up")))
        st.navigation([links.blast, links.explore, links.ancestry])
        graph, _ = opened.current(os.environ["LINEAGE_STORE"])
        importlib.import_module(f"lineage.ui.{os.environ['SHOWN']}").show(graph, links)

    app = AppTest.from_function(script, default_timeout=60)
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_ancestry_has_the_numbers_and_rows_of_the_library(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, graph = story_store
    found = ancestry(graph, graph.number[SERVICE.id])
    app = shown(store, monkeypatch, "ancestry_page", artifact=[SERVICE.id])
    assert tiles(app)["Made from"] == str(found.counts["total"]["made_from"])
    assert tiles(app)["Of unknown origin"] == str(found.counts["total"]["unknown_origin"])
    assert list(app.dataframe[0].value["Id"]) == [a.id for a in found.ancestors]
    assert SOURCE.id in set(app.dataframe[0].value["Id"])
    assert "is made from" in words(app)


def test_two_are_compared(story_store: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    store, _ = story_store
    app = shown(store, monkeypatch, "ancestry_page", artifact=[SERVICE.id, EMBEDDER.id])
    assert "names in common" in words(app)
    assert len(app.dataframe) >= 1


def test_nothing_chosen_and_an_unknown_id_are_said(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = story_store
    assert "What does this model stand on?" in words(shown(store, monkeypatch, "ancestry_page"))
    app = shown(store, monkeypatch, "ancestry_page", artifact=["nope://x"])
    assert "not in this store: nope://x" in words(app)


def test_the_plan_is_that_of_the_library(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, graph = story_store
    found = leverage(graph, [graph.number[SOURCE.id]])
    app = shown(store, monkeypatch, "what_if_page", revoke=[SOURCE.id])
    assert found.plan
    assert list(app.dataframe[0].value["Id"]) == [step.id for step in found.plan]
    app.checkbox[0].check().run()
    assert not app.exception


def test_several_together_and_one_relationship_less(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, graph = story_store
    both = [SOURCE.id, STOCK.id]
    found = together(graph, [graph.number[i] for i in both])
    app = shown(store, monkeypatch, "what_if_page", revoke=both)
    table = next(f.value for f in app.dataframe if "If this goes" in f.value)
    assert list(table["All things"])[-1] == found.all.things
    assert "Were it not that" in words(app)


def test_a_typed_config_is_told_what_it_would_inherit(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = story_store
    app = shown(store, monkeypatch, "what_if_page")
    config = "base_model: org/base\ndatasets:\n  - path: org/data\noutput_dir: ./out\n"
    app.text_area[0].set_value(config)
    app.button[-1].click().run()
    assert not app.exception
    assert "The plan would make" in words(app)
    assert "hf://datasets/org/data" in set(app.dataframe[0].value["id"])
    app.text_area[0].set_value("nothing: of the kind")
    app.button[-1].click().run()
    assert "No reader recognises a training run" in app.warning[0].value


def test_the_start_of_the_blast_radius_ranks_every_source(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, graph = story_store
    app = page(store, monkeypatch)
    ranking = rank(graph)
    assert list(app.dataframe[0].value["Id"]) == [row.id for row in ranking.top("things", 10)]
    app.selectbox[0].set_value("models").run()
    assert list(app.dataframe[0].value["Id"]) == [row.id for row in ranking.top("models", 10)]
    assert f"{len(ranking)} of {len(ranking)} sources" in app.caption[0].value


@pytest.mark.parametrize("which", ["ancestry_page", "what_if_page"])
def test_names_are_shown_as_text(
    hostile_store: Opened, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    store, graph = hostile_store
    last = max(impact(graph, [graph.number[SOURCE.id]]).affected, key=lambda a: a.distance)
    app = shown(store, monkeypatch, which, revoke=[SOURCE.id], artifact=[last.id])
    assert len(app.dataframe)
    assert not any(name in markdown.value for name in HOSTILE for markdown in app.markdown)
