"""What falls when a source goes: the blast radius, and why each thing is in it.

Pure functions of a :class:`~lineage.graph.Graph` and a :class:`Policy`. Sound before sharp:
retracted assertions count, because a model trained last month on data that today's config no
longer names is still contaminated; nothing is cut by depth or number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

import numpy as np

from lineage.errors import NotFoundError, UsageError
from lineage.graph import EVIDENCE_CODES, RELATION_CODES, Bools, Graph, Ints, spread
from lineage.records import EdgeRow, Value
from lineage.vocabulary import (
    EVIDENCE,
    RELATIONS,
    SPECIAL_CATEGORIES,
    UNKNOWN,
    Evidence,
    Kind,
    Relation,
    Transmits,
)

_Code = TypeVar("_Code", Relation, Evidence)


_KINDS_SHOWN = (
    Kind.MODEL, Kind.DEPLOYMENT, Kind.DATASET, Kind.SOURCE, Kind.COPY, Kind.RUN, Kind.GRANT,
    Kind.PARTY, Kind.REVOCATION, Kind.DOCUMENT,
)


class Certainty(StrEnum):
    """How sure an answer is."""

    PROVEN = "proven"
    POSSIBLE = "possible"
    UNDETERMINED = "undetermined"
    CLEARED = "cleared"


CERTAINTIES: Mapping[Certainty, str] = {
    Certainty.PROVEN: "reached through stated assertions alone",
    Certainty.POSSIBLE: "reached, but only through something inferred or said in a comment",
    Certainty.UNDETERMINED: "no known path, but something it stands on has unknown inputs",
    Certainty.CLEARED: "complete ancestry, and no path",
}


@dataclass(frozen=True)
class Policy:
    """What each relation transmits and which evidence proves. A report names its policy."""

    name: str = "default-1"
    transmits: Mapping[Relation, Transmits] = field(
        default_factory=lambda: {r: t.transmits for r, t in RELATIONS.items()}
    )
    proves: Mapping[Evidence, bool] = field(
        default_factory=lambda: {e: t.proves for e, t in EVIDENCE.items()}
    )
    counts_retracted: bool = True

    def relations(self, *what: Transmits) -> tuple[Relation, ...]:
        """The relations that transmit one of these, in the order of the vocabulary."""
        return tuple(r for r in Relation if self.transmits[r] in what)


CARRIES = (Transmits.CONTAMINATES, Transmits.EXPOSES, Transmits.IDENTIFIES)
"""What the blast radius spreads by. ``informs`` goes one step further, and no more."""

RELAYS = (Transmits.EXPOSES, Transmits.IDENTIFIES)
"""What passes "a claim must be redone" on: to services, and to other names."""


@dataclass(frozen=True, slots=True)
class Affected:
    """One artifact in the blast radius.

    ``effect`` is what was transmitted to it; ``via`` the number of the last edge of a shortest
    path, walking which leads back to the roots; ``same_as`` the id under which it is counted.
    """

    number: int
    id: str
    name: str
    kind: Kind
    effect: Transmits
    certainty: Certainty
    distance: int
    via: int
    same_as: str
    risks: tuple[str, ...]
    unknowns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """The answer to "what falls if these go", with all that is needed to trust it.

    ``counts`` count things, not names: artifacts joined by SAME_AS count once. ``complete`` is
    always true of what the store knows: there is no cap. ``coverage`` says how many of the
    affected have fully known inputs; ``undetermined`` and ``cleared`` count the other artifacts.
    """

    roots: tuple[str, ...]
    affected: tuple[Affected, ...]
    counts: Mapping[str, Mapping[str, int]]
    undetermined: int
    cleared: int
    coverage: tuple[int, int]
    retracted_used: int
    complete: bool
    store: str
    version: int
    policy: str
    taken_at: str

    def of(self, effect: Transmits | None = None, kind: Kind | None = None) -> list[Affected]:
        """The affected with this effect and kind."""
        return [a for a in self.affected
                if (effect is None or a.effect == effect) and (kind is None or a.kind == kind)]


@dataclass(frozen=True, slots=True)
class _Reach:
    """One pass: what is reached, in which way, how far, and by which edge."""

    distance: Ints
    via: Ints
    effect: dict[int, Transmits]


def impact(graph: Graph, roots: Sequence[int], policy: Policy | None = None) -> Impact:
    """The blast radius of one or several nodes.

    A party, grant or revocation stands for what was provided by it, is held by it, or is
    ended by it.

    Args:
        graph: the snapshot to ask.
        roots: node numbers.
        policy: what transmits what; the default policy when None.

    Raises:
        NotFoundError: no roots.
    """
    if not len(roots):
        raise NotFoundError("nothing was named to be revoked")
    policy = policy or Policy()
    starts = _starts(graph, roots)
    usable, proving = _walkable(graph, policy)
    possible = _reach(graph, starts, policy, usable)
    proven = _reach(graph, starts, policy, proving)
    affected = tuple(sorted(
        _affected(graph, roots, starts, possible, proven), key=lambda a: (a.distance, a.kind, a.id)
    ))
    unknown = unknown_inputs(graph, policy)
    hit = np.zeros(len(graph), np.bool_)
    hit[[a.number for a in affected]] = True
    hit[starts] = True
    others = graph.is_artifact & ~hit
    things = _things(affected)
    blast = np.array([a.number for a in things if a.effect != Transmits.INFORMS], np.int64)
    return Impact(
        roots=tuple(graph.nodes[n].id for n in roots),
        affected=affected,
        counts=_counts(things, len(affected)),
        undetermined=_count_things(graph, np.flatnonzero(others & unknown)),
        cleared=_count_things(graph, np.flatnonzero(others & ~unknown)),
        coverage=(int((~unknown[blast]).sum()), len(blast)),
        retracted_used=sum(1 for a in affected if a.via >= 0 and not graph.active[a.via]),
        complete=True,
        store=graph.store,
        version=graph.version,
        policy=policy.name,
        taken_at=graph.taken_at.isoformat(timespec="seconds"),
    )


def unknown_inputs(graph: Graph, policy: Policy) -> Bools:
    """Which nodes stand, directly or further up, on something whose origin nobody stated.

    A source is an origin. Anything else that names no input is of unknown origin, unless
    another name of it does; so is every placeholder.
    """
    inputs = _edges_with(graph, graph.relation, RELATION_CODES,
                         policy.relations(Transmits.CONTAMINATES, Transmits.EXPOSES))
    named = graph.of_kind(Kind.SOURCE)
    named[graph.subject[inputs]] = True
    placeholder = np.fromiter((n.namespace.startswith("unknown://") for n in graph.nodes),
                              np.bool_, len(graph))
    same = _edges_with(graph, graph.relation, RELATION_CODES, policy.relations(Transmits.IDENTIFIES))
    known, _ = spread(graph, np.flatnonzero(named), np.zeros(int(named.sum()), np.int64), same)
    origin_unknown = graph.is_artifact & (placeholder | (known < 0))
    carrying = _edges_with(graph, graph.relation, RELATION_CODES, policy.relations(*CARRIES))
    seeds = np.flatnonzero(origin_unknown)
    distance, _ = spread(graph, seeds, np.zeros(len(seeds), np.int64), carrying)
    return np.asarray(distance >= 0)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation, from what was revoked towards the artifact.

    ``assertions`` are all that say so, the one that was walked first.
    """

    subject: str
    subject_name: str
    relation: Relation
    transmits: Transmits
    object: str
    object_name: str
    assertions: tuple[EdgeRow, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an artifact is affected: a shortest chain of assertions from the root to it."""

    root: str
    artifact: Affected
    steps: tuple[Step, ...]


def explain(
    graph: Graph, roots: Sequence[int], artifact: int, policy: Policy | None = None
) -> Explanation:
    """The chain of assertions between what is revoked and an artifact.

    Raises:
        UsageError: no assertion leads from the roots to it.
    """
    policy = policy or Policy()
    answer = impact(graph, roots, policy)
    found = next((a for a in answer.affected if a.number == artifact), None)
    if found is None:
        raise UsageError(
            f"{graph.nodes[artifact].id} is not affected: nothing known leads to it from "
            f"{', '.join(answer.roots)}",
            remedy="That is no proof of absence where inputs are unknown: see the coverage line of lineage impact.",
        )
    return explain_affected(graph, answer, found, policy)


def explain_affected(graph: Graph, answer: Impact, found: Affected, policy: Policy) -> Explanation:
    """The chain for one row of an answer already computed."""
    usable, proving = _walkable(graph, policy)
    starts = _starts(graph, [graph.number[r] for r in answer.roots])
    reach = _reach(graph, starts, policy, proving if found.certainty == Certainty.PROVEN else usable)
    steps: list[Step] = []
    node = found.number
    while reach.via[node] >= 0:
        edge = graph.edges[int(reach.via[node])]
        steps.append(_step(graph, edge, policy))
        node = int(graph.object[reach.via[node]])
    return Explanation(graph.nodes[node].id, found, tuple(reversed(steps)))


def _walkable(graph: Graph, policy: Policy) -> tuple[Bools, Bools]:
    """Which assertions count, and which of them prove.

    What was made from a place that several documents write to may have come from any of them:
    such an assertion counts, and proves nothing.
    """
    usable = np.ones(len(graph.edges), np.bool_) if policy.counts_retracted else graph.active
    sure = _edges_with(graph, graph.evidence, EVIDENCE_CODES,
                       [e for e, proves in policy.proves.items() if proves])
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


def _step(graph: Graph, edge: EdgeRow, policy: Policy) -> Step:
    subject, target = graph.number[edge.subject], graph.number[edge.object]
    alike = [
        graph.edges[int(i)] for i in graph.downstream.of(np.array([target]))
        if graph.subject[i] == subject and graph.edges[int(i)].relation == edge.relation
    ]
    return Step(
        edge.subject, graph.shown(subject), edge.relation, policy.transmits[edge.relation],
        edge.object, graph.shown(target),
        (edge, *(a for a in alike if a.key != edge.key)),
    )


def _starts(graph: Graph, roots: Sequence[int]) -> Ints:
    """The roots, and what parties, grants and revocations among them stand for."""
    governed = _edges_with(graph, graph.relation, RELATION_CODES,
                           [Relation.PROVIDED_BY, Relation.COVERED_BY, Relation.GRANTED_BY])
    seeds = {int(n) for n in roots}
    for root in tuple(seeds):
        if graph.nodes[root].kind == Kind.REVOCATION:
            edges = graph.upstream.of(np.array([root]))
            ends = edges[graph.relation[edges] == RELATION_CODES[Relation.REVOKES]]
            seeds.update(int(n) for n in graph.object[ends])
    governance = np.array(
        sorted(n for n in seeds if not graph.is_artifact[n]), np.int64
    )
    held, _ = spread(graph, governance, np.zeros(len(governance), np.int64), governed)
    return np.array(sorted(seeds | {int(n) for n in np.flatnonzero(held >= 0)}), np.int64)


def _edges_with(graph: Graph, column: Ints, codes: Mapping[_Code, int], wanted: Iterable[_Code]) -> Bools:
    return np.asarray(np.isin(column, [codes[w] for w in wanted]))


def _reach(graph: Graph, starts: Ints, policy: Policy, usable: Bools) -> _Reach:
    """Everything downstream, and what each is reached by."""
    def edges(*what: Transmits) -> Bools:
        return usable & _edges_with(graph, graph.relation, RELATION_CODES, policy.relations(*what))

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

    informing = np.flatnonzero(edges(Transmits.INFORMS) & reached[graph.object] & ~reached[graph.subject])
    relay = edges(*RELAYS) & ~reached[graph.subject]
    far, far_via = spread(graph, graph.subject[informing], distance[graph.object[informing]] + 1, relay)
    informed = np.flatnonzero((far >= 0) & ~reached)
    effect.update((int(n), Transmits.INFORMS) for n in informed)
    nearest = informing[np.lexsort((informing, distance[graph.object[informing]]))]
    first_subject, first = np.unique(graph.subject[nearest], return_index=True)
    seeded = dict(zip(first_subject.tolist(), nearest[first].tolist(), strict=True))
    distance[informed] = far[informed]
    for node in informed.tolist():
        via[node] = far_via[node] if far_via[node] >= 0 else seeded[node]
    return _Reach(distance, via, effect)


def _affected(
    graph: Graph, roots: Sequence[int], starts: Ints, possible: _Reach, proven: _Reach
) -> Iterable[Affected]:
    inherited = _categories(graph, starts)
    own = {int(n) for n in roots}
    start = {int(n) for n in starts}
    for number, effect in possible.effect.items():
        node = graph.nodes[number]
        if number in own or (number in start and not graph.is_artifact[number]):
            continue
        sure = number in start or proven.effect.get(number) == effect
        if number in start:
            effect = Transmits.CONTAMINATES
        reach = proven if sure else possible
        risks = inherited if effect in {Transmits.CONTAMINATES, Transmits.EXPOSES} else ()
        yield Affected(
            number, node.id, graph.shown(number), node.kind, effect,
            Certainty.PROVEN if sure else Certainty.POSSIBLE,
            int(reach.distance[number]), int(reach.via[number]),
            graph.nodes[int(graph.same_as[number])].id,
            tuple(sorted({*risks, *_risks(node.properties)})),
            _unknowns(node.properties),
        )


def _texts(value: Value | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (str(value),)


def _risks(properties: Mapping[str, Value]) -> set[str]:
    stated = {*_texts(properties.get("data_categories")), *_texts(properties.get("special_category"))}
    risks = {"biometric" if c in {"FacialPrint", "Biometric"} else "special category"
             for c in stated if c in SPECIAL_CATEGORIES}
    if "ChildData" in stated:
        risks.add("children")
    if any("biometric" in c.casefold() for c in _texts(properties.get("capabilities"))):
        risks.add("biometric")
    return risks


def _categories(graph: Graph, starts: Ints) -> tuple[str, ...]:
    """Risks that what is revoked passes on with its records."""
    return tuple(sorted(set().union(*(_risks(graph.nodes[int(n)].properties) for n in starts))))


def _unknowns(properties: Mapping[str, Value]) -> tuple[str, ...]:
    return tuple(sorted(name for name, value in properties.items() if value == UNKNOWN))


def _things(affected: Sequence[Affected]) -> list[Affected]:
    """The affected without other names of one thing; each copy is a place of its own."""
    once: dict[tuple[bool, str], Affected] = {}
    for a in sorted(affected, key=lambda a: (_KINDS_SHOWN.index(a.kind), a.distance, a.id)):
        place = a.kind == Kind.COPY
        once.setdefault((place, a.id if place else a.same_as), a)
    return [a for a in once.values() if a.effect != Transmits.IDENTIFIES]


def _counts(things: Sequence[Affected], names: int) -> dict[str, dict[str, int]]:
    """Counts of things by kind, effect, certainty and distance."""
    blast = [a for a in things if a.effect != Transmits.INFORMS]
    return {
        "kind": {k: n for k in _KINDS_SHOWN if (n := sum(a.kind == k for a in blast))},
        "effect": dict(sorted(Counter(a.effect.value for a in things).items())),
        "certainty": dict(sorted(Counter(a.certainty.value for a in blast).items())),
        "distance": {str(d): n for d, n in sorted(Counter(a.distance for a in blast).items())},
        "risk": dict(sorted(Counter(r for a in blast for r in a.risks).items())),
        "unknown": dict(sorted(Counter(u for a in blast for u in a.unknowns).items())),
        "total": {"blast_radius": len(blast), "informed": len(things) - len(blast),
                  "names": names},
    }


def _count_things(graph: Graph, nodes: Ints) -> int:
    return len(np.unique(graph.same_as[nodes]))
