"""Small graphs typed by hand: ``("m", "TRAINED_ON", "d")`` and what each node is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from lineage.graph import Graph
from lineage.records import (
    Assertion,
    DocumentRef,
    DocumentRow,
    EdgeRow,
    Extract,
    Place,
    Reading,
    Ref,
    Snapshot,
    Statement,
    frozen_properties,
)
from lineage.store.rows import edges, mentions, merged_node
from lineage.vocabulary import Evidence, Kind, Relation

NOW = "2026-01-01T00:00:00+00:00"

Told = tuple[str, str, str] | tuple[str, str, str, str]

_LETTER = {
    "s": Kind.SOURCE,
    "d": Kind.DATASET,
    "m": Kind.MODEL,
    "c": Kind.COPY,
    "x": Kind.DEPLOYMENT,
    "p": Kind.PARTY,
    "g": Kind.GRANT,
    "r": Kind.REVOCATION,
    "k": Kind.DECISION,
}


def ref(name: str) -> Ref:
    """A node by its name; the first letter says its kind: s, d, m, c, x, p, g, r."""
    return Ref(_LETTER[name[0]], "test://world", name)


def reading(
    told: Iterable[Told],
    document: str = "config.yml",
    repository: str = "repo",
    properties: dict[str, dict[str, object]] | None = None,
) -> Reading:
    """A document that says these things: (subject, relation, object[, evidence])."""
    assertions = tuple(
        Assertion(
            ref(t[0]),
            Relation(t[1]),
            ref(t[2]),
            Place("key", line),
            Evidence(t[3]) if len(t) == 4 else Evidence.DECLARED,
        )
        for line, t in enumerate(told, 1)
    )
    statements = tuple(
        Statement(ref(name), Place("key"), frozen_properties(values))
        for name, values in (properties or {}).items()
    )
    return Reading(
        DocumentRef(repository, document, "0" * 64, "test"), Extract(statements, assertions)
    )


def snapshot(*readings: Reading, retracted: Iterable[tuple[str, str, str]] = ()) -> Snapshot:
    """The snapshot of a store into which these readings were written."""
    gone = set(retracted)
    nodes: dict[str, list[tuple[object, bool]]] = {}
    rows: list[EdgeRow] = []
    for r in readings:
        for mention in mentions(r):
            nodes.setdefault(mention.node, []).append((mention, True))
        for e in edges(r):
            told = (e.subject.split("/")[-1], e.relation, e.object.split("/")[-1])
            active = told not in gone
            rows.append(
                EdgeRow(
                    e.key,
                    e.subject,
                    Relation(e.relation),
                    e.object,
                    e.document,
                    e.place,
                    e.line,
                    Evidence(e.evidence),
                    e.selector,
                    e.share,
                    active,
                    NOW,
                    NOW,
                    None if active else NOW,
                )
            )
    return Snapshot(
        "test",
        1,
        datetime(2026, 1, 1, tzinfo=UTC),
        tuple(merged_node(known) for known in nodes.values()),
        tuple(rows),
        tuple(
            DocumentRow(
                r.document.id, r.document.repository, r.document.path, "0" * 64, "test", None, NOW
            )
            for r in readings
        ),
    )


def world(*told: Told, properties: dict[str, dict[str, object]] | None = None) -> Graph:
    """The graph of one document that says these things."""
    return Graph(snapshot(reading(told, properties=properties)))


def name_of(node_id: str) -> str:
    """The short name of a node of these worlds."""
    return node_id.rpartition("/")[2]
