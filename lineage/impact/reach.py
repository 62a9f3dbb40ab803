"""Walks downstream: what is reached, in which way, and by which assertions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from lineage.graph import EVIDENCE_CODES, RELATION_CODES, Bools, Graph, Ints, spread
from lineage.impact.policy import CARRIES, RELAYS, Policy
from lineage.vocabulary import Evidence, Kind, Relation, Transmits

_Code = TypeVar("_Code", Relation, Evidence)


@dataclass(frozen=True, slots=True)
class Reach:
    """One pass: what is reached, in which way, how far, and by which edge."""

    distance: Ints
    via: Ints
    effect: dict[int, Transmits]


def reach_from(graph: Graph, starts: Ints, policy: Policy, usable: Bools) -> Reach:
    """Everything downstream, and what each is reached by."""

    def edges(*what: Transmits) -> Bools:
        return usable & _edges_with(graph.relation, RELATION_CODES, policy.relations(*what))

    distance, via = spread(graph, starts, np.zeros(len(starts), np.int64), edges(*CARRIES))
    reached = distance >= 0
    identifying = edges(Transmits.IDENTIFIES)
    names, _ = spread(graph, starts, np.zeros(len(starts), np.int64), identifying)
    contaminating = edges(Transmits.CONTAMINATES) & reached[graph.object]
    direct = np.unique(graph.subject[contaminating])
    contaminated, _ = spread(graph, direct, np.zeros(len(direct), np.int64), identifying)
    effect = {int(n): Transmits.EXPOSES for n in np.flatnonzero(reached)}
    effect.update((int(n), Transmits.CONTAMINATES) for n in np.flatnonzero(contaminated >= 0))
    effect.update((int(n), Transmits.IDENTIFIES) for n in np.flatnonzero(names >= 0))

    informing = np.flatnonzero(
        edges(Transmits.INFORMS) & reached[graph.object] & ~reached[graph.subject]
    )
    relay = edges(*RELAYS) & ~reached[graph.subject]
    far, far_via = spread(
        graph, graph.subject[informing], distance[graph.object[informing]] + 1, relay
    )
    informed = np.flatnonzero((far >= 0) & ~reached)
    effect.update((int(n), Transmits.INFORMS) for n in informed)
    nearest = informing[np.lexsort((informing, distance[graph.object[informing]]))]
    first_subject, first = np.unique(graph.subject[nearest], return_index=True)
    seeded = dict(zip(first_subject.tolist(), nearest[first].tolist(), strict=True))
    distance[informed] = far[informed]
    for node in informed.tolist():
        via[node] = far_via[node] if far_via[node] >= 0 else seeded[node]
    return Reach(distance, via, effect)


def starting_nodes(graph: Graph, roots: Sequence[int]) -> Ints:
    """The roots, and what parties, grants and revocations among them stand for."""
    governed = _edges_with(
        graph.relation,
        RELATION_CODES,
        [Relation.PROVIDED_BY, Relation.COVERED_BY, Relation.GRANTED_BY],
    )
    seeds = {int(n) for n in roots}
    for root in tuple(seeds):
        if graph.nodes[root].kind == Kind.REVOCATION:
            edges = graph.upstream.of(np.array([root]))
            ends = edges[graph.relation[edges] == RELATION_CODES[Relation.REVOKES]]
            seeds.update(int(n) for n in graph.object[ends])
    governance = np.array(sorted(n for n in seeds if not graph.is_artifact[n]), np.int64)
    held, _ = spread(graph, governance, np.zeros(len(governance), np.int64), governed)
    return np.array(sorted(seeds | {int(n) for n in np.flatnonzero(held >= 0)}), np.int64)


def walkable(graph: Graph, policy: Policy) -> tuple[Bools, Bools]:
    """Which assertions count, and which of them prove.

    What was made from a place that several documents write to may have come from any of them:
    such an assertion counts, and proves nothing.
    """
    usable = np.ones(len(graph.edges), np.bool_) if policy.counts_retracted else graph.active
    sure = _edges_with(
        graph.evidence, EVIDENCE_CODES, [e for e, proves in policy.proves.items() if proves]
    )
    return usable, usable & sure & ~ambiguous_places(graph)[graph.object]


def ambiguous_places(graph: Graph) -> Bools:
    """Which copies are written by several documents with different contents."""
    writers: dict[int, set[frozenset[int]]] = {}
    contents: dict[tuple[int, str], set[int]] = {}
    for index in np.flatnonzero(graph.relation == RELATION_CODES[Relation.COPY_OF]):
        place, held = int(graph.subject[index]), int(graph.same_as[graph.object[index]])
        contents.setdefault((place, graph.edges[int(index)].document), set()).add(held)
    for (place, _), held_there in contents.items():
        writers.setdefault(place, set()).add(frozenset(held_there))
    result = np.zeros(len(graph), np.bool_)
    result[[place for place, sets in writers.items() if len(sets) > 1]] = True
    return result


def unknown_inputs(graph: Graph, policy: Policy) -> Bools:
    """Which nodes stand, directly or further up, on something whose origin nobody stated."""
    carrying = _edges_with(graph.relation, RELATION_CODES, policy.relations(*CARRIES))
    seeds = np.flatnonzero(without_origin(graph, policy))
    distance, _ = spread(graph, seeds, np.zeros(len(seeds), np.int64), carrying)
    return np.asarray(distance >= 0)


def without_origin(graph: Graph, policy: Policy) -> Bools:
    """Which nodes are of unknown origin themselves.

    A source is an origin. Anything else that names no input is of unknown origin, unless
    another name of it does; so is every placeholder.
    """
    inputs = _edges_with(
        graph.relation,
        RELATION_CODES,
        policy.relations(Transmits.CONTAMINATES, Transmits.EXPOSES),
    )
    named = graph.of_kind(Kind.SOURCE)
    named[graph.subject[inputs]] = True
    placeholder = np.fromiter(
        (n.namespace.startswith("unknown://") for n in graph.nodes), np.bool_, len(graph)
    )
    same = _edges_with(graph.relation, RELATION_CODES, policy.relations(Transmits.IDENTIFIES))
    known, _ = spread(graph, np.flatnonzero(named), np.zeros(int(named.sum()), np.int64), same)
    return np.asarray(graph.is_artifact & (placeholder | (known < 0)))


def _edges_with(column: Ints, codes: Mapping[_Code, int], wanted: Iterable[_Code]) -> Bools:
    return np.asarray(np.isin(column, [codes[w] for w in wanted]))
