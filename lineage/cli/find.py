"""``lineage find``."""

from __future__ import annotations

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.base import main, opened, out, reported, store_option
from lineage.graph import Graph


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
