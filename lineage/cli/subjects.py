"""``lineage subjects``: which versions of which data sets hold people who withdrew."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.base import main, out, print_json, reported
from lineage.cli.ledger import format_option, keys_option
from lineage.ledger import Keyring
from lineage.subjects import Registers, read_cohort, subjects_key
from lineage.subjects.cohorts import subjects_in

folder_option = click.option(
    "--registers",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of registers.  [default: LINEAGE_SUBJECTS, or in your data folder]",
)


@main.group("subjects")
def subjects_group() -> None:
    """Keeps which versions of a data set hold whom, as keyed digests; finds people who withdrew."""


@subjects_group.command("add")
@click.argument("dataset")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--version", required=True, metavar="TEXT", help="Which version of the data set.")
@click.option("--column", help="The column of a CSV file; without it, one id a line.")
@folder_option
@keys_option
@reported
def add_command(
    dataset: str, file: Path, version: str, column: str | None, folder: Path | None,
    keys: Path | None,
) -> int:  # fmt: skip
    """Makes the register of DATASET from the ids in FILE. The ids themselves are not kept."""
    key = subjects_key(Keyring(keys), create=True)
    made = Registers(folder).add(subjects_in(file, column), dataset, version, key)
    out.print(f"{len(made.digests):,} people in {escape(str(made.path))}", highlight=False)
    return 0


@subjects_group.command("list")
@folder_option
@reported
def list_command(folder: Path | None) -> int:
    """Lists the registers."""
    table = Table("Data set", "Version", "People", "Built", box=None, header_style="bold")
    for r in Registers(folder).all():
        table.add_row(escape(r.dataset), escape(r.version), f"{len(r.digests):,}", r.built_at)
    out.print(table)
    return 0


@subjects_group.command("find")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--since", default="", metavar="DATE", help="Who withdrew from this day on.")
@click.option("--until", default="", metavar="DATE", help="Who withdrew up to this day.")
@folder_option
@keys_option
@format_option
@reported
def find_command(
    file: Path, since: str, until: str, folder: Path | None, keys: Path | None, form: str
) -> int:
    """Says which versions hold the people in FILE: one id a line, or id,date of withdrawal.

    Exit 1 if some version holds one of them.
    """
    cohort = read_cohort(
        file, since=since, until=until, registers=Registers(folder), keyring=Keyring(keys)
    )
    if form == "json":
        print_json(cohort.body())
    else:
        table = Table("Data set", "Version", "People", box=None, header_style="bold")
        for dataset, version, hits in cohort.found:
            table.add_row(escape(dataset), escape(version), f"{hits:,}")
        out.print(table)
        out.print(
            f"{cohort.count:,} people; versions that hold any of them: {len(cohort.found)}. "
            "To act: [bold]lineage case open --subjects FILE[/]",
            highlight=False,
        )
    return 1 if cohort.found else 0
