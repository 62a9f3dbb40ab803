"""An unchanged file is not opened again; whatever may have changed is, however it was changed."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lineage.cli import main
from lineage.pipeline import Tally, ingest
from lineage.scan import marks, targets
from lineage.store.base import Store
from lineage.store.embedded import EmbeddedStore

CONFIG = "base_model: org/base\ndatasets:\n  - path: {}\n    type: alpaca\noutput_dir: ./out\n"
RUN = "model_name_or_path: org/m\nstage: sft\ndataset: notes\ntemplate: x\noutput_dir: saves/a\n"
SETTLING = marks._MARGIN_NS / 1e9


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore.open(tmp_path / "store.sqlite")
    yield store
    store.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two documents and a file of no format, long enough there; no clock is waited for."""
    folder = tmp_path / "configs"
    folder.mkdir()
    (folder / "a.yaml").write_text(CONFIG.format("org/one"))
    (folder / "b.yaml").write_text(CONFIG.format("org/two"))
    (folder / "other.yaml").write_text("loggers: [1, 2]\n")
    settle(monkeypatch)
    return folder


def settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes all that was written so far old enough to be marked."""
    now = time.time_ns() + marks._MARGIN_NS + 1_000_000_000
    monkeypatch.setattr(marks.time, "time_ns", lambda: now)


class Opened:
    """Which files below a folder are opened for reading, by name."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch):
        self.names: set[str] = set()
        real_open = open

        def noted(file: object, *args: object, **kwargs: object) -> object:
            if isinstance(file, str | Path) and str(file).startswith(str(folder)):
                self.names.add(Path(file).name)
            return real_open(file, *args, **kwargs)  # type: ignore[call-overload]

        monkeypatch.setattr("builtins.open", noted)

    def during(self, store: Store, folder: Path, *, verify_bytes: bool = False) -> set[str]:
        self.names.clear()
        ingest(targets([folder], "repo"), store, verify_bytes=verify_bytes)
        return set(self.names)


@pytest.fixture
def opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    return Opened(folder, monkeypatch)


def again(store: Store, folder: Path) -> Tally:
    return ingest(targets([folder], "repo"), store)


def inputs(store: Store) -> set[str]:
    edges = store.snapshot().edges
    return {e.object.rpartition("/")[2] for e in edges if e.relation == "TRAINED_ON" and e.active}


def test_what_is_as_it_was_is_not_opened(
    store: EmbeddedStore, folder: Path, opened: Opened
) -> None:
    assert opened.during(store, folder) == {"a.yaml", "b.yaml", "other.yaml"}
    assert opened.during(store, folder) == set()
    tally = again(store, folder)
    assert (tally.files, tally.unchanged, tally.not_recognised) == (3, 2, 1)


def test_verify_bytes_opens_everything(store: EmbeddedStore, folder: Path, opened: Opened) -> None:
    again(store, folder)
    assert len(opened.during(store, folder, verify_bytes=True)) == 3
    assert opened.during(store, folder) == set()


def test_other_bytes_of_the_same_size_and_time_are_noticed(
    store: EmbeddedStore, folder: Path, opened: Opened
) -> None:
    opened.during(store, folder)
    for name, dataset in (("a.yaml", "org/eno"), ("other.yaml", None)):
        file = folder / name
        before = file.stat()
        file.write_text(CONFIG.format(dataset) if dataset else "loggers: [2, 1]\n")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        after = file.stat()
        assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert opened.during(store, folder) == {"a.yaml", "other.yaml"}
    assert inputs(store) == {"eno", "two"}


def test_a_file_replaced_by_another_with_its_times_is_noticed(
    store: EmbeddedStore, folder: Path
) -> None:
    again(store, folder)
    file, other = folder / "a.yaml", folder.parent / "new.yaml"
    before = file.stat()
    other.write_text(CONFIG.format("org/eno"))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.rename(file)
    assert again(store, folder).unchanged == 1
    assert inputs(store) == {"eno", "two"}


