"""Facts as the graph holds them: rows to and from what Bolt carries. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lineage.records import (
    DocumentRef,
    DocumentRow,
    EdgeRow,
    NodeRow,
    Reading,
    Value,
    effective_kind,
)
from lineage.schema import NODE_PROPERTIES, RECORDED_IN, TAKEN_BACK
from lineage.store.columns import properties_text
from lineage.store.neo4j.cypher import EDGE_FIELDS, MENTION_FIELDS, STATE_FIELDS, type_of
from lineage.store.past import Fact, Row
from lineage.store.rows import Edge, Mention
from lineage.vocabulary import Evidence, Kind, Relation

_STATE = len(STATE_FIELDS)


@dataclass(slots=True)
class Changes:
    """How many facts a document newly says, no longer says, and says again."""

    asserted: int = 0
    retracted: int = 0
    unchanged: int = 0


def replace_facts(
    held: dict[str, Fact[Row]], said: Iterable[Row], now: str, dirty: set[str]
) -> Changes:
    """Brings what one document is held to say up to date with what it says now.

    Args:
        held: its facts by key, changed in place.
        said: all that it says.
        now: the time of reading.
        dirty: keys of the facts that changed otherwise than in time; added to.
    """
    changes, keys = Changes(), set()
    for row in said:
        keys.add(row.key)
        old = held.get(row.key)
        held[row.key] = Fact(
            row, active=True, first_seen=old.first_seen if old else now, last_seen=now
        )
        if old and old.active and old.row == row:
            changes.unchanged += 1
        else:
            changes.asserted += 1
            dirty.add(row.key)
    for key, old in held.items():
        if old.active and key not in keys:
            held[key] = replace(old, active=False, retracted_at=now)
            changes.retracted += 1
            dirty.add(key)
    return changes


@dataclass(frozen=True, slots=True)
class Known:
    """A node that is there: its key label, and whether a document still speaks of it."""

    label: str
    kind: str
    namespace: str
    name: str
    held: bool

    def covers(self, mention: Mention) -> bool:
        """Whether one more mention like this leaves the node as it is.

        Most mentions of a popular node do, and reading all of its others would take long.
        """
        return (
            self.held
            and mention.properties == "{}"
            and (mention.namespace, mention.name) == (self.namespace, self.name)
            and effective_kind((Kind(self.kind), mention.kind)) == self.kind
        )


def mention_of(values: Sequence[Any]) -> Fact[Mention]:
    """A mention from the list that the server gives."""
    document, node, key, form, kind, namespace, name, properties, produced = values[:-_STATE]
    return Fact(
        Mention(key, document, form, node, Kind(kind), namespace, name, properties, produced),
        *values[-_STATE:],
    )


def edge_of(values: Sequence[Any]) -> Fact[Edge]:
    """An assertion from the list that the server gives."""
    start, relation, end, key, *rest = values[:-_STATE]
    return Fact(Edge(key, start, relation, end, *rest), *values[-_STATE:])


def edge_row(values: Sequence[Any]) -> EdgeRow:
    """An assertion as a snapshot holds it."""
    start, relation, end, key, document, place, line, evidence, *rest = values
    return EdgeRow(
        key, start, Relation(relation), end, document, place, line, Evidence(evidence), *rest
    )


def _state(fact: Fact[Mention] | Fact[Edge]) -> dict[str, object]:
    """The properties that say when a fact held."""
    return {name: getattr(fact, name) for name in STATE_FIELDS}


def mention_parameters(fact: Fact[Mention]) -> dict[str, object]:
    """A mention as a parameter row: its ends, and the properties of the relationship."""
    row = fact.row
    own = {name: getattr(row, name) for name in MENTION_FIELDS} | {"kind": row.kind.value}
    return {"start": row.document, "end": row.node, "properties": own | _state(fact)}


def edge_parameters(fact: Fact[Edge], version: int) -> dict[str, object]:
    """An assertion as a parameter row: its ends, and the properties of the relationship."""
    row = fact.row
    own = {name: getattr(row, name) for name in EDGE_FIELDS} | {RECORDED_IN: version}
    if type_of(row.relation, row.document, fact.active) == TAKEN_BACK:
        own["relation"] = row.relation
    return {"start": row.subject, "end": row.object, "properties": own | _state(fact)}


def with_real_share(row: Edge) -> Edge:
    """The edge with its share as a real number, so that 1 and 1.0 are the same everywhere."""
    return row if row.share is None else replace(row, share=float(row.share))


def document_parameters(reading: Reading, now: str) -> dict[str, object]:
    """A document as properties of its node."""
    document = reading.document
    return {
        "trace": reading.trace,
        "id": document.id,
        "repository": document.repository,
        "path": document.path,
        "sha256": document.sha256,
        "format": document.format,
        "revision": document.revision,
        "read_at": now,
        "name": document.path,
        "namespace": document.repository,
        "kind": Kind.DOCUMENT.value,
    }


def same_document(known: DocumentRow | None, document: DocumentRef) -> bool:
    """Whether the store already holds this revision of the document."""
    return known is not None and (known.sha256, known.format, known.revision) == (
        document.sha256,
        document.format,
        document.revision,
    )


def node_parameters(node: NodeRow, version: int) -> dict[str, object]:
    """A node as the properties of its node, recorded in a version."""
    stated: dict[str, object] = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in node.properties.items()
    }
    return stated | {
        "id": node.id,
        "name": node.name,
        "namespace": node.namespace,
        "kind": node.kind.value,
        RECORDED_IN: version,
    }


def same_node(known: NodeRow | None, node: NodeRow) -> bool:
    """Whether the store already holds the node so: true and 1 are not the same."""
    return known == node and properties_text(known.properties) == properties_text(node.properties)


def recorded(properties: Mapping[str, Any]) -> int:
    """The version in which a node was recorded as it is."""
    return int(properties.get(RECORDED_IN) or 0)


def node_row(properties: Mapping[str, Any]) -> NodeRow:
    """A node as a snapshot holds it, from the properties of its node."""
    stated: dict[str, Value] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in properties.items()
        if name not in NODE_PROPERTIES and name != RECORDED_IN
    }
    return NodeRow(
        properties["id"],
        Kind(properties["kind"]),
        properties["namespace"],
        properties["name"],
        stated,
    )
