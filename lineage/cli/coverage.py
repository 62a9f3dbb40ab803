"""``lineage coverage``: what the graph does not know."""

from __future__ import annotations

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.base import main, opened, out, print_json, reported, store_option
from lineage.coverage import Coverage, FormatCoverage, Noticed, coverage
from lineage.export.coverage import OPEN_RIGHTS, coverage_as_json, share
from lineage.graph import Graph
from lineage.records import NodeRow


@main.command("coverage")
@store_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option(
    "--limit",
    default=20,
    show_default=True,
    type=click.IntRange(0),
    help="Lines in each list of the table; JSON has all.",
)
@reported
def coverage_command(address: str, form: str, limit: int) -> int:
    """Says what the store does not know.

    How much of each document was understood, which keys were not, which files could not be
    read, and which artifacts are of unknown origin.
    """
    with opened(address) as store:
        report = coverage(store.documents(), Graph.of(store))
    if form == "json":
        print_json(coverage_as_json(report))
    else:
        _print(report, limit)
    return 0


def _print(report: Coverage, limit: int) -> None:
    table = Table(box=None, header_style="bold")
    table.add_column("Documents")
    for name in ("Files", "Values", "Mapped", "Left out by name", "Not understood", "Skipped"):
        table.add_column(name, justify="right")
    for row in (*report.formats, report.total):
        table.add_row(*_cells(row), style="bold" if row.format == "all" else None)
    out.print(table)
    untraced = report.total.untraced
    if untraced:
        out.print(
            f"{untraced:,} documents were read by an earlier release, which did not count their "
            "values: ingest them again."
        )
    keys = [
        f"{k.format}: {k.key} ({k.documents:,} documents, {k.values:,} values)" for k in report.keys
    ]
    _print_rights(report)
    _list("Keys that were not understood", keys, limit)
    _list("Places that were not understood", [_noticed(p) for p in report.skipped], limit)
    _list("Files that could not be read", [_noticed(p) for p in report.unreadable], limit)
    _list("Links that were not followed", [_noticed(p) for p in report.not_followed], limit)
    out.print(
        f"Files that no ingestor claimed: {report.not_recognised:,} of endings that formats have, "
        f"{report.without_format:,} of others."
    )
    out.print(
        f"Artifacts: {report.artifacts:,}, of which {report.standing_on_unknown:,} stand on "
        "something of unknown origin."
    )
    _list("Unknown origin", [_node(n) for n in report.unknown_origin], limit)
    _list("References that name nothing", [_node(n) for n in report.unresolved], limit)
    out.print(
        "Next: state an origin in a [bold]lineage.yaml[/] (docs/manifest.md), or run "
        "[bold]lineage aliases review[/] for names that may mean one thing."
    )


def _print_rights(report: Coverage) -> None:
    """The share of unknown and unspecified rights among the things that documents describe."""
    described = [row for row in (*report.formats, report.total) if row.rights["things"]]
    if not described:
        return
    table = Table(box=None, header_style="bold")
    table.add_column("Rights, as documents state them")
    for name in (
        "Things",
        "Licence unknown",
        "Licence not stated",
        "Personal data unknown",
        "Personal data not stated",
    ):
        table.add_column(name, justify="right")
    for row in described:
        things = row.rights["things"]
        cells = [f"{row.rights[n]:,} ({share(row.rights[n], things)})" for n in OPEN_RIGHTS]
        style = "bold" if row.format == "all" else None
        table.add_row(row.format, f"{things:,}", *cells, style=style)
    out.print(table)
    out.print("What is unknown or not stated is no permission: [bold]lineage worklist[/]")


def _cells(row: FormatCoverage) -> tuple[str, ...]:
    return (
        row.format,
        f"{row.documents:,}",
        f"{row.leaves:,}",
        share(row.mapped, row.leaves),
        share(row.ignored, row.leaves),
        share(row.not_understood, row.leaves),
        f"{row.skipped:,}",
    )


def _noticed(place: Noticed) -> str:
    line = f":{place.line}" if place.line else ""
    return f"{place.path}{line}: {place.reason}"


def _node(node: NodeRow) -> str:
    return f"{node.kind.value} {node.id}"


def _list(title: str, lines: list[str], limit: int) -> None:
    out.print(f"[bold]{title}: {len(lines):,}[/]")
    for line in lines[:limit]:
        out.print(f"  {escape(line)}", highlight=False)
    if len(lines) > limit:
        out.print(f"  … and {len(lines) - limit:,} more (--limit, or --format json)")
