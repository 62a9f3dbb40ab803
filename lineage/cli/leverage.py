"""``lineage leverage``."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.base import main, out, print_json, reported
from lineage.cli.view import View, asks_graph
from lineage.export.asked import asked_line
from lineage.export.leverage import caveats, headline, leverage_as_json
from lineage.questions import Cut, Leverage, leverage
from lineage.vocabulary import Kind

_KINDS = [k.value.lower() for k in (Kind.MODEL, Kind.DATASET, Kind.COPY, Kind.SOURCE)]


@main.command("leverage")
@click.argument("names", nargs=-1, required=True)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(_KINDS),
    multiple=True,
    default=("model",),
    show_default=True,
    help="What can be made anew; may be given several times.",
)
@click.option(
    "--cost",
    metavar="PROPERTY",
    help="A property that states what it costs to make an artifact anew: plan the cheapest set.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="How many of the artifacts that free most alone; the plan is always whole.",
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@reported
@asks_graph
def leverage_command(
    view: View,
    names: tuple[str, ...],
    kinds: tuple[str, ...],
    cost: str | None,
    limit: int,
    form: str,
) -> int:
    """Shows which artifacts to make anew, if NAMES go, to free every deployment."""
    graph = view.graph
    makeable = [kind for kind in Kind if kind.value.lower() in kinds]
    roots = [graph.resolve(name) for name in names]
    found = leverage(graph, roots, view.policy, makeable, cost)
    if form == "json":
        print_json(leverage_as_json(found, limit))
    else:
        _print(found, cost, limit)
    return 0


def _print(found: Leverage, cost: str | None, limit: int) -> None:
    out.print(f"[bold]{escape(headline(found))}[/]", highlight=False)
    for line in caveats(found):
        out.print(f"  {escape(line)}", highlight=False)
    if found.plan:
        which = "cheapest" if cost else "smallest"
        out.print(f"\nThe {which} plan, and what each step frees besides those before it:")
        out.print(_table(found.plan, cost, numbered=True))
    if found.chokes:
        out.print("\nWhat each of these alone would free, because every path goes through it:")
        out.print(_table(found.chokes[:limit], cost, numbered=False))
        out.print(f"{min(limit, len(found.chokes)):,} of {len(found.chokes):,} shown.")
    out.print(escape(asked_line(found.graph, found.policy)), highlight=False)


def _table(cuts: Sequence[Cut], cost: str | None, *, numbered: bool) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ["Step"] if numbered else []:
        table.add_column(column, justify="right")
    table.add_column("Make anew", overflow="fold", ratio=3)
    table.add_column("Kind")
    for column in ("Deployments", "Models", "All things"):
        table.add_column(column, justify="right")
    for column in [f"Cost ({cost})"] if cost else []:
        table.add_column(column, justify="right")
    table.add_column("Id", overflow="fold", ratio=3, style="dim")
    for place, cut in enumerate(cuts, 1):
        stated = "not stated" if cut.cost is None else f"{cut.cost:,g}"
        table.add_row(
            *([str(place)] if numbered else []),
            escape(cut.name),
            cut.kind.value,
            f"{cut.freed.deployments:,}",
            f"{cut.freed.models:,}",
            f"{cut.freed.things:,}",
            *([stated] if cost else []),
            escape(cut.id),
        )
    return table
