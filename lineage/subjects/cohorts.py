"""Cohorts: people who withdrew within some days, and which versions hold how many of them."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lineage.errors import InputError, UsageError
from lineage.ledger import Keyring
from lineage.ledger.entries import Json
from lineage.subjects.register import Registers, digests_of, fingerprint, subjects_key


@dataclass(frozen=True, slots=True)
class Cohort:
    """How many people withdrew, and which versions hold how many of them."""

    count: int
    digest: str
    found: tuple[tuple[str, str, int], ...]

    @property
    def datasets(self) -> list[str]:
        """The data sets of which some version holds somebody of them."""
        return list(dict.fromkeys(dataset for dataset, _, _ in self.found))

    def body(self) -> dict[str, Json]:
        """What a case keeps of it: counts and digests."""
        found: list[Json] = [[d, v, n] for d, v, n in self.found]
        return {"count": self.count, "digest": self.digest, "found": found}


def subjects_in(path: Path, column: str | None = None) -> Iterator[str]:
    """The ids in a file: one a line, or a column of a CSV file.

    Raises:
        InputError: it cannot be read, or has no such column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if column is None:
                yield from file
                return
            rows = csv.DictReader(file)
            if column not in (rows.fieldnames or ()):
                raise InputError(f"it has no column “{column}”", location=str(path))
            for row in rows:
                yield row[column] or ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", location=str(path)) from error


def read_cohort(
    path: Path,
    *,
    since: str = "",
    until: str = "",
    registers: Registers | None = None,
    keyring: Keyring | None = None,
) -> Cohort:
    """The people in a file of withdrawals, and which registers hold them.

    Args:
        path: one id a line, or ``id,date`` with the date of each withdrawal, YYYY-MM-DD.
        since, until: only those who withdrew from this day on, or up to it.
        registers, keyring: where registers and keys are, if not where they usually are.

    Raises:
        InputError: the file, or a register, cannot be read.
        UsageError: the key is missing or another one, or a date cannot be read.
    """
    people = list(_withdrawn(path, since, until))
    return find(people, registers or Registers(), keyring or Keyring())


def find(people: Sequence[str], registers: Registers, keyring: Keyring) -> Cohort:
    """Which registers hold some people, and how many of them."""
    key = subjects_key(keyring)
    wanted = digests_of(people, key)
    found = []
    for register in registers.all():
        if register.key != fingerprint(key):
            raise UsageError(
                f"the register of {register.dataset} {register.version} has another key",
                location=str(register.path),
                remedy="Name the folder of its key with --keys, or build it anew.",
            )
        hits = int(register.holds(wanted).sum())
        if hits:
            found.append((register.dataset, register.version, hits))
    return Cohort(len(wanted), hashlib.sha256(wanted.tobytes()).hexdigest(), tuple(found))


def _withdrawn(path: Path, since: str, until: str) -> Iterator[str]:
    for number, line in enumerate(subjects_in(path), 1):
        subject, _, when = line.strip().rpartition(",")
        dated = _is_date(when)
        if since or until:
            if not dated:
                raise InputError("no date of withdrawal stands here", location=f"{path}:{number}")
            if (since and when < since) or (until and when > until):
                continue
        yield subject if dated else line


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
