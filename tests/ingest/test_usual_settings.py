"""Settings in the usual names: what is concluded, and what is not claimed."""

from __future__ import annotations

import pytest

from reading_helper import Tree

HOW = "lr: 1e-4\nepochs: 3\nbatch_size: 8\n"


def test_a_base_data_and_output_at_any_depth(tree: Tree) -> None:
    read = tree.read(
        "train.yaml",
        HOW
        + "model: {base_model: heron-ai/base}\n"
        + "data: {train_file: a.jsonl, eval_file: b.jsonl}\nout: {output_dir: models/a}\n",
    )
    assert read.inputs == {
        ("fine_tuned_from", "heron-ai/base"),
        ("trained_on", "a.jsonl"),
        ("evaluated_on", "b.jsonl"),
    }
    assert read.outputs == ["models/a"]
    assert read.input("a.jsonl")["evidence"] == "inferred"


def test_arguments_of_an_example_program_as_json(tree: Tree) -> None:
    text = '{"model_name_or_path": "t5-small", "train_file": "a.json", "learning_rate": 3e-5, '
    read = tree.read("args.json", text + '"output_dir": "out/t5"}')
    assert read.inputs == {("fine_tuned_from", "t5-small"), ("trained_on", "a.json")}
    assert read.outputs == ["out/t5"]


def test_settings_that_their_place_tells(tree: Tree) -> None:
    read = tree.read(
        "ppo.yaml",
        """
    actor_rollout_ref:
      model: {path: models/chat}
      actor: {ppo_mini_batch_size: 256, optim: {lr: 1e-6}}
    data: {train_files: data/train.parquet, val_files: data/test.parquet, train_batch_size: 8}
    reward_model: {enable: false, model: {path: models/judge}}
    trainer: {total_epochs: 30, default_local_dir: checkpoints/chat}
    """,
    )
    assert read.inputs == {
        ("fine_tuned_from", "models/chat"),
        ("trained_on", "data/train.parquet"),
        ("evaluated_on", "data/test.parquet"),
    }
    assert read.outputs == ["checkpoints/chat"]


@pytest.mark.parametrize(
    "text",
    [
        "base_model: heron-ai/base\ntrain_file: a.jsonl\n",  # nothing of a training
        "base_model: heron-ai/base\ntrain_file: a.jsonl\noutput_dir: out\n",
        f"{HOW}base_model: heron-ai/base\n",  # no data
        f"{HOW}train_file: a.jsonl\n",  # no base
        f"{HOW}model: resnet50\ndataset: cifar10\n",  # an architecture
        f"{HOW}base_model: $BASE\ntrain_file: a.jsonl\n",  # a gap to fill
        "- {lr: 1, epochs: 3, batch_size: 8, base_model: a/b, train_file: c}\n",
    ],
)
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("train.yaml", text) != "usual_settings"


def test_a_format_that_is_known_comes_first(tree: Tree) -> None:
    text = f"{HOW}model_name_or_path: a/b\ntrain_file: c.jsonl\nlearning_rate: 1\noutput_dir: o\n"
    assert tree.claimant("train.yaml", text) == "trl"
