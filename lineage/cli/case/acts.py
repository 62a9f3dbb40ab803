"""``lineage case assign``, ``done``, ``check``, ``verify`` and the other acts on steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click
from rich.markup import escape

from lineage.cases import (
    BASES,
    Acting,
    Case,
    Evidence,
    Status,
    assign,
    case_of,
    check,
    close,
    done,
    evidence_file,
    give_back,
    hold,
    refuse,
    release,
    verify_step,
)
from lineage.cli.base import opened, out, reported, store_option
from lineage.cli.case.orders import BASES_HELP, case_group
from lineage.cli.ledger import by_option
from lineage.errors import UsageError
from lineage.ledger import who
from lineage.store import Store
from lineage.verifiers import Where, look

steps_argument = click.argument("steps", nargs=-1, required=True)
reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why.")


def _acted(
    address: str,
    case: str,
    steps: Sequence[str],
    by: str | None,
    act: Callable[[Acting, list[str]], Case],
    word: str,
) -> int:
    with opened(address) as store:
        names = _named(store, case, steps)
        found = act(Acting(store, case, who(by)), names)
    out.print(
        f"{word}: {', '.join(names)}; {len(found.open_steps)} steps are open", highlight=False
    )
    return 0


def _named(store: Store, case: str, steps: Sequence[str]) -> list[str]:
    """Steps by id, artifact or wave: ``S3``, an artifact's id, ``wave:2``, ``all``."""
    found = case_of(store.ledger(), case)
    names: list[str] = []
    for text in steps:
        if text == "all" or text.startswith("wave:"):
            names += [
                s.step.id
                for s in found.open_steps
                if text == "all" or str(s.step.wave) == text.removeprefix("wave:")
            ]
        else:
            alike = [n for n, s in found.steps.items() if s.step.artifact == text]
            names += alike[:1] or [text]
    if not names:
        raise UsageError(f"case {case} has no open step like {', '.join(steps)}")
    return list(dict.fromkeys(names))


@case_group.command("assign")
@click.argument("case")
@steps_argument
@click.option("--to", required=True, metavar="NAME", help="To whom.")
@by_option
@store_option
@reported
def assign_command(case: str, steps: tuple[str, ...], to: str, by: str | None, address: str) -> int:
    """Gives STEPS to somebody. STEPS are ids, artifacts, wave:N, or all."""
    return _acted(address, case, steps, by, lambda a, s: assign(a, s, to), f"assigned to {to}")


@case_group.command("done")
@click.argument("case")
@steps_argument
@click.option("--how", required=True, metavar="TEXT", help="How it was done: tool, command.")
@click.option("--note", multiple=True, metavar="TEXT", help="Evidence as text. Repeatable.")
@click.option(
    "--file", "files", multiple=True, type=click.Path(path_type=Path, dir_okay=False),
    help="Evidence as a file: its digest is kept, the file stays with you. Repeatable.",
)  # fmt: skip
@click.option("--digest", default="", help="The digest that it had before.")
@by_option
@store_option
@reported
def done_command(
    case: str,
    steps: tuple[str, ...],
    how: str,
    note: tuple[str, ...],
    files: tuple[Path, ...],
    digest: str,
    by: str | None,
    address: str,
) -> int:
    """Notes that STEPS were carried out: how, and what shows it."""
    evidence = [*(Evidence(text) for text in note), *(evidence_file(path) for path in files)]

    def act(acting: Acting, names: list[str]) -> Case:
        return done(acting, names, how, evidence=evidence, digest_before=digest)

    return _acted(address, case, steps, by, act, "done")


