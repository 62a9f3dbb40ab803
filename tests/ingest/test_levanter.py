"""Levanter: given these configs, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

REST = """
model: {type: llama}
trainer: {mp: "p=f32", train_batch_size: 8, num_train_steps: 10}
optimizer: {learning_rate: 1e-3}
"""


def test_shards_are_one_data_set_and_single_files_themselves(tree: Tree) -> None:
    read = tree.read(
        "a.yaml",
        """
data:
  train_urls: ["gs://h/web/train.{1..128}-of-128.jsonl.gz"]
  validation_urls: ["gs://h/held/val.jsonl"]
  cache_dir: gs://h/cache
  tokenizer: org/tok
"""
        + REST,
    )
    assert read.inputs == {
        ("trained_on", "gs://h/web"),
        ("evaluated_on", "gs://h/held/val.jsonl"),
        ("tokenized_with", "org/tok"),
    }
    assert read.input("gs://h/web")["selector"] == "files=train.{1..128}-of-128.jsonl.gz"


def test_a_cache_counts_where_nothing_else_is_named(tree: Tree) -> None:
    read = tree.read("a.yaml", "data: {cache_dir: gs://h/tokens}\n" + REST)
    assert read.inputs == {("trained_on", "gs://h/tokens")}


def test_weights_of_the_hub_with_a_revision(tree: Tree) -> None:
    read = tree.read("a.yaml", "data: {id: org/d}\ninitialize_from_hf: org/m@abc\n" + REST)
    assert read.inputs == {("trained_on", "org/d"), ("fine_tuned_from", "org/m")}
    assert read.input("org/m", "fine_tuned_from")["selector"] == "revision=abc"


def test_the_usual_weights_are_reported_and_not_guessed(tree: Tree) -> None:
    read = tree.read("a.yaml", "data: {id: org/d}\ninitialize_from_hf: true\n" + REST)
    assert read.inputs == {("trained_on", "org/d")}
    assert read.skipped == ["it starts from the usual weights of its architecture, unnamed"]


def test_data_that_are_included(tree: Tree) -> None:
    tree.write("data/web.yaml", "id: org/web\ntokenizer: org/tok\n")
    read = tree.read("a.yaml", "data: !include data/web.yaml\n" + REST)
    assert read.inputs == {("trained_on", "org/web"), ("tokenized_with", "org/tok")}
    assert read.input("org/web")["evidence"] == "inherited"
    absent = tree.read("b.yaml", "data: !include data/none.yaml\n" + REST)
    assert absent.skipped == ["what is included is not in the scanned tree"]


def test_mixtures_and_exports(tree: Tree) -> None:
    read = tree.read(
        "a.yaml",
        """
data:
  configs: {a: {id: org/a}, b: {id: org/b}}
  train_weights: {a: 3, b: 1}
hf_save_path: gs://h/out
"""
        + REST,
    )
    assert read.outputs == ["gs://h/out"]
    assert read.input("org/a")["share"] == pytest.approx(0.75)


@pytest.mark.parametrize("text", [REST, "data: {id: org/d}\n", "data: {x: 1}\n" + REST])
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("x.yaml", text) != "levanter"
