"""Kubeflow: training jobs and runtimes, and compiled pipelines."""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.kubeflow.pipelines import named, read_pipeline
from ingest.kubeflow.tasks import tasks_of_specification, tasks_of_workflow
from ingest.kubeflow.trainings import (
    read_replicated_job,
    read_runtime,
    read_search,
    read_train_job,
)
from ingest.reading import Map, Node
from lineage.records import Extract

_RUNTIMES = frozenset({"TrainingRuntime", "ClusterTrainingRuntime"})
_JOBS = frozenset(
    {"PyTorchJob", "TFJob", "MPIJob", "XGBoostJob", "PaddleJob", "MXJob", "MXNetJob", "JAXJob"}
)

_SPECIFICATION = "compiled pipeline"
_WORKFLOW = "compiled workflow"


def recognise(document: Document) -> Claim | None:
    """A resource of Kubeflow's training or search, or a compiled pipeline, in the file."""
    kinds = [kind for root in document.trees if (kind := _kind(root))]
    return Claim(3, f"{kinds[0]} of Kubeflow") if kinds else None


def read(document: Document) -> Extract:
    """All facts of each resource in the file."""
    found = Findings(document)
    roots = [(root, _kind(root)) for root in document.trees]
    runtimes = {root.at("metadata", "name").text: root for root, kind in roots if kind in _RUNTIMES}
    used = {
        root.at("spec", "runtimeRef", "name").text for root, kind in roots if kind == "TrainJob"
    }
    for root, kind in roots:
        if kind == "TrainJob":
            read_train_job(found, root, runtimes)
        elif kind in _RUNTIMES and root.at("metadata", "name").text not in used:
            read_runtime(found, root)
        elif kind in _JOBS:
            read_replicated_job(found, root)
        elif kind == "Experiment":
            read_search(found, root)
        elif kind == _SPECIFICATION:
            read_pipeline(found, tasks_of_specification(root), root.at("pipelineInfo", "name"))
        elif kind == _WORKFLOW:
            metadata = root.at("metadata")
            name = named((metadata.at("name"), metadata.at("generateName")))
            read_pipeline(found, tasks_of_workflow(root), name)
    return found.extract()


def _kind(root: Node) -> str | None:
    """The kind of a resource of Kubeflow; None for any other document."""
    kind, version = root.at("kind").text, root.at("apiVersion").text
    group = version.partition("/")[0]
    if root.at("pipelineInfo") and root.at("root", "dag") and root.at("schemaVersion").text:
        return _SPECIFICATION
    if not isinstance(root.at("spec"), Map):
        return None
    if group == "trainer.kubeflow.org" and kind in {"TrainJob", *_RUNTIMES}:
        return kind
    if group == "kubeflow.org" and kind in {"TrainJob", "Experiment", *_RUNTIMES, *_JOBS}:
        return kind
    if group == "argoproj.io" and kind == "Workflow" and _is_of_pipelines(root):
        return _WORKFLOW
    return None


def _is_of_pipelines(workflow: Node) -> bool:
    """Whether a workflow was compiled from a pipeline of Kubeflow."""
    metadata = workflow.at("metadata")
    marks = (*metadata.at("annotations").entries(), *metadata.at("labels").entries())
    return any(name.startswith("pipelines.kubeflow.org/") for name, _ in marks)


INGESTOR = Ingestor(
    name="kubeflow",
    title="Kubeflow training job or pipeline",
    description="Training jobs of Kubeflow and their runtimes: data and models that initializers "
    "fetch, options and environment of containers, volumes; compiled pipelines: data and models "
    "followed through their tasks.",
    endings=(".yaml", ".yml", ".json"),
    recognise=recognise,
    read=read,
)
