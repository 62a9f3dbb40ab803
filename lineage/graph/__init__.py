"""The graph of a store as it was at one version, in columns, for answers fast and consistent."""

from lineage.graph.graph import Graph, Rows
from lineage.graph.tables import RELATION_CODES, Bools, Codes, Ints

__all__ = ["RELATION_CODES", "Bools", "Codes", "Graph", "Ints", "Rows"]
