"""Which node all paths to another go through: the dominator tree, and what each cut frees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lineage.engine.arrays import (
    Bools,
    Bytes,
    Ints,
    Longs,
    closed_nodes,
    node_numbers,
    open_classes,
)
from lineage.engine.compiled import compiled
from lineage.engine.ordered import kept
from lineage.engine.topology import Topology

ROOT = -2
"""Stands for the root that all seeds hang on: no single node is on all paths."""

_MOST_STEPS = 16
"""Steps up the tree for each node and edge, before the way up is too long."""


@dataclass(frozen=True, slots=True, eq=False)
class Dominators:
    """The dominator tree of everything that some seeds reach.

    Attributes:
        immediate: int32[nodes]; the last node before each that all paths from the seeds to it
            go through; ``ROOT`` where there is none, -1 where nothing leads.
        order: int32[reached]; what is reached, each node after the one that dominates it.
    """

    immediate: Ints
    order: Ints

    def freed(self, weights: ArrayLike | None = None) -> Longs:
        """What nothing would lead to any more if a node were cut, itself among it.

        Args:
            weights: int64[nodes] or int64[nodes, k]; 1 a node when None.

        Returns:
            For each node the sum of the weights of what it dominates, in the shape of
            ``weights``; 0 for nodes not reached.
        """
        nodes = len(self.immediate)
        given = np.ones(nodes, np.int64) if weights is None else np.asarray(weights, np.int64)
        result = np.zeros((nodes, given[0].size if nodes else 1), np.int64)
        result[self.order] = given.reshape(result.shape)[self.order]
        compiled(_add_up, nodes)(self.immediate, self.order, result)
        return result.reshape(given.shape)


def dominators(
    topology: Topology,
    seeds: ArrayLike,
    passes: Bools | None = None,
    closed: Bools | None = None,
) -> Dominators:
    """The dominator tree downstream of several seeds, which hang on a root of their own.

    Where an order is prepared and holds no cycle: each node hangs on the nearest common ancestor
    of its inputs, in one pass (Cooper, Harvey and Kennedy, 2001), given up when the ways up are
    long. Else Lengauer and Tarjan (1979) with simple path compression: O(edges × log nodes).
    Arguments and errors as in ``reach``; appended edges are compacted first.
    """
    flat, _ = topology.compacted()
    starts = np.unique(node_numbers(seeds, flat.nodes))
    classes, shut = open_classes(passes), closed_nodes(closed, flat.nodes)
    rows, size = flat.rows, flat.nodes + flat.edges
    order = kept(flat, classes)
    if order is not None and not len(order.begin) and not len(shut):
        above = compiled(_common_ancestors, size)(
            order.start, order.near, order.position[starts], _MOST_STEPS * size
        )
        if len(above):
            immediate = np.where(above >= 0, order.order[np.maximum(above, 0)], above)
            return Dominators(immediate[order.position].astype(np.int32), order.order[above != -1])
    vertex, parent, number = compiled(_depth_first, size)(
        rows.start, rows.subject, rows.code, classes, shut, starts
    )
    immediate = compiled(_lengauer_tarjan, size)(
        rows.up_start,
        rows.up_edge,
        rows.object,
        rows.code,
        classes,
        shut,
        starts,
        vertex,
        parent,
        number,
    )
    result = np.full(flat.nodes, -1, np.int32)
    reached = vertex[1:]
    vertex[0] = ROOT
    result[reached] = vertex[immediate[1:]]
    return Dominators(result, reached)


def _common_ancestors(start: Ints, near: Ints, seeds: Ints, most_steps: int) -> Ints:
    """Immediate dominators by place in topological order; nothing after so many steps up."""
    nodes = len(start) - 1
    above = np.full(nodes, -1, np.int32)
    for seed in seeds:
        above[seed] = -2
    steps = 0
    for at in range(nodes):
        if above[at] == -2:
            continue
        common = -1
        for place in range(start[at], start[at + 1]):
            other = near[place]
            if other == at or above[other] == -1:
                continue
            if common == -1:
                common = other
            while common != other:  # what is above has a lower place, the root's is -2
                steps += 1
                if common > other:
                    common = above[common]
                else:
                    other = above[other]
            if common == -2:
                break
        above[at] = common
        if steps > most_steps:
            return above[:0]
    return above


def _depth_first(
    start: Ints, subject: Ints, code: Bytes, passes: Bools, closed: Bools, seeds: Ints
) -> tuple[Ints, Ints, Ints]:
    """Numbers what is reached in the order it is come to, from 1; 0 is the root."""
    nodes = len(start) - 1
    number = np.zeros(nodes, np.int32)
    vertex = np.zeros(nodes + 1, np.int32)
    parent = np.zeros(nodes + 1, np.int32)
    place = np.empty(nodes, np.int32)
    path = np.empty(nodes, np.int32)
    seen = 0
    for seed in seeds:
        if number[seed] > 0:
            continue
        seen += 1
        number[seed], vertex[seen] = seen, seed
        path[0], place[seed] = seed, start[seed]
        depth = 1
        while depth > 0:
            node = path[depth - 1]
            until = start[node + 1]
            if len(closed) > 0 and closed[node]:
                until = start[node]
            deeper = False
            while place[node] < until:
                edge = place[node]
                place[node] += 1
                other = subject[edge]
                if number[other] == 0 and passes[code[edge]]:
                    seen += 1
                    number[other], vertex[seen], parent[seen] = seen, other, number[node]
                    path[depth], place[other] = other, start[other]
                    depth += 1
                    deeper = True
                    break
            if not deeper:
                depth -= 1
    return vertex[: seen + 1].copy(), parent[: seen + 1].copy(), number


def _lengauer_tarjan(
    up_start: Ints,
    up_edge: Ints,
    object: Ints,
    code: Bytes,
    passes: Bools,
    closed: Bools,
    seeds: Ints,
    vertex: Ints,
    parent: Ints,
    number: Ints,
) -> Ints:
    """Immediate dominators by depth-first number; ``number`` is 0 where nothing leads."""
    count = len(vertex)
    semi = np.arange(count).astype(np.int32)
    label = semi.copy()
    ancestor = np.full(count, -1, np.int32)
    immediate = np.zeros(count, np.int32)
    bucket = np.full(count, -1, np.int32)
    follows = np.full(count, -1, np.int32)
    path = np.empty(count, np.int32)
    is_seed = np.zeros(count, np.bool_)
    for seed in seeds:
        is_seed[number[seed]] = True
    for w in range(count - 1, 0, -1):
        node = vertex[w]
        if is_seed[w]:
            semi[w] = 0
        else:
            for place in range(up_start[node], up_start[node + 1]):
                edge = up_edge[place]
                before = object[edge]
                v = number[before]
                if v == 0 or not passes[code[edge]] or (len(closed) > 0 and closed[before]):
                    continue
                if ancestor[v] >= 0:
                    # The least semidominator on the way up, which is shortened.
                    depth, at = 0, v
                    while ancestor[ancestor[at]] >= 0:
                        path[depth] = at
                        depth += 1
                        at = ancestor[at]
                    while depth > 0:
                        depth -= 1
                        at = path[depth]
                        if semi[label[ancestor[at]]] < semi[label[at]]:
                            label[at] = label[ancestor[at]]
                        ancestor[at] = ancestor[ancestor[at]]
                semi[w] = min(semi[w], semi[label[v]])
        follows[w] = bucket[semi[w]]
        bucket[semi[w]] = w
        ancestor[w] = parent[w]
        v = bucket[parent[w]]
        bucket[parent[w]] = -1
        while v >= 0:
            depth, at = 0, v
            while ancestor[ancestor[at]] >= 0:
                path[depth] = at
                depth += 1
                at = ancestor[at]
            while depth > 0:
                depth -= 1
                at = path[depth]
                if semi[label[ancestor[at]]] < semi[label[at]]:
                    label[at] = label[ancestor[at]]
                ancestor[at] = ancestor[ancestor[at]]
            u = label[v]
            immediate[v] = u if semi[u] < semi[v] else parent[w]
            v = follows[v]
    for w in range(1, count):
        if immediate[w] != semi[w]:
            immediate[w] = immediate[immediate[w]]
    return immediate


def _add_up(immediate: Ints, order: Ints, sums: NDArray[np.int64]) -> None:
    for at in range(len(order) - 1, -1, -1):
        over = immediate[order[at]]
        if over >= 0:
            for column in range(sums.shape[1]):
                sums[over, column] += sums[order[at], column]
