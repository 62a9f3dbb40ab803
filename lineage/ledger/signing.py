"""Keys and checkpoints as entries: creation, rotation, loss, and the signed head.

A checkpoint signs itself and the digest of the entry before it, and with it all before that. A
rotation is signed by the old key. A lost key cannot sign: its successor stands unsigned, and
whoever trusted the old key has to be told of the new one by another way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from lineage.errors import UsageError
from lineage.ledger.entries import Act, Entry, Json, canonical, entry_of
from lineage.ledger.keys import Keyring, key_id
from lineage.ledger.recording import Draft, append
from lineage.store.ledger import LedgerStore, Turn

KEYS = "keys"
"""What entries on keys are about."""

CHECKPOINTS = "checkpoints"


def checkpoint_message(entry: Mapping[str, Any]) -> bytes:
    """What a checkpoint signs: all of itself but the signature, and so all before it."""
    body = {"key": entry["body"]["key"]}
    return canonical({**entry, "body": body})


def rotation_message(old: str, new: str, previous: str) -> bytes:
    """What the old key signs of the new one, at this point of the chain."""
    return canonical(
        {"new": new, "old": old, "previous": previous, "type": "lineage key rotation 1"}
    )


def active_key(ledger: LedgerStore) -> bytes | None:
    """The public bytes of the key that signs now; None where there is none yet."""
    return _active([entry_of(row) for row in ledger.rows(about=KEYS)])


def _active(entries: Sequence[Entry]) -> bytes | None:
    return bytes.fromhex(str(entries[-1].body["public"])) if entries else None


def _active_in(turn: Turn) -> bytes | None:
    return _active([entry_of(row) for row in turn.about(KEYS)])


def create_key(ledger: LedgerStore, keyring: Keyring, by: str) -> bytes:
    """Makes the first key of a ledger; gives its public bytes.

    Raises:
        UsageError: the ledger has a key already.
    """
    if active_key(ledger):
        raise UsageError(
            "this ledger has a key already",
            remedy="Replace it with: lineage ledger key rotate",
        )
    public = keyring.create()

    def work(turn: Turn) -> None:
        if _active_in(turn):
            raise UsageError("somebody else has just made the key of this ledger")
        append(turn, Draft(Act.KEY_CREATED, _introduced(public), KEYS, by))

    ledger.write(work)
    return public


def rotate_key(ledger: LedgerStore, keyring: Keyring, by: str) -> bytes:
    """Replaces the key by a new one, signed by the old; gives the new public bytes.

    Raises:
        UsageError: there is no key yet.
        KeyLostError: the old key is not here.
    """
    public = keyring.create()

    def work(turn: Turn) -> None:
        old = _needed(_active_in(turn))
        _, previous = turn.head()
        signature = keyring.signer(old)(rotation_message(key_id(old), public.hex(), previous))
        body = {**_introduced(public), "old": key_id(old), "signature": signature}
        append(turn, Draft(Act.KEY_ROTATED, body, KEYS, by))

    keyring.signer(_needed(active_key(ledger)))
    ledger.write(work)
    return public


def lose_key(ledger: LedgerStore, keyring: Keyring, by: str, reason: str) -> bytes:
    """Notes that the key is lost and goes on with a new one; gives its public bytes.

    Raises:
        UsageError: there is no key yet.
    """
    _needed(active_key(ledger))
    public = keyring.create()

    def work(turn: Turn) -> None:
        old = _needed(_active_in(turn))
        signed = [entry_of(row) for row in turn.about(CHECKPOINTS)]
        covered = [e.number for e in signed if e.body["key"] == key_id(old)]
        body: dict[str, Json] = {
            **_introduced(public),
            "old": key_id(old),
            "signed_through": max(covered, default=0),
        }
        append(turn, Draft(Act.KEY_LOST, body, KEYS, by, {"reason": reason}))

    ledger.write(work)
    return public


def checkpoint(ledger: LedgerStore, keyring: Keyring, by: str) -> Entry:
    """Signs the chain as it stands, as an entry of it.

    Raises:
        UsageError: there is no key yet.
        KeyLostError: the key is not here.
    """

    def work(turn: Turn) -> Entry:
        public = _needed(_active_in(turn))
        sign = keyring.signer(public)

        def signed(entry: Entry) -> Entry:
            message = checkpoint_message(asdict(entry))
            return replace(entry, body={**entry.body, "signature": sign(message)})

        draft = Draft(Act.CHECKPOINT, {"key": key_id(public)}, CHECKPOINTS, by)
        return append(turn, draft, signed)

    return ledger.write(work)


def _introduced(public: bytes) -> dict[str, str]:
    return {"key": key_id(public), "public": public.hex()}


def _needed(public: bytes | None) -> bytes:
    if public is None:
        raise UsageError(
            "this ledger has no key yet", remedy="Make one with: lineage ledger key create"
        )
    return public
