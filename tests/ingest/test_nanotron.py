"""nanotron: given these configs, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

REST = "tokens: {train_steps: 10}\nparallelism: {dp: 1}\n"


def test_a_mixture_with_its_shares(tree: Tree) -> None:
    read = tree.read(
        "a.yaml",
        REST
        + "data_stages: [{data: {dataset: {hf_dataset_or_datasets: {org/a: 3, org/b: 1}}}}]\n"
        + "checkpoints: {checkpoints_path: out/a}\n"
        + "tokenizer: {tokenizer_name_or_path: org/tok}\n",
    )
    assert read.inputs == {
        ("trained_on", "org/a"),
        ("trained_on", "org/b"),
        ("tokenized_with", "org/tok"),
    }
    assert read.input("org/a")["share"] == pytest.approx(0.75)
    assert read.outputs == ["out/a"]


def test_folders_of_stages_and_where_weights_come_from(tree: Tree) -> None:
    read = tree.read(
        "a.yaml",
        REST
        + "data_stages:\n- data: {dataset: {dataset_folder: data/x}}\n"
        + "- data: {dataset: {dataset_folder: [data/y, data/z], dataset_weights: [1, 1]}}\n"
        + "model: {init_method: {path: seeds/a}}\n"
        + "checkpoints: {checkpoints_path: out/a, resume_checkpoint_path: out/b}\n",
    )
    assert read.inputs == {
        ("trained_on", "data/x"),
        ("trained_on", "data/y"),
        ("trained_on", "data/z"),
        ("fine_tuned_from", "seeds/a"),
        ("fine_tuned_from", "out/b"),
    }
    assert read.input("data/y")["share"] is None  # it is one of a stage only


def test_the_first_form_has_one_stage(tree: Tree) -> None:
    data = "data: {dataset: {hf_dataset_or_datasets: org/a, hf_dataset_splits: train}}\n"
    read = tree.read("a.yaml", REST + data)
    assert read.inputs == {("trained_on", "org/a")}


@pytest.mark.parametrize(
    "text", [REST, "data_stages: [{data: {dataset: {dataset_folder: x}}}]", REST + "data_stages: x"]
)
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("a.yaml", text) != "nanotron"
