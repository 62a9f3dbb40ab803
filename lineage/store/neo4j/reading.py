"""Reading the graph in rows, in pages of lists: rows one by one take four times as long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lineage.records import DocumentRow, EdgeRow, Moment, NodeRow
from lineage.store.base import unknown_time, unknown_version
from lineage.store.neo4j import cypher, facts
from lineage.store.neo4j.connection import Transaction

_PAGE = 5_000

Rows = tuple[list[NodeRow], list[EdgeRow], list[DocumentRow]]


def read_moment(tx: Transaction, version: int | None = None, *, at: str | None = None) -> Moment:
    """The version that the store is at, a version it was at, or the one it was at at a time.

    Raises:
        NotFoundError: the store does not know what it held then.
    """
    if at is not None:
        found = tx.run(cypher.VERSION_AT, at=at).single(strict=True)
        if found["version"] is None:
            raise unknown_time(at, found["first"])
        version = found["version"]
    record = tx.run(cypher.READ_MOMENT, version=version).single()
    if record is None:
        return Moment("", 0, "")
    if version is not None and record["version"] is None:
        raise unknown_version(version, record["current"])
    number = record["version"] or 0
    return Moment(record["identity"] or "", number, (record["at"] or "") if number else "")


def read_rows(tx: Transaction, version: int | None = None) -> Rows:
    """All nodes and assertions in order of id and key, and all documents.

    Args:
        tx: the transaction.
        version: as they were known at this version; None for as they are.
    """
    nodes: list[NodeRow] = []
    edges: list[EdgeRow] = []
    for label in cypher.KEY_LABELS:
        for page in _node_pages(tx, label):
            nodes += [
                facts.node_row(p) for p in page if version is None or facts.recorded(p) <= version
            ]
            rows = tx.run(cypher.edge_page(label), {**_ends(page), "version": version})
            edges += map(facts.edge_row, rows.single(strict=True)["rows"])
    documents = read_documents(tx, None, traced=False, version=version)
    if version is not None:
        _add_past(tx, version, (nodes, edges, documents))
    nodes.sort(key=lambda node: node.id)
    edges.sort(key=lambda edge: edge.key)
    documents.sort(key=lambda document: document.id)
    return nodes, edges, documents


def read_changes(tx: Transaction, since: int) -> Rows:
    """What was recorded after a version, as it is now."""
    found: list[list[Any]] = [
        tx.run(statement, since=since).single(strict=True)["rows"]
        for statement in (cypher.CHANGED_NODES, cypher.CHANGED_EDGES, cypher.CHANGED_DOCUMENTS)
    ]
    return (
        sorted(map(facts.node_row, found[0]), key=lambda node: node.id),
        sorted(map(facts.edge_row, found[1]), key=lambda edge: edge.key),
        sorted((DocumentRow(*row) for row in found[2]), key=lambda document: document.id),
    )


def read_documents(
    tx: Transaction, repository: str | None, *, traced: bool = True, version: int | None = None
) -> list[DocumentRow]:
    """The documents of one repository or of all, in order of id; ``traced`` with their traces."""
    documents: list[DocumentRow] = []
    while True:
        after = documents[-1].id if documents else ""
        rows = tx.run(
            cypher.DOCUMENT_PAGE,
            after=after,
            repository=repository,
            limit=_PAGE,
            traced=traced,
            version=version,
        )
        page = [DocumentRow(*row) for row in rows.single(strict=True)["rows"]]
        documents += page
        if len(page) < _PAGE:
            return documents


def _add_past(tx: Transaction, version: int, rows: Rows) -> None:
    """Adds what has been superseded since."""
    nodes, edges, documents = rows
    for of, state in tx.run(cypher.READ_PAST, version=version):
        told = json.loads(state)
        if of == "node":
            nodes.append(facts.node_row(told))
        elif of == "edge":
            edges.append(facts.edge_row(told))
        else:
            documents.append(DocumentRow(*told))


def _ends(page: list[dict[str, Any]]) -> dict[str, Any]:
    return {"first": page[0]["id"], "last": page[-1]["id"]}


def _node_pages(tx: Transaction, label: str) -> Iterator[list[dict[str, Any]]]:
    after, full = "", True
    while full:
        rows = tx.run(cypher.node_page(label), after=after, limit=_PAGE).single(strict=True)["rows"]
        full = len(rows) == _PAGE
        if rows:
            after = rows[-1]["id"]
            yield rows
