"""How two answers differ: two models' ancestries, or one question at two dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lineage.impact import Certainty, Impact
from lineage.questions.ancestry import Ancestry
from lineage.vocabulary import Kind, Transmits


@dataclass(frozen=True, slots=True)
class Said:
    """What one answer says of something."""

    certainty: Certainty
    effect: Transmits
    distance: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Something that one answer has or both have; None where an answer has it not."""

    id: str
    name: str
    kind: Kind
    left: Said | None
    right: Said | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Two answers compared, each list in order of kind and id.

    Attributes:
        only_left, only_right: what only one of them has.
        changed: what both have, with another certainty or another effect.
        same: what both have alike; its distance may differ.
    """

    only_left: tuple[Compared, ...]
    only_right: tuple[Compared, ...]
    changed: tuple[Compared, ...]
    same: tuple[Compared, ...]


Rows = Mapping[str, tuple[str, Kind, Said]]
"""What an answer says, by id: name, kind, and what."""


def of_ancestry(found: Ancestry | None) -> Rows:
    """What an ancestry says; nothing for what was not there."""
    rows = found.ancestors if found else ()
    return {a.id: (a.name, a.kind, Said(a.certainty, a.effect, a.depth)) for a in rows}


def of_impact(answer: Impact | None) -> Rows:
    """What a blast radius says; nothing for what was not there."""
    rows = answer.affected if answer else ()
    return {a.id: (a.name, a.kind, Said(a.certainty, a.effect, a.distance)) for a in rows}


def difference(left: Rows, right: Rows) -> Difference:
    """How two answers differ."""

    def rows(ids: Iterable[str]) -> tuple[Compared, ...]:
        found = []
        for id_ in ids:
            before, after = left.get(id_), right.get(id_)
            name, kind, _ = after or before or ("", Kind.DATASET, None)
            said = tuple(row[2] if row else None for row in (before, after))
            found.append(Compared(id_, name, kind, *said))
        return tuple(sorted(found, key=lambda c: (c.kind, c.id)))

    both = left.keys() & right.keys()
    otherwise = {i for i in both if _weight(left[i][2]) != _weight(right[i][2])}
    return Difference(
        rows(left.keys() - both), rows(right.keys() - both), rows(otherwise), rows(both - otherwise)
    )


def _weight(said: Said) -> tuple[Certainty, Transmits]:
    return said.certainty, said.effect
