"""Composition of Hydra configs: the ``defaults`` list, groups, packages, experiments.

Only files of the scanned tree; what is chosen on a command line is not known. A value that
another file gives stands at the line of the entry that chooses the file.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.base import Document
from ingest.inheriting import overlaid, relined
from ingest.interpolation import resolved
from ingest.reading import ABSENT, Map, Node, Scalar
from lineage.errors import InputError

_PACKAGE = re.compile(r"^\s*#\s*@package\s+(\S+)", re.MULTILINE)
_PRIMARIES = ("train.yaml", "config.yaml", "main.yaml", "train.yml", "config.yml")
_NOTHING = frozenset({"", "null", "none", "???"})
_MOST_FILES = 200


@dataclass(slots=True)
class Composed:
    """A config with all that its defaults add; what could not be found, with its line."""

    values: Node
    lines: set[int] = field(default_factory=set)
    missing: list[tuple[str, int]] = field(default_factory=list)

    def inherited(self, node: Node) -> bool:
        """Whether a value comes from a file that the defaults choose."""
        return node.line in self.lines


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a defaults list: which file of which group, put where."""

    group: str
    name: str
    package: str | None
    at: Node
    optional: bool = False
    override: bool = False


def has_defaults(root: Node) -> bool:
    """Whether a config has a defaults list of Hydra's shape."""
    entries = list(root.at("defaults").elements())
    return bool(entries) and all(
        (isinstance(e, Scalar) and e.text) or (isinstance(e, Map) and len(e.items) == 1)
        for e in entries
    )


def composed(document: Document) -> Composed:
    """A config as the application would see it, with no overrides from a command line.

    An experiment is put over the primary config found above it; where the tree has none, over
    what it chooses itself.
    """
    composer = _Composer()
    root = document.tree
    overrides = {c.group: c for c in _choices(root) if c.override}
    primary = _primary(document) if is_global(document) and overrides else None
    if primary is None:
        top = _top(document, overrides) if is_global(document) else document.parent
        values = composer.file(document, top, overrides, 0)
    else:
        line = next(iter(overrides.values())).at.line
        base = composer.file(primary, primary.parent, overrides, line)
        own = composer.file(document, primary.parent, {}, 0, depth=1)
        values = overlaid(base, own)
        composer.result.lines.add(line)
    composer.result.values = _resolved(values)
    return composer.result


def is_global(document: Document) -> bool:
    """Whether a file's header puts it at the root of the config, wherever it lies."""
    header = _PACKAGE.search(document.text[:2000])
    return header is not None and header[1] == "_global_"


def _primary(document: Document) -> Document | None:
    found = document.beside(*_PRIMARIES)
    return found if found is not None and found.parent != document.parent else None


def _top(document: Document, overrides: dict[str, Choice]) -> str:
    """The folder of the groups that an experiment chooses from: the nearest above that fits."""
    folder = document.parent
    while folder:
        folder = posixpath.dirname(folder)
        for choice in overrides.values():
            path = posixpath.join(folder, choice.group, f"{choice.name}.yaml")
            if document.sibling(path) is not None:
                return folder
    return document.parent


def _resolved(values: Node) -> Node:
    try:
        return resolved(values)
    except InputError:
        return values


class _Composer:
    """Puts files together, each once on a path from the primary config."""

    def __init__(self) -> None:
        self.result = Composed(ABSENT)
        self.count = 0

    def file(
        self, document: Document, top: str, overrides: dict[str, Choice], line: int, depth: int = 0
    ) -> Node:
        """A file over, or under, what its defaults choose; at ``line`` where it is not 0."""
        self.count += 1
        try:
            root = document.tree
        except InputError as error:
            self.result.missing.append((f"“{document.name}” cannot be read: {error}", line))
            return Map("", line)
        own = Map(root.key, root.line, {k: v for k, v in root.entries() if k != "defaults"})
        values: Node = Map("", 1)
        placed, whole = False, not depth and not line and is_global(document)
        for choice in _choices(root):
            if choice.name == "_self_":
                values, placed = overlaid(values, own), True
            elif (not choice.override or whole) and depth < 20 and self.count < _MOST_FILES:
                chosen = overrides.get(choice.group, choice)
                values = overlaid(
                    values, self.chosen(document, top, chosen, choice, overrides, line, depth)
                )
        values = values if placed else overlaid(values, own)
        if line:
            self.result.lines.add(line)
            return relined(values, line)
        return values

    def chosen(
        self,
        document: Document,
        top: str,
        choice: Choice,
        original: Choice,
        overrides: dict[str, Choice],
        line: int,
        depth: int,
    ) -> Node:
        """What one entry of a defaults list adds, under the package it is put in."""
        if choice.name.lower() in _NOTHING or choice.group.startswith("hydra"):
            return Map("", 1)
        at = line or choice.at.line
        if "${" in choice.name:
            self.result.missing.append((f"the file “{choice.name}” is chosen at run time", at))
            return Map("", 1)
        within = "" if choice.group.startswith("/") or choice is not original else document.parent
        file = self.found(document, top, within, choice)
        if file is None or file.path == document.path:
            if not original.optional:
                name = posixpath.join(choice.group, choice.name)
                self.result.missing.append((f"the default “{name}” is not in the scanned tree", at))
            return Map("", 1)
        values = self.file(file, top, overrides, at, depth + 1)
        header = _PACKAGE.search(file.text[:2000])
        group = original.group.strip("/").replace("/", ".")
        package = original.package if original.package is not None else group
        if original.package is None and header is not None:
            package = header[1].replace("_group_", group)
        return _wrapped(values, "" if package in {"_global_", "_here_"} else package)

    def found(self, document: Document, top: str, within: str, choice: Choice) -> Document | None:
        """The file of a choice: below the file's own folder, or from the top."""
        name = posixpath.join(choice.group.strip("/"), choice.name.strip("/"))
        endings = ("",) if name.endswith((".yaml", ".yml")) else (".yaml", ".yml")
        for folder in dict.fromkeys((within or top, top)):
            for ending in endings:
                found = document.sibling(posixpath.join(folder, name + ending))
                if found is not None:
                    return found
        return None


def _wrapped(values: Node, package: str) -> Node:
    for key in reversed([part for part in package.split(".") if part]):
        values = Map("", values.line, {key: values})
    return values


def _choices(root: Node) -> Iterator[Choice]:
    """The entries of a defaults list."""
    for entry in root.at("defaults").elements():
        if isinstance(entry, Scalar):
            name, _, package = entry.text.partition("@")
            yield Choice("", name.removeprefix("optional "), package or None, entry)
            continue
        for key, value in entry.entries():
            words = key.split()
            group, _, package = words[-1].partition("@")
            for chosen in value.elements():
                yield Choice(
                    group.lstrip("/") if "override" in words else group,
                    chosen.text,
                    package or None,
                    value if value.line else entry,
                    "optional" in words,
                    "override" in words,
                )
