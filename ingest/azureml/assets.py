"""Registered things of Azure Machine Learning: data, models, imports, deployments."""

from __future__ import annotations

from ingest.azureml.references import asset_ref, reference
from ingest.base import Findings
from ingest.reading import Map, Node
from lineage.identity import is_placeholder, output_ref, ref_in
from lineage.records import Ref
from lineage.vocabulary import Kind, Relation


def read_data(found: Findings, root: Node) -> None:
    """A data asset: a name for data that lies somewhere, or is imported from a database."""
    data = _asset(found, root, Kind.DATASET)
    place, source = root.at("path"), root.at("source")
    if source:
        _imported(found, data, source)
        found.copy(data, place, "imported data")
    elif place.text:
        target, version, evidence = reference(found, place, Kind.DATASET)
        found.relate(
            data, Relation.DERIVED_FROM, target, place, evidence=evidence, selector=version
        )


def read_model(found: Findings, root: Node) -> None:
    """A model asset: a name for weights that lie somewhere."""
    model = _asset(found, root, Kind.MODEL)
    place = root.at("path")
    if place.text and not is_placeholder(place.text):
        target, _, _ = reference(found, place, Kind.MODEL)
        found.relate(model, Relation.COPY_OF, target, place)


def read_deployment(found: Findings, root: Node) -> None:
    """A deployment: the model that it serves."""
    model = root.at("model")
    node = model.at("path") if isinstance(model, Map) else model
    if not node.text:
        return
    name = root.at("name")
    scope = found.document.scope
    made = output_ref(name.text or found.document.stem, Kind.DEPLOYMENT, scope)
    endpoint = root.at("endpoint_name").text or None
    found.describe(made, name or node, produced=True, stated=bool(name), endpoint=endpoint)
    target, version, evidence = reference(found, node, Kind.MODEL)
    found.relate(made, Relation.DEPLOYS, target, node, evidence=evidence, selector=version)


def _asset(found: Findings, root: Node, kind: Kind) -> Ref:
    """A registered thing, which other files know as ``azureml:NAME``."""
    name, version = root.at("name"), root.at("version")
    ref = found.output(kind, name=name, at=root, version=version.text or None)
    if name.text and not is_placeholder(name.text):
        asset = asset_ref(name.text, kind)
        found.relate(ref, Relation.SAME_AS, asset, name)
        found.relate(asset, Relation.SAME_AS, ref, name)
    return ref


def _imported(found: Findings, data: Ref, source: Node) -> None:
    """Data from a connection: the part of it that a query or a path names."""
    connection = source.at("connection")
    part = source.at("query") or source.at("path") or source.at("stored_procedure")
    if not connection.text or is_placeholder(connection.text):
        found.skip("the connection that the data is imported from is not named", source)
        return
    target = ref_in("azureml-assets://connections", connection.text, Kind.SOURCE)
    found.relate(data, Relation.DERIVED_FROM, target, connection, selector=part.text or None)
