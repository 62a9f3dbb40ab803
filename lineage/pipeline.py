"""The whole way of an ingest: scan, write, retract what is gone, join."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lineage.errors import StoreConflictError
from lineage.joins import JOINS, joins
from lineage.records import DocumentRef, Extract, Reading
from lineage.scan import Outcome, Scanned, Target, scan
from lineage.store.base import Store

_BATCH = 200
_TRIES = 20


@dataclass
class Tally:
    """What an ingest found and changed, counted as it goes."""

    files: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    not_recognised: int = 0
    unreadable: list[Scanned] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    facts: int = 0
    gone: int = 0
    asserted: int = 0
    retracted: int = 0
    version: int = 0

    def add(self, scanned: Scanned) -> None:
        """Counts one file."""
        self.files += 1
        if scanned.reading is None:
            if scanned.outcome == Outcome.UNREADABLE:
                self.unreadable.append(scanned)
            else:
                self.not_recognised += 1
            return
        extract = scanned.reading.extract
        self.formats[scanned.reading.document.format] += 1
        self.facts += len(extract.assertions) + len(extract.statements)
        for skip in extract.skipped:
            line = f":{skip.line}" if skip.line else ""
            self.skipped.append((f"{scanned.path}{line}", skip.reason))

    @property
    def complete(self) -> bool:
        """Whether every file that could hold lineage was read."""
        return not self.unreadable


def ingest(
    targets: Iterable[Target], store: Store, progress: Callable[[Tally], None] = lambda _: None
) -> Tally:
    """Reads every file of the targets into the store.

    A document that an earlier ingest knew, and that is no longer there or no longer a document
    of any format, is retracted. One that cannot be read keeps what it said before. Each batch
    is written whole; what was written stays written if a later one fails.

    Raises:
        StoreError: the store failed; what was acknowledged before is kept.
    """
    tally = Tally()
    for target in targets:
        seen: set[str] = set()
        for batch in _batches(scan(target)):
            for scanned in batch:
                tally.add(scanned)
                if scanned.outcome != Outcome.NOT_RECOGNISED:
                    seen.add(scanned.path)
            _write(store, [s.reading for s in batch if s.reading is not None], tally)
            progress(tally)
        gone = _gone(store, target, seen)
        tally.gone += len(gone)
        _write(store, gone, tally)
    tally.version = join(store)
    return tally


def join(store: Store) -> int:
    """Brings the joins between documents up to date; gives the store's version after it.

    Raises:
        StoreConflictError: other processes kept writing; running any ingest again settles it.
    """
    for attempt in range(_TRIES):
        snapshot = store.snapshot()
        try:
            return store.write(
                [joins(snapshot)], datetime.now(UTC), based_on=snapshot.version
            ).version
        except StoreConflictError:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _batches(scanned: Iterable[Scanned]) -> Iterator[list[Scanned]]:
    batch: list[Scanned] = []
    for item in scanned:
        batch.append(item)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _write(store: Store, readings: list[Reading], tally: Tally) -> None:
    if not readings:
        return
    result = store.write(readings, datetime.now(UTC))
    tally.asserted += result.asserted
    tally.retracted += result.retracted
    tally.version = result.version


def _gone(store: Store, target: Target, seen: set[str]) -> list[Reading]:
    """Known documents of the scanned paths that are no longer documents."""
    prefix = f"{target.folder.prefix}/" if target.folder.prefix else ""
    named = {target.path_of(file) for file in target.files}
    return [
        Reading(DocumentRef(d.repository, d.path, "", d.format, d.revision), Extract())
        for d in store.documents(target.repository.name)
        if d.path not in seen
        and d.sha256
        and d.id != JOINS.id
        and (d.path in named or (target.whole and d.path.startswith(prefix)))
    ]
