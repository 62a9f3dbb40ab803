"""Searches that stop at a few hundred landmarks, of which it is known what they reach.

Sources that feed the same hubs reach nearly the same: what the hubs reach, and little besides.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lineage.engine.arrays import Bools, Ints, Longs
from lineage.engine.compiled import compiled
from lineage.engine.sums import LANES, WORDS, Words, spread


class Landmarks(NamedTuple):
    """The units with most outputs, one a lane, and what they reach.

    Attributes:
        unit: int32[landmarks], ascending.
        number: int32[units]; which landmark a unit is, -1 for none.
        reached: uint64[units, words]; bit l says that landmark l reaches the unit, itself too.
    """

    unit: Ints
    number: Ints
    reached: Words


def landmarks(up: Ints, near: Ints, down: Ints, most: int, work: int) -> Landmarks:
    """Chooses at most so many of the units with outputs, and finds what each reaches.

    Args:
        up, near, down: rows of units upstream, and the starts of those downstream.
        most: at most as many as one sweep has lanes.
        work: as for ``compiled``.
    """
    outputs = np.diff(down)
    having = np.flatnonzero(outputs)
    most = min(most, LANES, len(having))
    chosen = having[np.argpartition(-outputs[having], most - 1)[:most]] if most else having[:0]
    unit = np.sort(chosen).astype(np.int32)
    number = np.full(len(outputs), -1, np.int32)
    number[unit] = np.arange(len(unit), dtype=np.int32)
    reached = np.zeros((len(outputs), WORDS), np.uint64)
    compiled(spread, work)(up, near, unit, number[unit], reached)
    return Landmarks(unit, number, reached)


def marked(far: Ints, number: Ints) -> Ints:
    """The same outputs, with landmark l written as -1 - l."""
    result = far.copy()
    for place in range(len(far)):
        landmark = number[far[place]]
        if landmark >= 0:
            result[place] = -1 - landmark
    return result


def searched(
    start: Ints,
    far: Ints,
    sources: Ints,
    sums: Longs,
    unit: Ints,
    number: Ints,
    reached: Words,
    most_edges: int,
) -> tuple[Longs, Words, Bools]:
    """Searches from each source, which end at landmarks and are given up after so many edges.

    Args:
        start, far: rows of units downstream, ``far`` as ``marked``.
        sources: units.
        sums: int64[units, k], what is added up.
        unit, number, reached: of ``Landmarks``.
        most_edges: a number of edges.

    Returns:
        The sums of what no landmark that was met reaches, int64[sources, k]; the landmarks that
        were met, a bit each, without those that another of them reaches; and which searches
        came to an end: of the others nothing is known.
    """
    columns, units, one = sums.shape[1], len(start) - 1, np.uint64(1)
    counts = np.zeros((len(sources), columns), np.int64)
    met = np.zeros((len(sources), WORDS), np.uint64)
    done = np.zeros(len(sources), np.bool_)
    # What is looked at of one unit is one line: who saw it last, and where its row is.
    seen = np.zeros((units, 4), np.int32)
    for at in range(units):
        seen[at, 0], seen[at, 1], seen[at, 2] = -1, start[at], start[at + 1]
    queue = np.empty(units, np.int32)  # from its end on: what was found and leads nowhere
    for source in range(len(sources)):
        first, last, back, looked, any_met = 0, 0, units, 0, False
        here = sources[source]
        if number[here] >= 0:
            met[source, number[here] >> 6] |= one << np.uint64(number[here] & 63)
            any_met = True
        else:
            queue[0] = here
            seen[here, 0] = source
            last = 1
        while first < last and looked <= most_edges:
            here = queue[first]
            first += 1
            if any_met:
                covered = False
                for word in range(WORDS):
                    covered = covered or reached[here, word] & met[source, word] != 0
                if covered:
                    queue[first - 1] = -1
                    continue
            for column in range(columns):
                counts[source, column] += sums[here, column]
            begin, end = seen[here, 1], seen[here, 2]
            looked += end - begin
            for place in range(begin, end):
                other = far[place]
                if other < 0:
                    landmark = -1 - other
                    met[source, landmark >> 6] |= one << np.uint64(landmark & 63)
                    any_met = True
                elif seen[other, 0] != source:
                    seen[other, 0] = source
                    if seen[other, 1] < seen[other, 2]:
                        queue[last] = other
                        last += 1
                    else:
                        back -= 1
                        queue[back] = other
                        for column in range(columns):
                            counts[source, column] += sums[other, column]
        done[source] = looked <= most_edges
        if done[source] and any_met:
            # What was counted before a landmark was met that reaches it is counted with that.
            for at in range(last + units - back):
                here = queue[at if at < last else at - last + back]
                covered = False
                if here >= 0:
                    for word in range(WORDS):
                        covered = covered or reached[here, word] & met[source, word] != 0
                if covered:
                    for column in range(columns):
                        counts[source, column] -= sums[here, column]
            for landmark in range(len(unit)):
                here, word, bit = unit[landmark], landmark >> 6, one << np.uint64(landmark & 63)
                if met[source, word] & bit != 0:
                    met[source, word] ^= bit
                    covered = False
                    for other in range(WORDS):
                        covered = covered or reached[here, other] & met[source, other] != 0
                    if not covered:
                        met[source, word] |= bit
    return counts, met, done
