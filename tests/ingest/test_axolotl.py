"""Axolotl: given this config, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

BASE = """
    base_model: org/base
    sequence_len: 2048
    micro_batch_size: 1
"""


def config(body: str) -> str:
    return BASE + body


def test_base_data_and_output(tree: Tree) -> None:
    read = tree.read(
        "c.yml",
        config("""
    datasets:
      - path: org/notes
        type: alpaca
    val_set_size: 0.0
    output_dir: ./outputs/out
    """),
    )
    assert read.inputs == {("fine_tuned_from", "org/base"), ("trained_on", "org/notes")}
    assert read.outputs == ["outputs/out"]
    assert read.copies == {("outputs/out", "outputs/out")}


def test_two_configs_with_one_output_folder_make_two_models(tree: Tree) -> None:
    text = config("    output_dir: ./outputs/out\n")
    one, two = (tree.read(path, text) for path in ("a.yml", "b.yml"))
    assert one.output_ids == ["config://repo/a.yml#outputs/out"]
    assert two.output_ids == ["config://repo/b.yml#outputs/out"]
    assert one.copies == two.copies


def test_a_held_out_part_is_evaluated_on_and_only_inferred(tree: Tree) -> None:
    read = tree.read(
        "c.yml",
        config("""
    datasets: [{path: org/notes}]
    val_set_size: 0.2
    """),
    )
    assert read.input("org/notes", "evaluated_on")["evidence"] == "inferred"


def test_a_test_set_of_its_own_leaves_nothing_held_out(tree: Tree) -> None:
    read = tree.read(
        "c.yml",
        config("""
    datasets: [{path: org/notes}]
    test_datasets: [{path: org/exam, split: test}]
    val_set_size: 0.2
    """),
    )
    assert ("evaluated_on", "org/notes") not in read.inputs
    assert read.input("org/exam", "evaluated_on")["selector"] == "split=test"


def test_a_data_set_listed_twice_is_one_edge_with_both_parts(tree: Tree) -> None:
    read = tree.read(
        "c.yml",
        config("""
    datasets:
      - {path: org/notes, split: train}
      - {path: org/notes, split: more}
    """),
    )
    assert read.input("org/notes")["selector"] == "split=train + split=more"


def test_files_of_a_hub_data_set_are_a_part_of_it(tree: Tree) -> None:
    read = tree.read(
        "c.yml",
        config("""
    datasets:
      - path: org/long
        data_files: [part/a.jsonl.zst]
    """),
    )
    assert read.inputs == {("fine_tuned_from", "org/base"), ("trained_on", "org/long")}
    assert read.input("org/long")["selector"] == "data_files=part/a.jsonl.zst"


def test_files_under_a_format_name_are_the_data(tree: Tree) -> None:
    read = tree.read(
        "c.yml",
        config("""
    datasets:
      - path: json
        data_files: letters.jsonl
    """),
    )
    assert ("trained_on", "file://repo/letters.jsonl") in read.ids


@pytest.mark.parametrize(("path", "name"), [
    ("org/notes", "hf://datasets/org/notes"),
    ("./notes", "file://repo/notes"),
    ("data/notes", "file://repo/data/notes"),
    ("notes.jsonl", "file://repo/notes.jsonl"),
    ("s3://bucket/notes", "s3://bucket/notes"),
    ("https://huggingface.co/datasets/org/notes", "hf://datasets/org/notes"),
])  # fmt: skip
def test_what_a_path_names(tree: Tree, path: str, name: str) -> None:
    read = tree.read("c.yml", config(f"    datasets: [{{path: '{path}'}}]\n"))
    assert ("trained_on", name) in read.ids


def test_an_adapter_that_is_continued_is_a_parent_too(tree: Tree) -> None:
    read = tree.read("c.yml", config("    adapter: lora\n    lora_model_dir: outputs/first\n"))
    assert read.inputs == {("fine_tuned_from", "org/base"), ("fine_tuned_from", "outputs/first")}


def test_weights_made_anew_have_no_parent(tree: Tree) -> None:
    read = tree.read("c.yml", config("    reinit_weights: true\n"))
    assert read.inputs == {("tokenized_with", "org/base")}


def test_reward_model_true_says_what_is_trained(tree: Tree) -> None:
    read = tree.read("c.yml", config("    reward_model: true\n"))
    assert read.inputs == {("fine_tuned_from", "org/base")}


def test_reward_functions_are_code_and_reward_models_are_not(tree: Tree) -> None:
    read = tree.read(
        "c.yml",
        config("""
    trl:
      reward_funcs: [rewards.length, org/judge]
    """),
    )
    assert ("rewarded_by", "org/judge") in read.inputs
    assert not any("length" in name for _, name in read.inputs)


@pytest.mark.parametrize("key", ["kd_trainer", "gkd_trainer"])
def test_a_nameless_teacher_is_reported(tree: Tree, key: str) -> None:
    read = tree.read("c.yml", config(f"    {key}: true\n"))
    assert read.skipped == ["the teacher of this distillation is not named"]


@pytest.mark.parametrize("key", ["kd_teacher", "gkd_teacher"])
def test_a_teacher_by_any_of_its_keys(tree: Tree, key: str) -> None:
    read = tree.read("c.yml", config(f"    {key}: org/teacher\n"))
    assert ("distilled_from", "org/teacher") in read.inputs
    assert read.skipped == []


def test_prepared_data_is_a_copy_of_the_data_not_an_input(tree: Tree) -> None:
    read = tree.read(
        "c.yml",
        config("""
    datasets: [{path: org/notes}]
    dataset_prepared_path: last_run_prepared
    """),
    )
    assert read.copies == {("last_run_prepared", "org/notes")}
    assert not any("prepared" in name for _, name in read.inputs)


def test_comments_say_nothing(tree: Tree) -> None:
    read = tree.read(
        "c.yml",
        config("""
    # hub_model_id: username/custom_model_name
    # datasets: [{path: org/old}]
    """),
    )
    assert read.inputs == {("fine_tuned_from", "org/base")}
    assert read.outputs == []
    assert read.unnamed == ["c"]


def test_a_placeholder_is_an_unknown_of_its_place(tree: Tree) -> None:
    read = tree.read("c.yml", config("    datasets: [{path: /path/to/data}]\n"))
    assert ("trained_on", "unknown://repo/c.yml:datasets[0].path#/path/to/data") in read.ids


def test_a_key_that_may_be_lineage_is_reported(tree: Tree) -> None:
    read = tree.read("c.yml", config("    my_teacher_path: org/big\n"))
    assert read.skipped == ["“my_teacher_path” may mean lineage, and this reader does not know it"]


@pytest.mark.parametrize("text", [
    "base_model: a/b\nmerge_method: slerp\nadapter: lora\ndatasets: []\n",
    "model: a/b\ndatasets: [{path: c/d}]\nsequence_len: 1\n",
    "base_model: a/b\n",
    "- base_model: a/b\n",
    "volumes: [{name: axolotl-data}]\n",
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("c.yml", text) is None
