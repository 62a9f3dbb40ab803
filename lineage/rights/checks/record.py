"""Checks of the record itself: unknown origins, ended decisions, and rules made of facts."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.impact import Policy, without_origin
from lineage.rights.checks.holding import unnamed
from lineage.rights.checks.people import arises
from lineage.rights.rules import Rule
from lineage.rights.view import Raised, View
from lineage.vocabulary import Kind


def origin_unknown(view: View, rule: Rule) -> Iterator[Raised]:
    """Things that are named, and of which nobody has said what they came from."""
    del rule
    origins = without_origin(view.graph, Policy())
    for number in view.things:
        node = view.node(number)
        if node.kind is Kind.SOURCE or unnamed(node):
            continue
        if all(origins[name] for name in view.names_of(number)):
            what = f"what {view.name(number)} came from is not known"
            yield Raised(number, what, "", (), (), view.askable(number), ("origin",), True)


def input_unnamed(view: View, rule: Rule) -> Iterator[Raised]:
    """Inputs that a document leaves to be filled in."""
    del rule
    for number in view.things:
        node = view.node(number)
        if unnamed(node):
            what = f"an input is not named: “{node.name}”"
            yield Raised(number, what, "", (), tuple(view.users(number)), (), ("origin",), True)


def decision_over(view: View, rule: Rule) -> Iterator[Raised]:
    """Decisions that are not applied: they ended, are still to come, or have no reason."""
    del rule
    for decision in view.flow.decisions:
        if decision in view.flow.applied or not view.part.concerns(decision.about):
            continue
        why = "has no reason" if not decision.reason else f"does not hold on {view.at}"
        what = f"the decision {view.name(decision.number)} {why}, and is not applied"
        yield Raised(decision.about, what, view.node(decision.number).id, (decision.number,),
                     (decision.edge,))  # fmt: skip


def facts(view: View, rule: Rule) -> Iterator[Raised]:
    """A rule of the user's own: all these facts, where they first meet, and none of those."""
    for number in view.things:
        if arises(view, rule.has, number) and not view.has_any(number, rule.unless):
            paths = [view.flow.path(f, n) for f in rule.has for n in view.names_of(number)
                     if view.flow.has(f, n)]  # fmt: skip
            edges = tuple(dict.fromkeys(e for steps, _ in paths for e in steps))
            what = f"{view.name(number)}: {', '.join(rule.has)}"
            yield Raised(number, what, "", (), edges, view.askable(number))
