"""The shared store: a Neo4j server, cluster or Aura, reached over Bolt."""

from __future__ import annotations

from lineage.store.neo4j.store import Neo4jStore

__all__ = ["Neo4jStore"]
