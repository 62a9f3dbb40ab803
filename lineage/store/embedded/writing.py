"""One write transaction of the embedded store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from operator import attrgetter
from typing import TypeVar

from lineage.records import Reading, effective_kind
from lineage.store.embedded.tables import (
    DOCUMENT_COLUMNS,
    EDGE_COLUMNS,
    MENTION_COLUMNS,
    NODE_COLUMNS,
    PAST,
    STATE_COLUMNS,
)
from lineage.store.past import Fact, Past, changed
from lineage.store.rows import OWN, Edge, Mention, edges, mentions, merged_node, says_no_more
from lineage.vocabulary import Kind

_NODE = MENTION_COLUMNS.split(", ").index("node")

Row = tuple[object, ...]

F = TypeVar("F", Mention, Edge)


@dataclass(frozen=True, slots=True)
class _Changes:
    """Rows that a document newly says, those it says no longer, and all it was held to say."""

    new: list[Row]
    gone: list[Row]
    held: Mapping[str, Row]
    unchanged: int


class Writer:
    """One transaction's work: document by document, then the nodes they touched.

    What changes is recorded in ``version``, the one that the transaction makes.
    """

    def __init__(self, connection: sqlite3.Connection, now: str, version: int):
        self._connection = connection
        self._now = now
        self._version = version
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
            "SELECT repository, path, sha256, format, revision, read_at FROM document WHERE id = ?",
            (document.id,),
        ).fetchone()
        moved = old is None or old[:-1] != row
        read_before = old[-1] if old else self._now
        facts = reading if document.sha256 else Reading(document)
        spoken = self._compared("mention", MENTION_COLUMNS, document.id, mentions(facts))
        self._touched.update(str(row[_NODE]) for row in spoken.gone)
        self._touched.update(
            str(row[_NODE]) for row in spoken.new if row[0] in spoken.held or not self._covers(row)
        )
        said = self._compared("edge", EDGE_COLUMNS, document.id, edges(facts))
        for table, columns, changes in (
            ("mention", MENTION_COLUMNS, spoken),
            ("edge", EDGE_COLUMNS, said),
        ):
            self._replace(table, columns, changes, read_before)
        moved = moved or bool(spoken.new or spoken.gone or said.new or said.gone)
        if moved:
            self._supersede("document", "id", [document.id])
        self._connection.execute(
            f"INSERT INTO document ({DOCUMENT_COLUMNS}, trace, recorded) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET sha256 = excluded.sha256, format = excluded.format, "
            "revision = excluded.revision, read_at = excluded.read_at, trace = excluded.trace, "
            "recorded = CASE WHEN ? THEN excluded.recorded ELSE recorded END",
            (document.id, *row, self._now, reading.trace, self._version, moved),
        )
        self.changed |= moved
        self.asserted += len(said.new)
        self.retracted += len(said.gone)
        self.unchanged += said.unchanged

    def _compared(
        self, table: str, columns: str, document: str, rows: Sequence[Mention | Edge]
    ) -> _Changes:
        """How what the document says differs from what it is held to say."""
        held = {
            row[0]: row
            for row in self._connection.execute(
                f"SELECT {columns}, active FROM {table} WHERE document = ?", (document,)
            )
        }
        values = attrgetter(*columns.split(", "))
        said: dict[str, Row] = {row.key: values(row) for row in rows}
        new = [row for key, row in said.items() if held.get(key) != (*row, 1)]
        gone = [row for key, row in held.items() if key not in said and row[-1]]
        return _Changes(new, gone, held, len(said) - len(new))

    def _covers(self, row: Row) -> bool:
        """Whether one more mention like this leaves its node as it is.

        Most mentions of a popular node do, and reading all of its others would take long.
        """
        _, _, _, node, kind, namespace, name, properties, _ = row
        known = self._connection.execute(
            "SELECT kind, namespace, name, properties FROM node WHERE id = ? AND EXISTS "
            "(SELECT 1 FROM mention WHERE mention.node = node.id AND active "
            "AND substr(document, 1, ?) != ?)",
            (node, len(OWN), OWN),
        ).fetchone()
        return (
            known is not None
            and known[1:3] == (namespace, name)
            and effective_kind((Kind(known[0]), Kind(str(kind)))) == known[0]
            and (properties == "{}" or says_no_more(str(properties), known[3]))
        )

    def _replace(self, table: str, columns: str, changes: _Changes, read_before: str) -> None:
        """Brings the document's rows of one table up to date."""
        names = columns.split(", ")
        assign = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        again = [str(row[0]) for row in changes.new if row[0] in changes.held]
        self._supersede(table, "key", [*(str(row[0]) for row in changes.gone), *again])
        self._connection.executemany(
            f"INSERT INTO {table} ({columns}, recorded, active, first_seen, last_seen) "
            f"VALUES ({', '.join('?' * len(names))}, ?, 1, ?, ?) ON CONFLICT (key) DO UPDATE SET "
            f"{assign}, recorded = excluded.recorded, active = 1, "
            "last_seen = excluded.last_seen, retracted_at = NULL",
            [(*row, self._version, self._now, self._now) for row in changes.new],
        )
        self._connection.executemany(
            f"UPDATE {table} SET active = 0, last_seen = max(last_seen, ?), retracted_at = ?, "
            "recorded = ? WHERE key = ?",
            [(read_before, self._now, self._version, row[0]) for row in changes.gone],
        )

    def _supersede(self, table: str, key: str, values: Sequence[str]) -> None:
        """Keeps the state that rows have before they change in this version."""
        if table not in PAST:
            return
        columns = PAST[table]
        self._connection.executemany(
            f"INSERT INTO {table}_past ({columns}, recorded, superseded) "
            f"SELECT {columns}, recorded, ? FROM {table} WHERE {key} = ?",
            [(self._version, value) for value in values],
        )

    def move(self, documents: Sequence[str]) -> None:
        """Records that documents are about to be of another revision."""
        self._supersede("document", "id", documents)
        self._connection.executemany(
            "UPDATE document SET recorded = ? WHERE id = ?",
            [(self._version, document) for document in documents],
        )

    def past(self, past: Past) -> None:
        """Adds what the document said once, and changes nothing that it says now."""
        document = past.document
        spoken = changed(
            self._held("mention", MENTION_COLUMNS, document.id, _mention), past.mentions.values()
        )
        said = changed(self._held("edge", EDGE_COLUMNS, document.id, _edge), past.edges.values())
        self._touched.update(new.row.node for old, new in spoken.values() if not new.active)
        self._past_document(past, moved=bool(spoken or said))
        self._supersede("edge", "key", [key for key, (old, _) in said.items() if old])
        self._recall("mention", MENTION_COLUMNS, [new for _, new in spoken.values()])
        self._recall("edge", EDGE_COLUMNS, [new for _, new in said.values()])
        self.asserted += sum(old is None for old, _ in said.values())
        self.unchanged += len(past.edges) - len(said)

    def _past_document(self, past: Past, *, moved: bool) -> None:
        """Notes a document that is gone, or that more is known of what one said.

        Args:
            past: what it said once.
            moved: whether any of its facts are new.
        """
        document = past.document
        held = self._connection.execute(
            "SELECT sha256 = '' AND (read_at, coalesce(revision, '')) < (?, ?) "
            "FROM document WHERE id = ?",
            (past.at, document.revision or "", document.id),
        ).fetchone()
        later = held is None or bool(held[0])
        if not later and not moved:
            return
        self.changed = True
        self._supersede("document", "id", [document.id])
        self._connection.execute(
            f"INSERT INTO document ({DOCUMENT_COLUMNS}, recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET recorded = excluded.recorded",
            (
                document.id,
                document.repository,
                document.path,
                document.sha256,
                document.format,
                document.revision,
                past.at,
                self._version,
            ),
        )
        if later:
            self._connection.execute(
                "UPDATE document SET format = ?, revision = ?, read_at = ? WHERE id = ?",
                (document.format, document.revision, past.at, document.id),
            )

    def _held(
        self, table: str, columns: str, document: str, row_of: Callable[[Row], F]
    ) -> dict[str, Fact[F]]:
        """All facts of one table that the document is held to say or to have said, by key."""
        rows = self._connection.execute(
            f"SELECT {columns}, {STATE_COLUMNS} FROM {table} WHERE document = ?",
            (document,),
        )
        return {r[0]: Fact(row_of(r[:-4]), bool(r[-4]), *r[-3:]) for r in rows}

    def _recall(
        self, table: str, columns: str, facts: Sequence[Fact[Mention]] | Sequence[Fact[Edge]]
    ) -> None:
        """Writes facts as they become."""
        names = f"{columns}, {STATE_COLUMNS}, recorded".split(", ")
        assign = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        self._connection.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
            f"ON CONFLICT (key) DO UPDATE SET {assign}",
            [
                (
                    *astuple(f.row),
                    f.active,
                    f.first_seen,
                    f.last_seen,
                    f.retracted_at,
                    self._version,
                )
                for f in facts
            ],
        )

    def nodes(self) -> None:
        """Recomputes the nodes whose mentions changed."""
        for node in sorted(self._touched):
            rows = self._connection.execute(
                f"SELECT {MENTION_COLUMNS}, active FROM mention WHERE node = ?",
                (node,),
            )
            merged = merged_node([(_mention(row[:-1]), bool(row[-1])) for row in rows])
            properties = json.dumps(dict(merged.properties), sort_keys=True, ensure_ascii=False)
            row = (merged.id, merged.kind, merged.namespace, merged.name, properties)
            held = self._connection.execute(
                f"SELECT {NODE_COLUMNS} FROM node WHERE id = ?", (node,)
            ).fetchone()
            if held == row:
                continue
            self._supersede("node", "id", [node])
            self._connection.execute(
                f"INSERT INTO node ({NODE_COLUMNS}, recorded) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET "
                "kind = excluded.kind, namespace = excluded.namespace, name = excluded.name, "
                "properties = excluded.properties, recorded = excluded.recorded",
                (*row, self._version),
            )


def _edge(row: Row) -> Edge:
    key, subject, relation, target, document, place, line, evidence, selector, share = row
    return Edge(
        str(key),
        str(subject),
        str(relation),
        str(target),
        str(document),
        str(place),
        line if isinstance(line, int) else None,
        str(evidence),
        None if selector is None else str(selector),
        share if isinstance(share, float) else None,
    )


def _mention(row: Row) -> Mention:
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
