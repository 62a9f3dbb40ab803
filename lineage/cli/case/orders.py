"""``lineage case``: an order, what it would hit, and the case that is opened on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from lineage.cases import BASES, Case, Order, Preview, case_of, cases, open_case, preview
from lineage.cases.opening import DEADLINES, after_days
from lineage.cli.base import main, opened, out, print_json, reported, store_option
from lineage.cli.ledger import by_option, format_option
from lineage.errors import InputError, UsageError
from lineage.export.cases import (
    alternative_as_json,
    case_as_json,
    counts_words,
    deadline_words,
    effort_words,
    plain,
    preview_as_json,
    rows_of,
    told_of,
)
from lineage.export.worklists import as_csv, as_jira, as_markdown, as_script
from lineage.graph import Graph
from lineage.ledger import who
from lineage.plan import PLANS, Plan, RemediationPolicy, Role, read_policy
from lineage.store import Store
from lineage.subjects import Cohort, read_cohort
from lineage.vocabulary import REVOCATION_CAUSES


@main.group("case")
def case_group() -> None:
    """Takes a revocation from the order to the proof: plan, steps, receipts, statement.

    Lineage deletes nothing itself: it says what has to go, keeps who did what, and looks.
    """


_ORDER = (
    click.argument("names", nargs=-1),
    click.option(
        "--subjects", "cohort", type=click.Path(path_type=Path, dir_okay=False),
        help="A file of people who withdrew, one id a line: adds the data sets that hold them.",
    ),
    click.option(
        "--part", default="", metavar="TEXT", help="Which part is revoked, if not all of it."
    ),
    click.option("--ours", multiple=True, metavar="PARTY", help="A party that is us. Repeatable."),
    click.option(
        "--policy", default="keep", metavar="NAME|FILE",
        help=f"Which actions are preferred: {', '.join(PLANS)}, or a file (docs/cases.md).",
    ),
)  # fmt: skip


def order_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a preview and a case have in common: what is revoked, and by which policy."""
    for option in reversed(_ORDER):
        command = option(command)
    return command


@case_group.command("preview")
@order_options
@store_option
@format_option
@reported
def preview_command(
    names: tuple[str, ...],
    cohort: Path | None,
    part: str,
    ours: tuple[str, ...],
    policy: str,
    address: str,
    form: str,
) -> int:
    """Shows what a case on NAMES would mean: the plan, and other ways beside it.

    Nothing is changed.
    """
    with opened(address) as store:
        graph = Graph.of(store)
    order = _order(graph, names, read_cohort(cohort) if cohort else None, part, ours)
    found = preview(graph, order, _policy(policy))
    if form == "json":
        print_json(preview_as_json(found, graph))
    else:
        _print_preview(found)
    return 0


def _order(
    graph: Graph, names: Sequence[str], cohort: Cohort | None, part: str, ours: Sequence[str],
    **said: str,
) -> Order:  # fmt: skip
    roots = [graph.nodes[graph.resolve(name)].id for name in names]
    if cohort:
        roots += [graph.nodes[graph.resolve(d)].id for d in cohort.datasets]
        part = part or f"the records of {cohort.count} people who withdrew"
    if not roots:
        raise UsageError(
            "nothing was named to be revoked",
            remedy="Name sources, data sets, grants or parties, or give --subjects.",
        )
    given = {"cause": "order", "issued_by": "", "right": "", "received": "", **said}
    return Order(
        tuple(dict.fromkeys(roots)),
        part=part,
        ours=tuple(graph.nodes[graph.resolve(p)].id for p in ours),
        cohort=cohort.body() if cohort else {},
        **given,
    )


def _policy(text: str) -> RemediationPolicy:
    return PLANS[text] if text in PLANS else read_policy(Path(text))


