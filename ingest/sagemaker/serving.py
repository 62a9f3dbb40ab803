"""Models as they are registered, converted and served."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.reading import Node
from ingest.sagemaker.names import Names, is_local
from lineage.identity import is_placeholder, output_ref
from lineage.records import Ref
from lineage.vocabulary import Kind, Relation


def registered(names: Names, body: Node, step: str = "") -> Ref:
    """The model or model package that a request registers."""
    group, name = body.at("ModelPackageGroupName"), body.at("ModelPackageName")
    if body.at("ModelName"):
        node, collection = body.at("ModelName"), "models"
    elif group and body.at("ModelPackageVersion").text:
        node = group.saying(f"{group.text}/{body.at('ModelPackageVersion').text}")
        collection = "model-packages"
    else:
        node, collection = (name, "model-packages") if name else (group, "model-package-groups")
    if node.text and not is_placeholder(node.text):
        ref = names.named(node, collection, Kind.MODEL)
    else:
        stem = step or names.found.document.stem
        ref = output_ref(stem, Kind.MODEL, names.found.document.scope)
    approval = body.at("ModelApprovalStatus").text or None
    names.found.describe(
        ref, node or body, produced=True, stated=bool(node or step), approval=approval
    )
    return ref


def bundle(names: Names, body: Node, model: Ref) -> None:
    """The weights that a registered model's containers serve."""
    algorithms = body.at("SourceAlgorithmSpecification", "SourceAlgorithms").elements()
    for container in (
        *(c for c in (body.at("PrimaryContainer"),) if c),
        *body.at("Containers").elements(),
        *body.at("InferenceSpecification", "Containers").elements(),
        *algorithms,
    ):
        for node in _weights(container):
            names.input(model, Relation.BUNDLES, node, Kind.MODEL)
        package = container.at("ModelPackageName")
        if package.text:
            target = names.named(package, "model-packages", Kind.MODEL)
            names.relate(model, Relation.BUNDLES, target, package)
        hub = container.at("Environment", "HF_MODEL_ID")
        if hub.text and not is_local(hub):
            names.relate(model, Relation.BUNDLES, names.found.artifact(hub, Kind.MODEL), hub)
    source = body.at("SourceUri")
    if source.text.startswith("s3://"):
        names.input(model, Relation.BUNDLES, source, Kind.MODEL)


def _weights(container: Node) -> Iterator[Node]:
    yield container.at("ModelDataUrl")
    yield container.at("ModelDataSource", "S3DataSource", "S3Uri")
    for other in container.at("AdditionalModelDataSources").elements():
        yield other.at("S3DataSource", "S3Uri")


_DEPLOYMENTS = {
    "InferenceComponentName": "inference-components",
    "EndpointName": "endpoints",
    "EndpointConfigName": "endpoint-configs",
}
"""The key that names a deployment, the first that a document has, and its collection."""


def deployment(names: Names, body: Node, step: str = "") -> Ref:
    """An endpoint, its configuration or an inference component."""
    key = next((key for key in _DEPLOYMENTS if body.at(key).text), "")
    node = body.at(key) if key else body
    if key and not is_placeholder(node.text):
        ref = names.named(node, _DEPLOYMENTS[key], Kind.DEPLOYMENT)
    else:
        stem = step or names.found.document.stem
        ref = output_ref(stem, Kind.DEPLOYMENT, names.found.document.scope)
    names.found.describe(ref, node, produced=True, stated=bool(key or step))
    return ref


def deployed(names: Names, body: Node, ref: Ref) -> None:
    """The models that a deployment serves."""
    for variants in ("ProductionVariants", "ShadowProductionVariants"):
        for variant in body.at(variants).elements():
            _served(names, ref, variant.at("ModelName"), "models", Kind.MODEL)
    component = body.at("Specification")
    _served(names, ref, component.at("ModelName"), "models", Kind.MODEL)
    names.input(ref, Relation.DEPLOYS, component.at("Container", "ArtifactUrl"), Kind.MODEL)
    base = component.at("BaseInferenceComponentName")
    _served(names, ref, base, "inference-components", Kind.DEPLOYMENT)
    if body.at("EndpointName").text and not component:
        config = body.at("EndpointConfigName")
        _served(names, ref, config, "endpoint-configs", Kind.DEPLOYMENT)


def _served(names: Names, ref: Ref, node: Node, collection: str, kind: Kind) -> None:
    if node.text:
        names.relate(ref, Relation.DEPLOYS, names.named(node, collection, kind), node)


def converted(names: Names, body: Node) -> None:
    """A compilation or an optimisation: the same model in another form."""
    name = body.at("OptimizationJobName") or body.at("CompilationJobName")
    folder = body.at("OutputConfig", "S3OutputLocation")
    made = names.found.output(Kind.MODEL, name=name, location=folder, at=body)
    quantized = any(
        config.at("ModelQuantizationConfig") for config in body.at("OptimizationConfigs").elements()
    )
    relation = Relation.QUANTIZED_FROM if quantized else Relation.DERIVED_FROM
    for node in (
        body.at("ModelSource", "S3", "S3Uri"),
        body.at("InputConfig", "S3Uri"),
        body.at("ModelPackageVersionArn"),
    ):
        names.input(made, relation, node, Kind.MODEL)
    model = body.at("ModelSource", "SageMakerModel", "ModelName")
    if model.text:
        names.relate(made, relation, names.named(model, "models", Kind.MODEL), model)
