"""Whether a ledger is what was written: line by line, with nothing but the file and a key.

What is checked: each entry is canonical JSON with the fields of an entry, has the number that
follows and the digest of the one before; each signature is by the key that it names; each key
was introduced by the one before it. A chain alone does not show that its end was cut off, or that
it was written anew as a whole: a head that was kept elsewhere does, and so does a trusted key
up to the last checkpoint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from lineage.errors import InputError
from lineage.ledger.entries import FIELDS, Act, canonical
from lineage.ledger.keys import key_id, signed_by
from lineage.ledger.signing import CHECKPOINTS, checkpoint_message, rotation_message
from lineage.store.ledger import GENESIS

_MOST_PROBLEMS = 20
_CUT = "the head that was kept elsewhere is not in this file: entries were cut off or written anew"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and at which line of the file (from 1)."""

    line: int
    what: str


@dataclass(slots=True)
class Verification:
    """What a look at a ledger found.

    ``signed_through`` is the last entry that a checkpoint of a trusted key covers, ``keys`` the
    ids of the keys that are trusted by then. ``untold`` says what this cannot show.
    """

    entries: int = 0
    head: str = GENESIS
    signed_through: int = 0
    checkpoints: int = 0
    keys: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.problems


def verify(
    lines: Iterable[bytes],
    trusted: bytes | None = None,
    head: str | None = None,
) -> Verification:
    """Checks a ledger from its lines.

    Args:
        lines: the file's lines, each an entry.
        trusted: the 32 bytes of a public key that is known by another way.
        head: the digest of some entry, a checkpoint or the last one, kept elsewhere.

    Returns:
        What was found; up to 20 problems are told.
    """
    reader = _Reader(trusted)
    missing = head is not None
    for line in lines:
        reader.read(line)
        missing = missing and reader.found.head != head
        if len(reader.found.problems) >= _MOST_PROBLEMS:
            break
    reader.finish()
    found = reader.found
    if missing and len(found.problems) < _MOST_PROBLEMS:
        found.problems.append(Problem(found.entries, _CUT))
    if head is None:
        found.untold.append(
            "whether entries were cut off at the end: compare with a head or a checkpoint that "
            "was kept elsewhere (--head, --checkpoint)"
        )
    return found


class _Reader:
    """One pass over a ledger."""

    def __init__(self, trusted: bytes | None):
        self.found = Verification()
        self.known: dict[str, bytes] = {}
        self._trusted = trusted
        self._trust: set[str] = {key_id(trusted)} if trusted else set()
        self._active = ""
        self._lost_at = 0

    def read(self, line: bytes) -> None:
        """Checks the next line."""
        found = self.found
        number = found.entries + 1
        text = line[:-1] if line.endswith(b"\n") else line
        entry = self._entry(text, number)
        if entry is not None:
            if entry["number"] != number:
                self._wrong(number, f"entry {entry['number']} stands where {number} should")
            if entry["previous"] != found.head:
                self._wrong(number, "it does not follow from the entry before it")
            if entry["act"] in _OF_KEYS:
                self._signed(number, entry)
        found.entries = number
        found.head = hashlib.sha256(text).hexdigest()

    def _entry(self, text: bytes, number: int) -> dict[str, Any] | None:
        try:
            entry: dict[str, Any] = orjson.loads(text)
            if entry.keys() != FIELDS:
                raise ValueError
            # What it spells is canonical but for numbers with a point and the rarest of names.
            if (
                orjson.dumps(entry, option=orjson.OPT_SORT_KEYS) != text
                and canonical(entry) != text
            ):
                raise ValueError
        except (ValueError, AttributeError, TypeError, RecursionError, InputError):
            self._wrong(number, "it is not the canonical JSON of an entry")
            return None
        kinds = (type(entry["number"]), type(entry["body"]), type(entry["act"]))
        if kinds != (int, dict, str):
            self._wrong(number, "it is not the canonical JSON of an entry")
            return None
        return entry

    def _signed(self, number: int, entry: dict[str, Any]) -> None:
        """Checks an entry on keys or with a signature."""
        body, act = entry["body"], entry["act"]
        try:
            if act == Act.CHECKPOINT:
                self._checkpoint(number, entry)
                return
            public = bytes.fromhex(body["public"])
            new = key_id(public)
            assert new == body["key"]
            if act == Act.KEY_CREATED:
                assert not self._active
            else:
                old = body["old"]
                assert old == self._active
                if act == Act.KEY_ROTATED:
                    message = rotation_message(old, public.hex(), entry["previous"])
                    assert signed_by(self.known[old], body["signature"], message)
                    if old in self._trust:
                        self._trust.add(new)
                elif old in self._trust and not self._lost_at:
                    self._lost_at = number
            self.known[new] = public
            self._active = new
        except (AssertionError, KeyError, ValueError, TypeError, InputError):
            self._wrong(number, "what it says of a key is not so")

    def _checkpoint(self, number: int, entry: dict[str, Any]) -> None:
        body, found = entry["body"], self.found
        key = body["key"]
        message = checkpoint_message(entry)
        if body.keys() != {"key", "signature"} or entry["about"] != CHECKPOINTS:
            raise ValueError
        if key != self._active or not signed_by(self.known[key], body["signature"], message):
            self._wrong(number, "its signature is not by the key of this ledger")
            return
        found.checkpoints += 1
        if key in self._trust and not found.problems:
            found.signed_through = number

    def finish(self) -> None:
        """Says what the whole shows of the trusted key."""
        found = self.found
        found.keys = sorted(self._trust & self.known.keys())
        if self._trusted is None:
            found.untold.append(
                "who wrote it: give the public key of the one you trust (--key); without it "
                "anybody could have written the whole anew"
            )
        elif not found.keys:
            self._wrong(found.entries, "the key that you trust is not a key of this ledger")
        elif not found.signed_through:
            self._wrong(found.entries, "no checkpoint is signed by the key that you trust")
        elif found.signed_through < found.entries:
            found.untold.append(
                f"who wrote entries {found.signed_through + 1} to {found.entries}: the last "
                f"checkpoint of a key that you trust covers entry {found.signed_through}"
            )
        if self._lost_at:
            found.untold.append(
                f"that whoever goes on after entry {self._lost_at} is the same: the key that you "
                "trust was lost there, and could not sign its successor"
            )

    def _wrong(self, number: int, what: str) -> None:
        self.found.problems.append(Problem(number, what))


_OF_KEYS = frozenset({Act.KEY_CREATED, Act.KEY_ROTATED, Act.KEY_LOST, Act.CHECKPOINT})
