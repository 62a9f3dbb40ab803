"""Writes what the history of a repository tells into a store, and how far it was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lineage.history.commits import History
from lineage.history.record import replayed, scope_of
from lineage.history.replay import Replay, Revision
from lineage.scan import Outcome
from lineage.store.base import Store
from lineage.store.past import Past


@dataclass(slots=True)
class Remembered:
    """What a replay found, counted as it goes.

    Attributes:
        repository: its name.
        head: the commit it was replayed up to.
        shallow: how many commits the clone ends at, though they have parents elsewhere.
        commits: how many there were to replay.
        done: how many were.
        documents: how many revisions of documents were read.
        recalled: assertions that the store had never held: no file makes them any more.
        unreadable: ``PATH@COMMIT`` of each revision that could not be read, and why.
    """

    repository: str
    head: str
    shallow: int
    commits: int = 0
    done: int = 0
    documents: int = 0
    recalled: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)


def remember(
    history: History, store: Store, progress: Callable[[Remembered], None] = lambda _: None
) -> Remembered:
    """Replays the commits that were not replayed before, and adds what they tell to the store.

    The files as they are now are to be ingested first: what they say stays as it is, and is
    dated back. A replay that was broken off is taken up by running it again.

    Raises:
        InputError: a commit or a tree is missing or damaged; what was found before it is kept.
        StoreError: the store failed; what was acknowledged before is kept.
    """
    record, scope = replayed(store, history), scope_of(history)
    repository = history.target.repository.name
    tally = Remembered(repository, history.head, len(history.shallow))
    tally.unreadable.update(record.unreadable.get(scope, {}))
    done = record.heads.get(scope)
    if done == history.head:
        return tally
    replay = Replay(history, done if done and history.has(done) else None)
    tally.commits = len(replay.commits)
    for step in replay.steps():
        tally.done += 1
        for revision in step.revisions:
            _count(tally, revision)
        _keep(store, step.pasts, tally)
        progress(tally)
    _keep(store, replay.rest(datetime.now(UTC)), tally)
    record.heads[scope] = history.head
    record.unreadable[scope] = tally.unreadable
    store.write([record.reading(repository, history.head)], datetime.now(UTC))
    return tally


def _count(tally: Remembered, revision: Revision) -> None:
    if revision.scanned is None:
        return
    if revision.scanned.outcome == Outcome.UNREADABLE:
        tally.unreadable[revision.place] = revision.scanned.reason
    else:
        tally.documents += 1


def _keep(store: Store, pasts: list[Past], tally: Remembered) -> None:
    if pasts:
        tally.recalled += store.recall(pasts).asserted
