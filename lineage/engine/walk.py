"""Reach on large graphs: a queue while little is found, then a sweep where one is prepared."""

from __future__ import annotations

import numpy as np

from lineage.engine.arrays import Bools, Ints
from lineage.engine.compiled import compiled
from lineage.engine.ordered import kept_for_walks
from lineage.engine.push import push
from lineage.engine.sweep import steps, sweep, sweep_bits
from lineage.engine.topology import Topology

_PART = 50
"""Once more than one in so many edges was looked at, much is reached: sweep."""

_DIRECT = np.empty(0, np.int32)
_DIRECT.setflags(write=False)
_OPEN = np.empty(0, np.bool_)
_OPEN.setflags(write=False)


class Walk:
    """One search: what is found so far, and the ways to find more.

    ``distance`` and ``via`` are as ``reach`` returns them; ``closed`` is empty for none.
    """

    def __init__(
        self, topology: Topology, passes: Bools, closed: Bools, upstream: bool, want_via: bool
    ) -> None:
        self.topology, self.passes, self.closed, self.upstream = topology, passes, closed, upstream
        self.distance = np.full(topology.nodes, -1, np.int32)
        self.via = np.full(topology.nodes if want_via else 0, -1, np.int32)
        self._queue = np.empty(topology.nodes, np.int32)
        self._size = topology.nodes + topology.edges
        self._ordered = None if upstream else kept_for_walks(topology, passes)

    def run(self, seeds: Ints, distances: Ints) -> None:
        """Finds how far everything is; the seeds are in order of distance, each once."""
        order = self._ordered
        if order is None:
            self._push(seeds, distances, np.full_like(seeds, -1))
            return
        found = self._begin(seeds, distances)
        if found is None:
            return
        for width in (np.uint8, np.uint16, np.int32):
            far = np.iinfo(width).max
            done = compiled(sweep, self._size)(
                *order,
                steps(self.passes, far),
                self.closed,
                found,
                np.full(len(order.order), far, width),
                self.distance,
                self.via,
            )
            if done:
                break
        self._follow_appended()

    def run_for_reach_alone(self, seeds: Ints) -> Bools:
        """Finds only what is reached, over the nodes; ``distance`` is used up."""
        order = self._ordered
        found = None
        if order is None or len(self.closed):
            self.run(seeds, np.zeros_like(seeds))
        else:
            found = self._begin(seeds, np.zeros_like(seeds))
        reached = np.asarray(self.distance >= 0)
        if found is None or order is None:
            return reached
        compiled(sweep_bits, self._size)(
            order.order,
            order.position,
            order.start,
            order.near,
            order.code,
            order.begin,
            order.end,
            order.inner_start,
            order.inner_far,
            order.inner_code,
            self.passes.view(np.uint8),
            found,
            np.zeros(len(order.order) // 8 + 1, np.uint8),
            reached,
        )
        if not self.topology.appended:
            return reached
        self.distance[reached] = 0
        self._follow_appended()
        return np.asarray(self.distance >= 0)

    def _begin(self, seeds: Ints, distances: Ints) -> Ints | None:
        """Searches a part of the edges. The nodes with a row that were found; None when done."""
        looked = self.topology.edges // _PART
        taken, first, last = self._push(seeds, distances, np.full_like(seeds, -1), looked)
        if taken == len(seeds) and first == last:
            return None
        late, at = seeds[taken:], distances[taken:]
        own = self.distance[late].view(np.uint32) >= at.view(np.uint32)
        late, at = late[own], at[own]
        self.distance[late] = at
        if len(self.via):
            self.via[late] = -1
        found = np.concatenate((self._queue[:last], late))
        return np.asarray(found[found < self.topology.rows.nodes])

    def _push(
        self, seeds: Ints, distances: Ints, vias: Ints, most_edges: int = 2**62
    ) -> tuple[int, int, int]:
        topology, rows = self.topology, self.topology.rows
        up = self.upstream
        return compiled(push, self._size)(
            rows.up_start if up else rows.start,
            rows.up_edge if up else _DIRECT,
            rows.object if up else rows.subject,
            rows.code,
            *(topology.delta.up if up else topology.delta.down),
            topology.appended,
            self.passes,
            _OPEN if up else self.closed,
            self.closed if up else _OPEN,
            seeds,
            distances,
            vias,
            self.distance.view(np.uint32),
            self.via,
            self._queue,
            most_edges,
        )

    def _follow_appended(self) -> None:
        """After a sweep, which knows the rows alone: what the appended edges make nearer."""
        topology, count = self.topology, self.topology.appended
        if not count:
            return
        subject, object = topology.delta.subject[:count], topology.delta.object[:count]
        edge = np.arange(len(topology.rows.code), topology.edges, dtype=np.int32)
        there = self.distance[object] + 1
        known = self.distance[subject].view(np.uint32)
        better = known > there.view(np.uint32)
        if len(self.via):
            better |= (known == there) & (edge < self.via[subject])
        better &= (there > 0) & self.passes[topology.delta.code[:count]]
        if len(self.closed):
            better &= ~self.closed[object]
        chosen = np.flatnonzero(better)
        chosen = chosen[np.argsort(there[chosen], kind="stable")]
        self._push(subject[chosen], there[chosen], edge[chosen])
