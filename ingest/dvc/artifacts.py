"""What a path in a DVC file is: code, a model or data, and its place in the repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from ingest.base import Findings
from ingest.reading import Map, Node, Scalar
from lineage.identity import file_ref, is_placeholder
from lineage.records import Ref
from lineage.vocabulary import Kind

_CODE = re.compile(
    r"\.(py|pyx|sh|bash|ipynb|r|rmd|jl|scala|java|js|ts|sql|c|cc|cpp|h|go|rs|pl|lua|toml|cfg|ini|"
    r"dockerfile|lock|md|dvc)$|^(dockerfile|makefile|requirements[\w.-]*\.txt|params\.\w+)$",
    re.IGNORECASE,
)
_CODE_FOLDER = re.compile(r"(^|/)(src|scripts?|code|notebooks?|lib)(/|$)", re.IGNORECASE)
_WEIGHTS = re.compile(
    r"\.(pt|pth|ckpt|joblib|h5|hdf5|keras|onnx|safetensors|gguf|tflite|cbm|bst|mlmodel)$",
    re.IGNORECASE,
)
_TABLE = re.compile(
    r"\.(csv|tsv|parquet|jsonl|arrow|feather|npy|npz|tfrecords?|zip|tar|tgz|gz|xml|xlsx?)$",
    re.IGNORECASE,
)
_PICKLE = re.compile(r"\.(pkl|pickle|bin|pb)$", re.IGNORECASE)
_MODEL_NAME = re.compile(
    r"(^|[_.-])models?(?![_-](input|data|train|test|output))([_.-]|$)|"
    r"classifier|regressor|checkpoint|weights",
    re.IGNORECASE,
)
_MODEL_FOLDER = re.compile(r"(^|/)(models?|checkpoints?|weights)(/|$)", re.IGNORECASE)
_DATA_FOLDER = re.compile(
    r"(^|/)(\d*_?)(data|datasets?|features?|corpus|raw|processed|prepared|interim)/", re.IGNORECASE
)
_DATA_NAME = re.compile(r"(^|[_.-])(train|test|val|valid|data|features?|x|y|df)([_.-]|$)", re.I)
_DIGESTS = ("md5", "etag", "checksum")


def is_code(path: str) -> bool:
    """Whether a dependency is code or configuration rather than data or a model."""
    if _CODE.search(posixpath.basename(path)):
        return True
    return bool(_CODE_FOLDER.search(path)) and not any(
        ending.search(path) for ending in (_WEIGHTS, _TABLE, _PICKLE)
    )


def kind_of(path: str) -> Kind:
    """A model or data, by a path's ending, its name and the folders it lies in."""
    name = posixpath.basename(path.rstrip("/"))
    if _WEIGHTS.search(name):
        return Kind.MODEL
    if _TABLE.search(name):
        return Kind.DATASET
    if _MODEL_NAME.search(name):
        return Kind.MODEL
    if _DATA_FOLDER.search(path):
        return Kind.DATASET
    if _PICKLE.search(name):
        return Kind.DATASET if _DATA_NAME.search(name) else Kind.MODEL
    described = name.lower().endswith((".json", ".txt", ".yaml", ".yml", ".html", ".png"))
    return Kind.MODEL if _MODEL_FOLDER.search(path) and not described else Kind.DATASET


def artifact(found: Findings, node: Node, folder: str, kinds: Mapping[str, Kind]) -> Ref:
    """The artifact at a path, of the kind that the file declares or that the path shows."""
    kind = kinds.get(posixpath.normpath(node.text)) or kind_of(node.text)
    if "://" in node.text or is_placeholder(node.text):
        return found.artifact(node, kind, hub=False)
    return file_ref(posixpath.join(folder, node.text), kind, found.document.scope)


def digest_of(entry: Node) -> str | None:
    """The digest that a file records of an entry, with the name of its method."""
    for key in _DIGESTS:
        if entry.at(key).text:
            return f"{key}:{entry.at(key).text}"
    return None


def paths(node: Node) -> Iterator[Node]:
    """Paths in the forms DVC allows: a text, a list of texts, or mappings keyed by path."""
    if isinstance(node, Map):
        for key, value in node.entries():
            yield Scalar(value.key, value.line or node.line, key, True)
        return
    for item in node.elements():
        if item.text:
            yield item
        elif item.at("path"):
            yield item.at("path")
        elif isinstance(item, Map):
            yield from paths(item)
