"""What a config is trained and evaluated on: loaders, wrappers, and the data sets in them."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.base import selector_of
from ingest.builders import files_of
from ingest.literals import Unknown
from ingest.openmmlab.facts import Facts, type_of
from ingest.reading import Map, Node, Seq
from lineage.identity import ref_in
from lineage.vocabulary import Kind, Relation

_LOADERS = (
    ("train_dataloader", Relation.TRAINED_ON),
    ("val_dataloader", Relation.EVALUATED_ON),
    ("test_dataloader", Relation.EVALUATED_ON),
    ("query_dataloader", Relation.EVALUATED_ON),
    ("gallery_dataloader", Relation.EVALUATED_ON),
)
_PARTS = (
    ("train", Relation.TRAINED_ON),
    ("unsup", Relation.TRAINED_ON),
    ("unlabel", Relation.TRAINED_ON),
    ("val", Relation.EVALUATED_ON),
    ("test", Relation.EVALUATED_ON),
)
_HELD = (
    "dataset", "datasets", "dataset_cfg", "labeled_dataset", "unlabeled_dataset", "sup", "unsup",
)  # fmt: skip
_SELECTS = (
    "split", "name", "data_dir", "data_files", "ann_file", "data_prefix", "img_prefix", "img_dir",
    "indices", "subset", "fold", "num_splits", "max_dataset_length",
)  # fmt: skip
_FOLDERS = (
    "data_prefix", "img_prefix", "img_dir", "video_prefix", "image_folder", "image_folders",
    "folder",
)  # fmt: skip
_FILES = (
    "ann_file", "data_path", "data_paths", "data_file", "json_file", "question_file", "split_file",
    "data_files",
)  # fmt: skip
_HUB_READERS = frozenset({"load_dataset", "MsDataset", "load_from_disk"})
_MODELSCOPE = "ms://datasets"


def read_datasets(facts: Facts) -> None:
    """All data sets that the config loads."""
    root = facts.config.values
    for key, relation in _LOADERS:
        loaders = root.at(key)
        for loader in [loaders] if isinstance(loaders, Map) else loaders.elements():
            _any(facts, loader.at("dataset"), relation)
            _any(facts, loader.at("datasets"), relation)
    for key, relation in _PARTS:
        _any(facts, root.at("data", key), relation)


def _any(facts: Facts, node: Node, relation: Relation) -> None:
    """A data set, a list of them, or a wrapper around others."""
    if isinstance(node, Seq):
        for item in node.items:
            _any(facts, item, relation)
    if isinstance(node, Unknown):
        facts.found.skip(f"only running the file would tell: {node.source[:80]}", node)
    if not isinstance(node, Map) or not node:
        return
    if node.at("tokenizer"):
        for key in ("pretrained_model_name_or_path", "name_or_path"):
            facts.weights(Relation.TOKENIZED_WITH, node.at("tokenizer", key))
    held = [node.at(key) for key in _HELD if isinstance(node.at(key), Map | Seq)]
    for inner in held:
        _any(facts, inner, relation)
    if not held:
        _leaf(facts, node, relation)


def _leaf(facts: Facts, node: Node, relation: Relation) -> None:
    """One data set: a hub's id, a root folder, or the folders and files it is read from."""
    kind = type_of(node)
    path = node.at("path")
    if path and (kind in _HUB_READERS or kind.endswith("load_dataset")):
        files = files_of(path, node)
        for file in files or ():
            facts.data(relation, file, selector_of(node, "split"), kind)
        if files is not None:
            return
        ref = facts.found.input(
            facts.model,
            relation,
            path,
            selector=selector_of(node, *_SELECTS),
            evidence=facts.evidence(path),
        )
        if ref is not None:
            return
    name, made_by = node.at("dataset_name"), node.at("type")
    if name.text and isinstance(made_by, Unknown) and "MsDataset" in made_by.source:
        ref = ref_in(_MODELSCOPE, name.text, Kind.DATASET)
        part = selector_of(node, "subset_name", "split")
        facts.found.relate(facts.model, relation, ref, name, selector=part)
        return
    root = node.at("data_root")
    if root or isinstance(root, Unknown):
        facts.data(relation, root, selector_of(node, *_SELECTS), kind)
        return
    places = list(_places(node))
    shared = facts.config.values.at("data_root")
    if shared and places and all(p.text.startswith(shared.text) for p in places):
        facts.data(relation, places[0].saying(shared.text), _beneath(shared, places), kind)
        return
    for place in places:
        facts.data(relation, place, selector_of(node, "split"), kind)
    if not places:
        facts.found.skip(f"a data set of type {kind or '(unnamed)'} without a place", node)


def _places(node: Node) -> Iterator[Node]:
    """The folders and files that a data set names where it has no root."""
    for key in (*_FOLDERS, *_FILES):
        value = node.at(key)
        items = [v for _, v in value.entries()] if isinstance(value, Map) else value.elements()
        yield from (item for item in items if item.text or isinstance(item, Unknown))


def _beneath(root: Node, places: list[Node]) -> str:
    """Files and folders below a shared root, as a selector."""
    return "; ".join(dict.fromkeys(p.text[len(root.text) :].strip("/") for p in places))
