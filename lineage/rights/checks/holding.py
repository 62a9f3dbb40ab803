"""Checks of the right by which a thing is held: is there one, and did anybody check it."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.records import NodeRow
from lineage.rights.checks.wording import in_list, named, raised_of, rights_of, told
from lineage.rights.grants import Standing
from lineage.rights.rules import Rule
from lineage.rights.view import Raised, View, in_words
from lineage.vocabulary import UNKNOWN, Kind

_HELD = (Kind.SOURCE, Kind.DATASET, Kind.MODEL, Kind.COPY)


def unnamed(node: NodeRow) -> bool:
    """Whether a node stands for something that a document leaves to be filled in."""
    return node.namespace.startswith("unknown://")


def no_right(view: View, rule: Rule) -> Iterator[Raised]:
    """Origins of which no right is known, and things of which there is known to be none."""
    del rule
    for number in view.things:
        node, grants = view.node(number), view.known.of(number)
        if node.kind not in _HELD or unnamed(node) or any(grant.gives for grant in grants):
            continue
        none = [g for g in grants if g.kind == "none" and g.none_of in {"", "agreement", "licence"}]
        open_ = [g for g in grants if g.kind == UNKNOWN]
        if number not in view.known.roots and not none:
            continue
        if none:
            what = f"there is known to be no right to {view.name(number)}: {told(none)}"
        elif open_:
            what = f"of the right to {view.name(number)}, {told(open_)}, nobody knows the kind"
        else:
            what = f"no right to {view.name(number)} is known: no agreement, no licence"
            if UNKNOWN in view.stated(number, "licence"):
                what += " (its licence is stated to be unknown)"
        missing = () if none else ("licence",)
        yield raised_of(view, number, what, [*none, *open_], missing, not none, key="")


def no_consent(view: View, rule: Rule) -> Iterator[Raised]:
    """Personal data that rests neither on the people in it nor on law."""
    del rule
    for number in view.things:
        grants = view.known.of(number)
        none = [g for g in grants if g.kind == "none" and g.none_of in {"", "consent"}]
        begins = view.node(number).kind in _HELD and _personal_begins(view, number)
        said = begins or any(g.none_of == "consent" for g in none)
        if not said or any(grant.of_people for grant in grants):
            continue
        uses = _uses_of(view, number)
        for_what = f" for {in_list(uses)}" if uses else ""
        people = f"the people in {view.name(number)}"
        if none:
            what = f"{people} gave no consent{for_what}, and there is no other basis: {told(none)}"
        else:
            what = f"no consent of {people}{for_what}, and no other legal basis, is recorded"
        missing = () if none else ("legal_basis",)
        yield raised_of(view, number, what, none, missing, possible=not none, key="")


def _personal_begins(view: View, number: int) -> bool:
    """Whether personal data without a basis begins at a thing: it says so, nothing above does."""
    names = view.names_of(number)
    if not set(view.stated(number, "data_categories")) - {"NonPersonal", UNKNOWN}:
        return False
    if not any(view.flow.has("lack:legal-basis", name) for name in names):
        return False
    return not any(
        set(view.flow.at(above, "category")) - {f"category:{UNKNOWN}"}
        for edge in view.inputs(number)
        if (above := int(view.graph.object[edge])) not in names
    )


def _uses_of(view: View, number: int) -> list[str]:
    """The purposes for which something that stands on a thing is used."""
    found = []
    for use, places in sorted(view.uses.items()):
        fact = next((f for f in view.flow.at(number) if f.startswith("category:")), None)
        if fact and view.nearest(number, places.__contains__, fact):
            found.append(in_words(use))
    return found


def right_unverified(view: View, rule: Rule) -> Iterator[Raised]:
    """Rights that somebody claims, and of which nobody has recorded a check."""
    del rule
    for number, grant in rights_of(view):
        standing = grant.term(view.at)
        checked = grant.verification == "verified"
        if grant.verification == "refused" or (checked and standing is not Standing.UNKNOWN):
            continue
        why = "whether it is in force is not known" if checked else "nobody has checked it"
        claim = f"{named(grant)} of {view.name(number)} is {grant.verification.lower()}: {why}"
        yield raised_of(view, number, claim, [grant], missing=("verification",), possible=True)


def right_refused(view: View, rule: Rule) -> Iterator[Raised]:
    """Rights that somebody checked and refused."""
    del rule
    for number, grant in rights_of(view):
        if grant.verification == "refused":
            who = f" by {grant.verified_by}" if grant.verified_by else ""
            what = f"{named(grant)} of {view.name(number)} was checked{who} and refused"
            yield raised_of(view, number, what, [grant])
