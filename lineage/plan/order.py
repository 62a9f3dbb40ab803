"""What comes before what: withdraw first, delete from the leaves, build again from the roots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lineage.plan.actions import ACTIONS, Action, Brings
from lineage.plan.choosing import Choice
from lineage.plan.units import Units, layered

_AT_ONCE = frozenset({Action.WITHDRAW, Action.NOTIFY, Action.SUPPRESS, Action.NONE})


@dataclass(frozen=True, slots=True)
class Schedule:
    """Over the units, and the claims after them: what comes first, and the wave (from 1).

    ``critical`` is the longest chain by known hours, then by number of steps; ``hours`` is how
    long it takes at the least.
    """

    before: Sequence[Sequence[int]]
    wave: Sequence[int]
    critical: Sequence[int]
    hours: float


def schedule(
    units: Units,
    choices: Sequence[Choice],
    claims: Sequence[tuple[Sequence[int], Sequence[int]]],
    hours: Sequence[float | None],
) -> Schedule:
    """Puts choices in order.

    Args:
        units, choices: what is done about each unit.
        claims: for each claim that is redone, the units and the other claims it rests on.
        hours: what is known of the effort for each unit.
    """
    before = _of_units(units, choices)
    count = len(before)
    before += [sorted({*rests, *(count + o for o in others)}) for rests, others in claims]
    order, layer = layered(len(before), before)
    if len(order) < len(before):  # claims that rest on each other are free among themselves
        before = [[o for o in b if at < count or o < count] for at, b in enumerate(before)]
        order, layer = layered(len(before), before)
    effort = [*(h or 0.0 for h in hours), *([0.0] * len(claims))]
    total = [0.0] * len(before)
    length = [0] * len(before)
    last: list[int | None] = [None] * len(before)
    for at in order:
        best = max(before[at], key=lambda b: (total[b], length[b], -b), default=None)
        if best is not None:
            total[at], length[at], last[at] = total[best], length[best], best
        total[at] += effort[at]
        length[at] += 1
    end = max(order, key=lambda at: (total[at], length[at], -at), default=None)
    critical: list[int] = []
    at_: int | None = end
    while at_ is not None:
        critical.append(at_)
        at_ = last[at_]
    return Schedule(
        before, [n + 1 for n in layer], critical[::-1], total[end] if end is not None else 0.0
    )


def _of_units(units: Units, choices: Sequence[Choice]) -> list[list[int]]:
    before: list[set[int]] = [set() for _ in choices]
    brings = [ACTIONS[c.action].brings for c in choices]
    for at, unit in enumerate(units.units):
        action = choices[at].action
        for source in {*(d for d, _ in unit.dirty), *unit.originals}:
            if source == at or units.units[source].group == unit.group:
                continue
            first = choices[source].action
            if first in _AT_ONCE:
                continue
            if action is Action.WITHDRAW:
                before[source].add(at)
            elif action in _AT_ONCE:
                continue
            elif brings[at] is brings[source] is Brings.GONE:
                before[source].add(at)
        # Inputs come clean in the order in which units were looked at, also within a cycle.
        taken = {units.of_node[n] for n in choices[at].takes if n in units.of_node}
        before[at].update(t for t in taken if brings[t] is Brings.CLEAN)
    return [sorted(b) for b in before]
