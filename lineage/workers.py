"""Scanning in several processes: the same results in the same order, sooner.

A file that kills its process (a defect of a parser written in C, say) is found by reading the
files around it one by one, and reported; the others are read all the same. Where no process can
be started (the main module cannot be imported, or the system refuses), this one reads alone.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

from lineage.scan import Known, Outcome, Scanned, Target, files_to_open, look_at

_CHUNK = 100
_WORTH_IT = 1_000
"""Fewer files than this are read before a second process has started."""


def scan_in_processes(target: Target, known: Known, processes: int) -> Iterator[Scanned]:
    """Looks at each file of a target, in order of path; into some, in so many processes."""
    to_open = files_to_open(target, known)
    bare = replace(target, files=())
    if processes < 2 or len(to_open) < _WORTH_IT:
        looks = _alone(bare, known, to_open)
    else:
        looks = _together(bare, known, to_open, processes)
    pending = iter(to_open)
    opened = next(pending, None)
    for file in target.files:
        if file == opened:
            yield next(looks)
            opened = next(pending, None)
        else:
            path = target.path_of(file)
            yield known.as_it_was(path, target.repository.name, known.marks[path])


def _alone(target: Target, known: Known, files: Sequence[str]) -> Iterator[Scanned]:
    return (look_at(file, target, known) for file in files)


def _together(
    target: Target, known: Known, files: Sequence[str], processes: int
) -> Iterator[Scanned]:
    chunks = deque(files[start : start + _CHUNK] for start in range(0, len(files), _CHUNK))
    while chunks:
        try:
            yield from _in_pool(target, known, chunks, processes)
        except (BrokenProcessPool, OSError):
            if _can_start():
                yield from _one_by_one(target, known, chunks.popleft())
            else:
                yield from _alone(target, known, [file for chunk in chunks for file in chunk])
                return


def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))


def _can_start() -> bool:
    """Whether a process that reads nothing lives."""
    try:
        with _pool(1) as pool:
            return pool.submit(os.getpid).result() > 0
    except (BrokenProcessPool, OSError):
        return False


def _in_pool(
    target: Target, known: Known, chunks: deque[Sequence[str]], processes: int
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


def _one_by_one(target: Target, known: Known, files: Sequence[str]) -> Iterator[Scanned]:
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
                reason = f"{Path(file).name}: the process that read it died; please report this"
                path, repository = target.path_of(file), target.repository.name
                yield Scanned(path, repository, Outcome.UNREADABLE, reason)


def _part(target: Target, known: Known, files: Sequence[str]) -> Known:
    """What is known of these files alone."""
    paths = [target.path_of(file) for file in files]
    return Known(
        {path: known.documents[path] for path in paths if path in known.documents},
        {path: known.others[path] for path in paths if path in known.others},
        {path: known.beside[path] for path in paths if path in known.beside},
    )


def _look_at_all(target: Target, files: Sequence[str], known: Known) -> list[Scanned]:
    return [look_at(file, target, known) for file in files]
