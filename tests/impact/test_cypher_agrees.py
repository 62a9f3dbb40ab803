"""The same question in Cypher gives the same set as the library."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import neo4j
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.aliases.decisions import Verdict, decide, decisions, undo
from lineage.engine.reach import reachable
from lineage.graph import Graph
from lineage.impact import CARRIES, RELAYS, Policy, impact
from lineage.records import Reading
from lineage.store.base import QueryLimits, Store
from lineage.store.index import CypherIndex
from lineage.store.neo4j import Neo4jStore
from lineage.store.questions import ancestry_query, exposed_query, informed_query, reached_query
from lineage.vocabulary import Kind, Relation, Transmits
from neo4j_server import Server
from worlds import reading, ref, snapshot

NAMES = ("s1", "d1", "d2", "m1", "m2", "m3", "c1", "x1")
names = st.sampled_from(NAMES)
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


def rows(store: Store, text: str, root: str) -> set[object]:
    answer = store.query(text, {"id": root}, QueryLimits(60, 10_000))
    assert not answer.truncated
    return {row[0] for row in answer.rows}


def documents(seed: int, rounds: int) -> Iterator[tuple[Reading, datetime]]:
    """Cyclic multigraphs, day after day; each document replaces the third before it."""
    draw = random.Random(seed)
    kinds = [r.value for r in Relation]
    for day in range(rounds):
        told = [
            (draw.choice(NAMES), draw.choice(kinds), draw.choice(NAMES))
            for _ in range(draw.randrange(1, 25))
        ]
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
        yield reading([*told, ("m1", "TRAINED_ON", "s1")], f"{day % 3}.yml"), at


def test_cypher_on_each_store_equals_the_library_on_random_graphs(store: Store) -> None:
    """Cyclic multigraphs, one after the other in one store, as documents replace each other."""
    policy = Policy()
    carrying = policy.relations(*CARRIES)
    for document, at in documents(20261125, rounds=25):
        store.write([document], at)
        graph = Graph.of(store)
        for root in ("s1", "d1"):
            if ref(root).id not in graph.number:
                continue
            answer = impact(graph, [graph.number[ref(root).id]], policy)
            assert rows(store, reached_query(carrying), ref(root).id) == {
                a.id for a in answer.affected if a.effect != Transmits.INFORMS
            }
        passes = graph.passing(carrying)
        above = reachable(graph.topology, [graph.number[ref("m1").id]], passes, upstream=True)
        above[graph.number[ref("m1").id]] = False
        assert rows(store, ancestry_query(carrying), ref("m1").id) == {
            graph.nodes[int(n)].id for n in np.flatnonzero(above)
        }
        source = graph.number[ref("s1").id]
        below = reachable(graph.topology, [source], passes)
        below[source] = False
        parameters = {"id": ref("s1").id}
        counts = store.query(exposed_query(carrying), parameters, QueryLimits(60, 10_000)).rows
        assert dict(counts) == {
            k.value: n for k in Kind if (n := int((below & graph.of_kind(k)).sum()))
        }


def operators(plan: dict[str, object]) -> Iterator[str]:
    yield str(plan["operatorType"]).partition("@")[0]
    children = plan.get("children", ())
    assert isinstance(children, list | tuple)
    for child in children:
        yield from operators(child)


@pytest.mark.neo4j
def test_no_count_of_the_server_makes_it_try_every_route(
    clean_neo4j: Server, neo4j_driver: neo4j.Driver
) -> None:
    """A plan that expands into all nodes did not end within a minute on eight nodes."""
    carrying = Policy().relations(*CARRIES)
    informing, relaying = Policy().relations(Transmits.INFORMS), Policy().relations(*RELAYS)
    texts = (
        reached_query(carrying),
        informed_query(carrying, informing, relaying),
        ancestry_query(carrying),
        exposed_query(carrying),
    )
    server = clean_neo4j
    with closing(Neo4jStore.open(server.url, user=server.user, password=server.password)) as store:
        for document, at in documents(0, rounds=3):
            store.write([document], at)
            with neo4j_driver.session() as session:
                session.run("CALL db.clearQueryCaches()").consume()
                for text in texts:
                    plan = session.run("EXPLAIN " + text, {"id": ref("s1").id}).consume().plan
                    expands = [o for o in operators(plan) if o.startswith("VarLengthExpand")]
                    assert expands
                    assert all(o == "VarLengthExpand(Pruning,BFS,All)" for o in expands), text


def test_a_decision_that_was_taken_back_leads_nowhere_in_cypher_either(store: Store) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    store.write([reading([("m1", "TRAINED_ON", "d1"), ("m2", "TRAINED_ON", "d2")])], at)
    query, carrying = reached_query(Policy().relations(*CARRIES)), ref("d2").id
    graph = Graph.of(store)
    one, other = (graph.number[ref(name).id] for name in ("d1", "d2"))
    decide(store, graph, one, other, Verdict.ACCEPTED, by="ana", reason="the same export")
    assert rows(store, query, carrying) == {ref(n).id for n in ("d1", "m1", "m2")}
    undo(store, Graph.of(store), one, other)
    assert rows(store, query, carrying) == {ref("m2").id}
    assert [d.undone_at is None for d in decisions(store.snapshot().edges)] == [False]
    decide(store, Graph.of(store), one, other, Verdict.ACCEPTED, by="ana", reason="after all")
    assert rows(store, query, carrying) == {ref(n).id for n in ("d1", "m1", "m2")}
    assert [d.undone_at is None for d in decisions(store.snapshot().edges)] == [True]
