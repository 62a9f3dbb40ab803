"""``lineage impact``."""

from __future__ import annotations

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.base import err, main, opened, out, print_json, reported
from lineage.cli.view import View, asks_graph
from lineage.export.impact import impact_as_csv, impact_as_json, impact_as_markdown, rows
from lineage.export.words import caveats, headline, left_out, narrowing, served
from lineage.graph import Graph
from lineage.impact import Certainty, Impact, impact
from lineage.impact.dose import Doses, doses
from lineage.impact.part import narrowed
from lineage.impact.windows import windows
from lineage.ledger import Act, Draft, record, who
from lineage.ledger.entries import Json


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
        for line in left_out(answer, graph):
            err.print(escape(line), highlight=False)
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
