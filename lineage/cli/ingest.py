"""``lineage ingest``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from lineage.cli.base import err, main, opened, out, print_json, reported, store_option
from lineage.cli.history import (
    opened_histories,
    print_remembered,
    print_revisions,
    remember_all,
    revisions_of,
    unread,
)
from lineage.export.history import remembered_as_json, revision_as_json
from lineage.export.scans import scan_as_json, tally_as_json
from lineage.ledger import who
from lineage.pipeline import Tally, ingest, join
from lineage.scan import Target, scan, targets
from lineage.store import Store

if TYPE_CHECKING:
    from lineage.history import History


@main.command("ingest")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option
@click.option("--dry-run", is_flag=True, help="Read and report; write nothing.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--strict", is_flag=True, help="Exit 3 if anything was skipped.")
@click.option(
    "--history",
    "with_history",
    is_flag=True,
    help="Read every commit of the git repositories too: what was said once, with its dates.",
)
@click.option(
    "--verify-bytes",
    is_flag=True,
    help="Open every file, also those whose size, times and inode are as they were.",
)
@click.option("--repository", help="A name for the repository, instead of the one found.")
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=lambda: os.cpu_count() or 1,
    show_default="as many as there are processors",
    help="How many read at the same time.",
)
@reported
def ingest_command(
    paths: tuple[Path, ...],
    address: str,
    dry_run: bool,
    form: str,
    strict: bool,
    with_history: bool,
    verify_bytes: bool,
    repository: str | None,
    processes: int,
) -> int:
    """Reads configs, cards and manifests below PATHS into the store.

    Exit 1 if something came back that a revocation case had made go, or a case has grown.
    """
    chosen = targets(paths, repository)
    with opened_histories(chosen, wanted=with_history) as past:
        if dry_run:
            tally, complete = _dry_run(chosen, past, form)
        else:
            with opened(address) as store:
                tally, complete = _ingest(
                    chosen, past, store, form, processes=processes, verify_bytes=verify_bytes
                )
    if not complete or (strict and tally.skipped):
        return 3
    return 1 if tally.alarms else 0


def _dry_run(chosen: Sequence[Target], past: Sequence[History], form: str) -> tuple[Tally, bool]:
    """Reads and reports; gives the tally, and whether all could be read."""
    scanned = [item for target in chosen for item in scan(target)]
    tally = Tally()
    for item in scanned:
        tally.add(item)
    if form == "json":
        revisions = list(revisions_of(past))
        told = {"revisions": [revision_as_json(r) for r in revisions]} if past else {}
        print_json(scan_as_json(scanned) | told)
        return tally, tally.complete and not any(map(unread, revisions))
    print_tally(tally, dry_run=True)
    complete = print_revisions(revisions_of(past))
    return tally, tally.complete and complete


def _ingest(
    chosen: Sequence[Target],
    past: Sequence[History],
    store: Store,
    form: str,
    *,
    processes: int,
    verify_bytes: bool,
) -> tuple[Tally, bool]:
    """Reads into the store and reports; gives the tally, and whether all could be read."""
    with _progress(sum(len(t.files) for t in chosen)) as update:
        tally = ingest(
            chosen, store, update, processes=processes, verify_bytes=verify_bytes, by=who(None)
        )
    remembered = remember_all(past, store)
    if past:
        tally.version = join(store)
    if form == "json":
        told = {"history": [remembered_as_json(r) for r in remembered]} if past else {}
        print_json(tally_as_json(tally, store.location) | told)
    else:
        print_tally(tally, dry_run=False)
        print_remembered(remembered)
        print_next()
    return tally, tally.complete and not any(r.unreadable for r in remembered)


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


def print_tally(tally: Tally, *, dry_run: bool) -> None:
    """Says what was read, and what was not and why."""
    table = Table("Documents", "Files", box=None, header_style="bold")
    for name, count in sorted(tally.formats.items()):
        table.add_row(name, str(count))
    if tally.unchanged:
        table.add_row("as they were", str(tally.unchanged), style="dim")
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
    for alarm in tally.alarms:
        out.print(f"[bold white on red] CASE [/] {escape(alarm)}", highlight=False)
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


def print_next() -> None:
    """Says what to do next."""
    out.print(
        "Next: [bold]lineage coverage[/] (what is not understood or of unknown origin), "
        "[bold]lineage ui[/], or [bold]lineage impact NAME[/] (lineage find TEXT lists names)"
    )
