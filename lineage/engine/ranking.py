"""How much each of many sources reaches, exactly, for all of them at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
from lineage.engine.topology import Topology

_MOST_EDGES = 3_000
"""A source that reaches further than so many edges goes into a sweep."""

_WORDS = 8
"""A sweep takes 64 sources a word: a cache line a node."""

Words = NDArray[np.uint64]


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
    unit, start, near, sums = compiled(_units, work)(
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
    reached = np.zeros((len(start) - 1, _WORDS), np.uint64)
    summands = [_by_bit(column) for column in sums.T]
    for first in range(0, len(order), 64 * _WORDS):
        block = order[first : first + 64 * _WORDS]
        compiled(_spread, work)(start, near, own[block], reached)
        for column, (unit_of, begins) in enumerate(summands):
            planes = compiled(_add, work)(reached, unit_of, begins, own[block[0]], bits)
            counts[block, column] = _read(planes)[: len(block)]
    return counts


def _by_bit(weights: Longs) -> tuple[Ints, Longs]:
    """The units whose weight has bit b are ``units[begins[b]:begins[b + 1]]``, ascending."""
    having = [np.flatnonzero(weights >> bit & 1) for bit in range(int(weights.max()).bit_length())]
    begins = np.concatenate(([0], np.cumsum([len(units) for units in having], dtype=np.int64)))
    units = np.concatenate([*having, np.empty(0, np.int64)])
    return units.astype(np.int32), begins.astype(np.int64)


def _units(
    order: Ints,
    begin: Ints,
    end: Ints,
    up_start: Ints,
    up_edge: Ints,
    object: Ints,
    code: Bytes,
    passes: Bools,
    closed: Bools,
    inside: Bools,
    sources: Ints,
    weights: Longs,
) -> tuple[Ints, Ints, Ints, Longs]:
    """What is reached by the same sources, as one: the unit of each node, and the units' rows.

    Units are numbered inputs first; ``near[start[u]:start[u + 1]]`` are the inputs of ``u``.
    """
    nodes, columns = len(order), weights.shape[1]
    is_source = np.zeros(nodes, np.bool_)
    for node in sources:
        is_source[node] = True
    unit = np.full(nodes, -1, np.int32)
    start = np.zeros(nodes + 1, np.int32)
    near = np.empty(len(up_edge), np.int32)
    sums = np.zeros((nodes, columns), np.int64)
    stamp = np.full(nodes, -1, np.int32)
    units, filled, loop, first = 0, 0, 0, 0
    while first < nodes:
        last = first + 1
        if loop < len(begin) and begin[loop] == first:
            last = end[loop]
            loop += 1
        if not inside[order[first]]:
            first = last
            continue
        begins, here = False, filled
        for at in range(first, last):
            node = order[at]
            begins = begins or is_source[node]
            for place in range(up_start[node], up_start[node + 1]):
                edge = up_edge[place]
                before = object[edge]
                if not passes[code[edge]] or unit[before] < 0:
                    continue  # not reached, or in this component
                if (len(closed) > 0 and closed[before]) or stamp[unit[before]] == first:
                    continue
                stamp[unit[before]] = first
                near[filled] = unit[before]
                filled += 1
        chosen = units
        if filled - here == 1 and not begins:
            chosen = near[here]
            filled = here
        else:
            units += 1
            start[units] = filled
        for at in range(first, last):
            node = order[at]
            unit[node] = chosen
            for column in range(columns):
                sums[chosen, column] += weights[node, column]
        first = last
    return unit, start[: units + 1].copy(), near[:filled].copy(), sums[:units].copy()


def _spread(start: Ints, near: Ints, own: Ints, reached: Words) -> None:
    """Which of a block of sources reach each unit, a bit a source. ``own`` is ascending."""
    lowest = own[0]
    reached[lowest:] = np.uint64(0)
    for number in range(len(own)):
        reached[own[number], number >> 6] |= np.uint64(1) << np.uint64(number & 63)
    for unit in range(lowest, len(reached)):
        for place in range(start[unit], start[unit + 1]):
            before = near[place]
            if before >= lowest:
                for word in range(_WORDS):
                    reached[unit, word] |= reached[before, word]


def _add(reached: Words, units: Ints, begins: Longs, lowest: int, bits: int) -> Words:
    """The sums of a block of sources as vertical counters, uint64[bits, words].

    Bit s of plane p has the worth 2^p in the sum of source s. For each bit of the weights eight
    rows at a time go through carry-save adders (Harley and Seal), and what they carry ripples.
    """
    zero = np.uint64(0)
    planes = np.zeros((bits + 4, _WORDS), np.uint64)
    pending = np.zeros((4, _WORDS), np.uint64)
    for bit in range(len(begins) - 1):
        at, until = begins[bit], begins[bit + 1]
        while at < until and units[at] < lowest:
            at += 1
        pending[:] = zero
        while at < until:
            if at + 8 <= until:
                a, b, c, d = units[at], units[at + 1], units[at + 2], units[at + 3]
                e, f, g, h = units[at + 4], units[at + 5], units[at + 6], units[at + 7]
                for word in range(_WORDS):
                    one, x, y = pending[0, word], reached[a, word], reached[b, word]
                    t = one ^ x
                    two_a, one = (one & x) | (t & y), t ^ y
                    x, y = reached[c, word], reached[d, word]
                    t = one ^ x
                    two_b, one = (one & x) | (t & y), t ^ y
                    two = pending[1, word]
                    t = two ^ two_a
                    four_a, two = (two & two_a) | (t & two_b), t ^ two_b
                    x, y = reached[e, word], reached[f, word]
                    t = one ^ x
                    two_a, one = (one & x) | (t & y), t ^ y
                    x, y = reached[g, word], reached[h, word]
                    t = one ^ x
                    two_b, one = (one & x) | (t & y), t ^ y
                    t = two ^ two_a
                    four_b, two = (two & two_a) | (t & two_b), t ^ two_b
                    four = pending[2, word]
                    t = four ^ four_a
                    pending[3, word] = (four & four_a) | (t & four_b)
                    pending[2, word] = t ^ four_b
                    pending[1, word], pending[0, word] = two, one
                at += 8
                level = 3
            else:
                a = units[at]
                for word in range(_WORDS):
                    pending[3, word] = reached[a, word]
                at += 1
                level = 0
            for word in range(_WORDS):
                carry, plane = pending[3, word], bit + level
                while carry != zero:
                    both = planes[plane, word] & carry
                    planes[plane, word] ^= carry
                    carry = both
                    plane += 1
        for level in range(3):
            for word in range(_WORDS):
                carry, plane = pending[level, word], bit + level
                while carry != zero:
                    both = planes[plane, word] & carry
                    planes[plane, word] ^= carry
                    carry = both
                    plane += 1
    return planes[:bits].copy()


def _read(planes: Words) -> Longs:
    """int64[sources] from vertical counters."""
    single = np.unpackbits(planes.view(np.uint8), axis=1, bitorder="little").astype(np.int64)
    return np.asarray((np.int64(1) << np.arange(len(planes), dtype=np.int64)) @ single)
