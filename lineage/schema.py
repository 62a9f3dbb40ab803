"""The graph schema as data: labels, keys and properties; constraints and statements follow.

Both stores, the documentation and the page's legend are derived from these tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lineage.vocabulary import ARTIFACT_KINDS, KINDS, RELATIONS, Kind, Relation

ARTIFACT_LABEL = "Artifact"
"""The label that every node of lineage has beside its kind."""

VERSION_LABEL = "LineageVersion"
"""The label of the one node that every write bumps and readers fence on."""

MOMENT_LABEL = "LineageMoment"
"""The label of the nodes that say when each version was written."""

PAST_LABEL = "LineagePast"
"""The label of the nodes that keep superseded states, as text that no query of lineage meets."""

TAKEN_BACK = "TAKEN_BACK"
"""The type of an assertion that a person took back: no query that follows lineage meets it."""

RECORDED_IN = "recorded_in"
"""The property that says in which version of the store a state was recorded."""

ASSERTS = "ASSERTS"
"""The relationship from a document to each node it speaks of."""

NODE_PROPERTIES: Mapping[str, str] = {
    "id": "unique: namespace and name",
    "name": "the name, as the field spells it",
    "namespace": "where the name means something: a hub, a bucket, a repository, a config",
    "kind": "the label, as text",
}
"""Properties that every node has; the documents add others (licence, location, records …)."""

EDGE_PROPERTIES: Mapping[str, str] = {
    "key": "unique: subject, relation, object and document",
    "document": "id of the document that asserts it",
    "place": "key path in the document",
    "line": "line in the document, from 1",
    "evidence": "declared, inherited, default, inferred or comment",
    "selector": "the part of the object that was used, when the document names one",
    "share": "weight of the object in the subject's inputs, from 0 to 1, when given",
    "active": "false once no document says it any longer",
    "first_seen": "when it was first read, or when it was first committed (UTC)",
    "last_seen": "when it was last read (UTC)",
    "retracted_at": "when it was found to be no longer said, or removed by a commit (UTC)",
}


@dataclass(frozen=True, slots=True)
class Label:
    """A node label: its key property and its meaning."""

    name: str
    key: str
    definition: str


LABELS: tuple[Label, ...] = (
    Label(ARTIFACT_LABEL, "id", "anything that lineage passes through"),
    *(Label(kind.value, "id", definition) for kind, definition in KINDS.items()),
)

LINEAGE_RELATIONS: tuple[Relation, ...] = tuple(
    relation for relation, term in RELATIONS.items() if term.transmits.value != "nothing"
)
"""The relations that pass something on, in the order of the vocabulary."""


def key_label(kind: Kind) -> str:
    """The label under which a node of this kind is unique."""
    return ARTIFACT_LABEL if kind in ARTIFACT_KINDS else kind.value


def constraint_statements() -> list[str]:
    """Cypher that makes node ids and relationship keys unique, before the first write."""
    keyed = [ARTIFACT_LABEL, *(k.value for k in Kind if k not in ARTIFACT_KINDS)]
    nodes = [
        f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE"
        for label in keyed
    ]
    edges = [
        f"CREATE CONSTRAINT {relation.lower()}_key IF NOT EXISTS "
        f"FOR ()-[r:{relation}]-() REQUIRE r.key IS UNIQUE"
        for relation in (*(r.value for r in Relation), TAKEN_BACK)
    ]
    asserts = (
        f"CREATE CONSTRAINT asserts_key IF NOT EXISTS "
        f"FOR ()-[r:{ASSERTS}]-() REQUIRE r.key IS UNIQUE"
    )
    version = (
        f"CREATE CONSTRAINT lineage_version IF NOT EXISTS "
        f"FOR (n:{VERSION_LABEL}) REQUIRE n.id IS UNIQUE"
    )
    moment = (
        f"CREATE CONSTRAINT lineage_moment IF NOT EXISTS "
        f"FOR (n:{MOMENT_LABEL}) REQUIRE n.version IS UNIQUE"
    )
    return [*nodes, *edges, asserts, version, moment]


def index_statements() -> list[str]:
    """Cypher that makes what was written after a version, or before it, quick to find."""
    return [
        f"CREATE INDEX document_{RECORDED_IN} IF NOT EXISTS FOR (n:Document) ON (n.{RECORDED_IN})",
        f"CREATE INDEX lineage_past IF NOT EXISTS FOR (n:{PAST_LABEL}) ON (n.superseded_in)",
    ]
