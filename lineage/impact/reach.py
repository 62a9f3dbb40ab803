"""Walks downstream: what is reached, in which way, and by which assertions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage.engine.ordered import prepare
from lineage.engine.reach import entered, reach, reachable
from lineage.graph import Bools, Graph, Ints
from lineage.impact.policy import RELAYS, Policy
from lineage.vocabulary import ARTIFACT_KINDS, CARRIES, Kind, Relation, Transmits

EFFECTS: tuple[Transmits, ...] = (
    Transmits.NOTHING,
    Transmits.INFORMS,
    Transmits.EXPOSES,
    Transmits.CONTAMINATES,
    Transmits.IDENTIFIES,
)
"""What is transmitted to a node, by number; the first for what is not reached."""

_INFORMS, _EXPOSES, _CONTAMINATES, _IDENTIFIES = range(1, 5)


@dataclass(frozen=True, slots=True)
class Reach:
    """One pass over n nodes: in which way each is reached, how far it is, and by which edge.

    Attributes:
        distance: int32[n], -1 where nothing leads.
        via: int32[n], the number of an assertion on a shortest way; -1 for what it starts from.
            Empty where it was not asked for.
        effect: uint8[n], numbers into :data:`EFFECTS`.
    """

    distance: NDArray[np.int32]
    via: NDArray[np.int32]
    effect: NDArray[np.uint8]


def reach_from(
    graph: Graph, starts: Ints, policy: Policy, *, proven: bool, want_via: bool = True
) -> Reach:
    """Everything downstream, and what each is reached by.

    Args:
        graph: the graph.
        starts: node numbers.
        policy: what transmits what.
        proven: by assertions alone that prove. What was made from a place that several
            documents write to may have come from any of them: that proves nothing.
        want_via: whether the ways are asked for, which costs half as much again.
    """
    topology = graph.topology
    closed = ambiguous_places(graph) if proven else None

    def passes(*what: Transmits) -> Bools:
        return walkable(graph, policy, *what, proven=proven)

    carrying = passes(*CARRIES)
    distance, via = reach(topology, starts, passes=carrying, closed=closed, want_via=want_via)
    reached = distance >= 0
    leads = reached if closed is None else reached & ~closed
    effect = np.where(reached, _EXPOSES, 0).astype(np.uint8)
    same = passes(Transmits.IDENTIFIES)
    contaminated = entered(topology, leads, passes(Transmits.CONTAMINATES))
    effect[named_too(graph, contaminated, same, closed)] = _CONTAMINATES
    effect[reachable(topology, starts, same, closed)] = _IDENTIFIES

    informing = graph.edges_with(passes(Transmits.INFORMS))
    informing = informing[leads[graph.objects(informing)] & ~reached[graph.subjects(informing)]]
    if len(informing):
        subject, near = graph.subjects(informing), distance[graph.objects(informing)] + 1
        far, far_via = reach(topology, subject, near, passes(*RELAYS), closed)
        informed = (far >= 0) & ~reached
        effect[informed] = _INFORMS
        distance[informed] = far[informed]
    if len(informing) and want_via:
        via[informed] = far_via[informed]
        first = (near == far[subject]) & (far_via[subject] < 0) & informed[subject]
        via[subject[first][::-1]] = informing[first][::-1]  # of several the lowest number stays
    return Reach(distance, via, effect)


def reached_at_all(graph: Graph, starts: Ints, policy: Policy) -> Bools:
    """Which nodes are reached in whatever way, bool[n]: sooner than knowing which."""
    topology = graph.topology
    reached = reachable(topology, starts, walkable(graph, policy, *CARRIES))
    informing = graph.edges_with(walkable(graph, policy, Transmits.INFORMS))
    seeds = graph.subjects(informing[reached[graph.objects(informing)]])
    if not len(seeds):
        return reached
    return reached | reachable(topology, seeds, walkable(graph, policy, *RELAYS))


def ready(graph: Graph, policy: Policy) -> None:
    """Works out beforehand what walks under a policy need: takes seconds on a large graph.

    Answers then take a third of the time; without it they are the same. The order for the widest
    walk serves all others. A graph kept on disk has that of the default policy already.
    """
    prepare(graph.topology, walkable(graph, policy, *CARRIES))
    unknown_inputs(graph, policy)


def walkable(graph: Graph, policy: Policy, *what: Transmits, proven: bool = False) -> Bools:
    """Which classes of assertions transmit one of these under a policy: bool[256]."""
    evidences = [e for e, proves in policy.proves.items() if proves] if proven else None
    return graph.passing(policy.relations(*what), evidences, retracted=policy.counts_retracted)


def named_too(graph: Graph, nodes: Bools, same: Bools, closed: Bools | None = None) -> Bools:
    """These nodes, and other names of them by assertions of the classes ``same``."""
    edges = graph.edges_with(same)
    if not len(edges):
        return nodes
    named = np.unique(graph.objects(edges))
    return nodes | reachable(graph.topology, named[nodes[named]], same, closed)


def starting_nodes(graph: Graph, roots: Sequence[int], spare: Collection[int] = ()) -> Ints:
    """The roots, and what parties, grants and revocations among them stand for.

    Args:
        graph: the graph.
        roots: node numbers.
        spare: things that another right still covers, and so no ending of a right reaches.
    """
    seeds = {int(n) for n in roots}
    for root in tuple(seeds):
        if graph.nodes[root].kind == Kind.REVOCATION:
            edges = graph.upstream.of(np.array([root]))
            ended = edges[graph.passing([Relation.REVOKES])[graph.classes_of(edges)]]
            seeds.update(int(n) for n in graph.objects(ended))
    artifacts = graph.of_kind(*ARTIFACT_KINDS)
    governance = np.array(sorted(n for n in seeds if not artifacts[n]), np.int64)
    if len(governance):
        given = [Relation.PROVIDED_BY, Relation.GRANTED_BY]
        covered = [Relation.COVERED_BY]
        rights = reachable(graph.topology, governance, graph.passing(given))
        held = reachable(
            graph.topology, np.flatnonzero(rights & ~artifacts), graph.passing(covered)
        )
        held[list(spare)] = False
        seeds.update(int(n) for n in np.flatnonzero(held | rights))
    return np.array(sorted(seeds), np.int64)


def ambiguous_places(graph: Graph) -> Bools:
    """Which copies are written by several documents with different contents."""
    return graph.remember("ambiguous places", lambda: _ambiguous_places(graph))


def _ambiguous_places(graph: Graph) -> Bools:
    result = np.zeros(len(graph), np.bool_)
    edges = graph.edges_with(graph.passing([Relation.COPY_OF]))
    place, document = graph.subjects(edges), graph.document[edges]
    pairs = np.unique(np.stack((place, document)), axis=1)
    shared = np.flatnonzero(np.bincount(pairs[0], minlength=len(graph)) > 1)
    writers = edges[np.isin(place, shared)]
    contents: dict[tuple[int, int], set[int]] = {}
    for edge, copy, held in zip(
        writers.tolist(),
        graph.subjects(writers).tolist(),
        graph.same_as[graph.objects(writers)].tolist(),
        strict=True,
    ):
        contents.setdefault((copy, int(graph.document[edge])), set()).add(held)
    by_place: dict[int, set[frozenset[int]]] = {}
    for (copy, _), held_there in contents.items():
        by_place.setdefault(copy, set()).add(frozenset(held_there))
    result[[copy for copy, sets in by_place.items() if len(sets) > 1]] = True
    return result


def unknown_inputs(graph: Graph, policy: Policy) -> Bools:
    """Which nodes stand, directly or further up, on something whose origin nobody stated."""

    def make() -> Bools:
        seeds = np.flatnonzero(without_origin(graph, policy))
        carrying = graph.passing(policy.relations(*CARRIES))
        return reachable(graph.topology, seeds, carrying)

    return graph.remember(("unknown inputs", policy.key), make)


def without_origin(graph: Graph, policy: Policy) -> Bools:
    """Which nodes are of unknown origin themselves.

    A source is an origin. Anything else that names no input is of unknown origin, unless
    another name of it does; so is every placeholder.
    """
    inputs = policy.relations(Transmits.CONTAMINATES, Transmits.EXPOSES)
    named = graph.of_kind(Kind.SOURCE)
    named[graph.subjects(graph.edges_with(graph.passing(inputs)))] = True
    same = graph.passing(policy.relations(Transmits.IDENTIFIES))
    known = named_too(graph, named, same)
    return np.asarray(graph.is_artifact & (graph.placeholder | ~known))
