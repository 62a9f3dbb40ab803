"""Scanning in several processes: the same results in the same order, sooner.

A file that kills its process (a defect of a parser written in C, say) is found by reading the
files around it one by one, and reported; the others are read all the same.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

from lineage.scan import Known, Outcome, Scanned, Target, look_at, scan

_CHUNK = 100
_WORTH_IT = 1_000
"""Fewer files than this are read before a second process has started."""


def scan_in_processes(target: Target, known: Known, processes: int) -> Iterator[Scanned]:
    """Looks at each file of a target, in order of path, in so many processes."""
    if processes < 2 or len(target.files) < _WORTH_IT:
        yield from scan(target, known)
        return
    chunks = deque(
        target.files[start : start + _CHUNK] for start in range(0, len(target.files), _CHUNK)
    )
    bare = replace(target, files=())
    while chunks:
        try:
            yield from _in_pool(bare, known, chunks, processes)
        except BrokenProcessPool:
            yield from _one_by_one(bare, known, chunks.popleft())


def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))


def _in_pool(
    target: Target, known: Known, chunks: deque[tuple[Path, ...]], processes: int
) -> Iterator[Scanned]:
    """Works through the chunks, taking each off once it is done; few are under way at a time."""
    under_way: deque[Future[list[Scanned]]] = deque()
    with _pool(processes) as pool:
        for files in (*chunks, *[None] * processes * 2):
            if files is not None:
                part = _part(target, known, files)
                under_way.append(pool.submit(_look_at_all, target, files, part))
            if under_way and (files is None or len(under_way) > processes * 2):
                done = under_way.popleft().result()
                chunks.popleft()
                yield from done


def _one_by_one(target: Target, known: Known, files: Sequence[Path]) -> Iterator[Scanned]:
    """Looks at each file in a process that may die of it."""
    pending = deque(files)
    while pending:
        with _pool(1) as pool:
            try:
                while pending:
                    part = _part(target, known, (pending[0],))
                    yield from pool.submit(_look_at_all, target, (pending[0],), part).result()
                    pending.popleft()
            except BrokenProcessPool:
                file = pending.popleft()
                reason = f"{file.name}: the process that read it died; please report this"
                path, repository = target.path_of(file), target.repository.name
                yield Scanned(path, repository, Outcome.UNREADABLE, reason)


def _part(target: Target, known: Known, files: Sequence[Path]) -> Known:
    """What is known of these files alone."""
    paths = [target.path_of(file) for file in files]
    return Known(
        {path: known.documents[path] for path in paths if path in known.documents},
        {path: known.others[path] for path in paths if path in known.others},
    )


def _look_at_all(target: Target, files: Sequence[Path], known: Known) -> list[Scanned]:
    return [look_at(file, target, known) for file in files]
