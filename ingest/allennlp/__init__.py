"""AllenNLP configs (Jsonnet, JSON): data, pretrained parts, the model that one goes on from."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.allennlp.jsonnet import parse_jsonnet
from ingest.base import Claim, Document, Findings, Ingestor
from ingest.parsed import parsed
from ingest.paths import as_path
from ingest.reading import Map, Node, Scalar, Seq
from lineage.errors import InputError
from lineage.identity import is_path
from lineage.records import Extract
from lineage.vocabulary import Kind, Relation

_DATA = (
    ("train_data_path", Relation.TRAINED_ON),
    ("validation_data_path", Relation.EVALUATED_ON),
    ("test_data_path", Relation.EVALUATED_ON),
)
_WEIGHTS = (
    "pretrained_file", "weight_file", "weights_file", "weights_file_path", "bert_model",
    "pretrained_model", "transformer_model", "pretrained_path",
)  # fmt: skip
_ARCHIVES = ("archive_file", "archive_path")
_OF_TRANSFORMERS = ("pretrained_transformer", "transformer")
_TYPES = frozenset({"model", "trainer", "dataset_reader"})


def recognise(document: Document) -> Claim | None:
    """Data to train on beside a model, a trainer or a reader of data sets."""
    if "train_data_path" not in document.text:
        return None
    try:
        root = parse_jsonnet(document.text, document.path)
    except InputError:
        return None
    keys = {key for key, _ in root.entries()}
    if "train_data_path" in keys and len(keys & _TYPES) > 1:
        return Claim(2, "train_data_path beside a model and its trainer or reader")
    return None


def read(document: Document) -> Extract:
    """All facts of one config; where its model goes is told only on the command line."""
    root = parse_jsonnet(document.text, document.path)
    found = Findings(parsed(document, root))
    model = found.output(Kind.MODEL, at=root.at("model") or root)
    for key, relation in _DATA:
        for node in root.at(key).listed():
            found.input(model, relation, as_path(node) if is_path(node.text) else node, hub=False)
    for node in _archives(root.at("model")):
        found.input(model, Relation.FINE_TUNED_FROM, as_path(node), hub=False)
    seen: set[str] = set()
    for part, relation in (
        ("model", Relation.INITIALISED_FROM),
        ("dataset_reader", Relation.TOKENIZED_WITH),
    ):
        for node in _parts(root.at(part)):
            if node.text not in seen:
                seen.add(node.text)
                found.input(model, relation, node)
    found.report_rest("allennlp", root)
    return found.extract()


def _maps(node: Node) -> Iterator[Map]:
    """Every mapping of a tree."""
    pending = [node]
    while pending:
        one = pending.pop(0)
        if isinstance(one, Map):
            yield one
            pending.extend(one.items.values())
        elif isinstance(one, Seq):
            pending.extend(one.items)


def _parts(root: Node) -> Iterator[Node]:
    """Weights by file, and transformers by their name on the hub."""
    for one in _maps(root):
        kind = one.at("type").text
        for key in _WEIGHTS:
            if isinstance(one.at(key), Scalar) and one.at(key).text:
                yield one.at(key)
        named = one.at("model_name")
        if named.text and (kind.startswith(_OF_TRANSFORMERS) or "transformer" in kind):
            yield named


def _archives(root: Node) -> Iterator[Node]:
    """Models of AllenNLP's own that a model is loaded from, whole or in parts."""
    for one in _maps(root):
        for key in _ARCHIVES:
            if one.at(key).text:
                yield one.at(key)


INGESTOR = Ingestor(
    name="allennlp",
    title="AllenNLP config",
    description="Trainings of AllenNLP in Jsonnet or JSON: data, word vectors and transformers "
    "that a model starts from, archives that it goes on from.",
    endings=(".jsonnet", ".json"),
    recognise=recognise,
    read=read,
)
