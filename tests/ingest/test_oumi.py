"""Oumi: given these configs, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

MODEL = "model: {model_name: heron-ai/base}\n"


def test_training_evaluation_data_and_shares(tree: Tree) -> None:
    read = tree.read(
        "sft.yaml",
        MODEL
        + """
data:
  train:
    datasets:
      - {dataset_name: heron-ai/a, subset: x, split: train, mixture_proportion: 0.9}
      - {dataset_name: heron-ai/b, mixture_proportion: 0.1}
  validation: {datasets: [{dataset_name: heron-ai/c}]}
training: {output_dir: out/sft, trainer_type: TRL_SFT}
""",
    )
    assert read.inputs == {
        ("fine_tuned_from", "heron-ai/base"),
        ("trained_on", "heron-ai/a"),
        ("trained_on", "heron-ai/b"),
        ("evaluated_on", "heron-ai/c"),
    }
    assert read.outputs == ["out/sft"]
    assert read.input("heron-ai/a")["share"] == pytest.approx(0.9)
    assert read.input("heron-ai/a")["selector"] == "subset=x; split=train"


@pytest.mark.parametrize(
    ("entry", "known"),
    [
        ("{dataset_name: text_sft_jsonl, dataset_path: data/x.jsonl}", "data/x.jsonl"),
        ("{dataset_name: hf_vision, dataset_kwargs: {hf_dataset_path: org/v}}", "org/v"),
        ("{dataset_name: alpaca}", "alpaca"),
    ],
)
def test_a_class_is_no_data_set_where_its_data_are_named(
    tree: Tree, entry: str, known: str
) -> None:
    text = f"{MODEL}data: {{train: {{datasets: [{entry}]}}}}\ntraining: {{output_dir: o}}\n"
    trained = {name for role, name in tree.read("a.yaml", text).inputs if role == "trained_on"}
    assert trained == {known}


def test_only_the_architecture_is_no_parent(tree: Tree) -> None:
    read = tree.read(
        "pt.yaml",
        """
    model: {model_name: heron-ai/base, load_pretrained_weights: false}
    data: {train: {datasets: [{dataset_name: org/d}]}}
    training: {output_dir: out, resume_from_checkpoint: out/checkpoint-5}
    """,
    )
    assert read.inputs == {("trained_on", "org/d")}


def test_an_evaluation_makes_no_model(tree: Tree) -> None:
    read = tree.read(
        "e.yaml", MODEL + "tasks: [{evaluation_backend: lm_harness, task_name: mmlu}]\n"
    )
    assert read.inputs == {("evaluated_on", "mmlu")}
    assert (read.outputs, read.unnamed) == ([], [])


def test_quantising(tree: Tree) -> None:
    read = tree.read("q.yaml", MODEL + "method: awq_q4_0\noutput_path: out/q\n")
    assert read.inputs == {("quantized_from", "heron-ai/base")}
    assert read.outputs == ["out/q"]


@pytest.mark.parametrize(
    "text", [MODEL, "data: {train: {datasets: [{dataset_name: a/b}]}}\n", MODEL + "tasks: [mmlu]\n"]
)
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("x.yaml", text) != "oumi"
