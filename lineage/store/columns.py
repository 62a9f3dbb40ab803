"""The whole of a store as columns: what a graph is made of, at some tens of bytes an assertion.

Rows of Python objects would take a hundred times as much at millions of assertions. Texts that
repeat are kept once and numbered; nodes and documents are in order of id, assertions in order
of object, subject, relation and document, so that the same content has the same columns
whatever the order it was written in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lineage.engine.arrays import HIDDEN
from lineage.errors import StoreError
from lineage.records import DECISIONS, Moment, Snapshot, Value
from lineage.vocabulary import Evidence, Kind, Relation

KINDS: tuple[Kind, ...] = tuple(Kind)
RELATIONS: tuple[Relation, ...] = tuple(Relation)
EVIDENCES: tuple[Evidence, ...] = tuple(Evidence)

EDGE_FIELDS = (
    "subject relation object document place line evidence selector share "
    "active first_seen last_seen retracted_at"
).split()
"""The columns of assertions, as stores hand them over."""


Class = tuple[int, int, int]
"""Of an assertion: numbers of its relation and its evidence, and 1 while it still stands."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Everything in a store at one version.

    With n nodes, m assertions and d documents:

    Attributes:
        store, moment: where the store is, and which version of it.
        taken_at: when it was read.
        node_id: n texts in order. ``node_split`` says how long each one's namespace is.
        node_kind: n numbers into :data:`KINDS`.
        node_properties: n numbers into ``property_sets``, JSON texts.
        subject, object: m node numbers.
        code: m numbers into ``classes``.
        document, place, line: m numbers into ``document_id`` and ``places``; -1 for no line.
        first_seen, last_seen: m numbers into ``times``.
        retracted: pairs of columns, the assertions that were retracted and when (into ``times``).
        selected: likewise those with a selector, into ``selectors``.
        shared: those with a share, and ``shares``.
        document_id: d texts in order; the other columns of documents follow it.
    """

    store: str
    moment: Moment
    taken_at: datetime
    node_id: pa.LargeStringArray
    node_split: NDArray[np.uint16]
    node_kind: NDArray[np.uint8]
    node_properties: NDArray[np.int32]
    property_sets: pa.LargeStringArray
    subject: NDArray[np.int32]
    object: NDArray[np.int32]
    code: NDArray[np.uint8]
    classes: tuple[Class, ...]
    document: NDArray[np.int32]
    place: NDArray[np.int32]
    places: pa.LargeStringArray
    line: NDArray[np.int32]
    first_seen: NDArray[np.int32]
    last_seen: NDArray[np.int32]
    times: pa.LargeStringArray
    retracted: NDArray[np.int32]
    retracted_at: NDArray[np.int32]
    selected: NDArray[np.int32]
    selector: NDArray[np.int32]
    selectors: pa.LargeStringArray
    shared: NDArray[np.int32]
    share: NDArray[np.float64]
    document_id: pa.LargeStringArray
    repository: pa.LargeStringArray
    path: pa.LargeStringArray
    sha256: pa.LargeStringArray
    format: pa.LargeStringArray
    revision: pa.LargeStringArray
    read_at: pa.LargeStringArray

    @classmethod
    def of(cls, snapshot: Snapshot) -> Columns:
        """The columns of a snapshot in rows."""
        builder = Builder()
        nodes = [
            (n.id, n.kind.value, n.namespace, n.name, properties_text(n.properties))
            for n in snapshot.nodes
        ]
        builder.nodes(columns_of(nodes, 5))
        fields = attrgetter(*EDGE_FIELDS)
        builder.edges(columns_of([fields(e) for e in snapshot.edges], len(EDGE_FIELDS)))
        documents = [
            (d.id, d.repository, d.path, d.sha256, d.format, d.revision, d.read_at)
            for d in snapshot.documents
        ]
        builder.documents(columns_of(documents, 7))
        return builder.finish(snapshot.store, Moment("", snapshot.version, ""), snapshot.taken_at)


def properties_text(properties: Any) -> str:
    """Properties as canonical JSON."""
    return json.dumps(dict(properties), sort_keys=True, ensure_ascii=False)


def properties_of(text: str) -> dict[str, Value]:
    """Properties from their JSON."""
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(text).items()
    }


class Builder:
    """Takes rows in batches, in any order, and makes columns of them."""

    def __init__(self) -> None:
        self._nodes: list[pa.RecordBatch] = []
        self._edges: list[pa.RecordBatch] = []
        self._documents: list[pa.RecordBatch] = []
        self.nodes(columns_of((), 5))
        self.edges(columns_of((), len(EDGE_FIELDS)))
        self.documents(columns_of((), 7))

    def nodes(self, columns: Sequence[Sequence[Any]]) -> None:
        """Takes nodes, each id once in all: ids, kinds, namespaces, names, properties (JSON)."""
        spans = [len(namespace) for namespace in columns[2]]
        self._nodes.append(
            pa.record_batch(
                {
                    "id": pa.array(columns[0], pa.large_string()),
                    "kind": _dictionary(columns[1]),
                    "split": pa.array(spans, pa.uint16()),
                    "properties": _dictionary(columns[4]),
                }
            )
        )

    def edges(self, columns: Sequence[Sequence[Any]]) -> None:
        """Takes assertions, in the columns that :data:`EDGE_FIELDS` names.

        Decisions that a person took back are left out.
        """
        taken = [
            not active and document.startswith(DECISIONS)
            for active, document in zip(columns[9], columns[3], strict=True)
        ]
        if any(taken):
            columns = [[v for v, out in zip(c, taken, strict=True) if not out] for c in columns]
        plain = {"line": pa.int32(), "share": pa.float64()}
        named = dict(zip(EDGE_FIELDS, columns, strict=True))
        active = pa.array([bool(value) for value in named.pop("active")], pa.bool_())
        arrays = {
            name: pa.array(column, plain[name]) if name in plain else _dictionary(column)
            for name, column in named.items()
        } | {"active": active}
        self._edges.append(pa.record_batch(arrays))

    def documents(self, columns: Sequence[Sequence[Any]]) -> None:
        """Takes documents, each id once in all, in the columns of a :class:`DocumentRow`."""
        names = ("id", "repository", "path", "sha256", "format", "revision", "read_at")
        self._documents.append(
            pa.record_batch(
                {n: pa.array(c, pa.large_string()) for n, c in zip(names, columns, strict=True)}
            )
        )

    def some_of(
        self,
        columns: Columns,
        nodes: NDArray[np.bool_],
        edges: NDArray[np.bool_],
        documents: NDArray[np.bool_],
    ) -> None:
        """Takes some of the nodes, assertions and documents of columns."""
        c, kept = columns, np.flatnonzero(edges)
        chosen = pa.array(nodes)
        self._nodes.append(
            pa.record_batch(
                {
                    "id": c.node_id.filter(chosen),
                    "kind": _encoded(c.node_kind[nodes], pa.array(KINDS, pa.large_string())),
                    "split": pa.array(c.node_split[nodes]),
                    "properties": _encoded(c.node_properties[nodes], c.property_sets),
                }
            )
        )
        classes = np.array(c.classes or ((0, 0, 0),), np.int32)[c.code[kept]]
        retracted = _dense(c.retracted, c.retracted_at, len(edges))
        selector = _dense(c.selected, c.selector, len(edges))
        share = np.full(len(edges), np.nan)
        share[c.shared] = c.share
        self._edges.append(
            pa.record_batch(
                {
                    "subject": _encoded(c.subject[kept], c.node_id),
                    "relation": _encoded(classes[:, 0], pa.array(RELATIONS, pa.large_string())),
                    "object": _encoded(c.object[kept], c.node_id),
                    "document": _encoded(c.document[kept], c.document_id),
                    "place": _encoded(c.place[kept], c.places),
                    "line": pa.array(c.line[kept]),
                    "evidence": _encoded(classes[:, 1], pa.array(EVIDENCES, pa.large_string())),
                    "selector": _encoded(selector[kept], c.selectors),
                    "share": pa.array(share[kept], from_pandas=True),
                    "first_seen": _encoded(c.first_seen[kept], c.times),
                    "last_seen": _encoded(c.last_seen[kept], c.times),
                    "retracted_at": _encoded(retracted[kept], c.times),
                    "active": pa.array(classes[:, 2] > 0),
                }
            )
        )
        told = pa.array(documents)
        names = ("repository", "path", "sha256", "format", "revision", "read_at")
        self._documents.append(
            pa.record_batch(
                {
                    "id": c.document_id.filter(told),
                    **{name: getattr(c, name).filter(told) for name in names},
                }
            )
        )

    def finish(self, store: str, moment: Moment, taken_at: datetime) -> Columns:
        """The columns of all that was taken."""
        nodes = pa.Table.from_batches(self._nodes).combine_chunks()
        nodes = nodes.take(pc.sort_indices(nodes["id"])).combine_chunks()
        documents = pa.Table.from_batches(self._documents).combine_chunks()
        documents = documents.take(pc.sort_indices(documents["id"])).combine_chunks()
        edges = pa.Table.from_batches(self._edges).unify_dictionaries().combine_chunks()
        self._nodes, self._edges, self._documents = [], [], []
        node_id, document_id = _one(nodes["id"]), _one(documents["id"])
        subject, target = (_numbers(edges[name], node_id) for name in ("subject", "object"))
        document = _numbers(edges["document"], document_id)
        relation = _numbers(edges["relation"], pa.array(RELATIONS, pa.large_string()))
        evidence = _numbers(edges["evidence"], pa.array(EVIDENCES, pa.large_string()))
        active = _one(edges["active"]).to_numpy(zero_copy_only=False)
        order = np.lexsort((document, relation, subject, target))
        code, classes = _classes(relation[order], evidence[order], active[order])
        places, place = _numbered(edges["place"], order)
        times = pa.array(_times(edges), pa.large_string())
        first, last = (_numbers(edges[n], times)[order] for n in ("first_seen", "last_seen"))
        retracted, retracted_at = _sparse(_numbers(edges["retracted_at"], times)[order])
        selectors, selector = _numbered(edges["selector"], order)
        selected, selector = _sparse(selector)
        line = _one(edges["line"]).fill_null(-1).to_numpy()[order]
        share = _one(edges["share"]).to_numpy(zero_copy_only=False)[order]
        shared = np.flatnonzero(~np.isnan(share)).astype(np.int32)
        property_sets, properties = _numbered(nodes["properties"], None)
        return Columns(
            store=store,
            moment=moment,
            taken_at=taken_at,
            node_id=node_id,
            node_split=_one(nodes["split"]).to_numpy(),
            node_kind=_numbers(nodes["kind"], pa.array(KINDS, pa.large_string())).astype(np.uint8),
            node_properties=properties,
            property_sets=property_sets,
            subject=subject[order],
            object=target[order],
            code=code,
            classes=classes,
            document=document[order],
            place=place,
            places=places,
            line=line,
            first_seen=first,
            last_seen=last,
            times=times,
            retracted=retracted,
            retracted_at=retracted_at,
            selected=selected,
            selector=selector,
            selectors=selectors,
            shared=shared,
            share=share[shared],
            document_id=document_id,
            **{n: _one(documents[n]) for n in documents.column_names if n != "id"},
        )


def columns_of(rows: Iterable[Sequence[Any]], count: int) -> list[Sequence[Any]]:
    """Rows turned into so many columns."""
    return list(zip(*rows, strict=True)) or [() for _ in range(count)]


def _dictionary(texts: Sequence[str | None]) -> pa.DictionaryArray:
    return pa.array(texts, pa.large_string()).dictionary_encode()


def _encoded(numbers: NDArray[Any], texts: pa.LargeStringArray) -> pa.DictionaryArray:
    """Texts by number; -1 stands for none."""
    indices = pa.array(numbers.astype(np.int32), mask=numbers < 0)
    return pa.DictionaryArray.from_arrays(indices, texts)


def _dense(places: NDArray[np.int32], values: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """A sparse column with -1 for what is not there."""
    column = np.full(count, -1, np.int32)
    column[places] = values
    return column


def _one(column: pa.ChunkedArray) -> Any:
    """A column in one piece."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return column.combine_chunks() if column.num_chunks else pa.array([], column.type)


