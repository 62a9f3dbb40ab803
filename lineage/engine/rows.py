"""Edges as compressed rows in both directions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lineage.engine.arrays import Bytes, Ints, Longs


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Edges in order of (object, subject), and both directions as compressed rows.

    Attributes:
        start: int32[nodes + 1]; the edges that point at node ``o`` are the numbers
            ``start[o]:start[o + 1]``.
        subject, object: int32[edges]; the two ends of each edge.
        up_start, up_edge: int32[nodes + 1] and int32[edges]; the edges that node ``s`` points
            with are ``up_edge[up_start[s]:up_start[s + 1]]``, in order of number.
        code: uint8[edges]; a class of the caller's choice, 255 for edges never walked.
        kept: what was worked out about these rows once (see ``sweep``).
    """

    start: Ints
    subject: Ints
    object: Ints
    up_start: Ints
    up_edge: Ints
    code: Bytes
    kept: dict[bytes, Any] = field(default_factory=dict)

    @property
    def nodes(self) -> int:
        """How many nodes have a row."""
        return len(self.start) - 1


def arranged(subject: Ints, object: Ints, nodes: int) -> tuple[Longs, Ints, Ints, Ints]:
    """As ``arrange``, by sorting: slower on a large graph, and without the compiler."""
    order = np.lexsort((subject, object)).astype(np.int64)
    edges = np.argsort(subject[order], kind="stable").astype(np.int32)
    starts = [
        np.concatenate(([0], np.cumsum(np.bincount(ends, minlength=nodes)))).astype(np.int32)
        for ends in (object, subject)
    ]
    return order, starts[0], starts[1], edges


def arrange(subject: Ints, object: Ints, nodes: int) -> tuple[Longs, Ints, Ints, Ints]:
    """Counting sorts: the order by (object, subject), and both directions' rows."""
    edges = len(subject)
    start = np.zeros(nodes + 1, np.int32)
    up_start = np.zeros(nodes + 1, np.int32)
    for e in range(edges):
        start[object[e] + 1] += 1
        up_start[subject[e] + 1] += 1
    for n in range(nodes):
        start[n + 1] += start[n]
        up_start[n + 1] += up_start[n]
    place = up_start.copy()
    by_subject = np.empty(edges, np.int32)
    for e in range(edges):
        by_subject[place[subject[e]]] = e
        place[subject[e]] += 1
    place[:] = start
    order = np.empty(edges, np.int64)
    for i in range(edges):
        e = by_subject[i]
        order[place[object[e]]] = e
        place[object[e]] += 1
    place[:] = up_start
    up_edge = by_subject
    for number in range(edges):
        s = subject[order[number]]
        up_edge[place[s]] = number
        place[s] += 1
    return order, start, up_start, up_edge
