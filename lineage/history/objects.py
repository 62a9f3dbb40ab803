"""Reads the objects of a git repository, within limits: trees as maps, blobs as bytes.

Written for repositories that nobody trusts: nothing is run (no hook, no filter, no git), and a
blob that is too large is refused by the size that its header gives, before it is unpacked. The
headers are those of git's documents ``gitformat-pack`` and of loose objects.
"""

from __future__ import annotations

import stat
import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from dulwich.errors import FileFormatException, NotTreeError
from dulwich.object_store import DiskObjectStore, MaxTreeDepthExceeded
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.pack import OFS_DELTA, REF_DELTA, Pack

from ingest.reading import MAX_BYTES
from lineage.errors import InputError

_HEAD = 128
_KEPT_TREES = 4_096
_POINTER = b"version https://git-lfs.github.com/spec/"

DAMAGE = (
    KeyError,
    ValueError,
    AssertionError,
    OSError,
    zlib.error,
    FileFormatException,
    MaxTreeDepthExceeded,
)
"""What reading an object that is missing or damaged may raise."""

Entry = tuple[int, ObjectID]
"""What a tree has under a name: its mode, and the object's id."""


class Objects:
    """The objects of one repository."""

    def __init__(self, store: DiskObjectStore):
        self.store = store
        self.tree = lru_cache(maxsize=_KEPT_TREES)(self._tree)

    def _tree(self, id_: ObjectID) -> Mapping[bytes, Entry]:
        """What a tree holds, by name.

        Raises:
            InputError: it is missing or damaged.
        """
        try:
            found = self.store[id_]
            if not isinstance(found, Tree):
                raise NotTreeError(id_)
            return {
                name: (mode, ObjectID(sha))
                for name, mode, sha in found.iteritems()
                if mode is not None and sha is not None
            }
        except DAMAGE as error:
            raise damaged("tree", id_) from error

    def commit(self, id_: ObjectID) -> Commit:
        """A commit.

        Raises:
            InputError: it is missing or damaged.
        """
        try:
            found = self.store[id_]
            if not isinstance(found, Commit):
                raise ValueError(found.type_name)
            return found
        except DAMAGE as error:
            raise damaged("commit", id_) from error

    def blob(self, id_: ObjectID, most: int = MAX_BYTES) -> bytes:
        """A file's content as it was committed.

        Raises:
            InputError: larger than ``most`` bytes, missing, damaged, or not kept here.
        """
        try:
            size = _size(self.store, id_)
            if size > most:
                raise InputError(
                    f"the file has {size:,} bytes; documents of up to {most:,} are read"
                )
            found = self.store[id_]
            if not isinstance(found, Blob):
                raise ValueError(found.type_name)
            content = found.as_raw_string()
        except DAMAGE as error:
            raise damaged("file", id_) from error
        if content.startswith(_POINTER):
            raise InputError("its content is kept by Git LFS, outside of the history")
        return content


def damaged(what: str, id_: ObjectID) -> InputError:
    """The error for an object that cannot be read."""
    return InputError(
        f"the repository's {what} {id_.decode()} is missing or damaged",
        remedy="Check with: git fsck. A partial clone is completed with: git fetch --refetch "
        "--no-filter",
    )


def is_file(mode: int) -> bool:
    """Whether a tree's entry is a plain file."""
    return stat.S_ISREG(mode)


def is_link(mode: int) -> bool:
    """Whether a tree's entry is a symbolic link."""
    return stat.S_ISLNK(mode)


def is_folder(mode: int) -> bool:
    """Whether a tree's entry is a tree."""
    return stat.S_ISDIR(mode)


def _size(store: DiskObjectStore, id_: ObjectID) -> int:
    """An object's size in bytes, by its header.

    Raises:
        KeyError: there is no such object.
    """
    for pack in store.packs:
        if id_ in pack:
            return _size_in_pack(pack, id_)
    name = id_.decode()
    loose = Path(store.path, name[:2], name[2:])
    if loose.exists():
        with loose.open("rb") as file:
            head = zlib.decompressobj().decompress(file.read(_HEAD), _HEAD)
        return int(head.partition(b"\0")[0].split()[1])
    for other in store.alternates:
        if isinstance(other, DiskObjectStore) and id_ in other:
            return _size(other, id_)
    raise KeyError(id_)


def _size_in_pack(pack: Pack, id_: ObjectID) -> int:
    with Path(pack.data.path).open("rb") as file:
        file.seek(pack.index.object_offset(id_))
        head = file.read(_HEAD)
    kind = (head[0] >> 4) & 7
    size, at = _number(head, 0, 4)
    if kind == OFS_DELTA:
        _, at = _number(head, at, 7)
    elif kind == REF_DELTA:
        at += len(id_) // 2
    else:
        return size
    delta = zlib.decompressobj().decompress(head[at:], 40)
    _, at = _number(delta, 0, 7)
    return _number(delta, at, 7)[0]


def _number(data: bytes, at: int, first: int) -> tuple[int, int]:
    """A number of variable length, least significant bits first, and where it ends.

    Args:
        data: what it stands in.
        at: where it begins.
        first: how many bits of it the first byte holds; each other holds 7.
    """
    value, shift = data[at] & ((1 << first) - 1), first
    while data[at] & 0x80:
        at += 1
        value |= (data[at] & 0x7F) << shift
        shift += 7
    return value, at + 1