@case_group.command("check")
@click.argument("case")
@click.argument("steps", nargs=-1)
@click.option(
    "--root", "roots", multiple=True, metavar="REPOSITORY=FOLDER",
    help="Where the files of a repository lie on this machine. Repeatable.",
)  # fmt: skip
@click.option("--mlflow", metavar="URI", help="The MLflow registry to look in.")
@click.option("--also", multiple=True, metavar="PLACE", help="Look at this place too. Repeatable.")
@click.option("--dry-run", is_flag=True, help="Say what would be looked at; look at nothing.")
@by_option
@store_option
@reported
def check_command(
    case: str,
    steps: tuple[str, ...],
    roots: tuple[str, ...],
    mlflow: str | None,
    also: tuple[str, ...],
    dry_run: bool,
    by: str | None,
    address: str,
) -> int:
    """Looks for what should be gone, read-only: of STEPS, or of all that are done.

    Exit 1 if something is still there.
    """
    where = Where(dict(_pair(r) for r in roots), mlflow)
    with opened(address) as store:
        found = case_of(store.ledger(), case)
        names = (
            _named(store, case, steps)
            if steps
            else [n for n, s in found.steps.items() if s.status is Status.DONE]
        )
        places = {n: [*found.steps[n].step.places, *also] for n in names if n in found.steps}
        looks: dict[str, list[tuple[str, str, str]]] = {}
        for name, wanted in places.items():
            for place in wanted:
                out.print(f"{name}: looking at {escape(place)}", highlight=False)
                if not dry_run:
                    outcome, how = look(place, where)
                    looks.setdefault(name, []).append((place, outcome, how))
                    colour = {"present": "red", "absent": "green"}.get(outcome, "yellow")
                    out.print(f"  [{colour}]{outcome}[/]: {escape(how)}", highlight=False)
        if looks:
            check(Acting(store, case, who(by)), looks)
    for name in names:
        if not places.get(name):
            out.print(f"{name}: no place is known where it lay", highlight=False)
    still = any(outcome == "present" for found_ in looks.values() for _, outcome, _ in found_)
    return 1 if still else 0


def _pair(text: str) -> tuple[str, Path]:
    name, separator, folder = text.rpartition("=")
    if not separator or not Path(folder).is_dir():
        raise UsageError(f"“{text}” is not REPOSITORY=FOLDER", remedy="The folder has to exist.")
    return name, Path(folder)


@case_group.command("verify")
@click.argument("case")
@steps_argument
@click.option("--remark", default="", metavar="TEXT", help="How you know.")
@by_option
@store_option
@reported
def verify_command(
    case: str, steps: tuple[str, ...], remark: str, by: str | None, address: str
) -> int:
    """Confirms, as another person than the one who did them, that STEPS were carried out."""
    return _acted(address, case, steps, by, lambda a, s: verify_step(a, s, remark), "verified")


@case_group.command("return")
@click.argument("case")
@steps_argument
@reason_option
@by_option
@store_option
@reported
def return_command(
    case: str, steps: tuple[str, ...], reason: str, by: str | None, address: str
) -> int:
    """Gives STEPS back that were not carried out as it was said."""
    return _acted(address, case, steps, by, lambda a, s: give_back(a, s, reason), "given back")


@case_group.command("refuse")
@click.argument("case")
@steps_argument
@reason_option
@click.option("--basis", required=True, type=click.Choice(list(BASES)), help=BASES_HELP)
@by_option
@store_option
@reported
def refuse_command(
    case: str, steps: tuple[str, ...], reason: str, basis: str, by: str | None, address: str
) -> int:
    """Notes that STEPS will not be carried out; the certificate lists them as exceptions."""
    return _acted(address, case, steps, by, lambda a, s: refuse(a, s, reason, basis), "refused")


@case_group.command("hold")
@click.argument("case")
@steps_argument
@reason_option
@by_option
@store_option
@reported
def hold_command(
    case: str, steps: tuple[str, ...], reason: str, by: str | None, address: str
) -> int:
    """Stops STEPS: there is a duty to preserve what they would make go."""
    return _acted(address, case, steps, by, lambda a, s: hold(a, s, reason), "held")


@case_group.command("release")
@click.argument("case")
@steps_argument
@reason_option
@by_option
@store_option
@reported
def release_command(
    case: str, steps: tuple[str, ...], reason: str, by: str | None, address: str
) -> int:
    """Ends the duty to preserve."""
    return _acted(address, case, steps, by, lambda a, s: release(a, s, reason), "released")


@case_group.command("close")
@click.argument("case")
@click.option("--statement", required=True, metavar="TEXT", help="What you declare.")
@by_option
@store_option
@reported
def close_command(case: str, statement: str, by: str | None, address: str) -> int:
    """Makes the statement; refused while a receipt is open or something is held."""
    with opened(address) as store:
        close(Acting(store, case, who(by)), statement)
    out.print(
        f"case {case} is closed. Next: [bold]lineage certificate issue {case} FOLDER[/]",
        highlight=False,
    )
    return 0
