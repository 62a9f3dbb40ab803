"""``lineage diff``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.base import main, opened, out, print_json, reported
from lineage.cli.view import View, asks_graph
from lineage.errors import UsageError
from lineage.export.asked import asked, asked_line
from lineage.export.difference import difference_as_json, said_in_words
from lineage.graph import Graph
from lineage.graph.times import as_of, parsed_time
from lineage.impact import Policy, impact
from lineage.questions import ancestry
from lineage.questions.difference import (
    Compared,
    Difference,
    Rows,
    difference,
    of_ancestry,
    of_impact,
)


@main.command("diff")
@click.argument("name")
@click.argument("other", required=False)
@click.option("--from", "since", metavar="DATE", help="The answer about NAME then …")
@click.option("--to", "until", metavar="DATE", help="… and then; now when not given.")
@click.option(
    "--known", is_flag=True, help="The answers that the store would have given on the two dates."
)
@click.option(
    "--ancestry", "upstream", is_flag=True, help="What NAME stands on, not what falls if it goes."
)
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@reported
@asks_graph
def diff_command(
    view: View,
    name: str,
    other: str | None,
    since: str | None,
    until: str | None,
    known: bool,
    upstream: bool,
    limit: int,
    form: str,
) -> int:
    """Compares what NAME and OTHER stand on, or one answer about NAME at two dates."""
    graph, policy, unknown = view.graph, view.policy, list[str]()
    node = graph.nodes[graph.resolve(name)].id
    if other is not None:
        if since or until or known or upstream:
            raise UsageError("OTHER or dates", remedy="Compare two models, or one at two dates.")
        second = graph.nodes[graph.resolve(other)].id
        names = graph.shown(graph.number[node]), graph.shown(graph.number[second])
        both = [ancestry(graph, graph.number[id_], policy) for id_ in (node, second)]
        unknown = [n for n, made in zip(names, both, strict=True) if not made.fully_known]
        found = difference(*map(of_ancestry, both))
        question = f"What “{names[0]}” and “{names[1]}” stand on"
        labels, ids = names, [node, second]
    elif since is None:
        raise UsageError("there is nothing to compare with", remedy="Give OTHER, or --from DATE.")
    else:
        now = _then(view, until, known=known) if until else graph
        found = difference(
            _answer(_then(view, since, known=known), node, policy, upstream=upstream),
            _answer(now, node, policy, upstream=upstream),
        )
        shown = graph.shown(graph.number[node])
        asks = f"What “{shown}” stands on" if upstream else f"What falls if “{shown}” goes"
        labels, ids = (since, until or "now"), [node]
        how = "the store knew it" if known else "things were"
        question = f"{asks}, as {how} on {labels[0]} and {'on ' if until else ''}{labels[1]}"
    if form == "json":
        told = {"compared": ids, "left": labels[0], "right": labels[1], "as_known": known}
        print_json(told | asked(graph, policy) | difference_as_json(found))
    else:
        _print(found, question, labels, limit)
        for name in unknown:
            out.print(f"Not all is known of what “{escape(name)}” stands on.", highlight=False)
        out.print(escape(asked_line(graph, policy)), highlight=False)
    return 0


def _then(view: View, date: str, *, known: bool) -> Graph:
    """The graph as it was at a date, or as the store knew it then."""
    at: datetime = parsed_time(date)
    if not known:
        return as_of(view.graph, at)
    with opened(view.address) as store:
        return Graph.of(store, store.moment(at).version)


def _answer(graph: Graph, node: str, policy: Policy, *, upstream: bool) -> Rows:
    """The answer about a node; nothing where the graph does not have it."""
    number = graph.number.get(node)
    if upstream:
        return of_ancestry(None if number is None else ancestry(graph, number, policy))
    return of_impact(None if number is None else impact(graph, [number], policy))


def _print(found: Difference, question: str, labels: tuple[str, str], limit: int) -> None:
    only, other = f"only {labels[0]}", f"only {labels[1]}"
    out.print(
        f"[bold]{escape(question)}:[/] {len(found.same):,} alike, {len(found.changed):,} with "
        f"another certainty or effect, {len(found.only_left):,} {escape(only)}, "
        f"{len(found.only_right):,} {escape(other)}.",
        highlight=False,
    )
    _section(f"Only {labels[0]}", found.only_left, limit, labels)
    _section(f"Only {labels[1]}", found.only_right, limit, labels)
    _section("Both, but otherwise", found.changed, limit, labels)


def _section(title: str, rows: Sequence[Compared], limit: int, labels: tuple[str, str]) -> None:
    if not rows:
        return
    out.print(f"\n{escape(title)}:", highlight=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("Kind", "Name"):
        table.add_column(column, overflow="fold")
    for label in labels:
        table.add_column(escape(label), overflow="fold")
    table.add_column("Id", overflow="fold", style="dim")
    for row in rows[:limit]:
        table.add_row(
            row.kind.value,
            escape(row.name),
            said_in_words(row.left),
            said_in_words(row.right),
            escape(row.id),
        )
    out.print(table)
    if len(rows) > limit:
        out.print(f"{limit:,} of {len(rows):,} shown (--limit).")
