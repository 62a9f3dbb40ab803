"""The demo: the OkCupid story and the public face-recognition lineage."""

from __future__ import annotations

from pathlib import Path

from lineage.pipeline import Tally, ingest
from lineage.scan import targets
from lineage.store.base import Store

FOLDERS = ("okcupid", "face-recognition")
"""The demo's folders; each is read as the repository ``demo/<folder>``."""


def demo_root() -> Path:
    """Where the demo's documents are: in the package, or in the source tree."""
    packaged = Path(__file__).parent / "demo_documents"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "fixtures"


def ingest_demo(store: Store) -> Tally:
    """Reads the demo's documents into a store.

    Raises:
        StoreError: the store failed.
    """
    chosen = [
        target for folder in FOLDERS for target in targets([demo_root() / folder], f"demo/{folder}")
    ]
    return ingest(chosen, store)
