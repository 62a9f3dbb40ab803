"""Checks of the people in the data: special categories, children, and laws on biometric data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.governance import LEGAL_RECORDS, containing
from lineage.rights.rules import Rule
from lineage.rights.view import Raised, View
from lineage.vocabulary import DATA_CATEGORIES, SPECIAL_CATEGORIES, UNKNOWN, Kind


def categories_unknown(view: View, rule: Rule) -> Iterator[Raised]:
    """Origins of which nobody has said what personal data they hold."""
    del rule
    for number in sorted(view.known.own.get(f"category:{UNKNOWN}", ())):
        if not view.part.concerns(number):
            continue
        stated = [c for c in view.stated(number, "data_categories") if c != UNKNOWN]
        if stated:
            what = f"whether {view.name(number)} holds data of a special category is not known"
        else:
            what = f"whether {view.name(number)} holds personal data is not known"
        yield Raised(number, what, "", (), (), view.askable(number), ("data_categories",), True)


def special_category(view: View, rule: Rule) -> Iterator[Raised]:
    """Special categories, where they first meet the lack of a basis that can carry them."""
    del rule
    facts = [f"category:{c}" for c in sorted(SPECIAL_CATEGORIES)]
    yield from _without(view, facts, "lack:special-basis", "a legal basis of GDPR art. 9(2)")


def child_data(view: View, rule: Rule) -> Iterator[Raised]:
    """Children's data, where it first meets the lack of a parent's consent."""
    del rule
    yield from _without(view, ["category:ChildData"], "lack:parental-consent", "parental consent")


def _without(view: View, facts: list[str], lack: str, needs: str) -> Iterator[Raised]:
    for number in view.things:
        here = [f for f in facts if arises(view, [f, lack], number)]
        if not here:
            continue
        made = {f: view.flow.path(f, number) for f in here}
        words = ", ".join(DATA_CATEGORIES[f.partition(":")[2]] for f in here)
        steps, derived = made[here[0]]
        how = f" ({derived.id}: {derived.says})" if derived else ""
        what = f"{view.name(number)} holds {words}{how}, and {needs} is not recorded"
        origins = view.beginnings(lack, number)
        origin = next((n for n in origins if _refused(view, n)), next(iter(origins)))
        edges = (*(steps if derived else ()), *origins[origin])
        none = _refused(view, origin) or _refused(view, number)
        missing = () if none else ("legal_basis",)
        yield Raised(
            number, what, "", (origin,), edges, view.askable(origin), missing, possible=not none
        )


def _refused(view: View, number: int) -> bool:
    """Whether it is known that the people in a thing gave no consent."""
    grants = view.known.of(number)
    return any(grant.kind == "none" and grant.none_of in {"", "consent"} for grant in grants)


def arises(view: View, facts: Iterable[str], number: int) -> bool:
    """Whether a thing has all these facts, and none of its inputs has them all."""
    wanted = list(facts)
    return all(_has(view, f, number) for f in wanted) and not any(
        all(view.flow.has(f, int(view.graph.object[edge])) for f in wanted)
        for edge in view.inputs(number)
        if view.graph.same_as[view.graph.object[edge]] != view.graph.same_as[number]
    )


def _has(view: View, fact: str, number: int) -> bool:
    return any(view.flow.has(fact, name) for name in view.names_of(number))


def law(view: View, rule: Rule) -> Iterator[Raised]:
    """Models and services under a law of their own, without the records that it asks for."""
    for number in view.things:
        if view.node(number).kind not in {Kind.MODEL, Kind.DEPLOYMENT}:
            continue
        for place in sorted(_places(view, number)):
            if rule.where not in containing(place):
                continue
            if not arises(view, [f"capability:{rule.capability}", f"jurisdiction:{place}"], number):
                continue
            held = {*view.stated(number, "legal_records")}
            missing = [r for r in rule.of_source if view.flow.has(f"lack:record {r}", number)]
            missing += [r for r in rule.of_use if r not in held]
            if missing:
                words = "; ".join(LEGAL_RECORDS[r] for r in missing)
                what = f"{view.name(number)} ({place}) is under {rule.title}; not recorded: {words}"
                edges, _ = view.flow.path(f"jurisdiction:{place}", number)
                yield Raised(number, what, "", (), tuple(edges), view.askable(number),
                             ("legal_records",))  # fmt: skip
                break


def law_open(view: View, rule: Rule) -> Iterator[Raised]:
    """Biometric models of which nobody knows where the people are: no such law can be ruled out."""
    del rule
    laws = view.rules.of_check("law")
    for number in view.things:
        biometric = arises(view, ["capability:biometric"], number)
        if not biometric or view.node(number).kind not in {Kind.MODEL, Kind.DEPLOYMENT}:
            continue
        places = _places(view, number)
        known = {p for p in places if p != UNKNOWN}
        open_ = [
            one
            for one in laws
            if one.capability == "biometric"
            and not any(one.where in containing(p) for p in known)
            and (UNKNOWN in places or not places or any(p in containing(one.where) for p in known))
        ]
        if open_:
            said = ", ".join(sorted(known)) or "nothing"
            what = (
                f"{view.name(number)} identifies people, and where these are is not known "
                f"(known: {said}); it may be under {', '.join(one.title for one in open_)}"
            )
            yield Raised(number, what, "", (), (), view.askable(number), ("jurisdictions",), True)


def _places(view: View, number: int) -> set[str]:
    return {f.partition(":")[2] for f in view.flow.at(number, "jurisdiction")}
