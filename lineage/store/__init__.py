"""Where facts are kept: an embedded file, or a Neo4j server, behind one contract."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

from lineage.errors import UsageError
from lineage.store.base import QueryLimits, QueryResult, Store, WriteResult
from lineage.store.embedded import EmbeddedStore

__all__ = [
    "QueryLimits",
    "QueryResult",
    "Store",
    "WriteResult",
    "default_address",
    "demo_address",
    "open_store",
]

NEO4J_SCHEMES = ("neo4j://", "neo4j+s://", "neo4j+ssc://", "bolt://", "bolt+s://", "bolt+ssc://")
PROJECT_FOLDER = ".lineage"


def default_address() -> str:
    """The store to use when none is named.

    ``LINEAGE_STORE``; else the nearest ``.lineage`` folder from here upwards; else a file in
    the user's data folder.
    """
    named = os.environ.get("LINEAGE_STORE")
    if named:
        return named
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / PROJECT_FOLDER).is_dir():
            return str(folder / PROJECT_FOLDER / "store.sqlite")
    return str(user_data_path("lineage-explorer", appauthor=False) / "store.sqlite")


def demo_address() -> str:
    """The store of the demo, apart from the user's own."""
    return str(user_data_path("lineage-explorer", appauthor=False) / "demo.sqlite")


def open_store(address: str) -> Store:
    """Opens a store by its address: a file path, or a ``neo4j://`` or ``bolt://`` URL.

    Raises:
        UsageError: an address of neither form.
        StoreError: it cannot be reached or opened.
    """
    if address.startswith(NEO4J_SCHEMES):
        from lineage.store.neo4j import Neo4jStore

        return Neo4jStore.open(address)
    if "://" in address:
        raise UsageError(
            f"“{address.partition('://')[0]}://” is no store address",
            remedy="Give a file path, or a URL that begins with neo4j://, neo4j+s:// or bolt://.",
        )
    return EmbeddedStore.open(Path(address).expanduser())
