"""Cases and plans as JSON-ready data, with the names and notes that are still kept beside them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from lineage.cases import Case, Preview, StepState
from lineage.graph import Graph
from lineage.ledger import texts
from lineage.plan import ACTIONS, Alternative, Plan, Role
from lineage.store.ledger import LedgerStore

ERASED = "(erased)"

NOTES = ("issued_by", "right", "part", "deadline_source")
"""What a case was opened with that is kept beside the ledger."""


def told_of(ledger: LedgerStore, case: Case) -> dict[str, str]:
    """The names and notes that the entries of a case refer to and that are still there."""
    ids = {i for e in case.entries for i in (e.by, *_refs(e.body))}
    return texts(ledger, ids - {""})


def _refs(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value.startswith(("note:", "person:")) else []
    if isinstance(value, Mapping):
        return [ref for part in value.values() for ref in _refs(part)]
    if isinstance(value, Sequence):
        return [ref for part in value for ref in _refs(part)]
    return []


def plain(told: Mapping[str, str], id_: object) -> str:
    """A name or note; that it was erased; or nothing where there was none."""
    text = str(id_ or "")
    return told.get(text, ERASED) if text.startswith(("note:", "person:")) else text


def days_left(deadline: str, today: date | None = None) -> int | None:
    """Days to a deadline; negative when it is past, None when there is none."""
    if not deadline:
        return None
    return (date.fromisoformat(deadline) - (today or datetime.now(UTC).date())).days


def deadline_words(case: Case, today: date | None = None) -> str:
    """The deadline in words: when, how long until then, and whether somebody looked it up."""
    deadline = str(case.body.get("deadline", ""))
    left = days_left(deadline, today)
    if left is None:
        return "no deadline was given"
    when = f"{left} days left" if left >= 0 else f"{-left} days overdue"
    source = "" if case.body.get("deadline_verified") else ", unverified"
    return f"{deadline} ({when}{source})" if not case.closed_at else f"{deadline}{source}"


def case_as_json(case: Case, told: Mapping[str, str]) -> dict[str, Any]:
    """A case as it stands.

    ``{"id", "status", "opened_at", "opened_by", "order": {…}, "steps": [{"id", "artifact",
    "action", "status", "receipt", …}], "plan": {…}, "closed_at", "statement"}``. Names and notes
    that were erased read "(erased)".
    """
    body = {k: v for k, v in case.body.items() if k not in NOTES}
    return {
        "id": case.id,
        "status": case.status,
        "opened_at": case.opened_at,
        "opened_by": plain(told, case.opened_by),
        "order": {**body, **{k: plain(told, case.body.get(k)) for k in NOTES}},
        "steps": [step_as_json(s, told) for s in case.steps.values()],
        "plan": {
            "policy": case.plan.policy,
            "waves": case.plan.waves,
            "critical": list(case.plan.critical),
            "hours": case.plan.hours,
            "unknown_effort": case.plan.unknown_effort,
            "doubts": list(case.plan.doubts),
        },
        "closed_at": case.closed_at,
        "closed_by": plain(told, case.closed_by),
        "statement": plain(told, case.statement),
    }


def step_as_json(state: StepState, told: Mapping[str, str]) -> dict[str, Any]:
    """One step as it stands, with its receipt."""
    receipt = state.receipt
    return {
        **dataclasses.asdict(state.step),
        "status": state.status.value,
        "assignee": plain(told, state.assignee),
        "held": plain(told, state.held),
        "reason": plain(told, state.reason),
        "basis": state.basis,
        "refused_by": plain(told, state.refused_by),
        "receipt": receipt
        and {
            "by": plain(told, receipt.by),
            "at": receipt.at,
            "method": plain(told, receipt.method),
            "digest_before": receipt.digest_before,
            "evidence": [{**e, "note": plain(told, e.get("note"))} for e in receipt.evidence],
            "looks": [list(look) for look in receipt.looks],
            "looked_at": receipt.looked_at,
            "verified_by": plain(told, receipt.verified_by),
            "verified_at": receipt.verified_at,
            "remark": plain(told, receipt.remark),
        },
    }


def preview_as_json(found: Preview, graph: Graph) -> dict[str, Any]:
    """What opening a case would mean: ``{"roots", "affected", "plan", "alternatives"}``."""
    return {
        "roots": list(found.order.roots),
        "affected": len(found.answer.affected),
        "undetermined": found.answer.undetermined,
        "store": graph.store,
        "version": graph.version,
        "plan": found.plan.as_json(),
        "alternatives": [alternative_as_json(a) for a in found.alternatives],
    }


def alternative_as_json(a: Alternative) -> dict[str, Any]:
    """One way to deal with a blast radius, as numbers."""
    return {
        "name": a.name,
        "says": a.says,
        "assumes": a.assumes,
        "kept": a.kept,
        "ended": a.ended,
        "taken_out": a.taken_out,
        "waves": a.plan.waves,
        "hours": a.plan.hours,
        "unknown_effort": a.plan.unknown_effort,
        "actions": dict(a.plan.counts),
    }


def effort_words(plan: Plan) -> str:
    """How long a plan takes at the least, in words."""
    known = f"{plan.hours:g} hours of known effort" if plan.hours else "no effort is known"
    rest = (
        f"; the effort of {plan.unknown_effort} steps is not known" if plan.unknown_effort else ""
    )
    return f"critical path of {len(plan.critical)} steps, {known}{rest}"


def counts_words(plan: Plan) -> str:
    """How many steps of each action, in words."""
    return ", ".join(f"{action} {count}" for action, count in plan.counts.items())


def step_row(state: StepState, told: Mapping[str, str], case: Case) -> dict[str, str | int]:
    """A step as a row of plain values, by column; the source of every table of them."""
    step, receipt = state.step, state.receipt
    waiting = case.waits_for(state) if state.open else []
    return {
        "step": step.id,
        "wave": step.wave,
        "action": step.action.value,
        "status": "held" if state.held else state.status.value,
        "kind": step.kind,
        "name": step.name,
        "why": step.why,
        "owner": plain(told, state.assignee) or step.owner or "nobody",
        "waits for": ", ".join(waiting),
        "done": f"{plain(told, receipt.by)}, {receipt.at[:16]}" if receipt else "",
        "looked": ", ".join(f"{p}: {o}" for p, o in receipt.looks) if receipt else "",
        "verified": f"{plain(told, receipt.verified_by)}, {receipt.verified_at[:16]}"
        if receipt and receipt.closed
        else "",
        "certainty": step.certainty,
        "doubts": "; ".join(step.doubts),
        "artifact": step.artifact,
    }


def rows_of(case: Case, told: Mapping[str, str]) -> list[dict[str, str | int]]:
    """The steps of a case as rows, those for other names of one thing left out."""
    return [step_row(s, told, case) for s in case.steps.values() if s.step.role is not Role.NAME]


def evidence_needed(state: StepState) -> str:
    """What shows that a step was carried out."""
    return ACTIONS[state.step.action].evidence
