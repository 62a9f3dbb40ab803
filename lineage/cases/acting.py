"""Acts on a case: each is an entry, written only if the case allows it at that moment.

An act is judged inside the writer's own turn at the ledger, on what the ledger says then. Of two
people who close the same step at the same time, the second is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lineage.cases.folding import BASES, PREFIX, Case, Status, StepState, ends_something, fold
from lineage.errors import InputError, UsageError
from lineage.ledger import Act, Draft, append, noted
from lineage.ledger.entries import Json
from lineage.ledger.recording import person
from lineage.plan import ACTIONS, Action, Brings, Role
from lineage.store.base import Store
from lineage.store.ledger import Turn
from lineage.verifiers import Outcome


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a step was carried out: a text, or a file by its digest."""

    text: str = ""
    sha256: str = ""
    size: int = 0

    def body(self, turn: Turn) -> dict[str, Json]:
        """The evidence as an entry has it; the text stands beside the chain."""
        found: dict[str, Json] = {}
        if self.text:
            found["note"] = noted(turn, self.text)
        if self.sha256:
            found |= {"sha256": self.sha256, "size": self.size}
        return found


def evidence_file(path: Path) -> Evidence:
    """A file as evidence: its digest and size; its name is kept beside the chain.

    Raises:
        InputError: it cannot be read.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise InputError(
            f"the evidence cannot be read: {error.strerror}",
            location=str(path),
            remedy="Nothing was recorded.",
        ) from error
    return Evidence(f"file {path.name}", digest.hexdigest(), size)


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts on which case, and on what they saw.

    ``seen`` is the number of the last entry about the case that they looked at; None where they
    act on what holds now.
    """

    store: Store
    case: str
    by: str
    seen: int | None = None

    def on(self, names: Collection[str], act: Callable[[_Turn, StepState], Draft]) -> Case:
        """Acts on steps, all or none; gives the case as it is then.

        Raises:
            UsageError: the case does not allow it; the message says why.
            NotFoundError: there is no such case.
        """
        ledger = self.store.ledger()

        def work(turn: Turn) -> None:
            acting = _Turn(turn, self.case, self.by, ledger.kept)
            for name in dict.fromkeys(names):
                state = acting.step(name)
                if self.seen is not None and state.last > self.seen:
                    raise UsageError(
                        f"somebody has changed step {name} since you looked: it is {state.status}",
                        remedy="Look at the case again.",
                    )
                append(turn, act(acting, state))

        ledger.write(work)
        return fold(self.case, list(ledger.rows(about=PREFIX + self.case)), ledger.kept)


class _Turn:
    """A turn at the ledger with the case as it stands in it."""

    def __init__(self, turn: Turn, case: str, by: str, kept: Callable[[str], bytes | None]):
        self.turn = turn
        self.case = fold(case, turn.about(PREFIX + case), kept)
        self.by = by
        self.me = person(turn, by)

    def step(self, name: str) -> StepState:
        """A step that can be acted on."""
        state = self.case.steps.get(name)
        if state is None:
            raise UsageError(
                f"case {self.case.id} has no step “{name}”",
                remedy=f"See: lineage case show {self.case.id}",
            )
        if self.case.closed_at:
            raise UsageError(f"case {self.case.id} is closed")
        if state.step.role is Role.NAME:
            raise UsageError(f"{name} is {state.step.why}: act on {state.step.after[0]}")
        return state

    def name_of(self, id_: str) -> str:
        """A person's name or a note, or its id where it was erased."""
        held = self.turn.asides([id_])
        return held[id_].text if id_ in held else id_

    def draft(self, act: Act, state: StepState, notes: dict[str, str], **body: Json) -> Draft:
        """An entry on a step."""
        return Draft(act, {"steps": [state.step.id], **body}, PREFIX + self.case.id, self.by, notes)

    def refuse(self, state: StepState, what: str) -> UsageError:
        """That an act is not allowed as the step stands."""
        told = f"step {state.step.id} is {state.status}"
        if state.receipt and state.status in {Status.DONE, Status.VERIFIED}:
            told += f" (by {self.name_of(state.receipt.by)}, {state.receipt.at[:16]} UTC)"
        return UsageError(f"{told}: it cannot be {what}")


def assign(acting: Acting, names: Collection[str], to: str) -> Case:
    """Gives steps to somebody.

    Raises:
        UsageError: a step that is done or settled.
    """

    def act(turn: _Turn, state: StepState) -> Draft:
        if state.status not in {Status.OPEN, Status.ASSIGNED}:
            raise turn.refuse(state, "assigned")
        return turn.draft(Act.STEP_ASSIGNED, state, {}, to=person(turn.turn, to))

    return acting.on(names, act)


def done(
    acting: Acting,
    names: Collection[str],
    method: str,
    *,
    evidence: Sequence[Evidence] = (),
    digest_before: str = "",
) -> Case:
    """Notes that steps were carried out: how, and what shows it.

    Raises:
        UsageError: a step that is done or settled already, or that a duty to preserve stops.
    """

    def act(turn: _Turn, state: StepState) -> Draft:
        if state.status not in {Status.OPEN, Status.ASSIGNED}:
            raise turn.refuse(state, "done")
        if state.held and ends_something(state.step):
            raise UsageError(
                f"step {state.step.id} is held: {turn.name_of(state.held)}",
                remedy=f"End the hold first: lineage case release {turn.case.id} {state.step.id}",
            )
        body: list[Json] = [e.body(turn.turn) for e in evidence]
        return turn.draft(
            Act.STEP_DONE, state, {"method": method}, evidence=body,
            digest_before=digest_before or state.step.digest,
        )  # fmt: skip

    return acting.on(names, act)


