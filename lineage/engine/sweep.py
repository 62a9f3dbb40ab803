"""Reach by one pass over all nodes in topological order, each asking what it was made from.

Where much is reached this reads memory in order and never looks at a node twice: half the time
of a queue and less. It needs the order, which is worked out once (see ``ordered``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage.engine.arrays import Bools, Bytes, Ints, Longs


def steps(passes: Bools, far: int) -> Longs:
    """How much further each class of edges leads: one step, or further than anything is."""
    return np.where(passes, 1, 2 * far).astype(np.int64)


def sweep(
    order: Ints,
    position: Ints,
    start: Ints,
    near: Ints,
    edge: Ints,
    code: Bytes,
    begin: Ints,
    end: Ints,
    inner_start: Ints,
    inner_far: Ints,
    inner_code: Bytes,
    step: Longs,
    closed: Bools,
    found: Ints,
    known: NDArray[Any],
    distance: Ints,
    via: Ints,
) -> bool:
    """Distances of all nodes from those that are known.

    Args:
        order to inner_code: of ``Ordered``, for the classes that are walked or more.
        step: over the classes, see ``steps``, for the greatest number of ``known``.
        closed: over the nodes, or empty.
        found: the nodes that have a distance already.
        known: over the places, filled with the greatest number it can hold. Few bits a place
            stay in cache.
        distance, via: over the nodes; they hold what was found already. ``via`` may be empty.

    Returns:
        Whether all distances fit in ``known``. If not, do it again with a wider one.
    """
    nodes, is_open, with_via = len(order), len(closed) == 0, len(via) > 0
    far = np.int64(known[0])
    for node in found:
        if distance[node] >= far:
            return False
        known[position[node]] = distance[node]
    largest = 0
    for loop in range(len(begin)):
        largest = max(largest, end[loop] - begin[loop])
    queue = np.empty(largest, np.int32)
    loop, shift, first = 0, 0, 0
    while first < nodes:
        last = first + 1
        if loop < len(begin) and begin[loop] == first:
            last = end[loop]
            loop += 1
            for at in range(first, last):
                here = np.int64(known[at])
                if here == far:
                    here = 2 * far
                for place in range(start[at], start[at + 1]):
                    if near[place] < first:
                        here = min(here, np.int64(known[near[place]]) + step[code[place]])
                if here == far:
                    return False
                known[at] = min(here, far)
            # Breadth first within the cycle, from all places where it is entered.
            entry = np.argsort(known[first:last])
            taken, head, tail = 0, 0, 0
            while taken < len(entry) or head < tail:
                if taken < len(entry) and (
                    head == tail or known[first + entry[taken]] <= known[first + queue[head]]
                ):
                    local = np.int64(entry[taken])
                    taken += 1
                    if known[first + local] == far:
                        taken = len(entry)
                        continue
                else:
                    local = np.int64(queue[head])
                    head += 1
                if not is_open and closed[order[first + local]]:
                    continue
                here = np.int64(known[first + local]) + 1
                if here >= far:
                    return False
                for place in range(inner_start[shift + local], inner_start[shift + local + 1]):
                    other = inner_far[place] - shift
                    if step[inner_code[place]] == 1 and here < known[first + other]:
                        known[first + other] = here
                        queue[tail] = other
                        tail += 1
            shift += last - first
        for at in range(first, last):
            before = np.int64(known[at])
            here = before if before < far else 2 * far
            for place in range(start[at], start[at + 1]):
                # Within a cycle what is closed still shows its distance.
                if is_open or near[place] < first or not closed[order[near[place]]]:
                    here = min(here, np.int64(known[near[place]]) + step[code[place]])
            if here == far:
                return False  # one step further than ``known`` can hold; what nothing leads to is
            if here > far:  # further than that
                continue
            node = order[at]
            known[at] = here
            if with_via:
                for place in range(start[at], start[at + 1]):
                    if np.int64(known[near[place]]) + step[code[place]] == here and (
                        is_open or near[place] < first or not closed[order[near[place]]]
                    ):
                        if distance[node] != here or edge[place] < via[node]:
                            via[node] = edge[place]
                        break
            distance[node] = here
        if not is_open:
            for at in range(first, last):
                if closed[order[at]]:
                    known[at] = far
        first = last
    return True


def sweep_bits(
    order: Ints,
    position: Ints,
    start: Ints,
    near: Ints,
    code: Bytes,
    begin: Ints,
    end: Ints,
    inner_start: Ints,
    inner_far: Ints,
    inner_code: Bytes,
    passes: Bytes,
    found: Ints,
    bits: Bytes,
    reached: Bools,
) -> None:
    """As ``sweep``, without distances and closed nodes: one bit a place, which stays in cache.

    ``passes`` is 1 or 0 for each class, ``bits`` is cleared, ``reached`` is over the nodes and
    written for all that have a row.
    """
    one = np.uint8(1)
    for node in found:
        at = position[node]
        bits[at >> 3] |= one << np.uint8(at & 7)
    largest = 0
    for loop in range(len(begin)):
        largest = max(largest, end[loop] - begin[loop])
    queue = np.empty(largest, np.int32)
    loop, shift, first, nodes, place = 0, 0, 0, len(order), start[0]
    while first < nodes:
        until = begin[loop] if loop < len(begin) else nodes
        for at in range(first, until):  # no branch but the loop: which way is hard to foretell
            bit = np.uint8(at & 7)
            hit = bits[at >> 3] >> bit
            stop = start[at + 1]
            while place < stop:
                source = near[place]
                hit |= bits[source >> 3] >> np.uint8(source & 7) & passes[code[place]]
                place += 1
            bits[at >> 3] |= (hit & one) << bit
            reached[order[at]] = hit & one
        if until == nodes:
            return
        first = end[loop]
        loop += 1
        count = 0
        for at in range(until, first):
            hit = bits[at >> 3] >> np.uint8(at & 7)
            while place < start[at + 1]:
                source = near[place]
                hit |= bits[source >> 3] >> np.uint8(source & 7) & passes[code[place]]
                place += 1
            if hit & one:
                bits[at >> 3] |= one << np.uint8(at & 7)
                queue[count] = at - until
                count += 1
        taken = 0
        while taken < count:
            local = queue[taken]
            taken += 1
            for inner in range(inner_start[shift + local], inner_start[shift + local + 1]):
                at = inner_far[inner] - shift + until
                if passes[inner_code[inner]] and not bits[at >> 3] >> np.uint8(at & 7) & one:
                    bits[at >> 3] |= one << np.uint8(at & 7)
                    queue[count] = at - until
                    count += 1
        shift += first - until
        for at in range(until, first):
            reached[order[at]] = bits[at >> 3] >> np.uint8(at & 7) & one
