"""The contract that every store keeps. One acceptance suite holds all of them to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from lineage.errors import NotFoundError
from lineage.records import Changes, DocumentRow, Moment, Reading, Snapshot
from lineage.store.columns import Columns
from lineage.store.ledger import LedgerStore
from lineage.store.past import Past


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What a write changed: the store's version after it, and counts of assertions."""

    version: int
    asserted: int
    retracted: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Rows of a Cypher query. ``truncated`` is true when there were more than the cap."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    truncated: bool
    version: int
    seconds: float


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """Bounds of one ad-hoc query: wall time in seconds, and rows returned."""

    seconds: float = 30.0
    rows: int = 1_000


class Store(Protocol):
    """Holds facts durably and gives them back consistently.

    Writes are idempotent: a document's assertions replace what the same document said before;
    what it no longer says is retracted, never deleted. Any number of processes may write.
    """

    @property
    def location(self) -> str:
        """Where the store is, without credentials."""

    def write(
        self, readings: Sequence[Reading], at: datetime, *, based_on: int | None = None
    ) -> WriteResult:
        """Writes documents with their facts, all or none.

        Args:
            readings: documents; one whose ``sha256`` is empty is gone, and is retracted.
            at: the time of reading (aware, UTC).
            based_on: the version the facts were computed from, if they were.

        Raises:
            StoreConflictError: the store is no longer at ``based_on``.
            StoreError: the store cannot be reached or refused the write; nothing was written.
        """

    def seen(self, documents: Sequence[DocumentRow], revision: str | None, at: datetime) -> None:
        """Notes that documents are as they were: when, and at which revision.

        Raises:
            StoreError: the store cannot be reached or refused the write; nothing was written.
        """

    def recall(self, pasts: Sequence[Past]) -> WriteResult:
        """Adds what documents said once, all or none; what they say now stays as it is.

        A fact that stands is dated back to when it was first said; one that does not stand is
        kept as retracted, from the first time it was said until the last. Telling the same past
        again changes nothing, and the order of several makes no difference. In the result,
        ``asserted`` counts the assertions that the store had never held.

        Raises:
            StoreError: the store cannot be reached or refused the write; nothing was written.
        """

    def version(self) -> int:
        """The number of the last write that changed something; 0 for an empty store."""

    def moment(self, at: datetime | int | None = None) -> Moment:
        """The version that the store is at, or was at some time, or by its number.

        Raises:
            NotFoundError: the store does not know what it held that early.
        """

    def snapshot(self, version: int | None = None) -> Snapshot:
        """Everything in rows, as it is or as it was known at a version.

        Raises:
            NotFoundError: the store does not know what it held that early.
        """

    def columns(self, version: int | None = None) -> Columns:
        """Everything in columns, likewise: for graphs of millions of assertions."""

    def changes(self, since: int) -> Changes:
        """What was written after a version."""

    def documents(self, repository: str | None = None) -> Sequence[DocumentRow]:
        """The documents, of one repository or of all, in order of id."""

    def query(
        self, cypher: str, parameters: Mapping[str, object], limits: QueryLimits
    ) -> QueryResult:
        """Answers an ad-hoc Cypher text, read-only.

        Raises:
            QueryError: refused (it would write, or asks for what cannot be answered rightly)
                or wrong.
            QueryTimeoutError: it ran longer than ``limits.seconds``.
        """

    def ledger(self) -> LedgerStore:
        """The ledger kept in the same place; see :mod:`lineage.store.ledger`."""

    def close(self) -> None:
        """Releases the connection."""


def time_text(at: datetime) -> str:
    """A time as stores write it: UTC, so that texts are in order of time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def unknown_time(at: str, first: str | None) -> NotFoundError:
    """The error that says that a store does not know what it held at a time."""
    return NotFoundError(
        f"what this store held at {at} is not known",
        remedy=f"The earliest that it remembers is {first}."
        if first
        else "Nothing was ever written to it.",
    )


def unknown_version(version: int, current: int) -> NotFoundError:
    """The error that says that a store does not know what it held at a version."""
    return NotFoundError(
        f"what this store held at version {version} is not known",
        remedy=f"It is at version {current}. Versions that an earlier release wrote are not "
        "remembered.",
    )
