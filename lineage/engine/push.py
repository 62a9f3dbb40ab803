"""Breadth-first search from a queue: for large graphs, right on any, with appended edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lineage.engine.arrays import Bools, Bytes, Ints

UNREACHED = np.uint32(0xFFFF_FFFF)
"""The distance -1, read without a sign: further than all others."""

Distances = NDArray[np.uint32]


def push(
    start: Ints,
    edge_at: Ints,
    far: Ints,
    code: Bytes,
    head: Ints,
    older: Ints,
    appended_far: Ints,
    appended_code: Bytes,
    touched: Bytes,
    appended: int,
    passes: Bools,
    closed_near: Bools,
    closed_far: Bools,
    seeds: Ints,
    seed_distance: Ints,
    seed_via: Ints,
    distance: Distances,
    via: Ints,
    queue: Ints,
    most_edges: int,
) -> tuple[int, int, int]:
    """Lowers ``distance`` to what the seeds give, nearest first, and sets ``via``.

    ``distance`` may hold distances already: the seeds are then what became nearer. As nodes
    are taken in order of distance, each is queued once.

    Args:
        start, far, code: rows in the direction of the walk; ``far`` and ``code`` over edges.
        edge_at: the edge at each place of the rows; empty where places are edge numbers.
        head, older, appended_far, appended_code, touched: as ``delta.Chains``.
        appended: how many appended edges there are.
        passes: over the classes of edges.
        closed_near, closed_far: over the nodes, or empty: those that no edge may start from, or
            lead to, in the direction of the walk.
        seeds, seed_distance, seed_via: in order of distance: the nodes to begin with, and by
            which edge each was come to, -1 for none.
        distance, via: over the nodes, written; ``via`` may be empty.
        queue: room for each node.
        most_edges: how many edges may be looked at before it stops between two nodes.

    Returns:
        How many seeds were taken; and from where to where the queue holds nodes still to be
        taken: all of it was, unless it stopped.
    """
    rows, edges = len(start) - 1, len(code)
    with_via, direct = len(via) > 0, len(edge_at) == 0
    near_open, far_open = len(closed_near) == 0, len(closed_far) == 0
    taken, first, last, looked = 0, 0, 0, 0
    while looked <= most_edges:
        if taken < len(seeds) and (first == last or seed_distance[taken] <= distance[queue[first]]):
            node, here = seeds[taken], np.uint32(seed_distance[taken])
            if distance[node] > here:
                distance[node] = here
                queue[last] = node
                last += 1
                if with_via:
                    via[node] = seed_via[taken]
            elif with_via and distance[node] == here and seed_via[taken] < via[node]:
                via[node] = seed_via[taken]
            taken += 1
            continue
        if first == last:
            break
        node = queue[first]
        first += 1
        if not near_open and closed_near[node]:
            continue
        there = np.uint32(distance[node] + np.uint32(1))
        if node < rows:
            looked += start[node + 1] - start[node]
            for place in range(start[node], start[node + 1]):
                edge = place if direct else edge_at[place]
                if not passes[code[edge]]:
                    continue
                other = far[edge]
                known = distance[other]
                if known < there or not (far_open or not closed_far[other]):
                    continue
                if known > there:
                    distance[other] = there
                    queue[last] = other
                    last += 1
                    if with_via:
                        via[other] = edge
                elif with_via and edge < via[other]:
                    via[other] = edge
        if appended > 0 and touched[node >> 3] >> (node & 7) & 1:
            link = head[node]
            while link >= 0:
                if link < appended and passes[appended_code[link]]:
                    other = appended_far[link]
                    known = distance[other]
                    if known >= there and (far_open or not closed_far[other]):
                        edge = edges + link
                        if known > there:
                            distance[other] = there
                            queue[last] = other
                            last += 1
                            if with_via:
                                via[other] = edge
                        elif with_via and edge < via[other]:
                            via[other] = edge
                link = older[link]
    return taken, first, last
