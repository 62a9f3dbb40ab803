"""The records of an answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from lineage.impact.policy import Certainty
from lineage.records import EdgeRow
from lineage.vocabulary import Kind, Relation, Transmits

KINDS_SHOWN = (
    Kind.MODEL,
    Kind.DEPLOYMENT,
    Kind.DATASET,
    Kind.SOURCE,
    Kind.COPY,
    Kind.RUN,
    Kind.GRANT,
    Kind.PARTY,
    Kind.REVOCATION,
    Kind.DOCUMENT,
    Kind.DECISION,
)
"""All kinds, in the order in which counts show them."""


@dataclass(frozen=True, slots=True)
class Affected:
    """One artifact in the blast radius.

    ``effect`` is what was transmitted to it; ``via`` the number of the last edge of a shortest
    path, walking which leads back to the roots; ``same_as`` the id under which it is counted.
    """

    number: int
    id: str
    name: str
    kind: Kind
    effect: Transmits
    certainty: Certainty
    distance: int
    via: int
    same_as: str
    risks: tuple[str, ...]
    unknowns: tuple[str, ...]


class AffectedRows(Sequence[Affected]):
    """The rows of an answer, made when they are first looked at: there may be millions."""

    def __init__(self, count: int, make: Callable[[], Sequence[Affected]]):
        self._count, self._make = count, make
        self._rows: Sequence[Affected] | None = None

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Affected: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Affected]: ...
    def __getitem__(self, place: int | slice) -> Affected | Sequence[Affected]:
        if self._rows is None:
            self._rows = self._make()
        return self._rows[place]


@dataclass(frozen=True, slots=True)
class Impact:
    """The answer to "what falls if these go", with all that is needed to trust it.

    ``counts`` count things, not names: artifacts joined by SAME_AS count once. ``complete`` is
    always true of what the store knows: there is no cap. ``coverage`` says how many of the
    affected have fully known inputs; ``undetermined`` and ``cleared`` count the other artifacts;
    ``retracted_used`` those things that only assertions lead to which documents no longer make.
    ``starts`` are the numbers of what the roots stand for; ``spared`` the ids of things that
    another right still covers, each with those rights; ``as_of`` the time of an earlier view.
    """

    roots: tuple[str, ...]
    affected: Sequence[Affected]
    counts: Mapping[str, Mapping[str, int]]
    undetermined: int
    cleared: int
    coverage: tuple[int, int]
    retracted_used: int
    complete: bool
    store: str
    version: int
    policy: str
    taken_at: str
    as_of: str | None = None
    starts: tuple[int, ...] = ()
    spared: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of what was asked, and what is affected, how and how surely.

        Not of where, when or from which of several equal chains it was computed: the same
        version of a store, question and policy give the same digest years later.
        """
        rows = sorted([a.id, a.effect.value, a.certainty.value] for a in self.affected)
        said = [sorted(self.roots), self.policy, self.as_of, sorted(self.spared), rows]
        return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()

    def of(self, effect: Transmits | None = None, kind: Kind | None = None) -> list[Affected]:
        """The affected with this effect and kind."""
        return [
            a
            for a in self.affected
            if (effect is None or a.effect == effect) and (kind is None or a.kind == kind)
        ]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation, from what was revoked towards the artifact.

    ``assertions`` are all that say so, the one that was walked first.
    """

    subject: str
    subject_name: str
    relation: Relation
    transmits: Transmits
    object: str
    object_name: str
    assertions: tuple[EdgeRow, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an artifact is affected: a shortest chain of assertions from the root to it."""

    root: str
    artifact: Affected
    steps: tuple[Step, ...]
