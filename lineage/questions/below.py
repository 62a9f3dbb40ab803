"""All that some nodes reach, with the names of a thing as one place: what cuts are made in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage.engine.reach import reachable
from lineage.engine.topology import Topology
from lineage.graph import Bools, Graph, Ints
from lineage.impact import CARRIES, Policy
from lineage.impact.answer import KINDS_SHOWN
from lineage.impact.reach import walkable
from lineage.questions.counted import COLUMNS, counted, mutual
from lineage.questions.upstream import among
from lineage.store.columns import KINDS
from lineage.vocabulary import Kind, Transmits


@dataclass(frozen=True, slots=True, eq=False)
class Below:
    """All that some nodes reach, with the names of a thing as one place.

    Attributes:
        topology: the edges between places.
        seeds, seed: the places of what is revoked, with its other names.
        named: for each place the node it is shown as.
        weights: int64[places, columns], as ``counted`` says.
        served: places that are deployments.
        fixed: places that cannot be made anew.
        ranks: the place of each in order of id.
    """

    topology: Topology
    seeds: Ints
    seed: Bools
    named: Ints
    weights: NDArray[np.int64]
    served: Bools
    fixed: Bools
    ranks: Ints

    def rank(self, places: Ints) -> Ints:
        """Where places stand in order of id."""
        return np.asarray(self.ranks[places])


def below_of(graph: Graph, starts: Ints, policy: Policy, makeable: Sequence[Kind]) -> Below:
    """What some nodes reach; only nodes of the kinds ``makeable`` can be made anew."""
    carries = walkable(graph, policy, *CARRIES)
    reached = np.flatnonzero(reachable(graph.topology, starts, carries))
    part = mutual(graph, policy)
    parts, place = np.unique(part[reached], return_inverse=True)
    place_of = np.full(len(graph), -1, np.int64)
    place_of[reached] = place
    edges = among(graph, graph.downstream.of(reached), carries)
    subject, object = place_of[graph.subjects(edges)], place_of[graph.objects(edges)]
    topology, _ = Topology.of(len(parts), subject, object, np.zeros(len(edges), np.uint8))
    same = reachable(graph.topology, starts, walkable(graph, policy, Transmits.IDENTIFIES))
    seed = np.zeros(len(parts), np.bool_)
    seed[place_of[np.flatnonzero(same)]] = True
    weights = np.zeros((len(parts), len(COLUMNS)), np.int64)
    np.add.at(weights, place, counted(graph, policy).weights[reached])
    weights[seed] = 0
    served = np.zeros(len(parts), np.bool_)
    served[place[graph.of_kind(Kind.DEPLOYMENT)[reached]]] = True
    fixed = np.ones(len(parts), np.bool_)
    fixed[place[graph.of_kind(*makeable)[reached]]] = False
    kinds = np.array([KINDS_SHOWN.index(kind) for kind in KINDS])[graph.kind[reached]]
    order = np.lexsort((graph.id_rank[reached], kinds, place))
    _, first = np.unique(place[order], return_index=True)
    named = reached[order][first]
    return Below(
        topology,
        np.flatnonzero(seed),
        seed,
        named,
        weights,
        served,
        fixed | seed | served,
        np.argsort(np.argsort(graph.id_rank[named])),
    )
