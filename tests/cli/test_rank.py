"""``lineage rank``: which source is the most dangerous to lose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from by_hand import MONDAY
from lineage.cli import main
from lineage.demo import ingest_demo
from lineage.graph import Graph
from lineage.impact import impact
from lineage.store.embedded import EmbeddedStore
from worlds import reading


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's store."""
    path = tmp_path_factory.mktemp("rank") / "demo.sqlite"
    store = EmbeddedStore.open(path)
    ingest_demo(store)
    store.close()
    return path


def run(store: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["rank", "--store", str(store), *words])


def test_each_source_of_the_demo_has_the_numbers_of_its_blast_radius(demo: Path) -> None:
    told = json.loads(run(demo, "--format", "json", "--kind", "source", "--kind", "grant").output)
    store = EmbeddedStore.open(demo)
    graph = Graph.of(store)
    assert told["total"] == len(told["ranking"]) == told["shown"] > 6
    for row in told["ranking"]:
        counts = impact(graph, [graph.number[row["id"]]]).counts
        assert row["things"] == counts["total"]["blast_radius"]
        assert row["models"] == counts["kind"].get("Model", 0)
        assert row["deployments"] == counts["kind"].get("Deployment", 0)
    models = [row["models"] for row in told["ranking"]]
    assert models == sorted(models, reverse=True)
    store.close()


def test_the_table_says_how_many_there_are_in_all(demo: Path) -> None:
    done = run(demo, "--limit", "2", "--by", "people")
    assert done.exit_code == 0
    assert "2 of 6 shown, by people" in done.output
    assert "unknown in 3 deployments" in done.output
    assert "is the most dangerous to lose" in done.output


def test_nobody_stated_how_many_people_is_null_and_not_zero(demo: Path) -> None:
    told = json.loads(run(demo, "--format", "json", "--by", "people", "--limit", "1").output)
    (row,) = told["ranking"]
    assert row["people"] is None
    assert row["deployments_of_unknown_use"] == row["deployments"] > 0


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = EmbeddedStore.open(path)
    assert "No document that was read names a source." in run(path).output
    store.write([reading([("s1", "DERIVED_FROM", "s1")])], MONDAY)
    store.close()
    assert "Sources: nothing known to this store falls if any of the 1 goes." in run(path).output
