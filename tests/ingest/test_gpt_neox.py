"""GPT-NeoX: given this config, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

HEAD = "pipe-parallel-size: 0\nmodel_parallel_size: 1\npos-emb: rotary\ndata-impl: mmap\n"


def config(body: str) -> str:
    return HEAD + body


@pytest.mark.parametrize("form", ["train-data-paths", "train_data_paths"])
def test_keys_with_hyphens_and_underscores(tree: Tree, form: str) -> None:
    read = tree.read("c.yml", config(f'"{form}": [/mnt/pile_text_document]\n'))
    assert read.inputs == {("trained_on", "/mnt/pile_text_document")}


def test_the_same_data_for_training_and_measuring(tree: Tree) -> None:
    read = tree.read("c.yml", config("""
train-data-paths: [/mnt/pile]
valid-data-paths: [/mnt/pile]
test-data-paths: [/mnt/pile]
"""))  # fmt: skip
    assert read.inputs == {("trained_on", "/mnt/pile"), ("evaluated_on", "/mnt/pile")}


def test_weights_become_shares(tree: Tree) -> None:
    read = tree.read(
        "c.yml", config("train_data_paths: [a/x, b/y]\ntrain_data_weights: [3., 1.]\n")
    )
    assert read.input("a/x")["share"] == 0.75
    assert read.input("b/y")["share"] == 0.25


def test_one_path_that_is_split(tree: Tree) -> None:
    read = tree.read("c.yml", config("data_path: data/x\nsplit: 969, 30, 1\n"))
    whole = tree.read("d.yml", config("data_path: data/x\nsplit: 100, 0, 0\n"))
    assert read.input("data/x", "evaluated_on")["evidence"] == "inferred"
    assert whole.inputs == {("trained_on", "data/x")}


def test_preference_data(tree: Tree) -> None:
    read = tree.read("c.yml", config("""
pos_train_data_paths: [data/good]
neg_train_data_paths: [data/bad]
neg_train_label_data_paths: [data/bad_labels]
"""))  # fmt: skip
    assert read.input("data/good")["selector"] == "chosen answers"
    assert read.input("data/bad_labels")["selector"] == "rejected answers; labels"


def test_a_placeholder_is_an_unknown_of_its_place(tree: Tree) -> None:
    read = tree.read("c.yml", config("load: /path/to/checkpoint\nfinetune: true\n"))
    ((role, name),) = read.ids
    assert role == "fine_tuned_from"
    assert name.startswith("unknown://repo/c.yml:load")


def test_what_it_loads_and_saves(tree: Tree) -> None:
    other = tree.read("a.yml", config("load: base\nsave: out\niteration: 5\n"))
    own = tree.read("b.yml", config("load: ./out\nsave: out\n"))
    assert other.ids == {("fine_tuned_from", "file://repo/base")}
    assert other.input("base", "fine_tuned_from")["selector"] == "iteration=5"
    assert own.inputs == set()
    assert own.skipped == ["it loads what it saves; where the run began is not named"]
    assert own.outputs == ["out"]


def test_a_vocabulary_is_the_tokenizer(tree: Tree) -> None:
    read = tree.read("c.yml", config("vocab-file: t/20B.json\nmerge_file: t/merges.txt\n"))
    assert read.inputs == {("tokenized_with", "t/20B.json")}


def test_an_architecture_has_no_lineage(tree: Tree) -> None:
    read = tree.read("c.yml", config("finetune: true\n"))
    assert (read.inputs, read.outputs, read.unnamed) == (set(), [], [])
    assert read.skipped == ["it fine-tunes a checkpoint that another file names"]


def test_other_configs_are_not_claimed(tree: Tree) -> None:
    assert tree.claimant("a.yml", "data_path: x\nsave: y\n") is None
    assert tree.claimant("b.yml", config("trainer: {}\n")) is None


def test_a_file_of_weighted_data_alone(tree: Tree) -> None:
    mixture = '"train-data-paths": [d/a, d/b]\n"train-data-weights": [3., 1.]\ntrain-iters: 9\n'
    read = tree.read("mixture.yml", mixture)
    assert read.inputs == {("trained_on", "d/a"), ("trained_on", "d/b")}
    assert read.input("d/a")["share"] == 0.75
