"""Random multigraphs as plain tuples: what documents say, on which day, and what they say no more.

With cycles, self-loops, the same thing said by several documents, several names of a thing,
copies, placeholders, parties, rights and their endings.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from lineage.records import (
    Assertion,
    DocumentRef,
    Extract,
    Place,
    Reading,
    Ref,
    Statement,
    Value,
    frozen_properties,
)
from lineage.vocabulary import RELATIONS, UNKNOWN, Evidence, Kind, Relation, Transmits

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAYS = (0, 7, 14)
"""The days, after Monday, on which documents were read."""

DOCUMENTS = ("a.yml", "b.yml", "c.yml")

KINDS: Mapping[str, Kind] = {
    "s": Kind.SOURCE,
    "d": Kind.DATASET,
    "m": Kind.MODEL,
    "u": Kind.MODEL,
    "c": Kind.COPY,
    "x": Kind.DEPLOYMENT,
    "j": Kind.RUN,
    "p": Kind.PARTY,
    "g": Kind.GRANT,
    "r": Kind.REVOCATION,
}
"""What the first letter of a name says; ``u`` is a model that nobody has named."""

ARTIFACTS = "s1 s2 s3 d1 d2 d3 m1 m2 m3 m4 u1 c1 c2 x1 x2 x3 j1".split()
OTHERS = "p1 p2 g1 g2 g3 r1 r2".split()

_RIGHTS = (
    (ARTIFACTS[:12], Relation.COVERED_BY, ["g1", "g2", "g3"]),
    (ARTIFACTS[:12], Relation.PROVIDED_BY, ["p1", "p2"]),
    (["g1", "g2", "g3"], Relation.GRANTED_BY, ["p1", "p2"]),
    (["r1", "r2"], Relation.REVOKES, ["g1", "g2", "s1", "d1", "p1"]),
)
_LINEAGE = (
    *(r for r in Relation if r not in {rule[1] for rule in _RIGHTS}),
    *([Relation.SAME_AS, Relation.TRAINED_ON, Relation.DEPLOYS, Relation.COPY_OF] * 3),
)

Line = tuple[str, Relation, str]


@dataclass(frozen=True)
class Said:
    """One assertion of one document: from which day, and from which day on no more."""

    subject: str
    relation: Relation
    object: str
    document: str
    evidence: Evidence
    share: float | None
    first: int
    gone: int | None = None

    @property
    def line(self) -> Line:
        """What it says, whoever says it."""
        return self.subject, self.relation, self.object

    @property
    def active(self) -> bool:
        """Whether its document still says so."""
        return self.gone is None


@dataclass(frozen=True)
class World:
    """One multigraph, which shares no node with any other.

    Attributes:
        number: which one it is; it can be made again from that alone.
        said: all assertions of all days.
        properties: of each node.
    """

    number: int
    said: tuple[Said, ...]
    properties: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """All nodes that something is said of."""
        ends = {name for s in self.said for name in (s.subject, s.object)}
        return tuple(sorted(ends | self.properties.keys()))

    def ref(self, name: str) -> Ref:
        """A node by its name."""
        space = "unknown" if name[0] == "u" else "test"
        return Ref(KINDS[name[0]], f"{space}://world{self.number}", name)

    def id(self, name: str) -> str:
        """The id of a node in a store."""
        return self.ref(name).id

    def at(self, day: int) -> World:
        """What was so on a day, of nodes that were there, as far as is known at the end."""
        told = tuple(
            replace(s, gone=None if s.gone is None or s.gone > day else s.gone)
            for s in self.said
            if s.first <= day
        )
        ends = {name for s in told for name in (s.subject, s.object)}
        there = {name: values for name, values in self.properties.items() if name in ends}
        return replace(self, said=told, properties=there)

    def without(self, lines: Sequence[Line]) -> World:
        """The same, had nobody ever said these things."""
        left = tuple(s for s in self.said if s.line not in lines)
        nothing: dict[str, Mapping[str, Value]] = {name: {} for name in self.names}
        return replace(self, said=left, properties={**nothing, **self.properties})

    def extract(self, document: str, day: int) -> Extract:
        """What one document says of it on a day; the first states the properties as well."""
        stated = self.properties if document == "a.yml" else {}
        return Extract(
            tuple(
                Statement(self.ref(name), Place("it"), frozen_properties(dict(values)))
                for name, values in stated.items()
            ),
            tuple(
                Assertion(
                    self.ref(s.subject),
                    s.relation,
                    self.ref(s.object),
                    Place("key", line),
                    s.evidence,
                    share=s.share,
                )
                for line, s in enumerate(self.said, 1)
                if s.document == document and s.first <= day and (s.gone is None or s.gone > day)
            ),
        )


def readings(
    worlds: Sequence[World], day: int, documents: Sequence[str] = DOCUMENTS
) -> list[Reading]:
    """The documents as they were read on a day: each speaks of all these worlds."""
    return [
        Reading(
            DocumentRef("repo", document, f"{day:064}", "test"),
            Extract(
                tuple(s for e in extracts for s in e.statements),
                tuple(a for e in extracts for a in e.assertions),
            ),
        )
        for document in documents
        for extracts in [[world.extract(document, day) for world in worlds]]
    ]


@cache
def world(number: int) -> World:
    """The random multigraph of this number."""
    draw = random.Random(number)
    said: dict[tuple[Line, str], Said] = {}
    for _ in range(draw.randrange(4, 44)):
        line, document = _line(draw), draw.choice(["a.yml", "a.yml", "b.yml", "c.yml"])
        first = draw.choice([0, 0, 0, 0, 7])
        gone = draw.choice([None] * 5 + [d for d in DAYS if d > first])
        passes = RELATIONS[line[1]].transmits != Transmits.NOTHING
        evidence = draw.choice(list(Evidence)) if passes else Evidence.DECLARED
        share = draw.choice([None, None, None, 0.0, 0.25, 0.5, 0.5, 1.0])
        both = line[1] == Relation.SAME_AS and draw.random() < 0.6
        for one in (line, (line[2], line[1], line[0])) if both else (line,):
            said[one, document] = Said(*one, document, evidence, share, first, gone)
    return World(number, tuple(said.values()), _properties(draw))


def _line(draw: random.Random) -> Line:
    chance = draw.random()
    if chance < 0.25:
        subjects, relation, objects = draw.choice(_RIGHTS)
        return draw.choice(subjects), relation, draw.choice(objects)
    if chance < 0.3:
        names = ARTIFACTS + OTHERS
        return draw.choice(names), draw.choice(list(Relation)), draw.choice(names)
    return draw.choice(ARTIFACTS), draw.choice(_LINEAGE), draw.choice(ARTIFACTS)


def _properties(draw: random.Random) -> dict[str, dict[str, Value]]:
    result: dict[str, dict[str, Value]] = {}
    for name in ("x1", "x2", "m1"):
        users = draw.choice([None, 7, "1,200", "staff", UNKNOWN, ("30",), ("a", "b")])
        result[name] = {} if users is None else {"users": users}
    for name in ("g1", "g2", "g3"):
        result[name] = {
            "grant_kind": draw.choice(["agreement", "agreement", "licence", "none", UNKNOWN]),
            "verification": draw.choice(["verified", "verified", "claimed", "refused", UNKNOWN]),
            "valid_from": draw.choice(["2020", "2020-01-31", "2020-01-31", "2999-12", UNKNOWN]),
            "valid_to": draw.choice(["2999-12-31", "2999", "2999", "2021-06", UNKNOWN]),
        }
    for name in ("r1", "r2"):
        result[name] = {"cause": draw.choice(["withdrawal", "expiry", "order"])}
    for name in ("s1", "d1"):
        licence = draw.choice([None, "mit", UNKNOWN, "none"])
        result[name] = {} if licence is None else {"licence": licence}
    return result


def when(day: int) -> datetime:
    """The time at which documents are read on a day."""
    return MONDAY + timedelta(days=day)
