"""``lineage worklist``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.base import main, out, print_json, reported, store_option
from lineage.cli.judging import COLOURS, at_option, judged, limit_option, rules_option
from lineage.export.findings import worklist_as_json
from lineage.rights.worklist import Missing, worklist


@main.command("worklist")
@click.argument("names", nargs=-1)
@store_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@limit_option
@rules_option
@at_option
@reported
def worklist_command(
    names: tuple[str, ...],
    address: str,
    form: str,
    limit: int,
    rules_path: Path | None,
    at: datetime,
) -> int:
    """Lists what is not known of NAMES, or of everything, and whom to ask.

    Those facts first whose finding would settle the gravest and reach furthest.
    """
    answer, _ = judged(names, address, rules_path, at)
    rows = worklist(answer)
    if form == "json":
        print_json(worklist_as_json(rows))
    else:
        _print_worklist(rows, limit)
    return 0


def _print_worklist(rows: Sequence[Missing], limit: int) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("Settles", "Of", "What to find out", "Ask"):
        table.add_column(column, overflow="fold")
    table.add_column("Stand on it", justify="right")
    for row in rows[:limit]:
        table.add_row(
            f"[{COLOURS[row.severity]}]{row.severity.word}[/] ({len(row.settles)})",
            escape(row.name),
            escape(row.words),
            escape("; ".join(row.ask) or "nobody is recorded"),
            f"{row.reach:,} ({row.in_use:,} in use)",
        )
    out.print(f"[bold]Missing facts, those first that settle most: {len(rows):,}[/]")
    out.print(table)
    if len(rows) > limit:
        out.print(f"  … and {len(rows) - limit:,} more (--limit, or --format json)")
