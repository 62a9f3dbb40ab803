"""Registers: sorted files of digests, one for each version of a data set."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_data_path

from lineage.errors import InputError, UsageError
from lineage.ledger import Keyring

WIDTH = 32
FOLDER_VARIABLE = "LINEAGE_SUBJECTS"
_MAGIC = b"lineage subjects 1\n"
_KEY = "subjects.key"
_ENDING = ".subjects"

Digests = NDArray[np.bytes_]


def default_registers() -> Path:
    """The folder of registers: ``LINEAGE_SUBJECTS``, else in the user's data folder."""
    named = os.environ.get(FOLDER_VARIABLE)
    return (
        Path(named) if named else user_data_path("lineage-explorer", appauthor=False) / "subjects"
    )


def subjects_key(keyring: Keyring, *, create: bool = False) -> bytes:
    """The secret that makes digests of people: 32 bytes beside the other keys.

    Raises:
        UsageError: there is none, or it is damaged. Without it the registers tell nothing.
    """
    path = keyring.folder / _KEY
    if create and not path.exists():
        keyring.write(_KEY, secrets.token_bytes(WIDTH))
    try:
        key = path.read_bytes()
    except OSError as error:
        raise UsageError(
            "the key of the registers is not here",
            location=str(path),
            remedy="Name its folder with --keys. If it is lost, build the registers anew.",
        ) from error
    if len(key) != WIDTH:
        raise UsageError("this is no key of registers", location=str(path))
    return key


def digests_of(subjects: Iterable[str], key: bytes) -> Digests:
    """The digests of people, S32[people], sorted, each once. Blanks around an id do not count."""
    made = bytearray()
    inner, outer = _keyed(key, 0x36), _keyed(key, 0x5C)
    for subject in subjects:
        text = subject.strip()
        if text:
            first, last = inner.copy(), outer.copy()
            first.update(text.encode())
            last.update(first.digest())
            made += last.digest()
    return np.unique(np.frombuffer(bytes(made), f"S{WIDTH}"))


def _keyed(key: bytes, pad: int) -> hashlib._Hash:
    """The state of one of the two hashes of HMAC (RFC 2104), the same for every text."""
    return hashlib.sha256(bytes(byte ^ pad for byte in key.ljust(64, b"\0")))


@dataclass(frozen=True, eq=False)
class Register:
    """One version of a data set, and the digests of the people in it, mapped from the file."""

    path: Path
    dataset: str
    version: str
    key: str
    built_at: str
    digests: Digests

    def holds(self, wanted: Digests) -> NDArray[np.bool_]:
        """Which of some digests are in it."""
        if not len(self.digests):
            return np.zeros(len(wanted), np.bool_)
        at = np.searchsorted(self.digests, wanted)
        at[at == len(self.digests)] = 0
        return np.asarray(self.digests[at] == wanted)

    @classmethod
    def open(cls, path: Path) -> Register:
        """Maps a file.

        Raises:
            InputError: it is no register, or is cut off.
        """
        try:
            with path.open("rb") as file:
                if file.readline(100) != _MAGIC:
                    raise ValueError
                header = json.loads(file.readline(10_000))
                start = file.tell()
            count = int(header["count"])
            if path.stat().st_size != start + count * WIDTH:
                raise ValueError
            mapped: Digests = (
                np.memmap(path, f"S{WIDTH}", "r", start, (count,))
                if count
                else np.empty(0, f"S{WIDTH}")
            )
            return cls(
                path, str(header["dataset"]), str(header["version"]), str(header["key"]),
                str(header["built_at"]), mapped,
            )  # fmt: skip
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", location=str(path)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                "this is no register of people, or it is cut off",
                location=str(path),
                remedy="Build it anew with: lineage subjects add",
            ) from error


class Registers:
    """A folder of registers."""

    def __init__(self, folder: Path | None = None):
        self.folder = folder or default_registers()

    def add(self, subjects: Iterable[str], dataset: str, version: str, key: bytes) -> Register:
        """Writes the register of one version, in place of an earlier one.

        Raises:
            UsageError: it cannot be written.
        """
        digests = digests_of(subjects, key)
        name = hashlib.sha256(f"{dataset}\x1f{version}".encode()).hexdigest()[:24]
        header = {
            "dataset": dataset,
            "version": version,
            "count": len(digests),
            "key": fingerprint(key),
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        path = self.folder / f"{name}{_ENDING}"
        new = path.with_suffix(f".{secrets.token_hex(4)}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with new.open("wb") as file:
                file.write(_MAGIC + json.dumps(header).encode() + b"\n")
                file.write(digests.tobytes())
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise UsageError(
                f"the register cannot be written: {error.strerror}", location=str(path)
            ) from error
        return Register.open(path)

    def all(self) -> Sequence[Register]:
        """All registers, by data set and version.

        Raises:
            InputError: one of them is damaged: who is in it is not known.
        """
        found = [Register.open(p) for p in sorted(self.folder.glob(f"*{_ENDING}"))]
        return sorted(found, key=lambda r: (r.dataset, r.version))


def fingerprint(key: bytes) -> str:
    """What tells one key from another, and nothing of it."""
    return hashlib.sha256(b"subjects" + key).hexdigest()[:16]
