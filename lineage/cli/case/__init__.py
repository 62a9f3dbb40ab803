"""``lineage case``: from an order to its proof."""

from lineage.cli.case import acts, orders

__all__ = ["acts", "orders"]
