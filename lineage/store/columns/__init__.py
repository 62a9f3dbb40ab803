"""The whole of a store as columns: what a graph is made of, at some tens of bytes an assertion."""

from lineage.store.columns.building import Builder, columns_of, from_snapshot
from lineage.store.columns.table import (
    EDGE_FIELDS,
    EVIDENCES,
    KINDS,
    RELATIONS,
    Class,
    Columns,
    properties_of,
    properties_text,
)

__all__ = [
    "EDGE_FIELDS",
    "EVIDENCES",
    "KINDS",
    "RELATIONS",
    "Builder",
    "Class",
    "Columns",
    "columns_of",
    "from_snapshot",
    "properties_of",
    "properties_text",
]
