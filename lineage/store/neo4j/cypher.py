"""The Cypher that the store sends. Labels and types come from the schema; all else is a parameter.

Names of properties travel inside maps, never in the text: documents choose them. Each match by
id names the index: a plan that the server made for an empty database would scan a full one.
"""

from __future__ import annotations

from lineage.records import DECISIONS
from lineage.schema import (
    ARTIFACT_LABEL,
    ASSERTS,
    MOMENT_LABEL,
    PAST_LABEL,
    RECORDED_IN,
    TAKEN_BACK,
    VERSION_LABEL,
    key_label,
)
from lineage.store.rows import OWN
from lineage.vocabulary import ARTIFACT_KINDS, Kind, Relation

KEY_LABELS: tuple[str, ...] = (
    ARTIFACT_LABEL,
    *(kind.value for kind in Kind if kind not in ARTIFACT_KINDS and kind is not Kind.DOCUMENT),
)
"""The labels under which nodes that documents speak of are unique."""

MENTION_FIELDS = ("key", "format", "kind", "namespace", "name", "properties", "produced")
EDGE_FIELDS = ("key", "document", "place", "line", "evidence", "selector", "share")
STATE_FIELDS = ("active", "first_seen", "last_seen", "retracted_at")
DOCUMENT_FIELDS = ("id", "repository", "path", "sha256", "format", "revision", "read_at")

_VERSION = f"(v:{VERSION_LABEL} {{id: 'graph'}})"
_TYPES = "|".join([*(relation.value for relation in Relation), TAKEN_BACK])
_RELATION = f"CASE WHEN type(r) = '{TAKEN_BACK}' THEN r.relation ELSE type(r) END"

CREATE_VERSION = (
    f"MERGE {_VERSION} ON CREATE SET v.version = 0 WITH v WHERE v.identity IS NULL "
    f"SET v.identity = randomUUID() "
    f"MERGE (m:{MOMENT_LABEL} {{version: v.version}}) ON CREATE SET m.at = $at"
)
LOCK = f"MATCH {_VERSION} SET v.locked = true"
"""Waits until no other transaction holds the version, and holds it to the end of this one."""

READ_VERSION = f"MATCH {_VERSION} RETURN v.version AS version, v.write AS write"
BUMP = (
    f"MATCH {_VERSION} SET v.version = $version, v.write = $write "
    f"CREATE (:{MOMENT_LABEL} {{version: $version, at: $at}})"
)
READ_MOMENT = (
    f"MATCH {_VERSION} "
    f"OPTIONAL MATCH (m:{MOMENT_LABEL} {{version: coalesce($version, v.version)}}) "
    "RETURN v.identity AS identity, v.version AS current, m.version AS version, m.at AS at"
)
VERSION_AT = (
    f"MATCH (m:{MOMENT_LABEL}) RETURN max(CASE WHEN m.at <= $at THEN m.version END) AS version, "
    "min(m.at) AS first"
)


