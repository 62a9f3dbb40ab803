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
import numpy as np
import pyarrow as pa

from bench.filling import fill
from bench.goal import Goal
from bench.graphs import MODELS, made
from bench.worlds import columns_of
from lineage.engine.reach import reachable
from lineage.graph import Graph
from lineage.impact import CARRIES, Policy
from lineage.impact.reach import walkable
from lineage.store.base import QueryLimits
from lineage.store.columns import Columns
from lineage.store.neo4j import Neo4jStore
from lineage.store.questions import reached_query

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from neo4j_server import java_server

SIZES = os.environ.get("BENCH_NEO4J_SIZES", "S,M").split(",")
"""Sizes of generated graphs. M (160,000 nodes) takes some minutes to write, L ten times that."""


def measure() -> Iterator[Goal]:
    """The goals of reading Neo4j."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LINEAGE_CACHE"] = folder
        for size in SIZES:
            with java_server() as server:
                yield from _on(server.url, server.user, server.password, size)


def _on(url: str, user: str, password: str, size: str) -> Iterator[Goal]:
    columns, number = columns_of(made(MODELS[size]))
    hub = columns.node_id[int(number[0])].as_py()
    started = time.perf_counter()
    with neo4j.GraphDatabase.driver(
        url, auth=(user, password), notifications_min_severity="OFF"
    ) as driver:
        fill(driver, columns)
    writing = time.perf_counter() - started
    store = Neo4jStore.open(url, user=user, password=password)
    store.columns()
    costs = []
    for _ in range(3):
        started, cpu = time.perf_counter(), time.process_time()
        read = store.columns()
        costs.append((time.process_time() - cpu, time.perf_counter() - started))
    cpu, wall = statistics.median(c for c, _ in costs), statistics.median(w for _, w in costs)
    edges = len(columns.code)
    yield Goal(
        f"{size}: Neo4j to all columns, microseconds of client CPU an assertion",
        cpu / edges * 1e6,
        1,
        "less",
        {
            "nodes": len(columns.node_id),
            "edges": edges,
            "wall_s": wall,
            "cpu_s": cpu,
            "least_cpu_s": min(c for c, _ in costs),
            "written_in_s": writing,
        },
        equal=_same(read, columns),
    )
    found = Graph(read)
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
    same = {row[0] for row in rows} == {found.nodes[n].id for n in np.flatnonzero(reached)} - {hub}
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


def _same(read: Columns, written: Columns) -> bool:
    """Whether what was read is what was written, whatever the numbers of texts."""
    plain = ("node_split", "node_kind", "subject", "object", "line", "retracted", "shared", "share")
    numbered = (
        ("node_properties", "property_sets"), ("document", "document_id"), ("place", "places"),
        ("first_seen", "times"), ("last_seen", "times"), ("retracted_at", "times"),
    )  # fmt: skip
    texts = ("node_id", "document_id", "repository", "path", "sha256", "format", "revision")
    return (
        all(np.array_equal(getattr(read, n), getattr(written, n)) for n in plain)
        and all(_texts(read, *n).equals(_texts(written, *n)) for n in numbered)
        and all(getattr(read, n).equals(getattr(written, n)) for n in texts)
        and np.array_equal(
            np.array(read.classes)[read.code], np.array(written.classes)[written.code]
        )
    )


def _texts(columns: Columns, numbers: str, texts: str) -> pa.Array:
    return getattr(columns, texts).take(pa.array(getattr(columns, numbers)))
