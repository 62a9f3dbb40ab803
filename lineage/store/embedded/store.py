"""The embedded store: one SQLite file, many readers beside a writer, several processes.

Write-ahead logging lets readers go on while one process writes; a write is one immediate
transaction, so that writers wait for each other instead of failing.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from lineage.errors import StoreConflictError, StoreError
from lineage.records import Changes, DocumentRow, Moment, Reading, Snapshot
from lineage.store.base import QueryLimits, QueryResult, WriteResult, time_text
from lineage.store.columns import Builder, Columns
from lineage.store.embedded.ledger import EmbeddedLedger
from lineage.store.embedded.reading import View, moment_at
from lineage.store.embedded.tables import DOCUMENT_COLUMNS, TABLES, UPGRADES
from lineage.store.embedded.writing import Writer
from lineage.store.index import CypherIndex
from lineage.store.past import Past

_APPLICATION_ID = 0x4C6E6765
_LAYOUT = 1 + len(UPGRADES)
_WAIT_SECONDS = 60.0
_CACHE_KB = 100_000  # keys are digests: with SQLite's 2 MB, writes to a large store wait for pages


class EmbeddedStore:
    """A store in one file. Use :meth:`open`; safe to open in several processes at once."""

    def __init__(self, path: Path, connection: sqlite3.Connection):
        self._path = path
        self._connection = connection
        self._turn = threading.RLock()
        self._index: tuple[int, CypherIndex] | None = None
        self._ledger: EmbeddedLedger | None = None

    @classmethod
    def open(cls, path: Path) -> EmbeddedStore:
        """Opens the store at ``path``, creating it where there is none.

        Raises:
            StoreError: not a store of ours, from a newer release, damaged, locked, or not
                writable.
        """
        remedy = "Choose another file with --store, or check its permissions."
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.Error) as error:
            raise StoreError(
                f"cannot open the store: {error}", location=str(path), remedy=remedy
            ) from error
        store = cls(path, connection)
        try:
            store._prepare()
        except BaseException:
            connection.close()
            raise
        return store

    @property
    def location(self) -> str:
        """The path of the store's file."""
        return str(self._path)

    def close(self) -> None:
        """Closes the file."""
        if self._ledger is not None:
            self._ledger.close()
        self._connection.close()

    def ledger(self) -> EmbeddedLedger:
        """The ledger in the same file."""
        with self._turn:
            self._ledger = self._ledger or EmbeddedLedger(self._path)
            return self._ledger

    def version(self) -> int:
        """The number of the last write that changed something; 0 for an empty store."""
        with self._translated():
            return self._version()

    def documents(self, repository: str | None = None) -> Sequence[DocumentRow]:
        """The documents, of one repository or of all, in order of id."""
        where, values = ("WHERE repository = ?", (repository,)) if repository else ("", ())
        with self._translated():
            rows = self._connection.execute(
                f"SELECT {DOCUMENT_COLUMNS}, trace FROM document {where} ORDER BY id", values
            )
            return [DocumentRow(*row) for row in rows]

    def seen(self, documents: Sequence[DocumentRow], revision: str | None, at: datetime) -> None:
        """Notes that documents are as they were, as the contract says."""
        now = time_text(at)
        moved = [document.id for document in documents if document.revision != revision]
        with self._translated(), self._transaction():
            if moved:
                self._writer(now).move(moved)
                self._bump(now)
            self._connection.executemany(
                "UPDATE document SET read_at = ?, revision = ? WHERE id = ?",
                [(now, revision, document.id) for document in documents],
            )

    def write(
        self, readings: Sequence[Reading], at: datetime, *, based_on: int | None = None
    ) -> WriteResult:
        """Writes documents with their facts, all or none, as the contract says."""
        now = time_text(at)
        with self._translated(), self._transaction():
            if based_on is not None and self._version() != based_on:
                raise StoreConflictError(
                    "another process wrote in the meantime", location=self.location
                )
            writer = self._writer(now)
            for reading in sorted(readings, key=lambda r: r.document.id):
                writer.document(reading)
            writer.nodes()
            if writer.changed:
                self._bump(now)
            return WriteResult(self._version(), writer.asserted, writer.retracted, writer.unchanged)

    def recall(self, pasts: Sequence[Past]) -> WriteResult:
        """Adds what documents said once, all or none, as the contract says."""
        with self._translated(), self._transaction():
            now = time_text(datetime.now(UTC))
            writer = self._writer(now)
            for past in sorted(pasts, key=lambda p: p.document.id):
                writer.past(past)
            writer.nodes()
            if writer.changed:
                self._bump(now)
            return WriteResult(self._version(), writer.asserted, 0, writer.unchanged)

    def moment(self, at: datetime | int | None = None) -> Moment:
        """The version that the store is at, or was at some time, or by its number."""
        with self._translated(), self._transaction(write=False):
            if isinstance(at, datetime):
                return moment_at(self._connection, time_text(at))
            return View(self._connection, at).moment

    def snapshot(self, version: int | None = None) -> Snapshot:
        """Everything in rows, as it is or as it was known at a version."""
        with self._translated(), self._transaction(write=False):
            view = View(self._connection, version)
            return Snapshot(
                self.location,
                view.moment.version,
                datetime.now(UTC),
                view.node_rows(),
                view.edge_rows(),
                view.document_rows(),
            )

    def columns(self, version: int | None = None) -> Columns:
        """Everything in columns, likewise."""
        builder = Builder()
        with self._translated(), self._transaction(write=False):
            view = View(self._connection, version)
            view.fill(builder)
        return builder.finish(self.location, view.moment, datetime.now(UTC))

    def changes(self, since: int) -> Changes:
        """What was written after a version."""
        with self._translated(), self._transaction(write=False):
            view = View(self._connection, since=since)
            return Changes(
                since,
                view.moment,
                datetime.now(UTC),
                view.node_rows(),
                view.edge_rows(),
                view.document_rows(),
            )

    def query(
        self, cypher: str, parameters: Mapping[str, object], limits: QueryLimits
    ) -> QueryResult:
        """Answers ad-hoc Cypher from an index derived from the facts; rebuilt when they change."""
        return self._current_index().query(cypher, parameters, limits)

    def _current_index(self) -> CypherIndex:
        if self._index is None or self._index[0] != self.version():
            snapshot = self.snapshot()
            self._index = (snapshot.version, CypherIndex(snapshot))
        return self._index[1]

    def _prepare(self) -> None:
        with self._translated():
            run = self._connection.execute
            run(f"PRAGMA busy_timeout = {int(_WAIT_SECONDS * 1000)}")
            if run("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                run("PRAGMA journal_mode = WAL")
                with self._transaction():
                    if run("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                        for statement in TABLES.split(";"):
                            run(statement)
                        run(f"PRAGMA application_id = {_APPLICATION_ID}")
                        run("PRAGMA user_version = 1")
            run("PRAGMA synchronous = NORMAL")
            run(f"PRAGMA cache_size = -{_CACHE_KB}")
            if run("PRAGMA application_id").fetchone()[0] != _APPLICATION_ID:
                raise StoreError(
                    "this SQLite file is not a Lineage store",
                    location=self.location,
                    remedy="Choose another file with --store; this one was left as it is.",
                )
            layout = run("PRAGMA user_version").fetchone()[0]
            if layout > _LAYOUT:
                raise StoreError(
                    "the store was written by a newer release of Lineage",
                    location=self.location,
                    remedy="Upgrade with: pip install --upgrade lineage-explorer",
                )
            if layout < _LAYOUT:
                self._upgrade()

    def _upgrade(self) -> None:
        """Brings a store of an earlier release to the layout of this one, in one step."""
        run = self._connection.execute
        with self._transaction():
            for script in UPGRADES[run("PRAGMA user_version").fetchone()[0] - 1 :]:
                for statement in script.split(";"):
                    run(statement)
            run(f"PRAGMA user_version = {_LAYOUT}")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """One thread's turn at the connection, with SQLite's errors in our words."""
        try:
            with self._turn:
                yield
        except sqlite3.OperationalError as error:
            locked = "locked" in str(error) or "busy" in str(error)
            raise StoreError(
                f"the store is busy: another process held it for over {_WAIT_SECONDS:.0f} s"
                if locked
                else f"the store cannot be used: {error}",
                location=self.location,
                remedy="Nothing was changed; try again when the other process is done."
                if locked
                else "Nothing was changed. Check the disk and the file's permissions.",
            ) from error
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"the store's file is damaged or is no store: {error}",
                location=self.location,
                remedy="Nothing was changed. Restore it from a backup, or move it away "
                "and ingest again.",
            ) from error

    @contextmanager
    def _transaction(self, *, write: bool = True) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _writer(self, now: str) -> Writer:
        return Writer(self._connection, now, self._version() + 1)

    def _bump(self, now: str) -> None:
        """Makes the version that the transaction's changes are recorded in."""
        self._connection.execute("UPDATE version SET number = number + 1")
        self._connection.execute("INSERT INTO moment SELECT number, ? FROM version", (now,))

    def _version(self) -> int:
        return int(self._connection.execute("SELECT number FROM version").fetchone()[0])
