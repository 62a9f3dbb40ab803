"""The state of a case, computed from the entries about it and from nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from lineage.errors import NotFoundError, StoreError
from lineage.ledger import Act, Entry, entry_of
from lineage.plan import ACTIONS, Action, Brings, Plan, Role, Step
from lineage.store.ledger import LedgerRow, LedgerStore

PREFIX = "case:"
"""What the names begin with under which the ledger has entries about cases."""

BASES: Mapping[str, str] = {
    "17(3)(a)": "freedom of expression and information (GDPR art. 17(3)(a))",
    "17(3)(b)": "a legal obligation, or a task in the public interest (GDPR art. 17(3)(b))",
    "17(3)(c)": "public health (GDPR art. 17(3)(c))",
    "17(3)(d)": "archiving, research or statistics (GDPR art. 17(3)(d))",
    "17(3)(e)": "legal claims (GDPR art. 17(3)(e))",
    "not-affected": "it is shown not to be made of what was revoked",
    "other": "another basis, as the reason says",
}
"""On which basis a step may be refused."""


class Status(StrEnum):
    """Where a step stands."""

    OPEN = "open"
    ASSIGNED = "assigned"
    DONE = "done"
    VERIFIED = "verified"
    REFUSED = "refused"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a step was carried out: who, when, how, the digest before, and what a look showed.

    People and texts are ids here; the ledger's store has what they stand for until it is erased.
    ``looks`` has pairs of place and outcome; ``evidence`` what was attached.
    """

    by: str
    at: str
    method: str
    digest_before: str
    evidence: tuple[Mapping[str, Any], ...] = ()
    looks: tuple[tuple[str, str], ...] = ()
    looked_at: str = ""
    verified_by: str = ""
    verified_at: str = ""
    remark: str = ""

    @property
    def closed(self) -> bool:
        """Whether another person confirmed it."""
        return bool(self.verified_by)


@dataclass(frozen=True, slots=True)
class StepState:
    """One step of a case as it stands. ``last`` is the number of the last entry about it."""

    step: Step
    status: Status = Status.OPEN
    assignee: str = ""
    reason: str = ""
    basis: str = ""
    refused_by: str = ""
    held: str = ""
    receipt: Receipt | None = None
    last: int = 0

    @property
    def open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.status not in {Status.VERIFIED, Status.REFUSED, Status.SETTLED}


@dataclass(frozen=True)
class Case:
    """A revocation case as it stands.

    ``body`` is what it was opened with; ``entries`` all entries about it; ``last`` the number of
    the latest.
    """

    id: str
    body: Mapping[str, Any]
    opened_at: str
    opened_by: str
    steps: Mapping[str, StepState]
    plan: Plan
    closed_at: str = ""
    closed_by: str = ""
    statement: str = ""
    certified: tuple[Mapping[str, Any], ...] = ()
    grew: int = 0
    entries: Sequence[Entry] = field(default_factory=tuple)

    @property
    def last(self) -> int:
        """The number of the last entry about it."""
        return self.entries[-1].number

    @property
    def open_steps(self) -> list[StepState]:
        """What is still to be done, in order of wave."""
        return [s for s in self.steps.values() if s.open]

    @property
    def status(self) -> str:
        """One word for the whole: closed, reopened, ready for its statement, or open."""
        if self.closed_at:
            return "closed"
        if self.open_steps or any(s.held for s in self.steps.values()):
            return "reopened" if any(e.act == Act.CASE_CLOSED for e in self.entries) else "open"
        return "ready"

    def waits_for(self, state: StepState) -> list[str]:
        """The steps before this one that are not done yet."""
        unfinished = {Status.OPEN, Status.ASSIGNED}
        return [
            b for b in state.step.after if b in self.steps and self.steps[b].status in unfinished
        ]


def cases(ledger: LedgerStore) -> list[Case]:
    """All cases, in the order in which they were opened."""
    return [case_of(ledger, name.removeprefix(PREFIX)) for name in ledger.subjects(PREFIX)]


def case_of(ledger: LedgerStore, id_: str) -> Case:
    """One case.

    Raises:
        NotFoundError: there is none of this id.
        StoreError: what it was decided on is not there any more.
    """
    return fold(id_, list(ledger.rows(about=PREFIX + id_)), ledger.kept)


