"""A graph as it was at an earlier time, as far as is known today."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from lineage.engine.arrays import HIDDEN
from lineage.errors import NotFoundError, StoreError, UsageError
from lineage.graph.graph import Graph
from lineage.store.base import time_text


def as_of(graph: Graph, at: datetime) -> Graph:
    """What is known today of how things were at a time.

    Assertions first made later are left out; those retracted later still stood. A document that
    was only read, without its history, says nothing of what it said before it was first read:
    its assertions count from then.

    Args:
        graph: the graph as it is known.
        at: the time.

    Raises:
        NotFoundError: every assertion was first made later.
    """
    text = time_text(at)
    columns, base = graph.columns, len(graph.columns.code)
    cut = np.searchsorted(np.array(columns.times.to_pylist(), dtype=object), text, side="right")
    classes = {c: code for code, c in enumerate(graph.classes)}
    for relation, evidence, _ in graph.classes:
        classes.setdefault((relation, evidence, 1), len(classes))
    if len(classes) >= HIDDEN:
        raise StoreError(f"assertions of more than {HIDDEN} classes cannot be held")
    standing = np.arange(256, dtype=np.uint8)
    for (relation, evidence, _), number in tuple(classes.items()):
        standing[number] = classes[relation, evidence, 1]
    code = graph.topology.code.copy()
    still = columns.retracted[columns.retracted_at >= cut]
    code[still] = standing[code[still]]
    code[:base][columns.first_seen >= cut] = HIDDEN
    for place, edge in enumerate(graph.later.edges, base):
        if edge.first_seen > text:
            code[place] = HIDDEN
        elif edge.retracted_at and edge.retracted_at > text:
            code[place] = standing[code[place]]
    seen = np.flatnonzero(code != HIDDEN)
    if not len(seen):
        first = _first(graph)
        raise NotFoundError(
            f"nothing is known of {at:%Y-%m-%d}",
            remedy=f"The earliest assertion is of {first[:10]}."
            if first
            else "No document asserts anything yet.",
        )
    there = np.zeros(len(graph), np.bool_)
    there[graph.subjects(seen)] = there[graph.objects(seen)] = True
    later = replace(graph.later, classes=tuple(classes)[len(columns.classes) :])
    return Graph(columns, graph.topology.with_codes(code), later, at=at, there=there)


def parsed_time(text: str) -> datetime:
    """A day (its end, UTC) or a time of ISO 8601 (UTC where it names no zone).

    Raises:
        UsageError: it is neither.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"“{text}” is no date", remedy="Write it as 2026-03-31 or 2026-03-31T12:00:00+02:00."
        ) from error
    if len(text) <= len("2026-03-31"):
        at = at.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _first(graph: Graph) -> str:
    """The time of the earliest assertion; empty where there is none."""
    visible = graph.topology.code[: len(graph.columns.code)] != HIDDEN
    numbers = graph.columns.first_seen[visible]
    times = [graph.columns.times[int(numbers.min())].as_py()] if len(numbers) else []
    times += [edge.first_seen for edge in graph.later.edges]
    return min(times, default="")
