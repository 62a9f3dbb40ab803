"""``lineage aliases``: names that may mean one thing, and what people decide of them."""

from __future__ import annotations

import getpass
from collections.abc import Sequence

import click
from rich.markup import escape
from rich.table import Table

from lineage.aliases import (
    RULES,
    Change,
    Rule,
    Suggestion,
    Verdict,
    by_change,
    decide,
    decisions,
    suggest,
    undo,
)
from lineage.cli.base import main, opened, out, print_json, reported, store_option
from lineage.errors import UsageError
from lineage.export.aliases import (
    decision_as_json,
    minute,
    size_in_words,
    suggestion_as_json,
)
from lineage.graph import Graph
from lineage.store import Store

_Ranked = Sequence[tuple[Suggestion, Change]]

format_option = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table"
)
by_option = click.option(
    "--by", metavar="NAME", help="Who decides.  [default: your name on this machine]"
)
reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why.")


@main.group("aliases")
def aliases_group() -> None:
    """Suggests names that may mean one thing, and keeps what people decide of them.

    No suggestion changes an answer until somebody accepts it.
    """


@aliases_group.command("review")
@store_option
@click.option("--limit", default=30, show_default=True, type=click.IntRange(1))
@click.option(
    "--rule",
    "rules",
    multiple=True,
    type=click.Choice([rule.value for rule in Rule]),
    help=" ".join(f"{rule.value}: {meaning}." for rule, meaning in RULES.items()),
)
@format_option
@click.option("--interactive", is_flag=True, help="Ask about each: yes, no, skip or quit.")
@by_option
@reported
def review_command(
    address: str,
    limit: int,
    rules: tuple[str, ...],
    form: str,
    interactive: bool,
    by: str | None,
) -> int:
    """Lists names that may mean one thing, with the change in blast radius it would make."""
    if interactive and form == "json":
        raise UsageError("--interactive asks questions; it goes with --format table only")
    with opened(address) as store:
        graph = Graph.of(store)
        wanted = [s for s in suggest(graph) if not rules or s.rule.value in rules]
        ranked = by_change(graph, wanted)
        shown = ranked[:limit]
        if interactive:
            return _ask_about(store, graph, shown, _who(by))
    if form == "json":
        print_json(
            {
                "suggestions": [suggestion_as_json(s, c, graph) for s, c in shown],
                "shown": len(shown),
                "total": len(ranked),
                "store": graph.store,
                "version": graph.version,
            }
        )
        return 0
    _print_suggestions(shown)
    out.print(
        f"{len(shown)} of {len(ranked)} suggestions. To decide: [bold]lineage aliases accept A B "
        "--reason TEXT[/], or reject",
        highlight=False,
    )
    return 0


def _print_suggestions(shown: _Ranked) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("The same?", overflow="fold", ratio=3)
    table.add_column("Why", overflow="fold", ratio=3)
    for column in ("1st goes", "2nd goes", "As one"):
        table.add_column(column, overflow="fold", ratio=1)
    for suggestion, change in shown:
        table.add_row(
            f"{escape(suggestion.a)}\n{escape(suggestion.b)}",
            f"{suggestion.rule}: {escape(suggestion.reason)}",
            *(size_in_words(s) for s in (change.first, change.second, change.joined)),
        )
    out.print(table)


def _ask_about(store: Store, graph: Graph, shown: _Ranked, by: str) -> int:
    """Asks about one suggestion after another, until there are no more or the user stops."""
    for at, (suggestion, change) in enumerate(shown, 1):
        out.print(
            f"\n{at} of {len(shown)}\n  {escape(suggestion.a)}\n  {escape(suggestion.b)}\n"
            f"  {escape(suggestion.reason)}\n"
            f"  Affected if the first goes: {size_in_words(change.first)}; the second: "
            f"{size_in_words(change.second)}; as one: {size_in_words(change.joined)}",
            highlight=False,
        )
        answer = click.prompt(
            "The same thing? (y)es, (n)o, (s)kip, (q)uit",
            type=click.Choice(["y", "n", "s", "q"]),
            show_choices=False,
        )
        if answer == "q":
            break
        if answer == "s":
            continue
        verdict = Verdict.ACCEPTED if answer == "y" else Verdict.REJECTED
        a, b = (graph.number[id_] for id_ in (suggestion.a, suggestion.b))
        try:
            decide(store, graph, a, b, verdict, by=by, reason=click.prompt("Why?"))
        except UsageError as error:  # what was decided before may rule it out
            out.print(escape(str(error)), highlight=False)
            continue
        graph = Graph.of(store)
        out.print(f"{verdict}.")
    return 0


@aliases_group.command("accept")
@click.argument("a")
@click.argument("b")
@reason_option
@by_option
@store_option
@reported
def accept_command(a: str, b: str, reason: str, by: str | None, address: str) -> int:
    """Decides that A and B are the same thing: what affects one affects the other."""
    return _decide(address, a, b, Verdict.ACCEPTED, by, reason)


@aliases_group.command("reject")
@click.argument("a")
@click.argument("b")
@reason_option
@by_option
@store_option
@reported
def reject_command(a: str, b: str, reason: str, by: str | None, address: str) -> int:
    """Decides that A and B are not the same thing; it is not suggested again."""
    return _decide(address, a, b, Verdict.REJECTED, by, reason)


def _decide(address: str, a: str, b: str, verdict: Verdict, by: str | None, reason: str) -> int:
    with opened(address) as store:
        graph = Graph.of(store)
        one, other = graph.resolve(a), graph.resolve(b)
        decide(store, graph, one, other, verdict, by=_who(by), reason=reason)
    out.print(
        f"{verdict}: {escape(graph.nodes[one].id)} and {escape(graph.nodes[other].id)}. "
        "To take it back: [bold]lineage aliases undo A B[/]",
        highlight=False,
    )
    return 0


@aliases_group.command("undo")
@click.argument("a")
@click.argument("b")
@store_option
@reported
def undo_command(a: str, b: str, address: str) -> int:
    """Takes back the decision on A and B; that there was one stays on record."""
    with opened(address) as store:
        graph = Graph.of(store)
        one, other = graph.resolve(a), graph.resolve(b)
        undo(store, graph, one, other)
    out.print(
        f"undone: {escape(graph.nodes[one].id)} and {escape(graph.nodes[other].id)}",
        highlight=False,
    )
    return 0


@aliases_group.command("list")
@store_option
@format_option
@reported
def list_command(address: str, form: str) -> int:
    """Lists all decisions: by whom, why and when, those taken back at the end."""
    with opened(address) as store:
        found = decisions(store.snapshot().edges)
    if form == "json":
        print_json({"decisions": [decision_as_json(d) for d in found]})
        return 0
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("Decision", "On", "By", "When (UTC)", "Why"):
        table.add_column(column, overflow="fold")
    for d in found:
        gone = f"\nundone {minute(d.undone_at)}" if d.undone_at else ""
        table.add_row(
            f"{d.verdict}{gone}",
            f"{escape(d.a)}\n{escape(d.b)}",
            escape(d.by),
            minute(d.at),
            escape(d.reason),
        )
    out.print(table)
    out.print(f"{len(found)} decisions")
    return 0


def _who(by: str | None) -> str:
    if by is not None:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:
        raise UsageError(
            "this machine does not say who you are", remedy="Give your name with --by."
        ) from error
