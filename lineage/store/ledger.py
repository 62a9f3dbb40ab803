"""What a store keeps beside the facts: the ledger's rows, and texts that may have to be erased.

The contract that every store keeps; one acceptance suite holds all of them to it. A store knows
nothing of what an entry says: it keeps rows in their order, one writer after another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")

GENESIS = "0" * 64
"""What stands in the first entry for the digest of the one before it."""

PART = 1_000_000
"""How many bytes of something kept stand in one row."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One entry as stores hold it: its number from 1, the SHA-256 of its text, and the text.

    ``about`` is what it concerns, by which entries are found: the id of a case, or nothing.
    """

    number: int
    digest: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A text that an entry commits to and that can be erased: a person's name, or a note."""

    id: str
    kind: str
    salt: str
    text: str


class Turn(Protocol):
    """One writer's turn at the ledger: nobody else writes until it ends, and all counts or none."""

    def head(self) -> tuple[int, str]:
        """The number and digest of the last entry; 0 and :data:`GENESIS` of an empty ledger."""

    def about(self, subject: str) -> Sequence[LedgerRow]:
        """The entries about something, in order."""

    def subjects(self, prefix: str) -> Sequence[str]:
        """What begins so and has entries about it, in order."""

    def add(self, row: LedgerRow) -> None:
        """Adds an entry; its number is one more than the head's."""

    def set_aside(self, aside: Aside) -> str:
        """Keeps an erasable text; gives its id, that of the same person where one is known."""

    def asides(self, ids: Collection[str]) -> Mapping[str, Aside]:
        """The texts that are there of these ids; those that were erased are not."""

    def keep(self, digest: str, data: bytes) -> None:
        """Keeps bytes under their digest; once is enough."""


class LedgerStore(Protocol):
    """Keeps the ledger durably: what was acknowledged is not lost when the process is killed."""

    @property
    def location(self) -> str:
        """Where the store is, without credentials."""

    def write(self, work: Callable[[Turn], T]) -> T:
        """Does work in a turn of its own; it may be done again if the connection breaks.

        Raises:
            StoreError: the store cannot be reached or refused the write; nothing was written.
        """

    def head(self) -> tuple[int, str]:
        """The number and digest of the last entry."""

    def rows(self, after: int = 0, about: str | None = None) -> Iterator[LedgerRow]:
        """The entries after a number, all or those about something, in order."""

    def subjects(self, prefix: str) -> Sequence[str]:
        """What begins so and has entries about it, in order."""

    def asides(self, ids: Collection[str]) -> Mapping[str, Aside]:
        """The texts that are there of these ids; those that were erased are not."""

    def erase(self, id_: str) -> bool:
        """Erases a text for good; false if there was none."""

    def kept(self, digest: str) -> bytes | None:
        """The bytes kept under a digest."""
