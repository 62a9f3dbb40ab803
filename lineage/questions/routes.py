"""All routes by which something is affected, not only a shortest one.

A route is a sequence of things, each made from the one before it; names that lead to one
another are one thing, and several assertions between the same two things are one step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import count, islice

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from lineage.engine.order import condensed
from lineage.engine.reach import reach, reachable
from lineage.engine.topology import Topology
from lineage.graph import Bools, Graph, Ints
from lineage.impact import CARRIES, RELAYS, Policy
from lineage.impact.reach import walkable
from lineage.questions.counted import mutual
from lineage.questions.starting import starts_of
from lineage.questions.upstream import among
from lineage.vocabulary import Transmits

_MOST_COUNTED = 1_000
"""On a graph with cycles so many routes are looked for one by one: these may be all."""

_MOST_TRIED = 100_000
"""Beginnings tried in vain on a graph with cycles, where one may lead nowhere but to itself."""


@dataclass(frozen=True, slots=True)
class Routes:
    """How many routes lead to something, and the shortest of them.

    Attributes:
        total: how many there are.
        exact: whether that is all; else there are at least so many: where things on the way
            lead to one another in a circle, no more than the shortest, or a thousand, are
            counted.
        routes: the first of them, the shortest first. Each step is the assertions, by number,
            that say it.
    """

    total: int
    exact: bool
    routes: tuple[tuple[tuple[int, ...], ...], ...]


def routes(
    graph: Graph,
    roots: Sequence[int],
    artifact: int,
    policy: Policy | None = None,
    limit: int = 10,
    *,
    informed: bool = False,
) -> Routes:
    """The routes from what goes to something it affects.

    Args:
        graph, roots, policy: as in ``impact``.
        artifact: a node that is affected.
        limit: how many routes to tell.
        informed: whether it is affected only as something about which a claim must be redone.
    """
    between = _between(graph, roots, artifact, policy or Policy(), informed=informed)
    if between is None:
        return Routes(1, True, ((),))
    total, exact = between.total()
    most = limit if exact else max(limit, _MOST_COUNTED)
    tried = list(islice(between.shortest_first(), most))
    found = [trail for trail in tried if trail is not None]
    if not exact:
        exact = len(found) == len(tried) < most
        total = len(found) if exact else max(total, len(found))
    return Routes(total, exact, tuple(between.told(trail) for trail in found[:limit]))


@dataclass(frozen=True, eq=False)
class _Between:
    """All that lies between some places and a target.

    Attributes:
        topology: the steps, each pair of places once; downstream.
        seeds, target: place numbers.
        numbers: assertions in order of step, and ``steps``: where those of each step begin.
    """

    topology: Topology
    seeds: tuple[int, ...]
    target: int
    numbers: Ints
    steps: Ints

    @cached_property
    def left(self) -> Ints:
        """How far it is from each place to the target."""
        far, _ = reach(self.topology, [self.target], upstream=True, want_via=False)
        return far.astype(np.int64)

    @cached_property
    def on_cycle(self) -> Bools:
        """Which places lead to themselves."""
        places = self.topology.nodes
        ends = self.topology.object, self.topology.subject
        links = csr_array((np.ones(self.topology.edges, np.int8), ends), shape=(places, places))
        _, part = connected_components(links, directed=True, connection="strong")
        return np.asarray(np.bincount(part)[part] > 1)

    def total(self) -> tuple[int, bool]:
        """How many routes there are, and whether that is exact."""
        before, after = self.topology.object, self.topology.subject
        exact = not self.on_cycle.any()
        if exact:
            order = condensed(self.topology).order[::-1].tolist()
            starts = self.seeds
        else:
            nearer = self.left[before] == self.left[after] + 1
            before, after = before[nearer], after[nearer]
            order = np.argsort(self.left, kind="stable").tolist()
            least = min(self.left[seed] for seed in self.seeds)
            starts = tuple(seed for seed in self.seeds if self.left[seed] == least)
        follows: dict[int, list[int]] = {}
        for place, then in zip(before.tolist(), after.tolist(), strict=True):
            follows.setdefault(place, []).append(then)
        ways = {self.target: 1}
        for place in order:
            if place != self.target:
                ways[place] = sum(ways.get(then, 0) for then in follows.get(place, ()))
        return sum(ways[seed] for seed in starts), exact

    def shortest_first(self) -> Iterator[_Trail | None]:
        """The routes, the shortest first; None in the end where too much was tried in vain."""
        ticket, tried = count(), 0
        heap: list[tuple[int, int, int, _Trail]] = []
        for seed in self.seeds:
            heappush(heap, (int(self.left[seed]), 0, next(ticket), _Trail(seed, -1, None)))
        while heap:
            _, depth, _, trail = heappop(heap)
            if trail.place == self.target:
                tried = 0
                yield trail
                continue
            tried += 1
            if tried > _MOST_TRIED + self.topology.nodes:
                yield None
                return
            for edge in self.topology.edges_of([trail.place]).tolist():
                then = int(self.topology.subject[edge])
                if self.on_cycle[then] and trail.has(then):
                    continue
                length = 1 - depth + int(self.left[then])
                heappush(heap, (length, depth - 1, next(ticket), _Trail(then, edge, trail)))

    def told(self, trail: _Trail | None) -> tuple[tuple[int, ...], ...]:
        """The assertions of each step of a route."""
        steps = []
        while trail is not None and trail.edge >= 0:
            first, last = self.steps[trail.edge], self.steps[trail.edge + 1]
            steps.append(tuple(self.numbers[first:last].tolist()))
            trail = trail.before
        return tuple(reversed(steps))


@dataclass(frozen=True, slots=True)
class _Trail:
    """The beginning of a route: its last place, the step that led there, and what was before."""

    place: int
    edge: int
    before: _Trail | None

    def has(self, place: int) -> bool:
        """Whether it was there."""
        trail: _Trail | None = self
        while trail is not None:
            if trail.place == place:
                return True
            trail = trail.before
        return False


def _between(
    graph: Graph, roots: Sequence[int], artifact: int, policy: Policy, *, informed: bool
) -> _Between | None:
    """What lies between; None where the artifact is what goes, under another name."""
    topology, starts = graph.topology, starts_of(graph, roots)
    carries = walkable(graph, policy, *CARRIES)
    reached = reachable(topology, starts, carries)
    edges = [np.empty(0, np.int64)]
    ends = np.array([artifact])
    if informed:
        relays = walkable(graph, policy, *RELAYS)
        about = np.flatnonzero(reachable(topology, ends, relays, upstream=True))
        above = graph.upstream.of(about)
        edges.append(among(graph, above, relays))
        informing = among(graph, above, walkable(graph, policy, Transmits.INFORMS))
        informing = informing[reached[graph.objects(informing)]]
        edges.append(informing)
        ends = graph.objects(informing)
    inside = np.flatnonzero(reached & reachable(topology, ends, carries, upstream=True))
    edges.append(among(graph, graph.upstream.of(inside), carries))
    chosen = np.concatenate(edges)
    part = mutual(graph, policy)
    subject, object = part[graph.subjects(chosen)], part[graph.objects(chosen)]
    target, seeds = part[artifact], np.unique(part[starts])
    if target in seeds:
        return None
    known = np.union1d(part[inside], np.append(part[ends], target))
    if informed:
        known = np.union1d(known, part[about])
    walked = (subject != object) & np.isin(object, known) & np.isin(subject, known)
    chosen, subject, object = chosen[walked], subject[walked], object[walked]
    subject, object = np.searchsorted(known, subject), np.searchsorted(known, object)
    order = np.lexsort((chosen, subject, object))
    pairs = np.stack((object[order], subject[order]))
    opens = np.ones(len(order), np.bool_)
    opens[1:] = (pairs[:, 1:] != pairs[:, :-1]).any(axis=0)
    first = np.flatnonzero(opens)
    steps, _ = Topology.of(
        len(known), pairs[1][first], pairs[0][first], np.zeros(len(first), np.uint8)
    )
    return _Between(
        steps,
        tuple(np.searchsorted(known, seeds[np.isin(seeds, known)]).tolist()),
        int(np.searchsorted(known, target)),
        chosen[order],
        np.append(first, len(order)),
    )
