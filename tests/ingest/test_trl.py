"""TRL and the alignment handbook: given this config, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

BASE = """
    model_name_or_path: org/base
    learning_rate: 1.0e-5
    max_length: 512
"""


def config(body: str) -> str:
    return BASE + body


def test_both_splits_of_a_mixture_are_trained_on(tree: Tree) -> None:
    read = tree.read(
        "c.yaml",
        config("""
    dataset_mixture:
      datasets:
        - {id: org/chats, config: default, split: train_sft, weight: 1.0}
        - {id: org/chats, config: default, split: test_sft, weight: 1.0}
      test_split_size: 1000
    do_eval: true
    """),
    )
    assert read.inputs == {("fine_tuned_from", "org/base"), ("trained_on", "org/chats")}
    assert "test_sft" in read.input("org/chats")["selector"]


def test_weights_of_a_mixture_are_shares(tree: Tree) -> None:
    read = tree.read(
        "c.yaml",
        config("""
    dataset_mixture:
      datasets:
        - {id: org/a, weight: 3}
        - {id: org/b, weight: 1}
    """),
    )
    assert (read.input("org/a")["share"], read.input("org/b")["share"]) == (0.75, 0.25)


def test_a_mixer_trains_on_train_splits_and_evaluates_on_test_splits(tree: Tree) -> None:
    read = tree.read(
        "c.yaml",
        config("""
    dataset_mixer:
      org/pairs: 1.0
    dataset_splits: [train_prefs, test_prefs]
    """),
    )
    assert read.input("org/pairs")["selector"] == "split=train_prefs"
    assert read.input("org/pairs", "evaluated_on")["selector"] == "split=test_prefs"


@pytest.mark.parametrize(("lines", "evidence"), [
    ("eval_strategy: steps\n    dataset_test_split: dev", "declared"),
    ("eval_strategy: steps", "default"),
    ("eval_strategy: 'no'\n    dataset_test_split: dev", None),
    ("report_to: none", None),
])  # fmt: skip
def test_a_named_data_set_is_evaluated_on_when_the_run_evaluates(
    tree: Tree, lines: str, evidence: str | None
) -> None:
    read = tree.read("c.yaml", config(f"    dataset_name: org/notes\n    {lines}\n"))
    if evidence is None:
        assert ("evaluated_on", "org/notes") not in read.inputs
    else:
        assert read.input("org/notes", "evaluated_on")["evidence"] == evidence


def test_the_models_around_a_training(tree: Tree) -> None:
    read = tree.read(
        "c.yaml",
        config("""
    dataset_name: org/notes
    teacher_model_name_or_path: org/teacher
    reward_model_path: org/reward
    ref_model_name_or_path: org/reference
    reward_funcs: [accuracy, org/judge]
    """),
    )
    assert read.inputs == {
        ("fine_tuned_from", "org/base"),
        ("trained_on", "org/notes"),
        ("distilled_from", "org/teacher"),
        ("rewarded_by", "org/reward"),
        ("rewarded_by", "org/reference"),
        ("rewarded_by", "org/judge"),
    }


def test_a_hub_name_without_organisation_is_a_name_in_this_config_only(tree: Tree) -> None:
    read = tree.read(
        "c.yaml",
        config("""
    dataset_name: org/notes
    hub_model_id: base-notes
    output_dir: data/base-notes
    """),
    )
    assert read.outputs == ["base-notes"]
    assert read.copies == {("data/base-notes", "base-notes")}


def test_a_checkpoint_of_the_run_itself_is_no_parent(tree: Tree) -> None:
    read = tree.read(
        "c.yaml",
        config("""
    dataset_name: org/notes
    output_dir: out
    resume_from_checkpoint: out/checkpoint-100
    """),
    )
    assert read.inputs == {("fine_tuned_from", "org/base"), ("trained_on", "org/notes")}


@pytest.mark.parametrize("text", [
    "compute_environment: LOCAL_MACHINE\nnum_processes: 8\nmixed_precision: bf16\n",
    "model_name_or_path: a/b\nlearning_rate: 1\n",
    "dataset_name: a/b\nlearning_rate: 1\n",
    "hyperparameters: {model_name_or_path: a/b, dataset_name: c/d}\n",
])  # fmt: skip
def test_launchers_and_other_configs_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("c.yaml", text) is None


def test_files_in_a_mixture_are_the_data_and_not_their_builder(tree: Tree) -> None:
    read = tree.read(
        "sft.yaml",
        """
    model_name_or_path: acme/base
    datasets:
      - path: json
        data_files: {train: data/x.json}
        split: train
      - path: acme/y
    learning_rate: 1e-5
    output_dir: out
    per_device_train_batch_size: 2
    """,
    )
    assert {("trained_on", "data/x.json"), ("trained_on", "acme/y")} <= read.inputs
    assert "json" not in {name for _, name in read.inputs}


def test_a_mixture_without_splits_is_evaluated_on_only_by_a_run_that_evaluates(tree: Tree) -> None:
    body = "dataset_mixer: {org/chats: 1.0, org/sums: 9500}\n"
    trained = {("trained_on", "org/chats"), ("trained_on", "org/sums")}
    quiet = tree.read("sft.yaml", f"model_name_or_path: org/base\n{body}")
    assert quiet.inputs == {("fine_tuned_from", "org/base"), *trained}
    loud = tree.read("dpo.yaml", f"model_name_or_path: org/base\ndo_eval: true\n{body}")
    assert loud.inputs - quiet.inputs == {
        ("evaluated_on", "org/chats"),
        ("evaluated_on", "org/sums"),
    }


def test_mixtures_listed_for_training_and_for_evaluation(tree: Tree) -> None:
    read = tree.read(
        "c.yaml",
        config("""
    output_dir: out/a
    train_dataset_mixer:
      - {path: org/chats, frac: 0.2, split: train_prefs}
      - {path: org/sums, split: train}
    eval_dataset_mixer:
      - {path: org/chats, split: test_prefs}
    """),
    )
    assert read.inputs == {
        ("fine_tuned_from", "org/base"),
        ("trained_on", "org/chats"),
        ("trained_on", "org/sums"),
        ("evaluated_on", "org/chats"),
    }
