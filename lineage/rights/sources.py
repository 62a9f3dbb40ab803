"""Sources against rights and purposes: what each is, by what right it is held, for what use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from lineage.governance import permits
from lineage.rights.facts import denied
from lineage.rights.findings import Finding, Rights
from lineage.rights.flow import TRAINING
from lineage.rights.grants import Grant, Standing
from lineage.rights.risk import Risk, risk_of
from lineage.rights.view import View
from lineage.vocabulary import SPECIAL_CATEGORIES, UNKNOWN, Kind, Relation

PERMITTED, CLAIMED = "permitted", "claimed"
UNSAID, NONE, BANNED, OUTSIDE, OVER = (
    "unknown",
    "none",
    "prohibited",
    "not permitted",
    "not in force",
)
ANSWERS = {
    PERMITTED: "a right that somebody verified, and that is in force, allows it",
    CLAIMED: "a right that nobody verified is claimed to allow it",
    UNSAID: "nobody knows whether it is allowed: treat it as not allowed",
    NONE: "there is known to be no right",
    BANNED: "a right forbids it",
    OUTSIDE: "it is outside of what the rights allow",
    OVER: "over, revoked, refused, or the data was withdrawn",
}
"""The words of the matrix, each with its meaning. Only the first is a permission."""


@dataclass(frozen=True)
class Source:
    """One origin, or another thing with a right of its own, and what is known of its rights.

    ``right`` and ``consent`` say how the right of who gave it and that of the people in it
    stand; ``uses`` whether each purpose for which it is used is allowed. ``models`` and
    ``services`` count the things that stand on it; ``in_use`` those services that are not
    known to be over.
    """

    number: int
    id: str
    name: str
    kind: Kind
    categories: tuple[str, ...]
    grants: tuple[Grant, ...]
    right: str
    consent: str
    verification: str
    uses: dict[str, str]
    models: int
    services: int
    in_use: int
    risk: Risk
    findings: tuple[Finding, ...]

    @property
    def gaps(self) -> int:
        """In how many respects nothing is known to allow it to be held or used."""
        return sum(word != PERMITTED for word in (self.right, self.consent, *self.uses.values()))


def sources(answer: Rights) -> list[Source]:
    """The origins in an answer and the other things that have rights, the riskiest first."""
    view = answer.view
    by_place: dict[str, list[Finding]] = {}
    for finding in answer.findings:
        by_place.setdefault(finding.place, []).append(finding)
    uses = sorted(view.uses)
    rows = [
        _source(answer, view, number, uses, by_place)
        for number in view.things
        if view.node(number).kind in _HELD
        and not view.node(number).namespace.startswith("unknown://")
        and (number in view.known.roots or any(g.number is not None for g in view.known.of(number)))
    ]
    return sorted(rows, key=lambda s: (s.risk.order, -s.gaps, s.name, s.id))


_HELD = (Kind.SOURCE, Kind.DATASET, Kind.MODEL, Kind.COPY)


def _source(
    answer: Rights,
    view: View,
    number: int,
    uses: Sequence[str],
    by_place: dict[str, list[Finding]],
) -> Source:
    node, grants = view.node(number), view.known.of(number)
    names = view.names_of(number)
    categories = view.stated(number, "data_categories") or (UNKNOWN,)
    reached = reach(view, number)
    models, services, in_use = reached.models, reached.services, reached.in_use
    used = [use for use in uses if not reached.nodes.isdisjoint(view.uses[use])]
    gone = any(e.counts(answer.at) for name in names for e in view.endings.get(name, ()))
    found = tuple(f for name in names for f in by_place.get(view.node(name).id, ()))
    verification = _verification(grants)
    return Source(
        number,
        node.id,
        view.graph.shown(number),
        node.kind,
        categories,
        tuple(grants),
        OVER if gone else _standing([g for g in grants if not _only_people(g)], answer.at),
        _consent(grants, categories, answer.at),
        verification,
        {u: OVER if gone else permission(grants, u, answer.at, categories) for u in used},
        models,
        services,
        in_use,
        risk_of(categories, _made(view, number), verification, models + services, in_use),
        found,
    )


_AS_RECORDS = (Relation.DERIVED_FROM, Relation.SUBSET_OF, Relation.COPY_OF, Relation.SAME_AS,
               Relation.MIRROR_OF)  # fmt: skip


def _made(view: View, number: int) -> set[str]:
    """The special categories that arise in what is made of a thing's records themselves."""
    found, seen, pending = set[str](), set(view.names_of(number)), list(view.names_of(number))
    while pending:
        for edge in view.users(pending.pop()):
            maker, relation = int(view.graph.subject[edge]), view.relation(edge)
            if maker in seen or relation not in {*_AS_RECORDS, *TRAINING}:
                continue
            seen.add(maker)
            if relation in _AS_RECORDS:
                pending.append(maker)
            held = {f.partition(":")[2] for f in view.flow.at(maker, "category")}
            found |= (held & SPECIAL_CATEGORIES) | (held & {"ChildData"})
    return found


