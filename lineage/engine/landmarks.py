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
    columns = sums.shape[1]
    counts = np.zeros((len(sources), columns), np.int64)
    met = np.zeros((len(sources), WORDS), np.uint64)
    done = np.zeros(len(sources), np.bool_)
    stamp = np.full(len(start) - 1, -1, np.int32)
    queue = np.empty(len(start) - 1, np.int32)
    one = np.uint64(1)
    for source in range(len(sources)):
        first, last, looked, any_met = 0, 0, 0, False
        here = sources[source]
        if number[here] >= 0:
            met[source, number[here] >> 6] |= one << np.uint64(number[here] & 63)
            any_met = True
        else:
            queue[0] = here
            stamp[here] = source
            last = 1
        while first < last and looked <= most_edges:
            here = queue[first]
            first += 1
            looked += start[here + 1] - start[here]
            for place in range(start[here], start[here + 1]):
                other = far[place]
                if other < 0:
                    landmark = -1 - other
                    met[source, landmark >> 6] |= one << np.uint64(landmark & 63)
                    any_met = True
                elif stamp[other] != source:
                    stamp[other] = source
                    covered = False
                    if any_met:
                        for word in range(WORDS):
                            covered = covered or reached[other, word] & met[source, word] != 0
                    if not covered:
                        queue[last] = other
                        last += 1
        done[source] = looked <= most_edges
        if not done[source]:
            continue
        for at in range(last):
            here = queue[at]
            covered = False
            if any_met:
                for word in range(WORDS):
                    covered = covered or reached[here, word] & met[source, word] != 0
            if not covered:
                for column in range(columns):
                    counts[source, column] += sums[here, column]
        if any_met:
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
