"""From readings to the rows that every store writes, and back to nodes.

Pure functions, shared by the stores so that they cannot disagree.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lineage.records import (
    OWN_REPOSITORY,
    NodeRow,
    Reading,
    Ref,
    Value,
    effective_kind,
    effective_properties,
)
from lineage.vocabulary import Kind

OWN = f"document://{OWN_REPOSITORY}/"
"""What the ids of Lineage's own documents begin with."""


@dataclass(frozen=True, slots=True)
class Mention:
    """What one document says of one node. ``properties`` is canonical JSON."""

    key: str
    document: str
    format: str
    node: str
    kind: Kind
    namespace: str
    name: str
    properties: str
    produced: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """One assertion, as a store writes it."""

    key: str
    subject: str
    relation: str
    object: str
    document: str
    place: str
    line: int | None
    evidence: str
    selector: str | None
    share: float | None


def mentions(reading: Reading) -> list[Mention]:
    """Every node the document speaks of, once, in order of key."""
    merged: dict[str, tuple[Ref, dict[str, Value], bool]] = {}
    for statement in reading.extract.statements:
        ref, properties, produced = merged.get(statement.ref.id, (statement.ref, {}, False))
        properties = {**dict(statement.properties), **properties}
        if not statement.stated:
            properties["name_from_path"] = True
        kind = effective_kind((ref.kind, statement.ref.kind))
        ref = ref if ref.kind == kind else statement.ref
        merged[ref.id] = (ref, properties, produced or statement.produced)
    for assertion in reading.extract.assertions:
        for ref in (assertion.subject, assertion.object):
            known, properties, produced = merged.get(ref.id, (ref, {}, False))
            kind = effective_kind((ref.kind, known.kind))
            merged[ref.id] = (ref if ref.kind == kind else known, properties, produced)
    document = reading.document
    rows = [
        Mention(
            hashlib.sha256(f"{document.id}\x1f{ref.id}".encode()).hexdigest()[:32],
            document.id,
            document.format,
            ref.id,
            ref.kind,
            ref.namespace,
            ref.name,
            json.dumps(properties, sort_keys=True, ensure_ascii=False, separators=(",", ":")),
            produced,
        )
        for ref, properties, produced in merged.values()
    ]
    return sorted(rows, key=lambda row: row.key)


def edges(reading: Reading) -> list[Edge]:
    """Every assertion of the document, once, in order of key."""
    document = reading.document.id
    rows = {
        (key := a.key(document)): Edge(
            key,
            a.subject.id,
            a.relation.value,
            a.object.id,
            document,
            a.place.key,
            a.place.line,
            a.evidence.value,
            a.selector,
            a.share,
        )
        for a in reading.extract.assertions
    }
    return [rows[key] for key in sorted(rows)]


def merged_node(known: Sequence[tuple[Mention, bool]]) -> NodeRow:
    """The node that several documents speak of.

    Args:
        known: all its mentions, with whether each still holds. Those that do decide; when none
            does, the retracted ones do, for what was is not forgotten. Joins and decisions only
            repeat what a node is called: they decide nothing.
    """
    files = [(m, active) for m, active in known if not m.document.startswith(OWN)] or known
    holding = [mention for mention, active in files if active] or [m for m, _ in files]
    first = min(holding, key=lambda m: (m.document, m.key))
    properties = effective_properties((m.format, m.document, _pairs(m.properties)) for m in holding)
    return NodeRow(
        first.node, effective_kind(m.kind for m in holding), first.namespace, first.name, properties
    )


def says_no_more(properties: str, known: str) -> bool:
    """Whether a node that has the ``known`` properties has all of these already (JSON texts).

    One more document that says so then changes nothing: the value that was chosen for each
    stays, and so does whether documents disagree on it.
    """
    held = json.loads(known)
    return all(
        name in held and type(held[name]) is type(value) and held[name] == value
        for name, value in json.loads(properties).items()
    )


def _pairs(text: str) -> tuple[tuple[str, Value], ...]:
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in json.loads(text).items()
    )


def relations_between(rows: Iterable[Edge]) -> dict[str, list[Edge]]:
    """Edges by relation, each list in order of key."""
    grouped: dict[str, list[Edge]] = {}
    for row in rows:
        grouped.setdefault(row.relation, []).append(row)
    return {
        relation: sorted(grouped[relation], key=lambda r: r.key) for relation in sorted(grouped)
    }
