"""Which source is the most dangerous to lose: all of them ranked, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage.engine.ranking import reach_counts
from lineage.engine.reach import reachable
from lineage.errors import UsageError
from lineage.graph import Bools, Graph, Ints
from lineage.impact import CARRIES, Policy, impact
from lineage.impact.reach import walkable
from lineage.questions.counted import (
    COLUMNS,
    DEPLOYMENTS,
    MODELS,
    OTHERS,
    PEOPLE,
    UNKNOWN_USE,
    Exposed,
    counted,
    exposed_by,
)
from lineage.questions.starting import starts_of
from lineage.vocabulary import ARTIFACT_KINDS, Kind, Transmits

RANKED_BY = ("models", "deployments", "people", "things")
"""What a ranking may be ordered by."""

_STANDS_FOR = 254
"""The class of edges from a party or grant to what it stands for; no assertion has it."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One place in a ranking: a node, and what falls if it goes."""

    number: int
    id: str
    name: str
    kind: Kind
    exposed: Exposed


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """What falls if each of some nodes goes by itself.

    Attributes:
        graph: what was asked.
        policy: what transmits what.
        kinds: the kinds that were ranked: all nodes of them.
        numbers: int64[ranked], node numbers, ascending.
        counts: int64[ranked, columns], as ``counted.COLUMNS`` says.
    """

    graph: Graph
    policy: Policy
    kinds: tuple[Kind, ...]
    numbers: Ints
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.numbers)

    def top(self, by: str = "models", limit: int | None = None) -> list[Ranked]:
        """The first of them; of equal ones that with more things, then in order of id.

        Args:
            by: one of ``RANKED_BY``; people also by the deployments whose users are unknown.
            limit: how many; all when None.

        Raises:
            UsageError: it cannot be ordered by that.
        """
        counts, things = self.counts, self.counts[:, [MODELS, DEPLOYMENTS, OTHERS]].sum(axis=1)
        keys = {
            "models": (counts[:, MODELS], counts[:, DEPLOYMENTS]),
            "deployments": (counts[:, DEPLOYMENTS], counts[:, MODELS]),
            "people": (counts[:, PEOPLE], counts[:, UNKNOWN_USE]),
            "things": (things, counts[:, MODELS]),
        }
        if by not in keys:
            raise UsageError(f"nothing is ranked by “{by}”", remedy=f"Choose {RANKED_BY}.")
        first, second = keys[by]
        order = np.lexsort((self.graph.id_rank[self.numbers], -things, -second, -first))
        return [self._row(int(place)) for place in order[:limit]]

    def _row(self, place: int) -> Ranked:
        number = int(self.numbers[place])
        node = self.graph.nodes[number]
        shown = self.graph.shown(number)
        return Ranked(number, node.id, shown, node.kind, Exposed.of(self.counts[place]))

    def updated(self, new: Graph) -> Ranking:
        """The ranking of a later state of the graph: only what reaches a change is counted anew.

        Args:
            new: the graph after ``Graph.updated``; one made otherwise is ranked from scratch.
        """
        if not _grew_from(self.graph, new):
            return rank(new, self.kinds, self.policy)
        return new.remember(("ranking", self.kinds, self.policy.key), lambda: self._updated(new))

    def _updated(self, new: Graph) -> Ranking:
        numbers = _ranked_nodes(new, self.kinds)
        place = np.searchsorted(self.numbers, numbers)
        place = np.minimum(place, max(len(self.numbers) - 1, 0))
        same = np.zeros(len(numbers), np.bool_)
        if len(self.numbers):
            same = (self.numbers[place] == numbers) & ~_touched(self.graph, new, self.policy)[
                numbers
            ]
        same &= new.is_artifact[numbers]  # what others stand for may have changed too
        counts = np.zeros((len(numbers), len(COLUMNS)), np.int64)
        counts[same] = self.counts[place[same]]
        counts[~same] = _counts(new, numbers[~same], self.policy)
        return Ranking(new, self.policy, self.kinds, numbers, counts)


def rank(
    graph: Graph, kinds: Sequence[Kind] = (Kind.SOURCE,), policy: Policy | None = None
) -> Ranking:
    """Counts what falls if each node of some kinds goes, for all of them at once.

    The counts are those of the blast radius of each. A party, grant or revocation counts as
    what it stands for.
    """
    policy = policy or Policy()
    chosen = tuple(kind for kind in Kind if kind in kinds)

    def make() -> Ranking:
        numbers = _ranked_nodes(graph, chosen)
        return Ranking(graph, policy, chosen, numbers, _counts(graph, numbers, policy))

    return graph.remember(("ranking", chosen, policy.key), make)


