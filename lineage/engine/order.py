"""The order in which things come from one another, with cycles taken as one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lineage.engine.arrays import Bools, Bytes, Ints, closed_nodes, node_numbers, open_classes
from lineage.engine.compiled import compiled
from lineage.engine.topology import Topology


@dataclass(frozen=True, slots=True, eq=False)
class Condensed:
    """Strong components in an order in which each comes after all that it is made from.

    Attributes:
        order: int32[nodes]; the nodes, component after component.
        begin, end: int32[loops]; the components of more than one node, as ranges of ``order``,
            ascending. All other nodes are components by themselves.
    """

    order: Ints
    begin: Ints
    end: Ints

    def component(self) -> Ints:
        """int32[nodes]: for each node the number of its component, in that order."""
        opens = np.ones(len(self.order), np.int32)
        for begin, end in zip(self.begin.tolist(), self.end.tolist(), strict=True):
            opens[begin + 1 : end] = 0
        result = np.empty(len(self.order), np.int32)
        result[self.order] = np.cumsum(opens, dtype=np.int32) - 1
        return result


def condensed(
    topology: Topology, passes: Bools | None = None, closed: Bools | None = None
) -> Condensed:
    """Strong components in topological order, inputs first.

    Nodes without inputs are taken off again and again (Kahn, 1962), each round in order of
    number; what is left stands on a cycle and goes through Tarjan's algorithm (1972). Linear in
    nodes and edges. Arguments as in ``reach``; appended edges are compacted first.
    """
    flat, _ = topology.compacted()
    rows, size = flat.rows, flat.nodes + flat.edges
    classes = open_classes(passes)
    shut = closed_nodes(closed, flat.nodes)
    order, taken, waiting = compiled(_peel, size)(
        rows.start, rows.subject, rows.code, classes, shut
    )
    if taken == flat.nodes:
        none = np.empty(0, np.int32)
        return Condensed(order, none, none)
    begin, end = compiled(_components, size)(
        rows.start, rows.subject, rows.code, classes, shut, waiting, order
    )
    return Condensed(order, begin[::-1].copy(), end[::-1].copy())


def _peel(
    start: Ints, subject: Ints, code: Bytes, passes: Bools, closed: Bools
) -> tuple[Ints, int, Ints]:
    nodes, is_open = len(start) - 1, len(closed) == 0
    waiting = np.zeros(nodes, np.int32)
    for node in range(nodes):
        if is_open or not closed[node]:
            for edge in range(start[node], start[node + 1]):
                if passes[code[edge]] and subject[edge] != node:
                    waiting[subject[edge]] += 1
    order = np.empty(nodes, np.int32)
    last = 0
    for node in range(nodes):
        if waiting[node] == 0:
            order[last] = node
            last += 1
    first, level_end = 0, 0
    while first < last:
        if first == level_end:  # ascending within a level: what is written then goes forward
            level_end = last
            order[first:last].sort()
        node = order[first]
        first += 1
        if is_open or not closed[node]:
            for edge in range(start[node], start[node + 1]):
                other = subject[edge]
                if passes[code[edge]] and other != node:
                    waiting[other] -= 1
                    if waiting[other] == 0:
                        order[last] = other
                        last += 1
    return order, last, waiting


def _components(
    start: Ints,
    subject: Ints,
    code: Bytes,
    passes: Bools,
    closed: Bools,
    waiting: Ints,
    order: Ints,
) -> tuple[Ints, Ints]:
    """Fills ``order`` from its end with the components among the nodes that still wait."""
    nodes, is_open = len(start) - 1, len(closed) == 0
    index = np.zeros(nodes, np.int32)  # 0: not seen; below 0: in a component already
    low = np.zeros(nodes, np.int32)
    place = np.zeros(nodes, np.int32)
    path = np.empty(nodes, np.int32)
    stack = np.empty(nodes, np.int32)
    begin = np.empty(nodes, np.int32)
    end = np.empty(nodes, np.int32)
    loops, depth, height, seen, free = 0, 0, 0, 0, nodes
    for root in range(nodes):
        if waiting[root] == 0 or index[root] != 0:
            continue
        path[0] = root
        depth = 1
        while depth > 0:
            node = path[depth - 1]
            if index[node] == 0:
                seen += 1
                index[node] = seen
                low[node] = seen
                place[node] = start[node]
                if not is_open and closed[node]:
                    place[node] = start[node + 1]
                stack[height] = node
                height += 1
            deeper = False
            while place[node] < start[node + 1]:
                edge = place[node]
                other = subject[edge]
                if passes[code[edge]]:
                    if index[other] == 0:
                        path[depth] = other
                        depth += 1
                        deeper = True
                        break
                    if index[other] > 0 and low[other] < low[node]:
                        low[node] = low[other]
                place[node] += 1
            if deeper:
                continue
            depth -= 1
            if low[node] != index[node]:
                continue  # its parent comes back to the same edge and reads ``low``
            close = free
            while True:
                height -= 1
                other = stack[height]
                index[other] = -1
                free -= 1
                order[free] = other
                if other == node:
                    break
            if close - free > 1:
                begin[loops] = free
                end[loops] = close
                loops += 1
    return begin[:loops], end[:loops]


def levels(
    topology: Topology,
    nodes: ArrayLike,
    passes: Bools | None = None,
    closed: Bools | None = None,
    from_leaves: bool = False,
) -> Ints:
    """In how many steps a set of nodes can be worked off, and which is in which.

    Args:
        topology, passes, closed: as in ``reach``.
        nodes: node numbers; only edges between two of them count.
        from_leaves: begin with what nothing among them was made from, instead of with what was
            made from none of them.

    Returns:
        int32[nodes]: 0 for the first step, each node after all that it waits for (the longest
        way, not the shortest); the nodes of a cycle share one step; -1 for nodes outside.

    Raises:
        IndexError: a number is no node.
    """
    flat, _ = topology.compacted()
    inside = np.unique(node_numbers(nodes, flat.nodes))
    place = np.full(flat.nodes, -1, np.int32)
    place[inside] = np.arange(len(inside))
    edges = flat.edges_of(inside)
    walked = open_classes(passes)[flat.code[edges]] & (place[flat.subject[edges]] >= 0)
    if closed is not None:
        walked &= ~closed[flat.object[edges]]
    edges = edges[walked]
    subject, object = place[flat.subject[edges]], place[flat.object[edges]]
    if from_leaves:
        subject, object = object, subject
    within, _ = Topology.of(len(inside), subject, object, np.zeros(len(edges), np.uint8))
    order = condensed(within)
    rows = within.rows
    step = compiled(_steps, within.nodes + within.edges)(
        rows.start, rows.subject, order.order, order.begin, order.end
    )
    result = np.full(flat.nodes, -1, np.int32)
    result[inside] = step
    return result


def _steps(start: Ints, subject: Ints, order: Ints, begin: Ints, end: Ints) -> Ints:
    nodes = len(order)
    step = np.zeros(nodes, np.int32)
    position = np.empty(nodes, np.int32)
    for at in range(nodes):
        position[order[at]] = at
    first, loop = 0, 0
    while first < nodes:
        last = first + 1
        if loop < len(begin) and begin[loop] == first:
            last = end[loop]
            loop += 1
        here = 0
        for at in range(first, last):
            here = max(here, step[order[at]])
        for at in range(first, last):
            node = order[at]
            step[node] = here
            for edge in range(start[node], start[node + 1]):
                other = subject[edge]
                if position[other] >= last and step[other] <= here:
                    step[other] = here + 1
        first = last
    return step
