"""The pages, without a browser: their numbers are the library's, whatever is filtered."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from by_hand import MONDAY, dataset, document, model
from lineage.demo import ingest_demo
from lineage.export.impact import impact_as_csv
from lineage.export.words import headline
from lineage.graph import Graph
from lineage.impact import Impact, impact
from lineage.records import Ref
from lineage.store.embedded import EmbeddedStore
from lineage.vocabulary import Evidence, Kind, Relation
from ui.story import EMBEDDER, FACES, HOSTILE, SOURCE, ref, story, told, write

APP = str(Path(__file__).parents[2] / "app.py")
Opened = tuple[Path, Graph]


def page(store: Path, monkeypatch: pytest.MonkeyPatch, *revoked: str, **asked: str) -> AppTest:
    """The landing page on this store, with this in its URL."""
    monkeypatch.setenv("LINEAGE_STORE", str(store))
    app = AppTest.from_file(APP, default_timeout=60)
    if revoked:
        app.query_params["revoke"] = list(revoked)
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def tiles(app: AppTest) -> dict[str, str]:
    return {metric.label: str(metric.value) for metric in app.metric}


def filter_text(app: AppTest) -> TextInput:
    """Where a part of a name is typed that the table is filtered by."""
    return next(box for box in app.text_input if box.label.startswith("Filter"))


def words(app: AppTest) -> str:
    """All text that the page shows through its own text component."""
    blocks = []
    for element in app.get("bidi_component"):
        data = json.loads(element.proto.json or "{}") if element.proto.json else {}
        blocks += [
            "".join(part if isinstance(part, str) else part["text"] for part in parts)
            for _, parts in (data.get("blocks") or [])
        ]
    return "\n".join(blocks)


def answer_of(graph: Graph, *ids: str) -> Impact:
    return impact(graph, [graph.number[i] for i in ids])


def test_the_numbers_are_those_of_the_library(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, graph = story_store
    answer = answer_of(graph, SOURCE.id)
    shown = tiles(page(store, monkeypatch, SOURCE.id))
    kinds, certainty = answer.counts["kind"], answer.counts["certainty"]
    assert {name: shown[name] for name in ("Models", "Deployments", "Datasets", "Copies")} == {
        "Models": str(kinds["Model"]),
        "Deployments": str(kinds["Deployment"]),
        "Datasets": str(kinds["Dataset"]),
        "Copies": str(kinds["Copy"]),
    }
    assert shown["Proven"] == str(certainty["proven"])
    assert shown["Possible"] == str(certainty["possible"])
    assert shown["Undetermined"] == str(answer.undetermined)
    assert shown["Cleared"] == str(answer.cleared)
    assert shown["Claims to redo"] == str(answer.counts["total"]["informed"])
    assert shown["Inputs all known"] == f"{answer.coverage[0]} of {answer.coverage[1]}"


def test_the_table_is_the_csv(story_store: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    store, graph = story_store
    app = page(store, monkeypatch, SOURCE.id)
    rows = list(csv.DictReader(io.StringIO(impact_as_csv(answer_of(graph, SOURCE.id), graph))))
    table = app.dataframe[0].value
    assert list(table["id"]) == [row["id"] for row in rows]
    assert list(table["certainty"]) == [row["certainty"] for row in rows]


def test_a_filter_moves_table_and_numbers_together_and_says_so(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, graph = story_store
    app = page(store, monkeypatch, SOURCE.id)
    next(m for m in app.multiselect if m.label == "Filter by kind").set_value(["Copy"]).run()
    total = len(answer_of(graph, SOURCE.id).affected)
    assert len(app.dataframe[0].value) == 6
    assert tiles(app)["Copies"] == "6"
    assert tiles(app)["Models"].startswith("0 of ")
    assert any(c.value.startswith(f"6 of {total} shown by your filter") for c in app.caption)


def test_a_filter_that_nothing_passes_says_so(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(story_store[0], monkeypatch, SOURCE.id)
    filter_text(app).set_value("no such thing").run()
    assert "No row passes this filter" in app.info[0].value


def test_several_can_be_revoked_at_once(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, graph = story_store
    stock = "lineage://story/stock"
    shown = tiles(page(store, monkeypatch, SOURCE.id, stock))
    assert shown["Models"] == str(answer_of(graph, SOURCE.id, stock).counts["kind"]["Model"])


def test_choosing_writes_the_id_into_the_url_and_the_url_chooses(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(story_store[0], monkeypatch)
    app.multiselect[0].set_value([SOURCE.id]).run()
    assert app.query_params["revoke"] in (SOURCE.id, [SOURCE.id])
    again = page(story_store[0], monkeypatch, SOURCE.id)
    assert again.multiselect[0].value == [SOURCE.id]


def test_sources_are_offered_first(story_store: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    options = page(story_store[0], monkeypatch).multiselect[0].options
    kinds = [option.split(" · ")[1] for option in options]
    assert kinds[:2] == ["Source", "Source"]
    assert kinds == sorted(kinds, key=["Source", "Dataset", "Model", "Party", "Grant"].index)


def test_an_id_that_is_not_in_the_store_is_said_to_be_so(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "names something that is not in this store: nope://x" in words(
        page(story_store[0], monkeypatch, "nope://x")
    )


def test_why_names_documents_lines_and_every_parallel_assertion(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = words(page(story_store[0], monkeypatch, SOURCE.id, why=EMBEDDER.id))
    assert "1. okcupid-faces derived from okcupid-user-photos" in text
    assert "2. face-embedder trained on okcupid-faces" in text
    for place in (
        "data/manifest.yaml:10",
        "train/embedder.yaml:10",
        "train/embedder-again.yaml:10",
    ):
        assert f"{place} at inputs[0] · declared" in text


def test_unknown_properties_are_shown_as_unknown(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = words(page(story_store[0], monkeypatch, SOURCE.id, why="lineage://story/match-search"))
    assert "Nobody has established: in_use_to UNKNOWN" in text


def test_what_a_document_no_longer_says_is_marked_and_still_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "retracted.sqlite"
    write(path, story())
    graph = write(path, [told("data/manifest.yaml")])
    app = page(path, monkeypatch, SOURCE.id, why=FACES.id)
    assert re.search(r"stated from \S+ until \S+; it still counts", words(app))
    assert (
        tiles(app)["Datasets"] == str(answer_of(graph, SOURCE.id).counts["kind"]["Dataset"]) == "1"
    )


def test_an_empty_store_says_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(tmp_path / "empty.sqlite", monkeypatch)
    assert "This store is empty" in words(app)
    assert any("lineage ingest PATH" in code.value for code in app.code)
    assert any("lineage demo" in code.value for code in app.code)


def test_what_is_called_the_same_and_not_counted_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.sqlite"
    store = EmbeddedStore.open(path)
    by_name = Ref(Kind.DATASET, "name://datasets", "Photos-1k")
    store.write(
        [
            document(
                "a.yml",
                (model("small"), Relation.TRAINED_ON, dataset("photos-1k")),
                (model("large"), Relation.TRAINED_ON, by_name),
            )
        ],
        MONDAY,
    )
    store.close()
    app = page(path, monkeypatch, "hf://datasets/photos-1k")
    assert words(app).count("Not counted: name://datasets/Photos-1k, which is called the same") == 2
    assert any(caption.value.startswith("1 row.") for caption in app.caption)


def test_a_file_that_is_no_store_says_so_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir, " * 500)
    text = words(page(path, monkeypatch))
    assert "This cannot be shown" in text
    assert str(path) in text


def test_a_store_that_moved_on_is_said_to_have_and_reloads(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, graph = story_store
    app = page(path, monkeypatch, SOURCE.id)
    store = EmbeddedStore.open(path)
    new = (ref(Kind.MODEL, "new-model"), Relation.TRAINED_ON, FACES, Evidence.DECLARED)
    store.write([told("train/new.yaml", new)], datetime.now(UTC))
    before = tiles(app.run())["Models"]
    assert "The store has moved on" in app.warning[0].value
    next(b for b in app.button if b.label == "Reload").click().run()
    assert not app.warning
    assert int(tiles(app)["Models"]) == int(before) + 1
    assert f"version {graph.version + 1}" in words(app)


def test_names_that_try_to_be_markup_are_passed_on_as_they_are(
    hostile_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(hostile_store[0], monkeypatch, SOURCE.id)
    assert set(HOSTILE) <= set(app.dataframe[0].value["name"])
    assert not any(name in markdown.value for name in HOSTILE for markdown in app.markdown)


def explore(store: Path, monkeypatch: pytest.MonkeyPatch, artifact: str | None = None) -> AppTest:
    """The page Explore on this store."""
    monkeypatch.setenv("LINEAGE_STORE", str(store))

    def script() -> None:
        import os

        import streamlit as st

        from lineage.ui import explore_page, opened
        from lineage.ui.links import Links

        def nowhere() -> None:
            return None

        links = Links(*(st.Page(nowhere, url_path=name) for name in ("blast", "explore", "up")))
        st.navigation([links.blast, links.explore])
        graph, _ = opened.current(os.environ["LINEAGE_STORE"])
        explore_page.show(graph, links)

    app = AppTest.from_function(script, default_timeout=60)
    if artifact:
        app.query_params["artifact"] = artifact
    app.run()
    assert not app.exception
    return app


def test_the_overview_counts_kinds_documents_and_reach(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, graph = story_store
    app = explore(store, monkeypatch)
    assert tiles(app)["Copy"] == "6"
    reach = app.dataframe[0].value
    assert list(reach["Source"]) == ["okcupid-user-photos", "stock"]
    assert list(reach["Affected"]) == [
        answer_of(graph, i).counts["total"]["blast_radius"] for i in reach["Id"]
    ]
    assert list(app.dataframe[1].value["Documents"]) == [len(graph.documents)]


def test_search_finds_by_a_part_of_the_name(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = explore(story_store[0], monkeypatch)
    app.text_input[0].set_value("embedder-step").run()
    assert len(app.dataframe[0].value) == 6


def test_an_artifact_shows_its_properties_and_every_direct_assertion(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = explore(story_store[0], monkeypatch, "lineage://story/match-search")
    assert "UNKNOWN: nobody has said" in words(app)
    assert list(app.dataframe[0].value["Where"]) == ["serve.yaml:10"]


def test_an_unknown_artifact_is_said_to_be_so(
    story_store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "not in this store: nope://x" in words(explore(story_store[0], monkeypatch, "nope://x"))


def test_the_demo_shows_the_numbers_that_the_library_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "demo.sqlite"
    store = EmbeddedStore.open(path)
    ingest_demo(store)
    graph = Graph(store.snapshot())
    store.close()
    root = "lineage://okcupid/okcupid-user-photos"
    answer = answer_of(graph, root)
    app = page(path, monkeypatch, root)
    assert tiles(app)["Models"] == str(answer.counts["kind"]["Model"])
    assert tiles(app)["Deployments"] == str(answer.counts["kind"]["Deployment"])
    assert headline(answer, graph) in words(app)
    furthest = max(answer.affected, key=lambda a: a.distance)
    text = words(page(path, monkeypatch, root, why=furthest.id))
    assert f"Why {furthest.name}?" in text
    assert f"{furthest.distance}. " in text


def test_the_name_that_commands_take_finds_it_in_the_list_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EmbeddedStore.open(tmp_path / "store.sqlite")
    ingest_demo(store)
    store.close()
    options = page(tmp_path / "store.sqlite", monkeypatch).multiselect[0].options
    title = "Photographs and profile data of OkCupid users"
    assert f"{title} · okcupid-user-photos · Source" in options
    assert "flickr-cc-photos · Source" in options


def test_an_earlier_time_and_a_part_are_asked_by_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EmbeddedStore.open(tmp_path / "store.sqlite")
    ingest_demo(store)
    graph = Graph.of(store)
    store.close()
    source = "lineage://okcupid/okcupid-user-photos"
    whole = answer_of(graph, source).counts["total"]["blast_radius"]
    app = page(tmp_path / "store.sqlite", monkeypatch, source)
    assert "Since when" in " ".join(e.label for e in app.expander)
    assert "in use from an unknown day" in words(app)
    app = page(tmp_path / "store.sqlite", monkeypatch, source, part="split=other")
    assert f"of the {whole} affected by the whole" in words(app)
    assert [box.value for box in app.text_input if box.label == "Only this part is revoked"] == [
        "split=other"
    ]
    app = page(tmp_path / "store.sqlite", monkeypatch, source, **{"as-of": "2001-01-01"})
    assert "nothing is known of 2001-01-01" in words(app).lower()
    app = page(tmp_path / "store.sqlite", monkeypatch, source, **{"as-of": "yesterday"})
    assert "is no date" in words(app)
