"""Determined AI: given this experiment, these inputs and outputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

SINGLE = "searcher: {name: single, metric: loss}\n"


def test_options_of_the_entrypoint(tree: Tree) -> None:
    read = tree.read(
        "e.yaml",
        """
        name: chat
        searcher: {name: single, metric: eval_loss}
        entrypoint: >-
          python -m determined.launch.torch_distributed
          python run_clm.py
          --model_name_or_path org/base --tokenizer_name org/tok
          --dataset_name org/data --dataset_config_name en
          --do_train --do_eval --output_dir /tmp/out
        """,
    )
    assert read.inputs == {
        ("fine_tuned_from", "org/base"),
        ("tokenized_with", "org/tok"),
        ("trained_on", "org/data"),
        ("evaluated_on", "org/data"),
    }
    assert read.input("org/data")["selector"] == "config=en"
    assert read.outputs == ["/tmp/out"]


def test_a_list_of_words(tree: Tree) -> None:
    read = tree.read(
        "e.yaml",
        """
        searcher: {name: single, metric: loss}
        entrypoint: [torchrun, train.py, --base_model, org/base, --train-file=data/a.jsonl]
        """,
    )
    assert read.inputs == {("fine_tuned_from", "org/base"), ("trained_on", "data/a.jsonl")}
    assert read.input("org/base", "fine_tuned_from")["line"] == 2


def test_a_shell_with_the_experiments_variables(tree: Tree) -> None:
    read = tree.read(
        "e.yaml",
        """
        searcher: {name: single, metric: loss}
        environment: {environment_variables: [DATA=org/data, TOKEN=abc]}
        entrypoint: [bash, -c, "pip install x && python train.py --dataset_name $DATA"]
        """,
    )
    assert read.inputs == {("trained_on", "org/data")}


def test_data_and_hyperparameters(tree: Tree) -> None:
    read = tree.read(
        "e.yaml",
        """
        name: qa
        searcher: {name: adaptive_asha, metric: f1}
        entrypoint: qa:Trial
        data: {dataset_name: squad, train_file: null, validation_file: None}
        hyperparameters:
          model: {pretrained_model_name_or_path: {type: const, val: bert-base-cased}}
          dataset_workers: 4
        """,
    )
    assert read.inputs == {("trained_on", "squad"), ("fine_tuned_from", "bert-base-cased")}
    assert read.outputs == ["qa"]


def test_every_value_of_a_search_is_a_possible_base(tree: Tree) -> None:
    read = tree.read(
        "e.yaml",
        """
        searcher: {name: grid, metric: f1}
        hyperparameters:
          base_model: {type: categorical, vals: [org/a, org/b]}
        entrypoint: m:Trial
        """,
    )
    assert read.inputs == {("fine_tuned_from", "org/a"), ("fine_tuned_from", "org/b")}


def test_weights_that_are_not_used(tree: Tree) -> None:
    read = tree.read(
        "e.yaml",
        """
        searcher: {name: single, metric: f1}
        hyperparameters:
          use_pretrained_weights: false
          pretrained_model_name_or_path: org/a
          model: efficientdet_d0
          pretrained: False
          initial_checkpoint: None
          resume: ''
        entrypoint: m:Trial
        """,
    )
    assert not read.inputs
    assert not read.outputs


def test_where_a_search_starts(tree: Tree) -> None:
    read = tree.read(
        "e.yaml",
        "searcher: {name: single, metric: x, source_trial_id: 17}\nname: n\nentrypoint: a:B\n",
    )
    assert read.ids == {("fine_tuned_from", "determined://trials/17")}


def test_what_a_sampler_makes_is_no_fine_tune(tree: Tree) -> None:
    read = tree.read(
        "e.yaml",
        f"""{SINGLE}entrypoint: python generate.py
hyperparameters: {{pretrained_model_name_or_path: org/a}}
""",
    )
    assert read.inputs == {("generated_by", "org/a")}
    assert not read.outputs


def test_an_evaluation_makes_no_model(tree: Tree) -> None:
    read = tree.read(
        "e.yaml",
        f"""{SINGLE}entrypoint: >-
  python run_clm.py --model_name_or_path org/a --dataset_name org/d --do_eval --output_dir out
""",
    )
    assert read.inputs == {("evaluated_on", "org/d")}
    assert read.input("org/d", "evaluated_on")["output"] == "org/a"
    assert not read.outputs


def test_the_machines_folder_behind_a_path(tree: Tree) -> None:
    read = tree.read(
        "e.yaml",
        f"""{SINGLE}entrypoint: python train.py --data-dir /data/imagenet
bind_mounts: [{{host_path: /nfs/sets, container_path: /data}}, {{host_path: /x}}, y]
""",
    )
    assert read.inputs == {("trained_on", "/data/imagenet")}
    assert read.copies == {("/nfs/sets/imagenet", "/data/imagenet")}


def test_an_experiment_without_data_has_no_lineage(tree: Tree) -> None:
    read = tree.read("e.yaml", f"name: ray\n{SINGLE}entrypoint: python ray_launcher.py --port 1\n")
    assert not read.inputs
    assert not read.outputs
    assert not read.unnamed
    assert read.skipped


def test_a_config_that_is_named_is_reported(tree: Tree) -> None:
    read = tree.read("e.yaml", f"{SINGLE}hyperparameters: {{config_file: /m/a.py}}\n")
    assert any("config_file" in reason for reason in read.skipped)


@pytest.mark.parametrize("text", [
    "searcher: {name: single}\nmodel: {name: a}\n",
    "searcher: {name: tabu, metric: x}\nentrypoint: a\n",
    "entrypoint: python train.py --dataset_name a/b\n",
    "taskContainerDefaults: {}\nmaxSlotsPerPod: 1\n",
    "searcher: single\nentrypoint: a\n",
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("e.yaml", text) != "determined"


def test_an_experiment_from_before_experiments_had_names(tree: Tree) -> None:
    read = tree.read("e.yaml", f"description: faces_base\n{SINGLE}data: {{dataset: org/d}}\n")
    assert read.outputs == ["faces_base"]
    read = tree.read("e.yaml", f"description: A try.\n{SINGLE}data: {{dataset: org/d}}\n")
    assert not read.outputs


def test_a_benchmark_is_known_by_its_task(tree: Tree) -> None:
    read = tree.read("e.yaml", f"{SINGLE}data: {{pretrained_model_name: org/a, task: SQuAD1.1}}\n")
    assert read.inputs == {("fine_tuned_from", "org/a"), ("trained_on", "SQuAD1.1")}
    assert read.input("SQuAD1.1")["evidence"] == "inferred"
    read = tree.read("e.yaml", f"{SINGLE}data: {{dataset: org/d, task: segmentation}}\n")
    assert read.inputs == {("trained_on", "org/d")}
