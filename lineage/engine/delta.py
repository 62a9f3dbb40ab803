"""Edges appended to compressed rows: linked chains, shared by successive snapshots.

Each node heads a chain of the edges appended to it, newest first. A snapshot holds how many
appended edges it knows and steps over entries at or above that, so that older snapshots stay
as they were while newer ones append to the same arrays. When room runs out, or when a snapshot
that is not the newest is appended to, the arrays are copied: an array is never moved under a
reader.
"""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple

import numpy as np

from lineage.engine.arrays import Bytes, Ints

_LOOPED = 64
"""Up to so many edges are linked one by one, which is faster than array operations."""


class Chains(NamedTuple):
    """One direction, as the kernels take it.

    ``head[n]`` is the newest appended edge of node ``n`` (-1: none), ``older[j]`` the one
    before it, ``far[j]`` its other end. A set bit ``n`` of ``touched`` says that ``n`` has a
    chain: one cached bit spares a look at ``head`` for almost all nodes.
    """

    head: Ints
    older: Ints
    far: Ints
    code: Bytes
    touched: Bytes


class Delta:
    """Room for appended edges; ``count`` of them are there, for whoever knows so many."""

    __slots__ = ("capacity", "code", "count", "down", "lock", "nodes", "object", "subject", "up")

    def __init__(self, nodes: int, capacity: int) -> None:
        self.lock = Lock()
        self.count = 0
        self.nodes, self.capacity = nodes, capacity
        self.subject = np.empty(capacity, np.int32)
        self.object = np.empty(capacity, np.int32)
        self.code = np.empty(capacity, np.uint8)
        self.down = self._chains(self.subject)
        self.up = self._chains(self.object)

    def _chains(self, far: Ints) -> Chains:
        return Chains(
            np.full(self.nodes, -1, np.int32),
            np.empty(self.capacity, np.int32),
            far,
            self.code,
            np.zeros(self.nodes // 8 + 1, np.uint8),
        )

    def copied(self, count: int, nodes: int, capacity: int) -> Delta:
        """The first ``count`` edges again, with room of their own."""
        result = Delta(nodes, capacity)
        result.append(self.subject[:count], self.object[:count], self.code[:count])
        return result

    def append(self, subject: Ints, object: Ints, code: Bytes) -> None:
        """Links edges in, the last one foremost. The caller holds the lock and made room."""
        first, until = self.count, self.count + len(subject)
        self.subject[first:until] = subject
        self.object[first:until] = object
        self.code[first:until] = code
        for chains, ends in ((self.down, object), (self.up, subject)):
            if until - first <= _LOOPED:
                _link_each(chains, ends.tolist(), first)
            else:
                _link_all(chains, ends, first)
        self.count = until


def _link_each(chains: Chains, ends: list[int], first: int) -> None:
    # A view hands out plain numbers, in half the time that an array takes for one of its own.
    head, older, touched = chains.head.data, chains.older.data, chains.touched.data
    for edge, node in enumerate(ends, first):
        older[edge] = head[node]
        head[node] = edge
        touched[node >> 3] |= 1 << (node & 7)


def _link_all(chains: Chains, ends: Ints, first: int) -> None:
    order = np.argsort(ends, kind="stable")
    nodes = ends[order]
    opens = np.concatenate(([True], nodes[1:] != nodes[:-1]))
    edges = (order + first).astype(np.int32)
    chains.older[edges[1:]] = edges[:-1]
    chains.older[edges[opens]] = chains.head[nodes[opens]]
    chains.head[nodes] = edges  # of equal nodes the last one stays
    np.bitwise_or.at(chains.touched, nodes >> 3, (1 << (nodes & 7)).astype(np.uint8))


NONE = Delta(0, 0)
"""No appended edges."""
