"""A graph whose node rows are read once: a plan looks at the same few thousand many times."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import overload

from lineage.graph import Graph
from lineage.graph.tables import Nodes
from lineage.records import NodeRow


def remembering(graph: Graph) -> Graph:
    """The same graph, with each node's row kept once it was read."""
    if isinstance(graph.nodes, _Kept):
        return graph
    kept = copy(graph)
    kept.nodes = _Kept(graph.nodes)
    return kept


class _Kept(Nodes):
    """Nodes by number, each read from the columns once."""

    def __init__(self, nodes: Nodes):
        self._nodes = nodes
        self._rows: dict[int, NodeRow] = {}

    def __len__(self) -> int:
        return len(self._nodes)

    @overload
    def __getitem__(self, number: int) -> NodeRow: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[NodeRow]: ...
    def __getitem__(self, number: int | slice) -> NodeRow | Sequence[NodeRow]:
        if isinstance(number, slice):
            return self._nodes[number]
        row = self._rows.get(number)
        if row is None:
            row = self._rows[number] = self._nodes[number]
        return row
