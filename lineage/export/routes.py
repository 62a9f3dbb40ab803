"""Routes as JSON, and their number in words."""

from __future__ import annotations

from lineage.export.asked import number_of
from lineage.export.impact import edge_as_json
from lineage.graph import Graph
from lineage.questions import Routes


def routes_in_words(found: Routes) -> str:
    """How many routes there are, and how many of them are listed."""
    listed = len(found.routes)
    if not found.exact:
        return (
            f"There are at least {number_of(found.total, 'route')}; on the way things lead to one "
            f"another in a circle, and not all were counted. {listed:,} listed, the shortest first."
        )
    if listed == found.total:
        return f"There {'is' if listed == 1 else 'are'} {number_of(listed, 'route')}, all listed."
    return f"{listed:,} of {number_of(found.total, 'route')} listed, the shortest first."


def routes_as_json(found: Routes, graph: Graph) -> dict[str, object]:
    """Routes as JSON-ready data.

    ``{"total", "exact", "listed", "routes": [[[assertions of a step]]]}``; ``total`` is a text
    where it is beyond what JSON readers keep exactly.
    """
    return {
        "total": found.total if found.total < 2**53 else str(found.total),
        "exact": found.exact,
        "listed": len(found.routes),
        "routes": [
            [[edge_as_json(graph.edges[n], graph) for n in step] for step in route]
            for route in found.routes
        ],
    }
