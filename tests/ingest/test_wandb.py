"""Weights & Biases: given this record of a run, artifact or sweep, these inputs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reading_helper import Read, Tree

FOLDER = "wandb/run-20240102_030405-ab12cd34/files"


def config(tree: Tree, folder: str = FOLDER, **values: Any) -> Read:
    body = {"wandb_version": 1, "_wandb": {"value": {"cli_version": "0.16"}}}
    wrapped = {key: {"desc": None, "value": value} for key, value in values.items()}
    return tree.read(f"{folder}/config.yaml", json.dumps({**body, **wrapped}, indent=1))


def metadata(tree: Tree, *args: str, program: str = "train.py", **more: Any) -> Read:
    body = {"os": "x", "python": "3.11", "startedAt": "2024", "program": program, "args": args,
            "executable": "python", "codePath": program, **more}  # fmt: skip
    return tree.read(f"{FOLDER}/wandb-metadata.json", json.dumps(body, indent=1))


def edges(one: Read) -> set[tuple[str, str, str]]:
    return {(a.subject.name, a.relation.role, a.object.name) for a in one.extract.assertions}


@pytest.mark.parametrize(("values", "inputs"), [
    ({"model_name_or_path": "org/m", "dataset_name": "org/d"},
     {("fine_tuned_from", "org/m"), ("trained_on", "org/d")}),
    ({"_name_or_path": "org/m"}, {("fine_tuned_from", "org/m")}),
    ({"_name_or_path": "org/m", "model_name_or_path": "org/n"}, {("fine_tuned_from", "org/n")}),
    ({"args": {"train_file": "a/t.json", "tokenizer_name": "org/t"}},
     {("trained_on", "a/t.json"), ("tokenized_with", "org/t")}),
    ({"lr": 0.1, "epochs": 3, "model": "resnet50"}, set()),
    ({"dataset_name": None, "model_name_or_path": "None"}, set()),
])  # fmt: skip
def test_values_of_a_run(tree: Tree, values: dict[str, Any], inputs: set[tuple[str, str]]) -> None:
    assert config(tree, **values).inputs == inputs


def test_the_model_is_where_it_was_written_or_the_run(tree: Tree) -> None:
    written = config(tree, dataset_name="org/d", output_dir="./out/m")
    assert written.outputs == ["out/m"]
    assert written.copies == {("out/m", "out/m")}
    pushed = config(tree, dataset_name="org/d", output_dir="out/m", hub_model_id="org/made")
    assert pushed.output_ids == ["hf://models/org/made"]
    nowhere = config(tree, dataset_name="org/d")
    assert nowhere.unnamed == ["ab12cd34"]


def test_two_records_of_a_run_are_of_one_model(tree: Tree) -> None:
    first = metadata(tree, "--dataset_name", "org/d", "--validation_file", "a/v.json")
    assert first.unnamed == ["ab12cd34"]
    config(tree, model_name_or_path="org/m", output_dir="out/m")
    again = tree.read(f"{FOLDER}/wandb-metadata.json")
    other = tree.read(f"{FOLDER}/config.yaml")
    assert (
        again.output_ids
        == other.output_ids
        == ["config://repo/wandb/run-20240102_030405-ab12cd34#out/m"]
    )
    assert again.inputs == {("trained_on", "org/d"), ("evaluated_on", "a/v.json")}
    assert other.inputs == {("fine_tuned_from", "org/m")}


def test_runs_that_write_to_one_place_stay_apart(tree: Tree) -> None:
    one = config(tree, dataset_name="org/d", output_dir="out")
    two = config(tree, folder="wandb/run-20240102_030406-ef/files", dataset_name="org/e",
                 output_dir="out")  # fmt: skip
    assert one.output_ids != two.output_ids


def test_the_command_among_the_values(tree: Tree) -> None:
    command = {"program": "train.py", "args": ["--dataset_name", "org/d"], "email": "a@b.c"}
    body = {"_wandb": {"value": {"e": {"x1": command}}}, "lr": {"value": 1}}
    one = tree.read("config.yaml", json.dumps(body))
    assert one.inputs == {("trained_on", "org/d")}


def test_an_evaluation_makes_no_model(tree: Tree) -> None:
    one = metadata(tree, "--model_name_or_path", "org/m", "--test_file", "a/t", program="eval.py")
    assert edges(one) == {("org/m", "evaluated_on", "a/t")}
    assert (one.outputs, one.unnamed) == ([], [])


def test_a_script_that_calls_the_trainer_itself_trains(tree: Tree) -> None:
    one = config(tree, _name_or_path="org/m", do_train=False, do_eval=True, output_dir="out/m")
    assert one.inputs == {("fine_tuned_from", "org/m")}
    assert one.outputs == ["out/m"]


def test_a_run_that_says_nothing(tree: Tree) -> None:
    one = metadata(tree, "--lr", "0.1")
    assert (one.inputs, one.outputs, one.unnamed) == (set(), [], [])


def test_people_and_machines_are_not_kept(tree: Tree) -> None:
    one = metadata(tree, "--dataset_name", "org/d", email="ann@example.org", username="ann",
                   host="node-7", root="/home/ann/x")  # fmt: skip
    assert not any(word in repr(one.extract) for word in ("ann@", "node-7", "/home/ann"))


def test_artifacts_that_a_run_used(tree: Tree) -> None:
    used = {"_type": "artifactVersion", "version": "v2", "sequenceName": "tickets"}
    weights = {"_type": "artifactVersion", "version": "v0", "sequenceName": "base-weights"}
    one = config(tree, data=used, start=weights, dataset="wandb-artifact://acme/p/other:v1")
    assert one.ids == {
        ("trained_on", "wandb://repo/tickets"), ("fine_tuned_from", "wandb://repo/base-weights"),
        ("trained_on", "wandb://repo/other"),
    }  # fmt: skip
    assert one.input("tickets")["selector"] == "version=v2"
    assert one.input("other")["selector"] == "version=v1"


@pytest.mark.parametrize(("folder", "name"), [
    ("artifacts/tickets:v3", "tickets"), ("artifacts/tickets-v3", "tickets"),
    ("artifacts/tickets", "tickets"),
])  # fmt: skip
def test_an_artifact_refers_to_folders(tree: Tree, folder: str, name: str) -> None:
    contents = {f"{i}": {"digest": "x", "ref": f"s3://b/raw/{i}.csv"} for i in range(50)}
    contents["own"] = {"digest": "y"}
    body = {"version": 1, "storagePolicy": "wandb-storage-policy-v1", "contents": contents}
    one = tree.read(f"{folder}/wandb_manifest.json", json.dumps(body))
    assert one.inputs == {("derived_from", "s3://b/raw")}
    assert one.output_ids == [f"wandb://repo/{name}"]


@pytest.mark.parametrize("text", [
    "method: grid\nparameters: {lr: {values: [1, 2]}}\n",
    "program: train.py\nmethod: bayes\nmetric: {name: a}\n"
    "parameters: {model_name_or_path: {value: org/m}}\n",
])  # fmt: skip
def test_no_lineage_is_in_a_sweep(tree: Tree, text: str) -> None:
    one = tree.read("sweep.yaml", text)
    assert (one.inputs, one.outputs, one.unnamed) == (set(), [], [])
    assert one.skipped == ["a sweep lists what may be tried: no lineage here"]


@pytest.mark.parametrize(("path", "text"), [
    ("config.yaml", "lr: {value: 1}\n"),
    ("config.yaml", "wandb: {project: x, entity: y}\n"),
    ("config.yaml", "method: GET\nparameters: {a: {value: 1}}\n"),
    ("a.yaml", "method: grid\nparameters: [a, b]\n"),
    ("wandb-metadata.json", '{"program": "x"}'),
    ("wandb_manifest.json", '{"contents": {}}'),
    ("wandb-summary.json", '{"train/loss": 1}'),
])  # fmt: skip
def test_other_documents_are_not_claimed(tree: Tree, path: str, text: str) -> None:
    assert tree.claimant(path, text) != "wandb"
