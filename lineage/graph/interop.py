"""A graph as networkx has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

    from lineage.graph.graph import Graph


def to_networkx(graph: Graph) -> nx.MultiDiGraph[str]:
    """The whole graph: nodes by id with their properties, edges by key."""
    import networkx as nx  # it takes a fifth of a command's start, for few who ask for it

    result: nx.MultiDiGraph[str] = nx.MultiDiGraph(version=graph.version, store=graph.store)
    for node in graph.nodes:
        result.add_node(
            node.id,
            **{
                **node.properties,
                "kind": node.kind.value,
                "name": node.name,
                "namespace": node.namespace,
            },
        )
    for edge in graph.edges:
        result.add_edge(
            edge.subject,
            edge.object,
            key=edge.key,
            relation=edge.relation.value,
            document=edge.document,
            line=edge.line,
            evidence=edge.evidence.value,
            selector=edge.selector,
            share=edge.share,
            active=edge.active,
        )
    return result
