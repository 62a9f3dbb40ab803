"""One immutable snapshot of a store, ready to be asked. Threads may share it.

Nodes and assertions are numbered. An assertion points from the derived thing (subject) to what
it came from (object); *downstream* is against it. The walks themselves are those of
:mod:`lineage.engine`, on :attr:`Graph.topology`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lineage.engine.arrays import HIDDEN
from lineage.engine.topology import Topology
from lineage.graph import interop
from lineage.graph.later import NOTHING, Later, later_than
from lineage.graph.search import found, resolved
from lineage.graph.tables import (
    Bools,
    Codes,
    Documents,
    Edges,
    Ints,
    Nodes,
    Numbers,
    place_in,
    place_of,
    taken,
)
from lineage.identity import shown_name
from lineage.records import Changes, Snapshot, Value
from lineage.store.base import Store
from lineage.store.columns import (
    EVIDENCES,
    KINDS,
    RELATIONS,
    Columns,
    from_snapshot,
    properties_of,
    properties_text,
)
from lineage.vocabulary import ARTIFACT_KINDS, Evidence, Kind, Relation

if TYPE_CHECKING:
    import networkx as nx

T = TypeVar("T")

_LAST = "\U0010ffff"
"""The last of all characters."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The assertions at nodes in one direction."""

    topology: Topology
    upstream: bool

    def of(self, nodes: Ints) -> Ints:
        """The numbers of the assertions at several nodes, in order of node."""
        topology = self.topology
        edges = topology.edges_of(nodes, self.upstream)
        codes = taken(topology.rows.code, topology.delta.code, edges)
        return np.asarray(edges[codes != HIDDEN])


