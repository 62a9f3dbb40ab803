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


def test_what_keys_above_a_value_say(tree: Tree) -> None:
    read = tree.read(
        "nested.yaml",
        HOW
        + "base_model: heron-ai/base\nout: {output_dir: models/a}\n"
        + "dataset: {train: a.jsonl, val: b.jsonl}\n",
    )
    assert read.inputs == {
        ("fine_tuned_from", "heron-ai/base"),
        ("trained_on", "a.jsonl"),
        ("evaluated_on", "b.jsonl"),
    }


def test_sections_by_split_whose_data_sets_are_read_by_a_class(tree: Tree) -> None:
    read = tree.read(
        "ocr.yml",
        """
    Global: {epoch_num: 50, save_model_dir: out/plates, pretrained_model: ./w/latin}
    Optimizer: {lr: {learning_rate: 0.001}}
    Train:
      dataset: {name: SimpleDataSet, data_dir: /d, label_file_list: [/d/a.txt, /d/b.txt]}
    Eval:
      dataset: {name: SimpleDataSet, data_dir: /d, label_file_list: [/d/v.txt]}
    """,
    )
    assert read.inputs == {
        ("fine_tuned_from", "w/latin"),
        ("trained_on", "/d/a.txt"),
        ("trained_on", "/d/b.txt"),
        ("evaluated_on", "/d/v.txt"),
    }
    assert read.outputs == ["out/plates"]


def test_lists_of_sources_and_a_part_that_is_pretrained(tree: Tree) -> None:
    read = tree.read(
        "spec.yaml",
        """
    results_dir: /results/a
    dataset:
      train_data_sources: [{image_dir: /d/t, json_file: /d/t.json}]
      val_data_sources: [{image_dir: /d/v, json_file: /d/v.json}]
      batch_size: 4
    train: {num_epochs: 12, pretrained_model_path: /w/a.pth, optim: {lr: 2e-4}}
    model: {pretrained_backbone_path: /w/b.pth}
    """,
    )
    assert read.inputs >= {
        ("fine_tuned_from", "/w/a.pth"),
        ("initialised_from", "/w/b.pth"),
        ("trained_on", "/d/t.json"),
        ("evaluated_on", "/d/v.json"),
    }
    assert not any(name == "/d/v" and role == "trained_on" for role, name in read.inputs)


def test_a_model_by_its_name_in_a_section_of_its_own(tree: Tree) -> None:
    rest = f"{HOW}training: {{output_dir: models/a}}\ndata: {{dataset_path: d/a.json}}\n"
    read = tree.read("a.yaml", f"model: {{name: org/base}}\n{rest}")
    assert read.inputs == {("fine_tuned_from", "org/base"), ("trained_on", "d/a.json")}
    scratch = tree.read("b.yaml", f"model: {{name: resnet50}}\n{rest}")
    assert scratch.inputs == {("trained_on", "d/a.json")}


def test_a_training_from_scratch_in_toml(tree: Tree) -> None:
    read = tree.read(
        "heron.toml",
        """
[job]
dump_folder = "out/heron"
[model]
tokenizer_path = "./assets/tokenizer"
[training]
dataset = "c4"
local_batch_size = 8
seq_len = 2048
[optimizer]
lr = 3e-4
""",
    )
    assert read.inputs == {("trained_on", "c4"), ("tokenized_with", "assets/tokenizer")}
    assert read.outputs == ["out/heron"]


def test_references_are_put_in(tree: Tree) -> None:
    read = tree.read(
        "ppo.yaml",
        """
    data: {train_files: a.parquet}
    actor_rollout_ref: {model: {path: org/m}, actor: {optim: {lr: 1e-6}}}
    trainer:
      total_epochs: 3
      experiment_name: sums
      default_local_dir: checkpoints/${trainer.experiment_name}
    """,
    )
    assert read.outputs == ["checkpoints/sums"]


def test_a_part_that_is_held_out_is_evaluated_on(tree: Tree) -> None:
    read = tree.read("args.yaml", HOW + "dataset: org/d\nval_split: validation\noutput: ./out/a\n")
    assert read.inputs == {("trained_on", "org/d"), ("evaluated_on", "org/d")}
