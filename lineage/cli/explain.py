"""``lineage explain``."""

from __future__ import annotations

import click
from rich.markup import escape

from lineage.cli.base import main, out, print_json, reported
from lineage.cli.view import View, asks_graph
from lineage.export.asked import number_of
from lineage.export.impact import explanation_as_json, place_of, stated_when
from lineage.export.routes import routes_as_json, routes_in_words
from lineage.graph import Graph
from lineage.impact import CERTAINTIES, explain
from lineage.questions import Routes, routes
from lineage.vocabulary import Transmits


@main.command("explain")
@click.argument("source")
@click.argument("artifact")
@click.option("--all-routes", is_flag=True, help="Count all routes, and list them.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="With --all-routes: how many to list, the shortest first.",
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@reported
@asks_graph
def explain_command(
    view: View, source: str, artifact: str, all_routes: bool, limit: int, form: str
) -> int:
    """Shows the chain of assertions that leads from SOURCE to ARTIFACT."""
    graph = view.graph
    roots = [graph.resolve(source)]
    found = explain(graph, roots, graph.resolve(artifact), view.policy)
    informed = found.artifact.effect == Transmits.INFORMS
    every = (
        routes(graph, roots, found.artifact.number, view.policy, limit, informed=informed)
        if all_routes
        else None
    )
    if form == "json":
        more = {"routes": routes_as_json(every, graph)} if every else {}
        print_json(explanation_as_json(found, graph) | more)
        return 0
    affected = found.artifact
    out.print(
        f"[bold]{escape(affected.name)}[/] is {affected.certainty} affected "
        f"({affected.effect}): {CERTAINTIES[affected.certainty]}.",
        highlight=False,
    )
    if every is not None:
        _print_routes(every, graph)
        return 0
    for number, step in enumerate(found.steps, 1):
        out.print(
            f"{number}. {escape(step.subject_name)}  [bold]{step.relation}[/]  "
            f"{escape(step.object_name)}  [dim]({step.transmits})[/]",
            highlight=False,
        )
        for edge in step.assertions:
            part = f", part: {edge.selector}" if edge.selector else ""
            when = f", {told}" if (told := stated_when(edge)) else ""
            out.print(
                f"     {escape(place_of(graph, edge))}  "
                f"[dim]{escape(f'{edge.place} ({edge.evidence}{part}{when})')}[/]",
                highlight=False,
            )
    return 0


def _print_routes(every: Routes, graph: Graph) -> None:
    out.print(routes_in_words(every), highlight=False)
    for number, route in enumerate(every.routes, 1):
        steps = number_of(len(route), "step")
        out.print(f"\n[bold]Route {number}[/], {steps}", highlight=False)
        for step in route:
            for place, assertion in enumerate(step):
                edge = graph.edges[assertion]
                ends = (escape(graph.shown(graph.number[n])) for n in (edge.subject, edge.object))
                out.print(
                    f"  {'and ' if place else ''}{next(ends)}  [bold]{edge.relation}[/]  "
                    f"{next(ends)}  [dim]{escape(place_of(graph, edge))} ({edge.evidence})[/]",
                    highlight=False,
                )
