"""The graph behind a store: memory, opening, change and the whole answer; and Neo4j beside it.

One generated graph (``bench/graphs.py``) as the product holds it (``bench/worlds.py``), of the
size ``BENCH_GRAPH`` (H); through the embedded store at the size ``BENCH_STORE`` (M; L is of more
than a million artifacts and takes some minutes to write), written row by row as the store's own
tables have them.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.goal import Goal
from bench.graphs import MODELS, made
from bench.worlds import columns_of
from lineage.engine.reach import reach
from lineage.graph import Graph, kept
from lineage.impact import CARRIES, Policy, impact, ready
from lineage.impact.reach import walkable
from lineage.records import Assertion, DocumentRef, Extract, Place, Reading, Ref
from lineage.store.columns import Columns
from lineage.store.embedded import EmbeddedStore
from lineage.vocabulary import Kind, Relation

_EDGE_COLUMNS = (
    "subject", "object", "code", "document", "place", "line", "first_seen", "last_seen",
    "retracted", "retracted_at", "selected", "selector", "shared", "share",
)  # fmt: skip


def measure() -> Iterator[Goal]:
    """The goals of the graph and its store."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["LINEAGE_CACHE"] = name
        yield from _in_memory(os.environ.get("BENCH_GRAPH", "H"))
        yield from _through_the_store(Path(name))


def _in_memory(size: str) -> Iterator[Goal]:
    columns, number = columns_of(made(MODELS[size]))
    graph = Graph(columns)
    edges, hub = graph.topology.edges, int(number[0])
    rows = graph.topology.rows
    held = sum(getattr(columns, name).nbytes for name in _EDGE_COLUMNS)
    both = rows.up_edge.nbytes + rows.up_start.nbytes + rows.start.nbytes
    yield Goal(
        "all columns of assertions, bytes each",
        (held + both) / edges,
        40,
        "less",
        {"edges": edges, "nodes": len(graph)},
    )
    impact(graph, [hub])
    plain = _median(lambda: impact(graph, [hub]))
    started = time.perf_counter()
    ready(graph, Policy())
    preparing = time.perf_counter() - started
    impact(graph, [hub])
    answer = impact(graph, [hub])
    yield Goal(
        "whole answer about the hub (distances, counts by kind and value), seconds",
        _median(lambda: impact(graph, [hub])),
        0.5,
        "less",
        {
            "edges": edges,
            "affected": answer.counts["total"]["blast_radius"],
            "made_ready_s": preparing,
            "not_made_ready_s": plain,
        },
    )
    started = time.perf_counter()
    kept._kept(graph)
    writing = time.perf_counter() - started
    folder = kept.folder_of_graphs() / columns.moment.identity / str(columns.moment.version)

    def first_answer() -> None:
        opened = kept._read(folder)
        passes = walkable(opened, Policy(), *CARRIES)
        reach(opened.topology, [opened.number[graph.nodes[hub].id]], passes=passes)

    yield Goal(
        "from the files to the first reach of the hub, seconds",
        _median(first_answer),
        0.3,
        "less",
        {"edges": edges, "writing_s": writing},
    )


def _through_the_store(folder: Path) -> Iterator[Goal]:
    columns, number = columns_of(made(MODELS[os.environ.get("BENCH_STORE", "M")]))
    store = EmbeddedStore.open(folder / "store.sqlite")
    _fill(folder / "store.sqlite", Graph(columns))
    started = time.perf_counter()
    graph = Graph.of(store)
    reading = time.perf_counter() - started
    hub = graph.nodes[int(number[0])].id
    kept._LATEST.clear()
    started = time.perf_counter()
    graph = Graph.of(store)
    opening = time.perf_counter() - started
    times: list[float] = []
    for n in range(15):
        started = time.perf_counter()
        store.write([_config(n)], datetime.now(UTC))
        graph = Graph.of(store)
        times.append(time.perf_counter() - started)
    assert "hf://models/new/14" in graph.number
    reached = impact(graph, [graph.number[hub]])
    yield Goal(
        "a config of 5 assertions, from the store's write to a graph that knows it, milliseconds",
        statistics.median(times) * 1000,
        50,
        "less",
        {
            "edges": graph.topology.edges,
            "read_s": reading,
            "opened_s": opening,
            "affected": reached.counts["total"]["blast_radius"],
        },
    )
    yield _gate(folder, graph)
    store.close()


def _gate(folder: Path, graph: Graph) -> Goal:
    config = folder / "planned.yaml"
    config.write_text(
        "base_model: new/1\ndatasets:\n  - path: new/2-3\n    type: alpaca\noutput_dir: out/x\n"
    )
    program = Path(sys.executable).with_name("lineage")

    def judged() -> None:
        command = [program, "check", config, "--store", folder / "store.sqlite"]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 1, done.stderr

    judged()
    return Goal(
        "lineage check of one config, the whole process, seconds",
        _median(judged),
        1.0,
        "less",
        {"artifacts": int(graph.is_artifact.sum()), "edges": graph.topology.edges},
    )


def _median(work: Callable[[], object], runs: int = 5) -> float:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _config(number: int) -> Reading:
    model = Ref(Kind.MODEL, "hf://models", f"new/{number}")
    data = [Ref(Kind.DATASET, "hf://datasets", f"new/{number}-{n}") for n in range(5)]
    facts = tuple(
        Assertion(model, Relation.TRAINED_ON, d, Place(f"datasets[{n}].path", n + 1))
        for n, d in enumerate(data)
    )
    return Reading(DocumentRef("bench", f"new/{number}.yaml", "1", "axolotl"), Extract((), facts))


def _fill(path: Path, graph: Graph) -> None:
    """Writes a graph's rows into the store's tables, as one version."""
    c: Columns = graph.columns
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    names = zip(c.node_id.to_pylist(), c.node_split.tolist(), strict=True)
    sets = c.property_sets.to_pylist()
    connection.executemany(
        "INSERT INTO node (id, kind, namespace, name, properties, recorded) "
        "VALUES (?, ?, ?, ?, ?, 1)",
        (
            (node, kind, node[:split], node[split + 1 :], sets[properties])
            for (node, split), kind, properties in zip(
                names,
                (graph.nodes[n].kind.value for n in range(len(graph))),
                c.node_properties.tolist(),
                strict=True,
            )
        ),
    )
    connection.executemany(
        "INSERT INTO document (id, repository, path, sha256, format, revision, read_at, recorded) "
        "VALUES (?, 'bench', ?, '1', 'axolotl', NULL, '2026', 1)",
        ((d, d.removeprefix("document://bench/")) for d in c.document_id.to_pylist()),
    )
    connection.executemany(
        "INSERT INTO edge (key, subject, relation, object, document, place, line, evidence, "
        "selector, share, active, first_seen, last_seen, retracted_at, recorded) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (
            (
                e.key, e.subject, e.relation.value, e.object, e.document, e.place, e.line,
                e.evidence.value, e.selector, e.share, e.active, e.first_seen, e.last_seen,
                e.retracted_at,
            )
            for e in graph.edges
        ),
    )  # fmt: skip
    connection.execute("UPDATE version SET number = 1")
    connection.execute("INSERT INTO moment VALUES (1, '2026-01-01T00:00:00.000000+00:00')")
    connection.commit()
    connection.close()
