"""The snapshot that a case was decided on, as bytes that anybody can read again.

Gzipped JSON lines: a header, then nodes, assertions and documents, each a list in the order of
the record's fields. The same graph gives the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from lineage.errors import InputError
from lineage.graph import Graph
from lineage.impact import Impact, impact
from lineage.records import DocumentRow, EdgeRow, NodeRow, Snapshot
from lineage.vocabulary import Evidence, Kind, Relation

_FORM = "lineage snapshot 1"


def freeze(graph: Graph) -> bytes:
    """The bytes of a graph."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0, compresslevel=6) as packed:
        for row in _rows(graph):
            text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            packed.write(f"{text}\n".encode())
    return out.getvalue()


def _rows(graph: Graph) -> Iterator[list[object]]:
    taken = graph.taken_at.isoformat()
    counts = [len(graph.nodes), len(graph.edges), len(graph.documents)]
    yield [_FORM, graph.store, graph.version, taken, *counts]
    for n in sorted(graph.nodes, key=lambda n: n.id):
        yield [n.id, n.kind.value, n.namespace, n.name, dict(sorted(n.properties.items()))]
    for e in sorted(graph.edges, key=lambda e: e.key):
        yield [
            e.key, e.subject, e.relation.value, e.object, e.document, e.place, e.line,
            e.evidence.value, e.selector, e.share, e.active, e.first_seen, e.last_seen,
            e.retracted_at,
        ]  # fmt: skip
    for d in sorted(graph.documents.values(), key=lambda d: d.id):
        yield [d.id, d.repository, d.path, d.sha256, d.format, d.revision, d.read_at]


def thaw(data: bytes, location: str = "snapshot") -> Graph:
    """The graph that was frozen.

    Raises:
        InputError: these are not the bytes of one.
    """
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            rows = iter([json.loads(line) for line in packed])
        header: list[Any] = next(rows, [])
        form, store, version, taken, nodes, edges, documents = header
        if form != _FORM:
            raise ValueError(form)
        snapshot = Snapshot(
            store,
            version,
            datetime.fromisoformat(taken),
            tuple(map(_node, islice(rows, nodes))),
            tuple(map(_edge, islice(rows, edges))),
            tuple(DocumentRow(*row) for row in islice(rows, documents)),
        )
        if [len(snapshot.nodes), len(snapshot.edges), len(snapshot.documents)] != header[4:]:
            raise ValueError("cut off")
    except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
        raise InputError("this is no frozen snapshot of a graph", location=location) from error
    return Graph(snapshot)


def _node(row: list[object]) -> NodeRow:
    id_, kind, namespace, name, properties = row
    assert isinstance(properties, dict)
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in properties.items()}
    return NodeRow(str(id_), Kind(str(kind)), str(namespace), str(name), values)


def _edge(row: list[object]) -> EdgeRow:
    key, subject, relation, target, document, place, line, evidence, *rest = row
    return EdgeRow(
        key, subject, Relation(str(relation)), target, document, place, line,  # type: ignore[arg-type]
        Evidence(str(evidence)), *rest,  # type: ignore[arg-type]
    )  # fmt: skip


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def radius_of(graph: Graph, roots: Sequence[str], cause: str) -> Impact:
    """The blast radius that a case stands on.

    An order takes the data whatever other rights there are; the ending of a right spares what
    another right in force still covers.
    """
    return impact(graph, [graph.number[root] for root in roots], destroy=cause == "order")


def packed(value: object) -> bytes:
    """JSON as bytes, the same for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
