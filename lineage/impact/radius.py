"""The blast radius: what falls when a source goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from lineage.errors import NotFoundError
from lineage.graph import Graph, Ints
from lineage.impact.answer import Affected, Impact
from lineage.impact.policy import Certainty, Policy
from lineage.impact.reach import Reach, reach_from, starting_nodes, unknown_inputs, walkable
from lineage.records import Value
from lineage.vocabulary import SPECIAL_CATEGORIES, UNKNOWN, Kind, Transmits

_KINDS_SHOWN = (
    Kind.MODEL,
    Kind.DEPLOYMENT,
    Kind.DATASET,
    Kind.SOURCE,
    Kind.COPY,
    Kind.RUN,
    Kind.GRANT,
    Kind.PARTY,
    Kind.REVOCATION,
    Kind.DOCUMENT,
    Kind.DECISION,
)


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
    starts = starting_nodes(graph, roots)
    usable, proving = walkable(graph, policy)
    possible = reach_from(graph, starts, policy, usable)
    proven = reach_from(graph, starts, policy, proving)
    affected = tuple(
        sorted(
            _affected(graph, roots, starts, possible, proven),
            key=lambda a: (a.distance, a.kind, a.id),
        )
    )
    unknown = unknown_inputs(graph, policy)
    hit = np.zeros(len(graph), np.bool_)
    hit[[a.number for a in affected]] = True
    hit[starts] = True
    others = graph.is_artifact & ~hit
    counted = things(affected)
    blast = np.array([a.number for a in counted if a.effect != Transmits.INFORMS], np.int64)
    return Impact(
        roots=tuple(graph.nodes[n].id for n in roots),
        affected=affected,
        counts=_counts(counted, len(affected)),
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


def _affected(
    graph: Graph, roots: Sequence[int], starts: Ints, possible: Reach, proven: Reach
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
            number,
            node.id,
            graph.shown(number),
            node.kind,
            effect,
            Certainty.PROVEN if sure else Certainty.POSSIBLE,
            int(reach.distance[number]),
            int(reach.via[number]),
            graph.nodes[int(graph.same_as[number])].id,
            tuple(sorted({*risks, *_risks(node.properties)})),
            _unknowns(node.properties),
        )


def _texts(value: Value | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (str(value),)


def _risks(properties: Mapping[str, Value]) -> set[str]:
    stated = {
        *_texts(properties.get("data_categories")),
        *_texts(properties.get("special_category")),
    }
    risks = {
        "biometric" if c in {"FacialPrint", "Biometric"} else "special category"
        for c in stated
        if c in SPECIAL_CATEGORIES
    }
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


def things(affected: Sequence[Affected]) -> list[Affected]:
    """The affected without other names of one thing; each copy is a place of its own."""
    once: dict[tuple[bool, str], Affected] = {}
    for a in sorted(affected, key=lambda a: (_KINDS_SHOWN.index(a.kind), a.distance, a.id)):
        place = a.kind == Kind.COPY
        once.setdefault((place, a.id if place else a.same_as), a)
    return [a for a in once.values() if a.effect != Transmits.IDENTIFIES]


def _counts(counted: Sequence[Affected], names: int) -> dict[str, dict[str, int]]:
    """Counts of things by kind, effect, certainty and distance."""
    blast = [a for a in counted if a.effect != Transmits.INFORMS]
    return {
        "kind": {k: n for k in _KINDS_SHOWN if (n := sum(a.kind == k for a in blast))},
        "effect": dict(sorted(Counter(a.effect.value for a in counted).items())),
        "certainty": dict(sorted(Counter(a.certainty.value for a in blast).items())),
        "distance": {str(d): n for d, n in sorted(Counter(a.distance for a in blast).items())},
        "risk": dict(sorted(Counter(r for a in blast for r in a.risks).items())),
        "unknown": dict(sorted(Counter(u for a in blast for u in a.unknowns).items())),
        "total": {
            "blast_radius": len(blast),
            "informed": len(counted) - len(blast),
            "names": names,
        },
    }


def _count_things(graph: Graph, nodes: Ints) -> int:
    return len(np.unique(graph.same_as[nodes]))
