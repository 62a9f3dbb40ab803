"""What two graphs must have alike to be the same, whatever the numbers of their nodes."""

from __future__ import annotations

from dataclasses import replace

from lineage.export.impact import impact_as_json
from lineage.graph import Graph
from lineage.impact import Policy, impact, unknown_inputs


def told(graph: Graph) -> tuple[object, ...]:
    """All that a graph says, whatever its numbers; not when it was last looked at."""
    whole = graph.to_networkx()
    return (
        {n: dict(d) for n, d in whole.nodes.items()},
        {(a, b, k): dict(d) for a, b, k, d in whole.edges(keys=True, data=True)},
        {i: replace(d, read_at="") for i, d in graph.documents.items()},
    )


def answers(graph: Graph) -> list[object]:
    """The answer about each node, without the choice among shortest ways."""
    found: list[object] = []
    for number in sorted(range(len(graph)), key=lambda n: graph.nodes[n].id):
        answer = impact_as_json(impact(graph, [number]), graph)
        answer.pop("taken_at")
        for row in answer["affected"]:
            row.pop("because")
        found.append(answer)
    unknown = unknown_inputs(graph, Policy())
    return [*found, {graph.nodes[n].id for n in range(len(graph)) if unknown[n]}]
