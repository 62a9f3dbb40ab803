"""Reading the whole graph in columns: what many rows have alike, once for all of them.

The server groups; what is left for each assertion are a few numbers. A text for each would cost
this process several times as much, and a row for each a hundred times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lineage.store.columns import Builder, properties_text
from lineage.store.columns.encoding import dictionary_of, encoded, one
from lineage.store.neo4j import cypher, grouped
from lineage.store.neo4j.connection import Transaction

_PAGE = 20_000
_SPARSE = 16
"""Internal ids for each row up to which a table of them all is kept."""

_PLAIN = {"subject": np.int64, "object": np.int64, "line": np.int32, "share": np.float64}

Page = dict[str, Any]


def read_columns(tx: Transaction) -> Builder:
    """Everything as it is, for a graph of columns."""
    builder = Builder()
    nodes, states, places, documents = _Rows(), _Rows(), _Rows(), _Rows()
    for label in cypher.KEY_LABELS:
        for page in _pages(tx, label):
            nodes.add(_nodes(tx, label, page))
            states.add(_grouped(tx, grouped.state_columns(label), page, grouped.STATE))
            for rows, names in ((places, ("place", "selector")), (documents, ("document",))):
                rows.add(_grouped(tx, grouped.text_columns(label, *names), page, names))
    for page in _pages(tx, "Document"):
        told = _grouped(tx, grouped.DOCUMENT_COLUMNS, page, grouped.OF_DOCUMENTS)
        builder.encoded_documents(**{name: _plain(told[name]) for name in cypher.DOCUMENT_FIELDS})
    if nodes:
        _fill(builder, nodes.table(), states.table(), places.table(), documents.table())
    return builder


def _fill(
    builder: Builder, nodes: pa.Table, states: pa.Table, places: pa.Table, documents: pa.Table
) -> None:
    """Joins what was read by internal ids."""
    known, said = nodes["internal"].to_numpy(), states["internal"].to_numpy()
    ids = one(nodes["id"])
    builder.encoded_nodes(
        **{name: one(nodes[name]) for name in ("id", "kind", "split", "properties")}
    )
    if not len(said):
        return
    share = states["share"].to_numpy()
    rest = {name: one(states[name]) for name in (*grouped.STATE, "line")}
    for table, names in ((places, ("place", "selector")), (documents, ("document",))):
        at = found(said, table["internal"].to_numpy())
        at = pa.array(at, mask=at < 0)  # as a writer may leave it, whose version is read again
        rest |= {name: one(table[name]).take(at) for name in names}
    builder.encoded_edges(
        subject=encoded(found(states["subject"].to_numpy(), known), ids),
        object=encoded(found(states["object"].to_numpy(), known), ids),
        share=pa.array(np.where(share < 0, np.nan, share)),
        **rest,
    )


def found(wanted: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.int32]:
    """Where each number stands among those known, all distinct; -1 for one that does not."""
    if not len(wanted) or not len(known):
        return np.full(len(wanted), -1, np.int32)
    if known.max() < _SPARSE * len(known):
        table = np.full(max(known.max(), wanted.max()) + 1, -1, np.int32)
        table[known] = np.arange(len(known), dtype=np.int32)
        return table[wanted]
    order = np.argsort(known)
    at = order[np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)]
    return np.where(known[at] == wanted, at, -1).astype(np.int32)


class _Rows:
    """Pages of rows, in whatever order they came."""

    def __init__(self) -> None:
        self._pages: list[pa.RecordBatch] = []

    def __bool__(self) -> bool:
        return bool(self._pages)

    def add(self, page: Mapping[str, pa.Array]) -> None:
        self._pages.append(pa.record_batch(dict(page)))

    def table(self) -> pa.Table:
        """All of them, each column in one piece."""
        return pa.Table.from_batches(self._pages).unify_dictionaries().combine_chunks()


def _pages(tx: Transaction, label: str) -> Iterator[Page]:
    """The ends of pages of nodes: after one id and up to another."""
    query, after = grouped.page_end(label), ""
    while True:
        last = tx.run(query, after=after, limit=_PAGE).single(strict=True)["last"]
        if last is None:
            return
        yield {"after": after, "last": last}
        after = last


def _nodes(tx: Transaction, label: str, page: Page) -> dict[str, pa.Array]:
    """A page of nodes."""
    record = tx.run(grouped.node_columns(label), page).single(strict=True)
    internal, group = _at(record["at"])
    texts = [properties_text({n: v for n, v, _ in told}) for told in record["properties"]]
    return {
        "internal": internal,
        "id": pa.array(record["id"], pa.large_string()),
        "kind": dictionary_of(record["kind"]).take(group),
        "split": pa.array([len(name) for name in record["namespace"]], pa.uint16()).take(group),
        "properties": dictionary_of(texts).take(group),
    }


def _grouped(tx: Transaction, query: str, page: Page, alike: tuple[str, ...]) -> dict[str, Any]:
    """A page of rows that the server grouped by what they have alike."""
    record = tx.run(query, page).single(strict=True)
    internal, group = _at(record["at"])
    columns: dict[str, pa.Array] = {"internal": internal}
    for name in record.keys():  # noqa: SIM118 - a record iterates over its values
        if name == "active":
            columns[name] = pa.array(record[name], pa.bool_()).take(group)
        elif name in alike:
            columns[name] = dictionary_of(record[name]).take(group)
        elif name in _PLAIN:
            columns[name] = pa.array(np.array(record[name], _PLAIN[name]))
        elif name != "at":
            columns[name] = pa.array(record[name], pa.large_string())
    return columns


def _at(numbers: list[int]) -> tuple[pa.Array, pa.Array]:
    """The internal ids of rows, and the numbers of their groups."""
    at = np.array(numbers, np.int64)
    return pa.array(at & (2**grouped.ID_BITS - 1)), pa.array(at >> grouped.ID_BITS)


def _plain(texts: pa.Array) -> pa.LargeStringArray:
    """Texts without a dictionary."""
    return texts.dictionary_decode() if pa.types.is_dictionary(texts.type) else texts
