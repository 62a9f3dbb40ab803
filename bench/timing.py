"""Time and memory of what is compared, taken side by side."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any


def seconds(*works: Callable[[], Any], rounds: int = 5) -> list[float]:
    """The median CPU seconds of each, one after the other in each round, warmed up once."""
    for work in works:
        work()
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, times in zip(works, taken, strict=True):
            times.append(once(work))
    return [statistics.median(times) for times in taken]


def once(work: Callable[[], Any]) -> float:
    """The CPU seconds of one run, for what takes too long to be run again."""
    started = time.process_time()
    work()
    return time.process_time() - started


_MEMORY = """
import os
from bench.graphs import made
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
{before}
start = resident()
{build}
print(resident() - start)
"""


def memory(before: str, build: str) -> int:
    """By how many bytes a process of its own has grown after ``build``."""
    program = _MEMORY.format(before=before, build=build)
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    return int(done.stdout)
