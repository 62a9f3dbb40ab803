"""How facts flow along lineage, by rules that are data.

Each fact spreads by itself from the things that have it: a union over inputs, so that adding an
input, a restriction or an unknown only ever adds facts. A derivation makes a fact at a
relationship; a recorded decision stops one. Each is a walk over the arrays of the graph, every
assertion looked at once for each fact: O(facts × (nodes + assertions)).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lineage.engine.reach import reach
from lineage.graph import RELATION_CODES, Bools, Graph, Ints
from lineage.rights.decisions import Decision, decisions_of
from lineage.rights.facts import Known
from lineage.rights.rules import Derivation, Rules
from lineage.vocabulary import Relation


@dataclass(frozen=True)
class Spread:
    """Where one fact is.

    Over the nodes: its distance from an origin (-1: not there), and the assertion by which it
    came (-1: own or derived here). ``made`` has the derivation at the nodes where one made it.
    """

    distance: NDArray[np.int32]
    via: NDArray[np.int32]
    made: Mapping[int, tuple[Derivation, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Flow:
    """All facts of a graph, own, carried and derived.

    Attributes:
        known: the graph with its own facts.
        facts: where each fact is.
        decisions: the recorded decisions, those that were applied and those that were not.
        applied: which of them were applied.
    """

    known: Known
    rules: Rules
    facts: Mapping[str, Spread]
    decisions: tuple[Decision, ...]
    applied: tuple[Decision, ...]

    def has(self, fact: str, number: int) -> bool:
        """Whether a thing has a fact."""
        where = self.facts.get(fact)
        return where is not None and bool(where.distance[number] >= 0)

    def at(self, number: int, kind: str = "") -> list[str]:
        """The facts of a thing, of one kind where it is given, in order."""
        return [
            fact
            for fact in sorted(self.facts)
            if fact.startswith(kind and f"{kind}:") and self.has(fact, number)
        ]

    def nodes(self, fact: str) -> Ints:
        """The things that have a fact."""
        where = self.facts.get(fact)
        return np.empty(0, np.int64) if where is None else np.flatnonzero(where.distance >= 0)

    def arises(self, fact: str) -> list[int]:
        """The things at which a fact begins: they have it of their own, or it is derived there."""
        where = self.facts.get(fact)
        if where is None:
            return []
        return np.flatnonzero((where.distance == 0) & (where.via < 0)).tolist()

    def path(self, fact: str, number: int) -> tuple[list[int], Derivation | None]:
        """The assertions by which a thing came to a fact, and the derivation at their beginning.

        The first assertion leaves the thing; the last one ends where the fact begins. Where a
        derivation made it, the assertion of the derivation is the last.
        """
        where, graph, steps = self.facts[fact], self.known.graph, list[int]()
        while where.via[number] >= 0:
            steps.append(int(where.via[number]))
            number = int(graph.object[steps[-1]])
        made = where.made.get(number)
        if made is None:
            return steps, None
        return [*steps, made[1]], made[0]


def flow(known: Known, rules: Rules, at: date) -> Flow:
    """Lets every fact of a graph flow, by the rules and the decisions that hold on a day."""
    graph = known.graph
    decisions = tuple(decisions_of(graph))
    applied = tuple(d for d in decisions if d.holds(at))
    carried = {
        kind: graph.passing(relations, retracted=known.counts_retracted)
        for kind, relations in rules.carry.items()
    }
    blocks = _blocks(graph, applied)

    def walkable(fact: str) -> _Walkable:
        stopped = blocks.get(fact)
        if fact in known.supplies:
            supplied = _into(graph, known.supplies[fact])
            stopped = supplied if stopped is None else stopped | supplied
        return _Walkable(graph, carried[fact.partition(":")[0]], stopped)

    facts: dict[str, Spread] = {}
    for fact, nodes in known.own.items():
        facts[fact] = walkable(fact).spread(np.array(sorted(nodes), np.int64))
    _derive(known, rules, facts, walkable, blocks)
    return Flow(known, rules, facts, decisions, applied)


@dataclass(frozen=True, slots=True)
class _Walkable:
    """What a fact flows by: classes of assertions, without those that are stopped."""

    graph: Graph
    passes: Bools
    stopped: Bools | None

    def spread(self, seeds: Ints) -> Spread:
        """Where the fact is if these things have it."""
        view = self.graph
        if self.stopped is not None and self.stopped.any():
            view = view.without(np.flatnonzero(self.stopped).tolist())
        return Spread(*reach(view.topology, seeds, passes=self.passes))

    def edges(self) -> Bools:
        """Over the edges, which it flows by."""
        by_class = self.passes[self.graph.topology.code]
        return np.asarray(by_class if self.stopped is None else by_class & ~self.stopped)


def _derive(
    known: Known,
    rules: Rules,
    facts: dict[str, Spread],
    walkable: Callable[[str], _Walkable],
    blocks: Mapping[str, Bools],
) -> None:
    """Adds derived facts until no derivation adds any more."""
    graph = known.graph
    changed = True
    while changed:
        changed = False
        for derivation in rules.derive:
            source, when = facts.get(derivation.source), facts.get(derivation.when)
            if source is None or when is None:
                continue
            makes = (
                known.usable
                & np.isin(graph.relation, [RELATION_CODES[r] for r in derivation.along])
                & (source.distance[graph.object] >= 0)
                & (when.distance[graph.subject] >= 0)
            )
            if derivation.gives in blocks:
                makes &= ~blocks[derivation.gives]
            before = facts.get(derivation.gives)
            if before is not None:
                makes &= before.distance[graph.subject] < 0
            edges = np.flatnonzero(makes)
            if len(edges):
                changed = True
                by = walkable(derivation.gives)
                facts[derivation.gives] = _with_derived(known, derivation, before, edges, by)


def _with_derived(
    known: Known, derivation: Derivation, before: Spread | None, edges: Ints, by: _Walkable
) -> Spread:
    """A fact with the things at which it is derived, as few of these as explain the others."""
    graph = known.graph
    makers: dict[int, int] = {}
    for edge in edges.tolist():
        makers.setdefault(int(graph.subject[edge]), edge)
    made = dict(before.made) if before is not None else {}
    own = sorted({*known.own.get(derivation.gives, ()), *made})
    pending = np.array(sorted(makers), np.int64)
    everywhere = by.spread(pending).distance
    fed = np.zeros(len(graph), np.bool_)
    feeding = by.edges() & (everywhere[graph.object] >= 0) & (graph.subject != graph.object)
    fed[graph.subject[feeding]] = True
    first = pending[~fed[pending]]
    while True:
        seeds = np.union1d(np.array(own, np.int64), first)
        result = by.spread(seeds)
        left = pending[result.distance[pending] < 0]
        if not len(left):
            break
        first = np.append(first, left[0])  # a ring of them: one has to be the first
    made |= {int(n): (derivation, makers[int(n)]) for n in first}
    return Spread(result.distance, result.via, made)


def _blocks(graph: Graph, decisions: Sequence[Decision]) -> dict[str, Bools]:
    """Over the edges, for each fact that a decision stops, which it stops."""
    result: dict[str, Bools] = {}
    for decision in decisions:
        inputs = [graph.number[i] for i in decision.inputs if i in graph.number]
        stopped = _into(graph, [decision.about])
        if decision.inputs:
            stopped &= np.isin(graph.same_as[graph.object], graph.same_as[inputs])
        for fact in decision.removes:
            result[fact] = result[fact] | stopped if fact in result else stopped
    return result


def _into(graph: Graph, things: Iterable[int]) -> Bools:
    """Over the edges, which lead into one of these things from outside of its names."""
    names = graph.same_as[list(things)]
    inside = np.isin(graph.same_as[graph.subject], names)
    same = graph.same_as[graph.subject] == graph.same_as[graph.object]
    return np.asarray(inside & ~same)


TRAINING = frozenset(
    {Relation.TRAINED_ON, Relation.CALIBRATED_ON, Relation.REWARDED_BY, Relation.DISTILLED_FROM}
)
"""The relations at which data or another model's outputs are used to train."""
