"""``lineage ancestry``."""

from __future__ import annotations

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.base import main, out, print_json, reported
from lineage.cli.view import View, asks_graph
from lineage.export.ancestry import (
    ancestry_as_csv,
    ancestry_as_json,
    ancestry_as_markdown,
    caveats,
    headline,
    rows,
)
from lineage.export.asked import asked_line
from lineage.questions import Ancestry, ancestry


@main.command("ancestry")
@click.argument("name")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv", "markdown"]), default="table"
)
@reported
@asks_graph
def ancestry_command(view: View, name: str, form: str) -> int:
    """Shows everything that NAME stands on, back to its sources: its bill of materials."""
    found = ancestry(view.graph, view.graph.resolve(name), view.policy)
    if form == "json":
        print_json(ancestry_as_json(found))
    elif form == "csv":
        click.echo(ancestry_as_csv(found), nl=False)
    elif form == "markdown":
        click.echo(ancestry_as_markdown(found), nl=False)
    else:
        print_ancestry(found)
    return 0


def print_ancestry(found: Ancestry) -> None:
    """Says what an artifact stands on, and lists it."""
    out.print(f"[bold]{escape(headline(found))}[/]", highlight=False)
    for line in caveats(found):
        out.print(f"  {escape(line)}", highlight=False)
    if len(found.ancestors):
        table = Table(box=None, header_style="bold", pad_edge=False)
        for column in ("Depth", "Kind", "Certainty"):
            table.add_column(column, no_wrap=True)
        for column in ("Name", "Used", "Held under"):
            table.add_column(column, overflow="fold", ratio=2)
        table.add_column("To be known", overflow="fold", ratio=1)
        for row in rows(found):
            table.add_row(
                str(row["depth"]),
                str(row["kind"]),
                str(row["certainty"]),
                escape(str(row["name"])),
                f"{escape(str(row['used']))} [dim]{escape(str(row['document']))}[/]",
                escape(str(row["held under"])),
                f"[red]{escape(str(row['to be known']))}[/]",
            )
        out.print(table)
    then = " The whole way from one of them: [bold]lineage explain ANCESTOR NAME[/]"
    out.print(
        f"{escape(asked_line(found.graph, found.policy))}{then if len(found.ancestors) else ''}",
        highlight=False,
    )
