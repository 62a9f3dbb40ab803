"""Ways to deal with one blast radius, side by side: what each keeps, ends and costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lineage.engine.cut import NoCutError, minimum_vertex_cut
from lineage.engine.topology import Topology
from lineage.graph import Graph
from lineage.impact import Impact, Policy
from lineage.plan.actions import ACTIONS, Brings
from lineage.plan.choosing import Limits, choose
from lineage.plan.making import make_plan
from lineage.plan.policy import PLANS, RemediationPolicy
from lineage.plan.records import Plan, Role, Scope
from lineage.plan.remembering import remembering
from lineage.plan.units import Units, units_of
from lineage.vocabulary import Kind


@dataclass(frozen=True)
class Alternative:
    """One way, as numbers: how many artifacts it keeps and ends, and what is known of its cost.

    ``taken_out`` counts the artifacts in which somebody has to take the data out; what is built
    on those runs its own recipe again.
    """

    name: str
    says: str
    plan: Plan
    kept: int
    ended: int
    taken_out: int
    assumes: str = ""


def alternatives(
    graph: Graph,
    answer: Impact,
    remediation: RemediationPolicy,
    scope: Scope,
    *,
    policy: Policy | None = None,
    today: date | None = None,
) -> list[Alternative]:
    """The plan of a policy, and beside it: delete all, retrain the fewest, purge a part.

    "Retrain the fewest" is a minimum vertex cut between what is revoked and what is in service:
    the data is taken out at as few places as possible, all before them goes, all behind them is
    built again. Where nothing is in service, the last models of each line stand for it.
    """
    graph = remembering(graph)
    policy = policy or Policy()
    units = units_of(graph, answer, policy)

    def planned(
        name: str,
        says: str,
        by: RemediationPolicy,
        of: Scope = scope,
        limits: Limits | None = None,
        assumes: str = "",
    ) -> Alternative:
        plan = make_plan(
            graph, answer, by, of, policy=policy, today=today, limits=limits, units=units
        )
        return _counted(name, says, plan, assumes)

    found = [
        planned("policy", f"what the policy {remediation.name} prefers", remediation),
        planned("delete all", "everything in the blast radius goes", PLANS["delete"]),
    ]
    limits = fewest(graph, units, remediation, scope, (today or graph.taken_at.date()).isoformat())
    found.append(
        planned(
            "retrain the fewest",
            "the data is taken out at as few places as can be; what was built on them is built "
            "again",
            remediation,
            limits=limits,
            assumes="what cannot be kept so goes",
        )
    )
    if not scope.part:
        found.append(
            planned(
                "purge a part",
                "the records that are revoked are taken out of the source, the rest is kept",
                remediation,
                replace(scope, part="the records concerned"),
                assumes="the revocation allows the rest to stay, and the records can be told apart",
            )
        )
    return found


def fewest(
    graph: Graph, units: Units, remediation: RemediationPolicy, scope: Scope, today: str
) -> Limits:
    """The fewest units in which the data has to be taken out so that what is in service stays."""
    choices = choose(
        graph, units, remediation, part=bool(scope.part), ours=frozenset(scope.ours), today=today
    )
    count = len(units.units)
    able = np.array([ACTIONS[c.action].brings is Brings.CLEAN for c in choices], np.bool_)
    alone = np.zeros(count, np.bool_)
    for at, unit in enumerate(units.units):
        built_on = {units.units[d].number for d, _ in unit.dirty}
        alone[at] = able[at] and any(n not in built_on for n in choices[at].takes)
    ends = [(d, at) for at, u in enumerate(units.units) for d in _parents(units, at) if d != at]
    topology, _ = Topology.of(count, [at for _, at in ends], [d for d, _ in ends], [0] * len(ends))
    seeds = [at for at, u in enumerate(units.units) if u.revoked]
    targets = [t for t in _targets(graph, units) if able[t]]
    try:
        cut = _cut(topology, seeds, targets, ~alone)
    except NoCutError:
        cut = set()
        for target in targets:
            try:
                cut |= _cut(topology, seeds, [target], ~alone)
            except NoCutError:  # it needs what is clean and what is built anew, both
                cut.update(at for at in _leading_to(units, [target]) if able[at])
    return Limits(frozenset(cut), frozenset(_leading_to(units, targets)))


def _cut(
    topology: Topology, seeds: Sequence[int], targets: Sequence[int], fixed: NDArray[np.bool_]
) -> set[int]:
    return set(minimum_vertex_cut(topology, seeds, targets, uncuttable=fixed).tolist())


def _parents(units: Units, at: int) -> set[int]:
    unit = units.units[at]
    return {*(d for d, _ in unit.dirty), *unit.originals}


def _targets(graph: Graph, units: Units) -> list[int]:
    """What is in service; where nothing is, what nothing else was made of."""
    served = {
        d for u in units.units if graph.nodes[u.number].kind is Kind.DEPLOYMENT for d, _ in u.dirty
    }
    served = {o for s in served for o in (units.units[s].originals or [s])}
    if not served:
        used = {p for at in range(len(units.units)) for p in _parents(units, at)}
        served = {at for at, u in enumerate(units.units) if at not in used and not u.copy}
    return sorted(served)


def _leading_to(units: Units, targets: Sequence[int]) -> set[int]:
    """The targets, and all that they were made of."""
    seen, waiting = set(targets), list(targets)
    while waiting:
        for parent in _parents(units, waiting.pop()):
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return seen


def _counted(name: str, says: str, plan: Plan, assumes: str) -> Alternative:
    brings = [
        (s, ACTIONS[s.action].brings) for s in plan.steps if s.role in {Role.AFFECTED, Role.REVOKED}
    ]
    return Alternative(
        name,
        says,
        plan,
        kept=sum(b is Brings.CLEAN for _, b in brings),
        ended=sum(b is Brings.GONE for _, b in brings),
        taken_out=sum(b is Brings.CLEAN and bool(s.without) for s, b in brings),
        assumes=assumes,
    )
