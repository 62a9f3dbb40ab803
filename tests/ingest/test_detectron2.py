"""Detectron2 configs: given these files, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

BASE = """
    MODEL:
      WEIGHTS: detectron2://ImageNetPretrained/MSRA/R-50.pkl
    DATASETS:
      TRAIN: ("coco_2017_train",)
      TEST: ("coco_2017_val",)
    OUTPUT_DIR: ./out/base
"""
LAZY = """
    from detectron2 import model_zoo
    from detectron2.config import LazyCall as L
    model = model_zoo.get_config("common/models/mask_rcnn_fpn.py").model
    train = model_zoo.get_config("common/train.py").train
"""


def test_weights_data_and_output(tree: Tree) -> None:
    read = tree.read("a.yaml", BASE)
    assert read.inputs == {
        ("initialised_from", "detectron2://ImageNetPretrained/MSRA/R-50.pkl"),
        ("trained_on", "coco_2017_train"),
        ("evaluated_on", "coco_2017_val"),
    }
    assert read.outputs == ["out/base"]


def test_what_the_base_says_is_inherited(tree: Tree) -> None:
    tree.write("configs/Base.yaml", BASE)
    read = tree.read(
        "configs/sub/a.yaml",
        """
        # a comment
        _BASE_: "../Base.yaml"
        DATASETS:
          TRAIN: ("signs_a", "signs_b")
        """,
    )
    assert {n for role, n in read.inputs if role == "trained_on"} == {"signs_a", "signs_b"}
    row = read.input("coco_2017_val", "evaluated_on")
    assert (row["evidence"], row["line"]) == ("inherited", 2)
    assert read.input("signs_a")["evidence"] == "declared"


def test_empty_weights_take_those_of_the_base_away(tree: Tree) -> None:
    tree.write("Base.yaml", BASE)
    read = tree.read("a.yaml", '_BASE_: "Base.yaml"\nMODEL:\n  WEIGHTS: ""\n')
    assert {role for role, _ in read.inputs} == {"trained_on", "evaluated_on"}


def test_proposals_are_data_too(tree: Tree) -> None:
    read = tree.read(
        "a.yaml",
        BASE.replace("    OUTPUT_DIR: ./out/base\n", "")
        + '      PROPOSAL_FILES_TRAIN: ("detectron2://COCO/rpn/p.pkl", )\n',
    )
    assert read.input("detectron2://COCO/rpn/p.pkl")["selector"] == "proposals"
    assert read.unnamed == ["a"]


def test_a_missing_base_is_reported(tree: Tree) -> None:
    read = tree.read("a.yaml", '_BASE_: "no.yaml"\nMODEL: {WEIGHTS: w.pth}\n')
    assert read.skipped == ["the base “no.yaml” is not in the scanned tree"]
    assert read.inputs == {("fine_tuned_from", "w.pth")}


def test_bases_in_a_circle(tree: Tree) -> None:
    tree.write("b.yaml", "_BASE_: a.yaml\n")
    assert tree.read("a.yaml", "_BASE_: b.yaml\nMODEL: {WEIGHTS: w.pth}\n").skipped


def test_a_base_is_a_part_of_others(tree: Tree) -> None:
    assert tree.claimant("Base-RCNN-FPN.yaml", BASE) is None


def test_relatives_with_other_keys(tree: Tree) -> None:
    reid = tree.read(
        "r.yml",
        """
        MODEL: {BACKBONE: {PRETRAIN: True, PRETRAIN_PATH: weights/r50.pth}}
        DATASETS: {NAMES: ("Market1501",), TESTS: ("DukeMTMC",)}
        """,
    )
    assert reid.inputs == {
        ("initialised_from", "weights/r50.pth"),
        ("trained_on", "Market1501"),
        ("evaluated_on", "DukeMTMC"),
    }
    video = tree.read(
        "v.yaml",
        """
        TRAIN: {DATASET: kinetics, CHECKPOINT_FILE_PATH: ckpt/x.pyth}
        DATA: {PATH_TO_DATA_DIR: /data/k400}
        MODEL: {ARCH: slow}
        """,
    )
    assert video.inputs == {("trained_on", "/data/k400"), ("fine_tuned_from", "ckpt/x.pyth")}


def test_a_lazy_config(tree: Tree) -> None:
    tree.write(
        "common/data.py",
        """
        dataloader = OmegaConf.create()
        dataloader.train = L(loader)(dataset=L(dicts)(names=("a_train", "b_train")))
        dataloader.test = L(loader)(dataset=L(dicts)(names="a_val"))
        """,
    )
    read = tree.read(
        "c.py",
        LAZY
        + """
    from .common.data import dataloader
    dataloader.train.dataset.names = "a_train"
    train.init_checkpoint = "detectron2://ImageNetPretrained/R-50.pkl?matching_heuristics=True"
    train.output_dir = "out/c"
    """,
    )
    assert read.inputs == {
        ("initialised_from", "detectron2://ImageNetPretrained/R-50.pkl"),
        ("trained_on", "a_train"),
        ("evaluated_on", "a_val"),
    }
    assert read.outputs == ["out/c"]
    assert read.input("a_val", "evaluated_on")["evidence"] == "inherited"


def test_the_zoos_loader_has_documented_data(tree: Tree) -> None:
    read = tree.read(
        "c.py",
        LAZY + '    dataloader = model_zoo.get_config("common/data/coco.py").dataloader\n',
    )
    assert read.input("coco_2017_train")["evidence"] == "default"


@pytest.mark.parametrize(("path", "text"), [
    ("c.py", "from detectron2.config import LazyCall as L\ndataloader = dict()\n"),
    ("c.yaml", "MODEL: big\nDATASETS: [a]\n"),
    ("c.yaml", "model: {weights: a}\ndatasets: {train: b}\n"),
    ("c.yaml", "FOO: 1\nBAR: {A: b}\n"),
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, path: str, text: str) -> None:
    assert tree.claimant(path, text) is None


def test_pictures_labelled_by_a_model_on_the_way(tree: Tree) -> None:
    config = """
        MODEL: {WEIGHTS: "detectron2://ImageNetPretrained/MSRA/R-50.pkl"}
        DATASETS: {TRAIN: ["people_train"], TEST: ["people_val"]}
        BOOTSTRAP_DATASETS:
          - DATASET: "chimps"
            RATIO: 1.0
        BOOTSTRAP_MODEL: {WEIGHTS: "https://example.org/model_final.pkl"}
    """
    read = tree.read("evo.yaml", config)
    assert ("trained_on", "chimps") in read.inputs
    assert ("distilled_from", "https://example.org/model_final.pkl") in read.inputs


def test_what_is_set_in_an_imported_loader_counts_before_its_default(tree: Tree) -> None:
    tree.write(
        "configs/common/loader.py",
        """
    from detectron2 import model_zoo
    dataloader = model_zoo.get_config("common/data/coco.py").dataloader
    dataloader.train.total_batch_size = 64
    """,
    )
    read = tree.read(
        "configs/herons.py",
        """
    from detectron2 import model_zoo
    from .common.loader import dataloader
    model = model_zoo.get_config("common/models/mask_rcnn_fpn.py").model
    train = model_zoo.get_config("common/train.py").train
    train.amp.enabled = True
    train.init_checkpoint = "detectron2://base.pkl"
    dataloader.train.dataset.names = "herons_train"
    """,
    )
    assert {("trained_on", "herons_train"), ("evaluated_on", "coco_2017_val")} <= read.inputs
    assert ("trained_on", "coco_2017_train") not in read.inputs
