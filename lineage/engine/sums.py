"""Sums over what each lane of a block reaches: one bit a lane, vertical counters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lineage.engine.arrays import Ints, Longs

WORDS = 8
"""A sweep takes 64 lanes a word: a cache line a node."""

LANES = 64 * WORDS

Words = NDArray[np.uint64]


def units_of(
    order: Ints, begin: Ints, end: Ints, start: Ints, near: Ints, sources: Ints, weights: Longs
) -> tuple[Ints, Ints, Ints, Longs]:
    """What is reached by the same sources, as one: the unit of each node, and the units' rows.

    The rows are those of ``Ordered``, ``sources`` are places in them. What no source reaches is
    in no unit (-1). Units are numbered inputs first; ``near[start[u]:start[u + 1]]`` are the
    inputs of ``u``.
    """
    nodes, columns = len(order), weights.shape[1]
    is_source = np.zeros(nodes, np.bool_)
    for at in sources:
        is_source[at] = True
    unit = np.full(nodes, -1, np.int32)  # by place
    up = np.zeros(nodes + 1, np.int32)
    inputs = np.empty(len(near), np.int32)
    sums = np.zeros((nodes, columns), np.int64)
    stamp = np.full(nodes, -1, np.int32)
    units, filled, loop, first = 0, 0, 0, 0
    while first < nodes:
        last = first + 1
        if loop < len(begin) and begin[loop] == first:
            last = end[loop]
            loop += 1
        begins, here = False, filled
        for at in range(first, last):
            begins = begins or is_source[at]
        for place in range(start[first], start[last]):
            before = unit[near[place]]
            if before >= 0 and stamp[before] != first:
                stamp[before] = first
                inputs[filled] = before
                filled += 1
        if begins or filled > here:
            chosen = units
            if filled - here == 1 and not begins:
                chosen = inputs[here]
                filled = here
            else:
                units += 1
                up[units] = filled
            for at in range(first, last):
                unit[at] = chosen
                for column in range(columns):
                    sums[chosen, column] += weights[order[at], column]
        first = last
    by_node = np.empty(nodes, np.int32)
    for at in range(nodes):
        by_node[order[at]] = unit[at]
    return by_node, up[: units + 1].copy(), inputs[:filled].copy(), sums[:units].copy()


def turned(start: Ints, near: Ints) -> tuple[Ints, Ints]:
    """The same rows the other way round."""
    units = len(start) - 1
    other = np.zeros(units + 1, np.int32)
    for place in range(len(near)):
        other[near[place] + 1] += 1
    for unit in range(units):
        other[unit + 1] += other[unit]
    filled = other.copy()
    far = np.empty(len(near), np.int32)
    for unit in range(units):
        for place in range(start[unit], start[unit + 1]):
            far[filled[near[place]]] = unit
            filled[near[place]] += 1
    return other, far


def spread(start: Ints, near: Ints, seed: Ints, lane: Ints, reached: Words) -> int:
    """Which lanes reach each unit, a bit a lane; ``lane[i]`` begins at the unit ``seed[i]``.

    Returns the lowest seed: what stands in ``reached`` below it is of no meaning.
    """
    lowest = len(reached)
    for unit in seed:
        lowest = min(lowest, unit)
    reached[lowest:] = np.uint64(0)
    for number in range(len(seed)):
        reached[seed[number], lane[number] >> 6] |= np.uint64(1) << np.uint64(lane[number] & 63)
    for unit in range(lowest, len(reached)):
        for place in range(start[unit], start[unit + 1]):
            before = near[place]
            if before >= lowest:
                for word in range(WORDS):
                    reached[unit, word] |= reached[before, word]
    return lowest


def add(reached: Words, units: Ints, begins: Longs, lowest: int, bits: int) -> Words:
    """The sums of a block of lanes as vertical counters, uint64[bits, words].

    Bit s of plane p has the worth 2^p in the sum of lane s. For each bit of the weights eight
    rows at a time go through carry-save adders (Harley and Seal), and what they carry ripples.
    """
    zero = np.uint64(0)
    planes = np.zeros((bits + 4, WORDS), np.uint64)
    pending = np.zeros((4, WORDS), np.uint64)
    for bit in range(len(begins) - 1):
        at, until = begins[bit], begins[bit + 1]
        while at < until and units[at] < lowest:
            at += 1
        pending[:] = zero
        while at < until:
            if at + 8 <= until:
                a, b, c, d = units[at], units[at + 1], units[at + 2], units[at + 3]
                e, f, g, h = units[at + 4], units[at + 5], units[at + 6], units[at + 7]
                for word in range(WORDS):
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
                for word in range(WORDS):
                    pending[3, word] = reached[a, word]
                at += 1
                level = 0
            for word in range(WORDS):
                carry, plane = pending[3, word], bit + level
                while carry != zero:
                    both = planes[plane, word] & carry
                    planes[plane, word] ^= carry
                    carry = both
                    plane += 1
        for level in range(3):
            for word in range(WORDS):
                carry, plane = pending[level, word], bit + level
                while carry != zero:
                    both = planes[plane, word] & carry
                    planes[plane, word] ^= carry
                    carry = both
                    plane += 1
    return planes[:bits].copy()


def read(planes: Words) -> Longs:
    """int64[lanes] from vertical counters."""
    single = np.unpackbits(planes.view(np.uint8), axis=1, bitorder="little").astype(np.int64)
    return np.asarray((np.int64(1) << np.arange(len(planes), dtype=np.int64)) @ single)


def by_bit(weights: Longs) -> tuple[Ints, Longs]:
    """The units whose weight has bit b are ``units[begins[b]:begins[b + 1]]``, ascending."""
    having = [
        np.flatnonzero(weights >> bit & 1)
        for bit in range(int(weights.max(initial=0)).bit_length())
    ]
    begins = np.concatenate(([0], np.cumsum([len(units) for units in having], dtype=np.int64)))
    units = np.concatenate([*having, np.empty(0, np.int64)])
    return units.astype(np.int32), begins.astype(np.int64)
