"""The tables of the embedded store.

Rows are versioned by the system, as SQL:2011 has it: each says in which version of the store it
was recorded, and a state that was superseded is kept beside, with the version that did it. What
was known at any version since can so be read again.
"""

from __future__ import annotations

TABLES = """
CREATE TABLE version (number INTEGER NOT NULL);
INSERT INTO version VALUES (0);
CREATE TABLE document (
    id TEXT PRIMARY KEY, repository TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    format TEXT NOT NULL, revision TEXT, read_at TEXT NOT NULL);
CREATE TABLE node (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    properties TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE mention (
    key TEXT PRIMARY KEY, document TEXT NOT NULL, format TEXT NOT NULL, node TEXT NOT NULL,
    kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, properties TEXT NOT NULL,
    produced INTEGER NOT NULL,
    active INTEGER NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
    retracted_at TEXT) WITHOUT ROWID;
CREATE INDEX mention_document ON mention (document);
CREATE INDEX mention_node ON mention (node);
CREATE TABLE edge (
    key TEXT PRIMARY KEY, subject TEXT NOT NULL, relation TEXT NOT NULL, object TEXT NOT NULL,
    document TEXT NOT NULL, place TEXT NOT NULL, line INTEGER, evidence TEXT NOT NULL,
    selector TEXT, share REAL,
    active INTEGER NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
    retracted_at TEXT) WITHOUT ROWID;
CREATE INDEX edge_document ON edge (document)
"""
"""The first layout; a new store gets it, and then every upgrade."""

UPGRADES = (
    "ALTER TABLE document ADD COLUMN trace TEXT NOT NULL DEFAULT ''",
    """
ALTER TABLE document ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE node ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mention ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE edge ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0;
CREATE INDEX document_recorded ON document (recorded);
CREATE TABLE document_past (
    id TEXT NOT NULL, repository TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    format TEXT NOT NULL, revision TEXT, read_at TEXT NOT NULL,
    recorded INTEGER NOT NULL, superseded INTEGER NOT NULL);
CREATE TABLE node_past (
    id TEXT NOT NULL, kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    properties TEXT NOT NULL, recorded INTEGER NOT NULL, superseded INTEGER NOT NULL);
CREATE TABLE edge_past (
    key TEXT NOT NULL, subject TEXT NOT NULL, relation TEXT NOT NULL, object TEXT NOT NULL,
    document TEXT NOT NULL, place TEXT NOT NULL, line INTEGER, evidence TEXT NOT NULL,
    selector TEXT, share REAL,
    active INTEGER NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
    retracted_at TEXT, recorded INTEGER NOT NULL, superseded INTEGER NOT NULL);
CREATE TABLE moment (version INTEGER PRIMARY KEY, at TEXT NOT NULL);
CREATE TABLE identity (id TEXT NOT NULL);
INSERT INTO identity VALUES (lower(hex(randomblob(16))));
INSERT INTO moment SELECT number, strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000+00:00' FROM version
""",
)
"""What brings a store from each layout to the next one, from the first on."""

DOCUMENT_COLUMNS = "id, repository, path, sha256, format, revision, read_at"
NODE_COLUMNS = "id, kind, namespace, name, properties"
MENTION_COLUMNS = "key, document, format, node, kind, namespace, name, properties, produced"
EDGE_COLUMNS = "key, subject, relation, object, document, place, line, evidence, selector, share"
STATE_COLUMNS = "active, first_seen, last_seen, retracted_at"

PAST = {
    "document": DOCUMENT_COLUMNS,
    "node": NODE_COLUMNS,
    "edge": f"{EDGE_COLUMNS}, {STATE_COLUMNS}",
}
"""The columns of each table whose superseded states are kept: mentions are told by their nodes."""
