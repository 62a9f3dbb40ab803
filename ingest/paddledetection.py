"""PaddleDetection configs (YAML), bases included: pretrained weights, data sets, output.

``_BASE_`` lists files whose values a config takes over. A data set is a class in a tag, or
under ``name``, with its folder and its list of annotations.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.inheriting import overlaid, relined
from ingest.parsed import parsed
from ingest.paths import as_path
from ingest.reading import Map, Node
from lineage.errors import InputError
from lineage.records import Extract
from lineage.vocabulary import Evidence, Kind, Relation

_DATA = (
    ("TrainDataset", Relation.TRAINED_ON),
    ("EvalDataset", Relation.EVALUATED_ON),
    ("TrainMOTDataset", Relation.TRAINED_ON),
    ("EvalMOTDataset", Relation.EVALUATED_ON),
)
_LISTS = ("anno_path", "anno_list", "image_lists")
_WEIGHTS = (
    ("pretrain_weights", Relation.FINE_TUNED_FROM),
    ("pretrain_weights_teacher", Relation.DISTILLED_FROM),
    ("pretrain_student_weights", Relation.FINE_TUNED_FROM),
    ("pretrain_teacher_weights", Relation.DISTILLED_FROM),
)
_OWN = frozenset({
    "architecture", "snapshot_epoch", "TrainReader", "EvalReader", "LearningRate", "weights",
    "pretrain_weights", "OptimizerBuilder", "log_iter", "depth_mult",
})  # fmt: skip
_MOST_BASES = 30


def recognise(document: Document) -> Claim | None:
    """A config that lists its bases, or is whole, with keys that only PaddleDetection has."""
    root = document.tree
    keys = {key for key, _ in root.entries()}
    based = bool(root.at("_BASE_")) and len(keys) > 1
    trains = bool(keys & {"TrainDataset", "TrainReader", "pretrain_weights"})
    whole = root.at("architecture").text and trains and root.at("pretrain_weights")
    if "Global" in keys or not (keys & _OWN):
        return None
    if based or whole:
        return Claim(2, f"{len(keys & _OWN)} keys of PaddleDetection")
    return None


def read(document: Document) -> Extract:
    """All facts of one config and of what it takes over."""
    found = Findings(parsed(document, *document.trees))
    own = document.tree
    root = _composed(found, document, {document.path})
    place = root.at("save_dir")
    name = own.saying(posixpath.join(place.text or "output", document.stem))
    model = found.output(Kind.MODEL, location=name if place else own.at("weights"), at=own)
    if place.text:
        found.leave_out(own.at("weights"))

    def evidence(key: str) -> Evidence:
        return Evidence.DECLARED if own.at(key) else Evidence.INHERITED

    for key, relation in _WEIGHTS:
        found.input(model, relation, root.at(key), hub=False, evidence=evidence(key))
    for key, relation in _DATA:
        for node in _data(root.at(key)):
            found.input(model, relation, node, hub=False, evidence=evidence(key))
    return found.extract()


def _data(entry: Node) -> Iterator[Node]:
    """Lists of annotations below the folder of their data set, else the folder."""
    folder = entry.at("dataset_dir").text
    listed = [node for key in _LISTS for node in entry.at(key).elements() if node.text]
    for node in listed:
        yield as_path(node.saying(posixpath.join(folder, node.text)))
    if not listed and folder:
        yield as_path(entry.at("dataset_dir"))


def _composed(found: Findings, document: Document, seen: set[str]) -> Node:
    """A config over all that its bases say, the later over the earlier."""
    own = document.tree
    line = own.at("_BASE_").line
    composed: Node = Map("", own.line)
    for name in own.at("_BASE_").elements():
        base = document.sibling(posixpath.join(document.parent, name.text)) if name.text else None
        if base is None or base.path in seen or len(seen) >= _MOST_BASES:
            found.skip(f"the base “{name.text}” is not in the scanned tree", name)
            continue
        seen.add(base.path)
        try:
            composed = overlaid(composed, relined(_composed(found, base, seen), line))
        except InputError as error:
            found.skip(f"the base “{name.text}” cannot be read: {error}", name)
    return overlaid(composed, own)


INGESTOR = Ingestor(
    name="paddledetection",
    title="PaddleDetection config",
    description="Configs of PaddleDetection, bases included: pretrained weights, teachers, data "
    "sets by their lists of annotations, output folder.",
    endings=(".yml", ".yaml"),
    recognise=recognise,
    read=read,
)
