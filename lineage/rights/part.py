"""The part of a graph that a question of rights concerns, as a graph of its own.

What a thing stands on, what it is used in, and the rights, parties, revocations and decisions
of all these: found by walking from the thing, so that its size is that of the answer, not of
the store. A document that no store has read yet can be laid over it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lineage.graph import Graph
from lineage.records import DocumentRow, EdgeRow, NodeRow, Reading, Ref, Snapshot
from lineage.rights.grants import texts
from lineage.schema import LINEAGE_RELATIONS
from lineage.store.rows import Edge, mentions, merged_node
from lineage.store.rows import edges as rows_of_edges
from lineage.vocabulary import ARTIFACT_KINDS, Evidence, Kind, Relation

CARRYING = tuple(
    r for r in LINEAGE_RELATIONS if r not in {Relation.TOKENIZED_WITH, Relation.EVALUATED_ON}
)
"""The relations by which a thing stands on another; a tokenizer or a metric is none."""

_RIGHTS_OF = (Relation.COVERED_BY, Relation.PROVIDED_BY, Relation.HELD_BY)
_OF_RIGHTS = (Relation.GRANTED_BY, Relation.GRANTED_TO, Relation.SUPERSEDES)
_ABOUT = (Relation.REVOKES, Relation.DECIDES, Relation.SUPERSEDES)
_PARTIES = ("held_by", "received_by", "operated_by", "issued_by")


@dataclass(frozen=True)
class Part:
    """A part of a graph.

    Attributes:
        graph: the part, a graph of its own; numbers are its own.
        subjects: what was asked about.
        stands_on: the subjects, and all that they came from.
        used_in: the services and copies that came from a subject.
    """

    graph: Graph
    subjects: tuple[int, ...]
    stands_on: frozenset[int]
    used_in: frozenset[int]

    def concerns(self, number: int) -> bool:
        """Whether what is found at a thing is a finding about the subjects."""
        return number in self.stands_on or number in self.used_in


def whole(graph: Graph) -> Part:
    """All of a graph: every thing is asked about."""
    return Part(graph, (), frozenset(range(len(graph))), frozenset())


def part_of(graph: Graph, subjects: Sequence[int]) -> Part:
    """The part of a graph that concerns some things.

    Args:
        graph: the whole.
        subjects: numbers of things in it.
    """
    found = _concerning(graph, subjects, subjects)
    small = _graph(graph, found.rows(graph), [graph.edges[e] for e in sorted(found.edges)])
    above = {small.number[graph.nodes[n].id] for n in found.above}
    below = {small.number[graph.nodes[n].id] for n in found.below} - above
    return Part(
        small,
        tuple(small.number[graph.nodes[n].id] for n in subjects),
        frozenset(above),
        frozenset(n for n in below if small.nodes[n].kind in {Kind.DEPLOYMENT, Kind.COPY}),
    )


@dataclass(frozen=True)
class Overlay:
    """A part of a graph with documents laid over it, and what each of these makes or describes.

    Attributes:
        graph: what the documents stand on, and they themselves.
        subjects: the ids of what a document makes or describes, by the document's id.
    """

    graph: Graph
    subjects: Mapping[str, tuple[str, ...]]


def laid_over(graph: Graph, readings: Sequence[Reading]) -> Overlay:
    """Lays documents over what a graph knows, as if they had just been read into it.

    What the graph holds of the same documents does not count: they say it, or no longer do.
    """
    laid = [_Laid(graph, reading) for reading in readings]
    meets = sorted({n for one in laid for n in one.known})
    makes = [graph.number[i] for one in laid for i in one.subjects if i in graph.number]
    found = _concerning(graph, meets, makes)
    again = {reading.document.id for reading in readings}
    kept = [graph.edges[e] for e in sorted(found.edges)]
    rows = {row.id: row for row in found.rows(graph)}
    for one in laid:
        one.lay(rows)
    edges = [*(e for e in kept if e.document not in again), *(e for one in laid for e in one.edges)]
    small = _graph(graph, rows.values(), edges, readings)
    return Overlay(small, {o.document: tuple(o.subjects) for o in laid})


@dataclass(frozen=True)
class _Found:
    """Numbers of nodes and edges of a graph that concern something."""

    above: set[int]
    below: set[int]
    nodes: set[int]
    edges: set[int]

    def rows(self, graph: Graph) -> list[NodeRow]:
        return [graph.nodes[n] for n in sorted(self.nodes)]


def _concerning(graph: Graph, up: Sequence[int], down: Sequence[int]) -> _Found:
    """What some things stand on, what others are used in, and the governance of all these."""
    above = _walk(graph, up, CARRYING, upstream=True)
    below = _walk(graph, down, CARRYING, upstream=False)
    things = above.nodes | below.nodes
    rights = _walk(graph, things, (*_RIGHTS_OF, *_OF_RIGHTS), upstream=True)
    about = _walk(graph, things | rights.nodes, _ABOUT, upstream=False)
    later = _walk(graph, about.nodes, _OF_RIGHTS, upstream=True)
    parties = {
        graph.number[text]
        for n in things
        for key in _PARTIES
        for text in texts(graph.nodes[n].properties.get(key))
        if text in graph.number
    }
    walked = (above, below, rights, about, later)
    return _Found(
        above.nodes,
        below.nodes,
        parties.union(*(w.nodes for w in walked)),
        set[int]().union(*(w.edges for w in walked)),
    )


@dataclass(frozen=True)
class _Walked:
    nodes: set[int]
    edges: set[int]


def _walk(
    graph: Graph, starts: Iterable[int], relations: Sequence[Relation], *, upstream: bool
) -> _Walked:
    """All that is reached from some nodes by edges of some relations, and these edges."""
    passes = graph.passing(relations)
    seen, used = set(starts), set[int]()
    frontier = np.array(sorted(seen), np.int64)
    while len(frontier):
        edges = (graph.upstream if upstream else graph.downstream).of(frontier)
        edges = edges[passes[graph.classes_of(edges)]]
        used.update(edges.tolist())
        ends = graph.objects(edges) if upstream else graph.subjects(edges)
        fresh = set(ends.tolist()) - seen
        seen |= fresh
        frontier = np.array(sorted(fresh), np.int64)
    return _Walked(seen, used)


def _graph(
    graph: Graph,
    rows: Iterable[NodeRow],
    edges: Sequence[EdgeRow],
    readings: Sequence[Reading] = (),
) -> Graph:
    read = {r.document.id: r.document for r in readings}
    told = [
        graph.documents[i]
        for i in sorted({e.document for e in edges})
        if i in graph.documents and i not in read
    ]
    told += [
        DocumentRow(d.id, d.repository, d.path, d.sha256, d.format, d.revision, "")
        for d in read.values()
    ]
    return Graph(
        Snapshot(graph.store, graph.version, graph.taken_at, tuple(rows), tuple(edges), tuple(told))
    )


class _Laid:
    """A document laid over a graph: its nodes, edges, and how they meet what is known.

    Attributes:
        edges: its assertions, and that a path lies inside a folder that the graph knows.
        subjects: the ids of what it makes or describes.
        known: the nodes of the graph that it names, or that hold what it names.
    """

    def __init__(self, graph: Graph, reading: Reading):
        now = graph.taken_at.isoformat()
        self.document = reading.document.id
        self.edges = [_stated(row, now) for row in rows_of_edges(reading)]
        self._rows = {m.node: merged_node([(m, True)]) for m in mentions(reading)}
        self.known: list[int] = []
        made = {s.ref.id for s in reading.extract.statements if s.produced}
        carrying = {e.subject for e in self.edges if e.relation in CARRYING}
        about = {i: self._rows[i].kind for i in made | carrying if i in self._rows}
        places = {i for i, kind in about.items() if kind is Kind.COPY}
        made_here = {i for i, kind in about.items() if kind in ARTIFACT_KINDS}
        # Several configs may write to one place: what lies there is not what each of them makes.
        self.subjects = sorted(made_here - places or made_here)
        for id_ in sorted(self._rows):
            if id_ in graph.number:
                self.known.append(graph.number[id_])
            else:
                self._join_folder(graph, reading, self._rows[id_], now)

    def _join_folder(self, graph: Graph, reading: Reading, row: NodeRow, now: str) -> None:
        """Joins a path that is new with the nearest folder above it that the graph knows."""
        if not row.namespace.startswith("file://"):
            return
        above = posixpath.dirname(row.name)
        while above not in {"", "/", "."}:
            id_ = Ref(row.kind, row.namespace, above).id
            if id_ in graph.number:
                self.known.append(graph.number[id_])
                place = f"{row.name} lies inside {above}"
                self.edges.append(_inside(row.id, id_, reading.document.id, place, now))
                return
            above = posixpath.dirname(above)

    def lay(self, rows: dict[str, NodeRow]) -> None:
        """Adds the document's nodes to others: what is known of one already stays."""
        for id_, row in self._rows.items():
            before = rows.get(id_)
            rows[id_] = (
                row
                if before is None
                else replace(before, properties={**row.properties, **before.properties})
            )


def _stated(row: Edge, now: str) -> EdgeRow:
    """An assertion of a document that was just read."""
    relation, evidence = Relation(row.relation), Evidence(row.evidence)
    where = (row.document, row.place, row.line)
    part = (row.selector, row.share)
    return EdgeRow(
        row.key, row.subject, relation, row.object, *where, evidence, *part, True, now, now, None
    )


def _inside(path: str, folder: str, document: str, place: str, now: str) -> EdgeRow:
    """That a path lies inside a folder, as the joins of a store would say."""
    edge = Edge(
        f"inside {path}",
        path,
        Relation.SUBSET_OF.value,
        folder,
        document,
        place,
        None,
        Evidence.INFERRED.value,
        None,
        None,
    )
    return _stated(edge, now)
