"""Amazon SageMaker: requests and descriptions of jobs, models and endpoints; pipelines (JSON).

The same keys are read in YAML, which the AWS command line also takes (``--cli-input-yaml``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.reading import Map, Node, Seq, parse_json
from ingest.sagemaker.names import Names
from ingest.sagemaker.pipeline import pipeline
from ingest.sagemaker.requests import REQUESTS
from lineage.errors import InputError
from lineage.records import Extract

_SIGNS: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    ("Tuning", (("HyperParameterTuningJobName", "TrainingJobDefinition"),
                ("HyperParameterTuningJobConfig", "TrainingJobDefinition"),
                ("HyperParameterTuningJobConfig", "TrainingJobDefinitions"))),
    ("Training", (("TrainingJobName", "AlgorithmSpecification"),
                  ("AlgorithmSpecification", "InputDataConfig", "OutputDataConfig"),
                  ("TrainingJobName", "InputDataConfig", "OutputDataConfig"),
                  ("TrainingJobName", "ServerlessJobConfig"))),
    ("AutoML", (("AutoMLJobName", "InputDataConfig"),
                ("AutoMLJobName", "AutoMLJobInputDataConfig"))),
    ("Processing", (("ProcessingResources", "AppSpecification"),
                    ("ProcessingJobName", "AppSpecification"))),
    ("Transform", (("TransformInput", "TransformOutput"),)),
    ("Labeling", (("LabelingJobName", "InputConfig", "OutputConfig"),)),
    ("Conversion", (("OptimizationJobName", "ModelSource", "OutputConfig"),
                    ("CompilationJobName", "OutputConfig"))),
    ("Model", (("ModelName", "PrimaryContainer"), ("ModelName", "Containers", "ExecutionRoleArn"),
               ("PrimaryContainer", "ExecutionRoleArn"),
               ("ModelPackageGroupName", "InferenceSpecification"),
               ("ModelPackageName", "InferenceSpecification"),
               ("ModelPackageArn", "InferenceSpecification"),
               ("ModelPackageGroupName", "SourceAlgorithmSpecification"),
               ("ModelPackageName", "SourceAlgorithmSpecification"))),
    ("InferenceComponent", (("InferenceComponentName", "EndpointName"),)),
    ("Endpoint", (("EndpointName", "EndpointConfigName"), ("EndpointName", "ProductionVariants"))),
    ("EndpointConfig", (("EndpointConfigName", "ProductionVariants"),)),
)  # fmt: skip
"""The kinds of requests, each with the sets of keys that tell it beyond doubt."""

_VERSION = "2020-12-01"
_WRAPPERS = ("TrainingJob", "HyperParameterTuningJob", "Model", "ModelPackage", "Endpoint",
             "ProcessingJob", "TransformJob")  # fmt: skip


def recognise(document: Document) -> Claim | None:
    """A pipeline's version with typed steps, or the keys of one kind of request."""
    for body in _bodies(document):
        if _is_definition(body) or _described(body):
            return Claim(2, "a pipeline definition of SageMaker")
        kind = _kind(body)
        if kind:
            return Claim(2, f"the keys of SageMaker's {kind} requests")
    return None


def read(document: Document) -> Extract:
    """All facts of each request, description or pipeline in the file."""
    found = Findings(document)
    for body in _bodies(document):
        names = Names(found)
        if _is_definition(body):
            pipeline(names, body)
        elif _described(body):
            _described_pipeline(names, body.at("PipelineDefinition"))
        elif kind := _kind(body):
            REQUESTS[kind](names, body, "")()
    return found.extract()


def _bodies(document: Document) -> Iterator[Node]:
    """The requests in a file: its root, items of its list, results of a search, an event."""
    for root in document.trees:
        if root.at("source").text == "aws.sagemaker":
            yield root.at("detail")
            continue
        results = root.at("Results")
        for body in root.elements() if not isinstance(root, Map) else (root, *results.elements()):
            yield body
            if body is not root:
                yield from (body.at(key) for key in _WRAPPERS if body.at(key))


def _kind(body: Node) -> str:
    """Which kind of request the keys tell; empty for none."""
    keys = {key for key, value in body.entries() if value}
    for kind, sets in _SIGNS:
        if any(keys.issuperset(signs) for signs in sets):
            return kind
    return ""


def _is_definition(body: Node) -> bool:
    steps = list(body.at("Steps").elements())
    typed = bool(steps) and all(s.at("Name").text and s.at("Type").text for s in steps)
    return typed and body.at("Version").text == _VERSION


def _described(body: Node) -> bool:
    """Whether a description holds a pipeline's definition as text."""
    text = body.at("PipelineDefinition").text
    return _VERSION in text and '"Steps"' in text


def _described_pipeline(names: Names, text: Node) -> None:
    """The definition that a pipeline's description holds as text."""
    try:
        definition = parse_json(text.text, names.found.document.path)
    except InputError:
        names.found.skip("the pipeline's definition is no JSON", text)
        return
    pipeline(names, _at_line(definition, text.line))


def _at_line(node: Node, line: int) -> Node:
    """The same values at one line: that of the text they were in."""
    if isinstance(node, Map):
        return replace(node, line=line, items={k: _at_line(v, line) for k, v in node.entries()})
    if isinstance(node, Seq):
        return replace(node, line=line, items=[_at_line(v, line) for v in node.items])
    return replace(node, line=line)


INGESTOR = Ingestor(
    name="sagemaker",
    title="Amazon SageMaker job or pipeline",
    description="Requests and descriptions of training, tuning, AutoML, processing, transform and "
    "labeling jobs, models, packages and endpoints, and pipeline definitions: channels by their "
    "use, base models, what each step makes of what.",
    endings=(".json", ".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
