"""A graph brought up to date by changes is the graph that would be read anew."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from by_hand import MONDAY, document, gone, model, trained
from lineage.errors import StoreError
from lineage.graph import Graph
from lineage.graph.merged import merged
from lineage.impact import impact
from lineage.records import Reading, Ref
from lineage.store.embedded import EmbeddedStore
from lineage.vocabulary import Kind, Relation
from same_graph import answers, told
from worlds import ref

NAMES = ("s1", "d1", "d2", "m1", "m2", "c1", "x1", "p1", "g1")
edge = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(list(Relation)), st.sampled_from(NAMES)
).map(lambda t: (ref(t[0]), t[1], ref(t[2])))
stated = st.tuples(
    st.sampled_from(NAMES).map(ref),
    st.sampled_from(
        [{"licence": "mit"}, {"licence": "UNKNOWN"}, {"data_categories": ("FacialPrint",)}, {}]
    ),
)
readings = st.builds(
    lambda path, edges, says, sha: document(path, *edges, says=tuple(says), sha256=sha),
    st.sampled_from(["a", "b", "c"]),
    st.lists(edge, max_size=5),
    st.lists(stated, max_size=2),
    st.sampled_from(["1", "2"]),
) | st.sampled_from(["a", "b", "c"]).map(gone)
steps = st.lists(st.lists(readings, min_size=1, max_size=2), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_equals_the_graph_read_anew(written: list[list[Reading]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = EmbeddedStore.open(Path(folder) / "store.sqlite")
        graph = Graph(store.columns())
        for day, batch in enumerate(written):
            store.write(batch, MONDAY + timedelta(days=day))
            earlier = told(graph)
            new = graph.updated(store.changes(graph.version))
            anew = Graph(store.columns())
            assert told(graph) == earlier, "the older graph stays as it is"
            assert told(new) == told(anew)
            assert answers(new) == answers(anew)
            assert told(Graph(merged(new))) == told(anew)
            assert answers(Graph(merged(new))) == answers(anew)
            assert [n.id for n in (new.nodes[i] for i in new.id_rank.argsort())] == [
                n.id for n in anew.nodes
            ]
            graph = new
        store.close()


def test_finds_what_came_later_by_name(tmp_path: Path) -> None:
    store = EmbeddedStore.open(tmp_path / "store.sqlite")
    store.write([trained("a", "org/first", "data")], MONDAY)
    graph = Graph(store.columns())
    display = document(
        "b", says=((Ref(Kind.MODEL, "hf://models", "org/second"), {"display_name": "Zweite"}),)
    )
    store.write([display], MONDAY)
    new = graph.updated(store.changes(1))
    assert new.nodes[new.resolve("Zweite")].name == "org/second"
    assert new.nodes[new.resolve("SECOND")].name == "org/second"
    assert new.nodes[new.resolve("first")].name == "org/first"
    quoted = document("c", says=((Ref(Kind.MODEL, "n://", "q"), {"display_name": 'Say "A\\B"'}),))
    store.write([quoted], MONDAY)
    assert Graph(store.columns()).resolve('say "a\\b"') >= 0
    assert "hf://models/org/second" in new.number
    assert "hf://models/org/second" not in graph.number
    store.close()


def test_changes_of_another_version_are_refused(tmp_path: Path) -> None:
    store = EmbeddedStore.open(tmp_path / "store.sqlite")
    store.write([trained("a", "m", "d")], MONDAY)
    graph = Graph(store.columns())
    store.write([trained("b", "m", "d")], MONDAY)
    with pytest.raises(StoreError, match="changes since 0 for a graph of version 1"):
        graph.updated(store.changes(0))
    store.close()


def test_a_view_without_an_assertion_passes_over_it(tmp_path: Path) -> None:
    store = EmbeddedStore.open(tmp_path / "store.sqlite")
    store.write([trained("a", "m", "d1", "d2")], MONDAY)
    graph = Graph(store.columns())
    (cut,) = (n for n, e in enumerate(graph.edges) if e.object.endswith("d1"))
    view = graph.without([cut])
    assert [e.object for e in view.edges] == ["hf://datasets/d2"]
    assert [e.object for e in graph.edges] == ["hf://datasets/d1", "hf://datasets/d2"]
    whole: nx.MultiDiGraph[str] = view.to_networkx()
    assert whole.number_of_edges() == 1
    assert [a.id for a in impact(view, [view.number["hf://datasets/d2"]]).affected] == [
        model("m").id
    ]
    assert list(impact(view, [view.number["hf://datasets/d1"]]).affected) == []
    store.close()
