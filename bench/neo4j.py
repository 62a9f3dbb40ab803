"""Neo4j beside the engine: reading it into columns, and its own best query for the same answer.

Starts a server of its own (``tools/neo4j_server.py``). The graph is written with the labels,
ids, keys and relationships that the store gives it.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import neo4j

from bench.goal import Goal
from bench.graphs import MODELS, made
from bench.worlds import columns_of
from lineage.engine.reach import reachable
from lineage.graph import Graph
from lineage.impact import CARRIES, Policy
from lineage.impact.reach import walkable
from lineage.schema import constraint_statements, index_statements
from lineage.store.base import QueryLimits
from lineage.store.neo4j import Neo4jStore
from lineage.store.neo4j.cypher import place_of
from lineage.store.questions import reached_query

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from neo4j_server import java_server

SIZES = os.environ.get("BENCH_NEO4J_SIZES", "S,M").split(",")
"""Sizes of generated graphs; L takes a quarter of an hour to write."""

_ROWS = 20_000


def measure() -> Iterator[Goal]:
    """The goals of reading Neo4j."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LINEAGE_CACHE"] = folder
        for size in SIZES:
            with java_server() as server:
                yield from _on(server.url, server.user, server.password, size)


def _on(url: str, user: str, password: str, size: str) -> Iterator[Goal]:
    columns, number = columns_of(made(MODELS[size]))
    graph = Graph(columns)
    hub = graph.nodes[int(number[0])].id
    with neo4j.GraphDatabase.driver(url, auth=(user, password)) as driver:
        _fill(driver, graph)
    store = Neo4jStore.open(url, user=user, password=password)
    store.columns()
    started, cpu = time.perf_counter(), time.process_time()
    found = Graph(store.columns())
    cpu, wall = time.process_time() - cpu, time.perf_counter() - started
    assert len(found.edges) == len(graph.edges)
    yield Goal(
        f"{size}: Neo4j to columns, microseconds of client CPU an assertion",
        cpu / len(graph.edges) * 1e6,
        1,
        "less",
        {"edges": len(graph.edges), "wall_s": wall, "cpu_s": cpu},
    )
    carrying = Policy().relations(*CARRIES)
    passes = walkable(found, Policy(), *CARRIES)
    root = found.number[hub]
    theirs, ours = [], []
    for _ in range(3):
        started = time.perf_counter()
        rows = store.query(reached_query(carrying), {"id": hub}, QueryLimits(600, 10**7)).rows
        theirs.append(time.perf_counter() - started)
        started = time.perf_counter()
        reached = reachable(found.topology, [root], passes)
        ours.append(time.perf_counter() - started)
    same = len(rows) == int(reached.sum()) - 1
    store.close()
    yield Goal(
        f"{size}: everything downstream of the hub, times faster than Neo4j's own query",
        statistics.median(theirs) / statistics.median(ours),
        10,
        "more",
        {
            "neo4j_s": statistics.median(theirs),
            "ours_s": statistics.median(ours),
            "reached": len(rows),
        },
        equal=same,
    )


def _parts(rows: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    for start in range(0, len(rows), _ROWS):
        yield rows[start : start + _ROWS]


def _fill(driver: neo4j.Driver, graph: Graph) -> None:
    """Writes a graph as the store would have it."""

    def run(text: str, **values: object) -> None:
        driver.execute_query(text, values)

    for statement in (*constraint_statements(), *index_statements()):
        run(statement)
    run(
        "CREATE (:LineageVersion {id: 'graph', version: 1, identity: 'bench'}) "
        "CREATE (:LineageMoment {version: 1, at: '2026-01-01T00:00:00.000000+00:00'})"
    )
    by_label: dict[str, list[dict[str, object]]] = {}
    for node in graph.nodes:
        row = {**node.properties, "id": node.id, "name": node.name, "namespace": node.namespace}
        row = {k: list(v) if isinstance(v, tuple) else v for k, v in row.items()}
        row |= {"kind": node.kind.value, "recorded_in": 1}
        by_label.setdefault(f"{place_of(node.kind)}:{node.kind.value}", []).append(row)
    for label, rows in by_label.items():
        for part in _parts(rows):
            run(f"UNWIND $rows AS row CREATE (n:{label}) SET n = row", rows=part)
    run(
        "MERGE (d:Document {id: 'document://bench/x'}) SET d.repository = 'bench', d.path = 'x', "
        "d.sha256 = '1', d.format = 'x', d.read_at = '', d.recorded_in = 1"
    )
    driver.session().run(
        "MATCH (n:Artifact) CALL (n) { MATCH (d:Document {id: 'document://bench/x'}) "
        "CREATE (d)-[:ASSERTS {active: true}]->(n) } IN TRANSACTIONS OF 50000 ROWS"
    ).consume()
    by_relation: dict[str, list[dict[str, object]]] = {}
    for e in graph.edges:
        properties = {
            "key": e.key, "document": "document://bench/x", "place": e.place, "line": e.line,
            "evidence": e.evidence.value, "share": e.share, "active": e.active,
            "first_seen": e.first_seen, "last_seen": e.last_seen, "retracted_at": e.retracted_at,
            "recorded_in": 1,
        }  # fmt: skip
        row = {"s": e.subject, "o": e.object, "p": properties}
        by_relation.setdefault(e.relation.value, []).append(row)
    for relation, rows in by_relation.items():
        for part in _parts(rows):
            run(
                "UNWIND $rows AS row MATCH (s:Artifact {id: row.s}) MATCH (o:Artifact {id: row.o}) "
                f"CREATE (s)-[r:{relation}]->(o) SET r = row.p",
                rows=part,
            )
