"""What would be otherwise."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from by_hand import MONDAY, trained
from lineage.errors import UsageError
from lineage.graph import Graph
from lineage.impact import impact
from lineage.pipeline import ingest, join
from lineage.questions import laid_over, planned, together, without_relationship
from lineage.questions.counted import exposed_by
from lineage.scan import scan, targets
from lineage.store.embedded import EmbeddedStore
from lineage.vocabulary import Relation
from questions.random_worlds import World, worlds
from worlds import name_of, ref, world


@settings(max_examples=40, deadline=None)
@given(worlds(), st.lists(st.integers(0, 20), min_size=1, max_size=3))
def test_of_several_each_thing_falls_by_those_that_alone_would_do(
    random: World, chosen: list[int]
) -> None:
    graph, policy = random.graph, random.policy
    roots = sorted({n % len(graph) for n in chosen})
    found = together(graph, roots, policy)
    assert found.all == exposed_by(graph, impact(graph, roots, policy))
    alone = {r: impact(graph, [r], policy) for r in roots}
    for a in found.answer.affected:
        expected = {r for r, one in alone.items() if a.id in {x.id for x in one.affected}}
        assert set(found.by[a.id]) == expected
    for share in found.shares:
        assert share.alone == exposed_by(graph, alone[share.root])
    assert {a.id for a in found.only_together} == {i for i, who in found.by.items() if not who}


def test_what_each_adds_and_what_they_share() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s1"),
        ("m2", "TRAINED_ON", "s1"),
        ("m2", "TRAINED_ON", "s2"),
        ("m3", "TRAINED_ON", "s2"),
        ("x1", "DEPLOYS", "m3"),
    )
    found = together(graph, [graph.number[ref(n).id] for n in ("s1", "s2")])
    first, second = found.shares
    assert (first.alone.models, first.only.models) == (2, 1)
    assert (second.alone.things, second.only.things) == (3, 2)
    assert (found.all.things, found.several.things) == (4, 1)
    assert found.only_together == ()


@settings(max_examples=40, deadline=None)
@given(worlds(), st.data())
def test_without_a_relationship_equals_a_graph_that_never_had_it(
    random: World, data: st.DataObject
) -> None:
    graph, policy = random.graph, random.policy
    edge = data.draw(st.sampled_from(list(graph.edges)))
    ends = graph.number[edge.subject], graph.number[edge.object]
    root = data.draw(st.integers(0, len(graph) - 1))
    found = without_relationship(graph, ends[0], edge.relation, ends[1], [root], policy)
    both = edge.relation == Relation.SAME_AS
    pairs = {(edge.subject, edge.object)} | ({(edge.object, edge.subject)} if both else set())
    cut = [
        n
        for n, e in enumerate(graph.edges)
        if (e.subject, e.object) in pairs and e.relation == edge.relation
    ]
    assert found.assertions == len(cut)
    after = {a.id for a in impact(graph.without(cut), [root], policy).affected}
    before = {a.id for a in impact(graph, [root], policy).affected}
    assert {a.id for a in found.spared} == before - after
    assert {a.id for a in found.still} <= after


def test_what_falls_all_the_same_is_told_with_its_other_route() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s1"),
        ("d1", "DERIVED_FROM", "s1"),
        ("m1", "TRAINED_ON", "d1", "inferred"),
        ("x1", "DEPLOYS", "m1"),
        ("m2", "TRAINED_ON", "s1"),
    )
    number = {n: graph.number[ref(n).id] for n in ("m1", "m2", "s1")}
    found = without_relationship(graph, number["m1"], Relation.TRAINED_ON, number["s1"])
    assert found.spared == ()
    assert [(name_of(a.id), a.certainty, a.distance) for a in found.still] == [
        ("m1", "possible", 2),
        ("x1", "possible", 3),
    ]
    found = without_relationship(graph, number["m2"], Relation.TRAINED_ON, number["s1"])
    assert [name_of(a.id) for a in found.spared] == ["m2"]
    with pytest.raises(UsageError, match="no document says") as caught:
        without_relationship(graph, number["m1"], Relation.MERGED_FROM, number["s1"])
    assert "Between the two are: TRAINED_ON." in str(caught.value)


LORA = """
base_model: org/base
datasets:
  - path: ./out/labels
  - path: org/photos
output_dir: ./out/planned
"""
FIRST = """
base_model: org/base
datasets:
  - path: org/photos
output_dir: ./out/first
"""


def test_a_plan_laid_over_is_the_graph_that_an_ingest_would_give(tmp_path: Path) -> None:
    folder = tmp_path / "repo"
    folder.mkdir()
    (folder / "first.yml").write_text(FIRST)
    store = EmbeddedStore.open(tmp_path / "store.sqlite")
    ingest(targets([folder], "repo"), store)
    graph = Graph(store.columns())
    (folder / "next.yml").write_text(LORA.replace("./out/labels", "./out/first/labels"))
    (folder / "first.yml").write_text(FIRST.replace("org/photos", "org/other"))
    readings = [s.reading for t in targets([folder], "repo") for s in scan(t) if s.reading]
    over = laid_over(graph, readings)
    ingest(targets([folder], "repo"), store)
    join(store)
    anew = Graph(store.columns())

    def said(graph: Graph) -> Counter[tuple[object, ...]]:
        return Counter(
            (e.subject, e.relation, e.object, e.document, e.evidence, e.active, e.place)
            for e in graph.edges
        )

    assert said(over) == said(anew)
    assert {n.id: (n.kind, dict(n.properties)) for n in over.nodes} == {
        n.id: (n.kind, dict(n.properties)) for n in anew.nodes
    }
    assert len(graph) < len(over)
    store.close()


def test_a_planned_model_inherits_what_was_revoked(tmp_path: Path) -> None:
    store = EmbeddedStore.open(tmp_path / "store.sqlite")
    store.write([trained("a", "org/first", "org/photos")], MONDAY)
    graph = Graph(store.columns())
    plan = trained("plan.yml", "org/planned", "org/photos", "org/new")
    found = planned(graph, [plan])
    (made,) = found.made
    assert found.graph.nodes[made.of].id == "hf://models/org/planned"
    assert {a.id for a in made.ancestors} == {"hf://datasets/org/photos", "hf://datasets/org/new"}
    assert made.counts["total"]["unknown_origin"] == 2
    assert set(found.new) == {"hf://models/org/planned", "hf://datasets/org/new"}
    assert "hf://models/org/planned" not in graph.number
    assert store.version() == graph.version, "nothing was written"
    store.close()
