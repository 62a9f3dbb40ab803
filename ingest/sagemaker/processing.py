"""Jobs that make data of data: processing, batch transform and labeling."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.reading import Node
from ingest.sagemaker.names import Names, is_weights
from lineage.identity import is_placeholder
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_CODE = re.compile(
    r"(^|[_-])(code|scripts?|entry_?point|requirements|source_?dir|configs?)([_-]|$|\d)",
    re.IGNORECASE,
)
_CODE_PLACE = re.compile(r"/(code|entrypoint|scripts?|config)(/|$)|\.(py|sh|ipynb|ya?ml)$")
_MODEL = re.compile(r"(^|[/_-])(models?|model_artifacts?|weights)([_-]|/?$)", re.IGNORECASE)
_REPORT = re.compile(
    r"evaluation|report|metrics?|baseline|constraints?|statistics|bias|explain|monitor|analysis_result|"
    r"\blogs?\b|plots?|figures?",
    re.IGNORECASE,
)


def processing_outputs(names: Names, body: Node, step: str = "") -> list[tuple[Ref, Node]]:
    """What a processing job writes, but for reports; each made known to the steps after it."""
    job = step or body.at("ProcessingJobName").text or names.found.document.stem
    made: list[tuple[Ref, Node]] = []
    for entry in body.at("ProcessingOutputConfig", "Outputs").elements():
        name = entry.at("OutputName").text
        group = entry.at("FeatureStoreOutput", "FeatureGroupName")
        if group.text:
            ref, node = names.named(group, "feature-groups", Kind.DATASET), group
        else:
            node = entry.at("S3Output", "S3Uri")
            kind = Kind.MODEL if _MODEL.search(name) else Kind.DATASET
            ref = names.output(node, kind, f"{job}.{name}" if name else job)
        report = _REPORT.search(name) is not None
        if step:
            names.steps[(step, name)] = ref
            names.steps[(step, str(len(made)))] = ref
        names.written(node, ref)
        if not report:
            place = node or entry.at("OutputName")
            names.found.describe(ref, place, produced=True, stated=bool(place))
            made.append((ref, place))
    return made


def processing(names: Names, body: Node, made: list[tuple[Ref, Node]]) -> None:
    """What a processing job read: its data were derived from it, or its model measured on it."""
    data: list[tuple[Ref, Node]] = []
    models: list[tuple[Ref, Node]] = []
    for ref, node in _inputs(names, body):
        (models if ref.kind is Kind.MODEL else data).append((ref, node))
    for ref, _ in made:
        model = ref.kind is Kind.MODEL
        for target, node in data:
            relation = Relation.TRAINED_ON if model else Relation.DERIVED_FROM
            evidence = Evidence.INFERRED if model else Evidence.DECLARED
            names.relate(ref, relation, target, node, evidence=evidence)
        for target, node in models:
            relation = Relation.FINE_TUNED_FROM if model else Relation.GENERATED_BY
            names.relate(ref, relation, target, node, evidence=Evidence.INFERRED)
    if not made:
        for model_ref, _ in models:
            for target, node in data:
                names.relate(
                    model_ref, Relation.EVALUATED_ON, target, node, evidence=Evidence.INFERRED
                )


def _inputs(names: Names, body: Node) -> Iterator[tuple[Ref, Node]]:
    for entry in body.at("ProcessingInputs").elements():
        name = entry.at("InputName").text
        node = entry.at("S3Input", "S3Uri")
        place = entry.at("S3Input", "LocalPath").text
        if not node.text:
            yield from _queried(names, entry)
            continue
        if _CODE.search(name) or _CODE_PLACE.search(place) or _CODE_PLACE.search(node.text):
            continue
        model = bool(_MODEL.search(name) or _MODEL.search(place)) or is_weights(node)
        yield names.artifact(node, Kind.MODEL if model else Kind.DATASET), node


def _queried(names: Names, entry: Node) -> Iterator[tuple[Ref, Node]]:
    """The database that a query reads; which of its tables is in the query."""
    definition = entry.at("DatasetDefinition")
    athena, redshift = (
        definition.at(f"{service}DatasetDefinition") for service in ("Athena", "Redshift")
    )
    database = athena.at("Database") if athena else redshift.at("Database")
    service = "athena" if athena else "redshift"
    host = athena.at("Catalog").text if athena else redshift.at("ClusterId").text
    if database.text and not is_placeholder(database.text + host):
        node = database.saying(f"{service}://{host or 'default'}/{database.text}")
        names.found.skip("which tables the query reads is not read", athena or redshift)
        yield names.found.artifact(node, Kind.DATASET), node
    elif entry:
        names.found.skip("a processing input without an address", entry)


def transform_output(names: Names, body: Node, step: str = "") -> Ref:
    """The predictions that a batch transform writes."""
    node = body.at("TransformOutput", "S3OutputPath")
    name = step or body.at("TransformJobName").text or names.found.document.stem
    ref = names.output(node, Kind.DATASET, name)
    names.found.describe(ref, node or body, produced=True, stated=bool(node))
    names.written(node, ref)
    return ref


def transform(names: Names, body: Node, made: Ref) -> None:
    """Predictions: made by a model from data."""
    source = body.at("TransformInput", "DataSource", "S3DataSource", "S3Uri")
    names.input(made, Relation.DERIVED_FROM, source, Kind.DATASET)
    model = body.at("ModelName")
    if model.text:
        target = names.named(model, "models", Kind.MODEL)
        names.relate(made, Relation.GENERATED_BY, target, model)


def labeling(names: Names, body: Node) -> None:
    """Labels of data: derived from it, by people or by a model that learns with them."""
    written = body.at("LabelingJobOutput", "OutputDatasetS3Uri")
    node = written if written.text else body.at("OutputConfig", "S3OutputPath")
    made = names.output(node, Kind.DATASET, body.at("LabelingJobName").text)
    names.found.describe(made, node or body, produced=True)
    source = body.at("InputConfig", "DataSource", "S3DataSource", "ManifestS3Uri")
    names.input(made, Relation.DERIVED_FROM, source, Kind.DATASET)
    learner = body.at("LabelingJobAlgorithmsConfig", "InitialActiveLearningModelArn")
    names.input(made, Relation.GENERATED_BY, learner, Kind.MODEL)
