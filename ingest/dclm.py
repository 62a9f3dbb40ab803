"""Records of DataComp-LM experiments (JSON): data sets, models trained on them, evaluations.

A record's id is its ``uuid``; names repeat (raw and tokenised data share one), and ``model`` in
an evaluation is an architecture. Buckets that were blacked out are unknowns.
"""

from __future__ import annotations

import posixpath
import re

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.reading import ABSENT, Map, Node, Scalar, Seq
from lineage.errors import InputError
from lineage.identity import named, ref_in, unknown
from lineage.records import Extract, Ref
from lineage.vocabulary import Evidence, Kind, Relation

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_REDACTED = re.compile(r"\*{3,}|REDACTED|<removed>", re.IGNORECASE)
_EVALUATION = re.compile(r"evaluation_(.*?)(_heavy|_medium|_light)?\.json")
_NOTED = re.compile(r"(?:(\d+(?:\.\d+)?%)[\w\s]*\()?([\w.-]+)\.json")
_OF_DATA = frozenset({"sources", "dataset_url", "json_path", "manifest_url", "dcnlp_commit_hash"})
_DEEP = 4
_PLACES = ("dataset_url", "json_path")


def recognise(document: Document) -> Claim | None:
    """A record of a data set, a model or an evaluation."""
    root = document.tree
    keys = {key for key, _ in root.entries()}
    if {"name", "tokenized"} <= keys and len(keys & _OF_DATA) >= 2:
        return Claim(3, "a record of a data set")
    if {"name", "dataset_name", "hyperparameters", "checkpoint_url"} <= keys:
        return Claim(3, "a record of a model")
    if {"uuid", "model"} <= keys and root.at("eval_metrics", "icl"):
        return Claim(3, "a record of an evaluation")
    return None


def read(document: Document) -> Extract:
    """All facts of one record."""
    found = Findings(document)
    root = document.tree
    if root.at("eval_metrics"):
        _evaluation(found, root)
    elif root.at("checkpoint_url").line:
        _model(found, root)
    else:
        _data_set(found, root)
    return found.extract()


def _ref(kind: Kind, name: Node, uuid: Node) -> Ref:
    """A record's thing: by its id and name, or by its name alone."""
    if _UUID.fullmatch(uuid.text):
        return ref_in(f"dclm://{uuid.text.lower()}", name.text or "(unnamed)", kind)
    return named(name.text or "(unnamed)", kind)


def _data_set(found: Findings, root: Node) -> None:
    if not root.at("name").text:
        found.skip("a data set without a name", root)
        return
    data = _ref(Kind.DATASET, root.at("name"), root.at("uuid"))
    note = root.at("note").text
    found.describe(data, root.at("name"), produced=True, note=note or None)
    mirrors = [part for _, part in root.at("mirrors").entries()]
    places = [*(root.at(key) for key in _PLACES), *(m.at("dataset_url") for m in mirrors)]
    places += [_folder(part.at("manifest_url")) for part in (root, *mirrors)]
    for place in places:
        if place.text and not _REDACTED.search(place.text):
            found.copy(data, place, "data set")
    found.input(data, Relation.TOKENIZED_WITH, root.at("tokenizer"))
    for source in root.at("sources").elements():
        if isinstance(source, Map) and source.at("name").text:
            origin = _ref(Kind.DATASET, source.at("name"), source.at("uuid"))
            found.relate(data, Relation.DERIVED_FROM, origin, source.at("name"))
        elif isinstance(source, Scalar):
            _place(found, data, Relation.DERIVED_FROM, source)
        elif source:
            found.skip("a source without a name", source)
    _files(found, data, root.at("dataset_urls"))
    drawn = list(root.at("sampling_yaml", "sources").elements())
    found.describe(
        data,
        root.at("name"),
        produced=True,
        drawn_from=tuple(part.at("source").text for part in drawn if part.at("source")) or None,
    )
    found.leave_out(*(part.at("markers") for part in drawn))  # how files of each are told apart
    if note:
        _noted(found, data, root.at("note"))


def _noted(found: Findings, data: Ref, note: Node) -> None:
    """Records that a note mentions: prose, and no more certain than that."""
    for share, name in _NOTED.findall(note.text):
        record = found.document.beside(f"{name}.json")
        try:
            uuid = record.tree.at("uuid") if record else ABSENT
        except InputError:
            uuid = ABSENT
        origin = _ref(Kind.DATASET, note.saying(name), uuid)
        found.relate(
            data,
            Relation.DERIVED_FROM,
            origin,
            note,
            evidence=Evidence.COMMENT,
            selector=f"{share} of the mixture" if share else None,
        )
    found.skip("its note may say more of its sources", note)


