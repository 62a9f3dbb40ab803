"""NeMo: given this config, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

HEAD = "name: n\ntrainer: {devices: 1}\nexp_manager: {exp_dir: /r, name: '${name}'}\n"


def config(model: str, before: str = "") -> str:
    return f"{HEAD}{before}model:\n{model}"


def test_a_restored_model_with_files_and_their_chances(tree: Tree) -> None:
    read = tree.read("c.yaml", config("""
  restore_from_path: /m/base.nemo
  peft: {peft_scheme: lora, restore_from_path: /m/adapter.nemo}
  data:
    train_ds: {file_names: [/d/a.jsonl, /d/b.jsonl], concat_sampling_probabilities: [0.8, 0.2]}
    validation_ds: {file_names: [/d/c.jsonl]}
"""))  # fmt: skip
    assert read.inputs == {
        ("fine_tuned_from", "/m/base.nemo"), ("fine_tuned_from", "/m/adapter.nemo"),
        ("trained_on", "/d/a.jsonl"), ("trained_on", "/d/b.jsonl"),
        ("evaluated_on", "/d/c.jsonl"),
    }  # fmt: skip
    assert read.input("/d/a.jsonl")["share"] == 0.8
    assert read.outputs == ["/r/n"]
    assert read.properties("/r/n")["adapter"] == "lora"


@pytest.mark.parametrize(("start", "ids"), [
    ("init_from_pretrained_model: stt_en_ctc", {"name://models/stt_en_ctc"}),
    ("init_from_pretrained_model: nvidia/parakeet", {"hf://models/nvidia/parakeet"}),
    ("init_from_nemo_model: /m/a.nemo", {"file://repo//m/a.nemo"}),
    ("init_from_nemo_model: {one: {path: /m/a.nemo, include: [enc]}, two: {path: /m/b.nemo}}",
     {"file://repo//m/a.nemo", "file://repo//m/b.nemo"}),
    ("init_from_ptl_ckpt: /m/a.ckpt", {"file://repo//m/a.ckpt"}),
])  # fmt: skip
def test_weights_that_a_training_starts_from(tree: Tree, start: str, ids: set[str]) -> None:
    read = tree.read("c.yaml", config("  train_ds: {manifest_filepath: /d/a.json}\n", start + "\n"))
    assert {name for role, name in read.ids if role == "fine_tuned_from"} == ids


@pytest.mark.parametrize(("manifests", "names"), [
    ("/d/a.json", {"/d/a.json"}),
    ("'/d/a.json,/d/b.json'", {"/d/a.json", "/d/b.json"}),
    ("[[/d/a.json], [/d/b.json]]", {"/d/a.json", "/d/b.json"}),
])  # fmt: skip
def test_manifests(tree: Tree, manifests: str, names: set[str]) -> None:
    read = tree.read("c.yaml", config(f"  train_ds: {{manifest_filepath: {manifests}}}\n"))
    assert {name for role, name in read.inputs if role == "trained_on"} == names


def test_each_placeholder_is_an_unknown_of_its_own(tree: Tree) -> None:
    read = tree.read("c.yaml", config("""
  train_ds:
    manifest_filepath: ???
  validation_ds:
    manifest_filepath: ???
"""))  # fmt: skip
    assert len({name for _, name in read.ids}) == 2
    assert all(name.startswith("unknown://") for _, name in read.ids)


def test_prefixes_with_weights_and_by_use(tree: Tree) -> None:
    mixed = tree.read("a.yaml", config(
        "  data: {data_prefix: [1, /d/a, 3, /d/b], splits_string: '90,5,5'}\n"))  # fmt: skip
    assert mixed.input("/d/b")["share"] == 0.75
    assert mixed.input("/d/a", "evaluated_on")["evidence"] == "inferred"
    apart = tree.read("b.yaml", config(
        "  data: {data_prefix: {train: [/d/a], validation: [/d/b], test: [/d/c]}}\n"))  # fmt: skip
    assert apart.inputs == {
        ("trained_on", "/d/a"), ("evaluated_on", "/d/b"), ("evaluated_on", "/d/c"),
    }  # fmt: skip


def test_files_below_the_folder_of_their_data_set(tree: Tree) -> None:
    read = tree.read("c.yaml", config("""
  dataset: {data_dir: /d/ner}
  train_ds: {text_file: text.txt, labels_file: labels.txt}
  language_model: {pretrained_model_name: bert-base-uncased, lm_checkpoint: null}
  optim: {name: adam}
"""))  # fmt: skip
    assert read.inputs == {
        ("trained_on", "/d/ner/text.txt"), ("trained_on", "/d/ner/labels.txt"),
        ("fine_tuned_from", "bert-base-uncased"),
    }  # fmt: skip


def test_test_data_alone_measures_and_makes_nothing(tree: Tree) -> None:
    read = tree.read("c.yaml", config(
        "  restore_from_path: /m/a.nemo\n  test_ds: {manifest_filepath: /d/t.json}\n"))  # fmt: skip
    assert read.inputs == {("evaluated_on", "/d/t.json")}
    assert (read.outputs, read.unnamed) == ([], [])


def test_a_quantisation(tree: Tree) -> None:
    read = tree.read("c.yaml", """
trainer: {devices: 1}
quantization: {algorithm: int8, calib_dataset: org/texts}
export: {save_path: /r/q}
model: {restore_from_path: /m/a.nemo}
""")  # fmt: skip
    assert read.inputs == {("quantized_from", "/m/a.nemo"), ("calibrated_on", "org/texts")}


def test_a_recipe_of_the_second_generation(tree: Tree) -> None:
    read = tree.read("c.yaml", """
model: {_target_: nemo.collections.llm.LlamaModel}
resume: {_target_: nemo.lightning.AutoResume, restore_config: {path: "nemo://org/base"}}
data: {_target_: nemo.collections.llm.SquadDataModule}
log: {log_dir: /r, name: n}
""")  # fmt: skip
    assert ("fine_tuned_from", "hf://models/org/base") in read.ids
    assert ("trained_on", "name://datasets/nemo.collections.llm.SquadDataModule") in read.ids
    assert read.outputs == ["/r/n"]


def test_a_policy_with_its_teacher(tree: Tree) -> None:
    read = tree.read("c.yaml", """
policy: {model_name: org/base, tokenizer: {name: "${policy.model_name}"}}
teacher: {model_name: org/big}
data:
  train: {data_path: d/train.jsonl}
  validation: {dataset_name: org/exam, split: test}
checkpointing: {checkpoint_dir: results}
cluster: {num_nodes: 1}
""")  # fmt: skip
    assert read.inputs == {
        ("fine_tuned_from", "org/base"), ("tokenized_with", "org/base"),
        ("distilled_from", "org/big"), ("trained_on", "d/train.jsonl"),
        ("evaluated_on", "org/exam"),
    }  # fmt: skip


def test_other_configs_are_not_claimed(tree: Tree) -> None:
    text = "model: {_target_: mine.Net}\ntrainer: {_target_: pl.Trainer}\n"
    assert tree.claimant("a.yaml", text) != "nemo"
    assert tree.claimant("b.yaml", "model: {name: x}\ntrainer: {gpus: 1}\n") != "nemo"
