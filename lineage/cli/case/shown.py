"""``lineage case list``, ``show`` and ``worklist``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from lineage.cases import Case, case_of, cases
from lineage.cli.base import opened, out, print_json, reported, store_option
from lineage.cli.case.orders import case_group
from lineage.cli.ledger import format_option
from lineage.errors import InputError
from lineage.export.cases import (
    case_as_json,
    deadline_words,
    effort_words,
    plain,
    rows_of,
    told_of,
)
from lineage.export.worklists import as_csv, as_jira, as_markdown, as_script
from lineage.store import Store


@case_group.command("list")
@store_option
@format_option
@reported
def list_command(address: str, form: str) -> int:
    """Lists the cases: status, deadline, what is open."""
    with opened(address) as store:
        ledger = store.ledger()
        found = [(case, told_of(ledger, case)) for case in cases(ledger)]
    if form == "json":
        print_json([case_as_json(case, told) for case, told in found])
        return 0
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("Case", "Status", "Deadline", "Open", "Cause", "By whom", "What is revoked"):
        table.add_column(column, overflow="fold")
    for case, told in found:
        table.add_row(
            case.id,
            case.status,
            deadline_words(case),
            f"{len(case.open_steps)} of {len(case.steps)}",
            str(case.body["cause"]),
            escape(plain(told, case.body.get("issued_by"))),
            escape(", ".join(map(str, case.body["roots"]))),
        )
    out.print(table)
    out.print(f"{len(found)} cases")
    return 0


@case_group.command("show")
@click.argument("case")
@store_option
@format_option
@click.option("--open", "only_open", is_flag=True, help="Only steps that are not settled.")
@reported
def show_command(case: str, address: str, form: str, only_open: bool) -> int:
    """Shows a case: its order, and its steps by wave with status, owner and receipt."""
    with opened(address) as store:
        found, told = read(store, case)
    if form == "json":
        print_json(case_as_json(found, told))
    else:
        _print_case(found, told, only_open=only_open)
    return 0


def read(store: Store, id_: str) -> tuple[Case, dict[str, str]]:
    """A case, and the names and notes that belong to it."""
    case = case_of(store.ledger(), id_)
    return case, told_of(store.ledger(), case)


def _print_case(case: Case, told: dict[str, str], *, only_open: bool) -> None:
    body = case.body
    out.print(
        f"[bold]Case {case.id}[/] {case.status}: {body['cause']}, issued by "
        f"{escape(plain(told, body.get('issued_by')))} ({escape(plain(told, body.get('right')))})",
        highlight=False,
    )
    part = plain(told, body.get("part"))
    out.print(
        f"  revoked: {escape(', '.join(body['roots']))}{escape(f'; part: {part}' if part else '')}",
        highlight=False,
    )
    out.print(
        f"  received {body['received']}; deadline {deadline_words(case)}; opened "
        f"{case.opened_at[:16]} by {escape(plain(told, case.opened_by))}",
        highlight=False,
    )
    out.print(f"  {effort_words(case.plan)}; snapshot {body['snapshot']}", highlight=False)
    rows = rows_of(case, told)
    still = {s.step.id for s in case.open_steps}
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("Step", "Wave", "Action", "Status"):
        table.add_column(column, no_wrap=True)
    for column in ("Name", "Owner", "Waits for", "Done", "Verified", "Looked"):
        table.add_column(column, overflow="fold")
    for r in rows:
        if not only_open or r["step"] in still:
            table.add_row(*(escape(str(r[k])) for k in (
                "step", "wave", "action", "status", "name", "owner", "waits for", "done",
                "verified", "looked",
            )))  # fmt: skip
    out.print(table)
    out.print(f"{len(still)} of {len(rows)} steps are open", highlight=False)
    for doubt in case.plan.doubts:
        out.print(f"  in doubt: {escape(doubt)}", highlight=False)


_LISTS: dict[str, Callable[[Case, dict[str, str]], str]] = {
    "script": lambda case, _: as_script(case),
    "csv": as_csv,
    "jira": as_jira,
    "markdown": as_markdown,
}


@case_group.command("worklist")
@click.argument("case")
@click.option("--format", "form", type=click.Choice(list(_LISTS)), default="markdown")
@click.option("--out", "file", type=click.Path(path_type=Path, dir_okay=False))
@store_option
@reported
def worklist_command(case: str, form: str, file: Path | None, address: str) -> int:
    """Writes what is open for those who do it: a script to review, or tickets. Runs nothing."""
    with opened(address) as store:
        found, told = read(store, case)
    text = _LISTS[form](found, told)
    if file is None:
        click.echo(text, nl=False)
        return 0
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", location=str(file)) from error
    out.print(f"{len(found.open_steps)} open steps in {escape(str(file))}", highlight=False)
    return 0
