"""Walks that are told edge by edge which they may take."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lineage.engine.arrays import HIDDEN
from lineage.engine.reach import reach
from lineage.graph.graph import Graph
from lineage.graph.tables import Bools, Ints


def spread(
    graph: Graph, seeds: Ints, allowed: Bools
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Everything downstream of some nodes by the assertions that are allowed.

    Args:
        graph: the graph.
        seeds: node numbers.
        allowed: over the assertions, which may be walked.

    Returns:
        Distance and last assertion of each node, as :func:`lineage.engine.reach.reach` gives
        them. Costs O(assertions) for each call: where classes decide, that function is sooner.
    """
    code = np.where(allowed, graph.topology.code, np.uint8(HIDDEN)).astype(np.uint8)
    return reach(graph.topology.with_codes(code), seeds)