def check(acting: Acting, looks: dict[str, list[tuple[str, str, str]]]) -> Case:
    """Notes what a look at places showed: for each step, (place, outcome, how it is known).

    Raises:
        UsageError: a step that nobody says is done.
    """

    def act(turn: _Turn, state: StepState) -> Draft:
        if state.receipt is None:
            raise turn.refuse(state, "checked")
        found = looks[state.step.id]
        told = "\n".join(f"{place}: {outcome}: {how}" for place, outcome, how in found)
        pairs: list[Json] = [[place, outcome] for place, outcome, _ in found]
        return turn.draft(Act.STEP_CHECKED, state, {"detail": told}, looks=pairs)

    return acting.on(looks, act)


def verify_step(acting: Acting, names: Collection[str], remark: str = "") -> Case:
    """Confirms, as another person, that steps were carried out.

    Raises:
        UsageError: not done yet, done by the same person, seen where it should not be any more,
            or with nothing that shows it.
    """

    def act(turn: _Turn, state: StepState) -> Draft:
        if state.status is not Status.DONE or state.receipt is None:
            raise turn.refuse(state, "verified")
        if state.receipt.by == turn.me:
            raise UsageError(
                f"step {state.step.id} was done by {turn.by}: another person verifies it"
            )
        gone = ACTIONS[state.step.action].brings is Brings.GONE
        there = [place for place, outcome in state.receipt.looks if outcome == Outcome.PRESENT]
        if gone and there and state.step.action is not Action.WITHDRAW:
            raise UsageError(
                f"step {state.step.id} cannot be verified: it is still at {', '.join(there)}",
                remedy="Delete it there and look again, or give the step back.",
            )
        absent = any(outcome == Outcome.ABSENT for _, outcome in state.receipt.looks)
        if not (absent or state.receipt.evidence or remark):
            raise UsageError(
                f"nothing shows that step {state.step.id} was carried out",
                remedy="Look with lineage case check, attach evidence, or say how you know "
                "with --remark.",
            )
        return turn.draft(Act.STEP_VERIFIED, state, {"remark": remark})

    return acting.on(names, act)


def give_back(acting: Acting, names: Collection[str], reason: str) -> Case:
    """Gives steps back, as another person, that were not carried out as it was said.

    Raises:
        UsageError: not done, or done by the same person.
    """

    def act(turn: _Turn, state: StepState) -> Draft:
        if state.status is not Status.DONE or state.receipt is None:
            raise turn.refuse(state, "given back")
        return turn.draft(Act.STEP_RETURNED, state, {"reason": reason})

    return acting.on(names, act)


def refuse(acting: Acting, names: Collection[str], reason: str, basis: str) -> Case:
    """Notes that steps will not be carried out, for a reason and on a basis.

    Raises:
        UsageError: settled already, or a basis that is none.
    """
    if basis not in BASES:
        raise UsageError(f"“{basis}” is no basis", remedy=f"One of: {', '.join(BASES)}")

    def act(turn: _Turn, state: StepState) -> Draft:
        if not state.open:
            raise turn.refuse(state, "refused")
        return turn.draft(Act.STEP_REFUSED, state, {"reason": reason}, basis=basis)

    return acting.on(names, act)


def hold(acting: Acting, names: Collection[str], reason: str) -> Case:
    """Places steps under a duty to preserve: nothing they are about may be made to go.

    Raises:
        UsageError: settled already, or held already.
    """

    def act(turn: _Turn, state: StepState) -> Draft:
        if not state.open or state.held:
            raise turn.refuse(state, "held" if not state.held else "held twice")
        return turn.draft(Act.HOLD_PLACED, state, {"reason": reason})

    return acting.on(names, act)


def release(acting: Acting, names: Collection[str], reason: str) -> Case:
    """Ends the duty to preserve.

    Raises:
        UsageError: not held.
    """

    def act(turn: _Turn, state: StepState) -> Draft:
        if not state.held:
            raise turn.refuse(state, "released: nothing holds it")
        return turn.draft(Act.HOLD_RELEASED, state, {"reason": reason})

    return acting.on(names, act)


def close(acting: Acting, statement: str) -> Case:
    """Makes the statement of a case: nothing in it is open any more.

    Raises:
        UsageError: it is closed, or something is open; the message says what.
    """
    ledger = acting.store.ledger()

    def work(turn: Turn) -> None:
        here = _Turn(turn, acting.case, acting.by, ledger.kept)
        case = here.case
        if case.closed_at:
            raise UsageError(f"case {case.id} is closed already")
        left = [s.step.id for s in case.open_steps]
        held = [s.step.id for s in case.steps.values() if s.held]
        if left or held:
            shown = ", ".join((left or held)[:10])
            more = f" and {len(left or held) - 10} more" if len(left or held) > 10 else ""
            raise UsageError(
                f"the statement cannot be made: {'receipts are open' if left else 'held'}: "
                f"{shown}{more}",
                remedy=f"See: lineage case show {case.id}",
            )
        body: dict[str, Any] = {"receipts": sum(s.receipt is not None for s in case.steps.values())}
        notes = {"statement": statement}
        append(turn, Draft(Act.CASE_CLOSED, body, PREFIX + case.id, acting.by, notes))

    ledger.write(work)
    return fold(acting.case, list(ledger.rows(about=PREFIX + acting.case)), ledger.kept)