def _numbers(column: pa.ChunkedArray, among: pa.Array) -> NDArray[np.int32]:
    """The place of each text among others, each of which stands there once; -1 for none."""
    encoded = _one(column)
    if not len(encoded):
        return np.empty(0, np.int32)
    places = pc.index_in(encoded.dictionary, value_set=among).fill_null(-1).to_numpy()
    codes = encoded.indices.fill_null(-1).to_numpy()
    numbers: NDArray[np.int32] = np.append(places, -1).astype(np.int32)[codes]
    return numbers


def _numbered(
    column: pa.ChunkedArray, order: NDArray[np.int64] | None
) -> tuple[pa.LargeStringArray, NDArray[np.int32]]:
    """The distinct texts of a column in order, and each row's number among them; -1 for none."""
    encoded = _one(column)
    if not len(encoded):
        return pa.array([], pa.large_string()), np.empty(0, np.int32)
    texts = encoded.dictionary
    texts = texts.take(pc.sort_indices(texts))
    numbers = _numbers(column, texts)
    return texts, numbers if order is None else numbers[order]


def _classes(
    relation: NDArray[np.int32], evidence: NDArray[np.int32], active: NDArray[np.bool_]
) -> tuple[NDArray[np.uint8], tuple[Class, ...]]:
    """The class of each assertion, and the classes there are."""
    packed = (relation * 8 + evidence) * 2 + active
    distinct = np.unique(packed)
    if len(distinct) >= HIDDEN:
        raise StoreError(f"assertions of more than {HIDDEN} classes cannot be held")
    classes = tuple((int(c) // 16, int(c) // 2 % 8, int(c) % 2) for c in distinct)
    return np.searchsorted(distinct, packed).astype(np.uint8), classes


def _sparse(numbers: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where a column has a value, and the values there."""
    there = np.flatnonzero(numbers >= 0).astype(np.int32)
    return there, numbers[there]


def _times(edges: pa.Table) -> list[str]:
    """All times in order."""
    columns = (_one(edges[name]) for name in ("first_seen", "last_seen", "retracted_at"))
    return sorted({t for c in columns if len(c) for t in c.dictionary.to_pylist()})
