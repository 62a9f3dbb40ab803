"""Ultralytics YOLO: files that describe a data set, and arguments of a run (YAML)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.reading import ABSENT, Map, Node, Seq
from lineage.errors import InputError
from lineage.identity import Scope, is_path, normalised_path, output_ref
from lineage.records import Extract, Ref
from lineage.vocabulary import Kind, Relation

_SPLITS = ("train", "val", "test", "minival")
_ARGUMENTS = frozenset({
    "imgsz", "epochs", "batch", "task", "mode", "optimizer", "lr0", "mosaic", "patience", "device",
    "project", "hyp", "batch_size", "img_size", "close_mosaic", "single_cls", "workers", "exist_ok",
})  # fmt: skip
_ARCHITECTURE = (".yaml", ".yml")
_ADDRESS = re.compile(r"https?://[^\s'\"){]+")
_COMMENT = re.compile(r"(^|\s)#.*")
_PREFIX = re.compile(r"^\s*(\w+)\s*=\s*f?(['\"])(https?://.*?)\2", re.MULTILINE)


def recognise(document: Document) -> Claim | None:
    """Names of classes with places of pictures, or a model and data with arguments of a run."""
    root = document.tree
    keys = {key for key, _ in root.entries()}
    classes = isinstance(root.at("names"), Map | Seq) or root.at("nc").number is not None
    if classes and (root.at("train") or root.at("val")) and not root.at("backbone"):
        return Claim(2, "names of classes with train and val")
    model = root.at("model").text or root.at("weights").text
    if model and root.at("data").text.endswith(_ARCHITECTURE) and len(keys & _ARGUMENTS) >= 2:
        return Claim(2, f"a model and data with {len(keys & _ARGUMENTS)} arguments of YOLO")
    known = {"task", "mode", "imgsz"} <= keys
    return Claim(2, "task, mode and imgsz with a model") if known and model else None


def read(document: Document) -> Extract:
    """All facts of a data set's description, or of a run's arguments."""
    found = Findings(document)
    root = document.tree
    if root.at("train") or (root.at("val") and not (root.at("model") or root.at("weights"))):
        _described(found, root)
    else:
        _run(found, root)
    return found.extract()


def _described(found: Findings, root: Node) -> None:
    """A data set: where it is, where it was fetched from, and its parts from elsewhere."""
    data = _data_ref(root, found.document.scope, found.document.stem)
    place = root.at("path")
    at = place or root.at("train") or root.at("val")
    licence = root.at("roboflow", "license").text or root.at("license").text
    found.describe(data, at, produced=True, licence=licence or None)
    for split in _SPLITS:
        for node in root.at(split).elements():
            outside = "://" in node.text or node.text.startswith(("/", "~", ".."))
            if node.text and (outside or (not place and isinstance(root.at(split), Seq))):
                found.input(data, Relation.DERIVED_FROM, node, hub=False, selector=split)
            elif node.text and not place:
                found.copy(data, node, f"pictures: {split}")
    if place.text:
        found.copy(data, place, "data folder")
    for node in (root.at("download"), root.at("roboflow", "url")):
        for address in _addresses(node.text):
            found.input(data, Relation.DERIVED_FROM, node.saying(address), hub=False)


def _addresses(script: str) -> Iterator[str]:
    """The addresses that a script fetches from; a prefix in a variable is put before its files.

    Its comments tell of what it no longer fetches.
    """
    script = _COMMENT.sub("", script)
    for setting in list(_PREFIX.finditer(script)):
        variable = f"{{{setting[1]}}}"
        if variable in script:
            script = script.replace(setting[0], "").replace(variable, setting[3])
    yield from dict.fromkeys(_ADDRESS.findall(script))


def _data_ref(root: Node, scope: Scope, stem: str) -> Ref:
    """The data set that a file describes: by its folder, else by the file's name."""
    place = root.at("path").text
    return output_ref(normalised_path(place) if place else stem, Kind.DATASET, scope)


def _run(found: Findings, root: Node) -> None:
    """What a run trains or evaluates."""
    mode = root.at("mode").text or "train"
    weights = root.at("weights") or root.at("model")
    if mode in {"val", "predict", "export", "track", "benchmark"}:
        model = found.artifact(weights, Kind.MODEL, hub=False)
        found.describe(model, weights)
        for data in _data(found, root) if mode in {"val", "benchmark"} else ():
            found.relate(model, Relation.EVALUATED_ON, data, root.at("data"))
        return
    model = found.output(Kind.MODEL, location=_folder(root), at=weights)
    split = root.at("split").text or "val"
    for data in _data(found, root):
        at = root.at("data")
        found.relate(model, Relation.TRAINED_ON, data, at, selector="split=train")
        if not root.at("val").is_false:
            found.relate(model, Relation.EVALUATED_ON, data, at, selector=f"split={split}")
    if _is_own(root, weights):
        found.skip("it resumes from weights of its own; where it began is not named", weights)
    elif not weights.text.endswith(_ARCHITECTURE):
        _parent(found, model, weights)
    for key in ("pretrained", "resume", "distill_model", "teacher"):
        node = root.at(key)
        named = node.text and not (node.is_true or node.is_false)
        if named and is_path(node.text) and not _is_own(root, node):
            teaches = key in {"distill_model", "teacher"}
            relation = Relation.DISTILLED_FROM if teaches else Relation.FINE_TUNED_FROM
            found.input(model, relation, node, hub=False)


def _is_own(root: Node, weights: Node) -> bool:
    """Whether weights lie in the run's own folder."""
    folder = normalised_path(_folder(root).text or "-")
    return bool(weights.text) and normalised_path(weights.text).startswith(f"{folder}/")


def _parent(found: Findings, model: Ref, weights: Node) -> None:
    """Weights by path, or a release's name, which the library fetches."""
    if not weights.text:
        return
    fetched = "/" not in weights.text and "://" not in weights.text
    if fetched:
        ref = found.named(weights, Kind.MODEL)
    else:
        ref = found.artifact(weights, Kind.MODEL, hub=False)
    found.relate(model, Relation.FINE_TUNED_FROM, ref, weights)


def _folder(root: Node) -> Node:
    """The run's folder: as saved, or ``project/name`` as given."""
    if root.at("save_dir").text:
        return root.at("save_dir")
    project, name = root.at("project"), root.at("name")
    if project.text and name.text:
        return name.saying(posixpath.join(project.text, name.text))
    return ABSENT


def _data(found: Findings, root: Node) -> Iterator[Ref]:
    """The data set of a run: what the file it names describes, or a known one's name."""
    node = root.at("data")
    if not node.text:
        return
    if not node.text.endswith(_ARCHITECTURE):
        yield found.artifact(node, Kind.DATASET, hub=False)
        return
    document = found.document.sibling(node.text) or found.document.beside(node.text)
    try:
        if document is not None:
            yield _data_ref(document.tree, document.scope, document.stem)
            return
    except InputError as error:
        found.skip(f"the data set's file cannot be read: {error}", node)
    if "/" in node.text:
        yield found.artifact(node, Kind.DATASET, hub=False)
    else:
        yield found.named(node.saying(posixpath.splitext(node.text)[0]), Kind.DATASET)


INGESTOR = Ingestor(
    name="ultralytics",
    title="Ultralytics YOLO",
    description="Descriptions of YOLO data sets with what they are fetched from, and arguments "
    "of runs: weights, data, teacher, run folder.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
