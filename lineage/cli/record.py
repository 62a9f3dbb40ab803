"""``lineage record``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from lineage.cli.base import main, reported, store_option
from lineage.cli.judging import at_option, judged, rules_option
from lineage.export.record import record_as_csv, record_as_html, record_as_markdown
from lineage.rights.record import record_of


@main.command("record")
@click.argument("name")
@store_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html", "csv"]),
    default="markdown",
    show_default=True,
)
@rules_option
@at_option
@reported
def record_command(
    name: str, address: str, form: str, rules_path: Path | None, at: datetime
) -> int:
    """Writes the record of processing and of training data of one artifact: NAME.

    What it stands on, by what rights, who holds it, in what it is used; and every gap.
    """
    answer, _ = judged([name], address, rules_path, at)
    write = {
        "markdown": record_as_markdown,
        "html": record_as_html,
        "csv": record_as_csv,
    }[form]
    click.echo(write(record_of(answer)), nl=False)
    return 0
