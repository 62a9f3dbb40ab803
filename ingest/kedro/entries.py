"""Entries of a catalogue: what kind of thing each is, and where it lies."""

from __future__ import annotations

import posixpath
import re

from ingest.base import Findings
from ingest.kedro.project import is_pattern, ref_of, root_of, with_globals
from ingest.reading import ABSENT, Map, Node, Scalar
from lineage.identity import file_ref, is_placeholder, ref_in
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_TYPE = re.compile(r"([\w-]+\.)*\w*(Data[sS]et|Writer)")
_OWN_CLASS = re.compile(r"([\w-]+\.){2,}[A-Z]\w*")
_OWN = re.compile(
    r"(kedro[\w-]*\.|(api|biosequence|dask|databricks|email|excel|geopandas|graphml|hdfs?|"
    r"holoviews|huggingface|ibis|image|images|json|langchain|matlab|matplotlib|networkx|numpy|"
    r"openxml|pandas|partitions|pickle|pillow|plotly|polars|pytorch|redis|safetensors|snowflake|"
    r"spark|sqlalchemy|svmlight|tensorflow|text|tracking|video|yaml)\.)|"
    r"(Partitioned|Incremental|Cached|Memory|SharedMemory)Data[sS]et$"
)
_READ_ONLY = re.compile(r"(^|\.)(api\.API|pandas\.(SQL|GBQ)Query)Data[sS]et$")
_PACKAGE = re.compile(r"^\{\{[^{}]*\}\}\.")
_REPORT = re.compile(
    r"^(plotly|matplotlib|holoviews|tracking|graphviz|openxml)\.|metrics?|plot", re.IGNORECASE
)
_REPORT_NAME = re.compile(
    r"(^|[_.])(metrics?|plots?|confusion_matrix|classification_report)(@\w+)?$",
    re.IGNORECASE,
)
_MODEL_TYPE = re.compile(
    r"tensorflow\.TensorFlowModel|HFTransformerPipeline|safetensors\.|pytorch\.PyTorch|"
    r"mlflow\w*\.\w*(\.\w+)*Model(Tracking|Registry|LocalFile|Logger|Saver)|keras|onnx|"
    r"catboost|ModelData[sS]et",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"^(json|yaml|text|pandas|polars|dask|spark|tracking|image|pillow)\.", re.IGNORECASE
)
_MODEL_FOLDER = re.compile(r"(^|/)(\d+[_-])?models?/", re.IGNORECASE)
_LAYER = re.compile(r"(?:^|/)0\d_(\w+)/")
_MODEL_NAME = re.compile(
    r"(^|[_.])(model|regressor|classifier|estimator|embedder|checkpoint|weights)s?"
    r"(?![_.](inputs?|data|train|test|outputs?|table|options|params?|metrics?|scores?))([_.@]|$)",
    re.IGNORECASE,
)
_WEIGHTS = re.compile(
    r"\.(pt|pth|ckpt|joblib|h5|hdf5|keras|onnx|safetensors|gguf|cbm|bst)$", re.IGNORECASE
)
_TABLES = re.compile(
    r"\b(?:from|join)\s+([A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*){0,3})", re.IGNORECASE
)
_NAMED_QUERY = re.compile(r"(?:\bwith|,)\s+(\w+)\s+as\s*\(", re.IGNORECASE)


def looks_like_catalogue(root: Node) -> bool | None:
    """None for anything else; true if the types are Kedro's own, beyond doubt.

    A project may have classes of its own under any name, next to some that are called data sets.
    """
    if not isinstance(root, Map):
        return None
    types = []
    for key, entry in root.entries():
        if key.startswith("_") or not entry or "\x1f" in key:
            continue
        text = type_of(entry)
        if not _TYPE.fullmatch(text) and not _OWN_CLASS.fullmatch(text):
            return None
        types.append(text)
    if not any(_TYPE.fullmatch(text) for text in types):
        return None
    return all(_OWN.match(text) or _OWN.search(text) for text in types)


def type_of(entry: Node) -> str:
    """An entry's type; without the project's own package, where a template leaves that open."""
    return _PACKAGE.sub("", entry.at("type").text)


def inner(entry: Node) -> Node:
    """The entry inside one that only wraps it."""
    for key in ("dataset", "data_set"):
        within = entry.at(key)
        if isinstance(within, Map) and type_of(within):
            return within
    return entry


def place_of(entry: Node) -> Node:
    """Where an entry's bytes lie."""
    for holder in (entry, inner(entry)):
        for key in ("filepath", "path", "filename"):
            if holder.at(key).text:
                return holder.at(key)
    return ABSENT


def is_report(name: str, entry: Node) -> bool:
    """Whether an entry is a plot or a metric: said of data, and no data itself."""
    return bool(_REPORT.search(type_of(entry)) or _REPORT_NAME.search(name)) and (
        not place_of(entry).text.endswith((".csv", ".parquet"))
    )


