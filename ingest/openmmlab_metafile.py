"""OpenMMLab's model indexes: ``metafile.yml`` and ``model-index.yml``."""

from __future__ import annotations

import posixpath

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.reading import Map, Node, Seq
from lineage.identity import is_path
from lineage.records import Extract, Ref
from lineage.vocabulary import Evidence, Kind, Relation

_DATA_KEYS = (
    "Training Data",
    "Training Dataset",
    "Training Datasets",
    "Train Data",
    "Pretraining Data",
    "Pre-training Data",
)
_PARENT_KEYS = ("Pretrain", "Pretrained", "Pretrained Model", "Pre-trained", "Init Weights")
_NOTHING = frozenset({"none", "no", "false", "n/a", "-"})


def recognise(document: Document) -> Claim | None:
    """Collections or models with names, or an index that imports other metafiles."""
    root = document.tree
    fits = document.name in {"metafile.yml", "metafile.yaml", "model-index.yml", "model-index.yaml"}
    models = [m for key in ("Models", "Collections") for m in root.at(key).elements()]
    if isinstance(root, Seq) and all(m.at("Name") and m.at("In Collection") for m in root.items):
        models = root.items
    if any(m.at("Name") for m in models):
        return Claim(3 if fits else 2, "names models and collections")
    if fits and any("metafile" in item.text for item in root.at("Import").elements()):
        return Claim(3, "an index of metafiles")
    return None


def read(document: Document) -> Extract:
    """All facts of one index; what it imports is read as a document of its own."""
    found = Findings(document)
    root = document.tree
    collections = {c.at("Name").text: c for c in root.at("Collections").elements() if c.at("Name")}
    for entry in root.items if isinstance(root, Seq) else root.at("Models").elements():
        if not entry.at("Name"):
            found.skip("a model without a name", entry)
            continue
        _model(found, entry, collections.get(entry.at("In Collection").text))
    return found.extract()


def _model(found: Findings, entry: Node, collection: Node | None) -> None:
    model = found.named(entry.at("Name"), Kind.MODEL)
    found.describe(
        model,
        entry.at("Name"),
        produced=True,
        config=entry.at("Config").text or None,
        collection=entry.at("In Collection").text or None,
    )
    own = _training_data(found, model, entry, Evidence.DECLARED)
    if not own and collection is not None:
        _training_data(found, model, collection, Evidence.INHERITED)
    _parents(found, model, entry)
    results = entry.at("Results")
    for result in [results] if isinstance(results, Map) else results.elements():
        _results(found, model, result)
    for weights in entry.at("Weights").elements():
        found.copy(model, weights, "published weights")
    for later in entry.at("Downstream").elements():
        if later.text:
            child = found.named(later, Kind.MODEL)
            found.relate(child, Relation.FINE_TUNED_FROM, model, later)


def _training_data(found: Findings, model: Ref, holder: Node, evidence: Evidence) -> bool:
    """Training data of a model or a collection: a name, a list of names, or names with numbers."""
    nodes = [
        node
        for where in (holder.at("Metadata"), holder)
        for key in _DATA_KEYS
        for node in _names(where.at(key))
    ]
    for node in nodes:
        found.relate(
            model, Relation.TRAINED_ON, found.named(node, Kind.DATASET), node, evidence=evidence
        )
    return bool(nodes)


def _names(node: Node) -> list[Node]:
    if isinstance(node, Map):
        return [value.saying(name) for name, value in node.entries()]
    names = (item.at("Name") if isinstance(item, Map) else item for item in node.listed())
    return [name for name in names if name.text and name.text.lower() not in _NOTHING]


def _results(found: Findings, model: Ref, result: Node) -> None:
    for data in _names(result.at("Dataset")):
        task = result.at("Task").text
        found.relate(
            model,
            Relation.EVALUATED_ON,
            found.named(data, Kind.DATASET),
            data,
            selector=f"task={task}" if task else None,
        )


def _parents(found: Findings, model: Ref, entry: Node) -> None:
    """Weights that a model starts from, was converted from, or learned from."""
    for where in (entry, entry.at("Metadata")):
        for key in _PARENT_KEYS:
            for node in _names(where.at(key)):
                _pretrained(found, model, node)
        for key in ("Teacher", "Distilled From"):
            for node in _names(where.at(key)):
                found.relate(model, Relation.DISTILLED_FROM, found.named(node, Kind.MODEL), node)
    converted = entry.at("Converted From")
    found.leave_out(converted.at("Code"))
    for node in (converted.at("Weights") if isinstance(converted, Map) else converted).elements():
        found.input(model, Relation.DERIVED_FROM, node, kind=Kind.MODEL, hub=False)


def _pretrained(found: Findings, model: Ref, node: Node) -> None:
    """A checkpoint; or, as is the custom of some indexes, the data it had been trained on."""
    if "://" in node.text or is_path(node.text) or posixpath.splitext(node.text)[1] == ".py":
        found.input(model, Relation.FINE_TUNED_FROM, node, hub=False)
        return
    found.relate(
        model,
        Relation.TRAINED_ON,
        found.named(node, Kind.DATASET),
        node,
        evidence=Evidence.INFERRED,
        selector="through pretrained weights",
    )


INGESTOR = Ingestor(
    name="openmmlab_metafile",
    title="OpenMMLab metafile",
    description="Model indexes of OpenMMLab: training data, also inherited from the collection, "
    "results, published and converted weights, downstream models.",
    endings=(".yml", ".yaml"),
    recognise=recognise,
    read=read,
)
