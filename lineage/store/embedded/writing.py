"""One write transaction of the embedded store."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import astuple

from lineage.records import Reading
from lineage.store.embedded.tables import EDGE_COLUMNS, MENTION_COLUMNS
from lineage.store.rows import Mention, edges, mentions, merged_node
from lineage.vocabulary import Kind


class Writer:
    """One transaction's work: document by document, then the nodes they touched."""

    def __init__(self, connection: sqlite3.Connection, now: str):
        self._connection = connection
        self._now = now
        self._touched: set[str] = set()
        self.changed = False
        self.asserted = self.retracted = self.unchanged = 0

    def document(self, reading: Reading) -> None:
        """Replaces what the document said by what it says now."""
        document = reading.document
        row = (
            document.repository,
            document.path,
            document.sha256,
            document.format,
            document.revision,
        )
        old = self._connection.execute(
            "SELECT repository, path, sha256, format, revision FROM document WHERE id = ?",
            (document.id,),
        ).fetchone()
        self.changed |= old != row
        self._connection.execute(
            "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "sha256 = excluded.sha256, format = excluded.format, revision = excluded.revision, "
            "read_at = excluded.read_at",
            (document.id, *row, self._now),
        )
        facts = reading if document.sha256 else Reading(document)
        said = {m.key: astuple(m) for m in mentions(facts)}
        for key in self._replace("mention", MENTION_COLUMNS, document.id, said):
            self._touched.add(key)
        self._replace(
            "edge",
            EDGE_COLUMNS,
            document.id,
            {e.key: astuple(e) for e in edges(facts)},
            counted=True,
        )

    def _replace(
        self,
        table: str,
        columns: str,
        document: str,
        said: dict[str, tuple[object, ...]],
        *,
        counted: bool = False,
    ) -> list[str]:
        """Brings the document's rows of one table up to date; gives the nodes of changed ones."""
        names = columns.split(", ")
        held = {
            row[0]: row
            for row in self._connection.execute(
                f"SELECT {columns}, active FROM {table} WHERE document = ?",
                (document,),
            )
        }
        new = [row for key, row in said.items() if key not in held or held[key] != (*row, 1)]
        same = [key for key in said if key in held and held[key] == (*said[key], 1)]
        gone = [key for key, row in held.items() if key not in said and row[-1]]
        assign = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        self._connection.executemany(
            f"INSERT INTO {table} ({columns}, active, first_seen, last_seen) "
            f"VALUES ({', '.join('?' * len(names))}, 1, ?, ?) ON CONFLICT (key) DO UPDATE SET "
            f"{assign}, active = 1, last_seen = excluded.last_seen, retracted_at = NULL",
            [(*row, self._now, self._now) for row in new],
        )
        self._connection.executemany(
            f"UPDATE {table} SET last_seen = ? WHERE key = ?",
            [(self._now, key) for key in same],
        )
        self._connection.executemany(
            f"UPDATE {table} SET active = 0, retracted_at = ? WHERE key = ?",
            [(self._now, key) for key in gone],
        )
        self.changed |= bool(new or gone)
        if counted:
            self.asserted += len(new)
            self.retracted += len(gone)
            self.unchanged += len(same)
            return []
        node = names.index("node")
        return [str(row[node]) for row in new] + [str(held[key][node]) for key in gone]

    def nodes(self) -> None:
        """Recomputes the nodes whose mentions changed."""
        for node in sorted(self._touched):
            rows = self._connection.execute(
                f"SELECT {MENTION_COLUMNS}, active FROM mention WHERE node = ?",
                (node,),
            )
            merged = merged_node([(_mention(row[:-1]), bool(row[-1])) for row in rows])
            self._connection.execute(
                "INSERT INTO node VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "kind = excluded.kind, namespace = excluded.namespace, name = excluded.name, "
                "properties = excluded.properties",
                (
                    merged.id,
                    merged.kind,
                    merged.namespace,
                    merged.name,
                    json.dumps(dict(merged.properties), sort_keys=True, ensure_ascii=False),
                ),
            )


def _mention(row: tuple[object, ...]) -> Mention:
    key, document, form, node, kind, namespace, name, properties, produced = row
    return Mention(
        str(key),
        str(document),
        str(form),
        str(node),
        Kind(str(kind)),
        str(namespace),
        str(name),
        str(properties),
        bool(produced),
    )
