"""Reading the embedded store: everything, or what changed; now, or as it was known."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lineage.records import DocumentRow, EdgeRow, Moment, NodeRow
from lineage.store.base import unknown_time, unknown_version
from lineage.store.columns import EDGE_FIELDS, Builder, columns_of, properties_of
from lineage.store.embedded.tables import (
    DOCUMENT_COLUMNS,
    EDGE_COLUMNS,
    NODE_COLUMNS,
    PAST,
)
from lineage.vocabulary import Evidence, Kind, Relation

_BATCH = 50_000
_RELATIONS = {relation.value: relation for relation in Relation}
_EVIDENCE = {evidence.value: evidence for evidence in Evidence}

# A fact that still holds was last seen when its document was last looked at.
_STATE = (
    "active, first_seen, CASE WHEN active THEN max(last_seen, read_at) ELSE last_seen END, "
    "retracted_at"
)


class View:
    """What one version of a store holds, through a connection that is inside a transaction.

    Args:
        connection: the store's.
        version: the version to look at; None for the one that it is at.
        since: only what was written after this version.

    Raises:
        NotFoundError: the store does not know what it held at that version.
    """

    def __init__(
        self, connection: sqlite3.Connection, version: int | None = None, since: int | None = None
    ):
        self._run = connection.execute
        self._since = since
        self.moment = _moment(connection, version)
        self._past = version is not None

    def nodes(self) -> sqlite3.Cursor:
        """Id, kind, namespace, name and properties (JSON) of each node."""
        if self._since is None:
            return self._all("node", NODE_COLUMNS)
        columns = ", ".join(f"node.{c}" for c in NODE_COLUMNS.split(", "))
        return self._run(
            f"SELECT DISTINCT {columns} FROM document JOIN mention ON "
            "mention.document = document.id JOIN node ON node.id = mention.node "
            "WHERE document.recorded > ? AND node.recorded > ?",
            (self._since, self._since),
        )

    def edges(self, first: str) -> sqlite3.Cursor:
        """The columns named, and the state, of each assertion.

        Args:
            first: columns of the table of edges.
        """
        columns = ", ".join(f"edge.{c}" for c in first.split(", "))
        if self._since is not None:
            return self._run(
                f"SELECT {columns}, {_STATE} FROM document JOIN edge ON "
                "edge.document = document.id WHERE document.recorded > ? AND edge.recorded > ?",
                (self._since, self._since),
            )
        edge, document = self._table("edge"), self._table("document")
        return self._run(
            f"SELECT {columns}, {_STATE} FROM {edge} AS edge JOIN {document} AS document "
            "ON document.id = edge.document",
            self._values(),
        )

    def documents(self) -> sqlite3.Cursor:
        """Each document, without its trace."""
        if self._since is None:
            return self._all("document", DOCUMENT_COLUMNS)
        return self._run(
            f"SELECT {DOCUMENT_COLUMNS} FROM document WHERE recorded > ?", (self._since,)
        )

    def _all(self, table: str, columns: str) -> sqlite3.Cursor:
        return self._run(f"SELECT {columns} FROM {self._table(table)} AS it", self._values())

    def _table(self, table: str) -> str:
        if not self._past:
            return table
        columns = PAST[table]
        return (
            f"(SELECT {columns} FROM {table} WHERE recorded <= :version UNION ALL "
            f"SELECT {columns} FROM {table}_past "
            "WHERE recorded <= :version AND superseded > :version)"
        )

    def _values(self) -> dict[str, int]:
        return {"version": self.moment.version} if self._past else {}

    def fill(self, builder: Builder) -> None:
        """Hands everything to a builder of columns."""
        for columns in _batches(self.nodes()):
            builder.nodes(columns)
        for columns in _batches(self.edges(", ".join(EDGE_FIELDS[:9]))):
            builder.edges(columns)
        for columns in _batches(self.documents()):
            builder.documents(columns)

    def node_rows(self) -> tuple[NodeRow, ...]:
        """The nodes in order of id."""
        rows = (
            NodeRow(node, Kind(kind), namespace, name, properties_of(properties))
            for node, kind, namespace, name, properties in self.nodes()
        )
        return tuple(sorted(rows, key=lambda row: row.id))

    def edge_rows(self) -> tuple[EdgeRow, ...]:
        """The assertions in order of key."""
        kept: dict[str, str] = {}  # most texts stand in many rows: each is held once
        rows = [_edge_row(row, kept.setdefault) for row in self.edges(EDGE_COLUMNS)]
        rows.sort(key=lambda row: row.key)
        return tuple(rows)

    def document_rows(self) -> tuple[DocumentRow, ...]:
        """The documents in order of id."""
        return tuple(sorted((DocumentRow(*row) for row in self.documents()), key=lambda d: d.id))


def moment_at(connection: sqlite3.Connection, at: str) -> Moment:
    """The version that the store was at at a time (UTC, as the store writes times).

    Raises:
        NotFoundError: the store does not know what it held that early.
    """
    (version,) = connection.execute(
        "SELECT max(version) FROM moment WHERE at <= ?", (at,)
    ).fetchone()
    if version is None:
        first = connection.execute("SELECT min(at) FROM moment").fetchone()[0]
        raise unknown_time(at, first)
    return _moment(connection, version)


def _moment(connection: sqlite3.Connection, version: int | None) -> Moment:
    (identity,) = connection.execute("SELECT id FROM identity").fetchone()
    (current,) = connection.execute("SELECT number FROM version").fetchone()
    number = current if version is None else version
    found = connection.execute("SELECT at FROM moment WHERE version = ?", (number,)).fetchone()
    if not found:
        raise unknown_version(number, current)
    return Moment(identity, number, found[0] if number else "")


def _batches(rows: sqlite3.Cursor) -> Iterator[list[Sequence[Any]]]:
    while batch := rows.fetchmany(_BATCH):
        yield columns_of(batch, len(batch[0]))


def _edge_row(row: tuple[Any, ...], kept: Callable[[str, str], str]) -> EdgeRow:
    key, subject, relation, target, document, place, line, evidence, *rest = row
    selector, share, active, first_seen, last_seen, retracted_at = rest
    return EdgeRow(
        key,
        kept(subject, subject),
        _RELATIONS[relation],
        kept(target, target),
        kept(document, document),
        kept(place, place),
        line,
        _EVIDENCE[evidence],
        selector,
        share,
        bool(active),
        kept(first_seen, first_seen),
        kept(last_seen, last_seen),
        retracted_at,
    )
