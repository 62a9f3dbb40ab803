"""OpenMMLab metafiles: given this index, these models and inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

HEAD = """
    Collections:
      - Name: Gull
        Metadata:
          Training Data: [Shore-1k]
    Models:
      - Name: gull-s
        In Collection: Gull
"""


def test_training_data_is_inherited_from_the_collection(tree: Tree) -> None:
    read = tree.read("metafile.yml", HEAD)
    assert read.inputs == {("trained_on", "Shore-1k")}
    assert read.input("Shore-1k")["evidence"] == "inherited"
    assert read.outputs == ["gull-s"]


def test_a_models_own_training_data_replaces_the_collections(tree: Tree) -> None:
    read = tree.read("metafile.yml", HEAD + "        Metadata: {Training Data: Sea-22k}\n")
    assert read.inputs == {("trained_on", "Sea-22k")}
    assert read.input("Sea-22k")["evidence"] == "declared"


def test_results_are_evaluations(tree: Tree) -> None:
    read = tree.read(
        "metafile.yml",
        HEAD
        + """
        Results:
          - {Task: Detection, Dataset: Tide-10, Metrics: {AP: 1}}
    """,
    )
    assert read.input("Tide-10", "evaluated_on")["selector"] == "task=Detection"


def test_weights_are_a_copy_and_converted_weights_derive_from_their_origin(tree: Tree) -> None:
    read = tree.read(
        "metafile.yml",
        HEAD
        + """
        Weights: https://example.org/gull-s.pth
        Converted From:
          Weights: https://drive.example.org/uc?id=1a&token=secret
          Code: https://github.com/example/gull
    """,
    )
    assert read.copies == {("https://example.org/gull-s.pth", "gull-s")}
    assert ("derived_from", "https://drive.example.org/uc?id=1a") in read.ids
    assert not any("github" in i for _, i in read.ids)


def test_pretrained_weights_and_pretraining_data_are_told_apart(tree: Tree) -> None:
    one = tree.read("metafile.yml", HEAD + "        Metadata: {Pretrained: ImageNet}\n")
    assert one.input("ImageNet")["evidence"] == "inferred"
    two = tree.read("metafile.yml", HEAD + "        Pretrain: https://example.org/base.pth\n")
    assert ("fine_tuned_from", "https://example.org/base.pth") in two.ids


def test_downstream_models_come_from_this_one(tree: Tree) -> None:
    read = tree.read("metafile.yml", HEAD + "        Downstream: [gull-s-linear]\n")
    row = read.input("gull-s", "fine_tuned_from")
    assert row["output"] == "gull-s-linear"
    assert read.outputs == ["gull-s"]


def test_an_index_of_metafiles_is_read_and_says_nothing(tree: Tree) -> None:
    read = tree.read("model-index.yml", "Import:\n  - configs/gull/metafile.yml\n")
    assert not read.inputs
    assert not read.outputs


@pytest.mark.parametrize("text", ["Models: 3\n", "Import: [a.yml]\n", "models: [{name: x}]\n"])
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("metafile.yml", text) is None
