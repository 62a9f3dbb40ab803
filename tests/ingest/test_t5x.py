"""T5X configs: given this gin file, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

MIXTURE = 'MIXTURE_OR_TASK_NAME = "birds_v1"\n'


def test_macros(tree: Tree) -> None:
    read = tree.read(
        "a.gin",
        f"{MIXTURE}INITIAL_CHECKPOINT_PATH = 'gs://b/t5/checkpoint_9'  # where it starts\n"
        'MODEL_DIR = "gs://b/birds"\n',
    )
    assert read.inputs == {
        ("trained_on", "birds_v1"),
        ("fine_tuned_from", "gs://b/t5/checkpoint_9"),
    }
    assert read.outputs == ["gs://b/birds"]
    assert read.input("birds_v1")["line"] == 1


@pytest.mark.parametrize("scope", [
    "train_eval/utils.DatasetConfig:\n  mixture_or_task_name = %HELD_OUT\n  split = 'test'\n",
    "train_eval/utils.DatasetConfig.mixture_or_task_name = %HELD_OUT\n",
])  # fmt: skip
def test_scopes_tell_what_data_is_for(tree: Tree, scope: str) -> None:
    read = tree.read("a.gin", f'HELD_OUT = "nests_v1"\n{MIXTURE}{scope}')
    assert read.inputs == {("trained_on", "birds_v1"), ("evaluated_on", "nests_v1")}


def test_an_evaluation_makes_no_model(tree: Tree) -> None:
    text = f'{MIXTURE}CHECKPOINT_PATH = "gs://b/birds/checkpoint_1"\nEVAL_OUTPUT_DIR = "/tmp/e"\n'
    read = tree.read("eval.gin", text)
    assert read.inputs == {("evaluated_on", "birds_v1")}
    assert read.outputs == []
    assert read.input("birds_v1", "evaluated_on")["output"] == "gs://b/birds/checkpoint_1"


@pytest.mark.parametrize(("start", "given"), [
    ("%BASE\nBASE = 'gs://b/a'", {("fine_tuned_from", "gs://b/a")}),
    ("%A\nA = %INITIAL_CHECKPOINT_PATH", set()),
    ("%gin.REQUIRED", set()),
])  # fmt: skip
def test_references(tree: Tree, start: str, given: set[tuple[str, str]]) -> None:
    read = tree.read("a.gin", f"{MIXTURE}INITIAL_CHECKPOINT_PATH = {start}\n")
    assert read.inputs == {("trained_on", "birds_v1"), *given}


def test_what_is_included_is_read_there(tree: Tree) -> None:
    read = tree.read("a.gin", f'include "t5x/configs/runs/finetune.gin"\n{MIXTURE}')
    assert any("finetune.gin" in skipped.reason for skipped in read.extract.skipped)


@pytest.mark.parametrize(
    "text", ["network.depth = 5\n", 'MODEL_DIR = "/m"\n', "MIXTURE_NAME = 5\n"]
)
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("a.gin", text) is None
