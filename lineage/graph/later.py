"""What was written to a store after a graph's columns were made.

Kept beside the columns, which stay as they are: new nodes get the numbers after theirs, an
assertion that became otherwise is left out and its new state appended. Costs what the changes
are, not what the graph is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from lineage.engine.arrays import HIDDEN
from lineage.engine.topology import Topology
from lineage.errors import StoreError
from lineage.records import Changes, DocumentRow, EdgeRow, Moment, NodeRow
from lineage.store.columns import EVIDENCES, RELATIONS, Class

if TYPE_CHECKING:
    from lineage.graph.graph import Graph


@dataclass(frozen=True, slots=True)
class Later:
    """Rows by number or id, in place of those of the columns or beyond them."""

    moment: Moment | None
    taken_at: datetime | None
    nodes: Mapping[int, NodeRow]
    numbers: Mapping[str, int]
    edges: Sequence[EdgeRow]
    documents: Mapping[str, DocumentRow]
    classes: tuple[Class, ...]
    left_out: int = 0


NOTHING = Later(None, None, {}, {}, (), {}, ())


def later_than(graph: Graph, changes: Changes) -> tuple[Topology, Later]:
    """The topology and the later rows of a graph with more changes.

    Raises:
        StoreError: the changes are not those since the graph's version.
    """
    if changes.since != graph.version:
        raise StoreError(f"changes since {changes.since} for a graph of version {graph.version}")
    numbers, nodes = dict(graph.later.numbers), dict(graph.later.nodes)
    count = len(graph)
    for node in changes.nodes:
        number = graph.number.get(node.id)
        if number is None:
            number = numbers[node.id] = count
            count += 1
        nodes[number] = node
    classes = {c: code for code, c in enumerate(graph.classes)}
    added: list[EdgeRow] = []
    hidden: list[int] = []
    for edge in changes.edges:
        held = _place_of(graph, edge)
        if held is not None:
            if graph.edges[held] == edge:
                continue
            hidden.append(held)
        if not edge.withdrawn:
            added.append(edge)
    codes = [classes.setdefault(class_of(edge), len(classes)) for edge in added]
    if len(classes) >= HIDDEN:
        raise StoreError(f"assertions of more than {HIDDEN} classes cannot be held")

    def number_of(node: str) -> int:
        return numbers[node] if node in numbers else graph.number[node]

    topology = graph.topology
    if hidden:
        code = topology.code.copy()
        code[hidden] = HIDDEN
        topology = topology.with_codes(code)
    topology = topology.with_edges(
        np.array([number_of(edge.subject) for edge in added], np.int32),
        np.array([number_of(edge.object) for edge in added], np.int32),
        np.array(codes, np.uint8),
        count,
    )
    return topology, Later(
        changes.moment,
        changes.taken_at,
        nodes,
        numbers,
        [*graph.later.edges, *added],
        {**graph.later.documents, **{d.id: d for d in changes.documents}},
        tuple(classes)[len(graph.columns.classes) :],
        graph.later.left_out + len(hidden),
    )


def class_of(edge: EdgeRow) -> Class:
    """The class of an assertion."""
    return RELATIONS.index(edge.relation), EVIDENCES.index(edge.evidence), int(edge.active)


def _place_of(graph: Graph, edge: EdgeRow) -> int | None:
    """The number under which a graph has an assertion, in whatever state."""
    subject, target = graph.number.get(edge.subject), graph.number.get(edge.object)
    if subject is None or target is None:
        return None
    numbers = graph.upstream.of(np.array([subject]))
    for number in numbers[graph.objects(numbers) == target]:
        if graph.edges[int(number)].key == edge.key:
            return int(number)
    return None
