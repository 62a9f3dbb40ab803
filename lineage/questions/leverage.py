"""Where one retraining cleans the most, and the fewest that clean every deployment.

To make an artifact anew without what is revoked cuts every path through it. What only such
paths led to is freed: made again from the new one, it is clean. All names of a thing are cut
together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from lineage.engine.cut import minimum_vertex_cut
from lineage.engine.dominators import dominators
from lineage.engine.order import levels
from lineage.engine.reach import reachable
from lineage.graph import Graph, Ints
from lineage.impact import Impact, Policy, impact
from lineage.questions.below import Below, below_of
from lineage.questions.counted import (
    DEPLOYMENTS,
    MODELS,
    Exposed,
    exposed_by,
)
from lineage.questions.starting import starts_of
from lineage.records import Value
from lineage.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Cut:
    """An artifact to make anew, and what that frees, itself among it."""

    number: int
    id: str
    name: str
    kind: Kind
    freed: Exposed
    cost: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Leverage:
    """Where to cut what is revoked off.

    Attributes:
        graph, policy, roots: what was asked.
        answer: the blast radius; affected: it in numbers.
        chokes: what each artifact alone would free, where that is more than itself; the most
            deployments first.
        plan: the fewest (or cheapest) artifacts that together free every deployment that can
            be freed, in an order to work them off; ``freed`` is what each step adds.
        direct: deployments that nothing made anew frees: a path leads to them by itself.
        remaining: what is affected still when the plan is done.
        without_cost: artifacts of the plan for which nobody stated the cost asked for; they
            were taken to cost as much as the dearest.
    """

    graph: Graph
    policy: Policy
    roots: tuple[int, ...]
    answer: Impact
    affected: Exposed
    chokes: tuple[Cut, ...]
    plan: tuple[Cut, ...]
    direct: tuple[int, ...]
    remaining: Exposed
    without_cost: int


def leverage(
    graph: Graph,
    roots: Sequence[int],
    policy: Policy | None = None,
    kinds: Sequence[Kind] = (Kind.MODEL,),
    cost: str | None = None,
) -> Leverage:
    """What every path goes through, and the smallest set that cuts all deployments off.

    Args:
        graph, roots, policy: as in ``impact``.
        kinds: what can be made anew. What is revoked cannot, nor can a deployment.
        cost: a property that states what it costs to make an artifact anew; the plan is then
            the cheapest set instead of the smallest.

    Raises:
        NotFoundError: no roots.
    """
    policy = policy or Policy()
    answer = impact(graph, roots, policy)
    below = below_of(graph, starts_of(graph, roots), policy, kinds)
    alone = dominators(below.topology, below.seeds).freed(below.weights)
    targets = np.flatnonzero(below.served & ~below.seed)
    direct = reachable(below.topology, below.seeds, closed=~below.fixed)[targets]
    costs = _costs(graph, below, cost)
    steps = minimum_vertex_cut(
        below.topology, below.seeds, targets[~direct], weights=costs, uncuttable=below.fixed
    ).astype(np.int64)
    after = levels(below.topology, np.arange(below.topology.nodes))
    order = np.lexsort((below.rank(steps), -alone[steps, DEPLOYMENTS], after[steps]))
    plan, remaining = _worked_off(graph, below, steps[order], cost)
    chokes = np.flatnonzero(~below.fixed & (alone[:, [0, 1, 2]].sum(axis=1) > 1))
    first = np.lexsort((below.rank(chokes), -alone[chokes, MODELS], -alone[chokes, DEPLOYMENTS]))
    return Leverage(
        graph,
        policy,
        tuple(int(root) for root in roots),
        answer,
        exposed_by(graph, answer),
        tuple(_cut(graph, below, int(c), alone[c], cost) for c in chokes[first]),
        plan,
        tuple(int(n) for n in below.named[targets[direct]]),
        remaining,
        sum(step.cost is None for step in plan) if cost else 0,
    )


def _costs(graph: Graph, below: Below, cost: str | None) -> NDArray[np.int64] | None:
    """What each place costs, from 1; what nobody stated costs as much as the dearest."""
    if cost is None:
        return None
    stated = _stated(graph, cost)[below.named]
    known = stated[(stated >= 0) & ~below.fixed]
    if not len(known):
        return None
    scale = min(1.0, 2**29 / (max(float(known.max()), 1.0) * len(stated)))
    filled = np.where(stated >= 0, stated, known.max())
    return np.asarray(np.maximum(np.ceil(filled * scale), 1), np.int64)


def _stated(graph: Graph, cost: str) -> NDArray[np.float64]:
    numbers, results = graph.by_properties(_number_named(cost))
    known = [-1.0 if value is None else value for value in results]
    return np.asarray(np.array(known or [-1.0])[numbers])


def _number_named(cost: str) -> partial[float | None]:
    return partial(_number, name=cost)


def _number(properties: Mapping[str, Value], name: str) -> float | None:
    value = properties.get(name)
    number = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    return float(value) if number else None  # type: ignore[arg-type]


def _worked_off(
    graph: Graph, below: Below, steps: Ints, cost: str | None
) -> tuple[tuple[Cut, ...], Exposed]:
    """The steps with what each frees beyond those before it, and what remains in the end.

    Backwards: with all of them cut, then one cut less at a time; what is reached besides is what
    that step frees. Each place is gone through once in all.
    """
    rows = below.topology.rows
    start, follows = rows.start.tolist(), rows.subject.tolist()
    cut = np.zeros(below.topology.nodes, np.bool_)
    cut[steps] = True
    closed, seen = cut.tolist(), [False] * len(cut)

    def reached_besides(places: list[int]) -> NDArray[np.int64]:
        found = []
        for place in places:
            seen[place] = True
        while places:
            place = places.pop()
            if closed[place]:
                continue
            found.append(place)
            for then in follows[start[place] : start[place + 1]]:
                if not seen[then]:
                    seen[then] = True
                    places.append(then)
        return np.asarray(below.weights[found].sum(axis=0))

    remaining = Exposed.of(reached_besides(below.seeds.tolist()))
    plan = []
    for step in steps[::-1].tolist():
        closed[step] = False
        freed = reached_besides([step] if seen[step] else [])
        plan.append(_cut(graph, below, step, freed, cost))
    return tuple(reversed(plan)), remaining


def _cut(graph: Graph, below: Below, place: int, freed: NDArray[np.int64], cost: str | None) -> Cut:
    number = int(below.named[place])
    node = graph.nodes[number]
    stated = _number(node.properties, cost) if cost else None
    return Cut(number, node.id, graph.shown(number), node.kind, Exposed.of(freed), stated)
