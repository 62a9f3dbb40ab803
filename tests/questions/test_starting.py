"""The ending of a right leaves what another right still covers, whatever the question."""

from __future__ import annotations

import pytest

from lineage.errors import UsageError
from lineage.graph import Graph
from lineage.impact import explain, impact
from lineage.questions import leverage, rank, routes, together
from lineage.questions.counted import exposed_by
from lineage.vocabulary import Kind
from worlds import name_of, ref, world

VERIFIED = {"grant_kind": "agreement", "verification": "verified"}


@pytest.fixture
def graph() -> Graph:
    """Photographs held by two rights, texts by one of them; a model and a service of each."""
    return world(
        ("s1", "COVERED_BY", "g1"),
        ("s1", "COVERED_BY", "g2"),
        ("s2", "COVERED_BY", "g1"),
        ("m1", "TRAINED_ON", "s1"),
        ("m2", "TRAINED_ON", "s2"),
        ("x1", "DEPLOYS", "m1"),
        ("x2", "DEPLOYS", "m2"),
        properties={"g1": VERIFIED, "g2": VERIFIED},
    )


def number(graph: Graph, *names: str) -> list[int]:
    return [graph.number[ref(name).id] for name in names]


def test_a_grant_is_ranked_by_what_no_other_right_covers(graph: Graph) -> None:
    for row in rank(graph, (Kind.GRANT, Kind.SOURCE)).top():
        assert row.exposed == exposed_by(graph, impact(graph, [row.number])), row.id
    found = {name_of(r.id): r.exposed.things for r in rank(graph, (Kind.GRANT,)).top()}
    assert found == {"g1": 3, "g2": 0}


def test_two_rights_together_end_what_each_alone_leaves(graph: Graph) -> None:
    found = together(graph, number(graph, "g1", "g2"))
    assert {name_of(a.id) for a in found.only_together} == {"s1", "m1", "x1"}
    first, second = found.shares
    assert (first.alone.things, second.alone.things, found.all.things) == (3, 0, 6)


def test_leverage_and_routes_start_where_the_blast_radius_does(graph: Graph) -> None:
    (one,) = number(graph, "g1")
    found = leverage(graph, [one])
    assert [name_of(step.id) for step in found.plan] == ["m2"]
    assert found.remaining.deployments == 0
    told = routes(graph, [one], *number(graph, "x2"))
    assert (told.total, told.exact) == (1, True)
    with pytest.raises(UsageError):
        explain(graph, [one], *number(graph, "x1"))
