"""What a commit held, as the tree that ingestors look at; and what differs between two commits."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from dulwich.diff_tree import tree_changes
from dulwich.objects import ObjectID

from lineage.errors import InputError
from lineage.history.objects import DAMAGE, Entry, Objects, damaged, is_file, is_folder, is_link

_MOST_LINKS = 40
_LONGEST_LINK = 4_096
_MOST_FILES = 1_000_000


@dataclass(frozen=True)
class CommitTree:
    """The files of one commit below ``prefix``, as an :class:`~ingest.base.Tree`.

    Links are followed inside of the prefix; submodules are folders with nothing in them.
    ``places`` remembers which paths decided what was answered: only a change of one of them, or
    of what stands below it, can change an answer.
    """

    objects: Objects
    root: ObjectID | None
    prefix: str = ""
    places: set[str] = field(default_factory=set, compare=False)

    def read(self, path: str) -> bytes | None:
        """A file's content, or None: absent, no file, outside, or too large."""
        entry = self.find(path)
        try:
            return self.objects.blob(entry[1]) if entry and is_file(entry[0]) else None
        except InputError:
            return None

    def holds(self, path: str) -> bool:
        """Whether there is a file or folder at the path."""
        return self.find(path) is not None

    def entries(self, path: str, most: int = 1_000) -> list[str]:
        """Names of what a folder holds, in order, at most so many; else none."""
        entry = self.find(path)
        if entry is None or not is_folder(entry[0]):
            return []
        return sorted(map(_text, self.objects.tree(entry[1])))[:most]

    def find(self, path: str) -> Entry | None:
        """What stands at a path, all links followed; None outside of the tree."""
        inside = posixpath.relpath(path, self.prefix) if self.prefix else posixpath.normpath(path)
        if inside.startswith(("..", "/")) or self.root is None:
            return None
        return self._followed(posixpath.join(self.prefix, inside), self.root)

    def _followed(self, path: str, root: ObjectID) -> Entry | None:
        at: list[tuple[str, Entry]] = [("", (0o040000, root))]
        pending, links = path.split("/")[::-1], 0
        while pending:
            name = pending.pop()
            if name in ("", "."):
                continue
            if name == "..":
                if len(at) == 1:
                    return None
                at.pop()
                continue
            folder, (mode, id_) = at[-1]
            place = posixpath.join(folder, name)
            entry = self.objects.tree(id_).get(_bytes(name)) if is_folder(mode) else None
            if entry is None:
                self.places.add(place)
                return None
            if is_link(entry[0]):
                self.places.add(place)
                links += 1
                target = _text(self.objects.blob(entry[1], _LONGEST_LINK))
                if links > _MOST_LINKS or target.startswith("/"):
                    return None
                pending.extend(target.split("/")[::-1])
                continue
            at.append((place, entry))
        place, entry = at[-1]
        self.places.add(place)
        outside = self.prefix and place != self.prefix and not place.startswith(f"{self.prefix}/")
        return None if outside else entry


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def entry_at(objects: Objects, root: ObjectID | None, path: str) -> Entry | None:
    """What stands at a path itself; no link is followed."""
    entry: Entry | None = (0o040000, root) if root is not None else None
    for name in path.split("/"):
        if entry is None or not is_folder(entry[0]):
            return None
        entry = objects.tree(entry[1]).get(_bytes(name))
    return entry


def files_of(objects: Objects, root: ObjectID | None) -> Iterator[str]:
    """The paths of all files and links of a tree.

    Raises:
        InputError: a tree is missing or damaged, or there are too many files.
    """
    pending = [("", root)] if root is not None else []
    found = 0
    while pending:
        folder, tree = pending.pop()
        for name, (mode, id_) in objects.tree(tree).items():
            path = posixpath.join(folder, _text(name))
            if is_folder(mode):
                pending.append((path, id_))
            elif is_file(mode) or is_link(mode):
                found = _counted(found)
                yield path


def _counted(found: int) -> int:
    """One more; a few small trees can be nested so that they hold more files than atoms."""
    if found >= _MOST_FILES:
        raise InputError(f"a commit of the repository holds more than {_MOST_FILES:,} files")
    return found + 1


@dataclass(frozen=True, slots=True)
class Change:
    """A path that differs; ``moved`` where it came or went, ``link`` where it is no plain file."""

    path: str
    moved: bool
    link: bool


def changes(objects: Objects, old: ObjectID | None, new: ObjectID | None) -> Iterator[Change]:
    """The files that differ between two trees.

    Raises:
        InputError: a tree is missing or damaged, or too many files differ.
    """
    found = 0
    try:
        for change in tree_changes(objects.store, old, new):
            found = _counted(found)
            ends = [end for end in (change.old, change.new) if end is not None and end.path]
            plain = all(is_file(end.mode or 0) for end in ends)
            yield Change(_text(ends[0].path or b""), len(ends) == 1, not plain)
    except DAMAGE as error:
        raise damaged("tree", new or old or ObjectID(b"")) from error
