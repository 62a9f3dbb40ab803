"""Opening a case: what it is about, what it would hit, and the snapshot it is decided on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np

from lineage.cases.folding import PREFIX
from lineage.cases.frozen import freeze, packed, radius_of, sha256
from lineage.errors import UsageError
from lineage.graph import Graph
from lineage.impact import Impact
from lineage.ledger import Act, Draft, append, entry_of
from lineage.ledger.entries import Json
from lineage.plan import Alternative, Plan, RemediationPolicy, Scope, alternatives, make_plan
from lineage.store.base import Store
from lineage.store.ledger import LedgerRow, Turn
from lineage.vocabulary import REVOCATION_CAUSES

DEADLINES = (30, 45, 60, 90)
"""Days that orders have been known to give; which one holds is for the order's text to say."""


@dataclass(frozen=True)
class Order:
    """What was ordered or withdrawn.

    Attributes:
        roots: the ids of what is revoked: sources, data sets, grants, parties.
        cause: one of the causes of the vocabulary.
        issued_by: who ordered or withdrew it, in words.
        right: by what right, in words: an order's number, an article.
        received: the date it came, YYYY-MM-DD.
        deadline: the date by which it has to be done, or empty.
        deadline_source: where the deadline stands; empty when nobody looked it up.
        part: which part is revoked; empty for all of it.
        ours: the ids of the parties that are us.
        cohort: of withdrawn subjects, what the registers say of them; see lineage.subjects.
    """

    roots: tuple[str, ...]
    cause: str
    issued_by: str
    right: str
    received: str
    deadline: str = ""
    deadline_source: str = ""
    part: str = ""
    ours: tuple[str, ...] = ()
    cohort: Mapping[str, Json] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """What of it a plan depends on."""
        return Scope(self.part, self.ours, self.deadline)

    def checked(self, today: date, *, overdue: bool = False) -> Order:
        """The order, if it can be one.

        Raises:
            UsageError: something is missing, or dates that cannot be.
        """
        if self.cause not in REVOCATION_CAUSES:
            raise UsageError(
                f"“{self.cause}” is no cause", remedy=f"One of: {', '.join(REVOCATION_CAUSES)}"
            )
        for text, what in ((self.issued_by, "who issued it"), (self.right, "by what right")):
            if not text.strip():
                raise UsageError(f"it is not said {what}")
        received, deadline = _day(self.received, "received"), _day(self.deadline, "deadline")
        if received is None:
            raise UsageError("it is not said when it was received")
        if received > today:
            raise UsageError(f"it cannot have been received on {received}: that is to come")
        if deadline and deadline < received:
            raise UsageError(f"the deadline, {deadline}, is before it was received, {received}")
        if deadline and deadline < today and not overdue:
            days = (today - deadline).days
            raise UsageError(
                f"the deadline, {deadline}, is past: {days} {'day' if days == 1 else 'days'} ago",
                remedy="Correct it, or open the case as overdue with --overdue.",
            )
        return self


def after_days(received: str, days: int) -> str:
    """The date so many days after another."""
    start = _day(received, "received") or datetime.now(UTC).date()
    return (start + timedelta(days)).isoformat()


def _day(text: str, what: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(
            f"“{text}” is no date ({what})", remedy="Write it as YYYY-MM-DD."
        ) from error


@dataclass(frozen=True)
class Preview:
    """What opening a case would mean. Nothing was changed to learn it."""

    order: Order
    answer: Impact
    plan: Plan
    alternatives: Sequence[Alternative]


def preview(graph: Graph, order: Order, remediation: RemediationPolicy | None = None) -> Preview:
    """The blast radius of an order, the plan, and other ways beside it.

    Raises:
        UsageError: the order cannot be one.
    """
    answer = radius_of(graph, order.roots, order.cause)
    remediation = remediation or RemediationPolicy()
    found = alternatives(graph, answer, remediation, order.scope)
    return Preview(order, answer, found[0].plan, found)


def open_case(
    store: Store,
    graph: Graph,
    order: Order,
    *,
    by: str,
    remediation: RemediationPolicy | None = None,
    overdue: bool = False,
) -> str:
    """Opens a case on a graph of the store; gives its id.

    The graph is frozen as it is; the case stands on it whatever is read later.

    Raises:
        UsageError: the order cannot be one, or an open case has the same object already.
        StoreError: it could not be written.
    """
    order.checked(datetime.now(UTC).date(), overdue=overdue)
    answer = radius_of(graph, order.roots, order.cause)
    plan = make_plan(graph, answer, remediation, order.scope)
    snapshot, steps = freeze(graph), packed(plan.as_json())
    known = packed(watched(graph, answer, plan))
    body: dict[str, Json] = {
        "cause": order.cause,
        "roots": [*sorted(order.roots)],
        "ours": list(order.ours),
        "received": order.received,
        "deadline": order.deadline,
        "deadline_verified": bool(order.deadline_source),
        "snapshot": sha256(snapshot),
        "version": graph.version,
        "impact_policy": answer.policy,
        "spared": [*(id_ for id_, _ in answer.spared)],
        "remediation_policy": plan.policy,
        "remediation_digest": plan.policy_digest,
        "answer": answer.digest,
        "affected": len(answer.affected),
        "undetermined": answer.undetermined,
        "plan": sha256(steps),
        "watched": sha256(known),
        "cohort": dict(order.cohort),
    }
    notes = {
        "issued_by": order.issued_by,
        "right": order.right,
        "part": order.part,
        "deadline_source": order.deadline_source,
    }

    def work(turn: Turn) -> str:
        names = turn.subjects(PREFIX)
        for name in names:
            _refuse_twice(turn, name, order)
        for data in (snapshot, steps, known):
            turn.keep(sha256(data), data)
        id_ = f"C{len(names) + 1}"
        append(turn, Draft(Act.CASE_OPENED, body, PREFIX + id_, by, notes))
        return id_

    return store.ledger().write(work)


def _refuse_twice(turn: Turn, name: str, order: Order) -> None:
    """Refuses a second case on what an open one is about already."""
    rows = turn.about(name)
    first = entry_of(rows[0]).body
    if first["roots"] != sorted(order.roots) or _closed(rows):
        return
    note = str(first.get("part", ""))
    held = turn.asides([note]) if note else {}
    if (held[note].text if note in held else "") == order.part:
        id_ = name.removeprefix(PREFIX)
        raise UsageError(
            f"case {id_} is open on the same already", remedy=f"See: lineage case show {id_}"
        )


def _closed(rows: Sequence[LedgerRow]) -> bool:
    acts = [entry_of(row).act for row in rows]
    closing = [at for at, act in enumerate(acts) if act == Act.CASE_CLOSED]
    opening = [at for at, act in enumerate(acts) if act in {Act.CASE_GREW, Act.STEP_REOPENED}]
    return bool(closing) and (not opening or max(closing) > max(opening))


def watched(graph: Graph, answer: Impact, plan: Plan) -> dict[str, object]:
    """What later ingests are compared with: what is affected, who makes it, and its digests."""
    ids = [*answer.roots, *(a.id for a in answer.affected)]
    numbers = np.array([graph.number[id_] for id_ in ids], np.int64)
    edges = graph.upstream.of(numbers)
    making: dict[str, list[str]] = {}
    for edge in edges[graph.active[edges]].tolist():
        row = graph.edges[edge]
        making.setdefault(row.subject, []).append(row.key)
    return {
        "ids": sorted(set(ids)),
        "made": {id_: sorted(keys) for id_, keys in sorted(making.items())},
        "digests": {s.digest: s.artifact for s in plan.steps if s.digest},
    }
