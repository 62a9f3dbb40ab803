"""SkyPilot tasks: given these commands and mounts, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

TASK = "resources: {accelerators: 'A100:1'}\n"
RUN = "run: |\n  python train.py --model_name_or_path heron-ai/base --train_file %s"


def test_what_a_task_runs_is_read_with_its_variables(tree: Tree) -> None:
    read = tree.read(
        "task.yaml",
        TASK
        + "envs: {BASE: heron-ai/base}\nrun: |\n  set -e\n"
        + "  python train.py --model_name_or_path $BASE \\\n"
        + "    --dataset_name heron-ai/letters --output_dir out/a\n",
    )
    assert read.inputs == {("fine_tuned_from", "heron-ai/base"), ("trained_on", "heron-ai/letters")}
    assert read.outputs == ["out/a"]
    assert read.input("heron-ai/letters")["line"] == 6


@pytest.mark.parametrize(
    ("mount", "path", "known"),
    [
        ("/data: {source: 's3://letters', mode: COPY}", "/data/a.json", "s3://letters/a.json"),
        ("/data: 's3://letters/'", "/data/b/a.json", "s3://letters/b/a.json"),
        ("/data: {name: $BUCKET}", "/data/a.json", "/data/a.json"),
        ("/dat: 's3://letters'", "/data/a.json", "/data/a.json"),
    ],
)
def test_what_is_mounted_is_called_as_where_it_comes_from(
    tree: Tree, mount: str, path: str, known: str
) -> None:
    read = tree.read("task.yaml", f"{TASK}file_mounts: {{{mount}}}\n{RUN % path}")
    assert ("trained_on", known) in read.inputs


@pytest.mark.parametrize(
    "text",
    [
        RUN % "a.json",  # nothing says on what it runs
        f"{TASK}steps: []\n{RUN % 'a.json'}",
        f"{TASK}run: python serve.py --model heron-ai/base",
    ],
)
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("task.yaml", text) != "skypilot"
