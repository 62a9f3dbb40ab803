"""What is affected, as things and copies of things, with what each was made of.

A thing known under several names is one unit; each copy is a unit of its own, because bytes that
lie somewhere else have to be dealt with there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from lineage.graph import Graph
from lineage.impact import CARRIES, Affected, Certainty, Impact, Policy
from lineage.records import Value
from lineage.vocabulary import Kind, Relation, Transmits

RELATION_OF = tuple(Relation)
_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (Kind.MODEL, Kind.DEPLOYMENT, Kind.DATASET, Kind.SOURCE, Kind.RUN, Kind.COPY)
    )
}


@dataclass(slots=True)
class Unit:
    """One thing, or one copy.

    Attributes:
        number: of its main name in the graph.
        others: its other names.
        copy: whether it is a place where the bytes of another thing also are.
        revoked: whether the revocation aims at it.
        certainty, effect, distance: of the main name in the answer.
        dirty: what it was made of that is affected: unit and relation.
        clean: what it was made of that is not affected: node number and relation.
        originals: of a copy, the units whose bytes it holds.
        group: units that were made of each other share one.
    """

    number: int
    others: list[int]
    copy: bool
    revoked: bool
    certainty: Certainty
    effect: Transmits
    distance: int
    dirty: list[tuple[int, Relation]] = field(default_factory=list)
    clean: list[tuple[int, Relation]] = field(default_factory=list)
    originals: list[int] = field(default_factory=list)
    group: int = 0


@dataclass(frozen=True, slots=True)
class Units:
    """All units of an answer, in an order in which each stands after what it was made of."""

    units: Sequence[Unit]
    order: Sequence[int]
    of_node: dict[int, int]
    informed: Sequence[Affected]
    tools: frozenset[int]
    """Nodes among the clean inputs that are models, or copies of models."""


def properties(graph: Graph, unit: Unit) -> Mapping[str, Value]:
    """What documents say of a unit under any of its names; the main one first."""
    if not unit.others:
        return graph.nodes[unit.number].properties
    merged: dict[str, Value] = {}
    for number in (unit.number, *unit.others):
        for name, value in graph.nodes[number].properties.items():
            merged.setdefault(name, value)
    return merged


def units_of(graph: Graph, answer: Impact, policy: Policy) -> Units:
    """The units of an answer."""
    found = {a.number: a for a in answer.affected if a.effect != Transmits.INFORMS}
    starts = {n for n in answer.starts if graph.is_artifact[n]}
    names: dict[int, list[int]] = defaultdict(list)
    for number in sorted({*found, *starts}):
        names[int(graph.same_as[number])].append(number)
    units: list[Unit] = []
    of_node: dict[int, int] = {}
    of_group: dict[int, int] = {}
    for group, members in names.items():
        revoked = any(n in starts for n in members)
        things = sorted(
            (n for n in members if graph.nodes[n].kind != Kind.COPY),
            key=lambda n: (n not in starts, _RANK[graph.nodes[n].kind], _distance(found, n), n),
        )
        if things:
            of_group[group] = len(units)
            of_node.update(dict.fromkeys(things, len(units)))
            units.append(_unit(things[0], things[1:], found, revoked=revoked, copy=False))
        for n in members:
            if graph.nodes[n].kind == Kind.COPY:
                of_node[n] = len(units)
                units.append(_unit(n, [], found, revoked=revoked, copy=True))
    _link(graph, policy, units, of_node, of_group)
    informed = [a for a in answer.affected if a.effect == Transmits.INFORMS]
    inputs = {n for u in units for n, _ in u.clean}
    return Units(units, _ordered(units), of_node, informed, _models(graph, inputs))


def _models(graph: Graph, numbers: Iterable[int]) -> frozenset[int]:
    """Which nodes are models under any of their names, or copies of models."""
    groups = set(graph.same_as[np.flatnonzero(graph.of_kind(Kind.MODEL))].tolist())
    found = set()
    for number in numbers:
        edges = graph.upstream.of(np.array([number]))
        held = edges[graph.relation[edges] == RELATION_OF.index(Relation.COPY_OF)]
        names = [number, *graph.object[held].tolist()]
        if groups.intersection(graph.same_as[names].tolist()):
            found.add(number)
    return frozenset(found)


def _distance(found: dict[int, Affected], number: int) -> int:
    return found[number].distance if number in found else 0


def _unit(
    number: int, others: list[int], found: dict[int, Affected], *, revoked: bool, copy: bool
) -> Unit:
    row = found.get(number)
    if row is None:
        return Unit(number, others, copy, revoked, Certainty.PROVEN, Transmits.CONTAMINATES, 0)
    return Unit(number, others, copy, revoked, row.certainty, row.effect, row.distance)


def _link(
    graph: Graph,
    policy: Policy,
    units: list[Unit],
    of_node: dict[int, int],
    of_group: dict[int, int],
) -> None:
    """Fills in what each unit was made of."""
    carrying = np.zeros(len(RELATION_OF), np.bool_)
    carrying[[RELATION_OF.index(r) for r in policy.relations(*CARRIES)]] = True
    members = np.array(sorted(of_node), np.int64)
    edges = graph.upstream.of(members)
    edges = edges[carrying[graph.relation[edges]]]
    if not policy.counts_retracted:
        edges = edges[graph.active[edges]]
    columns = (
        graph.subject[edges],
        graph.object[edges],
        graph.relation[edges],
        graph.active[edges],
    )
    for subject, target, code, active in zip(*(c.tolist() for c in columns), strict=True):
        relation = RELATION_OF[code]
        if relation is Relation.SAME_AS:
            continue
        here = of_node[subject]
        unit = units[here]
        there = of_node.get(target)
        if unit.copy and relation in {Relation.COPY_OF, Relation.MIRROR_OF}:
            if there is not None and there != here:
                unit.originals.append(there)
            thing = of_group.get(int(graph.same_as[subject]))
            if thing is None or there is None or thing == there:
                continue
            unit = units[thing]  # what lies there is also known as a thing of its own
        elif unit.copy and (thing := of_group.get(int(graph.same_as[subject]))) is not None:
            unit = units[thing]
        if there is None:
            if active:
                unit.clean.append((target, relation))
        elif units[there] is not unit:
            unit.dirty.append((there, relation))
    for node, at in of_node.items():
        if units[at].copy and (thing := of_group.get(int(graph.same_as[node]))) is not None:
            units[at].originals.append(thing)
    for unit in units:
        unit.dirty = list(dict.fromkeys(unit.dirty))
        unit.clean = list(dict.fromkeys(unit.clean))
        unit.originals = list(dict.fromkeys(unit.originals))


def _ordered(units: Sequence[Unit]) -> list[int]:
    """Units after what they were made of; those of a cycle stand together, and know it."""
    before = [sorted({*(d for d, _ in u.dirty), *u.originals}) for u in units]
    tail = [at for at, wanted in enumerate(before) for _ in wanted]
    head = [other for wanted in before for other in wanted]
    count = len(units)
    if not count:
        return []
    network = csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(count, count))
    _, label = connected_components(network, directed=True, connection="strong")
    for unit, group in zip(units, label.tolist(), strict=True):
        unit.group = group
    return layered(
        count, [[o for o in b if label[o] != label[at]] for at, b in enumerate(before)], label
    )[0]


def layered(
    count: int, before: Sequence[Sequence[int]], label: Iterable[int] | None = None
) -> tuple[list[int], list[int]]:
    """An order in which each number stands after those before it, and the layer of each.

    Args:
        count: how many there are.
        before: for each, those that come first; without cycles between labels.
        label: numbers with one label are taken together; each has its own when None.
    """
    labels = list(range(count)) if label is None else [int(x) for x in label]
    waiting = [0] * count
    after: list[list[int]] = [[] for _ in range(count)]
    members: list[list[int]] = [[] for _ in range(count)]
    for at in range(count):
        here = labels[at]
        members[here].append(at)
        for other in before[at]:
            if labels[other] != here:
                waiting[here] += 1
                after[labels[other]].append(here)
    layer = [0] * count
    level = [lab for lab in range(count) if members[lab] and not waiting[lab]]
    order: list[int] = []
    depth = 0
    while level:
        following: list[int] = []
        for lab in level:
            for at in members[lab]:
                layer[at] = depth
                order.append(at)
            for later in after[lab]:
                waiting[later] -= 1
                if not waiting[later]:
                    following.append(later)
        level = sorted(following)
        depth += 1
    return order, layer
