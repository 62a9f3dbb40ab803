"""How much each of many sources reaches, exactly, for all of them at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lineage.engine.arrays import (
    Bools,
    Bytes,
    Ints,
    Longs,
    closed_nodes,
    node_numbers,
    open_classes,
)
from lineage.engine.compiled import compiled
from lineage.engine.order import condensed
from lineage.engine.reach import reachable
from lineage.engine.sums import WORDS, add, by_bit, read, spread, units_of
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

    Sources that reach little are searched one by one. The others share sweeps in topological
    order, 512 at a time, one bit a source and node, and sums are kept bit by bit (vertical
    counters). Before that, cycles are taken as one node, and so is a node with what came from
    it alone: whatever reaches the one reaches the other. Linear in edges for each 512 sources.

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
    classes, shut = open_classes(passes), closed_nodes(closed, flat.nodes)
    rows = flat.rows
    work = (flat.nodes + flat.edges) * (1 + len(starts) // 16)
    counts, done = compiled(_searched, work)(
        rows.start, rows.subject, rows.code, classes, shut, starts, table, _MOST_EDGES
    )
    left = np.flatnonzero(~done)
    if len(left):
        counts[left] = _swept(flat, starts[left], table, classes, closed, max(bits), work)
    return counts


def _exact(table: Longs) -> list[list[int]]:
    """Each column in parts that add up without leaving 64 bits."""
    return [
        [int((column >> 32).sum()) << 32, int((column & 0xFFFF_FFFF).sum())] for column in table.T
    ]


def _searched(
    start: Ints,
    subject: Ints,
    code: Bytes,
    passes: Bools,
    closed: Bools,
    sources: Ints,
    weights: Longs,
    most_edges: int,
) -> tuple[Longs, Bools]:
    """Searches from each source, given up after so many edges; a stamp marks what was seen."""
    columns = weights.shape[1]
    counts = np.zeros((len(sources), columns), np.int64)
    done = np.zeros(len(sources), np.bool_)
    stamp = np.full(len(start) - 1, -1, np.int32)
    queue = np.empty(len(start) - 1, np.int32)
    for number in range(len(sources)):
        queue[0] = sources[number]
        stamp[sources[number]] = number
        first, last, looked = 0, 1, 0
        while first < last and looked <= most_edges:
            node = queue[first]
            first += 1
            if len(closed) > 0 and closed[node]:
                continue
            until = start[node + 1]
            looked += until - start[node]
            if looked > most_edges:
                break
            for edge in range(start[node], until):
                other = subject[edge]
                if stamp[other] != number and passes[code[edge]]:
                    stamp[other] = number
                    queue[last] = other
                    last += 1
        if looked <= most_edges:
            done[number] = True
            for at in range(last):
                for column in range(columns):
                    counts[number, column] += weights[queue[at], column]
    return counts, done


def _swept(
    flat: Topology,
    sources: Ints,
    weights: Longs,
    passes: Bools,
    closed: Bools | None,
    bits: int,
    work: int,
) -> Longs:
    rows = flat.rows
    found = condensed(flat, passes, closed)
    inside = reachable(flat, sources, passes, closed)
    unit, start, near, sums = compiled(units_of, work)(
        found.order,
        found.begin,
        found.end,
        rows.up_start,
        rows.up_edge,
        rows.object,
        rows.code,
        passes,
        closed_nodes(closed, flat.nodes),
        inside,
        sources,
        weights,
    )
    own = unit[sources]
    order = np.argsort(own, kind="stable")
    counts = np.zeros((len(sources), weights.shape[1]), np.int64)
    reached = np.zeros((len(start) - 1, WORDS), np.uint64)
    summands = [by_bit(column) for column in sums.T]
    for first in range(0, len(order), 64 * WORDS):
        block = order[first : first + 64 * WORDS]
        compiled(spread, work)(start, near, own[block], reached)
        for column, (unit_of, begins) in enumerate(summands):
            planes = compiled(add, work)(reached, unit_of, begins, own[block[0]], bits)
            counts[block, column] = read(planes)[: len(block)]
    return counts
