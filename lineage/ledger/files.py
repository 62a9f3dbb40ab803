"""The ledger as a file: one entry a line, as it was signed; and heads to keep elsewhere."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from lineage.errors import InputError
from lineage.ledger.entries import Act
from lineage.ledger.keys import public_of_pem
from lineage.store.ledger import LedgerStore


def export(ledger: LedgerStore, path: Path) -> int:
    """Writes all entries to a file, one a line; gives how many.

    Raises:
        InputError: the file cannot be written.
    """
    count = 0
    try:
        with path.open("w", encoding="utf-8", newline="\n") as out:
            for row in ledger.rows():
                out.write(row.text + "\n")
                count += 1
    except OSError as error:
        raise InputError(
            f"the ledger cannot be written there: {error.strerror}", location=str(path)
        ) from error
    return count


def checkpoint_of(path: Path) -> str:
    """The digest of the checkpoint in a file that ``lineage ledger checkpoint`` wrote.

    Raises:
        InputError: it holds none.
    """
    try:
        line = path.read_bytes().rstrip(b"\n")
        assert json.loads(line)["act"] == Act.CHECKPOINT
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", location=str(path)) from error
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        raise InputError("this is no checkpoint of a ledger", location=str(path)) from error
    return hashlib.sha256(line).hexdigest()


def public_key_of(path: Path) -> bytes:
    """The public key in a PEM file.

    Raises:
        InputError: it cannot be read, or holds none.
    """
    try:
        return public_of_pem(path.read_bytes(), str(path))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", location=str(path)) from error
