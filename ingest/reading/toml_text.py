"""TOML: values by the standard library, lines by a pass over headers and keys."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from ingest.reading.builder import MAX_DEPTH, MAX_NODES
from ingest.reading.nodes import Map, Node, Scalar, Seq
from lineage.errors import InputError

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"^\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*="
)
_STEP = re.compile(r"[\w-]+|\"[^\"]*\"|'[^']*'")
_DEEP = re.compile(r"[\[{]")

Path = tuple[str | int, ...]


def parse_toml(text: str, where: str) -> Map:
    """A TOML text as a tree; each scalar the text it was, but for numbers' spelling.

    Raises:
        InputError: not TOML, or beyond a limit; with file and line.
    """
    if _depth(text) > MAX_DEPTH:
        raise InputError(f"nested deeper than {MAX_DEPTH} levels", location=where)
    try:
        values = tomllib.loads(text.replace("\r\n", "\n"), parse_float=str)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"{where}:{line[1]}" if line else where
        raise InputError(f"not valid TOML: {error}", location=place) from error
    builder = _Tree(dict(_lines(text)), where)
    root = builder.node(values, (), 1)
    assert isinstance(root, Map)
    return root


def _depth(text: str) -> int:
    """The most brackets open at once, counting those in texts: never too few."""
    depth = most = 0
    for match in re.finditer(r"[\[\]{}]", text):
        depth += 1 if _DEEP.match(match.group()) else -1
        depth = max(depth, 0)
        most = max(most, depth)
    return most


def _lines(text: str) -> Iterator[tuple[Path, int]]:
    """The paths of tables and keys with their lines; a key within a value may add a stray one."""
    table: Path = ()
    counts: dict[Path, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            table = _current(_steps(header[2]), counts)
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            yield table, number
            continue
        key = _KEY.match(line)
        if key:
            yield (*table, *_steps(key[1])), number


def _steps(name: str) -> tuple[str, ...]:
    return tuple(step.strip("\"'") for step in _STEP.findall(name))


def _current(steps: tuple[str, ...], counts: dict[Path, int]) -> Path:
    """A header's path with the places in those lists of tables that it lies in."""
    path: Path = ()
    for index, step in enumerate(steps):
        path = (*path, step)
        if path in counts and index < len(steps) - 1:
            path = (*path, counts[path])
    return path


class _Tree:
    """Builds nodes of parsed values."""

    def __init__(self, lines: dict[Path, int], where: str):
        self.lines = lines
        self.where = where
        self.count = 0

    def node(self, value: object, path: Path, line: int) -> Node:
        self.count += 1
        if self.count > MAX_NODES:
            raise InputError(f"more than {MAX_NODES} values", location=self.where)
        line = self.lines.get(path, line)
        key = _key(path)
        if isinstance(value, dict):
            items = {str(k): self.node(v, (*path, str(k)), line) for k, v in value.items()}
            return Map(key, line, items)
        if isinstance(value, list):
            return Seq(key, line, [self.node(v, (*path, i), line) for i, v in enumerate(value)])
        if isinstance(value, bool):
            return Scalar(key, line, "true" if value else "false")
        return Scalar(key, line, str(value), quoted=isinstance(value, str))


def _key(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
