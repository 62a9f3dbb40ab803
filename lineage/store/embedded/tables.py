"""The tables of the embedded store."""

from __future__ import annotations

TABLES = """
CREATE TABLE version (number INTEGER NOT NULL);
INSERT INTO version VALUES (0);
CREATE TABLE document (
    id TEXT PRIMARY KEY, repository TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    format TEXT NOT NULL, revision TEXT, read_at TEXT NOT NULL, trace TEXT NOT NULL DEFAULT '');
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
CREATE INDEX edge_document ON edge (document);
"""

UPGRADES = ("ALTER TABLE document ADD COLUMN trace TEXT NOT NULL DEFAULT ''",)
"""What brings a store from each layout to the next one, from the first on."""

DOCUMENT_COLUMNS = "id, repository, path, sha256, format, revision, read_at"
MENTION_COLUMNS = "key, document, format, node, kind, namespace, name, properties, produced"
EDGE_COLUMNS = "key, subject, relation, object, document, place, line, evidence, selector, share"
