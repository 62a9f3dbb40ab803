"""The whole way of an ingest: scan, write, retract what is gone, join.

Documents that are as they were are not read again, and joins are computed again only when
something was written since; both are known from what the store keeps beside the facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from lineage.cases import watch
from lineage.errors import StoreConflictError
from lineage.graph import Graph
from lineage.joins import JOINS, joins, joins_among
from lineage.ledger import Act, Draft, record
from lineage.ledger.entries import Json
from lineage.passes import FORMAT, Passed, parsed_passed, record_of
from lineage.records import OWN_FORMATS, OWN_REPOSITORY, DocumentRef, DocumentRow, Extract, Reading
from lineage.scan import Known, Outcome, Scanned, Target
from lineage.store.base import Store
from lineage.trace import fingerprint
from lineage.workers import scan_in_processes

T = TypeVar("T")

_READINGS = 200
"""As many documents are written together,"""

_FILES = 2_000
"""of as many files: what is as it was is noted in larger pieces."""

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
    unchanged: int = 0
    gone: int = 0
    asserted: int = 0
    retracted: int = 0
    version: int = 0
    alarms: list[str] = field(default_factory=list)

    def add(self, scanned: Scanned) -> None:
        """Counts one file."""
        self.files += 1
        if scanned.outcome == Outcome.UNREADABLE:
            self.unreadable.append(scanned)
        elif scanned.outcome == Outcome.NOT_RECOGNISED:
            self.not_recognised += 1
        elif scanned.outcome == Outcome.UNCHANGED:
            self.unchanged += 1
        if scanned.reading is None:
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
    targets: Iterable[Target],
    store: Store,
    progress: Callable[[Tally], None] = lambda _: None,
    *,
    processes: int = 1,
    verify_bytes: bool = False,
    by: str = "",
) -> Tally:
    """Reads every file of the targets into the store.

    A document that an earlier ingest knew, and that is no longer there or no longer a document
    of any format, is retracted. One that cannot be read keeps what it said before. Each batch
    is written whole; what was written stays written if a later one fails.

    Args:
        targets: what to scan.
        store: where to write.
        progress: told of the tally after each batch.
        processes: how many read at the same time; more than one needs a main module that can
            be imported.
        verify_bytes: open every file, also those whose marks are as they were.
        by: who ingests, for the ledger; nobody when empty.

    Raises:
        StoreError: the store failed; what was acknowledged before is kept.
    """
    tally, started_at = Tally(), store.version()
    records = {d.id: d.trace for d in store.documents(OWN_REPOSITORY) if d.format == FORMAT}
    passed: dict[str, Passed] = {}
    for target in targets:
        repository = target.repository
        known_of = records.get(record_of(repository.name).id, "")
        before = passed.get(repository.name) or parsed_passed(known_of)
        held = {d.path: d for d in store.documents(repository.name)}
        marks = {} if verify_bytes else before.marks
        now, seen = _beside(before, target), set[str]()
        known = Known(held, before.others, before.beside, marks)
        for batch in _batches(scan_in_processes(target, known, processes)):
            for scanned in batch:
                tally.add(scanned)
                _note(now, scanned)
                if scanned.outcome != Outcome.NOT_RECOGNISED:
                    seen.add(scanned.path)
            _write(store, [s.reading for s in batch if s.reading is not None], tally)
            as_before = [held[s.path] for s in batch if s.outcome == Outcome.UNCHANGED]
            if as_before:
                store.seen(as_before, repository.revision, datetime.now(UTC))
            progress(tally)
        gone = _gone(held.values(), target, seen)
        tally.gone += len(gone)
        news = [now.reading(repository.name)] if now != before or not known_of else []
        _write(store, [*gone, *news], tally)
        passed[repository.name] = now
    tally.version = join(store)
    _record(store, tally, started_at, by)
    if tally.version != started_at:
        tally.alarms = watch(store)
    return tally


def _record(store: Store, tally: Tally, before: int, by: str) -> None:
    """Notes the ingest in the ledger: counts, and the versions before and after it."""
    body: dict[str, Json] = {
        "files": tally.files,
        "unreadable": len(tally.unreadable),
        "asserted": tally.asserted,
        "retracted": tally.retracted,
        "documents_gone": tally.gone,
        "version_before": before,
        "version": tally.version,
    }
    record(store, Draft(Act.INGESTED, body, "", by))


def _beside(before: Passed, target: Target) -> Passed:
    """What was passed by, without what a scan of this target tells anew."""
    if target.whole and not target.folder.prefix:
        return Passed(fingerprint())

    def beside(told: Mapping[str, T]) -> dict[str, T]:
        return {path: value for path, value in told.items() if not target.covers(path)}

    return Passed(
        fingerprint(),
        beside(before.others),
        beside(before.beside),
        beside(before.marks),
        beside(before.unreadable),
        [path for path in before.links if not target.covers(path)],
        before.without_format,
    )


def _note(passed: Passed, scanned: Scanned) -> None:
    if scanned.sha256 and scanned.mark:
        passed.marks[scanned.path] = scanned.mark
    if scanned.outcome == Outcome.UNREADABLE:
        passed.unreadable[scanned.path] = scanned.reason
    elif scanned.outcome == Outcome.NOT_RECOGNISED:
        if scanned.sha256:
            passed.others[scanned.path] = scanned.sha256
            if scanned.consulted:
                passed.beside[scanned.path] = dict(scanned.consulted)
        elif scanned.reason.endswith("not followed"):
            passed.links.append(scanned.path)
        else:
            passed.without_format += 1


def join(store: Store) -> int:
    """Brings the joins between documents up to date; gives the store's version after it.

    The trace of the joins' document is the version they are right for.

    Raises:
        StoreConflictError: other processes kept writing; running any ingest again settles it.
    """
    for attempt in range(_TRIES):
        held = [d for d in store.documents(OWN_REPOSITORY) if d.id == JOINS.id]
        if held and held[0].trace == str(store.version()):
            return store.version()
        made, seen = _joins(store, first=not held)
        now = datetime.now(UTC)
        try:
            version = store.write([made], now, based_on=seen).version
            settled = replace(made, trace=str(version))
            return store.write([settled], now, based_on=version).version
        except StoreConflictError:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _joins(store: Store, *, first: bool) -> tuple[Reading, int]:
    """All joins that hold, and in which version of the store.

    After a first ingest no graph is kept yet: rows take less memory than making one.
    """
    if first:
        snapshot = store.snapshot()
        return joins_among(snapshot), snapshot.version
    graph = Graph.of(store)
    return joins(graph), graph.version


def _batches(scanned: Iterable[Scanned]) -> Iterator[list[Scanned]]:
    batch: list[Scanned] = []
    readings = 0
    for item in scanned:
        batch.append(item)
        readings += item.reading is not None
        if readings == _READINGS or len(batch) == _FILES:
            yield batch
            batch, readings = [], 0
    if batch:
        yield batch


def _write(store: Store, readings: list[Reading], tally: Tally) -> None:
    if not readings:
        return
    result = store.write(readings, datetime.now(UTC))
    tally.asserted += result.asserted
    tally.retracted += result.retracted
    tally.version = result.version


def _gone(held: Iterable[DocumentRow], target: Target, seen: set[str]) -> list[Reading]:
    """Known documents of the scanned paths that are no longer documents."""
    return [
        Reading(DocumentRef(d.repository, d.path, "", d.format, d.revision), Extract())
        for d in held
        if d.path not in seen and d.sha256 and d.format not in OWN_FORMATS and target.covers(d.path)
    ]
