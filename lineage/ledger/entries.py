"""What an entry is: canonical JSON (RFC 8785), and the SHA-256 of it in the next one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import rfc8785

from lineage.errors import InputError
from lineage.store.ledger import Aside, LedgerRow

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What an entry may hold: no numbers with a point, whose spelling is easy to get wrong."""

FIELDS = frozenset({"about", "act", "at", "body", "by", "number", "previous"})


class Act(StrEnum):
    """What was done."""

    INGESTED = "ingested"
    ALIAS_ACCEPTED = "alias.accepted"
    ALIAS_REJECTED = "alias.rejected"
    ALIAS_UNDONE = "alias.undone"
    GRANT_VERIFIED = "grant.verified"
    REPORTED = "reported"
    CASE_OPENED = "case.opened"
    CASE_GREW = "case.grew"
    CASE_CLOSED = "case.closed"
    STEP_ASSIGNED = "step.assigned"
    STEP_DONE = "step.done"
    STEP_CHECKED = "step.checked"
    STEP_VERIFIED = "step.verified"
    STEP_RETURNED = "step.returned"
    STEP_REFUSED = "step.refused"
    STEP_REOPENED = "step.reopened"
    HOLD_PLACED = "hold.placed"
    HOLD_RELEASED = "hold.released"
    CERTIFIED = "certified"
    ERASED = "erased"
    KEY_CREATED = "key.created"
    KEY_ROTATED = "key.rotated"
    KEY_LOST = "key.lost"
    CHECKPOINT = "checkpoint"


ACTS: Mapping[Act, str] = {
    Act.INGESTED: "documents were read into the store",
    Act.ALIAS_ACCEPTED: "somebody decided that two names mean one thing",
    Act.ALIAS_REJECTED: "somebody decided that two names do not mean one thing",
    Act.ALIAS_UNDONE: "somebody took such a decision back",
    Act.GRANT_VERIFIED: "somebody established what a right allows, or that there is none",
    Act.REPORTED: "an answer was given out as a report",
    Act.CASE_OPENED: "a revocation case was opened, on a frozen snapshot, with a plan",
    Act.CASE_GREW: "an ingest showed more that is affected, or something that came back",
    Act.CASE_CLOSED: "the statement of a case was made: nothing in it was open",
    Act.STEP_ASSIGNED: "a step was given to somebody",
    Act.STEP_DONE: "somebody says that a step was carried out",
    Act.STEP_CHECKED: "it was looked at what should be gone",
    Act.STEP_VERIFIED: "another person confirmed that a step was carried out",
    Act.STEP_RETURNED: "another person did not confirm it, and gave it back",
    Act.STEP_REFUSED: "a step will not be carried out, for a reason on a legal basis",
    Act.STEP_REOPENED: "a step that was settled is open again",
    Act.HOLD_PLACED: "a duty to preserve stops the deletion of something",
    Act.HOLD_RELEASED: "that duty ended",
    Act.CERTIFIED: "a certificate was issued",
    Act.ERASED: "a text beside the ledger was erased",
    Act.KEY_CREATED: "the first key that signs",
    Act.KEY_ROTATED: "the key was replaced by another, which it signed",
    Act.KEY_LOST: "the key was lost, and another one signs from here on",
    Act.CHECKPOINT: "the key signed the chain as it stood",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger.

    ``by`` is the id of a person, who is named beside the ledger, or nothing where the program
    itself acted; ``at`` is a time (UTC); ``previous`` the digest of the entry before.
    """

    number: int
    at: str
    act: str
    by: str
    about: str
    body: Mapping[str, Json]
    previous: str

    def text(self) -> str:
        """The entry as canonical JSON."""
        return canonical(
            {
                "about": self.about,
                "act": self.act,
                "at": self.at,
                "body": dict(self.body),
                "by": self.by,
                "number": self.number,
                "previous": self.previous,
            }
        ).decode()

    def row(self) -> LedgerRow:
        """The entry as stores keep it."""
        text = self.text()
        return LedgerRow(self.number, hashlib.sha256(text.encode()).hexdigest(), self.about, text)


def canonical(value: Json) -> bytes:
    """JSON in the one spelling that RFC 8785 gives it.

    Raises:
        InputError: a value that has none: a half surrogate, an integer beyond 53 bits.
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise InputError(f"this cannot stand in the ledger: {error}") from error


def entry_of(row: LedgerRow) -> Entry:
    """The entry that a row holds.

    Raises:
        InputError: the row is no entry: somebody wrote to the store by other ways.
    """
    try:
        value = json.loads(row.text)
        assert value.keys() == FIELDS
    except (ValueError, AssertionError, AttributeError) as error:
        raise InputError(
            f"entry {row.number} of the ledger is not what Lineage writes",
            remedy="See what was changed with: lineage ledger verify",
        ) from error
    return Entry(**value)


def opens(aside: Aside, commitment: str) -> bool:
    """Whether a text is the one that an entry commits to."""
    return commitment == commitment_to(aside.salt, aside.text) == aside.id


def commitment_to(salt: str, text: str) -> str:
    """The digest that stands in the chain for a text: SHA-256 over a random salt and the text."""
    return "note:" + hashlib.sha256(f"{salt}\x1f{text}".encode()).hexdigest()
