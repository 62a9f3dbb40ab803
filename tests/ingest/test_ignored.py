"""Keys that are left out by name: how names match, and what the table may hold."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest

from ingest.base import ingestors
from ingest.base.findings import _LINEAGE_KEY
from ingest.ignored import is_ignored

GROUPS: list[dict[str, Any]] = json.loads(
    (files("ingest") / "data" / "ignored.json").read_text(encoding="utf-8")
)
LOOKS_LIKE_LINEAGE = "like lineage only in the name"
"""How the reason begins for a key that looks like lineage and is none."""


def last_step(key: str) -> str:
    return key.casefold().rpartition(".")[2].rpartition("/")[2]


@pytest.mark.parametrize(
    "key",
    [
        "seed",
        "trainer.args.seed",
        "steps[3].seed",
        "steps[].seed",
        "Seed",
        "learning_rate",
        "learning_rate.maxval",
        "[0].learning_rate",
    ],
)
def test_a_name_counts_at_any_depth_and_for_all_below_it(key: str) -> None:
    assert is_ignored("anything", key)


@pytest.mark.parametrize("key", ["seeds", "seed_data", "dataset", "my.seed_corpus", ""])
def test_a_part_of_a_name_is_another_name(key: str) -> None:
    assert not is_ignored("anything", key)


def test_a_path_counts_from_the_root_and_for_all_below_it() -> None:
    assert is_ignored("olmo", "model.d_model")
    assert is_ignored("spacy", "training.optimizer.L2")
    assert is_ignored("axolotl", "datasets[2].type")
    assert is_ignored("axolotl", "DATASETS[].Type")
    assert not is_ignored("olmo", "other.model.d_model")
    assert not is_ignored("olmo", "model")


def test_a_leading_dot_is_the_root() -> None:
    assert is_ignored("azureml", "task")
    assert not is_ignored("azureml", "jobs.score.task.program_arguments")


def test_a_list_at_the_root_is_no_step() -> None:
    assert is_ignored("openlineage", "[].run.facets.nominalTime.nominalStartTime")


def test_a_name_of_a_format_counts_in_no_other() -> None:
    assert is_ignored("llamafactory", "template")
    assert not is_ignored("dvc", "template")


@pytest.mark.parametrize(
    ("form", "key"),
    [
        ("axolotl", "wandb_log_model"),
        ("axolotl", "dataset_prepared_path"),
        ("determined", "searcher.source_checkpoint_uuid"),
        ("kubeflow", "spec.runtimeRef.name"),
        ("azureml", "inputs.image.path"),
        ("kedro", "temperature.filepath"),
        ("cyclonedx", "components[].purl"),
        ("wandb", "root.value"),
        ("wandb", "_wandb.value.e.ab12.args[0]"),
    ],
)
def test_what_may_mean_lineage_is_never_left_out(form: str, key: str) -> None:
    assert not is_ignored(form, key)


def test_every_group_names_a_format_and_a_reason_of_its_own() -> None:
    formats = {"*", *(i.name for i in ingestors())}
    assert {group["format"] for group in GROUPS} <= formats
    assert all(group["because"].strip() and group["keys"] for group in GROUPS)
    named = Counter((group["format"], group["because"]) for group in GROUPS)
    assert [pair for pair, times in named.items() if times > 1] == []


def test_the_table_is_in_order() -> None:
    order = [(group["format"], group["because"]) for group in GROUPS]
    assert order == sorted(order)
    for group in GROUPS:
        assert group["keys"] == sorted(group["keys"], key=lambda key: (key.casefold(), key))


def test_no_key_stands_twice_or_below_another() -> None:
    for form in {group["format"] for group in GROUPS}:
        keys = [k.casefold() for g in GROUPS if g["format"] in {"*", form} for k in g["keys"]]
        assert [key for key, times in Counter(keys).items() if times > 1] == [], form
        names = {key for key in keys if "." not in key}
        below = [key for key in keys if "." in key and not names.isdisjoint(key.split("."))]
        assert below == [], form


def test_what_looks_like_lineage_says_why_it_is_none() -> None:
    for group in GROUPS:
        looks = [key for key in group["keys"] if _LINEAGE_KEY.search(last_step(key))]
        if group["because"].startswith(LOOKS_LIKE_LINEAGE):
            assert looks == group["keys"], group["format"]
        else:
            assert looks == [], group["format"]
