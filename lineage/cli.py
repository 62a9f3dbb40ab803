"""The command line: ``lineage …``.

Exit status: 0 clean, 1 findings (``--fail-on``), 2 usage, 3 input or store incomplete.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as distribution_version
from pathlib import Path
from typing import ParamSpec

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from lineage.demo import ingest_demo
from lineage.errors import AmbiguousError, LineageError
from lineage.export.impact import (
    caveats,
    explanation_as_json,
    headline,
    impact_as_csv,
    impact_as_json,
    impact_as_markdown,
    place_of,
    rows,
)
from lineage.export.scans import scan_as_json
from lineage.graph import Graph
from lineage.impact import CERTAINTIES, Certainty, Impact, Policy, explain, impact
from lineage.pipeline import Tally, ingest
from lineage.scan import scan, targets
from lineage.store import QueryLimits, Store, default_address, demo_address, open_store

P = ParamSpec("P")

_PIPED_WIDTH = 160

out = Console(
    soft_wrap=True,
    width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPED_WIDTH,
)
err = Console(stderr=True, soft_wrap=True)

store_option = click.option(
    "--store",
    "address",
    default=default_address,
    show_default="LINEAGE_STORE, or a file",
    help="A file path, or neo4j://, neo4j+s://, bolt://.",
)


def reported(command: Callable[P, int]) -> Callable[P, None]:
    """Turns errors into one message on stderr, and the result into the exit status."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except AmbiguousError as error:
            err.print(f"[bold red]lineage:[/] {escape(str(error))}")
            for candidate in error.candidates:
                err.print(f"  {escape(candidate)}", highlight=False)
            if error.total > len(error.candidates):
                err.print(f"  … and {error.total - len(error.candidates)} more")
            code = error.exit_code
        except LineageError as error:
            err.print(f"[bold red]lineage:[/] {escape(str(error))}", highlight=False)
            code = error.exit_code
        except KeyboardInterrupt:
            err.print("lineage: stopped; what was written before is kept.")
            code = 130
        sys.exit(code)

    return run


@contextmanager
def opened(address: str) -> Iterator[Store]:
    """A store that is closed at the end."""
    store = open_store(address)
    try:
        yield store
    finally:
        store.close()


