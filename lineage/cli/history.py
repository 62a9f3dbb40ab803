"""``lineage ingest --history``: the part of the command that reads what configs said once.

What reads git is loaded only where a history is asked for: most ingests ask for none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from lineage.cli.base import err, out
from lineage.scan import Outcome, Target
from lineage.store import Store

if TYPE_CHECKING:
    from lineage.history import History, Remembered, Revision


@contextmanager
def opened_histories(chosen: Sequence[Target], *, wanted: bool) -> Iterator[list[History]]:
    """The histories of what is ingested, if they are wanted, closed at the end."""
    if not wanted:
        yield []
        return
    from lineage.history import histories

    found = histories(chosen)
    try:
        yield found
    finally:
        for history in found:
            history.close()


def remember_all(found: Sequence[History], store: Store) -> list[Remembered]:
    """Replays each repository's history into the store; its files were ingested before."""
    if not found:
        return []
    from lineage.history import remember

    tallies = []
    for history in found:
        with _progress() as update:
            tallies.append(remember(history, store, update))
    return tallies


def revisions_of(found: Sequence[History]) -> Iterator[Revision]:
    """What each revision of each document says, oldest first; nothing is written."""
    if not found:
        return
    from lineage.history import Replay

    for history in found:
        for step in Replay(history, None).steps():
            yield from step.revisions


@contextmanager
def _progress() -> Iterator[Callable[[Remembered], None]]:
    bar = Progress(
        TextColumn("replaying"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} commits"),
        TextColumn("{task.fields[documents]} documents"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    )
    with bar:
        task = bar.add_task("history", total=None, documents=0)

        def update(tally: Remembered) -> None:
            bar.update(task, completed=tally.done, total=tally.commits, documents=tally.documents)

        yield update


def print_revisions(revisions: Iterable[Revision]) -> bool:
    """Says of each revision where it is, since when, and what it is; whether all were read."""
    complete = True
    for revision in revisions:
        complete &= not unread(revision)
        scanned = revision.scanned
        what = "gone"
        if scanned is not None and scanned.reading is not None:
            extract = scanned.reading.extract
            what = (
                f"{scanned.reading.document.format}, {len(extract.assertions)} assertions: "
                + ", ".join(f"{a.relation.value} {a.object.name}" for a in extract.assertions)
            )
        elif scanned is not None:
            what = f"not read: {scanned.reason}"
        out.print(
            f"{escape(revision.place)}  from {revision.commit.at:%Y-%m-%d}  {escape(what)}",
            highlight=False,
        )
    return complete


def print_remembered(tallies: Sequence[Remembered]) -> None:
    """Says what the histories told, and where they end."""
    for tally in tallies:
        told = (
            f"{tally.done:,} commits replayed, {tally.documents:,} revisions of documents read, "
            f"{tally.recalled:,} assertions found that no file makes any more"
            if tally.commits
            else f"replayed before, up to {tally.head[:7]}"
        )
        out.print(f"History of {escape(tally.repository)}: {told}", highlight=False)
        if tally.shallow:
            out.print(
                "[yellow]The clone is shallow[/]: what was said before its "
                f"{'first commit' if tally.shallow == 1 else f'{tally.shallow} first commits'} is "
                "not known. To have all of it: [bold]git fetch --unshallow[/], and ingest again",
                highlight=False,
            )
        for at, reason in tally.unreadable.items():
            out.print(f"[red]not read[/]  {escape(at)}: {escape(reason)}", highlight=False)


def unread(revision: Revision) -> bool:
    """Whether a revision could not be read."""
    return revision.scanned is not None and revision.scanned.outcome == Outcome.UNREADABLE
