"""A folder that remembers what was looked at in it, so that a change there is noticed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from ingest.base.document import Folder

ABSENT_MARK = "-"
"""What :attr:`Watched.consulted` has for a place where there is nothing."""


@dataclass(frozen=True)
class Watched(Folder):
    """The same folder; ``consulted`` maps each place that was asked for to a mark of its state.

    The mark changes when what a reader could have seen there does: the digest of a file's
    content, of a folder's list of names, or whether anything is there.
    """

    consulted: dict[str, str] = field(default_factory=dict, compare=False)

    def read(self, path: str) -> bytes | None:
        """The content of a file of the tree, noted by its digest."""
        content = super().read(path)
        self.consulted[f"read {path}"] = mark(content)
        return content

    def holds(self, path: str) -> bool:
        """Whether there is something at the path, noted."""
        held = super().holds(path)
        self.consulted[f"holds {path}"] = "+" if held else ABSENT_MARK
        return held

    def entries(self, path: str, most: int = 1_000) -> list[str]:
        """Names of what a folder holds, noted by their digest."""
        names = super().entries(path, most)
        self.consulted[f"entries {most} {path}"] = mark("\0".join(names).encode())
        return names


def watched(folder: Folder) -> Watched:
    """The folder, with nothing consulted yet."""
    return Watched(folder.root, folder.prefix, folder._folders)


def mark(content: bytes | None) -> str:
    """A short digest of a content; :data:`ABSENT_MARK` for none."""
    return ABSENT_MARK if content is None else hashlib.sha256(content).hexdigest()[:16]


def is_as_noted(folder: Folder, place: str, noted: str) -> bool:
    """Whether a place that was consulted is still as it was noted."""
    action, _, path = place.partition(" ")
    if action == "read":
        return mark(folder.read(path)) == noted
    if action == "holds":
        return ("+" if folder.holds(path) else ABSENT_MARK) == noted
    most, _, path = path.partition(" ")
    return mark("\0".join(folder.entries(path, int(most))).encode()) == noted