def _files(found: Findings, data: Ref, urls: Node) -> None:
    """A sample that lists its files: one source, the folder that they share, and its parts."""
    places = [url.text.split("/") for url in urls.elements() if url.text]
    shared = posixpath.commonprefix(places)
    if not places or len(shared) < _DEEP:
        for url in urls.elements():
            _place(found, data, Relation.DERIVED_FROM, url)
        return
    parts = sorted({place[len(shared)] for place in places if len(place) > len(shared)})
    node = urls.at(0).saying("/".join(shared))
    selector = f"{len(places)} files of {len(parts)} parts: {', '.join(parts)}"
    found.input(data, Relation.DERIVED_FROM, node, selector=selector)


def _place(found: Findings, subject: Ref, relation: Relation, node: Node) -> None:
    """Data known by its place, or an unknown where that was blacked out."""
    if not _REDACTED.search(node.text):
        found.input(subject, relation, node)
        return
    hidden = unknown(Kind.DATASET, node.text, found.document.scope, node.key)
    found.relate(subject, relation, hidden, node)


def _model(found: Findings, root: Node) -> None:
    if not root.at("name").text:
        found.skip("a model without a name", root)
        return
    model = _ref(Kind.MODEL, root.at("name"), root.at("uuid"))
    found.describe(model, root.at("name"), produced=True)
    place = root.at("checkpoint_url")
    if not _REDACTED.search(place.text):
        found.copy(model, place, "checkpoint")
    options = _options(root.at("open_lm_args"))
    data = root.at("dataset_name")
    if data.text:
        ref = _ref(Kind.DATASET, data, root.at("dataset_uuid"))
        found.relate(model, Relation.TRAINED_ON, ref, data)
    else:
        for manifest in options.at("dataset-manifest").elements():
            _place(found, model, Relation.TRAINED_ON, _folder(manifest))
        if not options.at("dataset-manifest"):
            found.skip("the data that it was trained on is not named", data)
    found.leave_out(*(part.at("val_data") for part in root.at("results").elements()))
    for path in options.at("val-data").elements():
        _place(found, model, Relation.EVALUATED_ON, _folder(path))
    for key in ("pretrained", "resume"):
        start = options.at(key, 0)
        if "/" in start.text and not _REDACTED.search(start.text):
            found.input(model, Relation.FINE_TUNED_FROM, start, hub=False)


def _folder(path: Node) -> Node:
    """The folder of a manifest or shard: the data set."""
    return path.saying(posixpath.dirname(path.text) or path.text)


def _options(arguments: Node) -> Map:
    """The arguments of a command, by option."""
    items: dict[str, Node] = {}
    current: Seq | None = None
    for word in arguments.elements():
        if word.text.startswith("--"):
            current = Seq(word.key, word.line)
            items[word.text.removeprefix("--")] = current
        elif current is not None:
            current.items.append(word)
    return Map(arguments.key, arguments.line, items)


def _evaluation(found: Findings, root: Node) -> None:
    """Measures a model that another record makes; the tasks have labels and name no data."""
    found.leave_out(root.at("name"), root.at("uuid"))  # of the record itself
    uuid, model = root.at("model_uuid"), root.at("model")
    file = root.at("_filename").text or found.document.path
    named_in = _EVALUATION.fullmatch(posixpath.basename(file))
    if uuid.text:
        name = model.saying(named_in[1]) if named_in else ABSENT
        subject = _ref(Kind.MODEL, name, uuid)
    elif "/" in model.text:
        subject = found.artifact(model, Kind.MODEL)
    else:
        found.skip("the model that was evaluated is named by its architecture only", model)
        return
    tasks = tuple(task for task, _ in root.at("eval_metrics", "icl").entries())
    found.describe(subject, model, evaluation_tasks=tasks or None)


INGESTOR = Ingestor(
    name="dclm",
    title="DataComp-LM record",
    description="Experiment records of DataComp-LM: data sets with their sources and places, "
    "models with the data they were trained on, evaluations.",
    endings=(".json",),
    recognise=recognise,
    read=read,
)
