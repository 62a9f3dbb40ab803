"""The ledger as a file: what is altered, dropped, swapped or cut off is found."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.errors import UsageError
from lineage.ledger import (
    Act,
    Draft,
    Keyring,
    canonical,
    checkpoint,
    create_key,
    lose_key,
    record,
    rotate_key,
    verify,
)
from lineage.ledger.keys import KeyLostError, signed_by
from lineage.store.embedded import EmbeddedStore

Lines = list[bytes]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lines, bytes, str]:
    """A ledger of 60 entries with checkpoints, its key, and the last head kept elsewhere."""
    folder = tmp_path_factory.mktemp("ledger")
    store, ring = EmbeddedStore.open(folder / "store.sqlite"), Keyring(folder / "keys")
    ledger = store.ledger()
    public = create_key(ledger, ring, "Ann")
    for n in range(56):
        record(
            store, Draft(Act.REPORTED, {"n": n, "é": ["x", None, True]}, f"case:C{n % 3}", "Ann")
        )
        if n % 20 == 19:
            checkpoint(ledger, ring, "Ann")
    last = checkpoint(ledger, ring, "Ann").row().digest
    lines = [(row.text + "\n").encode() for row in ledger.rows()]
    store.close()
    return lines, public, last


def rechained(lines: Lines, start: int) -> Lines:
    """The lines with all digests from one on computed anew, as a forger would."""
    result = list(lines)
    for at in range(max(start, 1), len(result)):
        entry = json.loads(result[at])
        entry["previous"] = hashlib.sha256(result[at - 1].rstrip(b"\n")).hexdigest()
        result[at] = canonical(entry) + b"\n"
    return result


def tampered(lines: Lines, choose: random.Random) -> Lines:
    """One tampering, drawn at random: of bytes, lines or the end, some with new digests."""
    result, at = list(lines), choose.randrange(len(lines))
    way = choose.choice(
        ("byte", "field", "drop", "swap", "repeat", "cut", "insert", "forge", "refit")
    )
    if way == "byte":
        line = bytearray(result[at][:-1])
        place = choose.randrange(len(line))
        line[place] ^= 1 << choose.randrange(8)
        result[at] = bytes(line) + b"\n"
    elif way == "field":
        entry = json.loads(result[at])
        entry[choose.choice(("at", "by", "act", "about"))] += "x"
        result[at] = canonical(entry) + b"\n"
    elif way == "drop":
        del result[at]
    elif way == "swap":
        other = choose.choice([n for n in range(len(lines)) if n != at])
        result[at], result[other] = result[other], result[at]
    elif way == "repeat":
        result.insert(at, result[at])
    elif way == "cut":
        del result[at:]
    elif way == "insert":
        result.insert(at, lines[choose.randrange(len(lines))])
    elif way == "forge":
        entry = json.loads(result[at])
        entry["body"]["forged"] = True
        result[at] = canonical(entry) + b"\n"
        result = rechained(result, at + 1)
    else:
        del result[at]
        for later in range(at, len(result)):
            entry = json.loads(result[later])
            entry["number"] = later + 1
            result[later] = canonical(entry) + b"\n"
        result = rechained(result, at)
    return result


def test_as_it_was_written_it_is_sound(written: tuple[Lines, bytes, str]) -> None:
    lines, public, last = written
    found = verify(lines, public, head=last)
    assert (found.problems, found.untold) == ([], [])
    assert (found.entries, found.signed_through) == (len(lines), len(lines))
    assert verify(lines).untold, "without key and head it says what it cannot show"


def test_a_thousand_tamperings_are_all_found(written: tuple[Lines, bytes, str]) -> None:
    lines, public, last = written
    choose = random.Random(20_261_125)
    for _ in range(1_000):
        forged = tampered(lines, choose)
        if forged != lines:
            assert not verify(forged, public, head=last).sound
            assert not verify(forged, head=hashlib.sha256(lines[-1][:-1]).hexdigest()).sound


@given(st.randoms(use_true_random=False))
def test_a_tampering_of_any_kind_is_found(
    written: tuple[Lines, bytes, str], choose: random.Random
) -> None:
    lines, public, last = written
    forged = tampered(lines, choose)
    assert forged == lines or not verify(forged, public, head=last).sound


def test_a_cut_end_needs_something_kept_elsewhere(
    written: tuple[Lines, bytes, str],
) -> None:
    lines, public, last = written
    cut = lines[:42]
    assert verify(cut, public).sound
    assert "cut off at the end" in " ".join(verify(cut, public).untold)
    assert not verify(cut, public, head=last).sound


def test_a_whole_new_ledger_by_another_key_is_refused(
    written: tuple[Lines, bytes, str], tmp_path: Path
) -> None:
    _, public, _ = written
    store, ring = EmbeddedStore.open(tmp_path / "s.sqlite"), Keyring(tmp_path / "keys")
    create_key(store.ledger(), ring, "Mallory")
    checkpoint(store.ledger(), ring, "Mallory")
    lines = [row.text.encode() for row in store.ledger().rows()]
    assert verify(lines).sound
    assert [p.what for p in verify(lines, public).problems] == [
        "the key that you trust is not a key of this ledger"
    ]
    store.close()


def test_keys_are_replaced_lost_and_told_apart(tmp_path: Path) -> None:
    store, ring = EmbeddedStore.open(tmp_path / "s.sqlite"), Keyring(tmp_path / "keys")
    ledger = store.ledger()
    with pytest.raises(UsageError, match="no key yet"):
        checkpoint(ledger, ring, "Ann")
    first = create_key(ledger, ring, "Ann")
    with pytest.raises(UsageError, match="has a key already"):
        create_key(ledger, ring, "Ann")
    private = next(tmp_path.glob("keys/*.private.pem"))
    assert private.stat().st_mode & 0o777 == 0o600
    assert private.parent.stat().st_mode & 0o777 == 0o700
    checkpoint(ledger, ring, "Ann")
    second = rotate_key(ledger, ring, "Ann")
    checkpoint(ledger, ring, "Ann")
    lines = [row.text.encode() for row in ledger.rows()]
    for trusted in (first, second):
        found = verify(lines, trusted)
        assert (found.problems, found.signed_through) == ([], len(lines))
    for path in tmp_path.glob("keys/*.private.pem"):
        path.unlink()
    with pytest.raises(KeyLostError, match=r"not here.*key lost"):
        checkpoint(ledger, ring, "Ann")
    with pytest.raises(KeyLostError):
        rotate_key(ledger, ring, "Ann")
    third = lose_key(ledger, ring, "Ann", "the disk broke")
    checkpoint(ledger, ring, "Ann")
    lines = [row.text.encode() for row in ledger.rows()]
    told = " ".join(verify(lines, first).untold)
    assert "could not sign its successor" in told
    assert "who wrote entries" in told
    assert verify(lines, third).signed_through == len(lines)
    assert ledger.head()[0] == len(lines)
    store.close()


def test_an_entry_that_was_smuggled_in_as_a_rotation_is_refused(tmp_path: Path) -> None:
    store, ring = EmbeddedStore.open(tmp_path / "s.sqlite"), Keyring(tmp_path / "keys")
    create_key(store.ledger(), ring, "Ann")
    rotate_key(store.ledger(), ring, "Ann")
    lines = [row.text.encode() for row in store.ledger().rows()]
    entry = json.loads(lines[1])
    public = Keyring(tmp_path / "other").create()
    entry["body"] |= {"public": public.hex(), "key": hashlib.sha256(public).hexdigest()[:32]}
    assert not verify([lines[0], canonical(entry)]).sound
    assert not signed_by(public, entry["body"]["signature"], b"")
    store.close()


@pytest.mark.parametrize(
    "line",
    [b"", b"[]", b"nonsense", b"{}", b'{"a":1e400}', b"\xff", b"[" * 100_000, b'"\\ud800"'],
)
def test_what_is_no_entry_is_refused_with_its_line(line: bytes) -> None:
    assert verify([line]).problems[0].line == 1
