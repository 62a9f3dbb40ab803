"""AI Toolkit: given these jobs, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

JOB = """
job: extension
config:
  name: mill_v1
  process:
  - type: sd_trainer
    training_folder: output
    %s
    datasets: [{folder_path: data/mill}]
    train: {steps: 10}
    model: {name_or_path: org/canvas, assistant_lora_path: org/assistant}
"""


@pytest.mark.parametrize(
    ("more", "role", "made"),
    [
        ("network: {type: lora}", "adapter_of", "output/mill_v1"),
        ("device: cuda", "fine_tuned_from", "output/mill_v1"),
        ("save: {push_to_hub: true, hf_repo_id: me/mill}", "fine_tuned_from", "me/mill"),
        ("save: {push_to_hub: false, hf_repo_id: me/mill}", "fine_tuned_from", "output/mill_v1"),
    ],
)
def test_what_a_job_makes_of_what(tree: Tree, more: str, role: str, made: str) -> None:
    read = tree.read("job.yaml", JOB % more)
    assert read.inputs == {
        (role, "org/canvas"),
        ("initialised_from", "org/assistant"),
        ("trained_on", "data/mill"),
    }
    assert read.outputs == [made]


@pytest.mark.parametrize(
    "text", ["job: train\n", "job: x\nconfig: {process: [{train: {steps: 1}, datasets: []}]}\n"]
)
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("job.yaml", text) != "ai_toolkit"
