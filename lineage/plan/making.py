"""The plan: one step for each affected artifact, in waves, with owners, effort and doubts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lineage.graph import Graph
from lineage.impact import Impact, Policy
from lineage.plan.actions import Action
from lineage.plan.choosing import Limits, choose
from lineage.plan.doubts import doubts_of
from lineage.plan.drafting import Drafts
from lineage.plan.order import schedule
from lineage.plan.policy import RemediationPolicy
from lineage.plan.records import Plan, Role, Scope, Step
from lineage.plan.remembering import remembering
from lineage.plan.units import Units, units_of


def make_plan(
    graph: Graph,
    answer: Impact,
    remediation: RemediationPolicy | None = None,
    scope: Scope | None = None,
    *,
    policy: Policy | None = None,
    today: date | None = None,
    limits: Limits | None = None,
    units: Units | None = None,
) -> Plan:
    """A plan for an answer.

    Args:
        graph: the snapshot that was asked.
        answer: the blast radius in it.
        remediation: which actions are preferred; those that keep what can be kept when None.
        scope: the part that is revoked, who we are, the deadline.
        policy: what transmits what, as the answer was asked under.
        today: the date that services are compared with; of the snapshot when None.
        limits: where data may be taken out; anywhere when None.
        units: what ``units_of`` gave for the answer, where it is at hand.
    """
    graph = remembering(graph)
    remediation = remediation or RemediationPolicy()
    scope = scope or Scope()
    policy = policy or Policy()
    units = units or units_of(graph, answer, policy)
    choices = choose(
        graph,
        units,
        remediation,
        part=bool(scope.part),
        ours=frozenset(scope.ours),
        today=(today or graph.taken_at.date()).isoformat(),
        limits=limits,
    )
    drafts = Drafts(graph, units, choices, remediation)
    planned = schedule(units, choices, drafts.claims(policy), drafts.hours())
    steps = drafts.numbered(planned)
    chosen = [s for s in steps if s.role is not Role.NAME]
    return Plan(
        remediation.name,
        remediation.digest(),
        tuple(steps),
        max((s.wave for s in steps), default=0),
        tuple(drafts.ids[at] for at in planned.critical),
        planned.hours,
        sum(s.hours is None and s.action is not Action.NONE for s in chosen),
        doubts_of(graph, answer, units, steps),
        _counted(steps),
    )


def _counted(steps: Sequence[Step]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for step in steps:
        counts[step.action.value] = counts.get(step.action.value, 0) + 1
    return {a.value: counts[a.value] for a in Action if a.value in counts}
