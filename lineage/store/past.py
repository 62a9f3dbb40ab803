"""What documents said once: facts with the times from which and until which they were said.

Pure functions, shared by the stores so that they cannot disagree. All of them are independent of
order: telling a store of a past twice, or of two pasts in any order, comes to the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from typing import Generic, TypeVar

from lineage.records import DocumentRef
from lineage.store.rows import Edge, Mention

Row = TypeVar("Row", Mention, Edge)


@dataclass(frozen=True, slots=True)
class Fact(Generic[Row]):
    """What a document says or said, and since when. Times are UTC, as stores write them."""

    row: Row
    active: bool
    first_seen: str
    last_seen: str
    retracted_at: str | None = None


@dataclass(slots=True)
class Past:
    """What a document said once.

    Attributes:
        document: the document as one that is gone, with the last revision that has it. A store
            that knows the document otherwise keeps what it knows.
        at: the time from which that revision was superseded.
        mentions: by key, of each node that it spoke of, until when it did.
        edges: by key, each assertion, until when it stood.
    """

    document: DocumentRef
    at: str
    mentions: dict[str, Fact[Mention]]
    edges: dict[str, Fact[Edge]]


def said_until(row: Row, since: str, until: str) -> Fact[Row]:
    """A fact that stood from one time until another."""
    return Fact(row, active=False, first_seen=since, last_seen=until, retracted_at=until)


def recalled(held: Fact[Row] | None, said: Fact[Row]) -> Fact[Row]:
    """A fact as it becomes when one more past of it is known.

    What stands goes on standing, since the earlier time. What was retracted is as it was last
    said; a retraction that was only found some time after it was last said is dated by a past
    that ends in between.
    """
    if held is None:
        return said
    first = min(held.first_seen, said.first_seen)
    later = not held.active and (
        (held.last_seen, _order(held.row)) < (said.last_seen, _order(said.row))
        or (held.last_seen == said.last_seen and held.retracted_at != said.retracted_at)
    )
    return replace(said if later else held, first_seen=first)


def _order(row: Mention | Edge) -> tuple[str, ...]:
    return tuple(map(str, astuple(row)))


def changed(
    held: dict[str, Fact[Row]], said: Iterable[Fact[Row]]
) -> dict[str, tuple[Fact[Row] | None, Fact[Row]]]:
    """The facts that more is known of, by key: as they were held, and as they become."""
    pairs = {fact.row.key: (held.get(fact.row.key), fact) for fact in said}
    return {
        key: (old, new) for key, (old, fact) in pairs.items() if (new := recalled(old, fact)) != old
    }
