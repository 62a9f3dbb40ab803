"""Reading the whole graph in pages of lists: rows one by one take four times as long."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.records import DocumentRow, EdgeRow, NodeRow
from lineage.store.neo4j import cypher, facts
from lineage.store.neo4j.connection import Transaction

_PAGE = 5_000


def read_graph(tx: Transaction) -> tuple[list[NodeRow], list[EdgeRow], list[DocumentRow]]:
    """All nodes and assertions in order of id and key, and all documents."""
    nodes: list[NodeRow] = []
    edges: list[EdgeRow] = []
    for label in cypher.KEY_LABELS:
        for page in _node_pages(tx, label):
            nodes += page
            rows = tx.run(cypher.edge_page(label), first=page[0].id, last=page[-1].id)
            edges += map(facts.edge_row, rows.single(strict=True)["rows"])
    nodes.sort(key=lambda node: node.id)
    edges.sort(key=lambda edge: edge.key)
    return nodes, edges, read_documents(tx, None, traced=False)


def read_documents(
    tx: Transaction, repository: str | None, *, traced: bool = True
) -> list[DocumentRow]:
    """The documents of one repository or of all, in order of id; ``traced`` with their traces."""
    documents: list[DocumentRow] = []
    while True:
        after = documents[-1].id if documents else ""
        rows = tx.run(
            cypher.DOCUMENT_PAGE, after=after, repository=repository, limit=_PAGE, traced=traced
        )
        page = [DocumentRow(*row) for row in rows.single(strict=True)["rows"]]
        documents += page
        if len(page) < _PAGE:
            return documents


def _node_pages(tx: Transaction, label: str) -> Iterator[list[NodeRow]]:
    after, full = "", True
    while full:
        rows = tx.run(cypher.node_page(label), after=after, limit=_PAGE).single(strict=True)["rows"]
        page = [facts.node_row(properties) for properties in rows]
        full = len(page) == _PAGE
        if page:
            after = page[-1].id
            yield page
