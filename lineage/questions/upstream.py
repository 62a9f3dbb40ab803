"""Walks upstream: what a node stands on, and in which way. The mirror of the blast radius.

A node stands on another exactly if it is in the other's blast radius, and then with the same
effect and distance.
"""

from __future__ import annotations

import numpy as np

from lineage.engine.reach import reach, reachable
from lineage.graph import Bools, Graph, Ints
from lineage.graph.tables import taken
from lineage.impact.policy import RELAYS, Policy
from lineage.impact.reach import EFFECTS, Reach, ambiguous_places, walkable
from lineage.vocabulary import CARRIES, Transmits

_INFORMS, _EXPOSES, _CONTAMINATES, _IDENTIFIES = (
    EFFECTS.index(t)
    for t in (
        Transmits.INFORMS,
        Transmits.EXPOSES,
        Transmits.CONTAMINATES,
        Transmits.IDENTIFIES,
    )
)


def stands_on(graph: Graph, node: int, policy: Policy, *, proven: bool) -> Reach:
    """Everything that a node stands on, and what each passes on to it.

    ``via`` is the first assertion on a shortest way from each to the node. Costs what is reached.

    Args:
        graph: the graph.
        node: its number.
        policy: what transmits what.
        proven: by assertions alone that prove, and through no place that several documents
            write to.
    """
    topology = graph.topology
    closed = ambiguous_places(graph) if proven else None
    at = np.array([node])

    def passes(*what: Transmits) -> Bools:
        return walkable(graph, policy, *what, proven=proven)

    distance, via = reach(topology, at, passes=passes(*CARRIES), closed=closed, upstream=True)
    carried = distance >= 0
    effect = np.where(carried, _EXPOSES, 0).astype(np.uint8)
    same = reachable(topology, at, passes(Transmits.IDENTIFIES), closed, upstream=True)
    made_from = graph.objects(_inputs(graph, same, passes(Transmits.CONTAMINATES), closed))
    contaminating = reachable(topology, made_from, passes(*CARRIES), closed, upstream=True)
    effect[contaminating] = _CONTAMINATES
    effect[same] = _IDENTIFIES

    near, _ = reach(
        topology, at, passes=passes(*RELAYS), closed=closed, upstream=True, want_via=False
    )
    informing = _inputs(graph, near >= 0, passes(Transmits.INFORMS), closed)
    if len(informing):
        about, first = graph.objects(informing), near[graph.subjects(informing)] + 1
        far, far_via = reach(topology, about, first, passes(*CARRIES), closed, upstream=True)
        informed = (far >= 0) & ~carried
        effect[informed] = _INFORMS
        distance[informed], via[informed] = far[informed], far_via[informed]
        direct = (first == far[about]) & (far_via[about] < 0) & informed[about]
        via[about[direct][::-1]] = informing[direct][::-1]  # of several the lowest number stays
    return Reach(distance, via, effect)


def _inputs(graph: Graph, nodes: Bools, passes: Bools, closed: Bools | None) -> Ints:
    """The assertions of some classes that some nodes point with, in order of number."""
    edges = among(graph, graph.upstream.of(np.flatnonzero(nodes)), passes)
    if closed is not None:
        edges = edges[~closed[graph.objects(edges)]]
    return np.sort(edges)


def among(graph: Graph, edges: Ints, passes: Bools) -> Ints:
    """Those of some assertions that are of some classes."""
    topology = graph.topology
    return np.asarray(edges[passes[taken(topology.rows.code, topology.delta.code, edges)]])
