"""What stays in doubt: a plan says it, so that nobody takes it for settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lineage.graph import Graph
from lineage.impact import Certainty, Impact
from lineage.impact.alike import not_counted
from lineage.plan.records import Step
from lineage.plan.units import Unit, Units
from lineage.records import Value
from lineage.vocabulary import UNKNOWN, Kind

_ASKED = {
    "retention": "how long it is kept is not known",
    "in_use_to": "until when it is in use is not known",
    "users": "who uses it is not known",
    "count": "how many they are is not known",
    "location": "where it lies is not known",
    "records": "how many records it holds is not known",
}


def doubts_of_step(unit: Unit, kind: Kind, says: Mapping[str, Value]) -> tuple[str, ...]:
    """What is not known of one unit."""
    found = [text for name, text in _ASKED.items() if says.get(name) == UNKNOWN]
    if unit.certainty is Certainty.POSSIBLE:
        found.append("it is reached only through something inferred or said in a comment")
    if kind in {Kind.MODEL, Kind.DATASET} and not says.get("digest"):
        found.append("no digest of it is known: bytes that come back cannot be recognised")
    return tuple(found)


def doubts_of(graph: Graph, answer: Impact, units: Units, steps: Sequence[Step]) -> tuple[str, ...]:
    """What is not known of the whole."""
    known, total = answer.coverage
    possible = sum(u.certainty is Certainty.POSSIBLE for u in units.units)
    cycles = len(units.units) - len({u.group for u in units.units})
    copied = {graph.nodes[units.units[o].number].id for u in units.units for o in u.originals}
    nowhere = sum(
        not s.places
        and s.role.value == "affected"
        and s.kind in {Kind.MODEL, Kind.DATASET}
        and s.artifact not in copied
        for s in steps
    )
    alike = not_counted(graph, answer)
    found = [
        (len(alike), "not counted, because nobody has said whether it is the same as what is "
         f"revoked under its name: {', '.join(alike)}"),
        (answer.undetermined, f"{answer.undetermined} other things stand on something of unknown "
         "origin: they may be affected too"),
        (total - known, f"{total - known} of {total} affected have inputs of unknown origin as "
         "well: built again, they may still hold something that should not be there"),
        (possible, f"{possible} are reached only through something inferred or said in a comment"),
        (nowhere, f"{nowhere} things have no known place: nothing shows where their bytes are"),
        (cycles, "some were made of each other: which goes first among them is open"),
    ]  # fmt: skip
    unknown = sorted({text for s in steps for text in s.doubts if text in _ASKED.values()})
    counted = [f"of {sum(t in s.doubts for s in steps)}: {t}" for t in unknown]
    return (*(text for number, text in found if number), *counted)
