"""Jobs of Kubernetes that are none of Kubeflow's: given these commands, these inputs."""

from __future__ import annotations

import json

import pytest

from reading_helper import Tree

WORDS = ["python", "train.py", "--model_name_or_path", "org/m", "--dataset_name", "org/d",
         "--output_dir", "/out/m"]  # fmt: skip
INPUTS = {("fine_tuned_from", "org/m"), ("trained_on", "org/d")}
POD = {"spec": {"containers": [{"name": "c", "image": "x", "command": WORDS}]}}


def resource(version: str, kind: str, spec: object) -> str:
    body = {"apiVersion": version, "kind": kind, "metadata": {"name": "j"}, "spec": spec}
    return json.dumps(body, indent=1)


@pytest.mark.parametrize(("version", "kind", "spec"), [
    ("batch/v1", "Job", {"template": POD}),
    ("batch/v1", "CronJob", {"jobTemplate": {"spec": {"template": POD}}}),
    ("v1", "Pod", POD["spec"]),
    ("jobset.x-k8s.io/v1alpha2", "JobSet",
     {"replicatedJobs": [{"name": "w", "template": {"spec": {"template": POD}}}]}),
    ("batch.volcano.sh/v1alpha1", "Job", {"tasks": [{"template": POD}, {"template": POD}]}),
    ("argoproj.io/v1alpha1", "Workflow",
     {"templates": [{"name": "t", "container": {"image": "x", "command": WORDS}}]}),
    ("ray.io/v1", "RayJob", {"entrypoint": " ".join(WORDS)}),
])  # fmt: skip
def test_resources_that_run_a_training(tree: Tree, version: str, kind: str, spec: object) -> None:
    read = tree.read("job.yaml", resource(version, kind, spec))
    assert read.inputs == INPUTS
    assert read.outputs == ["/out/m"]
    assert read.input("org/d")["evidence"] == "inferred"


@pytest.mark.parametrize("text", [
    resource("batch/v1", "Job", {"template": {"spec": {"containers": [{"command": ["ls"]}]}}}),
    resource("apps/v1", "Deployment", {"template": POD}),
    resource("ray.io/v1", "RayJob", {"entrypoint": "python serve.py"}),
    resource("batch/v1", "Job", {}),
    resource("batch/v1", "Job", None),
])  # fmt: skip
def test_other_resources_are_left_alone(tree: Tree, text: str) -> None:
    assert tree.claimant("job.yaml", text) != "kubernetes"


def test_a_job_of_kubeflow_stays_its(tree: Tree) -> None:
    spec = {"pytorchReplicaSpecs": {"Master": {"template": POD}}}
    assert tree.claimant("job.yaml", resource("kubeflow.org/v1", "PyTorchJob", spec)) == "kubeflow"
