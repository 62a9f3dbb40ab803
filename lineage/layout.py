"""Places boxes in columns from left to right, so that arrows point rightward.

Longest-path layering with barycentre ordering: deterministic, free of overlaps, and fast
enough to run on each click (1,000 boxes in well under 0.1 s). Boxes on a cycle share a column.
Pure Python: no page, no picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, sqrt

import networkx as nx

_SWEEPS = 4


@dataclass(frozen=True, slots=True)
class Box:
    """Something to be placed: its id, its size, and the leftmost column it may stand in."""

    id: str
    width: float
    height: float
    at_least: int = 0


@dataclass(frozen=True, slots=True)
class Spacing:
    """Room between things, in pixels.

    ``column`` is left between columns for the arrows to be seen, ``side`` between the files of
    one column that is too tall to stand in a single one, ``row`` between boxes above each other.
    """

    column: float = 60
    side: float = 18
    row: float = 16
    least_rows: int = 10


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a box stands: its centre, and its column."""

    x: float
    y: float
    column: int


@dataclass(frozen=True, slots=True)
class Column:
    """The horizontal extent of one column."""

    number: int
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Places by id, and the columns from left to right."""

    places: Mapping[str, Placed] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()

    @property
    def height(self) -> float:
        """The distance between the highest and the lowest centre."""
        ys = [place.y for place in self.places.values()]
        return max(ys) - min(ys) if ys else 0.0


def layered(
    boxes: Sequence[Box], arrows: Sequence[tuple[str, str]], spacing: Spacing | None = None
) -> Layout:
    """Places boxes so that arrows go from left to right.

    Args:
        boxes: what to place; their order decides between equals.
        arrows: pairs of ids; those that name no box, or the same box twice, are left out.
        spacing: room between things.

    Returns:
        A place for each box. No two boxes overlap. An arrow points rightward unless its ends
        lie on one cycle.
    """
    spacing = spacing or Spacing()
    by_id = {box.id: box for box in boxes}
    known = sorted({(a, b) for a, b in arrows if a != b and a in by_id and b in by_id})
    columns = _columns(by_id, known)
    rows = _ordered(by_id, columns, known)
    return _placed(by_id, rows, known, spacing)


def _columns(boxes: Mapping[str, Box], arrows: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The column of each box: one more than the greatest of those that point at it."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(boxes)
    graph.add_edges_from(arrows)
    whole = nx.condensation(graph)
    column: dict[int, int] = {}
    order = list(nx.topological_sort(whole))
    for part in order:
        wanted = max(boxes[name].at_least for name in whole.nodes[part]["members"])
        column[part] = max([wanted, *(column[before] + 1 for before in whole.predecessors(part))])
    for part in reversed(order):
        after = [column[later] for later in whole.successors(part)]
        if after and not whole.in_degree(part):
            column[part] = max(column[part], min(after) - 1)
    return {name: column[whole.graph["mapping"][name]] for name in boxes}


def _ordered(
    boxes: Mapping[str, Box], column: Mapping[str, int], arrows: Sequence[tuple[str, str]]
) -> list[list[str]]:
    """The boxes of each column from top to bottom, near what they are joined to."""
    rows: list[list[str]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for name in boxes:
        rows[column[name]].append(name)
    before, after = _neighbours(boxes, arrows)
    rank = {name: at / len(row) for row in rows for at, name in enumerate(row)}
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        near = before if forward else after
        for row in rows if forward else reversed(rows):
            wanted = {
                name: sum(rank[n] for n in near[name]) / len(near[name])
                if near[name]
                else rank[name]
                for name in row
            }
            row.sort(key=wanted.__getitem__)
            rank.update((name, (at + 0.5) / len(row)) for at, name in enumerate(row))
    return [row for row in rows if row]


def _neighbours(
    boxes: Mapping[str, Box], arrows: Sequence[tuple[str, str]]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    before: dict[str, list[str]] = {name: [] for name in boxes}
    after: dict[str, list[str]] = {name: [] for name in boxes}
    for a, b in arrows:
        after[a].append(b)
        before[b].append(a)
    return before, after


def _placed(
    boxes: Mapping[str, Box],
    rows: Sequence[Sequence[str]],
    arrows: Sequence[tuple[str, str]],
    spacing: Spacing,
) -> Layout:
    """Turns the order into places; no column reaches higher or lower than the tallest."""
    most = max(spacing.least_rows, ceil(sqrt(len(boxes))))
    before, _ = _neighbours(boxes, arrows)
    files = [
        [row[file :: ceil(len(row) / most)] for file in range(ceil(len(row) / most))]
        for row in rows
    ]
    room = max((_tall(boxes, file, spacing) for column in files for file in column), default=0.0)
    places: dict[str, Placed] = {}
    columns: list[Column] = []
    left = 0.0
    for number, column in enumerate(files):
        start = left
        for file in column:
            width = max(boxes[name].width for name in file)
            lowest = room / 2 - _tall(boxes, file, spacing)
            top = min(lowest, max(-room / 2, _level(boxes, file, before, places, spacing)))
            for name in file:
                places[name] = Placed(left + width / 2, top + boxes[name].height / 2, number)
                top += boxes[name].height + spacing.row
            left += width + spacing.side
        columns.append(Column(number, start, left - spacing.side))
        left += spacing.column - spacing.side
    return Layout(places, tuple(columns))


def _tall(boxes: Mapping[str, Box], names: Sequence[str], spacing: Spacing) -> float:
    return sum(boxes[name].height + spacing.row for name in names) - spacing.row


def _level(
    boxes: Mapping[str, Box],
    names: Sequence[str],
    before: Mapping[str, Sequence[str]],
    places: Mapping[str, Placed],
    spacing: Spacing,
) -> float:
    """The top at which a file of boxes is as level as can be with what points at it."""
    top, drift = 0.0, []
    for name in names:
        near = [places[n].y for n in before[name] if n in places]
        if near:
            drift.append(sum(near) / len(near) - top - boxes[name].height / 2)
        top += boxes[name].height + spacing.row
    return sum(drift) / len(drift) if drift else -(top - spacing.row) / 2
