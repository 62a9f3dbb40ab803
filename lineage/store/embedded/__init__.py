"""The embedded store: one SQLite file, many readers beside a writer, several processes."""

from lineage.store.embedded.store import EmbeddedStore

__all__ = ["EmbeddedStore"]
