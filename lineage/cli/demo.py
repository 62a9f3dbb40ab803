"""``lineage demo``."""

from __future__ import annotations

import click
from rich.markup import escape

from lineage.cli.base import main, opened, out, reported
from lineage.cli.ingest import print_tally
from lineage.demo import ingest_demo
from lineage.graph import Graph
from lineage.impact import Policy, unknown_inputs
from lineage.store import demo_address


@main.command("demo")
@click.option("--store", "address", default=demo_address, show_default="a file of its own")
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@click.option("--ingest-only", is_flag=True, help="Load the demo and stop.")
@reported
def demo_command(address: str, port: int, no_open: bool, ingest_only: bool) -> int:
    """Loads the OkCupid story and the public face-recognition lineage, and opens the explorer."""
    with opened(address) as store:
        tally = ingest_demo(store)
        graph = Graph.of(store)
    print_tally(tally, dry_run=False)
    print_store(graph)
    out.print(
        f"Try: [bold]lineage impact okcupid-user-photos --store {escape(address)}[/]",
        highlight=False,
    )
    if ingest_only:
        return 0 if tally.complete else 3
    from lineage.ui.launch import launch

    return launch(address, port=port, open_browser=not no_open)


def print_store(graph: Graph) -> None:
    """Says what the store now holds, and how much of it stands on unknowns."""
    unknown = unknown_inputs(graph, Policy())
    out.print(
        f"Store {escape(graph.store)}, version {graph.version}: "
        f"{int(graph.is_artifact.sum()):,} artifacts, {len(graph.edges):,} assertions; "
        f"{int((unknown & graph.is_artifact).sum()):,} artifacts stand on something of "
        "unknown origin",
        highlight=False,
    )
