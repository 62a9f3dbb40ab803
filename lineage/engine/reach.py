"""What is reached from some nodes, how far it is, and by which edge."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lineage.engine import compiled
from lineage.engine.arrays import Bools, Ints, closed_nodes, node_numbers, open_classes
from lineage.engine.levels import by_levels
from lineage.engine.topology import Topology
from lineage.engine.walk import Walk


def reach(
    topology: Topology,
    seeds: ArrayLike,
    distances: ArrayLike | None = None,
    passes: Bools | None = None,
    closed: Bools | None = None,
    upstream: bool = False,
    want_via: bool = True,
) -> tuple[Ints, Ints]:
    """Breadth-first search from many seeds at once.

    Args:
        topology: the edges.
        seeds: node numbers; one given twice counts at its lesser distance.
        distances: the distance at which each seed starts; 0 when None.
        passes: bool[256], which classes of edges may be walked; all but the hidden when None.
        closed: bool[nodes], the nodes that pass nothing on: an edge whose object is one of
            them is walked in neither direction.
        upstream: from subject to object instead of from object to subject.
        want_via: whether the edges are asked for.

    Returns:
        ``distance``, int32[nodes], in edges, -1 where nothing leads; and ``via``, int32[nodes]:
        among the edges that lead to a node by a shortest way the lowest number, -1 for a seed
        at its own distance and for what is not reached. Following ``via`` from any node gives
        one shortest path, so that this one pass holds an explanation of each node. (An empty
        array unless ``want_via``.)

    Raises:
        IndexError: a seed is no node.
        ValueError: distances that are negative, or not one for each seed.
    """
    starts, at = _in_order(topology, seeds, distances)
    classes, shut = open_classes(passes), closed_nodes(closed, topology.nodes)
    if topology.nodes + topology.edges < compiled.LARGE:
        distance, via = by_levels(topology, starts, at, classes, shut, upstream)
        return distance, via if want_via else via[:0]
    walk = Walk(topology, classes, shut, upstream, want_via)
    walk.run(starts, at)
    return walk.distance, walk.via


def reachable(
    topology: Topology,
    seeds: ArrayLike,
    passes: Bools | None = None,
    closed: Bools | None = None,
    upstream: bool = False,
) -> Bools:
    """Which nodes are reached, bool[nodes]; seeds are. Arguments and errors as in ``reach``."""
    if topology.nodes + topology.edges < compiled.LARGE:
        distance, _ = reach(topology, seeds, None, passes, closed, upstream, want_via=False)
        return np.asarray(distance >= 0)
    starts, _ = _in_order(topology, seeds, None)
    shut = closed_nodes(closed, topology.nodes)
    return Walk(topology, open_classes(passes), shut, upstream, False).run_for_reach_alone(starts)


def _in_order(
    topology: Topology, seeds: ArrayLike, distances: ArrayLike | None
) -> tuple[Ints, Ints]:
    """The seeds by (distance, number), each once."""
    starts = node_numbers(seeds, topology.nodes)
    at = np.zeros(len(starts), np.int32)
    if distances is not None:
        given = np.atleast_1d(np.asarray(distances))
        if given.shape != starts.shape or (given.size and given.min() < 0):
            raise ValueError("each seed needs one distance, from 0 up")
        at = given.astype(np.int32)
    order = np.lexsort((starts, at))
    starts, at = starts[order], at[order]
    first = np.sort(np.unique(starts, return_index=True)[1])
    return starts[first], at[first]