class Graph:
    """A store at one version.

    Attributes:
        columns: what it is made of.
        topology: the assertions as the engine walks them. Their classes are numbers into
            ``classes``; one that is left out of this view is of the class ``HIDDEN``.
        classes: (relation, evidence, active) of each class, as numbers.
        later: what was written since the columns were made.
        nodes, edges, documents, number: rows, by number or by id.
        at: the time at which things were so, for a view of an earlier one (see
            :mod:`lineage.graph.times`).
    """

    def __init__(
        self,
        source: Snapshot | Columns,
        topology: Topology | None = None,
        later: Later = NOTHING,
        at: datetime | None = None,
        there: Bools | None = None,
    ):
        self.columns = from_snapshot(source) if isinstance(source, Snapshot) else source
        self.topology = topology or topology_of(self.columns)
        self.later = later
        self.classes = (*self.columns.classes, *later.classes)
        self.nodes = Nodes(self.columns, later.nodes, self.topology.nodes)
        self.edges = Edges(self.columns, self.topology, later.edges)
        self.documents = Documents(self.columns, later.documents)
        self.number = Numbers(self.columns, later.numbers)
        self.moment = later.moment or self.columns.moment
        self.store = self.columns.store
        self.version = self.moment.version
        self.taken_at: datetime = later.taken_at or self.columns.taken_at
        self.at, self._there = at, there
        self.remembered: dict[object, Any] = {}

    @classmethod
    def of(cls, store: Store, version: int | None = None) -> Graph:
        """The graph that a store holds now, or as it was known at a version.

        Raises:
            NotFoundError: the store does not know what it held at that version.
            StoreError: the store cannot be read.
        """
        if version is not None:
            return cls(store.columns(version))
        from lineage.graph.kept import graph_of  # it makes graphs, so it cannot be imported first

        return graph_of(store)

    def updated(self, changes: Changes) -> Graph:
        """This graph with what was written to its store since; this one stays as it is."""
        topology, later = later_than(self, changes)
        return Graph(self.columns, topology, later)

    def without(self, edges: Iterable[int]) -> Graph:
        """A view of this graph from which some assertions are left out."""
        code = self.topology.code.copy()
        code[list(edges)] = HIDDEN
        return Graph(self.columns, self.topology.with_codes(code), self.later, self.at, self._there)

    def remember(self, key: object, make: Callable[[], T]) -> T:
        """Something worked out about this graph once, and kept with it."""
        if key not in self.remembered:
            self.remembered[key] = make()
        result: T = self.remembered[key]
        return result

    def __len__(self) -> int:
        """The number of nodes."""
        return self.topology.nodes

    @property
    def downstream(self) -> Rows:
        """For each node, the assertions that point at it."""
        return Rows(self.topology, upstream=False)

    @property
    def upstream(self) -> Rows:
        """For each node, the assertions that it points with."""
        return Rows(self.topology, upstream=True)

    def subjects(self, edges: NDArray[np.integer[Any]]) -> NDArray[np.int32]:
        """The nodes that some assertions are about, whatever the graph's size."""
        return taken(self.topology.rows.subject, self.topology.delta.subject, edges)

    def objects(self, edges: NDArray[np.integer[Any]]) -> NDArray[np.int32]:
        """The nodes that some assertions say it came from, likewise."""
        return taken(self.topology.rows.object, self.topology.delta.object, edges)

    def classes_of(self, edges: NDArray[np.integer[Any]]) -> NDArray[np.uint8]:
        """The classes of some assertions, likewise."""
        return taken(self.topology.rows.code, self.topology.delta.code, edges)

    @property
    def subject(self) -> NDArray[np.int32]:
        """The node that each assertion is about."""
        return self.topology.subject

    @property
    def object(self) -> NDArray[np.int32]:
        """The node that each assertion says it came from."""
        return self.topology.object

    @cached_property
    def relation(self) -> Codes:
        """The number of each assertion's relation in ``RELATIONS``; -1 for one left out."""
        return self._by_class([c[0] for c in self.classes])

    @cached_property
    def evidence(self) -> Codes:
        """The number of each assertion's evidence in ``EVIDENCES``; -1 for one left out."""
        return self._by_class([c[1] for c in self.classes])

    @cached_property
    def active(self) -> Bools:
        """Whether a document still says so; not for one left out."""
        return np.asarray(self._by_class([c[2] for c in self.classes]) > 0)

    def _by_class(self, values: Sequence[int]) -> Codes:
        table = np.full(256, -1, np.int16)
        table[: len(values)] = values
        return np.asarray(table[self.topology.code])

    def passing(
        self,
        relations: Iterable[Relation],
        evidences: Iterable[Evidence] | None = None,
        *,
        retracted: bool = True,
    ) -> Bools:
        """Which classes of assertions are of these relations, and so on: bool[256].

        Args:
            relations: the relations.
            evidences: the evidence, or None for any.
            retracted: whether those count that documents no longer make.
        """
        wanted = frozenset(relations)
        proving = frozenset(EVIDENCES if evidences is None else evidences)

        def make() -> Bools:
            passes = np.zeros(256, np.bool_)
            for code, (relation, evidence, active) in enumerate(self.classes):
                passes[code] = (
                    RELATIONS[relation] in wanted
                    and EVIDENCES[evidence] in proving
                    and bool(active or retracted)
                )
            passes.setflags(write=False)
            return passes

        return self.remember(("passing", wanted, proving, retracted), make)

    @cached_property
    def share(self) -> NDArray[np.float64]:
        """The share that each assertion states, from 0 to 1; NaN where it states none."""
        result = np.full(self.topology.edges, np.nan)
        result[self.columns.shared] = self.columns.share
        for place, edge in enumerate(self.later.edges, len(self.columns.code)):
            if edge.share is not None:
                result[place] = edge.share
        return result

    @cached_property
    def document(self) -> NDArray[np.int32]:
        """A number of each assertion's document; the same document has one number."""
        if not self.later.edges:
            return self.columns.document
        numbers: dict[str, int] = {}
        new = len(self.columns.document_id)
        for edge in self.later.edges:
            if edge.document not in numbers:
                place = place_in(self.columns.document_id, edge.document)
                numbers[edge.document] = new + len(numbers) if place is None else place
        later = [numbers[edge.document] for edge in self.later.edges]
        return np.concatenate((self.columns.document, np.array(later, np.int32)))

    def edges_of_document(self, document: str) -> Ints:
        """The numbers of the assertions that a document makes or made."""
        place = place_in(self.columns.document_id, document)
        known = self.columns.document
        found = np.flatnonzero(known == place) if place is not None else np.empty(0, np.int64)
        first = len(known)
        later = [first + n for n, e in enumerate(self.later.edges) if e.document == document]
        edges = np.concatenate((found, np.array(later, np.int64)))
        return np.asarray(edges[self.classes_of(edges) != HIDDEN])

    def edges_with(self, passes: Bools) -> Ints:
        """The numbers of the assertions of some classes; kept, for few classes are asked for."""
        return self.remember(
            ("edges", passes.tobytes()), lambda: np.flatnonzero(passes[self.topology.code])
        )

    @cached_property
    def kind(self) -> NDArray[np.uint8]:
        """The number of each node's kind in ``KINDS``."""
        if not self.later.nodes:
            return self.columns.node_kind
        kinds = np.zeros(len(self), np.uint8)
        kinds[: len(self.columns.node_kind)] = self.columns.node_kind
        for number, node in self.later.nodes.items():
            kinds[number] = KINDS.index(node.kind)
        return kinds

    @cached_property
    def id_rank(self) -> Ints:
        """The place of each node in order of id."""
        known = len(self.columns.node_id)
        later = sorted(self.later.numbers)
        ranks = np.arange(len(self))
        if later:
            before = np.array([place_of(self.columns.node_id, node) for node in later])
            ranks[:known] += np.searchsorted(before, np.arange(known), side="right")
            ranks[[self.later.numbers[node] for node in later]] = before + np.arange(len(later))
        return ranks

    @cached_property
    def is_artifact(self) -> Bools:
        """Which nodes lineage passes through, and were there at the time looked at."""
        artifacts = self.of_kind(*ARTIFACT_KINDS)
        return artifacts if self._there is None else artifacts & self._there

    def of_kind(self, *kinds: Kind) -> Bools:
        """Which nodes are of one of these kinds."""
        table = np.array([kind in kinds for kind in KINDS])
        return np.asarray(table[self.kind])

    @cached_property
    def placeholder(self) -> Bools:
        """Which nodes are placeholders that nobody has named."""
        result = np.zeros(len(self), np.bool_)
        named = pc.starts_with(self.columns.node_id, "unknown://")
        result[: len(named)] = named.to_numpy(zero_copy_only=False)
        for number, node in self.later.nodes.items():
            result[number] = node.namespace.startswith("unknown://")
        return result

    @cached_property
    def _properties(self) -> tuple[NDArray[np.int32], list[str]]:
        """For each node the number of its set of properties, and the sets as JSON."""
        sets: list[str] = self.columns.property_sets.to_pylist()
        numbers = np.zeros(len(self), np.int32)
        numbers[: len(self.columns.node_properties)] = self.columns.node_properties
        for number, node in self.later.nodes.items():
            numbers[number] = len(sets)
            sets.append(properties_text(node.properties))
        return numbers, sets

    def by_properties(
        self, of: Callable[[Mapping[str, Value]], T]
    ) -> tuple[NDArray[np.int32], list[T]]:
        """What follows from each node's properties: numbers into a list of distinct results.

        Nodes that have the same properties are asked about once.
        """

        def make() -> tuple[NDArray[np.int32], list[T]]:
            numbers, sets = self._properties
            results: dict[T, int] = {}
            table = [results.setdefault(of(properties_of(text)), len(results)) for text in sets]
            return np.asarray(np.array(table or [0], np.int32)[numbers]), list(results)

        return self.remember(("properties", of), make)

    @cached_property
    def same_as(self) -> Ints:
        """For each node, the first in order of id among the names of its thing (SAME_AS)."""
        chosen = self.edges_with(self.passing([Relation.SAME_AS]))
        if not len(chosen):
            return np.arange(len(self))
        from scipy.sparse import coo_array  # a sixth of a second that many commands can spare
        from scipy.sparse.csgraph import connected_components

        ends = self.subject[chosen], self.object[chosen]
        links = coo_array((np.ones(len(chosen), np.int8), ends), shape=(len(self), len(self)))
        _, component = connected_components(links, directed=False)
        first = np.full(component.max() + 1, len(self))
        np.minimum.at(first, component, self.id_rank)
        return np.asarray(np.argsort(self.id_rank)[first[component]])

    @cached_property
    def several_names(self) -> Bools:
        """Which nodes are one of several names of a thing."""
        names = np.bincount(self.same_as, minlength=len(self))
        return np.asarray(names[self.same_as] > 1)

    def things(self, nodes: Ints) -> int:
        """How many things these nodes are: several names of one count once."""
        many = self.several_names[nodes]
        return int((~many).sum()) + len(np.unique(self.same_as[nodes[many]]))

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
        return resolved(self, text)

    def numbers_of(self, ids: Sequence[str]) -> Ints:
        """The nodes with these ids, as far as they are there: faster than one by one."""
        known = pc.index_in(pa.array(ids, pa.large_string()), value_set=self.columns.node_id)
        later = [self.later.numbers[id_] for id_ in ids if id_ in self.later.numbers]
        there = known.drop_null().to_numpy(zero_copy_only=False)
        return np.concatenate((there.astype(np.int64), np.array(later, np.int64)))

    def beginning_with(self, text: str) -> Ints:
        """The nodes whose ids begin with a text."""
        ids = self.columns.node_id
        known = np.arange(place_of(ids, text), place_of(ids, text + _LAST))
        later = [number for id_, number in self.later.numbers.items() if id_.startswith(text)]
        return np.concatenate((known, np.array(later, np.int64)))

    def search(self, text: str, kinds: Sequence[Kind] = ()) -> list[int]:
        """The nodes whose id or shown name has this text, best first, whatever its case."""
        return found(self, text, kinds)

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """The whole graph for networkx: nodes by id with their properties, edges by key."""
        return interop.to_networkx(self)


def topology_of(columns: Columns) -> Topology:
    """The assertions of columns as the engine walks them; the numbers stay."""
    topology, order = Topology.of(
        len(columns.node_id), columns.subject, columns.object, columns.code
    )
    assert len(order) == 0 or bool((np.diff(order) > 0).all()), "columns come in order"
    return topology
