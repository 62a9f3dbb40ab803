"""How much of each thing came from some seeds: bounds on a share, passed along all paths.

What is claimed. Each node is a mixture of its inputs, and x is the part of it that came from
the seeds, between 0 and 1:

* A seed has x = 1, whatever it was made from.
* Edges of one pair of nodes are one input. Its share is stated when at least one of them states
  one and all that do agree; otherwise it is not known.
* A node whose inputs have stated shares w is x = Σ w·x over them, and the remainder 1 - Σ w
  is split in a way nobody knows among its inputs without a stated share: each has between
  nothing and all of it. Without such inputs the remainder is of unknown origin: between nothing
  and all of it may come from the seeds.
* Stated shares that add up to more than one contradict one another: all inputs of that node
  then count as not stated.
* A node without inputs that is no seed has x = 0, unless the caller says that its origin is
  unknown: then nothing is known of x.

On cycles x is a fixed point of these equations. The lower bound rises from 0 and the upper one
falls from 1, round after round: both are sound (up to rounding) whenever one stops.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lineage.engine.arrays import (
    Bools,
    Floats,
    Ints,
    closed_nodes,
    frozen,
    node_numbers,
    open_classes,
)
from lineage.engine.compiled import compiled
from lineage.engine.ordered import ordered_rows
from lineage.engine.topology import Topology

TOLERANCE = 1e-9
"""A cycle is settled when a round moves no bound by more; remainders below it are rounding."""

MOST_ROUNDS = 1_000
"""A cycle that is not settled by then keeps the bounds it has."""


class Shares(NamedTuple):
    """Bounds on x for each node.

    Attributes:
        low, high: float64[nodes], 0 ≤ low ≤ high ≤ 1.
        settled: whether every cycle came to rest; if not, its bounds are sound but wider than
            they might be.
    """

    low: Floats
    high: Floats
    settled: bool


class Mixture:
    """The equations of a graph, worked out once and then solved for any seeds."""

    def __init__(
        self,
        topology: Topology,
        share: ArrayLike,
        passes: Bools | None = None,
        closed: Bools | None = None,
        unknown: Bools | None = None,
    ) -> None:
        """Takes a few searches' time and 8 bytes an edge, beside what ``prepare`` takes.

        Args:
            topology, passes, closed: as in ``reach``; only edges that may be walked are inputs.
            share: float64[edges], the part of its subject that came by each edge, NaN where
                nobody stated it.
            unknown: bool[nodes], nodes of unknown origin; none when None.

        Raises:
            ValueError: a share outside of 0 to 1, or not one for each edge; or ``unknown`` of
                another length.
        """
        flat, order = topology.compacted()
        stated = np.asarray(share, np.float64)
        if len(stated) != topology.edges or ((stated < 0) | (stated > 1)).any():
            raise ValueError("each edge has a share from 0 to 1, or NaN")
        if flat is not topology:
            stated = stated[order]
        classes, shut = open_classes(passes), closed_nodes(closed, flat.nodes)
        self._rows = rows = ordered_rows(flat, classes, shut)
        self._size = flat.nodes + flat.edges
        self._weight, self._rest, itself = compiled(_equations, self._size)(
            rows.start, rows.near, rows.edge, frozen(stated, np.float64)
        )
        alone = np.flatnonzero(itself).astype(np.int32)
        for begin, end in zip(rows.begin.tolist(), rows.end.tolist(), strict=True):
            alone = alone[(alone < begin) | (alone >= end)]
        self._begin = np.sort(np.concatenate((rows.begin, alone)))
        self._end = np.sort(np.concatenate((rows.end, alone + np.int32(1))))
        nowhere = np.zeros(flat.nodes, np.bool_) if unknown is None else np.asarray(unknown)
        if len(nowhere) != flat.nodes:
            raise ValueError(f"unknown has {len(nowhere)} entries for {flat.nodes} nodes")
        self._unknown = rows.position[nowhere]

    def of(self, seeds: ArrayLike) -> Shares:
        """How much of each node came from the seeds, in one pass in topological order.

        Raises:
            IndexError: a seed is no node.
        """
        rows, nodes = self._rows, len(self._rows.order)
        fixed, part = np.zeros(nodes, np.bool_), np.zeros((nodes, 2))
        part[self._unknown, 1] = 1
        starts = rows.position[node_numbers(seeds, nodes)]
        part[starts] = 1
        fixed[self._unknown] = fixed[starts] = True
        settled = compiled(_solve, self._size)(
            self._begin, self._end, rows.start, rows.near, self._weight, self._rest, fixed, part
        )
        by_node = part[rows.position]
        return Shares(by_node[:, 0], by_node[:, 1], bool(settled))


def _equations(start: Ints, near: Ints, edge: Ints, share: Floats) -> tuple[Floats, Floats, Bools]:
    """What each input weighs: -1 for one that is not stated, -2 for one that was told before.

    Also what no stated share takes of each node that has inputs, and which is its own input.
    """
    nodes = len(start) - 1
    weights, rests = np.empty(len(near)), np.zeros(nodes)
    itself = np.zeros(nodes, np.bool_)
    for at in range(nodes):
        total, place, until = 0.0, start[at], start[at + 1]
        while place < until:
            # The edges of one pair lie side by side.
            source, first, weight, agreed = near[place], place, -1.0, True
            while place < until and near[place] == source:
                said = share[edge[place]]
                weights[place] = -2.0
                place += 1
                if said >= 0.0:
                    agreed = agreed and (weight < 0.0 or said == weight)
                    weight = said
            weights[first] = weight if agreed else -1.0
            if weights[first] > 0.0:
                total += weights[first]
            itself[at] = itself[at] or source == at
        if total > 1.0 + 1e-9:
            total = 0.0
            for place in range(start[at], until):
                if weights[place] >= 0.0:
                    weights[place] = -1.0
        if start[at] < until and total < 1.0 - 1e-9:
            rests[at] = 1.0 - total
    return weights, rests, itself


def _solve(
    begin: Ints,
    end: Ints,
    start: Ints,
    near: Ints,
    weight: Floats,
    rest: Floats,
    fixed: Bools,
    part: Floats,
) -> bool:
    """Fills ``part``, the lower and the upper bound at each place in topological order.

    ``begin`` and ``end`` are the cycles, those of one node among them.
    """
    settled, loop, first = True, 0, 0
    while first < len(part):
        last = first + 1
        cycle = loop < len(begin) and begin[loop] == first
        if cycle:
            last = end[loop]
            loop += 1
            for at in range(first, last):
                if not fixed[at]:
                    part[at, 1] = 1.0
        rounds = 0
        while True:
            moved = 0.0
            for at in range(first, last):
                if fixed[at]:
                    continue
                low, high, least, most = 0.0, 0.0, 2.0, 0.0
                for place in range(start[at], start[at + 1]):
                    source, weighs = near[place], weight[place]
                    if weighs >= 0.0:
                        low += weighs * part[source, 0]
                        high += weighs * part[source, 1]
                    elif weighs == -1.0:
                        least = min(least, part[source, 0])
                        most = max(most, part[source, 1])
                if least > 1.0:  # all are stated: the rest is of unknown origin
                    least, most = 0.0, 1.0
                low, high = min(low + rest[at] * least, 1.0), min(high + rest[at] * most, 1.0)
                if cycle:
                    moved = max(moved, abs(low - part[at, 0]), abs(high - part[at, 1]))
                part[at, 0], part[at, 1] = low, high
            rounds += 1
            if not cycle or moved <= TOLERANCE:
                break
            if rounds == MOST_ROUNDS:
                settled = False
                break
        first = last
    return settled
