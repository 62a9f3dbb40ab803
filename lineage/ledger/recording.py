"""Writing entries: the one way in which any act comes into the ledger."""

from __future__ import annotations

import getpass
import os
import secrets
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lineage.errors import UsageError
from lineage.ledger.entries import Act, Entry, Json, commitment_to
from lineage.store.base import Store
from lineage.store.ledger import Aside, LedgerStore, Turn

ACTOR_VARIABLE = "LINEAGE_ACTOR"
LONGEST_NAME = 100
LONGEST_NOTE = 20_000


@dataclass(frozen=True, slots=True)
class Draft:
    """An act on its way into the ledger.

    ``by`` is a person's name; ``notes`` are free texts, by the name under which ``body`` will
    have the commitment to each.
    """

    act: Act
    body: Mapping[str, Json] = field(default_factory=dict)
    about: str = ""
    by: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)


def record(store: Store, draft: Draft) -> Entry:
    """Writes one act into a store's ledger.

    Raises:
        UsageError: a name or note that cannot be kept.
        StoreError: it could not be written.
    """
    return store.ledger().write(lambda turn: append(turn, draft))


def append(
    turn: Turn, draft: Draft, signed: Callable[[Entry], Entry] = lambda entry: entry
) -> Entry:
    """Writes one act within a turn at the ledger; ``signed`` completes the entry before."""
    number, previous = turn.head()
    body = dict(draft.body)
    for name, text in draft.notes.items():
        if text:
            body[name] = noted(turn, text)
    entry = signed(
        Entry(
            number + 1,
            datetime.now(UTC).isoformat(timespec="microseconds"),
            draft.act.value,
            person(turn, draft.by) if draft.by else "",
            draft.about,
            body,
            previous,
        )
    )
    turn.add(entry.row())
    return entry


def person(turn: Turn, name: str) -> str:
    """The id of a person, the same for the same name; drawn at random, it tells nothing."""
    checked = checked_name(name)
    return turn.set_aside(Aside(f"person:{secrets.token_hex(8)}", "person", "", checked))


def noted(turn: Turn, text: str) -> str:
    """Keeps a text beside the chain; gives the digest that commits to it."""
    checked = _checked(text, "a note", LONGEST_NOTE)
    salt = secrets.token_hex(16)
    return turn.set_aside(Aside(commitment_to(salt, checked), "note", salt, checked))


def texts(ledger: LedgerStore, ids: Collection[str]) -> dict[str, str]:
    """The names and notes that are there of these ids."""
    return {id_: aside.text for id_, aside in ledger.asides(ids).items()}


def who(by: str | None) -> str:
    """Who acts: as told, else ``LINEAGE_ACTOR``, else the user of this machine.

    Raises:
        UsageError: nobody is named, or not by a name that can be kept.
    """
    name = by or os.environ.get(ACTOR_VARIABLE)
    if not name:
        try:
            name = getpass.getuser()
        except (OSError, KeyError, ImportError) as error:
            raise UsageError(
                "this machine does not say who you are", remedy="Give your name with --by."
            ) from error
    return checked_name(name)


def checked_name(name: str) -> str:
    """A person's name as it is kept.

    Raises:
        UsageError: empty, too long, or with characters that no name has.
    """
    return _checked(" ".join(name.split()), "the name of who acts", LONGEST_NAME)


def _checked(text: str, what: str, limit: int) -> str:
    if not text.strip():
        raise UsageError(f"{what} is missing")
    if len(text) > limit:
        raise UsageError(f"{what} is longer than {limit} characters")
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in text):
        raise UsageError(f"{what} has characters that no text may hold")
    return text