def test_folders_that_changed_places_are_noticed(store: EmbeddedStore, folder: Path) -> None:
    for name in ("one", "two"):
        (folder / name).mkdir()
        (folder / f"{name}.yaml").unlink(missing_ok=True)
        (folder / name / "c.yaml").write_text(CONFIG.format(f"org/in-{name}"))
    again(store, folder)
    (folder / "one").rename(folder / "aside")
    (folder / "two").rename(folder / "one")
    (folder / "aside").rename(folder / "two")
    assert again(store, folder).unchanged == 2
    (held,) = [d for d in store.documents("repo") if d.path == "one/c.yaml"]
    edges = store.snapshot().edges
    assert {e.object for e in edges if e.document == held.id and e.active} >= {
        "hf://datasets/org/in-two"
    }


def test_a_file_that_was_just_written_is_opened_again(
    store: EmbeddedStore, folder: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    # another change within the same tick of the clock would leave no trace in its times
    written = (folder / "a.yaml").stat().st_ctime_ns
    monkeypatch.setattr(marks.time, "time_ns", lambda: written + 1)
    opened.during(store, folder)
    assert len(opened.during(store, folder)) == 3
    settle(monkeypatch)
    assert len(opened.during(store, folder)) == 3
    assert opened.during(store, folder) == set()


def test_a_time_in_the_future_is_not_trusted(
    store: EmbeddedStore, folder: Path, opened: Opened
) -> None:
    later = time.time() + 1e6
    os.utime(folder / "a.yaml", (later, later))
    opened.during(store, folder)
    assert opened.during(store, folder) == {"a.yaml"}


@pytest.mark.parametrize(("inode", "rounded"), [(0, False), (None, True)])
def test_a_file_system_without_inodes_or_times_of_change_is_read(
    store: EmbeddedStore, folder: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch,
    inode: int | None, rounded: bool,
) -> None:  # fmt: skip
    real = os.fstat

    class Told:
        def __init__(self, there: os.stat_result):
            self.st_mode, self.st_size, self.st_dev = there.st_mode, there.st_size, there.st_dev
            self.st_mtime_ns = there.st_mtime_ns
            self.st_ino = there.st_ino if inode is None else inode
            second = 1_000_000_000 if rounded else 1
            self.st_ctime_ns = there.st_ctime_ns // second * second

    monkeypatch.setattr("lineage.scan.looking.os.fstat", lambda fd: Told(real(fd)))
    opened.during(store, folder)
    assert len(opened.during(store, folder)) == 3


def test_a_file_that_could_not_be_read_is_tried_again(store: EmbeddedStore, folder: Path) -> None:
    (folder / "a.yaml").write_text("a: [1\n")
    assert len(again(store, folder).unreadable) == 1
    assert len(again(store, folder).unreadable) == 1
    (folder / "a.yaml").write_text("a: 11\n")
    assert again(store, folder).complete
    (folder / "other.yaml").write_text(CONFIG.format("org/new"))
    again(store, folder)
    assert inputs(store) == {"two", "new"}


def test_a_file_that_another_was_read_with_is_not_opened_until_it_changes(
    store: EmbeddedStore, folder: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "run.yaml").write_text(RUN)
    (folder / "data").mkdir()
    table = folder / "data/dataset_info.json"
    table.write_text(json.dumps({"notes": {"hf_hub_url": "org/notes"}}))
    settle(monkeypatch)
    opened.during(store, folder)
    assert opened.during(store, folder) == set()
    before = table.stat()
    table.write_text(json.dumps({"notes": {"hf_hub_url": "org/seton"}}))
    os.utime(table, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert opened.during(store, folder) == {"run.yaml", "dataset_info.json"}
    assert "seton" in inputs(store)
    table.unlink()
    assert "run.yaml" in opened.during(store, folder)
    assert "seton" not in inputs(store)


def test_a_file_that_was_not_there_is_noticed(
    store: EmbeddedStore, folder: Path, opened: Opened
) -> None:
    (folder / "run.yaml").write_text(RUN)
    again(store, folder)
    (folder / "data").mkdir()
    (folder / "data/dataset_info.json").write_text(
        json.dumps({"notes": {"hf_hub_url": "org/notes"}})
    )
    assert opened.during(store, folder) == {"run.yaml", "dataset_info.json"}
    assert "notes" in inputs(store)


def test_a_file_that_others_could_make_a_document_is_read_once_they_do(
    store: EmbeddedStore, folder: Path, opened: Opened
) -> None:
    (folder / "models").mkdir()
    (folder / "models/x.sql").write_text("select * from {{ source('shop', 'orders') }}\n")
    tally = again(store, folder)
    assert (tally.not_recognised, sum(tally.formats.values())) == (2, 2)
    assert opened.during(store, folder) == set()
    assert again(store, folder).not_recognised == 2
    (folder / "dbt_project.yml").write_text("name: shop\nmodel-paths: [models]\n")
    assert "x.sql" in opened.during(store, folder)
    assert "models/x.sql" in {d.path for d in store.documents("repo")}
    assert "x.sql" not in opened.during(store, folder)


def test_a_change_through_another_name_of_the_file_is_noticed(
    store: EmbeddedStore, folder: Path, opened: Opened
) -> None:
    outside = folder.parent / "elsewhere.yaml"
    os.link(folder / "a.yaml", outside)
    opened.during(store, folder)
    assert opened.during(store, folder) == set()
    before = outside.stat()
    with outside.open("r+") as file:
        file.write(CONFIG.format("org/eno"))
    os.utime(outside, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert opened.during(store, folder) == {"a.yaml"}
    assert inputs(store) == {"eno", "two"}


def test_a_link_is_followed_each_time(store: EmbeddedStore, folder: Path, opened: Opened) -> None:
    (folder / "real").mkdir()
    for name in ("one", "two"):
        (folder / "real" / f"{name}.txt").write_text(CONFIG.format(f"org/by-{name}"))
    link = folder / "link.yaml"
    link.symlink_to("real/one.txt")
    opened.during(store, folder)
    assert opened.during(store, folder) == {"one.txt"}
    link.unlink()
    link.symlink_to("real/two.txt")
    again(store, folder)
    assert inputs(store) == {"one", "two", "by-two"}
    outside = folder.parent / "outside.yaml"
    outside.write_text(CONFIG.format("org/outside"))
    link.unlink()
    link.symlink_to(outside)
    assert not again(store, folder).complete


def test_a_file_that_became_a_link_to_itself_elsewhere_is_read_as_one(
    store: EmbeddedStore, folder: Path
) -> None:
    again(store, folder)
    outside = folder.parent / "moved.yaml"
    (folder / "a.yaml").rename(outside)
    (folder / "a.yaml").symlink_to(outside)
    assert len(again(store, folder).unreadable) == 1


def test_what_another_wrote_of_a_file_is_not_taken_for_what_it_says(
    store: EmbeddedStore, folder: Path, tmp_path: Path
) -> None:
    # a second checkout of the same repository, whose ingest was cut off before its record
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.yaml").write_text(CONFIG.format("org/theirs"))
    again(store, folder)
    (record,) = [d for d in store.documents("lineage") if d.format == "scan"]
    again(store, other)
    store._connection.execute(
        "UPDATE document SET trace = ? WHERE id = ?", (record.trace, record.id)
    )
    again(store, folder)
    assert inputs(store) == {"one", "two"}


def test_a_record_that_makes_no_sense_is_none(
    store: EmbeddedStore, folder: Path, opened: Opened
) -> None:
    again(store, folder)
    for trace in ("", "[]", '{"marks": 3}', "{", '{"marks": {"a.yaml": 3}}'):
        store._connection.execute("UPDATE document SET trace = ? WHERE format = 'scan'", (trace,))
        assert "a.yaml" in opened.during(store, folder)
        assert inputs(store) == {"one", "two"}


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def test_the_command_can_be_told_to_open_everything(
    folder: Path, tmp_path: Path, opened: Opened
) -> None:
    command = ("ingest", folder, "--store", tmp_path / "s.sqlite", "--processes", "1")
    assert run(*command).exit_code == 0
    opened.names.clear()
    assert run(*command).exit_code == 0
    assert opened.names == set()
    assert "as they were" in run(*command, "--verify-bytes").output
    assert opened.names == {"a.yaml", "b.yaml", "other.yaml"}
