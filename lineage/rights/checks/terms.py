"""Checks of licences: their conditions against the use, and against what is stated downstream."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.licences import read_licence
from lineage.rights.rules import Rule
from lineage.rights.view import Raised, View, is_commercial
from lineage.vocabulary import Kind, Relation

_NO_TRADE = ("non-commercial", "research-only")
_BINDING = ("non-commercial", "research-only", "no-derivatives", "share-alike", "use-restricted")
_NO_CHANGE = (Relation.SAME_AS, Relation.MIRROR_OF, Relation.COPY_OF, Relation.DEPLOYS,
              Relation.BUNDLES)  # fmt: skip


def licence_conflict(view: View, rule: Rule) -> Iterator[Raised]:
    """Commercial uses of what may not be used in trade; changes of what may not be changed."""
    del rule
    sure = {n for use, places in view.uses.items() if is_commercial(use) for n in places}
    for number in view.things:
        is_sure = bool(sure & set(view.names_of(number)))
        if not is_sure and not _may_be_commercial(view, number):
            continue
        for condition in _NO_TRADE:
            if not view.flow.has(f"condition:{condition}", number):
                continue
            if not is_sure and condition in _lost(view, number):
                continue
            how = "is in commercial use" if is_sure else "may be in commercial use: nobody has said"
            yield _over(view, number, condition, f"{view.name(number)} {how}", not is_sure)
            break
    for origin in sorted(view.known.own.get("condition:no-derivatives", ())):
        if not view.part.concerns(origin):
            continue
        for edge in view.users(origin):
            maker = int(view.graph.subject[edge])
            if view.relation(edge) not in _NO_CHANGE and view.part.concerns(maker):
                what = (
                    f"{view.name(maker)} was made from {view.name(origin)}, whose licence allows "
                    "no derivatives"
                )
                yield Raised(maker, what, f"no-derivatives {view.node(origin).id}", (origin,),
                             (edge,))  # fmt: skip


def _may_be_commercial(view: View, number: int) -> bool:
    return view.node(number).kind is Kind.DEPLOYMENT and not view.stated(number, "commercial")


def licence_lost(view: View, rule: Rule) -> Iterator[Raised]:
    """Things whose licence leaves out what that of a part asks for."""
    del rule
    for number in view.things:
        lost = _lost(view, number)
        if lost:
            stated = ", ".join(view.stated(number, "licence"))
            how = f"{view.name(number)} is under {stated}"
            yield _over(view, number, lost[0], how, False, ", ".join(lost))


def _lost(view: View, number: int) -> list[str]:
    """The conditions that a thing's own licence drops."""
    licences = [read_licence(text) for text in view.stated(number, "licence")]
    if not licences or not all(one.known and one.gives for one in licences):
        return []
    own = frozenset[str]().union(*(one.conditions for one in licences))
    if "unread" in own:
        return []
    return [
        c
        for c in _BINDING
        if c not in own and not _implied(c, own) and view.flow.has(f"condition:{c}", number)
    ]


def _implied(condition: str, own: frozenset[str]) -> bool:
    return condition == "non-commercial" and "research-only" in own


def _over(
    view: View, number: int, condition: str, how: str, possible: bool, listed: str = ""
) -> Raised:
    """What is found of a thing over the nearest part of it that has a condition."""
    edges, _ = view.flow.path(f"condition:{condition}", number)
    origin = int(view.graph.object[edges[-1]]) if edges else number
    terms = ", ".join(view.stated(origin, "licence")) or ", ".join(
        g.name for g in view.known.of(origin)
    )
    what = f"{how}; it stands on {view.name(origin)}, which is under “{terms}”"
    said = f" ({listed or condition})"
    return Raised(number, what + said, "", (origin,), tuple(edges), possible=possible)


def licence_not_spdx(view: View, rule: Rule) -> Iterator[Raised]:
    """Licences that SPDX does not know."""
    del rule
    for number in view.things:
        for text in view.stated(number, "licence"):
            licence = read_licence(text)
            if licence.known and licence.gives and licence.spdx is None:
                read = ", ".join(sorted(licence.conditions - {"unread"}))
                meant = f"read as: {read}" if read else "nothing of it was understood"
                what = f"the licence of {view.name(number)}, “{text}”, is none of SPDX; {meant}"
                yield Raised(number, what, text, (), (), view.askable(number), ("licence",), True)
