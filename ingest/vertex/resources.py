"""Data sets, models, batch predictions and endpoints, as they are created or described."""

from __future__ import annotations

from ingest.base import Findings
from ingest.reading import Node
from ingest.vertex.names import artifact, field, named, resource, uris, used
from lineage.identity import is_placeholder, output_ref
from lineage.records import Ref
from lineage.vocabulary import Kind, Relation


def data_set(found: Findings, root: Node) -> None:
    """A data set, by its source or by what is imported into it."""
    made = _made(found, root, "datasets", Kind.DATASET)
    source = field(root, "metadata", "inputConfig")
    for holder in (source, *field(root, "importConfigs").elements()):
        for node in uris(holder):
            used(found, made, Relation.DERIVED_FROM, node)


def model(found: Findings, root: Node) -> None:
    """A model that is registered from the folder of its weights."""
    body = field(root, "model") or root
    made = _made(found, body, "models", Kind.MODEL)
    weights = field(body, "artifactUri")
    if weights.text:
        target = artifact(found, weights, Kind.MODEL)
        found.relate(made, Relation.BUNDLES, target, weights)
    garden = field(body, "baseModelSource", "modelGardenSource", "publicModelName")
    used(found, made, Relation.BUNDLES, garden, kind=Kind.MODEL)
    genie = field(body, "baseModelSource", "genieSource", "baseModelUri")
    used(found, made, Relation.BUNDLES, genie, kind=Kind.MODEL)
    copied = field(root, "sourceModel")
    used(found, made, Relation.BUNDLES, copied, kind=Kind.MODEL)


def batch_prediction(found: Findings, root: Node) -> None:
    """Predictions: made by a model from data."""
    config = field(root, "inputConfig")
    places = list(uris(field(root, "outputConfig")))
    node = next((place for place in places if not is_placeholder(place.text)), None)
    if node is not None:
        made = artifact(found, node, Kind.DATASET)
    else:
        name = field(root, "displayName").text or found.document.stem
        made = output_ref(name, Kind.DATASET, found.document.scope)
    found.describe(made, node or root, produced=True, stated=node is not None)
    for source in uris(config):
        used(found, made, Relation.DERIVED_FROM, source)
    chosen = field(root, "model")
    if chosen.text:
        target = resource(found, chosen, "models", Kind.MODEL)
        found.relate(made, Relation.GENERATED_BY, target, chosen)
    weights = field(root, "unmanagedContainerModel", "artifactUri")
    used(found, made, Relation.GENERATED_BY, weights, kind=Kind.MODEL)


def endpoint(found: Findings, root: Node) -> None:
    """An endpoint and the models that are deployed to it."""
    made = _made(found, root, "endpoints", Kind.DEPLOYMENT)
    for deployed in (field(root, "deployedModel"), *field(root, "deployedModels").elements()):
        node = field(deployed, "model")
        if node.text:
            target = resource(found, node, "models", Kind.MODEL)
            found.relate(made, Relation.DEPLOYS, target, node)


def _made(found: Findings, root: Node, collection: str, kind: Kind) -> Ref:
    """What a document describes: by its resource name, else by what people call it."""
    given, shown = field(root, "name"), field(root, "displayName")
    node = given if given.text and not is_placeholder(given.text) else shown
    stated = bool(node.text) and not is_placeholder(node.text)
    if node is given and stated:
        ref = resource(found, node, collection, kind)
    elif stated:
        ref = named(found, collection, node.text, kind)
    else:
        ref = output_ref(found.document.stem, kind, found.document.scope)
    said = shown.text if node is given and shown.text else None
    found.describe(ref, node or root, produced=True, stated=stated, display_name=said)
    return ref
