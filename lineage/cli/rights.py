"""``lineage rights``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.base import main, out, print_json, reported, store_option
from lineage.cli.judging import COLOURS, at_option, judged, limit_option, rules_option
from lineage.export.findings import chain, rights_as_json, sources_as_json
from lineage.graph import Graph
from lineage.rights import Finding, Rights, Severity
from lineage.rights.sources import ANSWERS, Source, sources


@main.command("rights")
@click.argument("names", nargs=-1)
@store_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option(
    "--fail-on",
    type=click.Choice([s.word for s in reversed(Severity)]),
    help="Exit 1 on a finding that is at least so grave.",
)
@limit_option
@rules_option
@at_option
@reported
def rights_command(
    names: tuple[str, ...],
    address: str,
    form: str,
    fail_on: str | None,
    limit: int,
    rules_path: Path | None,
    at: datetime,
) -> int:
    """Says by what right NAMES, and all they stand on, are held and used, and what is wrong.

    Without NAMES: of everything in the store, each finding once, where it arises.
    """
    answer, graph = judged(names, address, rules_path, at)
    rows = sources(answer)
    if form == "json":
        print_json(rights_as_json(answer) | {"sources": sources_as_json(rows)})
    else:
        _print_sources(rows, limit)
        _print_findings(answer, graph, limit)
    failing = fail_on is not None and any(
        f.severity >= Severity[fail_on.upper()] for f in answer.findings
    )
    return 1 if failing else 0


def _print_sources(rows: Sequence[Source], limit: int) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("Source", "Holds", "Right to hold", "People", "Checked"):
        table.add_column(column, overflow="fold")
    table.add_column("Uses not permitted", overflow="fold")
    table.add_column("Models", justify="right")
    table.add_column("Services", justify="right")
    for row in rows[:limit]:
        uses = ", ".join(f"{use}: {word}" for use, word in row.uses.items() if word != "permitted")
        table.add_row(
            escape(row.name),
            escape(", ".join(row.categories)),
            row.right,
            row.consent,
            row.verification,
            escape(uses),
            f"{row.models:,}",
            f"{row.services:,}",
        )
    out.print(f"[bold]Sources, the riskiest first: {len(rows):,}[/]")
    out.print(table)
    if len(rows) > limit:
        out.print(f"  … and {len(rows) - limit:,} more (--limit, or --format json)")
    used = {w for r in rows for w in (r.right, r.consent, *r.uses.values())}
    for word in ANSWERS:
        if word in used:
            out.print(f"  [dim]{word}: {ANSWERS[word]}[/]")


def _print_findings(answer: Rights, graph: Graph, limit: int) -> None:
    out.print(f"[bold]Findings, the gravest first: {len(answer.findings):,}[/]")
    for finding in answer.findings[:limit]:
        _print_finding(finding, graph)
    if len(answer.findings) > limit:
        out.print(f"  … and {len(answer.findings) - limit:,} more (--limit, or --format json)")
    for decision in answer.decisions:
        done = "applied" if decision in answer.applied else "not applied"
        out.print(
            f"Decision ({done}): {escape(graph.shown(decision.number))} about "
            f"{escape(graph.shown(decision.about))}: no {escape(', '.join(decision.removes))}; "
            f"{escape(decision.reason or 'no reason')} ({escape(decision.by or 'by nobody named')}"
            f"{escape(f', {decision.on}' if decision.on else '')})",
            highlight=False,
        )
    if answer.silenced:
        out.print(f"{len(answer.silenced):,} findings are switched off:")
        for finding, off in answer.silenced[:limit]:
            out.print(
                f"  {finding.rule} at {escape(finding.name)}: {escape(off.reason)} "
                f"({escape(off.place)}, until {off.until})",
                highlight=False,
            )
    out.print(
        f"Store {escape(answer.store)}, version {answer.version}; judged on {answer.at} by rules "
        f"{escape(answer.rules)}. Next: [bold]lineage worklist[/] (what to find out first)",
        highlight=False,
    )


def _print_finding(finding: Finding, graph: Graph) -> None:
    colour = COLOURS[finding.severity]
    out.print(
        f"[{colour}]{finding.severity.word}[/] [bold]{finding.rule}[/] {escape(finding.what)} "
        f"[dim]({finding.certainty})[/]",
        highlight=False,
    )
    for line in chain(finding, graph):
        out.print(f"    [dim]{escape(line)}[/]", highlight=False)
    law = f"  [{finding.law}, {'verified' if finding.verified else 'unverified'}]"
    out.print(
        f"    settled by: {escape(finding.settles)}{escape(law) if finding.law else ''}",
        highlight=False,
    )
