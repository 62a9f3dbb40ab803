"""The store's contract over a Neo4j server."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import neo4j
from neo4j.exceptions import Forbidden, ForbiddenOnReadOnlyDatabase, IncompleteCommit

from lineage.errors import StoreError
from lineage.records import Changes, DocumentRow, Moment, Reading, Snapshot
from lineage.schema import constraint_statements, index_statements
from lineage.store import console
from lineage.store.base import QueryLimits, QueryResult, WriteResult, time_text
from lineage.store.columns import Columns, from_snapshot
from lineage.store.neo4j import cypher
from lineage.store.neo4j.columns import read_columns
from lineage.store.neo4j.connection import Address, Transaction, address, connect, translated
from lineage.store.neo4j.ledger import Neo4jLedger
from lineage.store.neo4j.past import Recall
from lineage.store.neo4j.reading import (
    read_changes,
    read_documents,
    read_moment,
    read_rows,
)
from lineage.store.neo4j.writing import Seen, Write, read_version
from lineage.store.past import Past

_TRIES = 4

Read = TypeVar("Read")


class Neo4jStore:
    """A store on a Neo4j server. Use :meth:`open`; threads may share one."""

    def __init__(self, place: Address, driver: neo4j.Driver):
        self._place = place
        self._driver = driver
        # Whatever this store has seen, it sees again, whichever member of a cluster answers.
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
        self._prepared = False
        self._ledger = Neo4jLedger(str(place), self._session)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        database: str | None = None,
    ) -> Neo4jStore:
        """Connects to the server at ``url``: ``neo4j://HOST:PORT/DATABASE`` and the like.

        User and password may stand in the URL, or in LINEAGE_NEO4J_USER and
        LINEAGE_NEO4J_PASSWORD. Nothing is written.

        Raises:
            UsageError: not the URL of a Neo4j server.
            StoreError: nothing answers there, or it does not let us in.
        """
        place = address(url, user, password, database)
        return cls(place, connect(place))

    @property
    def location(self) -> str:
        """The server's URL, and the database when it is named."""
        return str(self._place)

    def close(self) -> None:
        """Closes the connections."""
        self._driver.close()

    def ledger(self) -> Neo4jLedger:
        """The ledger in the same database."""
        return self._ledger

    def version(self) -> int:
        """The number of the last write that changed something; 0 for an empty store."""
        with translated(self.location), self._session() as session:
            return session.execute_read(read_version)[0]

    def documents(self, repository: str | None = None) -> Sequence[DocumentRow]:
        """The documents, of one repository or of all, in order of id."""
        with translated(self.location), self._session() as session:
            return session.execute_read(read_documents, repository)

    def write(
        self, readings: Sequence[Reading], at: datetime, *, based_on: int | None = None
    ) -> WriteResult:
        """Writes documents with their facts, all or none; see :mod:`lineage.store.base`."""
        now = time_text(at)
        return self._written(Write(readings, now, based_on, uuid.uuid4().hex))

    def recall(self, pasts: Sequence[Past]) -> WriteResult:
        """Adds what documents said once; see :mod:`lineage.store.base`."""
        return self._written(Recall(pasts, time_text(datetime.now(UTC))))

    def _written(self, work: Write | Recall) -> WriteResult:
        with translated(self.location):
            self._prepare()
            for _ in range(_TRIES):
                with self._session() as session:
                    try:
                        return session.execute_write(work)
                    except IncompleteCommit:
                        continue  # written or not: the same batch again settles it
        raise StoreError(
            "the connection broke at each try to commit",
            location=self.location,
            remedy="Run it again: a batch that was written already changes nothing.",
        )

    def seen(self, documents: Sequence[DocumentRow], revision: str | None, at: datetime) -> None:
        """Notes that documents are as they were; see :mod:`lineage.store.base`."""
        now = time_text(at)
        with translated(self.location), self._session() as session:
            session.execute_write(Seen(documents, revision, now))

    def moment(self, at: datetime | int | None = None) -> Moment:
        """The version that the store is at, or was at some time, or by its number."""
        with translated(self.location), self._session() as session:
            if isinstance(at, datetime):
                return session.execute_read(read_moment, at=time_text(at))
            return session.execute_read(read_moment, at)

    def snapshot(self, version: int | None = None) -> Snapshot:
        """Everything in rows, as it is or as it was known at a version."""
        with translated(self.location):
            moment, (nodes, edges, documents) = self._consistent(
                lambda tx: (read_moment(tx, version), read_rows(tx, version))
            )
        return Snapshot(
            self.location,
            moment.version,
            datetime.now(UTC),
            tuple(nodes),
            tuple(edges),
            tuple(documents),
        )

    def columns(self, version: int | None = None) -> Columns:
        """Everything in columns, likewise."""
        with translated(self.location):
            if version is not None:
                moment = self.moment(version)
                return replace(from_snapshot(self.snapshot(version)), moment=moment)
            moment, builder = self._consistent(lambda tx: (read_moment(tx), read_columns(tx)))
        return builder.finish(self.location, moment, datetime.now(UTC))

    def changes(self, since: int) -> Changes:
        """What was written after a version."""
        with translated(self.location):
            moment, (nodes, edges, documents) = self._consistent(
                lambda tx: (read_moment(tx), read_changes(tx, since))
            )
        return Changes(
            since, moment, datetime.now(UTC), tuple(nodes), tuple(edges), tuple(documents)
        )

    def query(
        self, cypher: str, parameters: Mapping[str, object], limits: QueryLimits
    ) -> QueryResult:
        """Answers ad-hoc Cypher, read-only; see :mod:`lineage.store.console`."""
        with translated(self.location):
            for _ in range(_TRIES):
                version = self.version()
                with self._session(min(limits.rows + 1, 1_000)) as session:
                    answer = console.ask(session, cypher, parameters, limits)
                if self.version() == version:
                    return QueryResult(
                        answer.columns, answer.rows, answer.truncated, version, answer.seconds
                    )
        raise self._restless()

    def _consistent(self, read: Callable[[Transaction], Read]) -> Read:
        """What is read between two looks at the version that find the same.

        A commit becomes visible piece by piece. A look therefore waits until no writer holds
        the version. After some tries it keeps writers waiting instead.
        """
        try:
            for _ in range(_TRIES):
                before = self._settled_version()
                with self._session() as session:
                    found = session.execute_write(read)  # where the version was read
                if self._settled_version() == before:
                    return found
            with self._session() as session, session.begin_transaction() as tx:
                tx.run(cypher.LOCK).consume()
                return read(tx)
        except (Forbidden, ForbiddenOnReadOnlyDatabase):
            return self._watched(read)

    def _settled_version(self) -> int:
        """The version while no writer is at work. Nothing is written: the lock is let go."""
        with self._session() as session, session.begin_transaction() as tx:
            tx.run(cypher.LOCK).consume()
            return read_version(tx)[0]

    def _watched(self, read: Callable[[Transaction], Read]) -> Read:
        """The same, for an account that may not take the lock."""

        def between(tx: Transaction) -> tuple[int, Read, int]:
            before, _ = read_version(tx)
            return before, read(tx), read_version(tx)[0]

        for _ in range(_TRIES):
            with self._session() as session:
                before, found, after = session.execute_read(between)
            if before == after:
                return found
        raise self._restless()

    def _restless(self) -> StoreError:
        return StoreError(
            "other processes kept writing while it was read",
            location=self.location,
            remedy="Try again when they are done.",
        )

    def _session(self, fetch_size: int = 1_000) -> neo4j.Session:
        return self._driver.session(
            database=self._place.database, fetch_size=fetch_size, bookmark_manager=self._bookmarks
        )

    def _prepare(self) -> None:
        """Makes ids and keys unique, and the version node, before the first write."""
        if self._prepared:
            return
        with self._session() as session:
            for statement in session.execute_read(_missing_constraints):
                session.execute_write(_run, statement)
            session.execute_write(_run, cypher.CREATE_VERSION, at=time_text(datetime.now(UTC)))
        self._prepared = True


def _missing_constraints(tx: Transaction) -> list[str]:
    names = tx.run("SHOW CONSTRAINTS YIELD name RETURN collect(name) AS names").single(strict=True)
    present = set(names["names"])
    missing = [text for text in constraint_statements() if text.split()[2] not in present]
    return missing + index_statements() if missing else []


def _run(tx: Transaction, /, statement: str, **values: object) -> None:
    tx.run(statement, values).consume()