def fold(id_: str, rows: Sequence[LedgerRow], kept: Callable[[str], bytes | None]) -> Case:
    """The case that entries tell of.

    Args:
        id_: its id.
        rows: the entries about it, in order.
        kept: gives what is kept under a digest.

    Raises:
        NotFoundError: there are no entries.
        StoreError: its plan is not there any more.
    """
    entries = [entry_of(row) for row in rows]
    if not entries:
        raise NotFoundError(f"there is no case “{id_}”", remedy="See: lineage case list")
    first = entries[0]
    plan = Plan.of_json(kept_json(kept, str(first.body["plan"])))
    steps = {step.id: _started(step) for step in plan.steps}
    case = Case(id_, first.body, first.at, first.by, steps, plan, entries=entries)
    for entry in entries[1:]:
        case = _with_case(case, entry, kept)
        names = _steps_of(entry)
        steps.update({name: _with_step(steps[name], entry) for name in names if name in steps})
    return case


def kept_json(kept: Callable[[str], bytes | None], digest: str) -> Any:
    """JSON that is kept under a digest.

    Raises:
        StoreError: it is not there.
    """
    data = kept(digest)
    if data is None:
        raise StoreError(
            f"what a case was decided on is not in this store: {digest}",
            remedy="Restore the store from a backup that has it.",
        )
    return json.loads(data)


def _started(step: Step) -> StepState:
    nothing = step.action is Action.NONE
    return StepState(step, Status.SETTLED if nothing else Status.OPEN)


def _steps_of(entry: Entry) -> Iterable[str]:
    steps = entry.body.get("steps")
    return [str(s) for s in steps] if isinstance(steps, list) else []


def _with_case(case: Case, entry: Entry, kept: Callable[[str], bytes | None]) -> Case:
    body = entry.body
    if entry.act == Act.CASE_CLOSED:
        return replace(
            case, closed_at=entry.at, closed_by=entry.by, statement=str(body.get("statement", ""))
        )
    if entry.act == Act.CERTIFIED:
        return replace(case, certified=(*case.certified, {**body, "at": entry.at}))
    if entry.act == Act.CASE_GREW:
        for row in kept_json(kept, str(body["more"])):
            more = Plan.of_json({**case.plan.as_json(), "steps": [row]}).steps[0]
            assert isinstance(case.steps, dict)
            case.steps[more.id] = _started(more)
        return replace(case, closed_at="", closed_by="", statement="", grew=case.grew + 1)
    if entry.act == Act.STEP_REOPENED:
        return replace(case, closed_at="", closed_by="", statement="")
    return case


def _with_step(state: StepState, entry: Entry) -> StepState:
    body, act = entry.body, entry.act
    state = replace(state, last=entry.number)
    reason = str(body.get("reason", ""))
    if act == Act.STEP_ASSIGNED:
        return replace(state, status=Status.ASSIGNED, assignee=str(body["to"]))
    if act == Act.STEP_DONE:
        receipt = Receipt(
            entry.by, entry.at, str(body.get("method", "")), str(body.get("digest_before", "")),
            tuple(body.get("evidence") or ()),  # type: ignore[arg-type]
        )  # fmt: skip
        return replace(state, status=Status.DONE, receipt=receipt, reason="")
    if act == Act.STEP_CHECKED and state.receipt:
        pairs: Any = body["looks"]
        looks = tuple((str(place), str(outcome)) for place, outcome in pairs)
        return replace(state, receipt=replace(state.receipt, looks=looks, looked_at=entry.at))
    if act == Act.STEP_VERIFIED and state.receipt:
        receipt = replace(
            state.receipt,
            verified_by=entry.by,
            verified_at=entry.at,
            remark=str(body.get("remark", "")),
        )
        return replace(state, status=Status.VERIFIED, receipt=receipt)
    if act == Act.STEP_RETURNED:
        return replace(state, status=Status.ASSIGNED, reason=reason, receipt=None)
    if act == Act.STEP_REFUSED:
        return replace(
            state, status=Status.REFUSED, reason=reason, basis=str(body["basis"]),
            refused_by=entry.by,
        )  # fmt: skip
    if act == Act.STEP_REOPENED:
        return replace(state, status=Status.OPEN, reason=reason, basis="", receipt=None)
    if act == Act.HOLD_PLACED:
        return replace(state, held=reason)
    if act == Act.HOLD_RELEASED:
        return replace(state, held="")
    return state


def ends_something(step: Step) -> bool:
    """Whether a step makes something go: what a duty to preserve forbids."""
    renewed = ACTIONS[step.action].brings in {Brings.GONE, Brings.CLEAN}
    return renewed and step.action not in {Action.WITHDRAW, Action.CONFIRM, Action.SUPPRESS}


def counted(step: Step) -> bool:
    """Whether a step stands for a thing of its own, not for another name of one."""
    return step.role is not Role.NAME
