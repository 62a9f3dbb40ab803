"""The page "Aliases", without a browser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lineage.aliases import Verdict, decisions
from lineage.graph import Graph
from lineage.impact import impact
from lineage.store.embedded import EmbeddedStore
from lineage.vocabulary import Evidence, Kind, Relation
from ui.story import HOSTILE, SOURCE, ref, story, told, write
from ui.test_pages import words

FIRST, SECOND = ref(Kind.DATASET, "Face-Crops"), ref(Kind.DATASET, "face crops")
HERS, HIS = ref(Kind.MODEL, "her-model"), ref(Kind.MODEL, "his-model")
NAMED = [
    told("crops/a.yaml", (HERS, Relation.TRAINED_ON, FIRST, Evidence.DECLARED)),
    told("crops/b.yaml", (HIS, Relation.TRAINED_ON, SECOND, Evidence.DECLARED)),
]


def aliases(store: Path, monkeypatch: pytest.MonkeyPatch, *pair: str) -> AppTest:
    """The page Aliases on this store."""
    monkeypatch.setenv("LINEAGE_STORE", str(store))

    def script() -> None:
        import os

        import streamlit as st

        from lineage.ui import aliases_page, opened
        from lineage.ui.links import Links

        def nowhere() -> None:
            return None

        links = Links(*(st.Page(nowhere, url_path=name) for name in ("blast", "explore", "up")))
        st.navigation([links.blast, links.explore])
        address = os.environ["LINEAGE_STORE"]
        graph, _ = opened.current(address)
        aliases_page.show(graph, links, address)

    app = AppTest.from_function(script, default_timeout=60)
    if pair:
        app.query_params["pair"] = list(pair)
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> None:
    next(b for b in app.button if b.label.startswith(label)).click().run()
    assert not app.exception


def fill(app: AppTest, by: str, reason: str) -> None:
    app.text_input[0].set_value(by)
    app.text_input[1].set_value(reason)
    app.run()


def graph_of(path: Path) -> Graph:
    store = EmbeddedStore.open(path)
    graph = Graph(store.snapshot())
    store.close()
    return graph


@pytest.fixture
def named(tmp_path: Path) -> Path:
    path = tmp_path / "named.sqlite"
    write(path, [*story(), *NAMED])
    return path


def test_the_list_says_why_and_what_would_change(
    named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = aliases(named, monkeypatch)
    assert "1 pair of names may mean the same thing" in words(app)
    table = app.dataframe[0].value
    assert {table["First id"][0], table["Second id"][0]} == {FIRST.id, SECOND.id}
    assert list(table["First revoked"]) == list(table["Second revoked"]) == ["1 (1 model)"]
    assert list(table["As one"]) == ["2 (2 models)"]
    assert list(table["Missed today"]) == [1]
    assert list(table["Rule"]) == ["spelling"]


def test_accepting_changes_the_answer_and_undoing_gives_it_back(
    named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = aliases(named, monkeypatch, FIRST.id, SECOND.id)
    assert "Affected if they are one: 2 (2 models)" in words(app)
    fill(app, "Ada", "same archive")
    press(app, "Accept")
    assert "No two names are likely to mean the same thing" in words(app)
    graph = graph_of(named)
    (decision,) = decisions(graph.edges)
    assert (decision.verdict, decision.by, decision.reason) == (
        Verdict.ACCEPTED,
        "Ada",
        "same archive",
    )
    hit = {a.id for a in impact(graph, [graph.number[FIRST.id]]).affected}
    assert {HERS.id, HIS.id, SECOND.id} == hit
    assert list(app.dataframe[0].value["Decision"]) == ["accepted"]

    app = aliases(named, monkeypatch, FIRST.id, SECOND.id)
    assert "accepted by Ada" in words(app)
    assert not app.text_input
    press(app, "Undo")
    assert "1 pair of names may mean the same thing" in words(app)
    assert decisions(graph_of(named).edges) == []


def test_rejecting_hides_the_suggestion(named: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = aliases(named, monkeypatch, FIRST.id, SECOND.id)
    fill(app, "Ada", "other photos")
    press(app, "Reject")
    assert "No two names" in words(app)
    assert list(app.dataframe[0].value["Why"]) == ["other photos"]


def test_a_decision_without_a_reason_is_refused_in_words(
    named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = aliases(named, monkeypatch, FIRST.id, SECOND.id)
    fill(app, "Ada", "")
    press(app, "Accept")
    assert "Nothing was decided: the reason is missing" in words(app)
    assert decisions(graph_of(named).edges) == []
    assert app.text_input[0].value == "Ada", "what was typed is still there"


def test_an_address_that_names_something_else_is_said_to(
    named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "does not name two things of this store: lineage://story/Face-Crops nope://x" in words(
        aliases(named, monkeypatch, FIRST.id, "nope://x")
    )


def test_a_pair_that_no_rule_suggests_can_be_decided_on(
    named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = aliases(named, monkeypatch, SOURCE.id, FIRST.id)
    assert "No rule suggests this pair" in words(app)
    fill(app, "Ada", "it is the export itself")
    press(app, "Accept")
    assert len(decisions(graph_of(named).edges)) == 1


def test_names_that_try_to_be_markup_are_passed_on_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hostile.sqlite"
    names = [f"Faces {name}" for name in HOSTILE]
    write(
        path,
        [
            told(
                f"{at}.yaml",
                (
                    ref(Kind.MODEL, f"m{at}"),
                    Relation.TRAINED_ON,
                    ref(Kind.DATASET, name),
                    Evidence.DECLARED,
                ),
            )
            for at, name in enumerate([*names, *(name.upper() for name in names)])
        ],
    )
    app = aliases(path, monkeypatch)
    table = app.dataframe[0].value
    assert len(table) >= 2
    shown = set(table["First"]) | set(table["Second"])
    assert shown & set(names)
    first = table.iloc[0]
    app = aliases(path, monkeypatch, first["First id"], first["Second id"])
    assert first["First"] in words(app)
    assert not any(name in markdown.value for name in shown for markdown in app.markdown)


def test_a_newer_store_is_shown_after_a_decision(
    named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = aliases(named, monkeypatch, FIRST.id, SECOND.id)
    store = EmbeddedStore.open(named)
    new = (ref(Kind.MODEL, "new"), Relation.TRAINED_ON, ref(Kind.DATASET, "heap-of-it"))
    store.write([told("n.yaml", (*new, Evidence.DECLARED))], datetime.now(UTC))
    fill(app, "Ada", "same archive")
    press(app, "Accept")
    assert "No two names" in words(app)
    assert ref(Kind.MODEL, "new").id in graph_of(named).number
