"""PaddleDetection configs: given these files, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

DATA = """
TrainDataset:
  name: COCODataSet
  image_dir: train
  anno_path: train.json
  dataset_dir: d/birds
EvalDataset: {name: COCODataSet, dataset_dir: d/birds}
"""


def test_a_config_over_its_bases(tree: Tree) -> None:
    tree.write("configs/data/birds.yml", DATA)
    tree.write("configs/runtime.yml", "save_dir: output\n")
    read = tree.read(
        "configs/fast.yml",
        "_BASE_: [data/birds.yml, runtime.yml]\npretrain_weights: w/base.pdparams\nlog_iter: 1\n",
    )
    assert read.inputs == {
        ("fine_tuned_from", "w/base.pdparams"),
        ("trained_on", "d/birds/train.json"),
        ("evaluated_on", "d/birds"),
    }
    assert read.outputs == ["output/fast"]
    assert read.input("d/birds/train.json")["evidence"] == "inherited"
    assert read.input("d/birds/train.json")["line"] == 1


def test_a_value_of_its_own_over_that_of_a_base(tree: Tree) -> None:
    tree.write("base.yml", f"{DATA}pretrain_weights: w/base.pdparams\n")
    read = tree.read("a.yml", "_BASE_: [base.yml]\npretrain_weights: null\nsnapshot_epoch: 1\n")
    assert ("fine_tuned_from", "w/base.pdparams") not in read.inputs


def test_a_base_that_is_not_there_and_one_that_is_based_on_itself(tree: Tree) -> None:
    read = tree.read("a.yml", "_BASE_: [b.yml, a.yml]\nlog_iter: 1\nweights: output/a/final\n")
    assert len(read.extract.skipped) == 2
    assert read.outputs == ["output/a/final"]


def test_a_student_and_its_teacher(tree: Tree) -> None:
    read = tree.read(
        "slim.yml",
        "_BASE_: [a.yml]\npretrain_weights: w/s.pdparams\npretrain_teacher_weights: w/t.pdparams\n",
    )
    assert read.inputs == {
        ("fine_tuned_from", "w/s.pdparams"),
        ("distilled_from", "w/t.pdparams"),
    }


@pytest.mark.parametrize("text", [
    "TrainDataset: {dataset_dir: d}\n",  # a part of configs
    "_BASE_: Base-RCNN.yaml\nMODEL: {WEIGHTS: a.pkl}\n",  # Detectron2
    "architecture: amd64\nos: linux\n",
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("a.yml", text) != "paddledetection"
