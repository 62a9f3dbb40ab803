"""The rows of a topology in topological order, worked out once: what a sweep goes through."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lineage.engine.arrays import Bools, Bytes, Ints, closed_nodes, frozen, open_classes
from lineage.engine.compiled import compiled
from lineage.engine.order import condensed
from lineage.engine.rows import Rows
from lineage.engine.topology import Topology


class Ordered(NamedTuple):
    """The rows of a topology by place in topological order.

    Attributes:
        order, position: int32[nodes]; node at each place, and place of each node.
        start, near, edge, code: for each place its inputs: their places, the numbers of the edges,
            ascending, and the classes of these.
        begin, end: the cycles, as ranges of places.
        inner_start, inner_far, inner_code: downstream rows within cycles, by place among the
            nodes of all cycles, one after the other.
    """

    order: Ints
    position: Ints
    start: Ints
    near: Ints
    edge: Ints
    code: Bytes
    begin: Ints
    end: Ints
    inner_start: Ints
    inner_far: Ints
    inner_code: Bytes


def prepare(
    topology: Topology, passes: Bools | None = None, ordered: Ordered | None = None
) -> Ordered:
    """Works out the order for walks downstream by these classes, and keeps it with the rows.

    Takes a few searches' time and about 13 bytes an edge. From then on ``reach`` and
    ``reachable`` use it for walks by these classes or some of them, ``dominators`` for walks by
    just these; the first two also for all topologies that append edges to this one.
    ``reach_counts`` and ``Mixture`` prepare what they need.

    Args:
        topology, passes: as in ``reach``.
        ordered: what was worked out before for the same rows and classes, mapped from a file
            for instance.
    """
    classes, rows = open_classes(passes), topology.rows
    found = kept(topology, classes)
    if found is None:
        found = _ordered(rows, classes, None) if ordered is None else _frozen(*ordered)
        rows.kept[classes.tobytes()] = found
    return found


def ordered_rows(topology: Topology, passes: Bools, closed: Bools) -> Ordered:
    """As ``prepare``; kept only where no node is closed (``closed`` empty)."""
    if len(closed):
        return _ordered(topology.rows, passes, closed)
    return prepare(topology, passes)


def kept(topology: Topology, passes: Bools) -> Ordered | None:
    """What ``prepare`` worked out for just these classes, if it did."""
    found: Ordered | None = topology.rows.kept.get(passes.tobytes())
    return found


def kept_for_walks(topology: Topology, passes: Bools) -> Ordered | None:
    """What ``prepare`` worked out for these classes, else for these and others."""
    found = kept(topology, passes)
    if found is not None:
        return found
    for classes, ordered in tuple(topology.rows.kept.items()):
        if not (passes & ~np.frombuffer(classes, np.bool_)).any():
            wider: Ordered = ordered
            return wider
    return None


def _ordered(rows: Rows, passes: Bools, closed: Bools | None) -> Ordered:
    found = condensed(Topology(rows), passes, closed)
    size = rows.nodes + len(rows.code)
    position = np.empty(rows.nodes, np.int32)
    position[found.order] = np.arange(rows.nodes, dtype=np.int32)
    shut = closed_nodes(closed, rows.nodes)
    inputs = compiled(_inputs, size)(
        rows.up_start, rows.up_edge, rows.object, rows.code, passes, shut, found.order, position
    )
    start, near, _, code = inputs
    inner = compiled(_inner, size)(start, near, code, found.begin, found.end)
    return _frozen(found.order, position, *inputs, found.begin, found.end, *inner)


def _frozen(*arrays: NDArray[Any]) -> Ordered:
    kinds = ((a, np.uint8 if a.dtype == np.uint8 else np.int32) for a in arrays)
    return Ordered._make(frozen(array, kind) for array, kind in kinds)


def _inputs(
    up_start: Ints,
    up_edge: Ints,
    object: Ints,
    code: Bytes,
    passes: Bools,
    closed: Bools,
    order: Ints,
    position: Ints,
) -> tuple[Ints, Ints, Ints, Bytes]:
    nodes = len(order)
    start = np.zeros(nodes + 1, np.int32)
    count = 0
    for edge in range(len(code)):
        count += passes[code[edge]]
    near = np.empty(count, np.int32)
    edges = np.empty(count, np.int32)
    codes = np.empty(count, np.uint8)
    count = 0
    for at in range(nodes):
        node = order[at]
        for place in range(up_start[node], up_start[node + 1]):
            edge = up_edge[place]
            if passes[code[edge]] and (len(closed) == 0 or not closed[object[edge]]):
                near[count] = position[object[edge]]
                edges[count] = edge
                codes[count] = code[edge]
                count += 1
        start[at + 1] = count
    return start, near[:count], edges[:count], codes[:count]


def _inner(
    start: Ints, near: Ints, code: Bytes, begin: Ints, end: Ints
) -> tuple[Ints, Ints, Bytes]:
    """Rows from input to what was made from it, within each cycle."""
    nodes = 0
    for loop in range(len(begin)):
        nodes += end[loop] - begin[loop]
    row = np.zeros(nodes + 1, np.int32)
    shift = 0
    for loop in range(len(begin)):
        first = begin[loop]
        for place in range(start[first], start[end[loop]]):
            if near[place] >= first:
                row[near[place] - first + shift + 1] += 1
        shift += end[loop] - first
    for node in range(nodes):
        row[node + 1] += row[node]
    filled = row.copy()
    far = np.empty(row[nodes], np.int32)
    codes = np.empty(row[nodes], np.uint8)
    shift = 0
    for loop in range(len(begin)):
        first = begin[loop]
        for at in range(first, end[loop]):
            for place in range(start[at], start[at + 1]):
                if near[place] >= first:
                    source = near[place] - first + shift
                    far[filled[source]] = at - first + shift
                    codes[filled[source]] = code[place]
                    filled[source] += 1
        shift += end[loop] - first
    return row, far, codes
