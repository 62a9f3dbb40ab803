"""What an answer leaves out only because nobody said that it is the same thing."""

from __future__ import annotations

from lineage.graph import Graph
from lineage.graph.search import called_alike
from lineage.impact.answer import Impact


def not_counted(graph: Graph, answer: Impact) -> list[str]:
    """Ids of what is called as one of the roots is, and is not affected, in order.

    Whether it is the same thing, nobody has decided.
    """
    alike = {n for root in answer.roots for n in called_alike(graph, graph.number[root])}
    alike -= {graph.number[root] for root in answer.roots}
    if alike:
        alike -= {a.number for a in answer.affected}
    return sorted(graph.nodes[n].id for n in alike)
