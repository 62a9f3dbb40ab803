"""The same question in Cypher gives the same set as the library."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.graph import Graph
from lineage.impact import CARRIES, RELAYS, Policy, impact
from lineage.store.base import QueryLimits
from lineage.store.index import CypherIndex
from lineage.store.questions import informed_query, reached_query
from lineage.vocabulary import Relation, Transmits
from worlds import reading, ref, snapshot

names = st.sampled_from(["s1", "d1", "d2", "m1", "m2", "m3", "c1", "x1"])
told = st.tuples(names, st.sampled_from([r.value for r in Relation]), names)


@settings(max_examples=150, deadline=None)
@given(st.lists(told, min_size=1, max_size=25))
def test_cypher_on_the_embedded_index_equals_impact(edges: list[tuple[str, str, str]]) -> None:
    taken = snapshot(reading([*edges, ("m1", "TRAINED_ON", "s1")]))
    graph, index, policy = Graph(taken), CypherIndex(taken), Policy()
    answer = impact(graph, [graph.number[ref("s1").id]], policy)
    carrying = policy.relations(*CARRIES)
    parameters, limits = {"id": ref("s1").id}, QueryLimits(30, 10_000)
    reached = index.query(reached_query(carrying), parameters, limits)
    assert {row[0] for row in reached.rows} == {
        a.id for a in answer.affected if a.effect != Transmits.INFORMS
    }
    informed = index.query(
        informed_query(carrying, policy.relations(Transmits.INFORMS), policy.relations(*RELAYS)),
        parameters,
        limits,
    )
    assert {row[0] for row in informed.rows} == {
        a.id for a in answer.affected if a.effect == Transmits.INFORMS
    }
