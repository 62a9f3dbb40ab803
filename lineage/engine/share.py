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


def shares(
    topology: Topology,
    seeds: ArrayLike,
    share: ArrayLike,
    passes: Bools | None = None,
    closed: Bools | None = None,
    unknown: Bools | None = None,
) -> Shares:
    """How much of each node came from the seeds, in one pass in topological order.

    Args:
        topology, seeds, passes, closed: as in ``reach``; only edges that may be walked are
            inputs.
        share: float64[edges], the part of its subject that came by each edge, NaN where nobody
            stated it.
        unknown: bool[nodes], nodes of unknown origin; none when None.

    Raises:
        IndexError: a seed is no node.
        ValueError: a share outside of 0 to 1, or not one for each edge.
    """
    flat, order = topology.compacted()
    stated = np.asarray(share, np.float64)
    if len(stated) != topology.edges or ((stated < 0) | (stated > 1)).any():
        raise ValueError("each edge has a share from 0 to 1, or NaN")
    if flat is not topology:
        stated = stated[order]
    starts = node_numbers(seeds, flat.nodes)
    classes, shut = open_classes(passes), closed_nodes(closed, flat.nodes)
    rows = ordered_rows(flat, classes, shut)
    fixed = np.zeros(flat.nodes, np.bool_)
    part = np.zeros((flat.nodes, 2))
    if unknown is not None:
        places = rows.position[closed_nodes(unknown, flat.nodes)]
        fixed[places] = True
        part[places, 1] = 1
    fixed[rows.position[starts]] = True
    part[rows.position[starts]] = 1
    settled = compiled(_mix, flat.nodes + flat.edges)(
        rows.begin,
        rows.end,
        rows.start,
        rows.near,
        rows.edge,
        frozen(stated, np.float64),
        fixed,
        part,
    )
    by_node = part[rows.position]
    return Shares(by_node[:, 0].copy(), by_node[:, 1].copy(), bool(settled))


def _mix(
    begin: Ints,
    end: Ints,
    start: Ints,
    near: Ints,
    edge: Ints,
    share: Floats,
    fixed: Bools,
    part: Floats,
) -> bool:
    """Fills ``part``, the lower and the upper bound at each place in topological order."""
    settled, loop, first = True, 0, 0
    while first < len(part):
        last = first + 1
        cycle = False
        if loop < len(begin) and begin[loop] == first:
            last = end[loop]
            loop += 1
            cycle = True
            for at in range(first, last):
                if not fixed[at]:
                    part[at, 1] = 1.0
        rounds = 0
        while True:
            moved = 0.0
            for at in range(first, last):
                if fixed[at]:
                    continue
                total, low_sum, high_sum = 0.0, 0.0, 0.0
                least, most, least_open, most_open = 1.0, 0.0, 1.0, 0.0
                not_stated = 0
                place, until = start[at], start[at + 1]
                while place < until:
                    # The edges of one pair lie side by side.
                    source, weight, agreed = near[place], -1.0, True
                    while place < until and near[place] == source:
                        said = share[edge[place]]
                        place += 1
                        if said >= 0.0:
                            if weight >= 0.0 and said != weight:
                                agreed = False
                            weight = said
                    if source == at and not cycle:
                        cycle = True
                        part[at, 1] = 1.0
                    lower, upper = part[source, 0], part[source, 1]
                    least, most = min(least, lower), max(most, upper)
                    if weight >= 0.0 and agreed:
                        total += weight
                        low_sum += weight * lower
                        high_sum += weight * upper
                    else:
                        not_stated += 1
                        least_open, most_open = min(least_open, lower), max(most_open, upper)
                if total > 1.0 + 1e-9:
                    low_sum, high_sum = least, most
                elif total < 1.0 - 1e-9 and start[at] < until:
                    rest = 1.0 - total
                    if not_stated > 0:
                        low_sum += rest * least_open
                        high_sum += rest * most_open
                    else:
                        high_sum += rest
                low_sum, high_sum = min(low_sum, 1.0), min(high_sum, 1.0)
                if cycle:
                    moved = max(moved, abs(low_sum - part[at, 0]), abs(high_sum - part[at, 1]))
                part[at, 0], part[at, 1] = low_sum, high_sum
            rounds += 1
            if not cycle or moved <= TOLERANCE:
                break
            if rounds == MOST_ROUNDS:
                settled = False
                break
        first = last
    return settled
