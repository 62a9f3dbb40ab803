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
from lineage.engine.landmarks import landmarks, marked, searched
from lineage.engine.ordered import ordered_rows
from lineage.engine.sums import (
    LANES,
    WORDS,
    Words,
    add,
    by_bit,
    read,
    spread,
    turned,
    units_of,
)
from lineage.engine.topology import Topology

_FEW = 8
"""So few sources are searched to their ends sooner than swept."""

Summands = list[tuple[Ints, Longs]]
"""Each column of what is added up, as ``by_bit`` has it."""

_LANDMARKS = 512
"""How many hubs are landmarks: as many as one sweep has lanes."""

_MOST_EDGES = 20_000
"""A source whose search looks at more edges without an end goes into a sweep by itself."""


def reach_counts(
    topology: Topology,
    sources: ArrayLike,
    weights: ArrayLike,
    passes: Bools | None = None,
    closed: Bools | None = None,
) -> Longs:
    """The sums of the weights of all that each source reaches, itself among it.

    First a cycle is taken as one node, and so is a node with what came from it alone: whatever
    reaches the one reaches the other. Sources are then searched one by one, as far as the
    nearest of the hubs that have most outputs (landmarks); what is reached is what those reach
    together, and what was found besides. What each set of hubs that was met reaches is counted
    once, in sweeps in topological order, 512 sets at a time, one bit a set and node; sums are
    kept bit by bit (vertical counters). A source whose search is long goes into a sweep like a
    hub. At worst that is linear in edges for each 512 sources.

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
    known = landmarks(up, near, down, _LANDMARKS, work)
    counts, met, done = compiled(searched, work)(
        down, compiled(marked, work)(far, known.number), own, sums, *known, _MOST_EDGES
    )
    summands = [by_bit(column) for column in sums.T]
    most = max(bits, default=0)
    covered, alone = np.flatnonzero(done & met.any(axis=1)), np.flatnonzero(~done)
    single = _bits(met[covered]).sum(axis=1) == 1
    one, more = covered[single], covered[~single]
    if len(one):
        lowest = int(known.unit[0])
        counts[one] += _added(known.reached, summands, lowest, most, work)[_lane_of(met[one])]
    if len(more) + len(alone) <= _FEW:
        left, nowhere = np.concatenate((more, alone)), np.full_like(known.number, -1)
        counts[left] = compiled(searched, work)(
            down, far, own[left], sums, known.unit[:0], nowhere, known.reached, 2**62
        )[0]
    else:
        seed, lane, lane_of = _lanes(met[more], known.unit, own[alone])
        swept = _swept(up, near, summands, seed, lane, most, work)
        counts[more] += swept[lane_of]
        counts[alone] = swept[len(swept) - len(alone) :]
    return counts


def _exact(table: Longs) -> list[list[int]]:
    """Each column in parts that add up without leaving 64 bits."""
    return [
        [int((column >> 32).sum()) << 32, int((column & 0xFFFF_FFFF).sum())] for column in table.T
    ]


def _lane_of(met: Words) -> Longs:
    """The number of the only landmark in each row."""
    return np.asarray(_bits(met).argmax(axis=1))


def _bits(met: Words) -> Bytes:
    return np.unpackbits(np.ascontiguousarray(met).view(np.uint8), axis=1, bitorder="little")


def _lanes(met: Words, unit: Ints, alone: Ints) -> tuple[Ints, Ints, Longs]:
    """The sets of landmarks that were met, each once, and then each source that is alone.

    Returns:
        The seed and the lane of each pair of the two, and the lane of each row of ``met``.
    """
    packed = np.ascontiguousarray(met).view(np.dtype((np.void, met.shape[1] * 8))).ravel()
    _, first, lane_of = np.unique(packed, return_index=True, return_inverse=True)
    lane, landmark = np.nonzero(_bits(met[first]))
    seed = np.concatenate((unit[landmark], alone))
    lane = np.concatenate((lane, np.arange(len(alone)) + len(first)))
    return seed.astype(np.int32), lane.astype(np.int32), lane_of


def _swept(
    up: Ints, near: Ints, summands: Summands, seed: Ints, lane: Ints, bits: int, work: int
) -> Longs:
    """The sums of all that each lane reaches; those that begin late go together."""
    lanes = int(lane.max()) + 1
    lowest = np.full(lanes, len(up))
    np.minimum.at(lowest, lane, seed)
    place = np.empty(lanes, np.int64)
    place[np.argsort(lowest, kind="stable")] = np.arange(lanes)
    reached = np.zeros((len(up) - 1, WORDS), np.uint64)
    blocks = []
    for first in range(0, lanes, LANES):
        block = (place[lane] >= first) & (place[lane] < first + LANES)
        inside = (place[lane[block]] - first).astype(np.int32)
        begins = compiled(spread, work)(up, near, seed[block], inside, reached)
        blocks.append(_added(reached, summands, begins, bits, work))
    return np.concatenate(blocks)[place]


def _added(reached: Words, summands: Summands, lowest: int, bits: int, work: int) -> Longs:
    """The sums of what each lane of one sweep reaches, int64[lanes, k]."""
    sums = [
        read(compiled(add, work)(reached, unit_of, begins, lowest, bits))
        for unit_of, begins in summands
    ]
    return np.stack(sums, axis=1) if sums else np.zeros((LANES, 0), np.int64)
