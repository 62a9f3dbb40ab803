"""The ledger in the embedded store's file, over a connection of its own.

Facts may be written again from their documents, so they are synced to the disk now and then;
an entry may not, so each is synced before it is acknowledged.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from lineage.errors import StoreError
from lineage.store.ledger import GENESIS, PART, Aside, LedgerRow, Turn

T = TypeVar("T")

_WAIT_SECONDS = 60.0
_PAGE = 5_000
_IDS = 500
_TABLES = """
CREATE TABLE IF NOT EXISTS ledger (
    number INTEGER PRIMARY KEY, digest TEXT NOT NULL, about TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS ledger_about ON ledger (about, number);
CREATE TABLE IF NOT EXISTS ledger_aside (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, salt TEXT NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS ledger_person ON ledger_aside (text) WHERE kind = 'person';
CREATE TABLE IF NOT EXISTS ledger_kept (
    digest TEXT NOT NULL, part INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (digest, part))
"""


class EmbeddedLedger:
    """The ledger of one file; safe to open in several processes and threads at once."""

    def __init__(self, path: Path):
        self._path = path
        self._turn = threading.RLock()
        with self._translated():
            self._connection = sqlite3.connect(
                path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
            run = self._connection.execute
            run(f"PRAGMA busy_timeout = {int(_WAIT_SECONDS * 1000)}")
            run("PRAGMA synchronous = FULL")
            run("PRAGMA secure_delete = ON")
            if not run("SELECT count(*) FROM sqlite_master WHERE name = 'ledger_kept'").fetchone()[
                0
            ]:
                with self._transaction():
                    for statement in _TABLES.split(";"):
                        run(statement)

    @property
    def location(self) -> str:
        """The path of the store's file."""
        return str(self._path)

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def write(self, work: Callable[[Turn], T]) -> T:
        """Does work in a turn of its own, as the contract says."""
        with self._translated(), self._transaction():
            return work(_Turn(self._connection))

    def head(self) -> tuple[int, str]:
        """The number and digest of the last entry."""
        with self._translated():
            return _Turn(self._connection).head()

    def rows(self, after: int = 0, about: str | None = None) -> Iterator[LedgerRow]:
        """The entries after a number, all or those about something, in order."""
        where = "number > ?" if about is None else "number > ? AND about = ?"
        while True:
            values = (after,) if about is None else (after, about)
            with self._translated():
                page = self._connection.execute(
                    f"SELECT number, digest, about, text FROM ledger WHERE {where} "
                    f"ORDER BY number LIMIT {_PAGE}",
                    values,
                ).fetchall()
            yield from (LedgerRow(*row) for row in page)
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def subjects(self, prefix: str) -> Sequence[str]:
        """What begins so and has entries about it, in order."""
        with self._translated():
            return _Turn(self._connection).subjects(prefix)

    def asides(self, ids: Collection[str]) -> Mapping[str, Aside]:
        """The texts that are there of these ids."""
        with self._translated():
            return _Turn(self._connection).asides(ids)

    def erase(self, id_: str) -> bool:
        """Erases a text for good, also from the write-ahead log."""
        with self._translated():
            with self._transaction():
                done = self._connection.execute("DELETE FROM ledger_aside WHERE id = ?", (id_,))
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return done.rowcount > 0

    def kept(self, digest: str) -> bytes | None:
        """The bytes kept under a digest."""
        with self._translated():
            parts = self._connection.execute(
                "SELECT data FROM ledger_kept WHERE digest = ? ORDER BY part", (digest,)
            ).fetchall()
        return b"".join(part for (part,) in parts) if parts else None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            with self._turn:
                yield
        except sqlite3.Error as error:
            raise StoreError(
                f"the ledger cannot be used: {error}",
                location=self.location,
                remedy="Nothing was written. Check the disk and the file's permissions.",
            ) from error


class _Turn:
    """A turn inside one immediate transaction."""

    def __init__(self, connection: sqlite3.Connection):
        self._run = connection.execute

    def head(self) -> tuple[int, str]:
        row = self._run("SELECT number, digest FROM ledger ORDER BY number DESC LIMIT 1").fetchone()
        return (row[0], row[1]) if row else (0, GENESIS)

    def about(self, subject: str) -> Sequence[LedgerRow]:
        rows = self._run(
            "SELECT number, digest, about, text FROM ledger WHERE about = ? ORDER BY number",
            (subject,),
        )
        return [LedgerRow(*row) for row in rows]

    def subjects(self, prefix: str) -> Sequence[str]:
        rows = self._run(
            "SELECT about, min(number) FROM ledger WHERE substr(about, 1, ?) = ? GROUP BY about "
            "ORDER BY 2",
            (len(prefix), prefix),
        )
        return [row[0] for row in rows]

    def add(self, row: LedgerRow) -> None:
        self._run(
            "INSERT INTO ledger VALUES (?, ?, ?, ?)", (row.number, row.digest, row.about, row.text)
        )

    def set_aside(self, aside: Aside) -> str:
        if aside.kind == "person":
            known = self._run(
                "SELECT id FROM ledger_aside WHERE kind = 'person' AND text = ?", (aside.text,)
            ).fetchone()
            if known:
                return str(known[0])
        self._run(
            "INSERT INTO ledger_aside VALUES (?, ?, ?, ?)",
            (aside.id, aside.kind, aside.salt, aside.text),
        )
        return aside.id

    def asides(self, ids: Collection[str]) -> Mapping[str, Aside]:
        wanted = sorted(ids)
        found: dict[str, Aside] = {}
        for start in range(0, len(wanted), _IDS):
            chunk = wanted[start : start + _IDS]
            rows = self._run(
                "SELECT id, kind, salt, text FROM ledger_aside "
                f"WHERE id IN ({', '.join('?' * len(chunk))})",
                chunk,
            )
            found.update((row[0], Aside(*row)) for row in rows)
        return found

    def keep(self, digest: str, data: bytes) -> None:
        parts = [data[start : start + PART] for start in range(0, len(data), PART)] or [b""]
        for number, part in enumerate(parts):
            self._run("INSERT OR IGNORE INTO ledger_kept VALUES (?, ?, ?)", (digest, number, part))
