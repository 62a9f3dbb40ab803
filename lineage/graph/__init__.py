"""The graph of a store as it was at one version, in columns, for answers fast and consistent."""

from lineage.graph.graph import Graph, Rows
from lineage.graph.tables import Bools, Codes, Ints

__all__ = ["Bools", "Codes", "Graph", "Ints", "Rows"]
