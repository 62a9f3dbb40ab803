"""Breadth-first search level by level with array operations: for graphs that are not large."""

from __future__ import annotations

import numpy as np

from lineage.engine.arrays import Bools, Ints
from lineage.engine.topology import Topology


def by_levels(
    topology: Topology,
    seeds: Ints,
    distances: Ints,
    passes: Bools,
    closed: Bools,
    upstream: bool,
) -> tuple[Ints, Ints]:
    """As ``reach``; the seeds are in order of distance, each once, ``closed`` empty for none."""
    distance = np.full(topology.nodes, -1, np.int32)
    via = np.full(topology.nodes, -1, np.int32)
    near, far = topology.object, topology.subject
    if upstream:
        near, far = far, near
    frontier = np.empty(0, np.int32)
    level, taken = 0, 0
    while len(frontier) or taken < len(seeds):
        if not len(frontier):
            level = max(level, int(distances[taken]))
        until = int(np.searchsorted(distances, level, side="right"))
        fresh = seeds[taken:until]
        taken = until
        via[fresh[distance[fresh] == level]] = -1
        fresh = fresh[distance[fresh] < 0]
        distance[fresh] = level
        edges = topology.edges_of(np.concatenate((frontier, fresh)), upstream)
        edges = edges[passes[topology.code[edges]]]
        if len(closed):
            edges = edges[~closed[topology.object[edges]]]
        edges = np.sort(edges[distance[far[edges]] < 0])
        frontier, first = np.unique(far[edges], return_index=True)
        level += 1
        distance[frontier] = level
        via[frontier] = edges[first]
    return distance, via
