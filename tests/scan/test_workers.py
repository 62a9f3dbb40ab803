"""Several processes read what one reads, in the same order; a file that kills one is named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lineage import workers
from lineage.pipeline import ingest
from lineage.scan import Known, Outcome, scan, targets
from lineage.store.embedded import EmbeddedStore
from lineage.workers import scan_in_processes
from plugin import install
from reading_helper import FIXTURES


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    for name in ("axolotl", "dvc", "hydra", "llamafactory"):
        shutil.copytree(FIXTURES / name, root / name)
    return root


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a handful of files worth several processes."""
    monkeypatch.setattr(workers, "_WORTH_IT", 1)
    monkeypatch.setattr(workers, "_CHUNK", 3)


@pytest.mark.usefixtures("few")
def test_several_processes_read_what_one_reads(tree: Path) -> None:
    (target,) = targets([tree], "repo")
    alone = [s._replace(mark=None) for s in scan(target)]  # the files come of age meanwhile
    together = scan_in_processes(target, Known(), 2)
    assert [s._replace(mark=None) for s in together] == alone
    assert len(alone) > 10


@pytest.mark.usefixtures("few")
def test_several_processes_write_what_one_writes(tree: Path, tmp_path: Path) -> None:
    digests = set()
    for processes in (1, 2):
        store = EmbeddedStore.open(tmp_path / f"{processes}.sqlite")
        ingest(targets([tree], "repo"), store, processes=processes)
        second = ingest(targets([tree], "repo"), store, processes=processes)
        assert second.unchanged
        assert not second.formats
        digests.add(store.snapshot().digest())
        store.close()
    assert len(digests) == 1


DEADLY = """
import os

from ingest.base import Ingestor

INGESTOR = Ingestor("deadly", "Deadly", "Kills it.", (".deadly",), lambda d: os._exit(1), None)
"""


@pytest.mark.usefixtures("few")
def test_a_file_that_kills_its_process_is_named_and_the_rest_is_read(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = install(tmp_path, "deadly", DEADLY)
    (target,) = targets([tree], "repo")
    alone = list(scan(target))
    monkeypatch.syspath_prepend(site)  # this process has looked for plug-ins already
    for name in ("aa.deadly", "zz.deadly"):
        (tree / name).write_text("")
    (target,) = targets([tree], "repo")
    found = list(scan_in_processes(target, Known(), 2))
    died = {s.path: s for s in found if s.outcome == Outcome.UNREADABLE}
    assert set(died) == {"aa.deadly", "zz.deadly"}
    assert "died" in died["aa.deadly"].reason
    rest = [s.path for s in found if s.path not in died]
    assert rest == [s.path for s in alone]


ALONE = """
import os, resource, sys
from pathlib import Path

from ingest.base import ingestors
from lineage import workers
from lineage.scan import Known, targets

workers._WORTH_IT, workers._CHUNK = 1, 3
{before}
(target,) = targets([Path(sys.argv[1])], "repo")
found = list(workers.scan_in_processes(target, Known(), 2))
print(len(found), sum(s.outcome == "unreadable" for s in found))
"""


@pytest.mark.parametrize(
    "before",
    [
        "os.remove(__file__)",  # so no process can import this module
        "",  # it would start all over in each process, which Python refuses
        "ingestors(); resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))",
    ],
)
def test_where_no_process_can_start_this_one_reads_alone(
    tree: Path, tmp_path: Path, before: str
) -> None:
    (target,) = targets([tree], "repo")
    script = tmp_path / "unguarded.py"
    script.write_text(ALONE.format(before=before))
    done = subprocess.run(
        [sys.executable, str(script), str(tree)], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [str(len(target.files)), "0"], done.stderr
