"""Columns and what was written since, made into columns again: as if read from the store now."""

from __future__ import annotations

from operator import attrgetter

import numpy as np

from lineage.engine.arrays import HIDDEN
from lineage.graph.graph import Graph
from lineage.graph.tables import place_in
from lineage.store.columns import EDGE_FIELDS, Builder, Columns, columns_of, properties_text


def merged(graph: Graph) -> Columns:
    """The columns of a graph with all that lies over its own."""
    columns, later = graph.columns, graph.later
    code = graph.topology.code
    nodes = np.ones(len(columns.node_id), np.bool_)
    nodes[[number for number in later.nodes if number < len(nodes)]] = False
    documents = np.ones(len(columns.document_id), np.bool_)
    known = (place_in(columns.document_id, document) for document in later.documents)
    documents[[place for place in known if place is not None]] = False
    builder = Builder()
    builder.some_of(columns, nodes, code[: len(columns.code)] != HIDDEN, documents)
    rows = [
        (n.id, n.kind.value, n.namespace, n.name, properties_text(n.properties))
        for n in later.nodes.values()
    ]
    builder.nodes(columns_of(rows, 5))
    fields = attrgetter(*EDGE_FIELDS)
    standing = np.flatnonzero(code[len(columns.code) :] != HIDDEN)
    added = [fields(later.edges[int(place)]) for place in standing]
    builder.edges(columns_of(added, len(EDGE_FIELDS)))
    told = [
        (d.id, d.repository, d.path, d.sha256, d.format, d.revision, d.read_at)
        for d in later.documents.values()
    ]
    builder.documents(columns_of(told, 7))
    return builder.finish(columns.store, graph.moment, graph.taken_at)
