"""``lineage leverage``: which few retrainings free every deployment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from by_hand import MONDAY
from lineage.cli import main
from lineage.demo import ingest_demo
from lineage.store.embedded import EmbeddedStore
from worlds import reading, ref

SOURCE = "lineage://okcupid/okcupid-user-photos"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's store."""
    path = tmp_path_factory.mktemp("leverage") / "demo.sqlite"
    store = EmbeddedStore.open(path)
    ingest_demo(store)
    store.close()
    return path


def run(store: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["leverage", "--store", str(store), *words])


def test_a_few_models_free_every_deployment_of_the_story(demo: Path) -> None:
    told = json.loads(run(demo, SOURCE, "--format", "json").output)
    assert 1 < len(told["plan"]) < told["affected"]["deployments"]
    freed = sum(step["freed"]["deployments"] for step in told["plan"])
    assert freed == told["affected"]["deployments"]
    assert told["remaining"]["deployments"] == 0
    assert {step["kind"] for step in told["plan"]} == {"model"}
    table = run(demo, SOURCE, "--limit", "3").output
    assert f"frees all {freed} affected deployments." in table
    assert f"3 of {told['choke_points_total']} shown." in table


def test_with_data_sets_made_anew_fewer_are_needed(demo: Path) -> None:
    words = (SOURCE, "--format", "json", "--kind", "model", "--kind", "dataset")
    wider = json.loads(run(demo, *words).output)
    models = json.loads(run(demo, SOURCE, "--format", "json").output)
    assert len(wider["plan"]) < len(models["plan"])


def test_costs_that_nobody_stated_are_said(demo: Path) -> None:
    done = run(demo, SOURCE, "--cost", "gpu_hours")
    assert "nobody stated a cost" in done.output
    assert "not stated" in done.output


def test_no_cut_no_deployment_and_nothing_affected_are_said(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = EmbeddedStore.open(path)
    store.write(
        [
            reading(
                [
                    ("x1", "DEPLOYS", "s1"),
                    ("m1", "TRAINED_ON", "s2"),
                    ("s3", "DERIVED_FROM", "s3"),
                ]
            )
        ],
        MONDAY,
    )
    store.close()
    direct = run(path, ref("s1").id)
    assert "nothing made anew frees a deployment: 1 deployment must be withdrawn" in direct.output
    assert "No artifact that could be made anew stands between it and “x1”" in direct.output
    assert "no deployment that is known" in run(path, ref("s2").id).output
    assert "nothing known to this store is affected" in run(path, ref("s3").id).output
    assert run(path, "nowhere").exit_code == 2
