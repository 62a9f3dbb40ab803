"""By what right things are held, and what of it was revoked: as stated, nothing concluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from lineage.graph import Bools, Graph, Ints
from lineage.impact import Policy
from lineage.questions.starting import starts_of
from lineage.questions.upstream import among
from lineage.records import Value
from lineage.vocabulary import UNKNOWN, Kind, Relation, Verification

_GOVERNED = (Relation.PROVIDED_BY, Relation.COVERED_BY, Relation.GRANTED_BY)

_NO_LICENCE = frozenset({UNKNOWN.casefold(), "none", "noassertion", ""})


@dataclass(frozen=True, slots=True)
class Right:
    """A grant by which something is held; ``grant_kind`` and the like as stated, or UNKNOWN."""

    id: str
    name: str
    grant_kind: str
    verification: str

    @property
    def given(self) -> bool:
        """Whether it is a right at all: not one known to be none, or refused."""
        return _gives({"grant_kind": self.grant_kind, "verification": self.verification})


@dataclass(frozen=True, slots=True)
class Held:
    """What is stated of how one artifact is held.

    Attributes:
        licence: the licence stated, UNKNOWN, or empty where nobody said anything.
        categories: the categories of data stated.
        rights: the grants it is held under.
        providers: the names of the parties it was received from.
    """

    licence: str
    categories: tuple[str, ...]
    rights: tuple[Right, ...]
    providers: tuple[str, ...]


def held(graph: Graph, numbers: Sequence[int]) -> list[Held]:
    """How some nodes are held. A right that documents no longer state is none."""
    at = np.asarray(numbers, np.int64)
    rights = _objects(graph, at, graph.passing([Relation.COVERED_BY], retracted=False))
    parties = _objects(graph, at, graph.passing([Relation.PROVIDED_BY]))
    rows = []
    for number in at.tolist():
        properties = graph.nodes[number].properties
        rows.append(
            Held(
                ", ".join(_texts(properties.get("licence"))),
                _texts(properties.get("data_categories")),
                tuple(_right(graph, grant) for grant in rights.get(number, ())),
                tuple(graph.shown(party) for party in parties.get(number, ())),
            )
        )
    return rows


def without_right(graph: Graph, numbers: Ints) -> Bools:
    """Of which data nobody stated a right: no known licence, no grant but one known to be none.

    Over the numbers given; false for what is neither a source nor a dataset.
    """
    licensed, results = graph.by_properties(_has_licence)
    covered = np.zeros(len(graph), np.bool_)
    edges = _edges(graph, numbers, graph.passing([Relation.COVERED_BY], retracted=False))
    grants, gives = graph.by_properties(_gives)
    given = np.array(gives or [False])[grants[graph.objects(edges)]]
    covered[graph.subjects(edges[given])] = True
    known = np.array(results or [False])[licensed[numbers]]
    return np.asarray(
        graph.of_kind(Kind.SOURCE, Kind.DATASET)[numbers] & ~covered[numbers] & ~known
    )


def revoked(graph: Graph, numbers: Ints, policy: Policy) -> dict[int, tuple[int, ...]]:
    """Which of some nodes were revoked, and by which revocations.

    A revocation ends what it names, and what is held under the grants and from the parties
    that it names.
    """
    kept = policy.counts_retracted
    governed, ends = graph.passing(_GOVERNED), graph.passing([Relation.REVOKES], retracted=kept)
    seen = np.zeros(len(graph), np.bool_)
    seen[numbers] = True
    latest: Ints = numbers
    while len(latest):
        before = seen.copy()
        seen[graph.objects(_edges(graph, latest, governed))] = True
        latest = np.flatnonzero(seen & ~before)
    against = among(graph, graph.downstream.of(np.flatnonzero(seen)), ends)
    seen[graph.subjects(against)] = True
    orders = np.flatnonzero(seen & graph.of_kind(Kind.REVOCATION))
    result: dict[int, list[int]] = {}
    for order in orders.tolist():
        for number in numbers[np.isin(numbers, starts_of(graph, [order]))].tolist():
            result.setdefault(number, []).append(order)
    return {number: tuple(found) for number, found in result.items()}


def _edges(graph: Graph, nodes: Ints, passes: Bools) -> Ints:
    return among(graph, graph.upstream.of(nodes), passes)


def _objects(graph: Graph, nodes: Ints, passes: Bools) -> dict[int, list[int]]:
    """What some assertions of each node point at, each once, in order of id."""
    edges = _edges(graph, nodes, passes)
    result: dict[int, set[int]] = {}
    ends = zip(graph.subjects(edges).tolist(), graph.objects(edges).tolist(), strict=True)
    for subject, target in ends:
        result.setdefault(subject, set()).add(target)
    by_id = partial(sorted, key=lambda n: graph.nodes[n].id)
    return {subject: by_id(targets) for subject, targets in result.items()}


def _right(graph: Graph, number: int) -> Right:
    node = graph.nodes[number]
    kind, verified = (node.properties.get(n, UNKNOWN) for n in ("grant_kind", "verification"))
    return Right(node.id, graph.shown(number), str(kind), str(verified))


def _has_licence(properties: Mapping[str, Value]) -> bool:
    return any(text.casefold() not in _NO_LICENCE for text in _texts(properties.get("licence")))


def _gives(properties: Mapping[str, Value]) -> bool:
    return properties.get("grant_kind") != "none" and (
        properties.get("verification") != Verification.REFUSED
    )


def _texts(value: Value | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (str(value),)
