"""``lineage what-if``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.ancestry import print_ancestry
from lineage.cli.base import err, main, out, print_json, reported
from lineage.cli.view import View, asks_graph
from lineage.errors import InputError, UsageError
from lineage.export.asked import asked_line, number_of
from lineage.export.ranking import people_in_words
from lineage.export.supposed import (
    planned_as_json,
    planned_headline,
    removed_as_json,
    removed_headline,
    together_as_json,
    together_headline,
)
from lineage.export.words import left_out
from lineage.impact import Affected
from lineage.questions import (
    Exposed,
    Planned,
    Removed,
    Together,
    exposed_among,
    planned,
    together,
    without_relationship,
)
from lineage.records import Reading
from lineage.scan import Outcome, scan, targets
from lineage.vocabulary import Relation


@main.command("what-if")
@click.argument("names", nargs=-1)
@click.option(
    "--add",
    "configs",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A config, or a folder of them, of a planned training run: what would it inherit?",
)
@click.option("--repository", help="With --add: the repository whose paths the configs name.")
@click.option(
    "--remove",
    "relationship",
    nargs=3,
    metavar="SUBJECT RELATION OBJECT",
    help="If NAMES (or else OBJECT) go, what does this one relationship decide?",
)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@reported
@asks_graph
def what_if_command(
    view: View,
    names: tuple[str, ...],
    configs: tuple[Path, ...],
    repository: str | None,
    relationship: tuple[str, str, str] | None,
    limit: int,
    form: str,
) -> int:
    """Supposes that NAMES go together, that a run is added, or a relationship is not so."""
    graph, roots = view.graph, [view.graph.resolve(name) for name in names]
    if configs and (roots or relationship):
        raise UsageError("--add is asked by itself", remedy="Ask one question at a time.")
    if configs:
        return _plan(view, configs, repository, form)
    if relationship:
        subject, word, target = relationship
        ends = graph.resolve(subject), graph.resolve(target)
        removed = without_relationship(graph, ends[0], _relation(word), ends[1], roots, view.policy)
        if form == "json":
            print_json(removed_as_json(removed))
        else:
            _print_removed(removed, limit)
        return 0
    if not roots:
        raise UsageError(
            "nothing is supposed", remedy="Give NAMES that go, --add CONFIG, or --remove."
        )
    found = together(graph, roots, view.policy)
    if form == "json":
        print_json(together_as_json(found))
    else:
        _print_together(found, limit)
    return 0


def _relation(word: str) -> Relation:
    try:
        return Relation(word.upper().replace("-", "_"))
    except ValueError as error:
        raise UsageError(
            f"“{word}” is no relation", remedy=f"Known are: {', '.join(Relation)}."
        ) from error


def _plan(view: View, configs: Sequence[Path], repository: str | None, form: str) -> int:
    scanned = [s for target in targets(configs, repository) for s in scan(target)]
    readings: list[Reading] = [s.reading for s in scanned if s.reading is not None]
    unread = [s for s in scanned if s.outcome == Outcome.UNREADABLE]
    skipped = [(r.document.path, skip) for r in readings for skip in r.extract.skipped]
    for item in unread:
        err.print(f"[red]not read[/]  {escape(item.path)}: {escape(item.reason)}", highlight=False)
    for path, skip in skipped:
        where = f"{path}:{skip.line}" if skip.line else path
        err.print(
            f"[yellow]not understood[/]  {escape(where)}: {escape(skip.reason)}; what it would "
            "bring is not known",
            highlight=False,
        )
    if not any(r.extract.assertions or r.extract.statements for r in readings):
        raise InputError(
            "no training run is described there",
            location=", ".join(map(str, configs)),
            remedy="lineage ingest --dry-run says what each file is taken for.",
        )
    found = planned(view.graph, readings, view.policy)
    if form == "json":
        print_json(planned_as_json(found))
    else:
        _print_planned(found)
    return 3 if unread else 0


def _print_planned(found: Planned) -> None:
    out.print(f"[bold]{escape(planned_headline(found))}[/]", highlight=False)
    for made in found.made:
        out.print()
        print_ancestry(made)


def _print_together(found: Together, limit: int) -> None:
    graph = found.graph
    out.print(f"[bold]{escape(together_headline(found))}[/]", highlight=False)
    for line in left_out(found.answer, graph):
        out.print(f"  {escape(line)}", highlight=False)
    table = _exposed_table("If this goes")
    for share in found.shares:
        name = escape(graph.shown(share.root))
        table.add_row(f"{name}, by itself", *_cells(share.alone))
        if len(found.shares) > 1:
            table.add_row(
                "  spared if it stays and the others go", *_cells(share.only), style="dim"
            )
    if len(found.shares) > 1:
        table.add_row("all of them together", *_cells(found.all), style="bold")
    out.print(table)
    if found.only_together:
        out.print("Falls only by several together:")
        _print_affected(found.only_together, limit)
    out.print(
        f"{escape(asked_line(graph, found.policy))} What falls: [bold]lineage impact NAMES[/]",
        highlight=False,
    )


def _print_removed(found: Removed, limit: int) -> None:
    graph = found.graph
    out.print(f"[bold]{escape(removed_headline(found))}[/]", highlight=False)
    for line in left_out(found.before, graph):
        out.print(f"  {escape(line)}", highlight=False)
    if found.assertions > 1:
        out.print(f"  {found.assertions} assertions say so; all of them were left out.")
    if found.spared:
        things = number_of(exposed_among(graph, found.spared).things, "thing")
        out.print(f"Would no longer fall ({things}):")
        _print_affected(found.spared, limit)
    if found.still:
        out.print("Stand on it and still fall, by other routes:")
        _print_affected(found.still, limit)
    out.print(escape(asked_line(graph, found.policy)), highlight=False)


def _exposed_table(first: str) -> Table:
    table = Table(first, box=None, header_style="bold", pad_edge=False)
    for column in ("Models", "Deployments", "All things"):
        table.add_column(column, justify="right")
    table.add_column("People exposed")
    return table


def _cells(exposed: Exposed) -> Iterable[str]:
    numbers = (exposed.models, exposed.deployments, exposed.things)
    return (*(f"{n:,}" for n in numbers), people_in_words(exposed))


def _print_affected(affected: Sequence[Affected], limit: int) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("Ring", "Kind", "Certainty"):
        table.add_column(column, no_wrap=True)
    for column in ("Name", "Id"):
        table.add_column(column, overflow="fold")
    for a in affected[:limit]:
        table.add_row(
            str(a.distance), a.kind.value, a.certainty.value, escape(a.name), escape(a.id)
        )
    out.print(table)
    if len(affected) > limit:
        out.print(f"{limit:,} of {len(affected):,} shown (--limit).")
