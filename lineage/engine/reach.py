"""What is reached from some nodes, how far it is, and by which edge."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lineage.engine import compiled
from lineage.engine.arrays import (
    Bools,
    Bytes,
    Ints,
    closed_nodes,
    frozen,
    node_numbers,
    open_classes,
)
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


def entered(topology: Topology, leads: Bools, passes: Bools | None = None) -> Bools:
    """Which nodes were made by an edge of some classes from one that leads, bool[nodes].

    Args:
        topology, passes: as in ``reach``.
        leads: bool[nodes], the nodes that count: what is reached and not closed, for instance.

    Raises:
        ValueError: not one entry for each node.
    """
    if len(leads) != topology.nodes:
        raise ValueError(f"leads has {len(leads)} entries for {topology.nodes} nodes")
    classes, result = open_classes(passes), np.zeros(topology.nodes, np.bool_)
    if topology.nodes + topology.edges < compiled.LARGE:
        subject, object, code = topology.subject, topology.object, topology.code
    else:
        rows, delta, count = topology.rows, topology.delta, topology.appended
        compiled.compiled(_entered, compiled.LARGE)(
            rows.start, rows.subject, rows.code, frozen(leads, np.bool_), classes, result
        )
        subject, object, code = delta.subject[:count], delta.object[:count], delta.code[:count]
    result[subject[classes[code] & leads[object]]] = True
    return result


def _entered(
    start: Ints, subject: Ints, code: Bytes, leads: Bools, passes: Bools, result: Bools
) -> None:
    for node in range(len(start) - 1):
        if leads[node]:
            for edge in range(start[node], start[node + 1]):
                if passes[code[edge]]:
                    result[subject[edge]] = True


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
    if len(starts) < 2:
        return starts, at
    order = np.lexsort((starts, at))
    starts, at = starts[order], at[order]
    first = np.sort(np.unique(starts, return_index=True)[1])
    return starts[first], at[first]
