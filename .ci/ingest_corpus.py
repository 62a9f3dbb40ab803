"""Ingests a folder of real configs as a user would, and checks what must hold of it.

Usage: ``python .ci/ingest_corpus.py FOLDER``. Checks: nothing fatal and every file accounted
for; the same digest after a second run; the same graph in a Neo4j server started for this; and
for the source that reaches most, that impact, explain, the page and the same question in Cypher
agree on both stores.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from streamlit.testing.v1 import AppTest

from lineage.graph import Graph
from lineage.impact import CARRIES, RELAYS, Policy, explain, impact
from lineage.store import QueryLimits, Store, open_store
from lineage.store.questions import informed_query, reached_query
from lineage.vocabulary import Kind, Transmits
from neo4j_server import java_server

LINEAGE = Path(sys.executable).parent / "lineage"


def ingest(folder: Path, store: str, environment: dict[str, str]) -> dict[str, object]:
    """Runs the product's own command; its exit status must be 0 or 3 (files not readable)."""
    done = subprocess.run(
        [LINEAGE, "ingest", folder, "--repository", "corpus", "--store", store, "--format", "json"],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode in {0, 3}, done.stderr
    return dict(json.loads(done.stdout))


def most_reaching(graph: Graph) -> tuple[int, int]:
    """The origin that reaches most artifacts, and how many."""
    origins = [
        i for i, n in enumerate(graph.nodes) if n.kind in {Kind.SOURCE, Kind.DATASET, Kind.MODEL}
    ]
    sizes = [(impact(graph, [i]).counts["total"]["blast_radius"], -i) for i in origins]
    size, number = max(sizes)
    return -number, size


def answers(store: Store, number: int) -> dict[str, set[str]]:
    """The affected ids, by the library, page and by Cypher."""
    graph, policy = Graph(store.snapshot()), Policy()
    answer = impact(graph, [number], policy)
    carrying = policy.relations(*CARRIES)
    parameters, limits = {"id": graph.nodes[number].id}, QueryLimits(120, 1_000_000)
    informed = informed_query(
        carrying, policy.relations(Transmits.INFORMS), policy.relations(*RELAYS)
    )
    for a in answer.affected:
        assert explain(graph, [number], a.number, policy).steps[-1].subject == a.id
    return {
        "library": {a.id for a in answer.affected},
        "cypher": {
            str(row[0])
            for text in (reached_query(carrying), informed)
            for row in store.query(text, parameters, limits).rows
        },
    }


def rows_of_page(address: str, node: str) -> set[str]:
    """The ids in the table of the page, opened on the blast radius of a node."""
    os.environ["LINEAGE_STORE"] = address
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["revoke"] = [node]
    app.run()
    assert not app.exception, app.exception
    return {str(name) for name in app.dataframe[0].value["id"]}


def main(folder: Path) -> None:
    """All checks; an AssertionError names the one that failed."""
    files = sum(1 for path in folder.rglob("*") if path.is_file())
    with tempfile.TemporaryDirectory() as scratch, java_server() as server:
        url, password = server.url, server.password
        os.environ["LINEAGE_NEO4J_PASSWORD"] = password
        embedded = str(Path(scratch) / "corpus.sqlite")
        first = ingest(folder, embedded, {})
        assert first["files"] == files, (first["files"], files)
        store = open_store(embedded)
        before = store.snapshot()
        ingest(folder, embedded, {})
        after = store.snapshot()
        assert after.digest() == before.digest(), "a second run changed the graph"
        assert after.version == before.version, "a second run wrote a new version"
        ingest(folder, url, {"LINEAGE_NEO4J_PASSWORD": password})
        shared = open_store(url)
        assert shared.snapshot().digest() == before.digest(), "Neo4j holds another graph"
        graph = Graph(before)
        number, size = most_reaching(graph)
        found = [answers(s, number) for s in (store, shared)]
        sets = [names for each in found for names in each.values()]
        assert all(names == sets[0] for names in sets), [len(names) for names in sets]
        pages = [rows_of_page(address, graph.nodes[number].id) for address in (embedded, url)]
        assert all(shown == sets[0] for shown in pages), [len(shown) for shown in pages]
        print(
            f"{files} files: {first['formats']}; not recognised {first['not_recognised']}, "
            f"unreadable {len(first['unreadable'])}"
        )
        print(
            f"{len(graph)} nodes, {len(graph.edges)} assertions; digest {before.digest()[:16]} "
            "on both stores, after one run and two"
        )
        print(
            f"most reaching: {graph.nodes[number].id}: {size} in the blast radius; library, page "
            "and Cypher agree on both stores"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
