"""Fairseq: given this config, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

BASE = """
    task: {_name: audio_finetuning, data: /data/m}
    dataset: {train_subset: train_10h, valid_subset: dev}
    criterion: {_name: ctc}
    optimization: {max_update: 10}
"""


def test_data_with_subsets(tree: Tree) -> None:
    read = tree.read("c.yaml", BASE)
    assert read.inputs == {("trained_on", "/data/m"), ("evaluated_on", "/data/m")}
    assert read.input("/data/m")["selector"] == "train_subset=train_10h"
    assert read.unnamed == ["c"]


def test_checkpoints(tree: Tree) -> None:
    read = tree.read(
        "c.yaml",
        BASE
        + """
    checkpoint: {save_dir: runs/a, restore_file: other/model.pt, finetune_from_model: base.pt}
    model: {_name: w2v, w2v_path: w2v.pt, inner: {teacher_path: big.pt}}
    """,
    )
    assert {n for role, n in read.inputs if role == "fine_tuned_from"} == {
        "other/model.pt",
        "base.pt",
        "w2v.pt",
    }
    assert ("distilled_from", "big.pt") in read.inputs
    assert read.outputs == ["runs/a"]


def test_its_own_last_checkpoint_is_no_parent(tree: Tree) -> None:
    read = tree.read("c.yaml", BASE + "    checkpoint: {restore_file: checkpoint_last.pt}\n")
    assert not any(role == "fine_tuned_from" for role, _ in read.inputs)


def test_what_is_still_to_be_given_is_unknown(tree: Tree) -> None:
    read = tree.read("c.yaml", BASE.replace("/data/m", "'???'"))
    assert ("trained_on", "unknown://repo/c.yaml:task.data#???") in read.ids


@pytest.mark.parametrize("text", [
    "task: {name: x}\nmodel: {a: b}\n",
    "task: {_name: x}\n",
    "task: build\ncriterion: x\n",
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("c.yaml", text) != "fairseq"
