"""``lineage find``, ``impact`` and ``explain``."""

from __future__ import annotations

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.base import err, main, opened, out, print_json, reported, store_option
from lineage.cli.view import View, asks_graph
from lineage.export.asked import number_of
from lineage.export.impact import (
    explanation_as_json,
    impact_as_csv,
    impact_as_json,
    impact_as_markdown,
    place_of,
    rows,
    stated_when,
)
from lineage.export.routes import routes_as_json, routes_in_words
from lineage.export.words import caveats, headline, narrowing, served
from lineage.graph import Graph
from lineage.impact import CERTAINTIES, Certainty, Impact, explain, impact
from lineage.impact.dose import Doses, doses
from lineage.impact.part import narrowed
from lineage.impact.windows import windows
from lineage.ledger import Act, Draft, record, who
from lineage.ledger.entries import Json
from lineage.questions import Routes, routes
from lineage.vocabulary import Transmits


@main.command("find")
@click.argument("text")
@store_option
@click.option("--limit", default=30, show_default=True, type=click.IntRange(1))
@reported
def find_command(text: str, address: str, limit: int) -> int:
    """Lists artifacts, parties and grants whose name or id contains TEXT."""
    with opened(address) as store:
        graph = Graph.of(store)
    found = graph.search(text)
    table = Table("Kind", "Name", "Id", box=None, header_style="bold")
    for number in found[:limit]:
        node = graph.nodes[number]
        table.add_row(node.kind.value, escape(graph.shown(number)), escape(node.id))
    out.print(table)
    out.print(f"{min(limit, len(found))} of {len(found)}")
    return 0 if found else 1


@main.command("impact")
@click.argument("names", nargs=-1, required=True)
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv", "markdown"]), default="table"
)
@click.option(
    "--fail-on",
    type=click.Choice([c.value for c in (Certainty.PROVEN, Certainty.POSSIBLE)]),
    help="Exit 1 if anything is affected with at least this certainty.",
)
@click.option(
    "--destroy", is_flag=True, help="The data is to be destroyed, whatever other rights there are."
)
@click.option(
    "--part",
    metavar="SELECTOR",
    help="Only a part is revoked, such as split=test: shows the narrower answer beside the whole.",
)
@click.option("--shares", is_flag=True, help="Add how much of each came from what is revoked.")
@click.option("--record", "noted", is_flag=True, help="Note in the ledger that it was given out.")
@reported
@asks_graph
def impact_command(
    view: View,
    names: tuple[str, ...],
    form: str,
    fail_on: str | None,
    destroy: bool,
    part: str | None,
    shares: bool,
    noted: bool,
) -> int:
    """Shows everything affected if NAMES go: ids, names, or unambiguous parts of them."""
    graph = view.graph
    roots = [graph.resolve(name) for name in names]
    answer = impact(graph, roots, view.policy, destroy=destroy)
    if part is not None:
        narrower = narrowed(graph, answer.starts, part)
        whole, graph = answer, narrower.graph
        answer = impact(graph, roots, view.policy, destroy=destroy)
        for line in narrowing(whole, answer, narrower, part):
            err.print(escape(line), highlight=False)
    dose = doses(graph, answer, view.policy) if shares else None
    if noted:
        with opened(view.address) as store:
            record(store, _given_out(answer))
    if form == "json":
        print_json(impact_as_json(answer, graph, dose))
    elif form == "csv":
        click.echo(impact_as_csv(answer, graph), nl=False)
    elif form == "markdown":
        click.echo(impact_as_markdown(answer, graph), nl=False)
    else:
        _print_impact(answer, graph, dose)
    return _verdict(answer, fail_on)


def _given_out(answer: Impact) -> Draft:
    body: dict[str, Json] = {
        "roots": [*answer.roots],
        "answer": answer.digest,
        "affected": len(answer.affected),
        "policy": answer.policy,
        "version": answer.version,
    }
    return Draft(Act.REPORTED, body, "", who(None))


def _verdict(answer: Impact, fail_on: str | None) -> int:
    certainty = answer.counts["certainty"]
    hit = certainty.get("proven", 0) + (
        certainty.get("possible", 0) if fail_on == "possible" else 0
    )
    return 1 if fail_on and hit else 0


def _print_impact(answer: Impact, graph: Graph, dose: Doses | None) -> None:
    out.print(f"[bold]{escape(headline(answer, graph))}[/]", highlight=False)
    for line in (*caveats(answer, graph), *served(windows(graph, answer.affected))):
        out.print(f"  {escape(line)}", highlight=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("Ring", "Kind", "Certainty", "Effect"):
        table.add_column(column, no_wrap=True)
    if dose:
        table.add_column("Share", no_wrap=True)
    table.add_column("Name", overflow="fold", ratio=2)
    table.add_column("Because", overflow="fold", ratio=3)
    for affected, row in zip(answer.affected, rows(answer, graph), strict=True):
        where = f"{row['document']}:{row['line']}" if row["line"] else str(row["document"])
        risks = f" [red]({escape(str(row['risks']))})[/]" if row["risks"] else ""
        table.add_row(
            str(row["distance"]),
            str(row["kind"]),
            str(row["certainty"]),
            str(row["effect"]),
            *([dose.text(affected.number)] if dose else []),
            f"{escape(str(row['name']))}{risks}",
            f"{escape(str(row['because']))} [dim]{escape(where)}[/]",
        )
    if len(answer.affected):
        out.print(table)
    out.print(
        f"Store {escape(answer.store)}, version {answer.version}, policy {answer.policy}; "
        f"complete: {'yes' if answer.complete else 'no'}; digest {answer.digest[:16]}."
        + (" Why: [bold]lineage explain SOURCE ARTIFACT[/]" if len(answer.affected) else ""),
        highlight=False,
    )


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
