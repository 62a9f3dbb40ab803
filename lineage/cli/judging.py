"""What is judged, when and by which rules: what the commands about rights share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from lineage.cli.base import opened
from lineage.graph import Graph
from lineage.rights import Rights, Severity, rights, rules_of
from lineage.rights.rules import RULES_FILE, users_rules

rules_option = click.option(
    "--rules",
    "rules_path",
    type=click.Path(path_type=Path),
    default=users_rules,
    show_default=f"LINEAGE_RULES, or {RULES_FILE} here",
    help="A file that adds rules, changes them, or switches some off for a time.",
)
at_option = click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d"]),
    default=lambda: datetime.now(UTC).date().isoformat(),
    show_default="today",
    help="The day on which rights are judged.",
)
COLOURS = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "dim",
}
limit_option = click.option(
    "--limit",
    default=40,
    show_default=True,
    type=click.IntRange(0),
    help="Rows in each table; JSON has all.",
)


def judged(
    names: Sequence[str], address: str, rules_path: Path | None, at: datetime
) -> tuple[Rights, Graph]:
    """What is found of names, or of everything, and the part of the graph that was looked at."""
    rules = rules_of(rules_path)
    with opened(address) as store:
        graph = Graph.of(store)
    answer = rights(graph, [graph.resolve(name) for name in names], at.date(), rules)
    return answer, answer.part.graph
