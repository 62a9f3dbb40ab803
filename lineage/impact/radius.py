"""The blast radius: what falls when a source goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lineage.errors import NotFoundError
from lineage.graph import Graph, Ints
from lineage.impact.answer import KINDS_SHOWN, Affected, AffectedRows, Impact
from lineage.impact.policy import Certainty, Policy
from lineage.impact.reach import (
    EFFECTS,
    reach_from,
    reached_at_all,
    starting_nodes,
    unknown_inputs,
)
from lineage.impact.rights_left import ended_rights, spared
from lineage.impact.risks import concern_of
from lineage.impact.tally import Hit, counts, things_among
from lineage.store.columns import KINDS
from lineage.vocabulary import Kind, Transmits

_CONTAMINATES = EFFECTS.index(Transmits.CONTAMINATES)


def impact(
    graph: Graph, roots: Sequence[int], policy: Policy | None = None, *, destroy: bool = False
) -> Impact:
    """The blast radius of one or several nodes.

    A party, grant or revocation stands for what was provided by it, is held by it, or is
    ended by it. The ending of a right spares what another right still covers
    (:mod:`lineage.impact.rights_left`).

    Args:
        graph: the snapshot to ask.
        roots: node numbers.
        policy: what transmits what; the default policy when None.
        destroy: whether the data is to be destroyed, whatever other rights there are.

    Raises:
        NotFoundError: no roots.
    """
    if not len(roots):
        raise NotFoundError("nothing was named to be revoked")
    policy = policy or Policy()
    left = () if destroy else spared(graph, ended_rights(graph, roots), day_of(graph))
    starts = starting_nodes(graph, roots, [s.number for s in left])
    hit = _hit(graph, roots, starts, policy)
    unknown = unknown_inputs(graph, policy)
    others = graph.is_artifact.copy()
    others[hit.numbers] = False
    others[starts] = False
    counted = things_among(graph, hit)
    counted_by, coverage = counts(graph, hit, counted, unknown)
    return Impact(
        roots=tuple(graph.nodes[n].id for n in roots),
        affected=AffectedRows(
            len(hit.numbers), lambda: _rows(graph, hit, _vias(graph, starts, policy, hit))
        ),
        counts=counted_by,
        undetermined=graph.things(np.flatnonzero(others & unknown)),
        cleared=graph.things(np.flatnonzero(others & ~unknown)),
        coverage=coverage,
        retracted_used=_only_by_retracted(graph, starts, policy, hit.numbers, counted),
        complete=True,
        store=graph.store,
        version=graph.version,
        policy=policy.title,
        taken_at=graph.taken_at.isoformat(timespec="seconds"),
        as_of=graph.at.isoformat(timespec="seconds") if graph.at else None,
        starts=tuple(starts.tolist()),
        spared=tuple(
            (graph.nodes[s.number].id, tuple(graph.nodes[g].id for g in s.grants)) for s in left
        ),
    )


def day_of(graph: Graph) -> date:
    """The day on which rights must be in force: that of the view, else that of the reading."""
    return (graph.at or graph.taken_at).date()


def _hit(graph: Graph, roots: Sequence[int], starts: Ints, policy: Policy) -> Hit:
    possible = reach_from(graph, starts, policy, proven=False, want_via=False)
    proven = reach_from(graph, starts, policy, proven=True, want_via=False)
    affected = possible.effect > 0
    affected[starts[~graph.is_artifact[starts]]] = False
    affected[list(roots)] = False
    numbers = np.flatnonzero(affected)
    start = np.zeros(len(graph), np.bool_)
    start[starts] = True
    effect = np.where(start[numbers], _CONTAMINATES, possible.effect[numbers]).astype(np.uint8)
    sure = start[numbers] | (proven.effect[numbers] == effect)
    concerns, results = graph.by_properties(concern_of)
    return Hit(
        numbers,
        effect,
        sure,
        np.where(sure, proven.distance[numbers], possible.distance[numbers]),
        frozenset().union(*(results[c].risks for c in np.unique(concerns[starts]))),
    )


def _vias(graph: Graph, starts: Ints, policy: Policy, hit: Hit) -> NDArray[np.int32]:
    """By which assertion each of the affected was come to, for whoever looks at the rows."""
    proven = reach_from(graph, starts, policy, proven=True).via
    possible = reach_from(graph, starts, policy, proven=False).via
    return np.asarray(np.where(hit.sure, proven[hit.numbers], possible[hit.numbers]))


def _only_by_retracted(
    graph: Graph, starts: Ints, policy: Policy, affected: Ints, counted: Ints
) -> int:
    """How many of the affected are so only by assertions that documents no longer make."""
    if not policy.counts_retracted:
        return 0
    lineage = policy.relations(*EFFECTS[1:])
    now = graph.passing(lineage, retracted=False)
    retracted = graph.edges_with(graph.passing(lineage) & ~now)
    reached = np.zeros(len(graph), np.bool_)
    reached[affected] = reached[starts] = True
    if not reached[graph.objects(retracted)].any():
        return 0
    still = reached_at_all(graph, starts, replace(policy, counts_retracted=False))
    return int((~still[affected[counted]]).sum())


def _rows(graph: Graph, hit: Hit, via: NDArray[np.int32]) -> tuple[Affected, ...]:
    """The affected as rows: the nearest first, then by kind and id."""
    kinds = np.argsort(np.argsort([kind.value for kind in KINDS]))[graph.kind[hit.numbers]]
    order = np.lexsort((graph.id_rank[hit.numbers], kinds, hit.distance))
    numbers, concerns = hit.numbers[order], graph.by_properties(concern_of)
    passed_on = hit.holds[order]
    rows = []
    for place, number, more in zip(
        order.tolist(), numbers.tolist(), passed_on.tolist(), strict=True
    ):
        node, concern = graph.nodes[number], concerns[1][concerns[0][number]]
        risks = concern.risks | hit.inherited if more else concern.risks
        rows.append(
            Affected(
                number,
                node.id,
                graph.shown(number),
                node.kind,
                EFFECTS[hit.effect[place]],
                Certainty.PROVEN if hit.sure[place] else Certainty.POSSIBLE,
                int(hit.distance[place]),
                int(via[place]),
                graph.nodes[int(graph.same_as[number])].id,
                tuple(sorted(risks)),
                tuple(sorted(concern.unknowns)),
            )
        )
    return tuple(rows)


def things(affected: Sequence[Affected]) -> list[Affected]:
    """The affected without other names of one thing; each copy is a place of its own."""
    once: dict[tuple[bool, str], Affected] = {}
    for a in sorted(affected, key=lambda a: (KINDS_SHOWN.index(a.kind), a.distance, a.id)):
        place = a.kind == Kind.COPY
        once.setdefault((place, a.id if place else a.same_as), a)
    return [a for a in once.values() if a.effect != Transmits.IDENTIFIES]
