"""``lineage query``."""

from __future__ import annotations

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.base import main, opened, out, print_json, reported, store_option
from lineage.store import QueryLimits


@main.command("query")
@click.argument("cypher")
@store_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--timeout", default=30.0, show_default=True, help="Seconds before it is stopped.")
@click.option(
    "--limit", default=1_000, show_default=True, type=click.IntRange(1), help="Rows at most."
)
@click.option(
    "--parameter",
    "-p",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the query: $NAME.",
)
@reported
def query_command(
    cypher: str, address: str, form: str, timeout: float, limit: int, parameters: tuple[str, ...]
) -> int:
    """Answers a read-only Cypher query."""
    values = dict(p.partition("=")[::2] for p in parameters)
    with opened(address) as store:
        result = store.query(cypher, values, QueryLimits(timeout, limit))
    if form == "json":
        print_json(
            {
                "columns": list(result.columns),
                "rows": [list(r) for r in result.rows],
                "truncated": result.truncated,
                "version": result.version,
            }
        )
        return 3 if result.truncated else 0
    table = Table(*(escape(c) for c in result.columns), box=None, header_style="bold")
    for row in result.rows:
        table.add_row(*(escape("" if v is None else str(v)) for v in row))
    out.print(table)
    cut = (
        f"  [yellow]cut: there are more than {limit}; raise --limit[/]" if result.truncated else ""
    )
    out.print(f"{len(result.rows)} rows in {result.seconds:.2f} s{cut}")
    return 3 if result.truncated else 0
