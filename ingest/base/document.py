"""What an ingestor is given: one file, and the tree it may look at."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

from ingest.reading import (
    ABSENT,
    Node,
    decoded,
    is_json_lines,
    parse_front_matter,
    parse_json,
    parse_json_lines,
    parse_yaml,
)
from lineage.identity import (
    Scope,
)


@dataclass(frozen=True)
class Folder:
    """The scanned tree: the only files an ingestor may look at.

    ``root`` is a real path; ``prefix`` is its place in the repository (``""`` for the root).
    """

    root: Path
    prefix: str = ""

    def locate(self, path: str) -> Path | None:
        """The file at a repository path, or None: absent, no file, or outside the tree."""
        inside = posixpath.relpath(path, self.prefix) if self.prefix else posixpath.normpath(path)
        if inside.startswith(("..", "/")):
            return None
        try:
            resolved = (self.root / inside).resolve()
            if resolved.is_relative_to(self.root) and resolved.is_file():
                return resolved
        except (OSError, RuntimeError, ValueError):
            return None
        return None

    def holds(self, path: str) -> bool:
        """Whether a file or folder of the tree has this repository path."""
        inside = posixpath.relpath(path, self.prefix) if self.prefix else posixpath.normpath(path)
        if inside.startswith(("..", "/")):
            return False
        try:
            resolved = (self.root / inside).resolve()
            return resolved.is_relative_to(self.root) and resolved.exists()
        except (OSError, RuntimeError, ValueError):
            return False

    def entries(self, path: str, most: int = 1_000) -> list[str]:
        """Names of what a folder of the tree holds, in order, at most so many; else none."""
        inside = posixpath.relpath(path, self.prefix) if self.prefix else posixpath.normpath(path)
        if inside.startswith(("..", "/")):
            return []
        try:
            resolved = (self.root / inside).resolve()
            if not resolved.is_relative_to(self.root):
                return []
            return sorted(entry.name for entry in islice(resolved.iterdir(), most))
        except (OSError, RuntimeError, ValueError):
            return []


@dataclass(frozen=True)
class Document:
    """One file of the scanned tree, read once."""

    scope: Scope
    content: bytes
    folder: Folder

    @property
    def path(self) -> str:
        """The path from the repository's root, with forward slashes."""
        return self.scope.path

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
    def trees(self) -> list[Node]:
        """The parsed documents of a YAML or JSON file; a Markdown file's front matter.

        Raises:
            InputError: not readable as what its ending says.
        """
        if self.name.endswith(".json"):
            parse = parse_json_lines if is_json_lines(self.text) else parse_json
            return [parse(self.text, self.path)]
        if self.name.endswith(".md"):
            return [parse_front_matter(self.text, self.path)[0]]
        return parse_yaml(self.text, self.path)

    @property
    def tree(self) -> Node:
        """The first parsed document, or :data:`~ingest.reading.ABSENT`.

        Raises:
            InputError: not readable as what its ending says.
        """
        return self.trees[0] if self.trees else ABSENT

    def sibling(self, path: str) -> Document | None:
        """Another file of the tree, by its repository path; None where the tree has none."""
        path = posixpath.normpath(path)
        found = self.folder.locate(path)
        if found is None:
            return None
        try:
            return Document(replace(self.scope, path=path), found.read_bytes(), self.folder)
        except OSError:
            return None

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
