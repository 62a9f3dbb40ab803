"""The graph of a store as it was at one version, in columns, for answers fast and consistent."""

from lineage.graph.graph import Graph, Rows
from lineage.graph.tables import EVIDENCE_CODES, RELATION_CODES, Bools, Codes, Ints

__all__ = ["EVIDENCE_CODES", "RELATION_CODES", "Bools", "Codes", "Graph", "Ints", "Rows"]
