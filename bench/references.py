"""The same questions answered with networkx, rustworkx and bare compiled loops."""

from __future__ import annotations

import networkx as nx
import numba
import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

from bench.graphs import Made
from lineage.engine.arrays import Bytes, Floats, Ints


def networkx_graph(graph: Made) -> nx.DiGraph:
    """Downstream edges, from object to subject."""
    result = nx.DiGraph()
    result.add_nodes_from(range(graph.nodes))
    result.add_edges_from(zip(graph.object.tolist(), graph.subject.tolist(), strict=True))
    return result


def rustworkx_graph(graph: Made) -> rx.PyDiGraph:
    """Likewise."""
    result = rx.PyDiGraph()
    result.add_nodes_from(range(graph.nodes))
    result.add_edges_from_no_data(
        list(zip(graph.object.tolist(), graph.subject.tolist(), strict=True))
    )
    return result


def networkx_shares(graph: nx.DiGraph, seed: int, share: dict[tuple[int, int], float]) -> Floats:
    """The lower bound on the share of one seed in each node, where the graph has no cycle.

    Inputs whose share is not in ``share`` split what the others leave.
    """
    low = np.zeros(len(graph)).tolist()
    for node in nx.topological_sort(graph):
        if node == seed:
            low[node] = 1.0
            continue
        total, here, rest = 0.0, 0.0, []
        for source in graph.predecessors(node):
            weight = share.get((source, node))
            if weight is None:
                rest.append(low[source])
            else:
                total += weight
                here += weight * low[source]
        if rest:
            here += max(0.0, 1.0 - total) * min(rest)
        low[node] = here
    return np.array(low)


@numba.njit(nogil=True)
def gather_bits(near: Ints, bits: Bytes) -> int:
    """The machine's limit: one bit of another node looked up for each edge, and added."""
    count = 0
    for place in range(len(near)):
        other = near[place]
        count += bits[other >> 3] >> (other & 7) & 1
    return count


Counts = NDArray[np.int64]


@numba.njit(nogil=True)
def searched_one_by_one(start: Ints, subject: Ints, sources: Ints, weight: Counts) -> Counts:
    """A breadth-first search from each source, with a stamp array kept between them."""
    stamp = np.full(len(start) - 1, -1, np.int32)
    queue = np.empty(len(start) - 1, np.int32)
    counts = np.zeros(len(sources), np.int64)
    for number in range(len(sources)):
        queue[0] = sources[number]
        stamp[sources[number]] = number
        first, last = 0, 1
        while first < last:
            node = queue[first]
            first += 1
            counts[number] += weight[node]
            for edge in range(start[node], start[node + 1]):
                other = subject[edge]
                if stamp[other] != number:
                    stamp[other] = number
                    queue[last] = other
                    last += 1
    return counts
