"""The smallest set of nodes through which every path goes: a minimum vertex cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from lineage.engine.arrays import Bools, Ints, Longs, node_numbers, open_classes
from lineage.engine.reach import reachable
from lineage.engine.topology import Topology

_MOST = 2**30 - 2
"""scipy's flows are of 32 bits, and two edges may lie against one another."""


class NoCutError(ValueError):
    """Some path has no node that may be cut."""


def minimum_vertex_cut(
    topology: Topology,
    seeds: ArrayLike,
    targets: ArrayLike,
    passes: Bools | None = None,
    closed: Bools | None = None,
    weights: ArrayLike | None = None,
    uncuttable: Bools | None = None,
) -> Ints:
    """The cheapest nodes that, taken together, every downstream path from seeds to targets meets.

    A seed is never among them; a target may be. Of several cheapest sets it is the one
    nearest to the seeds, so that the answer does not depend on how it was found.

    Menger's theorem: each node is split into an entry and an exit, joined by an edge that
    carries its weight, and the cut is where a maximum flow (Dinic's, of scipy) is full. Only
    nodes between seeds and targets are looked at. Dinic's worst case is nodes² × edges; where
    nodes weigh one it is edges × √nodes.

    Args:
        topology, seeds, passes, closed: as in ``reach``.
        targets: node numbers; those that no seed reaches need no cut.
        weights: int[nodes], what it costs to cut each node, from 1 up; 1 each when None.
        uncuttable: bool[nodes], the nodes that must not be cut.

    Returns:
        Node numbers, ascending; empty when no seed reaches a target.

    Raises:
        IndexError: a seed or target is no node.
        NoCutError: a path leads to a target by uncuttable nodes alone, or a target is a seed.
        ValueError: a weight below 1, or weights that add up to more than 1,073,741,822.
    """
    starts = node_numbers(seeds, topology.nodes)
    ends = node_numbers(targets, topology.nodes)
    passes = open_classes(passes)
    between = reachable(topology, starts, passes, closed)
    between &= reachable(topology, ends, passes, closed, upstream=True)
    inside = np.flatnonzero(between)
    if not len(inside):
        return np.empty(0, np.int32)
    fixed = np.zeros(topology.nodes, np.bool_) if uncuttable is None else uncuttable.copy()
    fixed[starts] = True
    opened = reachable(topology, starts, passes, ~fixed if closed is None else closed | ~fixed)
    if (opened & fixed)[ends].any():
        raise NoCutError("a path leads to a target through nothing that may be cut")
    cost = _costs(inside, fixed, weights)
    endless = int(cost.sum()) + 1
    cost[fixed[inside]] = endless

    place = np.full(topology.nodes, -1, np.int64)
    place[inside] = np.arange(len(inside))
    subject, object = _edges_between(topology, inside, between, passes, closed)
    network = _network(
        cost,
        (place[object], place[subject]),
        np.unique(place[starts[between[starts]]]),
        np.unique(place[ends[between[ends]]]),
        endless,
    )
    first, last = 2 * len(inside), 2 * len(inside) + 1
    flow = maximum_flow(network, first, last, method="dinic")
    left = csr_array(network.astype(np.int64) - flow.flow)
    left.eliminate_zeros()
    reached = np.zeros(network.shape[0], np.bool_)
    reached[breadth_first_order(left, first, return_predecessors=False)] = True
    entry, leaving = reached[: 2 * len(inside)].reshape(2, -1)
    return inside[entry & ~leaving].astype(np.int32)


def _costs(inside: Longs, fixed: Bools, weights: ArrayLike | None) -> Longs:
    """What each node costs; nothing where it must not be cut."""
    cost = np.ones(len(inside), np.int64)
    if weights is not None:
        cost = np.asarray(weights, np.int64)[inside]
        if cost.min() < 1 or int(cost[~fixed[inside]].sum()) > _MOST:
            raise ValueError(f"weights are from 1 up and add up to at most {_MOST:,}")
    cost[fixed[inside]] = 0
    return cost


def _edges_between(
    topology: Topology, inside: Longs, between: Bools, passes: Bools, closed: Bools | None
) -> tuple[Ints, Ints]:
    """The ends of the edges that may be walked between these nodes."""
    edges = topology.edges_of(inside)
    subject, object = topology.subject[edges], topology.object[edges]
    walked = passes[topology.code[edges]] & between[subject] & (subject != object)
    if closed is not None:
        walked &= ~closed[object]
    return subject[walked], object[walked]


def _network(
    cost: Longs, edges: tuple[Longs, Longs], starts: Longs, ends: Longs, endless: int
) -> csr_array:
    """Capacities: entries 0…, exits count…, then where the flow begins and where it ends."""
    count = len(cost)
    entries = np.arange(count)
    first, last = 2 * count, 2 * count + 1
    tails = (entries, edges[0] + count, np.full(len(starts), first), ends + count)
    heads = (entries + count, edges[1], starts, np.full(len(ends), last))
    tail = np.concatenate(tails)
    head = np.concatenate(heads)
    capacity = np.full(len(tail), endless, np.int64)
    capacity[:count] = cost
    network = csr_array((capacity, (tail, head)), shape=(last + 1, last + 1))
    network.sum_duplicates()
    network.data = np.minimum(network.data, endless).astype(np.int32)
    return network
