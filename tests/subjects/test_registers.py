"""Registers of people: who is in which version, without a trace of who they are."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.errors import InputError, UsageError
from lineage.ledger import Keyring
from lineage.subjects import Registers, find, read_cohort, subjects_key
from lineage.subjects.register import WIDTH, Register, digests_of

KEY = bytes(range(32))
NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)


@given(st.lists(NAMES, max_size=60), st.lists(NAMES, max_size=20))
def test_a_register_holds_whom_it_was_made_of(inside: list[str], asked: list[str]) -> None:
    digests = digests_of(inside, KEY)
    register = Register(Path(), "d", "1", "", "", digests)
    wanted = digests_of([*asked, *inside], KEY)
    plain = {n.strip() for n in inside} - {""}
    real = {hmac.digest(KEY, n.encode(), "sha256") for n in plain}
    held = register.holds(wanted)
    assert [d.ljust(WIDTH, b"\0") in real for d in wanted.tolist()] == held.tolist()
    assert len(digests) == len(real)
    assert sorted(real) == [d.ljust(WIDTH, b"\0") for d in digests.tolist()]


def test_it_is_mapped_from_its_file_and_holds_no_names(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "keys")
    key = subjects_key(ring, create=True)
    assert (tmp_path / "keys/subjects.key").stat().st_mode & 0o777 == 0o600
    registers = Registers(tmp_path / "registers")
    registers.add((f"person-{n}" for n in range(5_000)), "hf://datasets/a", "1", key)
    registers.add((f"person-{n}" for n in range(4_000, 6_000)), "hf://datasets/a", "2", key)
    registers.add([], "hf://datasets/b", "1", key)
    (first, second, empty) = registers.all()
    assert isinstance(first.digests, np.memmap)
    assert [len(r.digests) for r in (first, second, empty)] == [5_000, 2_000, 0]
    assert b"person" not in first.path.read_bytes()
    size = first.path.stat().st_size
    assert size < 5_000 * WIDTH + 300
    found = find([f"person-{n}" for n in (1, 4_500, 9_999)], registers, ring)
    assert found.count == 3
    assert found.found == (("hf://datasets/a", "1", 2), ("hf://datasets/a", "2", 1))
    assert found.datasets == ["hf://datasets/a"]
    registers.add(["person-9999"], "hf://datasets/a", "1", key)
    assert [len(r.digests) for r in registers.all()] == [1, 2_000, 0], "it replaces the earlier one"


def test_without_its_key_it_tells_nothing_and_says_so(tmp_path: Path) -> None:
    ring, registers = Keyring(tmp_path / "keys"), Registers(tmp_path / "registers")
    with pytest.raises(UsageError, match="key of the registers is not here"):
        find(["a"], registers, ring)
    registers.add(["a"], "d", "1", subjects_key(ring, create=True))
    other = Keyring(tmp_path / "others")
    subjects_key(other, create=True)
    with pytest.raises(UsageError, match="another key"):
        find(["a"], registers, other)
    (tmp_path / "others/subjects.key").write_bytes(b"short")
    with pytest.raises(UsageError, match="no key of registers"):
        find(["a"], registers, other)


def test_a_damaged_register_is_an_error_and_never_read_as_nobody(tmp_path: Path) -> None:
    registers = Registers(tmp_path)
    made = registers.add(["a", "b"], "d", "1", KEY)
    whole = made.path.read_bytes()
    for bad in (whole[:-1], whole + b"x", b"", whole.replace(b"subjects", b"objects!"), b"\n\n"):
        made.path.write_bytes(bad)
        with pytest.raises(InputError, match="no register"):
            registers.all()


def test_a_cohort_is_who_withdrew_within_some_days(tmp_path: Path) -> None:
    ring, registers = Keyring(tmp_path / "keys"), Registers(tmp_path / "registers")
    registers.add(["a", "b", "c,d"], "d", "1", subjects_key(ring, create=True))
    path = tmp_path / "out.csv"
    path.write_text("a,2026-01-01\nb,2026-02-01\nc,d\n")
    assert read_cohort(path, registers=registers, keyring=ring).found == (("d", "1", 3),)
    path.write_text("a,2026-01-01\nb,2026-02-01\n")
    for since, until, count in (
        ("2026-01-15", "", 1),
        ("", "2026-01-15", 1),
        ("2027-01-01", "", 0),
    ):
        cohort = read_cohort(path, since=since, until=until, registers=registers, keyring=ring)
        assert (cohort.count, sum(n for _, _, n in cohort.found)) == (count, count)
    path.write_text("a\n")
    with pytest.raises(InputError, match=r"no date of withdrawal.*") as refused:
        read_cohort(path, since="2026-01-01", registers=registers, keyring=ring)
    assert refused.value.location == f"{path}:1"
    body = read_cohort(path, registers=registers, keyring=ring).body()
    assert (
        body["digest"]
        == hashlib.sha256(hmac.digest(subjects_key(ring), b"a", "sha256")).hexdigest()
    )
    with pytest.raises(InputError, match="cannot be read"):
        read_cohort(tmp_path / "nothing", registers=registers, keyring=ring)
