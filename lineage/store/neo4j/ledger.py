"""The ledger on a Neo4j server: under labels of its own, one writer after another."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import neo4j
from neo4j.exceptions import IncompleteCommit

from lineage.errors import StoreError
from lineage.store.ledger import GENESIS, PART, Aside, LedgerRow, Turn
from lineage.store.neo4j.connection import Transaction, translated

T = TypeVar("T")

_TRIES = 4
_PAGE = 5_000
_HEAD = "(h:LedgerHead {id: 'ledger'})"
_CONSTRAINTS = {
    "ledger_head": "(h:LedgerHead) REQUIRE h.id IS UNIQUE",
    "ledger_entry": "(e:LedgerEntry) REQUIRE e.number IS UNIQUE",
    "ledger_aside": "(a:LedgerAside) REQUIRE a.id IS UNIQUE",
    "ledger_person": "(p:LedgerPerson) REQUIRE p.text IS UNIQUE",
    "ledger_kept": "(k:LedgerKept) REQUIRE k.key IS UNIQUE",
}
_ENTRY = "e.number, e.digest, e.about, e.text"
_LOCK = (
    f"MATCH {_HEAD} SET h.locked = true "
    "RETURN h.number AS number, h.digest AS digest, h.write AS write"
)


class Neo4jLedger:
    """The ledger of one database. Threads may share one."""

    def __init__(self, location: str, session: Callable[[], neo4j.Session]):
        self._location = location
        self._session = session
        self._prepared = False

    @property
    def location(self) -> str:
        """The server's URL, and the database when it is named."""
        return self._location

    def write(self, work: Callable[[Turn], T]) -> T:
        """Does work in a turn of its own, as the contract says."""
        token = uuid.uuid4().hex
        done: list[T] = []

        def turn(tx: neo4j.ManagedTransaction) -> T:
            head = tx.run(_LOCK).single(strict=True)
            if head["write"] == token:
                return done[-1]
            mine = _Turn(tx, head["number"], head["digest"])
            done.append(work(mine))
            mine.finish(token)
            return done[-1]

        with translated(self._location):
            self._prepare()
            for _ in range(_TRIES):
                with self._session() as session:
                    try:
                        return session.execute_write(turn)
                    except IncompleteCommit:
                        continue  # written or not: the token on the head tells
        raise StoreError(
            "the connection broke at each try to commit",
            location=self._location,
            remedy="See what was written with: lineage ledger show",
        )

    def head(self) -> tuple[int, str]:
        """The number and digest of the last entry. A writer at work is waited for."""
        with translated(self._location):
            self._prepare()
            with self._session() as session, session.begin_transaction() as tx:
                record = tx.run(_LOCK).single(strict=True)
                return record["number"], record["digest"]

    def rows(self, after: int = 0, about: str | None = None) -> Iterator[LedgerRow]:
        """The entries after a number, all or those about something, in order."""
        last, _ = self.head()
        of = "" if about is None else "AND e.about = $about "
        query = (
            f"MATCH (e:LedgerEntry) WHERE $after < e.number <= $last {of}"
            f"WITH e ORDER BY e.number LIMIT {_PAGE} RETURN collect([{_ENTRY}]) AS rows"
        )
        while True:
            with translated(self._location), self._session() as session:
                page = session.execute_read(_rows, query, after=after, last=last, about=about)
            yield from (LedgerRow(*row) for row in page)
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def subjects(self, prefix: str) -> Sequence[str]:
        """What begins so and has entries about it, in order."""
        with self._reading() as session:
            return session.execute_read(_subjects, prefix)

    def asides(self, ids: Collection[str]) -> Mapping[str, Aside]:
        """The texts that are there of these ids."""
        with self._reading() as session:
            return session.execute_read(_asides, sorted(ids))

    def erase(self, id_: str) -> bool:
        """Erases a text for good."""

        def gone(tx: neo4j.ManagedTransaction) -> int:
            tx.run(_LOCK).consume()
            done = tx.run("MATCH (a:LedgerAside {id: $id}) DELETE a", id=id_).consume()
            return int(done.counters.nodes_deleted)

        with self._reading() as session:
            return session.execute_write(gone) > 0

    def kept(self, digest: str) -> bytes | None:
        """The bytes kept under a digest."""
        query = (
            "MATCH (k:LedgerKept) WHERE k.digest = $digest "
            "WITH k ORDER BY k.part RETURN collect(k.data) AS rows"
        )
        with self._reading() as session:
            parts = session.execute_read(_rows, query, digest=digest)
        return b"".join(parts) if parts else None

    @contextmanager
    def _reading(self) -> Iterator[neo4j.Session]:
        """A session that waits for no writer: it may be asked for within a writer's turn."""
        with translated(self._location):
            self._prepare()
            with self._session() as session:
                yield session

    def _prepare(self) -> None:
        """Makes numbers and ids unique, and the head, before the first use."""
        if self._prepared:
            return
        with self._session() as session:
            present = set(session.execute_read(_rows, _NAMES))
            for name, what in _CONSTRAINTS.items():
                if name not in present:
                    session.run(f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR {what}").consume()
            if "ledger_about" not in set(session.execute_read(_rows, _INDEXES)):
                session.run(
                    "CREATE INDEX ledger_about IF NOT EXISTS FOR (e:LedgerEntry) ON (e.about)"
                ).consume()
            session.execute_write(
                _rows,
                f"MERGE {_HEAD} ON CREATE SET h.number = 0, h.digest = '{GENESIS}' "
                "RETURN [h.number] AS rows",
            )
        self._prepared = True


_NAMES = "SHOW CONSTRAINTS YIELD name RETURN collect(name) AS rows"
_INDEXES = "SHOW INDEXES YIELD name RETURN collect(name) AS rows"


class _Turn:
    """A turn inside one transaction that holds the head."""

    def __init__(self, tx: Transaction, number: int, digest: str):
        self._tx = tx
        self._head = (number, digest)

    def head(self) -> tuple[int, str]:
        return self._head

    def about(self, subject: str) -> Sequence[LedgerRow]:
        query = (
            "MATCH (e:LedgerEntry) WHERE e.about = $about "
            f"WITH e ORDER BY e.number RETURN collect([{_ENTRY}]) AS rows"
        )
        return [LedgerRow(*row) for row in _rows(self._tx, query, about=subject)]

    def subjects(self, prefix: str) -> Sequence[str]:
        return _subjects(self._tx, prefix)

    def add(self, row: LedgerRow) -> None:
        self._tx.run(
            "CREATE (:LedgerEntry {number: $number, digest: $digest, about: $about, text: $text})",
            number=row.number,
            digest=row.digest,
            about=row.about,
            text=row.text,
        ).consume()
        self._head = (row.number, row.digest)

    def set_aside(self, aside: Aside) -> str:
        label = ":LedgerPerson" if aside.kind == "person" else ""
        if label:
            known = _rows(
                self._tx, "MATCH (p:LedgerPerson {text: $text}) RETURN collect(p.id) AS rows",
                text=aside.text,
            )  # fmt: skip
            if known:
                return str(known[0])
        self._tx.run(
            f"CREATE (:LedgerAside{label} {{id: $id, kind: $kind, salt: $salt, text: $text}})",
            id=aside.id,
            kind=aside.kind,
            salt=aside.salt,
            text=aside.text,
        ).consume()
        return aside.id

    def asides(self, ids: Collection[str]) -> Mapping[str, Aside]:
        return _asides(self._tx, sorted(ids))

    def keep(self, digest: str, data: bytes) -> None:
        parts = [data[start : start + PART] for start in range(0, len(data), PART)] or [b""]
        for number, part in enumerate(parts):
            self._tx.run(
                "MERGE (k:LedgerKept {key: $key}) "
                "ON CREATE SET k.digest = $digest, k.part = $part, k.data = $data",
                key=f"{digest}:{number}",
                digest=digest,
                part=number,
                data=part,
            ).consume()

    def finish(self, token: str) -> None:
        number, digest = self._head
        self._tx.run(
            f"MATCH {_HEAD} SET h.number = $number, h.digest = $digest, h.write = $token",
            number=number,
            digest=digest,
            token=token,
        ).consume()


def _rows(tx: Transaction, /, query: str, **parameters: object) -> list[Any]:
    return list(tx.run(query, parameters).single(strict=True)["rows"])


def _subjects(tx: Transaction, prefix: str) -> list[str]:
    query = (
        "MATCH (e:LedgerEntry) WHERE e.about STARTS WITH $prefix "
        "WITH e.about AS about, min(e.number) AS first ORDER BY first "
        "RETURN collect(about) AS rows"
    )
    return _rows(tx, query, prefix=prefix)


def _asides(tx: Transaction, ids: Sequence[str]) -> dict[str, Aside]:
    query = (
        "UNWIND $ids AS id MATCH (a:LedgerAside {id: id}) "
        "RETURN collect([a.id, a.kind, a.salt, a.text]) AS rows"
    )
    return {row[0]: Aside(*row) for row in _rows(tx, query, ids=list(ids))}
