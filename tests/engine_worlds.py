"""Random multigraphs for the engine, and the same for networkx."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pytest
from hypothesis import strategies as st

from lineage.engine import compiled
from lineage.engine.arrays import HIDDEN
from lineage.engine.topology import Topology


def both_paths(request: pytest.FixtureRequest) -> Iterator[None]:
    """Small graphs take one way, large ones another; with this, small graphs take both."""
    before = compiled.LARGE
    compiled.LARGE = 0 if request.param == "machine code" else 2**31
    yield
    compiled.LARGE = before


@dataclass(frozen=True)
class World:
    """Edges as (subject, object, code), in the order that they were asserted in."""

    nodes: int
    edges: tuple[tuple[int, int, int], ...]
    rows: int
    seeds: tuple[int, ...]
    passes: np.ndarray
    closed: np.ndarray

    def topology(self) -> Topology:
        """The first ``rows`` edges compressed, the others appended three at a time."""
        most = max((max(e[:2]) for e in self.edges[: self.rows]), default=-1) + 1
        nodes = most if self.rows < len(self.edges) else self.nodes
        result, _ = Topology.of(nodes, *_columns(self.edges[: self.rows]))
        for first in range(self.rows, len(self.edges), 3):
            result = result.with_edges(*_columns(self.edges[first : first + 3]), nodes=self.nodes)
        return result if result.nodes == self.nodes else result.with_edges([], [], [], self.nodes)

    def walked(self, topology: Topology, upstream: bool = False) -> nx.MultiDiGraph:
        """What may be walked, in the direction of the walk, keyed by edge number."""
        graph: nx.MultiDiGraph = nx.MultiDiGraph()
        graph.add_nodes_from(range(self.nodes))
        ends = zip(topology.subject.tolist(), topology.object.tolist(), strict=True)
        for number, (subject, object) in enumerate(ends):
            if self.passes[topology.code[number]] and not self.closed[object]:
                tail, head = (subject, object) if upstream else (object, subject)
                graph.add_edge(tail, head, key=number)
        return graph


def _columns(edges: tuple[tuple[int, int, int], ...]) -> tuple[list[int], list[int], list[int]]:
    return [e[0] for e in edges], [e[1] for e in edges], [e[2] for e in edges]


@st.composite
def worlds(draw: st.DrawFn, appended: bool = True) -> World:
    """Multigraphs with cycles, self-loops, parallel edges, lone nodes; or with no node at all."""
    nodes = draw(st.integers(0, 14))
    if nodes == 0:
        edges: list[tuple[int, int, int]] = []
        seeds: list[int] = []
    else:
        number = st.integers(0, nodes - 1)
        code = st.sampled_from((0, 0, 0, 1, 2, HIDDEN))
        edges = draw(st.lists(st.tuples(number, number, code), max_size=32))
        seeds = draw(st.lists(number, max_size=4))
    rows = draw(st.integers(0, len(edges))) if appended else len(edges)
    passes = np.zeros(256, np.bool_)
    passes[[0, *draw(st.sets(st.sampled_from((1, 2))))]] = True
    closed = np.zeros(nodes, np.bool_)
    if nodes:
        closed[list(draw(st.sets(st.integers(0, nodes - 1), max_size=2)))] = True
    return World(nodes, tuple(edges), rows, tuple(seeds), passes, closed)
