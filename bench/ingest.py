"""Ingest against the bare safe parse of the same files, first and again, and its memory.

Everything runs in one go on one generated tree. The parse is what the readers' own parsers do
with each file that has an ending some format has, one process, nothing else. Each ingest is the
product's own command in a process of its own; peak memory is that of its main process and of
its largest worker.
"""

from __future__ import annotations

import ast
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bench.goal import Goal
from bench.tree import plant
from ingest.base import Document, Folder, ingestors
from ingest.ini import parse_ini
from ingest.reading.toml_text import parse_toml
from lineage.errors import InputError
from lineage.identity import Scope

FILES = int(os.environ.get("BENCH_FILES", "100000"))
_COMMAND = """
import re, sys
from pathlib import Path
from lineage.cli import main
try:
    main()
finally:
    peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
    Path(sys.argv[0]).write_text(peak)
"""


def measure() -> Iterator[Goal]:
    """The goals of an ingest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = plant(folder / "tree", FILES)
        parse = _seconds(lambda: _parse(folder / "tree"))
        first, peak, largest = _ingest(folder)
        again, _, _ = _ingest(folder)
        yield Goal(
            "first ingest, times the bare parse",
            first / parse,
            3,
            "less",
            {"files": files, "parse_s": parse, "first_s": first, "files_per_s": files / first},
        )
        yield Goal(
            "unchanged second ingest, times faster than the first",
            first / again,
            20,
            "more",
            {"files": files, "first_s": first, "again_s": again, "files_per_s": files / again},
        )
        yield Goal("peak memory of the first ingest, MB", peak, 500, "less", {"worker_mb": largest})


def _seconds(work: object) -> float:
    started = time.perf_counter()
    assert callable(work)
    work()
    return time.perf_counter() - started


def _parse(tree: Path) -> None:
    endings = tuple(ending for one in ingestors() for ending in one.endings)
    for folder, _, names in os.walk(tree):
        for name in names:
            if name.endswith(endings):
                with suppress(InputError, SyntaxError):
                    _parse_one(Path(folder, name))


def _parse_one(file: Path) -> None:
    document = Document(Scope("bench", file.name), file.read_bytes(), Folder(file.parent))
    if file.suffix == ".py":
        ast.parse(document.text)
    elif file.suffix == ".toml":
        parse_toml(document.text, file.name)
    elif file.suffix == ".cfg":
        parse_ini(document.text, file.name)
    elif file.suffix not in {".sh", ".db", ".csv"}:
        assert document.trees is not None


def _ingest(folder: Path) -> tuple[float, float, float]:
    """Seconds of one ingest, and the peak memory of it and of its largest worker, in MB."""
    peak = folder / "peak"
    command = [sys.executable, "-c", f"import sys; sys.argv[0] = {str(peak)!r}\n{_COMMAND}"]
    started = time.perf_counter()
    done = subprocess.run(
        [*command, "ingest", str(folder / "tree"), "--store", str(folder / "store.sqlite"),
         "--repository", "bench"],
        cwd=folder,  # so that it is the installed package, as users have it, not the source tree
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    assert done.returncode in {0, 3}, done.stderr
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return seconds, int(peak.read_text()) / 1024, children
