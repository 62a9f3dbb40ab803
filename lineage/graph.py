"""One immutable snapshot of a store as arrays, for answers that must be fast and consistent.

Nodes and edges are numbered; relations, evidence and kinds are small codes. An edge points
from the derived thing (subject) to what it came from (object); *downstream* is against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from lineage.errors import AmbiguousError, NotFoundError
from lineage.identity import shown_name
from lineage.records import DocumentRow, EdgeRow, NodeRow, Snapshot
from lineage.store.base import Store
from lineage.vocabulary import ARTIFACT_KINDS, Evidence, Kind, Relation

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

RELATION_CODES: dict[Relation, int] = {relation: code for code, relation in enumerate(Relation)}
EVIDENCE_CODES: dict[Evidence, int] = {evidence: code for code, evidence in enumerate(Evidence)}

_MOST_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Adjacency:
    """Compressed rows: the edges of node ``n`` are ``edges[start[n]:start[n + 1]]``."""

    start: Ints
    edges: Ints

    def of(self, nodes: Ints) -> Ints:
        """The edges of several nodes, in order of node."""
        first, count = self.start[nodes], self.start[nodes + 1] - self.start[nodes]
        total = int(count.sum())
        if total == 0:
            return np.empty(0, np.int64)
        offset = np.repeat(first - np.concatenate(([0], np.cumsum(count)[:-1])), count)
        return np.asarray(self.edges[offset + np.arange(total)])


class Graph:
    """A snapshot of a store, ready to be asked.

    Attributes:
        nodes: the nodes, in order of id; a node's number is its place here.
        edges: the assertions that count, in order of key; likewise. A decision that a person
            took back is not among them.
        subject, object, relation, evidence: arrays over the edges: node numbers and codes.
        active: whether a document still says so.
    """

    @classmethod
    def of(cls, store: Store) -> Graph:
        """The graph that a store holds now.

        Raises:
            StoreError: the store cannot be read.
        """
        return cls(store.snapshot())

    def __init__(self, snapshot: Snapshot):
        self.store = snapshot.store
        self.version = snapshot.version
        self.taken_at: datetime = snapshot.taken_at
        self.nodes: Sequence[NodeRow] = sorted(snapshot.nodes, key=lambda n: n.id)
        self.edges: Sequence[EdgeRow] = sorted(
            (e for e in snapshot.edges if not e.withdrawn), key=lambda e: e.key
        )
        self.documents: dict[str, DocumentRow] = {d.id: d for d in snapshot.documents}
        self.number: dict[str, int] = {node.id: i for i, node in enumerate(self.nodes)}
        count = len(self.edges)
        self.subject: Ints = np.fromiter(
            (self.number[e.subject] for e in self.edges), np.int64, count
        )
        self.object: Ints = np.fromiter(
            (self.number[e.object] for e in self.edges), np.int64, count
        )
        self.relation: Ints = np.fromiter(
            (RELATION_CODES[e.relation] for e in self.edges), np.int64, count
        )
        self.evidence: Ints = np.fromiter(
            (EVIDENCE_CODES[e.evidence] for e in self.edges), np.int64, count
        )
        self.active: Bools = np.fromiter((e.active for e in self.edges), np.bool_, count)

    def __len__(self) -> int:
        """The number of nodes."""
        return len(self.nodes)

    @cached_property
    def downstream(self) -> Adjacency:
        """For each node, the edges that point at it."""
        return _adjacency(self.object, len(self.nodes))

    @cached_property
    def upstream(self) -> Adjacency:
        """For each node, the edges that it points with."""
        return _adjacency(self.subject, len(self.nodes))

    @cached_property
    def is_artifact(self) -> Bools:
        """Which nodes lineage passes through."""
        return np.fromiter(
            (n.kind in ARTIFACT_KINDS for n in self.nodes), np.bool_, len(self.nodes)
        )

    def of_kind(self, *kinds: Kind) -> Bools:
        """Which nodes are of one of these kinds."""
        return np.fromiter((n.kind in kinds for n in self.nodes), np.bool_, len(self.nodes))

    @cached_property
    def same_as(self) -> Ints:
        """For each node, the lowest number among the names of the same thing (SAME_AS)."""
        chosen = self.relation == RELATION_CODES[Relation.SAME_AS]
        names = np.arange(len(self.nodes))
        while True:
            before = names.copy()
            np.minimum.at(names, self.subject[chosen], before[self.object[chosen]])
            np.minimum.at(names, self.object[chosen], before[self.subject[chosen]])
            if np.array_equal(before, names):
                return names

    def shown(self, number: int) -> str:
        """A node's name for people."""
        node = self.nodes[number]
        title = node.properties.get("display_name")
        return str(title) if title else shown_name(node.namespace, node.name)

    def resolve(self, text: str) -> int:
        """The node that a text means: an id, a name, or an unambiguous part of one.

        Raises:
            NotFoundError: nothing fits.
            AmbiguousError: several things fit; it lists them.
        """
        if text in self.number:
            return self.number[text]
        found = self.search(text)
        if not found:
            raise NotFoundError(
                f"nothing in this store is called “{text}”",
                remedy="Look for it with: lineage find TEXT, or ingest the documents that name it.",
            )
        exact = [n for n in found if text in (self.nodes[n].name, self.shown(n))]
        best = exact or found
        if len({int(self.same_as[n]) for n in best}) > 1:
            raise AmbiguousError(
                text, [self.nodes[n].id for n in best[:_MOST_CANDIDATES]], len(best)
            )
        return best[0]

    def search(self, text: str, kinds: Sequence[Kind] = ()) -> list[int]:
        """The nodes whose id or shown name has this text, best first, whatever its case."""
        wanted = text.casefold()
        found: list[tuple[int, int, int]] = []
        for number, node in enumerate(self.nodes):
            if kinds and node.kind not in kinds:
                continue
            names = (node.name.casefold(), self.shown(number).casefold(), node.id.casefold())
            if not any(wanted in name for name in names):
                continue
            rank = 0 if wanted in names else 1 if any(n.startswith(wanted) for n in names) else 2
            found.append((rank, len(node.name), number))
        return [number for _, _, number in sorted(found)]

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """The whole graph for networkx: nodes by id with their properties, edges by key."""
        result: nx.MultiDiGraph[str] = nx.MultiDiGraph(version=self.version, store=self.store)
        for node in self.nodes:
            result.add_node(
                node.id,
                **{
                    **node.properties,
                    "kind": node.kind.value,
                    "name": node.name,
                    "namespace": node.namespace,
                },
            )
        for edge in self.edges:
            result.add_edge(
                edge.subject,
                edge.object,
                key=edge.key,
                relation=edge.relation.value,
                document=edge.document,
                line=edge.line,
                evidence=edge.evidence.value,
                selector=edge.selector,
                share=edge.share,
                active=edge.active,
            )
        return result


