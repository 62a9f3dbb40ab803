"""Which node came from which, as compressed rows in both directions: an immutable snapshot.

An edge points from the derived node (subject) to what it came from (object). *Downstream* is
from object to subject, against the edge; *upstream* is with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage.engine.arrays import Bytes, Ints, Longs, frozen
from lineage.engine.compiled import compiled
from lineage.engine.delta import NONE, Delta
from lineage.engine.rows import Rows, arrange, arranged

Numbers = Sequence[int] | NDArray[np.integer[Any]]

_SORTED = 1_000_000
"""Nodes and edges up to which sorting takes less than loading the compiler, and memory too."""

_FIRST_ROOM = 4_096
_FEW = 64
"""Below so many, numbers are compared faster one by one than as an array."""


class Topology:
    """A snapshot of edges that threads share: compressed rows, and edges appended since.

    Attributes:
        nodes, edges: how many.
        rows: all edges but those appended since; they have the numbers from 0 on.
        delta: where the appended edges are; they have the numbers from ``len(rows.code)`` on.
    """

    __slots__ = ("_columns", "_flat", "delta", "edges", "nodes", "rows")

    def __init__(
        self, rows: Rows, nodes: int | None = None, delta: Delta = NONE, appended: int = 0
    ) -> None:
        self.rows, self.delta = rows, delta
        self.nodes = rows.nodes if nodes is None else nodes
        self.edges = len(rows.code) + appended
        self._columns: tuple[Ints, Ints, Bytes] | None = None
        self._flat: tuple[Topology, Longs] | None = None

    @classmethod
    def of(
        cls, nodes: int, subject: Numbers, object: Numbers, code: Numbers
    ) -> tuple[Topology, Longs]:
        """A topology from edges in any order.

        Args:
            nodes: how many nodes there are; their numbers are below it.
            subject, object: node numbers, one for each edge.
            code: the class of each edge, 0 to 255.

        Returns:
            The topology, and int64[edges]: for each edge number, the place of that edge in
            what was given. Edges of equal ends keep the order they were given in.

        Raises:
            IndexError: an end is not below ``nodes``, or negative.
            ValueError: the columns differ in length, or there are 2^31 edges or more.
        """
        subjects, objects, codes = _columns(nodes, subject, object, code)
        if len(subjects) + nodes < 2**31 - 1:
            size = nodes + len(subjects)
            arranging = arranged if size < _SORTED else compiled(arrange, size)
            order, start, up_start, up_edge = arranging(
                frozen(subjects, np.int32), frozen(objects, np.int32), nodes
            )
        else:
            raise ValueError("node and edge numbers must fit 32 bits")
        columns = subjects[order], objects[order], up_start, up_edge, codes[order]
        return cls.from_arrays(start, *columns), order

    @classmethod
    def from_arrays(
        cls, start: Ints, subject: Ints, object: Ints, up_start: Ints, up_edge: Ints, code: Bytes
    ) -> Topology:
        """A topology from the arrays of another's ``rows``, mapped from a file for instance."""
        return cls(
            Rows(
                frozen(start, np.int32),
                frozen(subject, np.int32),
                frozen(object, np.int32),
                frozen(up_start, np.int32),
                frozen(up_edge, np.int32),
                frozen(code, np.uint8),
            )
        )

    @property
    def appended(self) -> int:
        """How many edges were appended to the rows."""
        return self.edges - len(self.rows.code)

    @property
    def subject(self) -> Ints:
        """int32[edges]: the derived node of each edge."""
        return self._joined()[0]

    @property
    def object(self) -> Ints:
        """int32[edges]: what each edge came from."""
        return self._joined()[1]

    @property
    def code(self) -> Bytes:
        """uint8[edges]: the class of each edge."""
        return self._joined()[2]

    def _joined(self) -> tuple[Ints, Ints, Bytes]:
        rows, delta, count = self.rows, self.delta, self.appended
        if not count:
            return rows.subject, rows.object, rows.code
        if self._columns is None:
            self._columns = (
                np.concatenate((rows.subject, delta.subject[:count])),
                np.concatenate((rows.object, delta.object[:count])),
                np.concatenate((rows.code, delta.code[:count])),
            )
        return self._columns

    def edges_of(self, nodes: Numbers, upstream: bool = False) -> Longs:
        """The numbers of the edges at some nodes, in order of node, then of number.

        Those that point at the nodes, or with ``upstream`` those that they point with.
        """
        at = np.asarray(nodes, np.int64)
        rows = self.rows
        start = rows.up_start if upstream else rows.start
        inside = at[at < rows.nodes]
        first = start[inside].astype(np.int64)
        count = start[inside + 1] - first
        shift = np.repeat(first - np.concatenate(([0], np.cumsum(count)[:-1])), count)
        edges = shift + np.arange(len(shift))
        if upstream:
            edges = rows.up_edge[edges].astype(np.int64)
        if not self.appended:
            return edges
        owner = np.repeat(np.flatnonzero(at < rows.nodes), count)
        more, owners = _from_chains(self, at, upstream)
        order = np.argsort(np.concatenate((owner, owners)), kind="stable")
        return np.asarray(np.concatenate((edges, more))[order])

    def with_edges(
        self, subject: Numbers, object: Numbers, code: Numbers, nodes: int | None = None
    ) -> Topology:
        """This and some more edges, with the numbers from ``edges`` on. This one stays as it is.

        Costs microseconds for a few edges, and a copy of the appended ones when room runs out,
        when more nodes come than there was room for, or when this is not the newest snapshot.

        Args:
            subject, object, code: as in ``of``.
            nodes: how many nodes there are now; as many as before when None.

        Raises:
            IndexError: an end is not below ``nodes``, or negative.
            ValueError: the columns differ in length, or ``nodes`` is below what it was.
        """
        nodes = self.nodes if nodes is None else nodes
        if nodes < self.nodes:
            raise ValueError(f"there were {self.nodes} nodes, and now {nodes}")
        subjects, objects, codes = _columns(nodes, subject, object, code)
        known = self.appended
        count = known + len(subjects)
        delta = self.delta
        with delta.lock:
            if delta.count != known or count > delta.capacity or nodes > delta.nodes:
                delta = delta.copied(known, *_room(delta, nodes, count))
            delta.append(subjects, objects, codes)
        return Topology(self.rows, nodes, delta, count)

    def with_codes(self, code: Numbers) -> Topology:
        """The same edges with other classes, uint8[edges]: another time, another policy."""
        codes = np.asarray(code, np.uint8)
        if len(codes) != self.edges:
            raise ValueError(f"{len(codes)} classes for {self.edges} edges")
        rows, count = self.rows, self.appended
        base = len(rows.code)
        other = replace(rows, code=frozen(codes[:base], np.uint8), kept={})
        if not count:
            return Topology(other, self.nodes)
        delta = self.delta.copied(count, self.nodes, count)
        delta.code[:] = codes[base:]
        return Topology(other, self.nodes, delta, count)

    def compacted(self) -> tuple[Topology, Longs]:
        """All edges in compressed rows again, and the permutation as in ``of``; kept."""
        if not self.appended and self.nodes == self.rows.nodes:
            return self, np.arange(self.edges)
        if self._flat is None:
            self._flat = Topology.of(self.nodes, self.subject, self.object, self.code)
        return self._flat


