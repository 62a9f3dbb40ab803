"""What the checks of rights share: which rights count, and how findings speak of them."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.rights.grants import Grant
from lineage.rights.view import Raised, View, quoted
from lineage.vocabulary import UNKNOWN


def rights_of(view: View) -> Iterator[tuple[int, Grant]]:
    """Each right of each thing in question.

    A thing that was made from others is held by their rights: the licence that documents state
    of it is what it grants, and none of these.
    """
    for number in view.things:
        for grant in view.known.of(number):
            if grant.gives and (grant.number is not None or number in view.known.roots):
                yield number, grant


def raised_of(
    view: View,
    number: int,
    what: str,
    grants: list[Grant],
    missing: tuple[str, ...] = (),
    possible: bool = False,
    key: str | None = None,
) -> Raised:
    """What is found of some rights of a thing; who gave them is who to ask."""
    asked = [p for g in grants for p in view.askable(number, g)] or [*view.askable(number)]
    return Raised(
        number,
        what,
        " ".join(key_of(view, grant) for grant in grants) if key is None else key,
        tuple(g.number for g in grants if g.number is not None),
        tuple(edge for g in grants for edge in g.edges),
        tuple(dict.fromkeys(asked)),
        missing,
        possible,
    )


def key_of(view: View, grant: Grant) -> str:
    """What a right is known by in a finding's fingerprint."""
    return view.node(grant.number).id if grant.number is not None else grant.name


def named(grant: Grant) -> str:
    """A right with its kind, in words."""
    kinds = {"legal-basis": "legal basis", "statutory": "exception in a statute"}
    if grant.number is None:
        return f"the {grant.name}"
    return f"the {kinds.get(grant.kind, grant.kind)} {quoted(grant.name)}"


def told(grants: list[Grant]) -> str:
    """The names of several rights."""
    return ", ".join(quoted(grant.name) for grant in grants)


def on_day(day: str) -> str:
    """“ in 2019” or “ on 2019-03-01”, or nothing where the day is not known."""
    if not day or day == UNKNOWN:
        return ""
    return f" on {day}" if len(day) == len("2019-03-01") else f" in {day}"


def in_list(words: list[str]) -> str:
    """Words as a list with “and”."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
