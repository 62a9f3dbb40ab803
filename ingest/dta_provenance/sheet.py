"""Records in a table (CSV): a header row with the fields' names or their key paths."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice

from ingest.dta_provenance.fields import GROUPS, known_titles, plain
from ingest.reading import Map, Node, Scalar, Seq

_MOST_ROWS = 5_000
_LONGEST_TITLE = 120
"""The row below the header may explain each field; no title is as long."""


def rows_of(text: str) -> list[Map]:
    """Each row of a table below its header, as a tree; none where no header is known."""
    try:
        rows = list(islice(_rows(text), _MOST_ROWS))
    except csv.Error:
        return []
    for at, (header, _) in enumerate(rows[:3]):
        if _is_header(header):
            return [
                _tree(header, row, line)
                for row, line in rows[at + 1 :]
                if any(row) and not _explains(header, row)
            ]
    return []


def _rows(text: str) -> Iterator[tuple[list[str], int]]:
    reader = csv.reader(text.splitlines(keepends=True))
    line = 1
    for row in reader:
        yield [cell.strip() for cell in row], line
        line = reader.line_num + 1


def _is_header(header: list[str]) -> bool:
    if len(known_titles(iter(header))) >= 5:
        return True
    groups = {cell.partition(".")[0] for cell in header if "." in cell}
    return groups >= set(GROUPS)


def _explains(header: list[str], row: list[str]) -> bool:
    titles = [c for h, c in zip(header, row, strict=False) if plain(h).startswith("datasettitle")]
    return any(len(title) > _LONGEST_TITLE for title in titles)


def _tree(header: list[str], row: list[str], line: int) -> Map:
    """A row as a mapping; dotted names of columns are paths into it."""
    root = Map("", line)
    for name, cell in zip(header, row, strict=False):
        if not cell or not name:
            continue
        *folders, last = name.split(".") if name.partition(".")[0] in GROUPS else [name]
        node = root
        for folder in folders:
            inner = node.items.get(folder)
            if not isinstance(inner, Map):
                inner = Map(folder, line)
                node.items[folder] = inner
            node = inner
        node.items.setdefault(last, Scalar(name, line, cell, quoted=True))
    return Map("", line, {key: _listed(value) for key, value in root.items.items()})


def _listed(node: Node) -> Node:
    """A mapping whose keys are numbers is the list that a flattened export made of it."""
    if not isinstance(node, Map):
        return node
    items = {key: _listed(value) for key, value in node.items.items()}
    if items and all(key.isdigit() for key in items):
        return Seq(node.key, node.line, list(items.values()))
    return Map(node.key, node.line, items)
