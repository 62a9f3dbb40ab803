"""Where the blast radius of something starts, as it does for ``impact``."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.graph import Graph, Ints
from lineage.impact.radius import day_of
from lineage.impact.reach import starting_nodes
from lineage.impact.rights_left import ended_rights, spared


def starts_of(graph: Graph, roots: Sequence[int]) -> Ints:
    """The roots, and what they stand for, without what another right still covers."""
    left = spared(graph, ended_rights(graph, roots), day_of(graph))
    return starting_nodes(graph, roots, [thing.number for thing in left])
