"""Columns made of rows, or of some of the rows of other columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lineage.records import DECISIONS, Moment, Snapshot
from lineage.store.columns.encoding import (
    all_times,
    classes_of,
    dense,
    dictionary_of,
    encoded,
    in_order,
    numbered,
    numbers_of,
    one,
    sparse,
)
from lineage.store.columns.table import (
    EDGE_FIELDS,
    EVIDENCES,
    KINDS,
    RELATIONS,
    Columns,
    properties_text,
)

_TEXTS = pa.dictionary(pa.int32(), pa.large_string())
_PLAIN = {"line": pa.int32(), "share": pa.float64(), "active": pa.bool_()}
_NODES = pa.schema(
    {"id": pa.large_string(), "kind": _TEXTS, "split": pa.uint16(), "properties": _TEXTS}
)
_EDGES = pa.schema({name: _PLAIN.get(name, _TEXTS) for name in EDGE_FIELDS})
_DOCUMENTS = pa.schema(
    {
        name: pa.large_string()
        for name in ("id", "repository", "path", "sha256", "format", "revision", "read_at")
    }
)


def from_snapshot(snapshot: Snapshot) -> Columns:
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


class Builder:
    """Takes rows in batches, in any order, and makes columns of them."""

    def __init__(self) -> None:
        self._nodes: list[pa.RecordBatch] = []
        self._edges: list[pa.RecordBatch] = []
        self._documents: list[pa.RecordBatch] = []

    def nodes(self, columns: Sequence[Sequence[Any]]) -> None:
        """Takes nodes, each id once in all: ids, kinds, namespaces, names, properties (JSON)."""
        spans = [len(namespace) for namespace in columns[2]]
        self.encoded_nodes(
            id=pa.array(columns[0], pa.large_string()),
            kind=dictionary_of(columns[1]),
            split=pa.array(spans, pa.uint16()),
            properties=dictionary_of(columns[4]),
        )

    def encoded_nodes(self, **columns: pa.Array) -> None:
        """The same from arrays: id, kind, split (lengths of namespaces, uint16), properties."""
        arrays = [columns[name] for name in _NODES.names]
        self._nodes.append(pa.record_batch(arrays, schema=_NODES))

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
        named = dict(zip(EDGE_FIELDS, columns, strict=True))
        active = pa.array([bool(value) for value in named.pop("active")], pa.bool_())
        arrays = {
            name: pa.array(column, _PLAIN[name]) if name in _PLAIN else dictionary_of(column)
            for name, column in named.items()
        }
        self.encoded_edges(**arrays, active=active)

    def encoded_edges(self, **columns: pa.Array) -> None:
        """The same from arrays, texts as dictionaries."""
        arrays = [columns[name] for name in EDGE_FIELDS]
        self._edges.append(pa.record_batch(arrays, schema=_EDGES))

    def documents(self, columns: Sequence[Sequence[Any]]) -> None:
        """Takes documents, each id once in all, in the columns of a :class:`DocumentRow`."""
        arrays = [pa.array(column, pa.large_string()) for column in columns]
        self.encoded_documents(**dict(zip(_DOCUMENTS.names, arrays, strict=True)))

    def encoded_documents(self, **columns: pa.LargeStringArray) -> None:
        """The same from arrays."""
        arrays = [columns[name] for name in _DOCUMENTS.names]
        self._documents.append(pa.record_batch(arrays, schema=_DOCUMENTS))

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
        self.encoded_nodes(
            id=c.node_id.filter(chosen),
            kind=encoded(c.node_kind[nodes], pa.array(KINDS, pa.large_string())),
            split=pa.array(c.node_split[nodes]),
            properties=encoded(c.node_properties[nodes], c.property_sets),
        )
        classes = np.array(c.classes or ((0, 0, 0),), np.int32)[c.code[kept]]
        retracted = dense(c.retracted, c.retracted_at, len(edges))
        selector = dense(c.selected, c.selector, len(edges))
        share = np.full(len(edges), np.nan)
        share[c.shared] = c.share
        self.encoded_edges(
            subject=encoded(c.subject[kept], c.node_id),
            relation=encoded(classes[:, 0], pa.array(RELATIONS, pa.large_string())),
            object=encoded(c.object[kept], c.node_id),
            document=encoded(c.document[kept], c.document_id),
            place=encoded(c.place[kept], c.places),
            line=pa.array(c.line[kept]),
            evidence=encoded(classes[:, 1], pa.array(EVIDENCES, pa.large_string())),
            selector=encoded(selector[kept], c.selectors),
            share=pa.array(share[kept], from_pandas=True),
            first_seen=encoded(c.first_seen[kept], c.times),
            last_seen=encoded(c.last_seen[kept], c.times),
            retracted_at=encoded(retracted[kept], c.times),
            active=pa.array(classes[:, 2] > 0),
        )
        told = pa.array(documents)
        self.encoded_documents(
            id=c.document_id.filter(told),
            **{name: getattr(c, name).filter(told) for name in _DOCUMENTS.names[1:]},
        )

    def finish(self, store: str, moment: Moment, taken_at: datetime) -> Columns:
        """The columns of all that was taken."""
        nodes = _table(self._nodes, _NODES)
        arrived, order = one(nodes["id"]), pc.sort_indices(nodes["id"])
        nodes = nodes.take(order).combine_chunks()
        documents = _table(self._documents, _DOCUMENTS)
        documents = documents.take(pc.sort_indices(documents["id"])).combine_chunks()
        edges = _table(self._edges, _EDGES)
        self._nodes, self._edges, self._documents = [], [], []
        node_id, document_id = one(nodes["id"]), one(documents["id"])
        rank = np.empty(len(order), np.int32)
        rank[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
        subject, target = (
            numbers_of(edges[name], node_id, (arrived, rank)) for name in ("subject", "object")
        )
        document = numbers_of(edges["document"], document_id)
        relation = numbers_of(edges["relation"], pa.array(RELATIONS, pa.large_string()))
        evidence = numbers_of(edges["evidence"], pa.array(EVIDENCES, pa.large_string()))
        active = one(edges["active"]).to_numpy(zero_copy_only=False)
        order = in_order(target, subject, relation, document)
        code, classes = classes_of(relation[order], evidence[order], active[order])
        places, place = numbered(edges["place"], order)
        times = pa.array(all_times(edges), pa.large_string())
        first, last = (numbers_of(edges[n], times)[order] for n in ("first_seen", "last_seen"))
        retracted, retracted_at = sparse(numbers_of(edges["retracted_at"], times)[order])
        selectors, selector = numbered(edges["selector"], order)
        selected, selector = sparse(selector)
        line = one(edges["line"]).fill_null(-1).to_numpy()[order]
        share = one(edges["share"]).to_numpy(zero_copy_only=False)[order]
        shared = np.flatnonzero(~np.isnan(share)).astype(np.int32)
        property_sets, properties = numbered(nodes["properties"], None)
        return Columns(
            store=store,
            moment=moment,
            taken_at=taken_at,
            node_id=node_id,
            node_split=one(nodes["split"]).to_numpy(),
            node_kind=numbers_of(nodes["kind"], pa.array(KINDS, pa.large_string())).astype(
                np.uint8
            ),
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
            **{n: one(documents[n]) for n in documents.column_names if n != "id"},
        )


def _table(batches: list[pa.RecordBatch], schema: pa.Schema) -> pa.Table:
    """Batches as a table in one piece."""
    return pa.Table.from_batches(batches, schema).unify_dictionaries().combine_chunks()


def columns_of(rows: Iterable[Sequence[Any]], count: int) -> list[Sequence[Any]]:
    """Rows turned into so many columns."""
    return list(zip(*rows, strict=True)) or [() for _ in range(count)]
