"""Vertex AI: custom jobs, training and tuning, pipeline runs, data sets, models (JSON, YAML).

Keys are read as the service's JSON spells them (``workerPoolSpecs``) and as its Python
libraries do (``worker_pool_specs``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.reading import Map, Node
from ingest.vertex.jobs import TUNINGS, custom_job, job_spec, training_pipeline, tuning_job
from ingest.vertex.names import field
from ingest.vertex.pipelines import pipeline_job
from ingest.vertex.resources import batch_prediction, data_set, endpoint, model
from lineage.records import Extract


def recognise(document: Document) -> Claim | None:
    """The keys that one kind of Vertex AI document has, and no other format."""
    for root in _roots(document):
        kind = _kind(root)
        if kind is not None:
            return Claim(2, f"the keys of {kind[0]} of Vertex AI")
    return None


def read(document: Document) -> Extract:
    """All facts of each document in the file."""
    found = Findings(document)
    for root in _roots(document):
        kind = _kind(root)
        if kind is not None:
            kind[1](found, root)
    return found.extract()


def _roots(document: Document) -> Iterator[Node]:
    """The documents in a file: its roots, and the items of a root that is a list."""
    for root in document.trees:
        yield from (root,) if isinstance(root, Map) else root.elements()


def _kind(root: Node) -> tuple[str, Callable[[Findings, Node], None]] | None:
    """Which kind of document the keys tell, with what reads it."""
    return next(((name, reads) for name, fits, reads in _DOCUMENTS if fits(root)), None)


def _is_training_pipeline(root: Node) -> bool:
    return "schema/trainingjob/definition" in field(root, "trainingTaskDefinition").text


def _is_custom_job(root: Node) -> bool:
    return bool(job_spec(root))


def _is_tuning(root: Node) -> bool:
    base = field(root, "baseModel") or field(root, "preTunedModel")
    base = base or field(root, "distillationSpec", "studentModel")
    return bool(base) and any(isinstance(field(root, kind), Map) for kind in TUNINGS)


def _is_pipeline_run(root: Node) -> bool:
    runtime = field(root, "runtimeConfig")
    spec = isinstance(field(root, "pipelineSpec", "root"), Map)
    return isinstance(runtime, Map) and (spec or bool(field(root, "templateUri").text))


def _is_prediction(root: Node) -> bool:
    formats = (
        field(root, "inputConfig", "instancesFormat"),
        field(root, "outputConfig", "predictionsFormat"),
    )
    return all(node.text for node in formats)


def _is_data_set(root: Node) -> bool:
    if "schema/dataset/metadata" in field(root, "metadataSchemaUri").text:
        return True
    imports = list(field(root, "importConfigs").elements())
    return any("schema/dataset/ioformat" in field(i, "importSchemaUri").text for i in imports)


def _is_model(root: Node) -> bool:
    body = field(root, "model") or root
    container = isinstance(field(body, "containerSpec"), Map)
    uploaded = bool(field(body, "artifactUri").text) and container
    copied = bool(field(root, "sourceModel").text) and "/models/" in field(root, "sourceModel").text
    garden = bool(field(body, "baseModelSource")) and bool(field(body, "displayName").text)
    return (uploaded and bool(field(body, "displayName").text)) or copied or garden


def _is_endpoint(root: Node) -> bool:
    deployed = (field(root, "deployedModel"), *field(root, "deployedModels").elements())
    return any("/models/" in field(item, "model").text for item in deployed)


_DOCUMENTS: tuple[
    tuple[str, Callable[[Node], bool], Callable[[Findings, Node], None]], ...
] = (
    ("a training pipeline", _is_training_pipeline, training_pipeline),
    ("a tuning job", _is_tuning, tuning_job),
    ("a pipeline run", _is_pipeline_run, pipeline_job),
    ("a custom job", _is_custom_job, custom_job),
    ("a batch prediction", _is_prediction, batch_prediction),
    ("a data set", _is_data_set, data_set),
    ("a model", _is_model, model),
    ("an endpoint", _is_endpoint, endpoint),
)  # fmt: skip

INGESTOR = Ingestor(
    name="vertex",
    title="Vertex AI job or pipeline run",
    description="Custom jobs, training pipelines, tuning of base models, pipeline runs, batch "
    "predictions, data sets, models and endpoints: data, base models, where models are written.",
    endings=(".json", ".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
