"""How much each of many sources reaches, exactly, for all of them at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lineage.engine.arrays import (
    Bools,
    Ints,
    Longs,
    closed_nodes,
    node_numbers,
    open_classes,
)
from lineage.engine.compiled import compiled
from lineage.engine.ordered import ordered_rows
from lineage.engine.sums import WORDS, add, by_bit, read, spread, turned, units_of
from lineage.engine.topology import Topology

_MOST_EDGES = 3_000
"""A source that reaches further than so many edges goes into a sweep."""


def reach_counts(
    topology: Topology,
    sources: ArrayLike,
    weights: ArrayLike,
    passes: Bools | None = None,
    closed: Bools | None = None,
) -> Longs:
    """The sums of the weights of all that each source reaches, itself among it.

    First a cycle is taken as one node, and so is a node with what came from it alone: whatever
    reaches the one reaches the other. Sources that reach little are then searched one by one.
    The others share sweeps in topological order, 512 at a time, one bit a source and node, and
    sums are kept bit by bit (vertical counters). Linear in edges for each 512 sources.

    Args:
        topology, passes, closed: as in ``reach``.
        sources: node numbers.
        weights: int64[nodes, k], from 0 up: one column for each thing to be counted.

    Returns:
        int64[sources, k].

    Raises:
        IndexError: a source is no node.
        ValueError: weights below 0, not one row for each node, or a column that adds up to
            2^62 and more.
    """
    flat, _ = topology.compacted()
    starts = node_numbers(sources, flat.nodes)
    table = np.ascontiguousarray(weights, np.int64)
    if table.ndim != 2 or len(table) != flat.nodes or (table.size and table.min() < 0):
        raise ValueError(f"weights are from 0 up, in one row for each of {flat.nodes} nodes")
    bits = [int(sum(column)).bit_length() for column in _exact(table)]
    if max(bits, default=0) > 62:
        raise ValueError("a column of weights adds up to 2^62 and more")
    shut = closed_nodes(closed, flat.nodes)
    rows = ordered_rows(flat, open_classes(passes), shut)
    work = (flat.nodes + flat.edges) * (1 + len(starts) // 16)
    unit, up, near, sums = compiled(units_of, work)(
        rows.order, rows.begin, rows.end, rows.start, rows.near, rows.position[starts], table
    )
    own = unit[starts]
    down, far = compiled(turned, work)(up, near)
    counts, done = compiled(_searched, work)(down, far, own, sums, _MOST_EDGES)
    left = np.flatnonzero(~done)
    if len(left):
        counts[left] = _swept(up, near, sums, own[left], max(bits), work)
    return counts


def _exact(table: Longs) -> list[list[int]]:
    """Each column in parts that add up without leaving 64 bits."""
    return [
        [int((column >> 32).sum()) << 32, int((column & 0xFFFF_FFFF).sum())] for column in table.T
    ]


def _searched(
    start: Ints, far: Ints, sources: Ints, sums: Longs, most_edges: int
) -> tuple[Longs, Bools]:
    """Searches from each source, given up after so many edges; a stamp marks what was seen."""
    columns = sums.shape[1]
    counts = np.zeros((len(sources), columns), np.int64)
    done = np.zeros(len(sources), np.bool_)
    stamp = np.full(len(start) - 1, -1, np.int32)
    queue = np.empty(len(start) - 1, np.int32)
    for number in range(len(sources)):
        queue[0] = sources[number]
        stamp[sources[number]] = number
        first, last = 0, 1
        ahead = start[sources[number] + 1] - start[sources[number]]
        while first < last and ahead <= most_edges:
            unit = queue[first]
            first += 1
            for place in range(start[unit], start[unit + 1]):
                other = far[place]
                if stamp[other] != number:
                    stamp[other] = number
                    queue[last] = other
                    last += 1
                    ahead += start[other + 1] - start[other]
        if ahead <= most_edges:
            done[number] = True
            for at in range(last):
                for column in range(columns):
                    counts[number, column] += sums[queue[at], column]
    return counts, done


def _swept(up: Ints, near: Ints, sums: Longs, own: Ints, bits: int, work: int) -> Longs:
    order = np.argsort(own, kind="stable")
    counts = np.zeros((len(own), sums.shape[1]), np.int64)
    reached = np.zeros((len(up) - 1, WORDS), np.uint64)
    summands = [by_bit(column) for column in sums.T]
    for first in range(0, len(order), 64 * WORDS):
        block = order[first : first + 64 * WORDS]
        compiled(spread, work)(up, near, own[block], reached)
        for column, (unit_of, begins) in enumerate(summands):
            planes = compiled(add, work)(reached, unit_of, begins, own[block[0]], bits)
            counts[block, column] = read(planes)[: len(block)]
    return counts
