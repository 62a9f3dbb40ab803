"""Data sets and jobs as OpenLineage names them: a namespace, and a name within it."""

from __future__ import annotations

import re

from ingest.base import Findings
from ingest.reading import Map, Node
from lineage.identity import (
    file_ref,
    has_address,
    identify,
    named,
    normalised_path,
    ref_in,
    unknown,
)
from lineage.records import Ref
from lineage.vocabulary import Kind

_CREDENTIALS = re.compile(r"//[^/@]*@")
_OURS = re.compile(r"(config|unknown|name|document|openlineage)://")
_TEMPLATE = re.compile(r"\$\{|\{\{|\{%|\$\(|^<.*>$|^\?+$")
_WEIGHTS = re.compile(r"\.(safetensors|ckpt|pt|pth|onnx|gguf)$", re.IGNORECASE)
_MODEL_FACET = re.compile(r"(ml_?model|machine_?learning_?model|model_?card)\w*", re.IGNORECASE)


def is_named(node: Node) -> bool:
    """Whether a node is an entity: a mapping with a name."""
    return isinstance(node, Map) and bool(node.at("name").text)


def is_template(text: str) -> bool:
    """Whether a name is still to be filled in; one that merely starts with “my” is a name."""
    return _TEMPLATE.search(text) is not None


def data_set(found: Findings, node: Node, *, tables: bool = False) -> Ref:
    """The data set that a namespace and a name stand for; weights, where they surely are.

    ``tables`` tells that the job's tool calls its tables models.
    """
    namespace, name = _without_secrets(node.at("namespace").text), node.at("name").text
    kind = Kind.DATASET if tables else _kind(node)
    scope = found.document.scope
    if is_template(name) or is_template(namespace):
        return unknown(kind, name, scope, f"{namespace}/{name}")
    if not namespace and "://" in name:
        return identify(name, kind, scope, node.key, hub=False)
    if not namespace:
        return named(name, kind)
    if namespace.partition(":")[0] == "file":
        return _file(found, namespace, name, kind)
    if has_address(namespace) or namespace.startswith("hf:"):
        return identify(_joined(namespace, name), kind, scope, node.key)
    if _OURS.match(namespace):
        namespace = namespace.replace("://", ":", 1)
    return ref_in(namespace, name, kind)


def _file(found: Findings, namespace: str, name: str, kind: Kind) -> Ref:
    """A file of this machine, or of the host that the namespace names."""
    rest = namespace.removeprefix("file").removeprefix(":")
    host = re.match(r"//([^/]+)", rest)
    if host:
        return ref_in(f"file://{host[1]}", normalised_path(name), kind)
    folder = rest.rstrip("/")
    return file_ref(f"{folder}/{name.lstrip('/')}" if folder else name, kind, found.document.scope)


def _joined(namespace: str, name: str) -> str:
    """The address that a data source and a path in it make."""
    start = namespace.rstrip("/")
    if "://" not in namespace:
        start = f"{start.rstrip(':')}:/"
    elif start.endswith(":"):
        start += "/"
    return f"{start}/{name.lstrip('/')}"


def _without_secrets(namespace: str) -> str:
    """A data source without the credentials and options that connection strings carry."""
    plain = namespace.partition("?")[0].partition(";")[0]
    return plain if has_address(plain) else _CREDENTIALS.sub("//", plain)


def _kind(node: Node) -> Kind:
    facets = node.at("facets")
    if facets.at("datasetType", "datasetType").text.upper() in {"MODEL", "ML_MODEL"}:
        return Kind.MODEL
    if any(_MODEL_FACET.fullmatch(key) for key, value in facets.entries() if value):
        return Kind.MODEL
    return Kind.MODEL if _WEIGHTS.search(node.at("name").text) else Kind.DATASET


def job(node: Node) -> Ref | None:
    """A job, in the namespace of its scheduler; None where it has no name."""
    name = node.at("name").text
    if not name or is_template(name):
        return None
    return ref_in(f"openlineage://{_without_secrets(node.at('namespace').text)}", name, Kind.RUN)