def _ranked_nodes(graph: Graph, kinds: Sequence[Kind]) -> Ints:
    there = graph.is_artifact | ~graph.of_kind(*ARTIFACT_KINDS)
    return np.flatnonzero(graph.of_kind(*kinds) & there)


def _counts(graph: Graph, numbers: Ints, policy: Policy) -> NDArray[np.int64]:
    result = np.zeros((len(numbers), len(COLUMNS)), np.int64)
    artifact = graph.is_artifact[numbers]
    loose = _above_loose(graph, policy)
    plain = artifact & ~loose[numbers]
    result[plain] = _of_artifacts(graph, numbers[plain], policy)
    result[~artifact], whole = _of_parties(graph, numbers[~artifact], policy, loose)
    left = artifact & loose[numbers]
    left[np.flatnonzero(~artifact)[~whole]] = True
    for place in np.flatnonzero(left):
        exposed = exposed_by(graph, impact(graph, [int(numbers[place])], policy))
        others = exposed.things - exposed.models - exposed.deployments
        result[place] = (
            exposed.models,
            exposed.deployments,
            others,
            exposed.people,
            exposed.deployments_of_unknown_use,
        )
    return result


def _of_artifacts(graph: Graph, numbers: Ints, policy: Policy) -> NDArray[np.int64]:
    """All that is reached, without what is the same thing under another name."""
    weights = counted(graph, policy).weights
    reached, same = (
        reach_counts(graph.topology, numbers, weights, walkable(graph, policy, *what))
        for what in (CARRIES, (Transmits.IDENTIFIES,))
    )
    return np.asarray(reached - same)


def _of_parties(
    graph: Graph, numbers: Ints, policy: Policy, loose: Bools
) -> tuple[NDArray[np.int64], Bools]:
    """What is affected by all that each stands for, and of which this is exact."""
    weights = counted(graph, policy).weights
    same = walkable(graph, policy, Transmits.IDENTIFIES)
    exact = np.zeros(len(numbers), np.bool_)
    held = [starts_of(graph, [int(number)]) for number in numbers]
    for place, starts in enumerate(held):
        named = graph.several_names[starts].any() or loose[starts].any()
        named = named or reachable(graph.topology, starts, same).sum() > len(starts)
        exact[place] = not named
    if not len(numbers):
        return np.zeros((0, len(COLUMNS)), np.int64), exact
    first = len(graph)
    stands = np.repeat(np.arange(first, first + len(held)), [len(starts) for starts in held])
    code = np.full(len(stands), _STANDS_FOR, np.uint8)
    topology = graph.topology.with_edges(np.concatenate(held), stands, code, first + len(held))
    passes = walkable(graph, policy, *CARRIES).copy()
    passes[_STANDS_FOR] = True
    padded = np.concatenate((weights, np.zeros((len(held), len(COLUMNS)), np.int64)))
    counts = reach_counts(topology, np.arange(first, first + len(held)), padded, passes)
    for place, starts in enumerate(held):
        counts[place] -= weights[starts[~graph.is_artifact[starts]]].sum(axis=0)
    return counts, exact


def _above_loose(graph: Graph, policy: Policy) -> Bools:
    """Which nodes reach a thing of which a reach may hold some names and not others."""
    loose = np.flatnonzero(counted(graph, policy).loose)
    if not len(loose):
        return np.zeros(len(graph), np.bool_)
    return reachable(graph.topology, loose, walkable(graph, policy, *CARRIES), upstream=True)


def _grew_from(old: Graph, new: Graph) -> bool:
    """Whether nodes and assertions have the numbers they had."""
    known = len(old.later.edges)
    return (
        new.columns is old.columns
        and new.at is None
        and old.at is None
        and len(new) >= len(old)
        and list(new.later.edges[:known]) == list(old.later.edges)
        and all(new.later.numbers.get(n) == at for n, at in old.later.numbers.items())
    )


def _touched(old: Graph, new: Graph, policy: Policy) -> Bools:
    """Which nodes of the new graph reach something that became otherwise."""
    before, after = old.topology, new.topology
    known = before.edges
    changed = np.concatenate(
        (
            np.flatnonzero(before.code != after.code[:known]),
            np.arange(known, after.edges),
        )
    )
    weights, earlier = counted(new, policy), counted(old, policy)
    other = np.ones(len(new), np.bool_)
    nodes = len(old)
    other[:nodes] = (weights.weights[:nodes] != earlier.weights).any(axis=1)
    other |= weights.loose
    other[:nodes] |= earlier.loose
    other[new.objects(changed)] = True
    seeds = np.flatnonzero(other)
    result = reachable(after, seeds, walkable(new, policy, *CARRIES), upstream=True)
    loose = _above_loose(old, policy)
    result[:nodes] |= loose
    return result