def _only_people(grant: Grant) -> bool:
    return grant.kind in {"consent", "legal-basis"} or grant.none_of == "consent"


def _verification(grants: Iterable[Grant]) -> str:
    """The weakest check among the rights: a chain of claims is as strong as its worst."""
    rights = [grant for grant in grants if grant.gives]
    if not rights:
        return NONE if any(grant.kind == "none" for grant in grants) else UNSAID
    order = ("refused", UNKNOWN, "claimed", "verified")
    worst = min((g.verification for g in rights), key=lambda v: order.index(v) if v in order else 1)
    return UNSAID if worst == UNKNOWN else worst


def _standing(grants: Sequence[Grant], at: date) -> str:
    """How the right to a thing stands, in a word of the matrix."""
    rights = [grant for grant in grants if grant.gives]
    if not rights:
        return NONE if any(grant.kind == "none" for grant in grants) else UNSAID
    holding = [grant for grant in rights if grant.standing(at) is Standing.IN_FORCE]
    if not holding:
        lost = any(grant.standing(at) is not Standing.UNKNOWN for grant in rights)
        return OVER if lost else UNSAID
    return PERMITTED if any(g.verification == "verified" for g in holding) else CLAIMED


def _consent(grants: Sequence[Grant], categories: Sequence[str], at: date) -> str:
    if set(categories) == {"NonPersonal"}:
        return "not needed"
    people = [grant for grant in grants if grant.of_people]
    if people:
        return _standing(people, at)
    none = any(grant.kind == "none" and grant.none_of in {"", "consent"} for grant in grants)
    return NONE if none else UNSAID


def permission(grants: Sequence[Grant], use: str, at: date, categories: Sequence[str] = ()) -> str:
    """Whether the rights of a thing allow a use on a day, in a word of the matrix.

    Only what a verified right in force allows, of those who gave the data and of the people in
    it, is permitted. Whatever is not known is unknown.
    """
    rights = [grant for grant in grants if grant.gives]
    if not rights:
        return NONE if any(grant.kind == "none" for grant in grants) else UNSAID
    if any(permits(grant.prohibited, use) for grant in rights):
        return BANNED
    if denied(list(grants), use):
        return OUTSIDE
    people = [grant for grant in rights if grant.of_people]
    others = [grant for grant in rights if not grant.of_people]
    words = [_allowed(group, use, at) for group in (people, others) if group]
    if not people and set(categories) != {"NonPersonal"}:
        none = any(grant.kind == "none" and grant.none_of == "consent" for grant in grants)
        words.append(NONE if none else UNSAID)
    order = (BANNED, NONE, OUTSIDE, OVER, UNSAID, CLAIMED, PERMITTED)
    return min(words, key=order.index)


def _allowed(group: Sequence[Grant], use: str, at: date) -> str:
    found = []
    for grant in group:
        if grant.allows(use) is not True:
            found.append(UNSAID if grant.allows(use) is None else OUTSIDE)
        elif grant.standing(at) is Standing.IN_FORCE:
            found.append(PERMITTED if grant.verification == "verified" else CLAIMED)
        else:
            found.append(UNSAID if grant.standing(at) is Standing.UNKNOWN else OVER)
    order = (PERMITTED, CLAIMED, UNSAID, OVER, OUTSIDE)
    return min(found, key=order.index)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many models and services stand on a thing, and how many of these may be in use."""

    nodes: frozenset[int]
    models: int
    services: int
    in_use: int


def reach(view: View, number: int) -> Reach:
    """What stands on a thing, itself among the nodes."""
    seen, level = set(view.names_of(number)), list(view.names_of(number))
    while level:
        edges = view.graph.downstream.of(np.array(level, np.int64))
        edges = edges[view.known.usable[edges] & view.carrying[view.graph.relation[edges]]]
        fresh = set(view.graph.subject[edges].tolist()) - seen
        seen |= fresh
        level = sorted(fresh)
    above = seen - set(view.names_of(number))
    things = {int(view.graph.same_as[n]): n for n in sorted(above)}.values()
    services = [n for n in things if view.node(n).kind is Kind.DEPLOYMENT]
    models = sum(view.node(n).kind is Kind.MODEL for n in things)
    in_use = sum(_may_be_in_use(view, n) for n in services)
    return Reach(frozenset(seen), models, len(services), in_use)


def _may_be_in_use(view: View, number: int) -> bool:
    ended = [d for d in view.stated(number, "in_use_to") if d != UNKNOWN]
    return not any(d <= view.at.isoformat()[: len(d)] for d in ended)
