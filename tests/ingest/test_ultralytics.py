"""Ultralytics: given this file, this data set or these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

RUN = "task: detect\nmode: train\nimgsz: 640\nepochs: 3\n"
DATA = "path: datasets/signs\ntrain: images/train\nval: images/val\nnames: [stop]\n"


def test_a_described_data_set(tree: Tree) -> None:
    read = tree.read("signs.yaml", DATA + "download: https://x.org/signs.zip\n")
    assert read.outputs == ["datasets/signs"]
    assert read.inputs == {("derived_from", "https://x.org/signs.zip")}
    assert read.copies == {("datasets/signs", "datasets/signs")}


def test_a_script_that_downloads_names_its_addresses(tree: Tree) -> None:
    text = DATA + "download: |\n  urls = ['https://x.org/a.zip', \"https://x.org/b.zip\"]\n"
    read = tree.read("signs.yaml", text)
    assert {name for _, name in read.inputs} == {"https://x.org/a.zip", "https://x.org/b.zip"}


def test_pictures_from_elsewhere_are_sources(tree: Tree) -> None:
    read = tree.read("d.yaml", "train: [/data/a, /data/b]\nval: /data/c\nnc: 3\n")
    assert {name for _, name in read.inputs} == {"/data/a", "/data/b", "/data/c"}


def test_a_run_joins_the_data_sets_description(tree: Tree) -> None:
    tree.write("data/signs.yaml", DATA)
    read = tree.read("args.yaml", RUN + "model: yolov8n.pt\ndata: data/signs.yaml\nname: n\n")
    assert ("trained_on", "config://repo/data/signs.yaml#datasets/signs") in read.ids
    assert ("fine_tuned_from", "name://models/yolov8n.pt") in read.ids


def test_an_architecture_is_no_parent(tree: Tree) -> None:
    text = RUN + "model: yolov8n.yaml\ndata: coco8.yaml\nproject: runs\nname: a\n"
    read = tree.read("args.yaml", text + "pretrained: false\n")
    assert read.inputs == {("trained_on", "coco8"), ("evaluated_on", "coco8")}
    assert read.outputs == ["runs/a"]
    read = tree.read("args.yaml", text + "pretrained: weights/b.pt\n")
    assert ("fine_tuned_from", "weights/b.pt") in read.inputs


def test_a_run_that_resumes_itself_is_no_parent(tree: Tree) -> None:
    own = "runs/a/weights/last.pt"
    text = RUN + f"model: {own}\nresume: {own}\ndata: coco8.yaml\nsave_dir: runs/a\n"
    read = tree.read("args.yaml", text)
    assert not [name for role, name in read.inputs if role == "fine_tuned_from"]
    assert read.skipped == ["it resumes from weights of its own; where it began is not named"]


def test_a_resumed_run_keeps_its_base_and_its_teacher(tree: Tree) -> None:
    text = RUN + "model: yolov8n.pt\nresume: runs/a/weights/last.pt\nteacher: t/big.pt\n"
    read = tree.read("args.yaml", text + "data: coco8.yaml\nsave_dir: runs/a\n")
    assert {pair for pair in read.inputs if pair[0] != "trained_on"} >= {
        ("fine_tuned_from", "yolov8n.pt"),
        ("distilled_from", "t/big.pt"),
    }
    assert ("fine_tuned_from", "runs/a/weights/last.pt") not in read.inputs


def test_a_prefix_in_a_variable_stands_before_its_files(tree: Tree) -> None:
    script = """
path: ../datasets/VOC
train: [images/train]
names: {0: a}
download: |
  url = 'https://h/v0/'
  urls = [f'{url}trainval.zip',  # 446MB
          f'{url}test.zip']
"""
    assert tree.read("VOC.yaml", script).inputs == {
        ("derived_from", "https://h/v0/trainval.zip"),
        ("derived_from", "https://h/v0/test.zip"),
    }


def test_validation_trains_nothing(tree: Tree) -> None:
    text = RUN.replace("mode: train", "mode: val") + "model: runs/best.pt\ndata: coco8.yaml\n"
    read = tree.read("args.yaml", text)
    assert read.inputs == {("evaluated_on", "coco8")}
    assert read.outputs == []
    assert read.unnamed == []


@pytest.mark.parametrize("text", [
    "nc: 80\nbackbone: [[1]]\nhead: [[2]]\ntrain: x\n",
    "train: a\nval: b\n",
    "model: a\ndata: b.yaml\n",
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("c.yaml", text) != "ultralytics"


def test_a_comment_of_the_script_fetches_nothing(tree: Tree) -> None:
    script = """
path: ../datasets/Herons
train: [images/train]
val: [images/val]
names: {0: heron}
download: |
  # 'https://h.example/old.zip' (gone)
  urls = ['https://h.example/new.zip']  # not https://h.example/other.zip
"""
    assert tree.read("Herons.yaml", script).inputs == {
        ("derived_from", "https://h.example/new.zip")
    }
