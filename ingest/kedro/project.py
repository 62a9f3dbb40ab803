"""A Kedro project: its folder, the names in it, and the catalogues that say what they are."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ingest.base import Document
from ingest.interpolation import resolved
from ingest.reading import ABSENT, Map, Node
from lineage.errors import InputError
from lineage.identity import ref_in
from lineage.records import Ref
from lineage.vocabulary import Kind

_MOST_CATALOGUES = 40
_GLOBAL = re.compile(r"\$\{globals:\s*([\w.]+)\s*(?:,\s*([^{}]*?)\s*)?\}")
_FIELD = re.compile(r"\{(\w+)\}")


def root_of(document: Document) -> str:
    """The project's folder: the nearest above that has a ``conf``, or else a ``pyproject.toml``."""
    above = [document.parent]
    while above[-1]:
        above.append(posixpath.dirname(above[-1]))
    for mark in ("conf", "pyproject.toml"):
        for folder in above:
            if document.folder.holds(posixpath.join(folder, mark)):
                return folder
    return document.parent


def ref_of(document: Document, root: str, name: str, kind: Kind) -> Ref:
    """What a name means in a project. A name with ``@`` is the same thing in another format."""
    namespace = f"kedro://{posixpath.join(document.scope.repository, root)}".rstrip("/")
    return ref_in(namespace, name.partition("@")[0] or name, kind)


def catalogues(document: Document, root: str) -> Iterator[Node]:
    """The catalogues of a project, of every environment, the base one first."""
    conf = posixpath.join(root, "conf")
    listed: list[str] = []
    environments = document.folder.entries(conf)
    for environment in sorted(environments, key=lambda name: (name != "base", name)):
        folder = posixpath.join(conf, environment)
        for name in document.folder.entries(folder):
            path = posixpath.join(folder, name)
            if name.startswith("catalog") and not name.endswith((".yml", ".yaml")):
                listed += [posixpath.join(path, inner) for inner in document.folder.entries(path)]
            elif name.startswith("catalog"):
                listed.append(path)
    for path in [p for p in listed if p.endswith((".yml", ".yaml"))][:_MOST_CATALOGUES]:
        tree = tree_of(document, path)
        if isinstance(tree, Map):
            yield resolved(tree)


def tree_of(document: Document, path: str) -> Node:
    """Another YAML file of the project; ABSENT where there is none that can be read."""
    other = document.sibling(path)
    try:
        return other.tree if other else ABSENT
    except InputError:
        return ABSENT


def with_globals(document: Document, root: str, text: str) -> str:
    """A text with ``${globals:…}`` replaced by what the project's ``globals.yml`` says."""
    if "${globals:" not in text:
        return text
    base = posixpath.join(root, "conf", "base", "globals.yml")
    tree = resolved(tree_of(document, base))

    def value(match: re.Match[str]) -> str:
        said = tree.at(*match[1].split(".")).text
        return said or (match[2] or "").strip("'\"") or match[0]

    return _GLOBAL.sub(value, text)


def is_pattern(name: str) -> bool:
    """Whether an entry's name stands for many: ``{name}_csv``, or ``{{ name }}`` of a template."""
    return _FIELD.search(name) is not None or "{{" in name


def entry_for(listed: list[Node], name: str) -> tuple[Node, dict[str, str]]:
    """The entry that a name means, and what the fields of its pattern stand for."""
    for tree in listed:
        for wanted in (name, name.partition("@")[0]):
            if tree.at(wanted):
                return tree.at(wanted), {}
        for key, entry in tree.entries():
            if key.partition("@")[0] == name:
                return entry, {}
    patterns = [
        (key, entry)
        for tree in listed
        for key, entry in tree.entries()
        if is_pattern(key) and isinstance(entry, Map)
    ]
    for key, entry in sorted(patterns, key=lambda p: (-len(_FIELD.sub("", p[0])), p[0])):
        match = re.fullmatch(_pattern(key), name)
        if match:
            return entry, match.groupdict()
    return ABSENT, {}


def _pattern(key: str) -> str:
    parts, seen, at = [], set(), 0
    for field in _FIELD.finditer(key):
        parts.append(re.escape(key[at : field.start()]))
        usable = field[1].isidentifier() and field[1] not in seen
        parts.append(f"(?P<{field[1]}>.+)" if usable else ".+")
        seen.add(field[1])
        at = field.end()
    return "".join(parts) + re.escape(key[at:])


def filled(text: str, fields: dict[str, str]) -> str:
    """A text with the fields of a pattern filled in."""
    return _FIELD.sub(lambda match: fields.get(match[1], match[0]), text)
