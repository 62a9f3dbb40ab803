"""``lineage what-if``: several together, a planned run, one relationship less."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lineage.cli import main
from lineage.demo import ingest_demo
from lineage.graph import Graph
from lineage.impact import impact
from lineage.store.embedded import EmbeddedStore

SOURCE = "lineage://okcupid/okcupid-user-photos"
STOCK = "lineage://fictiva/stock-portraits"
PLAN = """
base_model: fictiva-fictional/captioner-dpo
datasets:
  - path: nobody/knows
output_dir: ./out/next
adapter: lora
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's store."""
    path = tmp_path_factory.mktemp("what-if") / "demo.sqlite"
    store = EmbeddedStore.open(path)
    ingest_demo(store)
    store.close()
    return path


def run(store: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["what-if", "--store", str(store), *words])


def test_two_sources_together_and_each_alone(demo: Path) -> None:
    told = json.loads(run(demo, SOURCE, STOCK, "--format", "json").output)
    store = EmbeddedStore.open(demo)
    graph = Graph.of(store)
    numbers = [graph.number[i] for i in (SOURCE, STOCK)]
    total = impact(graph, numbers).counts["total"]["blast_radius"]
    assert told["together"]["things"] == total
    only = sum(root["only_by_this"]["things"] for root in told["roots"])
    assert only + told["by_several"]["things"] == total
    assert told["only_together"] == []
    assert "go together" in run(demo, SOURCE, STOCK).output
    store.close()


def test_a_planned_run_is_told_what_it_would_inherit_and_nothing_is_written(
    demo: Path, tmp_path: Path
) -> None:
    before = demo.read_bytes()
    plan = tmp_path / "next.yml"
    plan.write_text(PLAN)
    done = run(demo, "--add", str(plan), "--format", "json")
    assert done.exit_code == 0
    (made,) = json.loads(done.stdout)["made"]
    inherited = {a["id"] for a in made["ancestors"]}
    assert {SOURCE, "hf://datasets/nobody/knows"} <= inherited
    assert made["counts"]["total"]["without_right"] > 1
    table = run(demo, "--add", str(plan)).output
    assert "The plan would make" in table
    assert "nothing was written" in table
    assert demo.read_bytes() == before


def test_a_file_that_describes_no_run_is_an_error(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    done = run(demo, "--add", str(tmp_path / "notes.txt"))
    assert done.exit_code == 3
    assert "no training run is described there" in done.stderr


def test_one_relationship_less(demo: Path) -> None:
    name = "lineage://okcupid/clarifai-okcupid-set"
    words = ("--remove", name, "DERIVED_FROM", SOURCE)
    told = json.loads(run(demo, *words, "--format", "json").output)
    assert name in {a["id"] for a in told["no_longer"]}
    assert told["before"]["things"] > told["after"]["things"]
    assert "would no longer fall" in run(demo, *words).output


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ((), "nothing is supposed"),
        ((SOURCE, "--add", "."), "asked by itself"),
        (("--remove", SOURCE, "EATS", STOCK), "is no relation"),
        (("--remove", SOURCE, "COPY_OF", STOCK), "no document says that"),
        (("nowhere",), "nothing in this store is called"),
    ],
)
def test_what_cannot_be_supposed_is_said(demo: Path, words: tuple[str, ...], error: str) -> None:
    done = run(demo, *words)
    assert done.exit_code == 2
    assert error in done.stderr