def _adjacency(ends: Ints, nodes: int) -> Adjacency:
    order = np.argsort(ends, kind="stable")
    start = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(ends, minlength=nodes), out=start[1:])
    return Adjacency(start, order)


def spread(graph: Graph, seeds: Ints, distances: Ints, allowed: Bools) -> tuple[Ints, Ints]:
    """Breadth-first search downstream from seeds that start at given distances.

    Args:
        graph: the graph.
        seeds: node numbers.
        distances: the distance each seed starts at.
        allowed: over the edges, which may be walked.

    Returns:
        Over the nodes: the distance (-1 where not reached) and the edge it was first reached
        by (-1 for seeds). Level by level, each edge is looked at once: O(nodes + edges).
    """
    distance = np.full(len(graph.nodes), -1, np.int64)
    via = np.full(len(graph.nodes), -1, np.int64)
    if len(seeds) == 0:
        return distance, via
    order = np.argsort(distances, kind="stable")
    seeds, distances = seeds[order], distances[order]
    level, taken = int(distances[0]), 0
    frontier = np.empty(0, np.int64)
    while len(frontier) or taken < len(seeds):
        if not len(frontier):
            level = max(level, int(distances[taken]))
        until = int(np.searchsorted(distances, level, side="right"))
        fresh = np.unique(seeds[taken:until])
        fresh = fresh[distance[fresh] < 0]
        distance[fresh] = level
        taken = until
        edges = graph.downstream.of(np.concatenate((frontier, fresh)))
        edges = edges[allowed[edges]]
        edges = edges[distance[graph.subject[edges]] < 0]
        reached, first = np.unique(graph.subject[edges], return_index=True)
        level += 1
        distance[reached] = level
        via[reached] = edges[first]
        frontier = reached
    return distance, via