def _columns(
    nodes: int, subject: Numbers, object: Numbers, code: Numbers
) -> tuple[Ints, Ints, Bytes]:
    subjects, objects = np.asarray(subject, np.int32), np.asarray(object, np.int32)
    codes = np.asarray(code, np.uint8)
    if not len(subjects) == len(objects) == len(codes):
        raise ValueError(
            f"{len(subjects)} subjects, {len(objects)} objects, {len(codes)} classes of edges"
        )
    for ends in (subjects, objects):
        few = ends.tolist() if len(ends) < _FEW else (ends.min(), ends.max())
        if few and not 0 <= min(few) <= max(few) < nodes:
            raise IndexError(f"an edge ends outside of the {nodes} nodes")
    return subjects, objects, codes


def _room(delta: Delta, nodes: int, count: int) -> tuple[int, int]:
    """Nodes and edges to make room for: an eighth more nodes, twice the edges."""
    reserved = delta.nodes if nodes <= delta.nodes else nodes + nodes // 8 + 64
    return reserved, delta.capacity if count <= delta.capacity else max(2 * count, _FIRST_ROOM)


def _from_chains(topology: Topology, at: Longs, upstream: bool) -> tuple[Longs, Longs]:
    """Appended edges of some nodes, oldest first, and at which place each node stood."""
    count, base = topology.appended, len(topology.rows.code)
    chains = topology.delta.up if upstream else topology.delta.down
    edge, owner = chains.head[at], np.arange(len(at))
    edges, owners = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    while len(edge):
        owner, edge = owner[edge >= 0], edge[edge >= 0]
        known = edge < count
        edges.append(edge[known].astype(np.int64) + base)
        owners.append(owner[known])
        edge = chains.older[edge]
    return np.concatenate(edges[::-1]), np.concatenate(owners[::-1])
