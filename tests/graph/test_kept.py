"""Graphs kept on disk: opened by the next process, never trusted when they are not whole."""

from __future__ import annotations

import json
import logging
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from by_hand import MONDAY, OpenStore, gone, trained
from lineage.engine.ordered import kept_for_walks
from lineage.graph import Graph, kept
from lineage.graph.kept import folder_of_graphs, graph_of
from lineage.impact import CARRIES, Policy
from lineage.records import Reading
from lineage.store.base import Store
from lineage.store.embedded import EmbeddedStore
from same_graph import answers, told


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test alone, and no graph remembered from another."""
    monkeypatch.setenv("LINEAGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(kept, "_LATEST", {})
    return tmp_path / "cache"


def many(store: Store) -> None:
    readings: list[Reading] = [trained(f"c{i}", f"m{i}", f"d{i}", f"d{i + 1}") for i in range(20)]
    store.write(readings, MONDAY)


def forget() -> None:
    """As another process would begin."""
    kept._LATEST.clear()


def files(store: Store) -> list[Path]:
    place = folder_of_graphs() / store.moment().identity
    return sorted(p for folder in place.iterdir() for p in folder.iterdir())


@pytest.mark.parametrize("ordering", [1, 1_000])
def test_another_process_maps_what_was_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch, ordering: int
) -> None:
    """With the order of its walks, where it is large."""
    monkeypatch.setattr(kept, "_WORTH_ORDERING", ordering)
    many(store)
    first = graph_of(store, worth_keeping=10)
    forget()
    monkeypatch.setattr(type(store), "columns", lambda *_: pytest.fail("the store was read"))
    again = graph_of(store, worth_keeping=10)
    assert told(again) == told(first)
    assert answers(again) == answers(first)
    carrying = again.passing(Policy().relations(*CARRIES))
    assert (kept_for_walks(again.topology, carrying) is not None) == (ordering == 1)


def test_a_kept_graph_is_brought_up_to_date(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    many(store)
    graph_of(store, worth_keeping=10)
    store.write([trained("c1", "m1", "d1", "new"), gone("c2")], MONDAY + timedelta(days=1))
    anew = Graph(store.columns())
    forget()
    monkeypatch.setattr(type(store), "columns", lambda *_: pytest.fail("the store was read"))
    now = graph_of(store, worth_keeping=10)
    assert now.version == 2
    assert told(now) == told(anew)
    assert answers(now) == answers(anew)
    assert graph_of(store, worth_keeping=10) is not None


@pytest.mark.parametrize("harm", ["cut", "missing", "form", "garbage"])
def test_what_is_not_whole_is_read_anew_and_said(
    store: Store, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    many(store)
    expected = told(graph_of(store, worth_keeping=10))
    forget()
    there = {p.name: p for p in files(store)}
    if harm == "cut":
        there["subject.npy"].write_bytes(there["subject.npy"].read_bytes()[:-4])
    elif harm == "missing":
        there["node_id.arrow"].unlink()
    elif harm == "form":
        said = json.loads(there["told.json"].read_text())
        there["told.json"].write_text(json.dumps(said | {"form": 0}))
    else:
        there["told.json"].write_text("{")
    with caplog.at_level(logging.WARNING):
        assert told(graph_of(store, worth_keeping=10)) == expected
    assert "is read anew" in caplog.text


def test_a_store_restored_from_a_backup_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = EmbeddedStore.open(path)
    many(store)
    store.close()
    shutil.copy(path, tmp_path / "backup.sqlite")
    store = EmbeddedStore.open(path)
    store.write([trained("x", "lost", "d1")], MONDAY + timedelta(days=1))
    graph_of(store, worth_keeping=10)
    store.close()
    shutil.copy(tmp_path / "backup.sqlite", path)
    for name in ("store.sqlite-wal", "store.sqlite-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    store = EmbeddedStore.open(path)
    store.write([trained("x", "other", "d1")], MONDAY + timedelta(days=2))
    graph = graph_of(store, worth_keeping=10)
    assert "hf://models/other" in graph.number
    assert "hf://models/lost" not in graph.number
    store.close()


def test_a_small_graph_is_not_kept(store: Store, cache: Path) -> None:
    many(store)
    graph_of(store)
    assert not cache.exists()


def test_a_folder_that_cannot_be_written_costs_only_time(
    store: Store, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    many(store)
    cache.write_text("no folder")
    with caplog.at_level(logging.WARNING):
        graph = graph_of(store, worth_keeping=10)
    assert len(graph.edges) == 40
    assert "cannot be kept" in caplog.text


def test_many_changes_are_made_one_with_the_columns(open_store: OpenStore) -> None:
    store = open_store()
    many(store)
    graph_of(store, worth_keeping=10)
    new = [trained(f"n{i}", f"n{i}", *(f"d{j}" for j in range(12))) for i in range(100)]
    store.write(new, MONDAY + timedelta(days=1))
    graph = graph_of(store, worth_keeping=10)
    assert not graph.later.edges
    assert told(graph) == told(Graph(store.columns()))
