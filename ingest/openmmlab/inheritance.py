"""A config with what it inherits: ``_base_`` files, and modules under ``read_base()``.

Files of the scanned tree only. A value that comes from a base stands at the line that names
the base, so that every place is one of the document itself.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ingest.base import Document
from ingest.inheriting import relined
from ingest.literals import PythonConfig, parse_python
from ingest.reading import ABSENT, Map, Node, Seq
from lineage.errors import InputError

_BASE = re.compile(r"(['\"]?)\{\{\s*_base_\.([\w.\[\]'\"]+?)\s*\}\}\1")
_FILE = re.compile(r"\{\{\s*(fileDirname|fileBasename|fileBasenameNoExtension|fileExtname)\s*\}\}")
_BARE = re.compile(r"(?<!['\"\w])\{\{\s*(\$[^}\n]*)\}\}(?!['\"])")
_CHANGE = re.compile(r"^([A-Za-z_]\w*)((?:\.\w+|\[['\"]?\w+['\"]?\])*)\.(?:merge|update)\(", re.M)
_ASSIGNED = re.compile(r"^_base_\s*=", re.M)
_READ_BASE = re.compile(r"^\s*with read_base\(\)", re.M)
_OLD, _NEW = "__base__", "__change_{}__"
_MOST_FILES = 60


@dataclass(slots=True)
class Config:
    """A config as its runner would see it.

    ``values`` holds all keys; ``base_line`` is the line of what was inherited (0: nothing was);
    ``missing`` names bases that the tree does not have, with the reason.
    """

    values: Map
    base_line: int = 0
    missing: list[str] = field(default_factory=list)

    def inherited(self, node: Node) -> bool:
        """Whether a value comes from a base."""
        return bool(self.base_line) and node.line == self.base_line


@dataclass(slots=True)
class _Reading:
    """Which files are being read, to notice circles, and how many were."""

    open: set[str] = field(default_factory=set)
    count: int = 0


def config_of(document: Document) -> Config:
    """A config and all it inherits.

    Raises:
        InputError: it is not Python, or has more values than a document may.
    """
    return _load(document, _Reading())


def _load(document: Document, reading: _Reading) -> Config:
    reading.open.add(document.path)
    reading.count += 1
    text = _filled(document)
    first = parse_python(text, document.path)
    named = first.values.at("_base_")
    modules = _modules(first) if _READ_BASE.search(text) else []
    if not named and not modules:
        return _own(Config(Map("", 1)), first.values)
    line = named.line if named else text[: _place(_READ_BASE, text)].count("\n") + 1
    config = Config(Map("", 1), line)
    for path, name in [*((p, "*") for p in _paths(named)), *modules]:
        for key, value in _base(document, path, reading, config):
            if name in {"*", key}:
                config.values.items[key] = relined(value, line)
    known = {_OLD: config.values} if named else dict(config.values.items)
    return _own(config, parse_python(text, document.path, known).values, merging=bool(named))


def _place(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return found.end() if found else 0


def _filled(document: Document) -> str:
    """The text with its file variables filled in and its references made plain Python."""
    name = document.name
    values = {
        "fileDirname": document.parent or ".",
        "fileBasename": name,
        "fileBasenameNoExtension": document.stem,
        "fileExtname": posixpath.splitext(name)[1],
    }
    text = _FILE.sub(lambda m: values[m[1]], document.text)
    text = _BASE.sub(rf"{_OLD}.\2", text)
    text = _BARE.sub(r"'{{\1}}'", text)
    if _ASSIGNED.search(text):
        text = re.sub(r"\b_base_\.", f"{_OLD}.", text)
    number = iter(range(len(text)))
    return _CHANGE.sub(
        lambda m: f"{_NEW.format(next(number))} = _change({m[1]!r}, {m[2]!r}, ", text
    )


def _paths(node: Node) -> list[str]:
    return [item.text for item in node.elements() if item.text]


def _modules(config: PythonConfig) -> list[tuple[str, str]]:
    """Modules that names are imported from, and which: ``*`` for all."""
    named = [(module, "*") for module in config.stars]
    named += list(config.imports.values())
    return [(m, n) for m, n in named if m.startswith(".") or ".configs." in m]


def _base(
    document: Document, path: str, reading: _Reading, config: Config
) -> Iterator[tuple[str, Node]]:
    """The keys and values of one base."""
    found = _found(document, path)
    if found is None:
        config.missing.append(f"the base “{path}” is not in the scanned tree")
        return
    if found.path in reading.open or reading.count > _MOST_FILES:
        config.missing.append(f"the base “{path}” is part of a circle, or one of too many")
        return
    try:
        if found.name.endswith(".py"):
            base = _load(found, reading)
            config.missing += base.missing
            yield from base.values.entries()
        else:
            yield from found.tree.entries()
    except InputError as error:
        config.missing.append(f"the base “{path}” cannot be read: {error}")
    finally:
        reading.open.discard(found.path)


def _found(document: Document, path: str) -> Document | None:
    """The file of a base: a path, a path in a package (``mmdet::…``), or a module."""
    package, _, inside = path.rpartition("::")
    if package:
        return document.beside(f"{package}/.mim/configs/{inside}", f"{package}/configs/{inside}")
    if path.endswith((".py", ".yaml", ".yml", ".json")):
        return document.sibling(posixpath.join(document.parent, path))
    dots = len(path) - len(path.lstrip("."))
    file = path.lstrip(".").replace(".", "/") + ".py"
    if not dots:
        return document.beside(file, file.replace("/configs/", "/.mim/configs/", 1))
    return document.sibling(posixpath.join(document.parent, *[".."] * (dots - 1), file))


def _own(config: Config, own: Map, *, merging: bool = False) -> Config:
    """The config's own keys over the inherited ones, then the changes it makes in place."""
    changes = {k: v for k, v in own.items.items() if k.startswith("__change_")}
    for key, value in own.items.items():
        if key in changes or key in {"_base_", _OLD}:
            continue
        before = config.values.items.get(key, ABSENT)
        config.values.items[key] = merged(before if merging else ABSENT, value)
    for change in changes.values():
        _change(config.values, change)
    return config


def _change(values: Map, change: Node) -> None:
    """``name.key.merge(…)``: what it adds, put into the value it names."""
    steps = [change.at("0").text, *re.findall(r"\w+", change.at("1").text)]
    given = change.at("2")
    extra = {k: v for k, v in change.entries() if k not in {"0", "1", "2", "_target_"}}
    if extra:
        start = dict(given.entries())
        given = Map(change.key, change.line, {**start, **extra})
    holder: Node = values
    for step in steps[:-1]:
        holder = holder.at(int(step)) if step.isdecimal() else holder.at(step)
    if isinstance(given, Map) and isinstance(holder, Map) and steps[-1] in holder.items:
        holder.items[steps[-1]] = merged(holder.items[steps[-1]], given)


def merged(base: Node, child: Node) -> Node:
    """A value of a child over that of its base, as OpenMMLab merges them."""
    if not isinstance(child, Map):
        return child
    if isinstance(base, Seq) and child and all(key.isdecimal() for key in child.items):
        items = list(base.items)
        for key, value in child.entries():
            if int(key) < len(items):
                items[int(key)] = merged(items[int(key)], value)
        return replace(base, items=items)
    kept = {} if child.at("_delete_").is_true or not isinstance(base, Map) else dict(base.items)
    for key, value in child.entries():
        if key != "_delete_":
            kept[key] = merged(kept.get(key, ABSENT), value)
    return replace(child, items=kept)