def _listed(variable: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{variable}.{name}" for name in names)


def _node(variable: str, label: str, value: str) -> str:
    """Finds one node by its id, through the index."""
    return f"MATCH ({variable}:{label} {{id: {value}}}) USING INDEX SEEK {variable}:{label}(id) "


_OF_DOCUMENT = f"UNWIND $ids AS id {_node('d', 'Document', 'id')}"
_MENTION = _listed("a", MENTION_FIELDS + STATE_FIELDS)
_EDGE = _listed("r", EDGE_FIELDS + STATE_FIELDS)
_STATE = f"n.id, {_RELATION}, o.id, {_EDGE}"

DOCUMENTS = f"{_OF_DOCUMENT}RETURN collect([{_listed('d', DOCUMENT_FIELDS)}]) AS rows"
MENTIONS_OF_DOCUMENTS = (
    f"{_OF_DOCUMENT}MATCH (d)-[a:{ASSERTS}]->(n) RETURN collect([d.id, n.id, {_MENTION}]) AS rows"
)
EDGES_OF_DOCUMENTS = (
    f"{_OF_DOCUMENT}MATCH (d)-[:{ASSERTS}]->(n)-[r:{_TYPES}]->(o) WHERE r.document = id "
    f"RETURN collect([{_STATE}]) AS rows"
)
WRITE_DOCUMENTS = "UNWIND $rows AS row MERGE (d:Document {id: row.id}) SET d += row"
SEEN_DOCUMENTS = f"{_OF_DOCUMENT}SET d.read_at = $now, d.revision = $revision"
MOVE_DOCUMENTS = f"{_OF_DOCUMENT}SET d.{RECORDED_IN} = $version"
WRITE_PAST = f"UNWIND $rows AS row CREATE (p:{PAST_LABEL}) SET p = row"
READ_PAST = (
    f"MATCH (p:{PAST_LABEL}) WHERE p.superseded_in > $version AND p.{RECORDED_IN} <= $version "
    "RETURN p.of AS of, p.state AS state"
)
DOCUMENT_STATES = (
    f"{_OF_DOCUMENT}RETURN collect([coalesce(d.{RECORDED_IN}, 0), "
    f"{_listed('d', DOCUMENT_FIELDS)}]) AS rows"
)
SEEN_MENTIONS = f"{_OF_DOCUMENT}MATCH (d)-[a:{ASSERTS}]->() WHERE a.active SET a.last_seen = $now"
SEEN_EDGES = (
    f"{_OF_DOCUMENT}MATCH (d)-[:{ASSERTS}]->()-[r:{_TYPES}]->() "
    "WHERE r.document = id AND r.active SET r.last_seen = $now"
)
DOCUMENT_PAGE = (
    "MATCH (d:Document) USING INDEX SEEK d:Document(id) WHERE d.id > $after "
    "AND d.sha256 IS NOT NULL AND ($repository IS NULL OR d.repository = $repository) "
    f"AND ($version IS NULL OR coalesce(d.{RECORDED_IN}, 0) <= $version) "
    f"WITH d ORDER BY d.id LIMIT $limit RETURN collect([{_listed('d', DOCUMENT_FIELDS)}, "
    "CASE WHEN $traced THEN coalesce(d.trace, '') ELSE '' END]) AS rows"
)


def place_of(kind: Kind) -> str:
    """The label under which a node of this kind is kept.

    A thing that is called a document but was not read as one stays apart from the documents.
    """
    return ARTIFACT_LABEL if kind is Kind.DOCUMENT else key_label(kind)


def present(label: str) -> str:
    """Which of the ids are nodes under this label, and whether a document still speaks of each."""
    return (
        f"UNWIND $ids AS id {_node('n', label, 'id')}"
        f"RETURN collect([n.id, n.kind, n.namespace, n.name, "
        f"EXISTS {{ (n)<-[a:{ASSERTS}]-(d) WHERE a.active AND NOT d.id STARTS WITH '{OWN}' }}]) "
        "AS rows"
    )


def mentions_of_nodes(label: str) -> str:
    """All mentions of the nodes."""
    return (
        f"UNWIND $ids AS id {_node('n', label, 'id')}MATCH (n)<-[a:{ASSERTS}]-(d) "
        f"RETURN collect([d.id, n.id, {_MENTION}]) AS rows"
    )


def move_nodes(old: str, new: str) -> str:
    """Gives nodes another key label, keeping their relationships."""
    return f"UNWIND $rows AS row {_node('n', old, 'row.id')}SET n:{new} REMOVE n:{old}"


def write_nodes(label: str, kind: Kind) -> str:
    """Creates nodes of a kind, or makes them it: exactly these properties, this kind's label."""
    others = "".join(
        f":{other.value}"
        for other in Kind
        if other is not kind and other is not Kind.DOCUMENT and other.value != label
    )
    own = "" if kind is Kind.DOCUMENT else f" SET n:{kind.value}"
    return f"UNWIND $rows AS row MERGE (n:{label} {{id: row.id}}) SET n = row REMOVE n{others}{own}"


def write_mentions(label: str) -> str:
    """Creates or replaces mentions of nodes under a key label."""
    return (
        f"UNWIND $rows AS row {_node('d', 'Document', 'row.start')}"
        f"{_node('n', label, 'row.end')}"
        f"MERGE (d)-[a:{ASSERTS} {{key: row.properties.key}}]->(n) SET a = row.properties"
    )


def type_of(relation: str, document: str, active: bool) -> str:
    """The type of the relationship that an assertion is kept as."""
    return TAKEN_BACK if not active and document.startswith(DECISIONS) else relation


def write_edges(kind: str, start: str, end: str) -> str:
    """Creates or replaces assertions of one type between two key labels."""
    return (
        f"UNWIND $rows AS row {_node('s', start, 'row.start')}{_node('o', end, 'row.end')}"
        f"MERGE (s)-[r:{kind} {{key: row.properties.key}}]->(o) SET r = row.properties"
    )


def _edges_of(kind: str) -> str:
    return (
        f"UNWIND $ids AS key MATCH (n)-[r:{kind} {{key: key}}]->(o) USING INDEX SEEK r:{kind}(key) "
    )


def delete_edges(kind: str) -> str:
    """Removes relationships of a type: their assertions are about to be kept as another."""
    return f"{_edges_of(kind)}DELETE r"


def edge_states(kind: str) -> str:
    """When assertions of a type were recorded as they are, and what each says."""
    return f"{_edges_of(kind)}RETURN collect([coalesce(r.{RECORDED_IN}, 0), {_STATE}]) AS rows"


def node_states(label: str) -> str:
    """When nodes were recorded as they are, and all their properties."""
    return (
        f"UNWIND $ids AS id {_node('n', label, 'id')}"
        f"RETURN collect([coalesce(n.{RECORDED_IN}, 0), properties(n)]) AS rows"
    )


def node_page(label: str) -> str:
    """The next nodes in order of id, with all their properties."""
    return (
        f"MATCH (n:{label}) USING INDEX SEEK n:{label}(id) WHERE n.id > $after "
        f"AND EXISTS {{ (n)<-[:{ASSERTS}]-() }} "
        "WITH n ORDER BY n.id LIMIT $limit RETURN collect(properties(n)) AS rows"
    )


def edge_page(label: str) -> str:
    """The assertions about the nodes from one id to another, as they were by a version."""
    return (
        f"MATCH (n:{label}) USING INDEX SEEK n:{label}(id) WHERE $first <= n.id <= $last "
        f"MATCH (n)-[r:{_TYPES}]->(o) "
        f"WHERE $version IS NULL OR coalesce(r.{RECORDED_IN}, 0) <= $version "
        f"RETURN collect([{_STATE}]) AS rows"
    )


CHANGED_NODES = (
    f"MATCH (d:Document)-[:{ASSERTS}]->(n) WHERE d.{RECORDED_IN} > $since "
    f"AND n.{RECORDED_IN} > $since WITH DISTINCT n RETURN collect(properties(n)) AS rows"
)
CHANGED_EDGES = (
    f"MATCH (d:Document)-[:{ASSERTS}]->(n)-[r:{_TYPES}]->(o) WHERE d.{RECORDED_IN} > $since "
    f"AND r.document = d.id AND r.{RECORDED_IN} > $since RETURN collect([{_STATE}]) AS rows"
)
CHANGED_DOCUMENTS = (
    f"MATCH (d:Document) WHERE d.{RECORDED_IN} > $since "
    f"RETURN collect([{_listed('d', DOCUMENT_FIELDS)}]) AS rows"
)
