"""Since when: the windows in which affected deployments served."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lineage.graph import Graph
from lineage.impact.answer import Affected
from lineage.records import Value
from lineage.vocabulary import UNKNOWN, Kind, Transmits


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when a deployment was in use, for what and by how many.

    Each is what a document says: a date as exact as it is known, UNKNOWN where somebody says
    that it is, and also UNKNOWN where nobody says anything.
    """

    id: str
    name: str
    since: str
    until: str
    purpose: str
    users: str


def windows(graph: Graph, affected: Iterable[Affected]) -> list[Window]:
    """The windows of the affected deployments: unknown beginnings first, then the earliest."""
    found = []
    for row in affected:
        if row.kind == Kind.DEPLOYMENT and row.effect != Transmits.INFORMS:
            stated = graph.nodes[row.number].properties
            since, until, purpose, users = (
                _text(stated.get(name)) for name in ("in_use_from", "in_use_to", "purpose", "users")
            )
            found.append(Window(row.id, row.name, since, until, purpose, users))
    return sorted(found, key=lambda w: (w.since != UNKNOWN, w.since, w.id))


def _text(value: Value | None) -> str:
    if value is None:
        return UNKNOWN
    return ", ".join(value) if isinstance(value, tuple) else str(value)