def _print_preview(found: Preview) -> None:
    _print_plan(found.plan)
    table = Table(box=None, header_style="bold", pad_edge=False, title="Side by side")
    for column in ("Way", "Kept", "Ended", "Taken out of", "Waves", "Effort", "What it means"):
        table.add_column(column, overflow="fold")
    for a in map(alternative_as_json, found.alternatives):
        effort = f"{a['hours']:g} h, {a['unknown_effort']} unknown"
        assumes = f" (assumes: {a['assumes']})" if a["assumes"] else ""
        table.add_row(
            a["name"], str(a["kept"]), str(a["ended"]), str(a["taken_out"]), str(a["waves"]),
            effort, f"{a['says']}{assumes}",
        )  # fmt: skip
    out.print(table)
    out.print(
        "Nothing was changed. To open the case: [bold]lineage case open[/] with the same names.",
        highlight=False,
    )


def _print_plan(plan: Plan) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("Wave", "Action", "Kind"):
        table.add_column(column, no_wrap=True)
    table.add_column("Name", overflow="fold", ratio=2)
    table.add_column("Why it suffices", overflow="fold", ratio=3)
    for step in plan.steps:
        if step.role is not Role.NAME:
            table.add_row(
                str(step.wave), step.action.value, step.kind, escape(step.name), escape(step.why)
            )
    out.print(table)
    out.print(escape(f"{counts_words(plan)}; {effort_words(plan)}"), highlight=False)
    for doubt in plan.doubts:
        out.print(f"  in doubt: {escape(doubt)}", highlight=False)


@case_group.command("open")
@order_options
@click.option("--cause", required=True, type=click.Choice(list(REVOCATION_CAUSES)))
@click.option("--issued-by", required=True, metavar="TEXT", help="Who ordered or withdrew it.")
@click.option("--right", required=True, metavar="TEXT", help="By what right: an order, an article.")
@click.option("--received", required=True, metavar="DATE", help="When it came, YYYY-MM-DD.")
@click.option("--deadline", default="", metavar="DATE", help="Until when it has to be done.")
@click.option(
    "--days", type=click.Choice([str(d) for d in DEADLINES]),
    help="The deadline in days from the day it came, where the order's text is not at hand.",
)  # fmt: skip
@click.option(
    "--deadline-source", default="", metavar="TEXT",
    help="Where the deadline stands; without it, it is shown as unverified.",
)  # fmt: skip
@click.option("--overdue", is_flag=True, help="Open it although the deadline is past.")
@by_option
@store_option
@reported
def open_command(
    names: tuple[str, ...],
    cohort: Path | None,
    part: str,
    ours: tuple[str, ...],
    policy: str,
    cause: str,
    issued_by: str,
    right: str,
    received: str,
    deadline: str,
    days: str | None,
    deadline_source: str,
    overdue: bool,
    by: str | None,
    address: str,
) -> int:
    """Opens a case on NAMES and freezes the snapshot it is decided on."""
    if days and deadline:
        raise UsageError("give --deadline or --days, not both")
    with opened(address) as store:
        graph = Graph.of(store)
        order = _order(
            graph,
            names,
            read_cohort(cohort) if cohort else None,
            part,
            ours,
            cause=cause,
            issued_by=issued_by,
            right=right,
            received=received,
            deadline=after_days(received, int(days)) if days else deadline,
            deadline_source=deadline_source,
        )
        id_ = open_case(
            store, graph, order, by=who(by), remediation=_policy(policy), overdue=overdue
        )
        case = case_of(store.ledger(), id_)
    out.print(f"[bold]case {id_}[/] is open: {counts_words(case.plan)}", highlight=False)
    out.print(f"  deadline: {deadline_words(case)}; {effort_words(case.plan)}", highlight=False)
    out.print(f"  snapshot {case.body['snapshot']}", highlight=False)
    out.print(f"Next: [bold]lineage case show {id_}[/], [bold]lineage case worklist {id_}[/]")
    return 0


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


BASES_HELP = "; ".join(f"{k}: {v}" for k, v in BASES.items())
