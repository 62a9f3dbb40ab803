"""The explorer in the browser: one file a page, ``components`` for what a page shows."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Runs the page that the address asks for, on the store that ``LINEAGE_STORE`` names."""
    from lineage.ui.pages import run

    run()
