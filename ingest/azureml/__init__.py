"""Azure Machine Learning, command line v2 (YAML): jobs, pipelines, assets, deployments."""

from __future__ import annotations

import re

from ingest.azureml.assets import read_data, read_deployment, read_model
from ingest.azureml.jobs import read_job
from ingest.azureml.references import DATA_TYPES, is_model_type
from ingest.base import Claim, Document, Findings, Ingestor
from ingest.reading import Map, Node
from lineage.records import Extract

_SCHEMA = re.compile(
    r"azuremlschemas(prod)?\.azureedge\.net|azuremlsdk2\.blob\.core\.windows\.net|"
    r"^http://azureml/sdk-2-0/"
)
_SCHEMA_NAME = re.compile(r"/([A-Za-z]+)(\.schema)?\.json$")
_JOB_TYPES = frozenset({"command", "sweep", "pipeline", "automl", "spark", "parallel"})
_TUNING_TYPES = frozenset({"finetuning", "distillation"})
_REFERENCE = re.compile(r"\$\{\{\s*(parent|inputs|outputs|search_space)\.")


def recognise(document: Document) -> Claim | None:
    """The schema that a file names, or keys and references of a job, asset or deployment."""
    root = document.tree
    if _SCHEMA.search(root.at("$schema").text):
        return Claim(3, "a schema of Azure Machine Learning")
    what = _shape(root)
    if what is None:
        return None
    telling = "azureml:" in document.text or _REFERENCE.search(document.text) is not None
    return Claim(2, f"{what} of Azure Machine Learning") if telling else None


def read(document: Document) -> Extract:
    """All facts of one file."""
    found = Findings(document)
    _read(found, document.tree)
    return found.extract()


def _read(found: Findings, root: Node) -> None:
    match _shape(root):
        case "job":
            read_job(found, root)
        case "data":
            read_data(found, root)
        case "model":
            read_model(found, root)
        case "deployment":
            read_deployment(found, root)
        case "schedule":
            found.leave_out(root.at("name"))
            for key in ("create_job", "import_data"):
                part = root.at(key)
                if isinstance(part, Map):
                    _read(found, part)
        case "component":  # the pipelines that use it say what it is given
            found.leave_out(root)
        case _:
            pass


def _shape(root: Node) -> str | None:
    """What kind of file this is: by its schema's name, else by its keys."""
    match = _SCHEMA_NAME.search(root.at("$schema").text)
    schema = match[1].lower() if match else ""
    for part, shape in (
        ("component", "component"), ("deployment", "deployment"), ("schedule", "schedule"),
        ("model", "model"), ("dataimport", "data"), ("job", "job"),
    ):  # fmt: skip
        if schema.endswith(part):
            return shape
    if schema == "data":
        return "data"
    if schema:
        return None
    return _shape_by_keys(root)


def _shape_by_keys(root: Node) -> str | None:
    """What kind of file the keys are of, where no schema is named."""
    kind, keys = root.at("type").text, {key for key, _ in root.entries()}
    if kind in _TUNING_TYPES and keys & {"training_data", "student_model"}:
        return "job"
    if isinstance(root.at("jobs"), Map) and kind in {"pipeline", ""} and _has_steps(root):
        return "job"
    if kind in _JOB_TYPES and keys & {"command", "trial", "training_data", "task", "entry"}:
        return None if "version" in keys and not keys & {"compute", "experiment_name"} else "job"
    if {"command", "environment", "code"} <= keys or {"command", "compute"} <= keys:
        return "job"
    if is_model_type(root.at("type")) and {"name", "path"} <= keys:
        return "model"
    if kind in DATA_TYPES and keys & {"path", "source"} and "name" in keys:
        return "data"
    if {"model", "endpoint_name"} <= keys:
        return "deployment"
    return None


def _has_steps(root: Node) -> bool:
    """Whether a mapping ``jobs`` holds steps: each runs a command, or is of a component."""
    steps = [step for _, step in root.at("jobs").entries()]
    return any(
        isinstance(step, Map) and (step.at("component") or step.at("type").text in _JOB_TYPES)
        for step in steps
    )


INGESTOR = Ingestor(
    name="azureml",
    title="Azure Machine Learning job or asset",
    description="Jobs, pipelines and assets of Azure Machine Learning: data and models that go "
    "into each training, followed through the steps of a pipeline, the models it makes, "
    "registered data and models, deployments.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