def print_json(value: object) -> None:
    """JSON on stdout, in one piece, with no wrapping or colour."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(distribution_version("lineage-explorer"), prog_name="lineage")
def main() -> None:
    """Reads training configs into a lineage graph, and says what falls when a source goes."""
    with suppress(PackageNotFoundError):
        other = distribution_version("lineage")
        err.print(
            f"lineage: another package, “lineage” {other}, has the same import name; either may "
            "hide parts of the other. Install lineage-explorer in an environment of its own."
        )


@main.command("ingest")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option
@click.option("--dry-run", is_flag=True, help="Read and report; write nothing.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--strict", is_flag=True, help="Exit 3 if anything was skipped.")
@click.option("--repository", help="A name for the repository, instead of the one found.")
@reported
def ingest_command(
    paths: tuple[Path, ...],
    address: str,
    dry_run: bool,
    form: str,
    strict: bool,
    repository: str | None,
) -> int:
    """Reads configs, cards and manifests below PATHS into the store."""
    chosen = targets(paths, repository)
    if dry_run:
        scanned = [item for target in chosen for item in scan(target)]
        tally = Tally()
        for item in scanned:
            tally.add(item)
        if form == "json":
            print_json(scan_as_json(scanned))
    else:
        with opened(address) as store, _progress(sum(len(t.files) for t in chosen)) as update:
            tally = ingest(chosen, store, update)
            graph = None if form == "json" else Graph(store.snapshot())
        if form == "json":
            print_json(
                {
                    "files": tally.files,
                    "formats": dict(sorted(tally.formats.items())),
                    "facts": tally.facts,
                    "asserted": tally.asserted,
                    "retracted": tally.retracted,
                    "gone": tally.gone,
                    "not_recognised": tally.not_recognised,
                    "unreadable": [{"path": u.path, "reason": u.reason} for u in tally.unreadable],
                    "skipped": [{"at": at, "reason": why} for at, why in tally.skipped],
                    "store": address if "@" not in address else "",
                    "version": tally.version,
                }
            )
        elif graph is not None:
            _print_store(graph)
    if form == "table":
        _print_tally(tally, dry_run=dry_run)
    if not tally.complete or (strict and tally.skipped):
        return 3
    return 0


@contextmanager
def _progress(files: int) -> Iterator[Callable[[Tally], None]]:
    bar = Progress(
        TextColumn("reading"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} files"),
        TextColumn("{task.fields[facts]} facts"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    )
    with bar:
        task = bar.add_task("ingest", total=files, facts=0, rate="")

        def update(tally: Tally) -> None:
            speed = bar.tasks[0].speed
            bar.update(
                task,
                completed=tally.files,
                facts=tally.facts,
                rate=f"{speed:,.0f} files/s" if speed else "",
            )

        yield update


def _print_tally(tally: Tally, *, dry_run: bool) -> None:
    table = Table("Documents", "Files", box=None, header_style="bold")
    for name, count in sorted(tally.formats.items()):
        table.add_row(name, str(count))
    table.add_row("not recognised", str(tally.not_recognised), style="dim")
    if tally.unreadable:
        table.add_row("could not be read", str(len(tally.unreadable)), style="red")
    out.print(table)
    out.print(f"{tally.files:,} files, {tally.facts:,} facts", end="")
    out.print(
        " (dry run: nothing was written)"
        if dry_run
        else f"; {tally.asserted:,} assertions new or changed, {tally.retracted:,} retracted"
        f"{f', {tally.gone:,} documents gone' if tally.gone else ''}"
    )
    for item in tally.unreadable:
        out.print(f"[red]not read[/]  {escape(item.path)}: {escape(item.reason)}", highlight=False)
    shown = 20
    for at, reason in tally.skipped[:shown]:
        out.print(f"[yellow]skipped[/]   {escape(at)}: {escape(reason)}", highlight=False)
    if len(tally.skipped) > shown:
        out.print(
            f"… and {len(tally.skipped) - shown:,} more skipped places "
            "(all of them: --dry-run --format json)"
        )
    if not dry_run:
        out.print(
            "Next: [bold]lineage ui[/], or [bold]lineage impact NAME[/] "
            "(lineage find TEXT lists names)"
        )


def _print_store(graph: Graph) -> None:
    from lineage.impact import unknown_inputs

    unknown = unknown_inputs(graph, Policy())
    out.print(
        f"Store {escape(graph.store)}, version {graph.version}: "
        f"{int(graph.is_artifact.sum()):,} artifacts, {len(graph.edges):,} assertions; "
        f"{int((unknown & graph.is_artifact).sum()):,} artifacts stand on something of "
        "unknown origin",
        highlight=False,
    )


@main.command("find")
@click.argument("text")
@store_option
@click.option("--limit", default=30, show_default=True, type=click.IntRange(1))
@reported
def find_command(text: str, address: str, limit: int) -> int:
    """Lists artifacts, parties and grants whose name or id contains TEXT."""
    with opened(address) as store:
        graph = Graph(store.snapshot())
    found = graph.search(text)
    table = Table("Kind", "Name", "Id", box=None, header_style="bold")
    for number in found[:limit]:
        node = graph.nodes[number]
        table.add_row(node.kind.value, escape(graph.shown(number)), escape(node.id))
    out.print(table)
    out.print(f"{min(limit, len(found))} of {len(found)}")
    return 0 if found else 1


@main.command("impact")
@click.argument("names", nargs=-1, required=True)
@store_option
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv", "markdown"]), default="table"
)
@click.option(
    "--fail-on",
    type=click.Choice([c.value for c in (Certainty.PROVEN, Certainty.POSSIBLE)]),
    help="Exit 1 if anything is affected with at least this certainty.",
)
@click.option(
    "--current-only", is_flag=True, help="Leave out assertions that documents no longer make."
)
@reported
def impact_command(
    names: tuple[str, ...], address: str, form: str, fail_on: str | None, current_only: bool
) -> int:
    """Shows everything affected if NAMES go: ids, names, or unambiguous parts of them."""
    with opened(address) as store:
        graph = Graph(store.snapshot())
    policy = Policy(counts_retracted=not current_only)
    answer = impact(graph, [graph.resolve(name) for name in names], policy)
    if form == "json":
        print_json(impact_as_json(answer, graph))
    elif form == "csv":
        click.echo(impact_as_csv(answer, graph), nl=False)
    elif form == "markdown":
        click.echo(impact_as_markdown(answer, graph), nl=False)
    else:
        _print_impact(answer, graph)
    return _verdict(answer, fail_on)


def _verdict(answer: Impact, fail_on: str | None) -> int:
    certainty = answer.counts["certainty"]
    hit = certainty.get("proven", 0) + (
        certainty.get("possible", 0) if fail_on == "possible" else 0
    )
    return 1 if fail_on and hit else 0


def _print_impact(answer: Impact, graph: Graph) -> None:
    out.print(f"[bold]{escape(headline(answer, graph))}[/]", highlight=False)
    for line in caveats(answer):
        out.print(f"  {escape(line)}", highlight=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("Ring", "Kind", "Certainty", "Effect"):
        table.add_column(column, no_wrap=True)
    table.add_column("Name", overflow="fold", ratio=2)
    table.add_column("Because", overflow="fold", ratio=3)
    for row in rows(answer, graph):
        where = f"{row['document']}:{row['line']}" if row["line"] else str(row["document"])
        risks = f" [red]({escape(str(row['risks']))})[/]" if row["risks"] else ""
        table.add_row(
            str(row["distance"]),
            str(row["kind"]),
            str(row["certainty"]),
            str(row["effect"]),
            f"{escape(str(row['name']))}{risks}",
            f"{escape(str(row['because']))} [dim]{escape(where)}[/]",
        )
    out.print(table)
    out.print(
        f"Store {escape(answer.store)}, version {answer.version}, policy {answer.policy}; "
        f"complete: {'yes' if answer.complete else 'no'}. "
        "Why: [bold]lineage explain SOURCE ARTIFACT[/]",
        highlight=False,
    )


@main.command("explain")
@click.argument("source")
@click.argument("artifact")
@store_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@reported
def explain_command(source: str, artifact: str, address: str, form: str) -> int:
    """Shows the chain of assertions that leads from SOURCE to ARTIFACT."""
    with opened(address) as store:
        graph = Graph(store.snapshot())
    found = explain(graph, [graph.resolve(source)], graph.resolve(artifact))
    if form == "json":
        print_json(explanation_as_json(found, graph))
        return 0
    affected = found.artifact
    out.print(
        f"[bold]{escape(affected.name)}[/] is {affected.certainty} affected "
        f"({affected.effect}): {CERTAINTIES[affected.certainty]}.",
        highlight=False,
    )
    for number, step in enumerate(found.steps, 1):
        out.print(
            f"{number}. {escape(step.subject_name)}  [bold]{step.relation}[/]  "
            f"{escape(step.object_name)}  [dim]({step.transmits})[/]",
            highlight=False,
        )
        for edge in step.assertions:
            part = f", part: {edge.selector}" if edge.selector else ""
            gone = "" if edge.active else f", no longer said since {edge.retracted_at}"
            out.print(
                f"     {escape(place_of(graph, edge))}  "
                f"[dim]{escape(f'{edge.place} ({edge.evidence}{part}{gone})')}[/]",
                highlight=False,
            )
    return 0


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


@main.command("ui")
@store_option
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@reported
def ui_command(address: str, port: int, no_open: bool) -> int:
    """Opens the explorer in the browser, at 127.0.0.1."""
    from lineage.ui.launch import launch

    return launch(address, port=port, open_browser=not no_open)


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
        graph = Graph(store.snapshot())
    _print_tally(tally, dry_run=False)
    _print_store(graph)
    out.print(
        f"Try: [bold]lineage impact okcupid-user-photos --store {escape(address)}[/]",
        highlight=False,
    )
    if ingest_only:
        return 0 if tally.complete else 3
    from lineage.ui.launch import launch

    return launch(address, port=port, open_browser=not no_open)
