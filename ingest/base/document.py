"""What an ingestor is given: one file, and the tree it may look at."""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

from ingest.reading import (
    ABSENT,
    Node,
    decoded,
    is_json_lines,
    leaves,
    parse_front_matter,
    parse_json,
    parse_json_lines,
    parse_yaml,
)
from lineage.identity import (
    Scope,
)


class Tree(Protocol):
    """The only files an ingestor may look at: a scanned folder, or what a commit held of it.

    All paths are from the repository's root, with forward slashes. Links are followed inside of
    the tree, and are nothing where they lead out of it.
    """

    def read(self, path: str) -> bytes | None:
        """A file's content, or None: absent, no file, or outside."""

    def holds(self, path: str) -> bool:
        """Whether there is a file or folder at the path."""

    def entries(self, path: str, most: int = 1_000) -> list[str]:
        """Names of what a folder holds, in order, at most so many; else none."""


@dataclass(frozen=True)
class Folder:
    """A scanned folder of this machine, as a :class:`Tree`.

    ``root`` is a real path; ``prefix`` is its place in the repository (``""`` for the root).
    """

    root: Path
    prefix: str = ""
    _folders: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def read(self, path: str) -> bytes | None:
        """A file's content, or None: absent, no file, or outside."""
        place = self.place(path)
        if place is None or not os.path.isfile(place):
            return None
        try:
            with open(place, "rb") as file:
                return file.read()
        except OSError:
            return None

    def holds(self, path: str) -> bool:
        """Whether there is a file or folder at the path."""
        return self.place(path) is not None

    def entries(self, path: str, most: int = 1_000) -> list[str]:
        """Names of what a folder holds, in order, at most so many; else none."""
        place = self.place(path)
        try:
            return sorted(os.listdir(place))[:most] if place is not None else []
        except OSError:
            return []

    def place(self, path: str) -> str | None:
        """What there is at a repository path, all links followed; None outside the tree."""
        inside = posixpath.relpath(path, self.prefix) if self.prefix else posixpath.normpath(path)
        if inside.startswith(("..", "/")):
            return None
        try:
            return str(self.root) if inside == "." else self.real(os.path.join(self.root, inside))
        except (OSError, ValueError):
            return None

    def real(self, place: str) -> str | None:
        """A place of the file system with all links followed; None outside the tree.

        Raises:
            OSError: there is nothing, or links lead in a circle.
        """
        real = self._followed(place)
        root = str(self.root)
        return real if real == root or real.startswith(os.path.join(root, "")) else None

    def _followed(self, place: str) -> str:
        """A place with all links followed; what is known of the folders above is not asked anew."""
        above, name = os.path.split(place)
        if above not in self._folders:
            known = above == str(self.root) or above == os.path.dirname(above)
            self._folders[above] = above if known else self._followed(above)
        real = os.path.join(self._folders[above], name)
        linked = stat.S_ISLNK(os.lstat(real).st_mode)
        return os.path.realpath(real, strict=True) if linked else real


_WORTH_KEEPING = 100_000
"""Files of as many bytes and more are not kept in memory, parsed, for the next who asks."""


def _parsed(text: str, path: str) -> list[Node]:
    if path.endswith(".json"):
        parse = parse_json_lines if is_json_lines(text) else parse_json
        return [parse(text, path)]
    return parse_yaml(text, path)


_kept = lru_cache(maxsize=64)(_parsed)


@dataclass(frozen=True)
class Document:
    """One file of the scanned tree, read once.

    ``shared`` marks one that was asked for by another: many ask for the same ones, which are
    parsed once, and whose values nobody counts.
    """

    scope: Scope
    content: bytes
    folder: Tree
    shared: bool = False

    @property
    def path(self) -> str:
        """The path from the repository's root, with forward slashes."""
        return self.scope.path

    @cached_property
    def sha256(self) -> str:
        """The digest of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        """The file's own name."""
        return posixpath.basename(self.path)

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return posixpath.splitext(self.name)[0]

    @property
    def parent(self) -> str:
        """The path of the folder that holds it."""
        return posixpath.dirname(self.path)

    @cached_property
    def text(self) -> str:
        """The file's text.

        Raises:
            InputError: too large, binary, or in no known encoding.
        """
        return decoded(self.content, self.path)

    @cached_property
    def front_matter(self) -> tuple[Node, str, int]:
        """A Markdown file's front matter, the body, and the body's first line.

        Raises:
            InputError: the front matter is not valid YAML.
        """
        return parse_front_matter(self.text, self.path)

    @cached_property
    def trees(self) -> list[Node]:
        """The parsed documents of a YAML or JSON file; a Markdown file's front matter.

        Raises:
            InputError: not readable as what its ending says.
        """
        if self.name.endswith(".md"):
            return [self.front_matter[0]]
        if self.shared and len(self.content) < _WORTH_KEEPING:
            return _kept(self.text, self.path)
        return _parsed(self.text, self.path)

    @property
    def tree(self) -> Node:
        """The first parsed document, or :data:`~ingest.reading.ABSENT`.

        Raises:
            InputError: not readable as what its ending says.
        """
        return self.trees[0] if self.trees else ABSENT

    def forget_looks(self) -> None:
        """Marks every value as not looked at: what follows is what counts."""
        for tree in self.__dict__.get("trees", ()):
            for leaf in leaves(tree):
                leaf.looked_at = False

    def sibling(self, path: str) -> Document | None:
        """Another file of the tree, by its repository path; None where the tree has none."""
        path = posixpath.normpath(path)
        content = self.folder.read(path)
        if content is None:
            return None
        return Document(replace(self.scope, path=path), content, self.folder, shared=True)

    def beside(self, *names: str) -> Document | None:
        """The first of these paths found in the file's folder or, going up, in those above."""
        folder = self.parent
        while True:
            for name in names:
                found = self.sibling(posixpath.join(folder, name))
                if found is not None:
                    return found
            if not folder:
                return None
            folder = posixpath.dirname(folder)
