"""A tree that remembers what was looked at in it, so that a change there is noticed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from ingest.base.document import Tree

ABSENT_MARK = "-"
"""What :attr:`Watched.consulted` has for a place where there is nothing."""


@dataclass(frozen=True)
class Watched:
    """A tree, as it is; ``consulted`` maps each place that was asked for to a mark of its state.

    The mark changes when what a reader could have seen there does: the digest of a file's
    content, of a folder's list of names, or whether anything is there.
    """

    tree: Tree
    consulted: dict[str, str] = field(default_factory=dict, compare=False)

    def read(self, path: str) -> bytes | None:
        """The content of a file of the tree, noted by its digest."""
        content = self.tree.read(path)
        self.consulted[f"read {path}"] = mark(content)
        return content

    def holds(self, path: str) -> bool:
        """Whether there is something at the path, noted."""
        held = self.tree.holds(path)
        self.consulted[f"holds {path}"] = "+" if held else ABSENT_MARK
        return held

    def entries(self, path: str, most: int = 1_000) -> list[str]:
        """Names of what a folder holds, noted by their digest."""
        names = self.tree.entries(path, most)
        self.consulted[f"entries {most} {path}"] = _mark_of_names(names)
        return names


def watched(tree: Tree) -> Watched:
    """The tree, with nothing consulted yet."""
    return Watched(tree)


def mark(content: bytes | None) -> str:
    """A short digest of a content; :data:`ABSENT_MARK` for none."""
    if content is None:
        return ABSENT_MARK
    return mark_of_digest(hashlib.sha256(content).hexdigest())


def mark_of_digest(sha256: str) -> str:
    """The mark of a content that has this digest."""
    return sha256[:16]


def _mark_of_names(names: list[str]) -> str:
    return mark("\0".join(names).encode("utf-8", "surrogateescape"))


def state_of(tree: Tree, place: str) -> str:
    """The mark that a place that was consulted has now."""
    action, _, path = place.partition(" ")
    if action == "read":
        return mark(tree.read(path))
    if action == "holds":
        return "+" if tree.holds(path) else ABSENT_MARK
    most, _, path = path.partition(" ")
    return _mark_of_names(tree.entries(path, int(most)))


def is_as_noted(tree: Tree, place: str, noted: str) -> bool:
    """Whether a place that was consulted is still as it was noted."""
    return state_of(tree, place) == noted
