"""What a model stands on is what has it in its blast radius."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from lineage.graph import Graph
from lineage.impact import Policy, impact, without_origin
from lineage.questions import Ancestry, ancestry
from lineage.questions.held import revoked
from lineage.questions.starting import starts_of
from lineage.vocabulary import UNKNOWN, Kind
from questions.large_worlds import chain, fan_in
from questions.random_worlds import World, worlds
from worlds import name_of, reading, ref, snapshot, world


def of(graph: Graph, name: str, policy: Policy | None = None) -> Ancestry:
    return ancestry(graph, graph.number[ref(name).id], policy)


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_a_node_stands_on_exactly_what_has_it_in_its_blast_radius(random: World) -> None:
    graph, policy = random.graph, random.policy
    above = {
        (a.number, n): (a.effect, a.certainty, a.depth)
        for n in range(len(graph))
        for a in ancestry(graph, n, policy).ancestors
        if graph.is_artifact[[a.number, n]].all()
    }
    below = {
        (root, a.number): (a.effect, a.certainty, a.distance)
        for root in np.flatnonzero(graph.is_artifact).tolist()
        for a in impact(graph, [root], policy).affected
        if graph.is_artifact[a.number]
    }
    assert above == below


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_the_first_step_leads_to_the_artifact(random: World) -> None:
    for n in range(len(random.graph)):
        found = ancestry(random.graph, n, random.policy)
        depth = {a.number: a.depth for a in found.ancestors} | {n: 0}
        for a in found.ancestors:
            edge = random.graph.edges[a.via]
            assert edge.object == a.id
            step = random.graph.number[edge.subject]
            if a.effect != "informs" and a.certainty == "possible":
                assert depth[step] >= a.depth - 1 or step == n
            assert step == n or step in depth


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_what_is_revoked_is_what_a_revocation_stands_for(random: World) -> None:
    graph = random.graph
    numbers = np.flatnonzero(graph.is_artifact)
    told = revoked(graph, numbers, Policy())
    orders = np.flatnonzero(graph.of_kind(Kind.REVOCATION)).tolist()
    expected = {n: tuple(r for r in orders if n in starts_of(graph, [r])) for n in numbers.tolist()}
    assert {n: set(r) for n, r in told.items()} == {n: set(r) for n, r in expected.items() if r}


def test_rights_licences_categories_and_providers_are_told_as_stated() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "d1"),
        ("d1", "DERIVED_FROM", "s1"),
        ("s1", "COVERED_BY", "g1"),
        ("s1", "PROVIDED_BY", "p1"),
        ("r1", "REVOKES", "g1"),
        ("m1", "TRAINED_ON", "d2"),
        ("m1", "TOKENIZED_WITH", "m2"),
        properties={
            "g1": {"grant_kind": "licence", "verification": "claimed", "display_name": "Deal"},
            "s1": {"data_categories": ("Picture",)},
            "d1": {"licence": "mit"},
        },
    )
    found = of(graph, "m1")
    rows = {name_of(a.id): a for a in found.ancestors}
    assert list(rows) == ["d1", "d2", "m2", "s1"]
    (right,) = rows["s1"].held.rights
    assert (right.name, right.grant_kind, right.verification) == ("Deal", "licence", "claimed")
    assert rows["s1"].held.providers == ("p1",)
    assert rows["s1"].held.categories == ("Picture",)
    assert rows["s1"].revoked_by
    assert not rows["d1"].revoked_by
    assert rows["d1"].held.licence == "mit"
    assert rows["d2"].unknown_origin
    assert not rows["s1"].unknown_origin
    assert rows["m2"].effect == "informs"
    assert found.counts["total"] == {
        "made_from": 3,
        "informed_by": 1,
        "names": 4,
        "unknown_origin": 1,
        "without_right": 1,
        "revoked": 1,
    }
    assert found.counts["kind"] == {"Dataset": 2, "Source": 1}
    assert not found.fully_known


def test_a_right_that_no_document_states_any_more_is_none() -> None:
    graph = Graph(
        snapshot(
            reading([("m1", "TRAINED_ON", "s1"), ("s1", "COVERED_BY", "g1")]),
            retracted=[("s1", "COVERED_BY", "g1")],
        )
    )
    found = of(graph, "m1")
    assert found.ancestors[0].held.rights == ()
    assert found.counts["total"]["without_right"] == 1


def test_a_right_known_to_be_none_or_refused_is_none() -> None:
    graph = world(
        *(("m1", "TRAINED_ON", f"s{n}") for n in (1, 2, 3)),
        ("s1", "COVERED_BY", "g1"),
        ("s2", "COVERED_BY", "g2"),
        ("s3", "COVERED_BY", "g3"),
        properties={
            "g1": {"grant_kind": "none"},
            "g2": {"grant_kind": "consent", "verification": "refused"},
            "g3": {"grant_kind": "consent", "verification": UNKNOWN},
        },
    )
    assert of(graph, "m1").counts["total"]["without_right"] == 2


def test_a_source_stands_on_nothing_and_a_loop_on_itself_adds_nothing() -> None:
    graph = world(("m1", "TRAINED_ON", "s1"), ("m1", "FINE_TUNED_FROM", "m1"))
    assert not len(of(graph, "s1").ancestors)
    assert [name_of(a.id) for a in of(graph, "m1").ancestors] == ["s1"]
    assert of(graph, "m1").fully_known
    assert not without_origin(graph, Policy())[graph.number[ref("s1").id]]


def test_of_a_data_set_made_by_the_model_itself_each_stands_on_the_other() -> None:
    graph = world(("m1", "TRAINED_ON", "d1"), ("d1", "GENERATED_BY", "m1"))
    assert [name_of(a.id) for a in of(graph, "m1").ancestors] == ["d1"]
    assert [name_of(a.id) for a in of(graph, "d1").ancestors] == ["m1"]


def test_two_names_of_an_ancestor_count_once() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "d1"),
        ("d1", "SAME_AS", "d2"),
        ("d2", "SAME_AS", "d1"),
        ("d2", "DERIVED_FROM", "s1"),
    )
    found = of(graph, "m1")
    assert found.counts["total"]["names"] == 3
    assert found.counts["kind"] == {"Dataset": 1, "Source": 1}


def test_a_chain_of_100_000_and_a_model_of_a_million_inputs_are_told_whole() -> None:
    graph = chain(100_000)
    found = ancestry(graph, graph.number["test://world/m100000"])
    assert found.counts["total"]["made_from"] == len(found.ancestors) == 100_000
    assert found.ancestors[-1].depth == 100_000
    graph = fan_in(1_000_000)
    found = ancestry(graph, graph.number["test://world/m"])
    assert found.counts["kind"] == {"Source": 1_000_000}
