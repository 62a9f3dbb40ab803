"""OpenCLIP: given this script or run, these inputs."""

from __future__ import annotations

import pytest

from ingest.open_clip.training import shards
from reading_helper import Tree


def script(options: str) -> str:
    return f"python -m open_clip_train.main --dataset-type webdataset --model RN50 {options}\n"


@pytest.mark.parametrize(("source", "folder"), [
    ("/d/laion/{00000..41455}.tar", "/d/laion"),
    ("/d/laion/part-{000..10}/x.tar", "/d/laion"),
    ("pipe:aws s3 cp s3://b/x/{0..9}.tar -", "s3://b/x"),
    ("pipe:", ""),
    ("/d/one.tar", "/d/one.tar"),
    ("s3://b/x/*.tar", "s3://b/x"),
    ("${DATA}/{0..9}.tar", "${DATA}/{0..9}.tar"),
    ("{0..9}.tar", "{0..9}.tar"),
])  # fmt: skip
def test_shards_are_one_folder(source: str, folder: str) -> None:
    assert shards(source) == folder


def test_several_sources_and_where_it_writes(tree: Tree) -> None:
    read = tree.read("t.sh", script(
        "--train-data 'a/{0..9}.tar::b/{0..9}.tar' --train-data-upsampling-factors 1::3 "
        "--logs runs --name n1"))  # fmt: skip
    assert read.inputs == {("trained_on", "a"), ("trained_on", "b")}
    assert read.input("b")["selector"] == "upsampled=3"
    assert read.outputs == ["runs/n1"]


@pytest.mark.parametrize(("options", "weights"), [
    ("--pretrained openai", {("fine_tuned_from", "hf://models/timm/resnet50_clip.openai")}),
    ("--pretrained own_tag", {("fine_tuned_from", "name://models/RN50/own_tag")}),
    ("--pretrained /w/base.pt", {("fine_tuned_from", "file://repo//w/base.pt")}),
    ("--model hf-hub:org/clip", {("fine_tuned_from", "hf://models/org/clip")}),
    ("--resume latest", set()),
    ("--resume /c/e1.pt", {("fine_tuned_from", "file://repo//c/e1.pt")}),
    ("--name n --resume logs/n/e1.pt", set()),
    ("--distill-model RN101 --distill-pretrained t", {("distilled_from", "name://models/RN101/t")}),
])  # fmt: skip
def test_weights(tree: Tree, options: str, weights: set[tuple[str, str]]) -> None:
    assert tree.read("t.sh", script(options)).ids == weights


def test_validation_data_is_only_measured_on(tree: Tree) -> None:
    read = tree.read("t.sh", script("--val-data v/x.csv --imagenet-val /d/imagenet/val"))
    assert read.inputs == {("evaluated_on", "v/x.csv"), ("evaluated_on", "/d/imagenet/val")}


def test_synthetic_data_is_none(tree: Tree) -> None:
    read = tree.read("t.sh", "python -m open_clip_train.main --dataset-type synthetic "
                             "--train-data x --model RN50\n")  # fmt: skip
    assert read.inputs == set()


def test_a_nameless_image_tower_is_reported(tree: Tree) -> None:
    read = tree.read("t.sh", script("--pretrained-image --name n"))
    assert read.skipped == ["the weights of the pretrained image tower are not named"]


def test_datacomp(tree: Tree) -> None:
    read = tree.read("t.sh", "torchrun train.py --scale small --data_dir pool --output_dir out "
                             "--exp_name e\n")  # fmt: skip
    assert read.inputs == {("trained_on", "pool")}
    assert read.outputs == ["out/e"]


def test_the_parameters_that_a_run_wrote(tree: Tree) -> None:
    read = tree.read("params.txt", """
dataset_type: webdataset
local_loss: True
model: RN50
name: n
pretrained: None
train_data: /d/{0..9}.tar
val_data: None
zeroshot_frequency: 2
""")  # fmt: skip
    assert read.inputs == {("trained_on", "/d")}
    assert read.input("/d")["line"] == 6
    assert read.outputs == ["logs/n"]


def test_other_files_are_not_claimed(tree: Tree) -> None:
    assert tree.claimant("a.sh", "python train.py --model RN50 --data x\n") != "open_clip"
    assert tree.claimant("params.txt", "model: RN50\nlr: 1\n") is None
