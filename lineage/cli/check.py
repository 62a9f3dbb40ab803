"""``lineage check``: the gate for CI and for commits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape

from lineage.cli.base import err, main, opened, out, print_json, reported, store_option
from lineage.cli.judging import at_option, rules_option
from lineage.errors import StoreError
from lineage.gate import (
    Checked,
    Diagnostic,
    baseline_of,
    check,
    read_baseline,
    with_baseline,
)
from lineage.graph import Graph
from lineage.rights.rules import Severity, rules_of
from lineage.scan import targets
from lineage.store import NEO4J_SCHEMES


@main.command("check")
@click.argument("things", nargs=-1, required=True, metavar="PATH|ARTIFACT…")
@store_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "junit"]),
    default="text",
    show_default=True,
)
@click.option(
    "--fail-on",
    type=click.Choice([*(s.word for s in reversed(Severity)), "never"]),
    default="high",
    show_default=True,
    help="Exit 1 on a new finding that is at least so grave.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    help="A file of findings that are known: they are shown, and do not fail.",
)
@click.option(
    "--write-baseline", type=click.Path(path_type=Path), help="Write all that is found to a file."
)
@click.option("--repository", help="A name for the repository, instead of the one found.")
@rules_option
@at_option
@reported
def check_command(
    things: tuple[str, ...],
    address: str,
    form: str,
    fail_on: str,
    baseline: Path | None,
    write_baseline: Path | None,
    repository: str | None,
    rules_path: Path | None,
    at: datetime,
) -> int:
    """Says whether files, or artifacts of the store, stand on what they must not be built on.

    Files are read as they would be ingested and judged against the store; nothing is written.
    """
    rules = rules_of(rules_path)
    paths = [Path(thing) for thing in things if Path(thing).exists()]
    names = [thing for thing in things if not Path(thing).exists()]
    chosen = targets(paths, repository)
    known = read_baseline(baseline) if baseline else frozenset[str]()
    with opened(existing(address)) as store:
        graph = Graph.of(store)
    checked = check(graph, chosen, names, at.date(), rules)
    checked.diagnostics = with_baseline(checked.diagnostics, known)
    if write_baseline:
        told = json.dumps(baseline_of(checked.diagnostics), ensure_ascii=False, indent=1)
        write_baseline.write_text(f"{told}\n", "utf-8")
    least = None if fail_on == "never" else Severity[fail_on.upper()]
    _print(checked, form, least)
    if checked.failing(least):
        return 1
    return 3 if checked.unreadable else 0


def existing(address: str) -> str:
    """The address of a store that is there: a check without one would know nothing.

    Raises:
        StoreError: there is no such file.
    """
    if not address.startswith(NEO4J_SCHEMES) and not Path(address).expanduser().exists():
        raise StoreError(
            "there is no store, so nothing is known of any source",
            location=address,
            remedy="Write one with: lineage ingest PATH, or name another with --store.",
        )
    return address


def _print(checked: Checked, form: str, least: Severity | None) -> None:
    from lineage.export.findings import checked_as_json
    from lineage.export.junit import checked_as_junit
    from lineage.export.sarif import checked_as_sarif

    if form == "json":
        print_json(checked_as_json(checked))
    elif form == "sarif":
        print_json(checked_as_sarif(checked))
    elif form == "junit":
        click.echo(checked_as_junit(checked, least), nl=False)
    else:
        _print_text(checked, least)


def _print_text(checked: Checked, least: Severity | None) -> None:
    for path, why in checked.unreadable:
        out.print(f"{escape(path)}: [red]not read[/]: {escape(why)}", highlight=False)
    for d in checked.diagnostics:
        if d.counts:
            out.print(
                f"{escape(d.path)}:{d.line}: [bold]{d.rule}[/]: {escape(d.message)} "
                f"[{_COLOURS[d.severity]}]({d.severity.word})[/]",
                highlight=False,
            )
            out.print(f"    [dim]settled by: {escape(d.settles)}[/]", highlight=False)
    failing = checked.failing(least)
    for line in _summary(checked, failing):
        err.print(escape(line), highlight=False)


_COLOURS = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "dim",
}


def _summary(checked: Checked, failing: Sequence[Diagnostic]) -> list[str]:
    new = [d for d in checked.diagnostics if d.counts]
    old = sum(d.old for d in checked.diagnostics)
    off = [d.off for d in checked.diagnostics if d.off is not None]
    lines = [
        f"{len(checked.files)} documents judged by {checked.rules.name}: {len(new)} findings, "
        f"{len(failing)} of them fail"
        + (f"; {old} are in the baseline" if old else "")
        + (f"; {len(off)} are switched off" if off else "")
    ]
    lines += sorted({f"  switched off by {o.place} until {o.until}: {o.reason}" for o in off})
    return lines
