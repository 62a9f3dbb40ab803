"""Data sets of the first generation: manifests, files, prefixes with weights."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ingest.base import Findings
from ingest.paths import as_path, weighted
from ingest.reading import Map, Node, Seq
from lineage.identity import is_placeholder
from lineage.records import Ref
from lineage.vocabulary import Evidence, Relation

_USES = (
    ("train", Relation.TRAINED_ON),
    ("validation", Relation.EVALUATED_ON),
    ("test", Relation.EVALUATED_ON),
)
_FILES = (
    "manifest_filepath", "file_path", "file_names", "file_name", "data_path", "dataset_path",
    "train_file", "src_file_name", "tgt_file_name", "text_file", "labels_file", "file",
    "cuts_path", "shar_path", "input_cfg", "webdataset", "data_dir",
)  # fmt: skip
_AUDIO = "tarred_audio_filepaths"
_WEIGHTS = "concat_sampling_probabilities"


def _sections(root: Node, use: str) -> Iterator[Node]:
    """The places where the data of one use may stand."""
    model = root.at("model")
    for holder in (model, model.at("data"), root.at("data"), root):
        section = holder.at(f"{use}_ds")
        yield from (
            part for part in (section.elements() if isinstance(section, Seq) else [section])
        )
        yield from (section.at("dataset"), holder.at(use))


def names_data(root: Node, use: str) -> bool:
    """Whether any data is named for a use, even by a placeholder."""
    sections = list(_sections(root, use))
    prefix = root.at("model", "data", "data_prefix")
    return any(part.at(key).line for part in sections for key in (*_FILES, _AUDIO)) or bool(prefix)


def data_sets(found: Findings, root: Node, model: Ref) -> None:
    """All data that is trained and measured on."""
    for use, relation in _USES:
        for section in _sections(root, use):
            _section(found, root, section, model, relation)
    _prefixes(found, root.at("model", "data"), model)
    data = root.at("model", "data")
    for key in ("data_path", "image_folder", "retrieval_prefix"):
        if not isinstance(data.at(key), Map):
            for node in data.at(key).elements():
                found.input(model, Relation.TRAINED_ON, as_path(node), hub=False)


def _section(found: Findings, root: Node, section: Node, model: Ref, relation: Relation) -> None:
    folder = section.at("data_dir") or root.at("model", "dataset", "data_dir")
    weights = [part.number for part in section.at(_WEIGHTS).elements()]
    named = False
    for key in _FILES:
        if key == "data_dir" and named:
            continue
        paths = list(_paths(section.at(key)))
        for position, path in enumerate(paths):
            share = weights[position] if len(weights) == len(paths) else None
            node = _below(folder, path) if key in {"text_file", "labels_file"} else path
            data = found.input(model, relation, as_path(node), hub=False, share=share)
            named = named or data is not None
    for path in _paths(section.at(_AUDIO)):
        found.input(model, relation, as_path(path), hub=False, selector="audio")


def _paths(node: Node) -> Iterator[Node]:
    """The paths of a text with commas, of a list, or of lists in a list; none of a mapping."""
    for item in node.elements():
        inner = item.elements() if isinstance(item, Seq) else item.listed()
        yield from (path for path in inner if path.text)


def _below(folder: Node, path: Node) -> Node:
    """A file's path below the folder of its data set."""
    if not folder.text or "/" in path.text or is_placeholder(path.text):
        return path
    return path.saying(posixpath.join(folder.text, path.text))


def _prefixes(found: Findings, data: Node, model: Ref) -> None:
    """Megatron's prefixes: weights and paths, for all uses or for each."""
    prefix, split = data.at("data_prefix"), data.at("splits_string")
    if isinstance(prefix, Map):
        for use, relation in _USES:
            for path, share in weighted(prefix.at(use).elements()):
                found.input(model, relation, as_path(path), hub=False, share=share)
        return
    for path, share in weighted(prefix.elements()):
        ref = found.input(model, Relation.TRAINED_ON, as_path(path), hub=False, share=share)
        if ref is not None and any(part.strip("0. ") for part in split.text.split(",")[1:]):
            found.relate(
                model,
                Relation.EVALUATED_ON,
                ref,
                split,
                evidence=Evidence.INFERRED,
                selector=f"held out of the training data: splits={split.text}",
            )
