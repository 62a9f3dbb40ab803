"""Hydra and Lightning configs: given these files, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

TRAIN = """
    # @package _global_
    defaults:
      - _self_
      - data: mnist
      - paths: default
      - optional local: default
      - experiment: null
    task_name: train
    ckpt_path: null
"""


@pytest.fixture
def project(tree: Tree) -> Tree:
    tree.write("configs/train.yaml", TRAIN)
    tree.write(
        "configs/data/mnist.yaml",
        "_target_: src.data.MNISTDataModule\ndata_dir: ${paths.data_dir}\n",
    )
    tree.write("configs/data/own.yaml", "_target_: src.data.OwnDataModule\ndata_dir: data/own\n")
    tree.write("configs/paths/default.yaml", "root: ${oc.env:ROOT}\ndata_dir: ${paths.root}/data\n")
    return tree


def test_data_comes_from_the_defaults_and_the_variable_is_not_resolved(project: Tree) -> None:
    read = project.read("configs/train.yaml")
    assert read.inputs == {("trained_on", "MNIST"), ("evaluated_on", "MNIST")}
    assert read.input("MNIST")["evidence"] == "inherited"
    assert read.input("MNIST")["line"] == 4
    assert read.outputs == []
    assert read.copies == set()


def test_an_experiment_over_the_primary_config(project: Tree) -> None:
    read = project.read(
        "configs/experiment/own.yaml",
        """
        # @package _global_
        defaults:
          - override /data: own
        ckpt_path: logs/first.ckpt
        """,
    )
    assert read.inputs == {
        ("trained_on", "data/own"),
        ("evaluated_on", "data/own"),
        ("fine_tuned_from", "logs/first.ckpt"),
    }


def test_an_experiment_without_the_primary_config(tree: Tree) -> None:
    tree.write("configs/data/own.yaml", "_target_: src.data.OwnDataModule\ndata_dir: data/own\n")
    read = tree.read(
        "configs/experiment/own.yaml",
        "# @package _global_\ndefaults:\n  - override /data: own\nseed: 1\n",
    )
    assert ("trained_on", "data/own") in read.inputs


def test_an_evaluation_trains_nothing(project: Tree) -> None:
    read = project.read(
        "configs/eval.yaml",
        TRAIN.replace("task_name: train", "task_name: eval").replace("null\n", "logs/a.ckpt\n"),
    )
    assert read.inputs == {("evaluated_on", "MNIST")}
    assert read.input("MNIST", "evaluated_on")["output"] == "logs/a.ckpt"
    assert read.outputs == []


@pytest.mark.parametrize(("path", "text"), [
    ("configs/data/mnist.yaml", "_target_: src.data.MNISTDataModule\ndata_dir: data\n"),
    ("configs/logger/wandb.yaml", "wandb:\n  _target_: lightning.loggers.WandbLogger\n"),
    ("configs/logger/many.yaml", "defaults:\n  - csv\n  - wandb\n"),
    ("configs/trainer/ddp.yaml", "defaults:\n  - default\nstrategy: ddp\n"),
    ("configs/hydra/default.yaml", "defaults:\n  - override hydra_logging: colorlog\n"),
    ("configs/debug/fdr.yaml", "# @package _global_\ndefaults:\n  - default\ntrainer: {a: 1}\n"),
    ("c.yaml", "defaults: {retries: 3}\nmodel: x\n"),
])  # fmt: skip
def test_parts_and_other_files_are_not_claimed(tree: Tree, path: str, text: str) -> None:
    assert tree.claimant(path, text) is None


def test_a_missing_file_is_reported_and_an_optional_one_is_not(project: Tree) -> None:
    read = project.read("configs/other.yaml", TRAIN.replace("data: mnist", "data: gone"))
    assert read.skipped == ["the default “data/gone” is not in the scanned tree"]


def test_an_unknown_component_is_an_unknown_data_set(tree: Tree) -> None:
    tree.write("data/faces.yaml", "_target_: src.FacesDataModule\nbatch_size: 3\n")
    read = tree.read("train.yaml", "defaults:\n  - data: faces\n")
    assert {name for _, name in read.inputs} == {"src.FacesDataModule"}
    assert all(i.startswith("unknown://") for _, i in read.ids)


def test_model_parts(tree: Tree) -> None:
    tree.write(
        "model/m.yaml",
        """
        _target_: src.Distiller
        teacher: {_target_: src.Net, ckpt_path: weights/big.ckpt}
        encoder: {_target_: timm.create_model, model_name: resnet18, pretrained: true}
        head: {_target_: timm.create_model, model_name: resnet50, pretrained: false}
        text: {pretrained_model_name_or_path: org/text}
        tokenizer: {pretrained_model_name_or_path: org/words}
        """,
    )
    read = tree.read("train.yaml", "defaults:\n  - model: m\n  - _self_\n")
    assert read.inputs == {
        ("distilled_from", "weights/big.ckpt"),
        ("initialised_from", "resnet18"),
        ("fine_tuned_from", "org/text"),
        ("tokenized_with", "org/words"),
    }


def test_nested_data_sets(tree: Tree) -> None:
    read = tree.read(
        "train.yaml",
        """
        defaults: [{model: null}]
        datamodule:
          _target_: src.DataModule
          train_dataset: {_target_: datasets.load_dataset, path: org/notes, split: train}
          transform: {_target_: src.Crop}
        """,
    )
    assert ("trained_on", "org/notes") in read.inputs


def test_lightnings_command_line(tree: Tree) -> None:
    read = tree.read(
        "c.yaml",
        """
        seed_everything: 1
        trainer: {max_epochs: 1}
        model: {class_path: a.B, init_args: {model_name_or_path: org/base}}
        data: {class_path: a.CIFAR10DataModule, init_args: {data_dir: data/cifar}}
        """,
    )
    assert read.inputs == {
        ("fine_tuned_from", "org/base"),
        ("trained_on", "CIFAR10"),
        ("evaluated_on", "CIFAR10"),
    }
    assert read.copies == {("data/cifar", "CIFAR10")}


def test_a_training_split_is_not_measured_on(tree: Tree) -> None:
    config = """
        trainer: {max_epochs: 1}
        model: {class_path: mine.Net}
        data:
          class_path: datasets.load_dataset
          init_args: {path: org/news, split: "train[:90%]"}
    """
    assert tree.read("c.yaml", config).inputs == {("trained_on", "org/news")}


def test_teachers_and_tokenizers_by_a_hubs_name(tree: Tree) -> None:
    config = """
        trainer: {max_epochs: 1}
        model:
          class_path: mine.Student
          init_args:
            teacher_name: bert-base-uncased
            use_teacher: true
            teacher:
              class_path: torchvision.models.resnet50
              weights: IMAGENET1K_V2
        data:
          class_path: mine.DataModule
          init_args: {dataset_name: glue, tokenizer_name: distilbert-base-uncased}
    """
    assert tree.read("c.yaml", config).inputs == {
        ("distilled_from", "bert-base-uncased"),
        ("distilled_from", "torchvision.models.resnet50 IMAGENET1K_V2"),
        ("tokenized_with", "distilbert-base-uncased"),
        ("trained_on", "glue"),
        ("evaluated_on", "glue"),
    }
