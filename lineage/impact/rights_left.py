"""What a right that ends still leaves: uses that another right covers are not affected.

The ending of a right ends the uses that rest on it alone. A use that another right covers goes
on, if that right is verified, in force, and of a known kind: what is unknown covers nothing. An
order to destroy is another matter: it takes the data, whatever the rights.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from lineage.graph import Graph, Ints
from lineage.records import Value
from lineage.vocabulary import UNKNOWN, Kind, Relation, Verification


@dataclass(frozen=True, slots=True)
class Spared:
    """A thing that was held by a right that ends, and by another that does not."""

    number: int
    grants: tuple[int, ...]


def ended_rights(graph: Graph, roots: Collection[int]) -> frozenset[int]:
    """The grants among the roots, or ended by revocations or given by parties among them."""
    grants = graph.of_kind(Kind.GRANT)
    ended = {n for n in roots if grants[n]}
    for root in roots:
        kind = graph.nodes[root].kind
        if kind == Kind.REVOCATION and graph.nodes[root].properties.get("cause") != "order":
            ended |= {n for n in _ends(graph, root, Relation.REVOKES, upstream=True) if grants[n]}
        elif kind == Kind.PARTY:
            ended |= set(_ends(graph, root, Relation.GRANTED_BY, upstream=False))
    return frozenset(ended)


def spared(graph: Graph, ended: Collection[int], today: date) -> list[Spared]:
    """What the rights that end cover, and another right still does.

    Args:
        graph: the graph.
        ended: node numbers of the grants that end.
        today: the day on which the other rights must be in force.
    """
    held = {n for grant in ended for n in _ends(graph, grant, Relation.COVERED_BY, upstream=False)}
    found = []
    for number in sorted(held):
        others = _ends(graph, number, Relation.COVERED_BY, upstream=True, current=True)
        left = tuple(n for n in others if n not in ended and in_force(graph, n, today))
        if left:
            found.append(Spared(number, left))
    return found


def in_force(graph: Graph, grant: int, today: date) -> bool:
    """Whether a right is verified, of a known kind, and in force on a day."""
    properties = graph.nodes[grant].properties
    ended = _ends(graph, grant, Relation.REVOKES, upstream=False, current=True)
    return (
        properties.get("grant_kind") not in {None, "none", UNKNOWN}
        and properties.get("verification") == Verification.VERIFIED.value
        and not ended
        and _not_after(properties, "valid_from", today)
        and not _is_over(properties, today)
    )


def _not_after(properties: Mapping[str, Value], name: str, today: date) -> bool:
    """Whether a date that may be known to the month or year only is not wholly after a day."""
    text = str(properties.get(name, ""))
    return text != UNKNOWN and text <= today.isoformat()[: len(text)]


def _is_over(properties: Mapping[str, Value], today: date) -> bool:
    text = str(properties.get("valid_to", ""))
    return text == UNKNOWN or bool(text and text < today.isoformat()[: len(text)])


def _ends(
    graph: Graph, node: int, relation: Relation, *, upstream: bool, current: bool = False
) -> list[int]:
    """The nodes at the other end of a node's assertions of one relation."""
    at: Ints = np.array([node])
    edges = (graph.upstream if upstream else graph.downstream).of(at)
    passes = graph.passing([relation], retracted=not current)
    edges = edges[passes[graph.classes_of(edges)]]
    ends = graph.objects(edges) if upstream else graph.subjects(edges)
    return sorted(set(ends.tolist()))
