"""What the blast radius counts, as weights of nodes: their sum over a reach is its count.

A thing counts once, by whichever of its names; a copy is a place of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lineage.graph import Bools, Graph, Ints
from lineage.impact import Affected, Impact, Policy
from lineage.impact.answer import KINDS_SHOWN
from lineage.impact.reach import walkable
from lineage.records import Value
from lineage.store.columns import KINDS
from lineage.vocabulary import Kind, Transmits

COLUMNS = ("models", "deployments", "others", "people", "deployments_of_unknown_use")
"""What is counted, in the order of the columns of every table of counts."""

MODELS, DEPLOYMENTS, OTHERS, PEOPLE, UNKNOWN_USE = range(len(COLUMNS))


_NUMBER = re.compile(r"\d{1,3}(?:[,_ \u2009\u202f]?\d{3})*|\d+")
_MOST_PEOPLE = 2**40


@dataclass(frozen=True, slots=True)
class Exposed:
    """What is affected, in numbers.

    Attributes:
        models, deployments: affected things of these kinds.
        things: all affected things.
        people: the users of the affected deployments of which a number is stated, added up.
        deployments_of_unknown_use: affected deployments of which nobody stated a number.
    """

    models: int
    deployments: int
    things: int
    people: int
    deployments_of_unknown_use: int

    @classmethod
    def of(cls, counts: Iterable[int]) -> Exposed:
        """From one row of a table of counts."""
        models, deployments, others, people, unknown = (int(n) for n in counts)
        return cls(models, deployments, models + deployments + others, people, unknown)


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """The weights of a graph's nodes.

    Attributes:
        weights: int64[nodes, columns]; 0 for all names of a thing but one.
        loose: bool[nodes], the names of things whose names do not all lead to one another:
            of these a reach may hold some names and not others, and weights do not tell.
    """

    weights: NDArray[np.int64]
    loose: Bools


def counted(graph: Graph, policy: Policy) -> Counted:
    """The weights of a graph's nodes under a policy."""
    return graph.remember(("counted", policy.key), lambda: _counted(graph, policy))


def _counted(graph: Graph, policy: Policy) -> Counted:
    served, numbers = graph.of_kind(Kind.DEPLOYMENT), graph.by_properties(people_of)
    known = np.array([-1 if n is None else n for n in numbers[1]] or [-1], np.int64)[numbers[0]]
    table = np.zeros((len(graph), len(COLUMNS)), np.int64)
    table[:, MODELS] = graph.of_kind(Kind.MODEL)
    table[:, DEPLOYMENTS] = served
    table[:, OTHERS] = 1 - table[:, MODELS] - table[:, DEPLOYMENTS]
    table[served, PEOPLE] = np.maximum(known[served], 0)
    table[served, UNKNOWN_USE] = known[served] < 0
    loose = np.zeros(len(graph), np.bool_)
    named = np.flatnonzero(graph.several_names & ~graph.of_kind(Kind.COPY))
    if not len(named):
        return Counted(table, loose)
    thing, group = np.unique(graph.same_as[named], return_inverse=True)
    kinds = np.zeros((len(thing), len(COLUMNS)), np.int64)
    np.maximum.at(kinds, group, table[named])
    kinds[:, DEPLOYMENTS] &= 1 - kinds[:, MODELS]
    kinds[:, OTHERS] = 1 - kinds[:, MODELS] - kinds[:, DEPLOYMENTS]
    stated = np.zeros(len(thing), np.bool_)
    stated[group[served[named] & (known[named] >= 0)]] = True
    kinds[stated, UNKNOWN_USE] = 0
    _, first = np.unique(group, return_index=True)
    table[named] = 0
    table[named[first]] = kinds
    part = mutual(graph, policy)[named]
    lowest, highest = np.full(len(thing), len(graph)), np.full(len(thing), -1)
    np.minimum.at(lowest, group, part)
    np.maximum.at(highest, group, part)
    loose[named] = (lowest != highest)[group]
    return Counted(table, loose)


def mutual(graph: Graph, policy: Policy) -> Ints:
    """A number for each node, from 0; the same for names that all lead to one another."""

    def make() -> Ints:
        edges = graph.edges_with(walkable(graph, policy, Transmits.IDENTIFIES))
        ends = graph.objects(edges), graph.subjects(edges)
        links = coo_array((np.ones(len(edges), np.int8), ends), shape=(len(graph), len(graph)))
        _, part = connected_components(links, directed=True, connection="strong")
        return np.asarray(part, np.int64)

    return graph.remember(("mutual names", policy.key), make)


def people_of(properties: Mapping[str, Value]) -> int | None:
    """How many people use a deployment, where its ``users`` are stated as a number."""
    users = properties.get("users")
    if isinstance(users, tuple):
        users = users[0] if len(users) == 1 else None
    if isinstance(users, str) and _NUMBER.fullmatch(users.strip()):
        users = int(re.sub(r"\D", "", users))
    if isinstance(users, float) and users.is_integer():
        users = int(users)
    if isinstance(users, bool) or not isinstance(users, int):
        return None
    return users if 0 <= users <= _MOST_PEOPLE else None


def exposed_by(graph: Graph, answer: Impact) -> Exposed:
    """The same numbers of an answer already computed."""
    kinds, total = answer.counts["kind"], answer.counts["total"]["blast_radius"]
    people, unknown = people_among(graph, answer.affected)
    return Exposed(kinds.get("Model", 0), kinds.get("Deployment", 0), total, people, unknown)


def people_among(graph: Graph, affected: Iterable[Affected]) -> tuple[int, int]:
    """The stated users of the deployments among the affected, and how many state none.

    Of several names of a deployment the largest number stated counts.
    """
    users: dict[str, int] = {}
    for a in affected:
        if a.kind == Kind.DEPLOYMENT and a.effect in (Transmits.CONTAMINATES, Transmits.EXPOSES):
            stated = people_of(graph.nodes[a.number].properties)
            users[a.same_as] = max(users.get(a.same_as, -1), -1 if stated is None else stated)
    return sum(n for n in users.values() if n >= 0), sum(n < 0 for n in users.values())


def count_things(graph: Graph, numbers: Ints) -> int:
    """How many things these nodes are: all names of one count once, each copy for itself."""
    counted = np.zeros(2 * len(graph), np.bool_)
    counted[_counted_as(graph, numbers)] = True
    return int(np.count_nonzero(counted))


def _counted_as(graph: Graph, numbers: Ints) -> Ints:
    """A number for each thing, the same for its names; a copy has one that no name has."""
    copy = graph.of_kind(Kind.COPY)[numbers]
    return np.where(copy, len(graph) + numbers, graph.same_as[numbers])


def things_by_kind(graph: Graph, numbers: Ints) -> dict[str, int]:
    """How many things of each kind these are."""
    order = np.array([KINDS_SHOWN.index(kind) for kind in KINDS])[graph.kind[numbers]]
    first = np.full(2 * len(graph), len(KINDS_SHOWN))
    np.minimum.at(first, _counted_as(graph, numbers), order)
    counts = np.bincount(first, minlength=len(KINDS_SHOWN)).tolist()[: len(KINDS_SHOWN)]
    return {kind.value: n for kind, n in zip(KINDS_SHOWN, counts, strict=True) if n}
