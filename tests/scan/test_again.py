"""Ingesting again: what is as it was is not read again, and whatever may tell more is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lineage import passes, trace
from lineage.pipeline import Tally, ingest
from lineage.records import Snapshot
from lineage.repository import Repository
from lineage.scan import Target, targets
from lineage.store.base import Store
from lineage.trace import parsed_trace

CONFIG = "base_model: org/base\ndatasets:\n  - path: {}\n    type: alpaca\noutput_dir: ./out\n"
RUN = "model_name_or_path: org/m\nstage: sft\ndataset: notes\ntemplate: x\noutput_dir: saves/a\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "configs"
    folder.mkdir()
    (folder / "a.yaml").write_text(CONFIG.format("org/one"))
    (folder / "b.yaml").write_text(CONFIG.format("org/two"))
    (folder / "other.yaml").write_text("loggers: [1, 2]\n")
    return folder


def again(store: Store, folder: Path) -> Tally:
    return ingest(targets([folder], "repo"), store)


def inputs(snapshot: Snapshot) -> set[str]:
    return {e.object for e in snapshot.edges if e.relation == "TRAINED_ON" and e.active}


def test_what_is_as_it_was_is_not_read_again(store: Store, folder: Path) -> None:
    first = again(store, folder)
    before = store.snapshot()
    second = again(store, folder)
    after = store.snapshot()
    assert (first.unchanged, second.unchanged, second.asserted) == (0, 2, 0)
    assert (second.not_recognised, sum(second.formats.values())) == (1, 0)
    assert (after.version, after.digest()) == (before.version, before.digest())
    seen = [{e.key: e.last_seen for e in s.edges if e.active} for s in (before, after)]
    assert all(seen[0][key] < when for key, when in seen[1].items() if "joins" not in key)


def test_a_changed_file_is_read_again(store: Store, folder: Path) -> None:
    again(store, folder)
    (folder / "a.yaml").write_text(CONFIG.format("org/three"))
    (folder / "other.yaml").write_text(CONFIG.format("org/four"))
    second = again(store, folder)
    assert (second.unchanged, second.not_recognised) == (1, 0)
    names = {name.rpartition("/")[2] for name in inputs(store.snapshot())}
    assert names == {"two", "three", "four"}


def test_a_file_that_is_gone_is_retracted(store: Store, folder: Path) -> None:
    again(store, folder)
    (folder / "a.yaml").unlink()
    (folder / "b.yaml").write_text("loggers: []\n")
    assert again(store, folder).gone == 2
    assert inputs(store.snapshot()) == set()
    assert again(store, folder).gone == 0


def test_a_file_that_another_was_read_with_counts_too(store: Store, folder: Path) -> None:
    (folder / "run.yaml").write_text(RUN)
    again(store, folder)
    (folder / "data").mkdir()
    table = folder / "data/dataset_info.json"
    table.write_text(json.dumps({"notes": {"hf_hub_url": "org/notes"}}))
    again(store, folder)
    assert "hf://datasets/org/notes" in inputs(store.snapshot())
    table.write_text(json.dumps({"notes": {"hf_hub_url": "org/letters"}}))
    again(store, folder)
    assert "hf://datasets/org/letters" in inputs(store.snapshot())
    assert again(store, folder).unchanged >= 3


def test_other_readers_read_everything_again(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again(store, folder)
    for module in (trace, passes):
        monkeypatch.setattr(module, "fingerprint", lambda: "other")
    assert again(store, folder).unchanged == 0
    assert again(store, folder).unchanged == 2


def test_an_unreadable_file_is_named_until_it_can_be_read(store: Store, folder: Path) -> None:
    (folder / "a.yaml").write_text("a: [1\n")
    again(store, folder)
    assert len(again(store, folder).unreadable) == 1
    (folder / "a.yaml").write_text(CONFIG.format("org/one"))
    assert again(store, folder).complete
    (record,) = [d for d in store.documents("lineage") if d.format == "scan"]
    assert json.loads(record.trace)["unreadable"] == {}


def test_another_revision_is_noted_of_what_is_as_it_was(store: Store, folder: Path) -> None:
    (target,) = targets([folder], "repo")

    def at(revision: str) -> Target:
        return replace(target, repository=Repository("repo", folder, revision))

    ingest([at("r1")], store)
    assert ingest([at("r2")], store).unchanged == 2
    assert {d.revision for d in store.documents("repo")} == {"r2"}


def test_a_part_of_a_repository_leaves_the_rest(store: Store, folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub/c.yaml").write_text(CONFIG.format("org/three"))
    (folder / "sub/notes.yaml").write_text("loggers: []\n")
    again(store, folder)
    (target,) = targets([folder], "repo")
    part = replace(target, files=tuple(f for f in target.files if "/sub/" in f), whole=False)
    assert ingest([part], store).unchanged == 1
    assert again(store, folder).unchanged == 3


def test_a_trace_says_how_much_was_understood(store: Store, folder: Path) -> None:
    (folder / "a.yaml").write_text(CONFIG.format("org/one") + "seed: 1\nmystery: [x, y]\n")
    again(store, folder)
    (document,) = [d for d in store.documents("repo") if d.path == "a.yaml"]
    told = parsed_trace(document.trace)
    assert (told.leaves, told.ignored, told.not_understood) == (7, 2, 2)
    assert dict(told.keys) == {"mystery[]": 2}
    assert parsed_trace(told.text()) == told
    assert parsed_trace("nonsense") == parsed_trace("") == parsed_trace('{"future": 1}')


def test_what_only_other_readers_looked_at_is_not_understood(store: Store, folder: Path) -> None:
    # other ingestors ask for these keys to see whether the document is one of theirs
    config = CONFIG.format("org/one") + "kind: x\nmodel_type: y\nmodels: z\nstages: w\n"
    (folder / "a.yaml").write_text(config)
    again(store, folder)
    (document,) = [d for d in store.documents("repo") if d.path == "a.yaml"]
    assert set(parsed_trace(document.trace).keys) == {"kind", "models", "stages"}


def test_an_empty_value_is_no_gap(store: Store, folder: Path) -> None:
    (folder / "a.yaml").write_text(CONFIG.format("org/one") + "mystery:\nriddle: []\nother: ''\n")
    again(store, folder)
    (document,) = [d for d in store.documents("repo") if d.path == "a.yaml"]
    assert parsed_trace(document.trace).not_understood == 0


def test_a_trace_keeps_names_in_no_encoding() -> None:
    told = trace.Trace(consulted={"read caf\udce9.yaml": "-"})
    assert parsed_trace(told.text()) == told
    told.text().encode()