def kind_of(name: str, entry: Node) -> Kind:
    """What an entry is, by its type, layer, folder and name.

    Raw data is where data comes from, and so is what a project can only read.
    """
    kind = type_of(inner(entry)) or type_of(entry)
    if _MODEL_TYPE.search(type_of(entry)) or _MODEL_TYPE.search(kind):
        return Kind.MODEL
    if _layer(entry) == "raw" or _READ_ONLY.search(kind):
        return Kind.SOURCE
    if _PLAIN.match(kind):
        return Kind.DATASET
    path = place_of(entry).text
    layer = entry.at("layer").text or entry.at("metadata", "kedro-viz", "layer").text
    if _WEIGHTS.search(path) or _MODEL_FOLDER.search(path) or layer.lower() in {"model", "models"}:
        return Kind.MODEL
    return Kind.MODEL if _MODEL_NAME.search(name) else Kind.DATASET


def read_catalogue(found: Findings, root: Node) -> None:
    """The things that a catalogue names, and their places. It says nothing of what came of what."""
    project = root_of(found.document)
    for name, entry in root.entries():
        if name.startswith("_"):  # settings, for entries to be made of
            found.leave_out(entry)
        if name.startswith("_") or "\x1f" in name or not isinstance(entry, Map):
            continue
        if is_pattern(name):
            found.skip(f"“{name}” is a pattern: pipelines say which names it has", place_of(entry))
        elif not is_report(name, entry):
            _entry(found, project, name, entry)


def _entry(found: Findings, project: str, name: str, entry: Node) -> None:
    """One entry of a catalogue: what it is, and the other names and places that it has."""
    kind = kind_of(name, entry)
    found.leave_out(
        *(e for e in entry.at("dataset").elements() if isinstance(e, Scalar))
    )  # a class
    ref = ref_of(found.document, project, name, kind)
    published = inner(entry).at("dataset_name") or inner(entry).at("model_name")
    hub = "huggingface." in type_of(inner(entry))
    found.describe(
        ref,
        place_of(entry) or entry.at("type") or entry,
        produced=kind is Kind.MODEL and not hub,
        dataset_type=type_of(entry) or None,
        layer=_layer(entry),
    )
    if hub and published.text:
        same(found, ref, found.artifact(published, kind), published)
    read_place(found, project, ref, place_of(entry))
    _elsewhere(found, ref, inner(entry))
    _registered(found, ref, entry)


def _layer(entry: Node) -> str | None:
    """The layer that an entry states, or the one that its folder is called by: ``01_raw``."""
    stated = entry.at("layer").text or entry.at("metadata", "kedro-viz", "layer").text
    folder = _LAYER.search(place_of(entry).text)
    return stated or (folder[1] if folder else None)


def same(found: Findings, one: Ref, other: Ref, at: Node) -> None:
    """Two names of one thing, which each stand for the other."""
    if one.id != other.id:
        found.relate(one, Relation.SAME_AS, other, at)
        found.relate(other, Relation.SAME_AS, one, at)


def read_place(found: Findings, project: str, ref: Ref, place: Node) -> None:
    """A path is relative to the project's folder; one with gaps is reported, and is no name."""
    text = with_globals(found.document, project, place.text)
    if not text or text.endswith(".sql"):
        return
    if is_placeholder(text) or "{" in text:
        found.skip("the path has parts that are not in this project's files", place)
    elif "://" in text:
        same(found, ref, found.artifact(place.saying(text), ref.kind, hub=False), place)
    else:
        path = posixpath.join(project, text)
        same(found, ref, file_ref(path, ref.kind, found.document.scope), place)


def _elsewhere(found: Findings, ref: Ref, entry: Node) -> None:
    """A table of a data base, a query over tables, a page of the web."""
    table = entry.at("table_name") or entry.at("table")
    if table.text and not is_placeholder(table.text):
        above = [
            entry.at(key).text for key in ("project", "catalog", "database", "dataset", "schema")
        ]
        whole = ".".join([*(text for text in above if text), table.text])
        found.describe(ref, table, table=whole)
        same(found, ref, _table(found, entry, table.saying(whole)), table)
    query = entry.at("sql")
    ours = {name.lower() for name in _NAMED_QUERY.findall(query.text)}
    for name in dict.fromkeys(_TABLES.findall(query.text)):
        if name.lower() not in ours:
            source = _table(found, entry, query.saying(name))
            found.relate(ref, Relation.DERIVED_FROM, source, query, evidence=Evidence.INFERRED)
    url = entry.at("url")
    if url.text and not is_placeholder(url.text):
        same(found, ref, found.artifact(url, ref.kind, hub=False), url)


def _table(found: Findings, entry: Node, name: Node) -> Ref:
    """A table. BigQuery's names are whole; any other means one only in its data base."""
    if "GBQ" in type_of(entry) and name.text.count(".") > 1:
        return ref_in("bigquery", name.text, Kind.DATASET)
    base = entry.at("credentials").text or "database"
    return ref_in(f"table://{found.document.scope.repository}/{base}", name.text, Kind.DATASET)


def _registered(found: Findings, ref: Ref, entry: Node) -> None:
    """A model that lies in a registry of MLflow, by its name there."""
    name = entry.at("model_name")
    if "mlflow" in type_of(entry).lower() and name.text and not is_placeholder(name.text):
        registry = f"mlflow://{found.document.scope.repository}"
        same(found, ref, ref_in(registry, name.text, Kind.MODEL), name)
