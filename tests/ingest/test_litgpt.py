"""LitGPT: given this config, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

TRAIN = """
out_dir: out/run
train: {global_batch_size: 8, micro_batch_size: 1}
"""
BASE = ("fine_tuned_from", "checkpoints/org/base")


def finetune(body: str) -> str:
    return f"checkpoint_dir: checkpoints/org/base\n{TRAIN}{body}"


def pretrain(body: str) -> str:
    return f"model_name: pythia-14m\n{TRAIN}{body}"


def test_a_download_folder_is_a_copy_of_the_hub_model(tree: Tree) -> None:
    read = tree.read("c.yaml", finetune("data: Alpaca2k\n"))
    assert read.inputs == {BASE, ("trained_on", "mhenrichsen/alpaca_2k_test")}
    assert read.copies == {("checkpoints/org/base", "org/base"), ("out/run", "out/run")}
    assert read.input("mhenrichsen/alpaca_2k_test")["evidence"] == "default"


@pytest.mark.parametrize(("path", "name"), [
    ("org/base", "hf://models/org/base"),
    ("/models/base", "file://repo//models/base"),
    ("checkpoints/org/base/final", "file://repo/checkpoints/org/base/final"),
])  # fmt: skip
def test_other_checkpoints(tree: Tree, path: str, name: str) -> None:
    read = tree.read("c.yaml", f"checkpoint_dir: {path}\n{TRAIN}data: Deita\n")
    assert ("fine_tuned_from", name) in read.ids
    assert not any(of == "org/base" for _, of in read.copies)


def test_a_class_named_like_a_model_is_a_mix_of_data(tree: Tree) -> None:
    read = tree.read("c.yaml", pretrain("data: TinyLlama\ntokenizer_dir: checkpoints/org/tok\n"))
    assert read.ids == {
        ("trained_on", "name://datasets/litgpt.data.TinyLlama"),
        ("tokenized_with", "file://repo/checkpoints/org/tok"),
    }
    assert read.background == {
        ("derived_from", "hf://datasets/cerebras/SlimPajama-627B"),
        ("derived_from", "hf://datasets/bigcode/starcoderdata"),
    }
    assert read.outputs == ["pythia-14m"]


def test_a_mix_without_one_of_its_parts(tree: Tree) -> None:
    read = tree.read("c.yaml", pretrain("""
data:
  class_path: litgpt.data.TinyLlama
  init_args: {use_starcoder: false, data_path: /mnt/data}
"""))  # fmt: skip
    assert ("derived_from", "bigcode/starcoderdata") not in read.inputs
    assert ("/mnt/data", "litgpt.data.TinyLlama") in read.copies


def test_without_a_data_key_the_documented_default_holds(tree: Tree) -> None:
    tuned = tree.read("a.yaml", finetune(""))
    trained = tree.read("b.yaml", pretrain("data:\n"))
    assert ("trained_on", "litgpt.data.TinyLlama") in trained.inputs
    (name,) = (name for role, name in tuned.inputs if role == "trained_on")
    assert name.endswith("alpaca_data_cleaned_archive.json")


def test_files_of_ones_own(tree: Tree) -> None:
    read = tree.read("c.yaml", finetune("""
data:
  class_path: litgpt.data.JSON
  init_args: {json_path: data/letters.json, val_split_fraction: 0.1}
"""))  # fmt: skip
    assert read.inputs == {
        BASE,
        ("trained_on", "data/letters.json"),
        ("evaluated_on", "data/letters.json"),
    }
    assert read.input("data/letters.json", "evaluated_on")["evidence"] == "inferred"


def test_text_files_and_streams(tree: Tree) -> None:
    texts = tree.read("a.yaml", pretrain("""
data:
  class_path: TextFiles
  init_args: {train_data_path: corpus/train, val_data_path: corpus/val}
"""))  # fmt: skip
    assert texts.inputs == {("trained_on", "corpus/train"), ("evaluated_on", "corpus/val")}
    streamed = tree.read("b.yaml", pretrain("""
data:
  class_path: LitData
  init_args: {data_path: "s3://bucket/tokens", split_names: [train, val]}
"""))  # fmt: skip
    assert streamed.input("s3://bucket/tokens")["selector"] == "split=train"
    assert streamed.input("s3://bucket/tokens", "evaluated_on")["selector"] == "split=val"


def test_an_address_replaces_the_default(tree: Tree) -> None:
    read = tree.read("c.yaml", finetune("""
data: {class_path: litgpt.data.LIMA, init_args: {repo_id: org/letters}}
"""))  # fmt: skip
    assert read.inputs == {BASE, ("trained_on", "org/letters")}


def test_continued_pretraining_has_a_parent_and_its_own_checkpoint_is_none(tree: Tree) -> None:
    read = tree.read("c.yaml", pretrain(
        "initial_checkpoint_dir: EleutherAI/pythia-14m\nresume: out/run/step-100\n"))  # fmt: skip
    assert {name for role, name in read.inputs if role == "fine_tuned_from"} == {
        "EleutherAI/pythia-14m"
    }


def test_a_class_of_the_users_is_a_name_without_a_source(tree: Tree) -> None:
    read = tree.read("c.yaml", finetune("data: {class_path: mine.Letters}\n"))
    assert ("trained_on", "name://datasets/mine.Letters") in read.ids
    assert read.skipped == ["which data “mine.Letters” reads is not known"]


@pytest.mark.parametrize("text", [
    "model: org/name\nout_dir: out\ndata: Alpaca\n",
    "checkpoint_dir: checkpoints/org/base\n",
])  # fmt: skip
def test_other_configs_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("c.yaml", text) is None
