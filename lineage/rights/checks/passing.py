"""The check of onward transfer: who else holds a thing, and may they."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lineage.rights.rules import Rule
from lineage.rights.view import Raised, View
from lineage.vocabulary import Relation


def onward_transfer(view: View, rule: Rule) -> Iterator[Raised]:
    """Things held by somebody else than those to whom their origin was given."""
    del rule
    holders = {n: _holders(view, n) for n in view.things}
    for number in view.things:
        for party in sorted(holders[number]):
            for origin in sorted(_first_given(view, number, party, holders)):
                grants = [g for g in view.known.of(origin) if g.gives]
                banned = any("no-onward-transfer" in g.conditions for g in grants)
                if any(g.onward == "permitted" for g in grants) and not banned:
                    continue
                why = "its right forbids that" if banned else "nothing is known to allow that"
                what = (
                    f"{view.name(party)} holds {view.name(number)}, made from "
                    f"{view.name(origin)}, which was given to "
                    f"{view.names(sorted(holders[origin]))}; {why}"
                )
                edges = tuple(e for g in grants for e in g.edges)
                yield Raised(number, what, f"{view.node(origin).id} {view.node(party).id}",
                             (origin, party), edges, ask=(party,), possible=not banned)  # fmt: skip


def _holders(view: View, number: int) -> frozenset[int]:
    """Who holds a thing, or to whom it was given."""
    graph, found = view.graph, set[int]()
    for key in ("received_by", "held_by"):
        found |= {graph.number[t] for t in view.stated(number, key) if t in graph.number}
    for name in view.names_of(number):
        found.update(view.parties(name, Relation.HELD_BY))
    for grant in view.known.of(number):
        if grant.number is not None:
            found.update(view.parties(grant.number, Relation.GRANTED_TO))
    return frozenset(found)


def _first_given(
    view: View, number: int, party: int, holders: Mapping[int, frozenset[int]]
) -> set[int]:
    """The nearest things above that were given to others; none where this party had one of them."""
    chief = {n: thing for thing in holders for n in view.names_of(thing)}
    found, seen, pending = set[int](), {number}, [number]
    while pending:
        for edge in view.inputs(pending.pop()):
            above = int(view.graph.object[edge])
            above = chief.get(above, above)
            if above in seen:
                continue
            seen.add(above)
            held = holders.get(above, frozenset())
            if party in held:
                return set()
            if held:
                found.add(above)
            else:
                pending.append(above)
    return found
