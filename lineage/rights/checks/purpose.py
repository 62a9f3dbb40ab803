"""Checks of purpose: is a thing used for what its rights allow, and is the use known at all."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.governance import nearest_purpose, purpose_of
from lineage.rights.checks.wording import told
from lineage.rights.rules import Rule
from lineage.rights.view import Raised, View, in_words, quoted
from lineage.vocabulary import UNKNOWN, Kind

_OF_USE = {
    "in_use_from": "since when",
    "in_use_to": "until when",
    "purpose": "for what",
    "users": "by whom",
}


def purpose_outside(view: View, rule: Rule) -> Iterator[Raised]:
    """Things that something is used for against the words of their rights."""
    del rule
    for use, places in sorted(view.uses.items()):
        fact = f"purpose:{use}"
        for origin in sorted(view.known.own.get(fact, ())):
            if not view.part.concerns(origin):
                continue
            reached = view.nearest(origin, places.__contains__, fact)
            user, edges = (origin, list[int]()) if origin in places else reached or (-1, [])
            if user < 0:
                continue
            rights = [g for g in view.known.of(origin) if g.gives]
            names = told(rights)
            what = (
                f"{view.name(user)} is used for {in_words(use)}, which is outside of what "
                f"{names} allows of {view.name(origin)}"
            )
            said = (*edges, *places[user], *(e for g in rights for e in g.edges))
            causes = (user, *(g.number for g in rights if g.number is not None))
            yield Raised(origin, what, use, causes, said, view.askable(origin))


def purpose_unknown(view: View, rule: Rule) -> Iterator[Raised]:
    """Rights of which nobody knows what they allow, and uses that are no term."""
    del rule
    for number in view.things:
        rights = [g for g in view.known.of(number) if g.gives and g.kind != "licence"]
        for people in (True, False):
            group = [g for g in rights if g.of_people is people]
            if group and all(g.purposes is None for g in group):
                names = told(group)
                what = f"which purposes {names} allows of {view.name(number)} is not known"
                edges = tuple(e for g in group for e in g.edges)
                causes = tuple(g.number for g in group if g.number is not None)
                yield Raised(number, what, f"people {people}", causes, edges,
                             view.askable(number, group[0]), ("purposes",), True)  # fmt: skip
        for grant in rights:
            odd = [p for p in (*(grant.purposes or ()), *grant.prohibited) if not purpose_of(p)]
            for text in odd:
                yield _no_term(view, number, text, quoted(grant.name), grant.edges)
        if view.node(number).kind is Kind.DEPLOYMENT:
            for text in view.stated(number, "purpose"):
                if text != UNKNOWN and not purpose_of(text):
                    yield _no_term(view, number, text, view.name(number), ())


def _no_term(view: View, number: int, text: str, of: str, edges: tuple[int, ...]) -> Raised:
    what = (
        f"the purpose “{text}” of {of} is no term of the vocabulary, so nothing is known to allow "
        f"it; the nearest term is {nearest_purpose(text)}"
    )
    return Raised(number, what, text, (), edges, view.askable(number), ("purpose",), True)


def use_unknown(view: View, rule: Rule) -> Iterator[Raised]:
    """Services on personal data of which nobody knows the use."""
    del rule
    for number in view.things:
        if view.node(number).kind is not Kind.DEPLOYMENT or not view.flow.at(number, "category"):
            continue
        unknown = [k for k in _OF_USE if UNKNOWN in view.stated(number, k)]
        if unknown:
            words = ", ".join(_OF_USE[k] for k in unknown)
            what = f"{view.name(number)} is or was in use; not known: {words}"
            yield Raised(number, what, "", (), tuple(view.inputs(number)),
                         view.askable(number), tuple(unknown), True)  # fmt: skip
