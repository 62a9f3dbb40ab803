"""On 1,000 random multigraphs with cycles, every answer is what a plain reference says of it.

Two hundred of them lie side by side in one store, written over three weeks and read back from it:
what is answered about one must be what the reference says of that one alone. On both stores.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache
from itertools import combinations, islice

import networkx as nx
import numpy as np
import pytest

from by_hand import OpenStore
from lineage.engine.order import levels
from lineage.graph import Graph
from lineage.graph.times import as_of
from lineage.impact import CARRIES, Certainty, Impact, Policy, explanations, impact
from lineage.impact.dose import doses
from lineage.impact.reach import walkable
from lineage.questions import (
    Ancestry,
    Exposed,
    ancestry,
    leverage,
    planned,
    rank,
    routes,
    together,
    without_relationship,
)
from lineage.questions.difference import difference, of_ancestry
from lineage.vocabulary import Evidence, Kind, Relation, Transmits
from oracle.plain import CARRIED, Hit, Numbers, Plain, Rules, same_lines
from oracle.told import DAYS, Said, readings, when, world

WORLDS, TOGETHER = 1_000, 200
POLICIES = (
    Policy(),
    Policy(counts_retracted=False),
    Policy("names apart", {**Policy().transmits, Relation.SAME_AS: Transmits.NOTHING}),
)
RANKED = (Kind.SOURCE, Kind.DATASET, Kind.PARTY, Kind.GRANT, Kind.REVOCATION)
MOST_ROUTES = 100


def policy_of(number: int) -> Policy:
    """All worlds of one store are asked under the same policy."""
    return POLICIES[number // TOGETHER % len(POLICIES)]


@cache
def plain(number: int, day: int | None = None) -> Plain:
    """The reference for one world, at the end or as of a day: both stores are held against it."""
    policy, whole = policy_of(number), world(number)
    told = whole if day is None else whole.at(day)
    return Plain(told, Rules(policy.transmits, policy.counts_retracted))


@dataclass(frozen=True)
class Side:
    """One world in a store beside others, and the reference for it."""

    graph: Graph
    plain: Plain
    policy: Policy

    def at(self, *names: str) -> list[int]:
        """The numbers of nodes in the graph."""
        return [self.graph.number[self.plain.world.id(name)] for name in names]

    def name(self, node: str | int) -> str:
        """The short name of a node; one of another world has none here."""
        id_ = node if isinstance(node, str) else self.graph.nodes[int(node)].id
        name = id_[-2:]
        assert id_ == self.plain.world.id(name), f"{id_} is of another world"
        return name

    def names(self, nodes: Iterable[str | int]) -> set[str]:
        return {self.name(node) for node in nodes}


@pytest.mark.parametrize("first", range(0, WORLDS, TOGETHER))
def test_every_answer_is_what_the_reference_says(open_store: OpenStore, first: int) -> None:
    store, numbers = open_store(), range(first, first + TOGETHER)
    for day in DAYS:
        store.write(readings([world(n) for n in numbers], day), when(day))
    graph, policy = Graph.of(open_store()), policy_of(first)
    assert len(graph) == sum(len(world(n).names) for n in numbers)
    then = as_of(graph, when(10))
    ranked = {r.id: r.exposed for r in rank(graph, RANKED, policy).top()}
    others, others_then = totals(numbers), totals(numbers, 10)
    sides = [Side(graph, plain(n), policy) for n in numbers]
    shares_and_steps(sides)
    planned_runs(sides)
    for number in numbers:
        draw = random.Random(-number - 1)
        try:
            every_answer(Side(graph, plain(number), policy), draw, others, ranked)
            if names := plain(number, 10).names:
                side, roots = Side(then, plain(number, 10), policy), some(draw, names)
                answer = impact(then, side.at(*roots), policy)
                blast_radius(side, roots, answer, others_then, destroy=False)
        except AssertionError as error:
            error.add_note(f"in world({number})")
            raise


def totals(numbers: Iterable[int], day: int | None = None) -> tuple[int, int]:
    """How many things of all these worlds are of unknown origin, and how many are not."""
    unknown = known = 0
    for one in (plain(number, day) for number in numbers):
        unknown += len({one.thing[n] for n in one.artifacts & one.unknown_inputs})
        known += len({one.thing[n] for n in one.artifacts - one.unknown_inputs})
    return unknown, known


def some(draw: random.Random, names: Collection[str]) -> frozenset[str]:
    return frozenset(draw.sample(sorted(names), min(len(names), draw.choice([1, 1, 2, 3]))))


def every_answer(
    side: Side, draw: random.Random, others: tuple[int, int], ranked: Mapping[str, Exposed]
) -> None:
    """All questions about one world."""
    names = side.plain.names
    roots, destroy = some(draw, names), draw.random() < 0.2
    answer = impact(side.graph, side.at(*roots), side.policy, destroy=destroy)
    blast_radius(side, roots, answer, others, destroy=destroy)
    explained(side, answer)
    for name in (n for n in names if side.plain.kind[n] in RANKED):
        expected = side.plain.impact(frozenset([name])).exposed
        assert numbers(ranked[side.plain.world.id(name)]) == expected, name
    one, other = draw.sample(names, 2)
    found = {n: ancestry(side.graph, side.at(n)[0], side.policy) for n in (one, other)}
    stands_on(side, one, found[one])
    compared(side, one, other, found)
    several(side, roots)
    one_less(side, roots, draw.choice(side.plain.world.said))
    cut_off(side, some(draw, names), draw.choice([(Kind.MODEL,), (Kind.MODEL, Kind.DATASET)]))
    routed(side, draw.choice(names), draw)


def numbers(exposed: Exposed) -> Numbers:
    return Numbers(*astuple(exposed))


def blast_radius(
    side: Side, roots: frozenset[str], answer: Impact, others: tuple[int, int], *, destroy: bool
) -> None:
    """What falls, how, how surely and how far; what is spared; all that is counted."""
    one, expected = side.plain, side.plain.impact(roots, destroy)
    assert {
        side.name(a.id): Hit(a.effect, a.certainty == Certainty.PROVEN, a.distance)
        for a in answer.affected
    } == expected.hits
    assert side.names(answer.starts) == expected.starts
    assert {side.name(n): side.names(by) for n, by in answer.spared} == expected.spared
    counts = answer.counts
    assert counts["kind"] == {kind.value: n for kind, n in expected.kinds.items()}
    assert counts["total"] == {
        "blast_radius": expected.exposed.things,
        "informed": expected.informed,
        "names": len(expected.hits),
    }
    assert counts["certainty"].get("proven", 0) == expected.proven
    assert answer.coverage == expected.coverage
    assert answer.retracted_used == expected.retracted_used
    unknown = len({one.thing[n] for n in one.artifacts & one.unknown_inputs})
    known = len({one.thing[n] for n in one.artifacts - one.unknown_inputs})
    assert answer.undetermined - expected.undetermined == others[0] - unknown
    assert answer.cleared - expected.cleared == others[1] - known


def explained(side: Side, answer: Impact) -> None:
    """Each chain begins at a root, is as short as can be, and each step is all that says so."""
    said: dict[tuple[str, str, str], list[Said]] = {}
    for s in side.plain.world.said:
        said.setdefault(s.line, []).append(s)
    for chain in explanations(side.graph, answer, side.policy):
        assert len(chain.steps) == chain.artifact.distance
        at = side.name(chain.root)
        assert at in side.names(answer.starts)
        for step in chain.steps:
            line = (side.name(step.subject), step.relation, side.name(step.object))
            assert step.object == side.plain.world.id(at)
            assert side.plain.rules.transmits[step.relation] != Transmits.NOTHING
            assert len(step.assertions) == len(said[line])
            walked = next(s for s in said[line] if step.assertions[0].document.endswith(s.document))
            assert walked.active or side.policy.counts_retracted
            assert side.plain.proves(walked) or chain.artifact.certainty == Certainty.POSSIBLE
            at = side.name(step.subject)
        assert at == side.name(chain.artifact.id)


def shares_and_steps(sides: Sequence[Side]) -> None:
    """How much of each thing came from roots, and in which steps what falls is made again.

    All worlds are asked together, each about roots of its own: what they share is nothing.
    """
    graph, policy = sides[0].graph, sides[0].policy
    roots = [some(random.Random(side.plain.world.number), side.plain.names) for side in sides]
    starting = [n for side, chosen in zip(sides, roots, strict=True) for n in side.at(*chosen)]
    answer = impact(graph, starting, policy, destroy=True)
    found = doses(graph, answer, policy)
    slack = 1e-5 if found.settled else 1.0
    fallen = np.array(sorted(a.number for a in answer.affected))
    order = levels(graph.topology, fallen, walkable(graph, policy, *CARRIES))
    for side, chosen in zip(sides, roots, strict=True):
        expected = side.plain.impact(chosen, destroy=True)
        for name, (low, high) in side.plain.doses(expected.starts).items():
            least, most = found.bounds(*side.at(name))
            assert low - slack <= least <= low + 1e-9, (side.plain.world.number, name)
            assert high - 1e-9 <= most <= high + slack, (side.plain.world.number, name)
        steps = {n: int(order[side.at(n)[0]]) for n in expected.hits}
        assert steps == side.plain.steps(expected.hits), side.plain.world.number


def stands_on(side: Side, name: str, found: Ancestry) -> None:
    """All that it stands on, by what right, and what of that was revoked."""
    one, expected = side.plain, side.plain.ancestors(name)
    assert of(side, found) == expected
    for a in found.ancestors:
        assert a.unknown_origin == (side.name(a.id) in one.no_origin)
    made = {n for n, hit in expected.items() if hit.effect in CARRIED[:2]}
    total = found.counts["total"]
    assert found.counts["kind"] == {k.value: n for k, n in one.kinds_of(made).items()}
    assert total["made_from"] == len(one.counted(made))
    informing = {n for n, hit in expected.items() if hit.effect == Transmits.INFORMS}
    assert total["informed_by"] == len(one.counted(informing))
    assert total["names"] == len(expected)
    assert total["unknown_origin"] == len(one.counted(made & one.no_origin))
    assert total["without_right"] == len(one.counted(one.without_right(made)))
    assert found.fully_known == (name not in one.unknown_inputs)
    if side.policy.counts_retracted:
        revoked = {n: by for n in expected if (by := one.revoked_by(n))}
        assert total["revoked"] == len(one.counted(revoked))
        assert {side.name(a.id): len(a.revoked_by) for a in found.ancestors if a.revoked_by} == {
            n: len(by) for n, by in revoked.items()
        }


def of(side: Side, found: Ancestry) -> dict[str, Hit]:
    return {
        side.name(a.id): Hit(a.effect, a.certainty == Certainty.PROVEN, a.depth)
        for a in found.ancestors
    }


def compared(side: Side, one: str, other: str, found: Mapping[str, Ancestry]) -> None:
    """What only one of two stands on, and what both do, alike or not."""
    left, right = (side.plain.ancestors(name) for name in (one, other))
    both = left.keys() & right.keys()
    alike = {n for n in both if weight(left[n]) == weight(right[n])}
    answer = difference(*(of_ancestry(found[name]) for name in (one, other)))
    parts = (answer.only_left, answer.only_right, answer.changed, answer.same)
    assert [side.names(row.id for row in part) for part in parts] == [
        left.keys() - both,
        right.keys() - both,
        both - alike,
        alike,
    ]


def weight(hit: Hit) -> tuple[Transmits, bool]:
    return hit.effect, hit.proven


def several(side: Side, roots: frozenset[str]) -> None:
    """What falls by which of several, and what only if all of them go."""
    one, every = side.plain, side.plain.impact(roots)
    found = together(side.graph, side.at(*sorted(roots)), side.policy)
    alone = {root: one.impact(frozenset([root])) for root in roots}
    by = {n: frozenset(r for r in roots if n in alone[r].hits) for n in every.hits}
    assert {side.name(i): side.names(who) for i, who in found.by.items()} == by
    assert numbers(found.all) == every.exposed
    for share in found.shares:
        root = side.name(share.root)
        assert numbers(share.alone) == alone[root].exposed
        only = [n for n, who in by.items() if who == {root}]
        assert numbers(share.only) == one.numbers(every.hits, only)
    shared = [n for n, who in by.items() if len(who) > 1]
    assert numbers(found.several) == one.numbers(every.hits, shared)
    assert side.names(a.id for a in found.only_together) == {n for n, who in by.items() if not who}


def one_less(side: Side, roots: frozenset[str], said: Said) -> None:
    """What would not fall without one relationship, and what would all the same."""
    one, line = side.plain, said.line
    cut = same_lines(line)
    less = Plain(one.world.without(cut), one.rules)
    before, after = one.impact(roots).hits, less.impact(roots).hits
    subject, target = side.at(line[0], line[2])
    found = without_relationship(
        side.graph, subject, line[1], target, side.at(*sorted(roots)), side.policy
    )
    assert found.assertions == sum(s.line in cut for s in one.world.said)
    assert side.names(a.id for a in found.spared) == before.keys() - after.keys()
    below = less.far(*CARRIED, Transmits.INFORMS)[line[0]].keys()
    assert {side.name(a.id): a.distance for a in found.still} == {
        n: hit.distance for n, hit in after.items() if n in below
    }


def planned_runs(sides: Sequence[Side]) -> None:
    """What a model of each world would stand on if a document were read, and is not stored."""
    plans = {
        one.world.id("m9"): (one, replace(one.world, said=_plan(one)))
        for one in (side.plain for side in sides)
    }
    worlds = [plan for _, plan in plans.values()]
    found = planned(sides[0].graph, readings(worlds, 0, ["plan.yml"]), sides[0].policy)
    assert set(found.new) == plans.keys()
    assert {found.graph.nodes[made.of].id for made in found.made} == plans.keys()
    for made in found.made:
        one, plan = plans[found.graph.nodes[made.of].id]
        both = Plain(replace(plan, said=(*one.world.said, *plan.said)), one.rules)
        assert of(Side(found.graph, both, sides[0].policy), made) == both.ancestors("m9")


def _plan(one: Plain) -> tuple[Said, ...]:
    draw = random.Random(one.world.number)
    relations = (Relation.TRAINED_ON, Relation.FINE_TUNED_FROM, Relation.TOKENIZED_WITH)
    return tuple(
        Said("m9", r, draw.choice(one.names), "plan.yml", draw.choice(list(Evidence)), None, 0)
        for r in relations
    )


def cut_off(side: Side, roots: frozenset[str], kinds: tuple[Kind, ...]) -> None:
    """What each made anew would free, and that no fewer free every service that can be."""
    one, graph = side.plain, side.graph
    expected = one.impact(roots)
    found = leverage(graph, side.at(*sorted(roots)), side.policy, kinds)
    assert numbers(found.affected) == expected.exposed
    flow, place = one.things_flow(), one.place
    seeds = {
        place[then]
        for start in one.starts(roots, one.spared(roots))
        for then in one.far(Transmits.IDENTIFIES)[start]
    }

    def below(without: Collection[str]) -> set[str]:
        kept = flow.subgraph(set(flow) - set(without))
        return {p for seed in seeds for p in (seed, *nx.descendants(kept, seed))} - seeds

    every = below(())
    kinds_at: dict[str, set[Kind]] = {}
    for name in one.names:
        kinds_at.setdefault(place[name], set()).add(one.kind[name])
    served = {p for p in every if Kind.DEPLOYMENT in kinds_at[p]}
    makeable = {p for p in every - served if kinds_at[p] & set(kinds)}
    direct = served & below(makeable)
    plan = [place[side.name(step.id)] for step in found.plan]
    assert {place[side.name(n)] for n in found.direct} == direct
    assert set(plan) <= makeable
    assert not (below(plan) & served) - direct, "it cuts"
    for fewer in combinations(sorted(makeable), len(plan) - 1) if plan else ():
        assert (below(fewer) & served) - direct, "no fewer do"
    if one.loose:
        return  # of a thing some names are reached and others not: places do not count things

    def things(places: Collection[str]) -> int:
        return len(one.counted(n for n in one.names if place[n] in places))

    freed = {p: things(every - below([p])) for p in makeable}
    assert {place[side.name(c.id)]: c.freed.things for c in found.chokes} == {
        p: count for p, count in freed.items() if count > 1
    }
    for step, at in enumerate(plan):
        cleaned = below(plan[:step]) - below([*plan[:step], at])
        assert found.plan[step].freed.things == things(cleaned)
    assert found.remaining.things == things(below(plan))


def routed(side: Side, root: str, draw: random.Random) -> None:
    """Every route to one thing, where there are not too many to list."""
    one = side.plain
    flow, place = one.things_flow(), one.place
    below = sorted(nx.descendants(flow, place[root]))
    if root not in one.artifacts or not below:
        return
    target = draw.choice(below)
    paths = nx.all_simple_paths(flow, place[root], target)
    expected = [tuple(path) for path in islice(paths, MOST_ROUTES + 1)]
    found = routes(side.graph, side.at(root), *side.at(target), side.policy, limit=MOST_ROUTES)
    if len(expected) > MOST_ROUTES:
        assert found.total > MOST_ROUTES
        return
    told = [
        (place[root], *(place[side.name(side.graph.edges[step[0]].subject)] for step in route))
        for route in found.routes
    ]
    assert sorted(told) == sorted(expected)
    assert [len(route) for route in told] == sorted(len(path) for path in expected)
    assert (found.total, found.exact) == (len(expected), True)
