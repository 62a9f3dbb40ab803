"""Canonical names: what thing does a string in a document name?

An id is a namespace and a name, as OpenLineage has it. The namespaces:

=====================  ===================================================================
``hf://models``        a model on the Hugging Face hub, by ``organisation/name``
``hf://datasets``      a data set on the Hugging Face hub
``s3://bucket`` …      an object in a bucket, or a page on a host: scheme and authority
``file://REPOSITORY``  a path, which means nothing outside the repository that names it
``config://REPO/DOC``  what a config makes: no output path is an identity of its own
``unknown://REPO/DOC`` a placeholder at one place; never shared between places
``name://models`` …    a bare name in a card or an index, with no registry behind it
=====================  ===================================================================
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from lineage.records import MAX_ID, Ref
from lineage.vocabulary import Kind

HUB_NAMESPACES = {Kind.MODEL: "hf://models", Kind.DATASET: "hf://datasets"}

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[\w.-]{1,96})?")
_HUB_CACHE = re.compile(r"(?:^|[/\\])(models|datasets)--([\w.-]+?)(?:--([\w.-]+))?(?:[/\\]|$)")
"""A folder of the hub's own cache, wherever a machine keeps it: it says what lies in it."""
_HUB_HOSTS = frozenset({"huggingface.co", "www.huggingface.co", "hf.co", "hf-mirror.com"})
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_FILE_ENDING = re.compile(
    r"\.(arrow|bin|ckpt|csv|feather|gguf|gz|h5|jpg|json|jsonl|lst|mds|model|npy|npz|onnx|parquet|"
    r"pickle|pkl|pt|pth|rec|safetensors|spacy|tar|tfrecords?|tsv|txt|xlsx|xml|yaml|yml|zip|zst)$",
    re.IGNORECASE,
)
_LOCAL_FOLDER = re.compile(
    r"(outputs?|out|saves?|data|datasets?|models?|checkpoints?|ckpts?|results?|runs?|logs?|exps?|"
    r"experiments?|artifacts?|weights|tmp|cache|work_dirs?|workspace|mnt|local)/",
    re.IGNORECASE,
)
_UNSTORABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_HOME = re.compile(r"^(/home|/Users|[A-Za-z]:/Users)/([^/]+)")
_PLACEHOLDER = re.compile(
    r"""^\?\?\?$ | ^\s*$ | ^[-_.?…]+$ | ^x{3,}$ | ^<[^>]*>$ | \{\{.*\}\} | \{%.*%\} | ^\[.*\]$
      | \$\{[^}]*\} | \$\(.*\) | \$[A-Za-z_0-9@]+ | <[A-Za-z][\w\s./-]*>
      | (^|[/_\s-])(path|dir|folder)[/_\s-](to|of)[/_\s-]
      | ^(your|my)[-_ /] | [/_-]your[-_/] | ^!?(todo|tbd|fixme|changeme|placeholder|none|null|n/a)$
      | ^username/ | ^your_?\w*/ | /your_?\w*$
      | ^(org|organization|user)/(model|dataset|name|repo)\b""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The document in which a name stands: what relative names are relative to."""

    repository: str
    path: str

    @property
    def files(self) -> str:
        """The namespace of paths named in this document."""
        return f"file://{self.repository}"

    @property
    def outputs(self) -> str:
        """The namespace of what this document makes."""
        return f"config://{self.repository}/{self.path}"


def is_placeholder(raw: str) -> bool:
    """Whether a string stands for a value that somebody has still to fill in."""
    return _PLACEHOLDER.search(raw) is not None


def is_path(raw: str) -> bool:
    """Whether a string is surely a path: by its form, a well-known folder, or a file's ending."""
    return (
        raw.startswith(("/", "./", "../", "~", ".\\", "..\\"))
        or raw in {".", ".."}
        or "\\" in raw
        or _DRIVE.match(raw) is not None
        or raw.count("/") > 1
        or raw.endswith("/")
        or _LOCAL_FOLDER.match(raw) is not None
        or _FILE_ENDING.search(raw) is not None
    )


def without_ending(name: str) -> str:
    """A file's name without the ending that says what kind of file it is."""
    return _FILE_ENDING.sub("", name)


def normalised_path(raw: str) -> str:
    """A path with one spelling: forward slashes, no ``./``, no home directory's owner."""
    path = raw.replace("\\", "/")
    path = re.sub(r"(?<!:)/{2,}", "/", path)
    home = _HOME.match(path)
    if home:
        owner = hashlib.sha256(home[2].encode()).hexdigest()[:6]
        path = f"~{owner}{path[home.end() :]}"
    return posixpath.normpath(path) if path.strip("/") else path


def unknown(kind: Kind, raw: str, scope: Scope, key: str) -> Ref:
    """An artifact nobody has named, at one place of one document."""
    place = f"{scope.repository}/{scope.path}:{_shortened(key, MAX_ID // 4)}"
    return Ref(kind, f"unknown://{place}", _shortened(raw, MAX_ID // 4))


def identify(
    raw: str, kind: Kind, scope: Scope, key: str, *, hub: bool = True, local: bool = False
) -> Ref:
    """The artifact that a string names.

    Args:
        raw: the string as it stands in the document.
        kind: what it is taken for.
        scope: the document it stands in.
        key: its key path there, for a placeholder's identity.
        hub: whether a bare ``name`` or ``organisation/name`` means the Hugging Face hub.
        local: whether the string names a file of the scanned tree.

    Returns:
        A reference; a placeholder becomes an explicit unknown of that place.
    """
    text = raw.strip()
    if is_placeholder(text):
        return unknown(kind, text, scope, key)
    if _URI.match(text):
        return _from_uri(text, kind, scope)
    cached = _HUB_CACHE.search(text) if kind in HUB_NAMESPACES else None
    if cached:
        kind = Kind.MODEL if cached[1] == "models" else Kind.DATASET
        return hub_ref("/".join(part for part in cached.groups()[1:] if part), kind)
    if local or is_path(text):
        return file_ref(text, kind, scope)
    if hub and kind in HUB_NAMESPACES and _HUB_ID.fullmatch(text):
        return Ref(kind, HUB_NAMESPACES[kind], text)
    if "/" in text or kind is Kind.COPY:
        return file_ref(text, kind, scope)
    return named(text, kind)


def named(name: str, kind: Kind) -> Ref:
    """An artifact known by a bare name only, with no registry behind it."""
    return Ref(kind, f"name://{kind.value.lower()}s", _shortened(" ".join(name.split())))


def hub_ref(name: str, kind: Kind) -> Ref:
    """An artifact on the Hugging Face hub."""
    return Ref(kind, HUB_NAMESPACES[kind], _shortened(name))


def ref_in(namespace: str, name: str, kind: Kind) -> Ref:
    """An artifact in a namespace that a document names: another registry or repository."""
    return Ref(kind, _shortened(namespace, MAX_ID // 3), _shortened(name))


def file_ref(path: str, kind: Kind, scope: Scope) -> Ref:
    """A file or folder of the repository, or of a machine, by its path."""
    return Ref(kind, scope.files, _shortened(normalised_path(path)))


def output_ref(name: str, kind: Kind, scope: Scope) -> Ref:
    """What a document makes, by the name or path it gives it: an identity only within it."""
    return Ref(kind, scope.outputs, _shortened(name))


def _from_uri(text: str, kind: Kind, scope: Scope) -> Ref:
    """A URI without credentials, query (but an ``id``) or fragment: tokens live there."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return file_ref(text, kind, scope)
    path = unquote(parts.path).strip("/")
    if parts.scheme == "file":
        return file_ref("/" + path, kind, scope)
    if parts.scheme == "hf":
        return _from_hub_path([parts.netloc, *path.split("/")], kind)
    if host in _HUB_HOSTS and path:
        return _from_hub_path(path.split("/"), kind)
    web = parts.scheme in {"http", "https"}
    container = parts.scheme in _CONTAINER_SCHEMES and _CONTAINER.match(parts.netloc)
    authority = host + port if web else parts.netloc.rpartition("@")[2]
    if container:  # what stands before the host is a part of the place, and no credential
        authority = parts.netloc
    path = re.sub(r"/{2,}", "/", path)
    number = re.search(r"(?:^|&)id=([\w-]+)", parts.query)
    if number:  # the only part of a query that says which thing: drives and repositories
        path = f"{path}?id={number[1]}"
    namespace = f"{parts.scheme.lower()}://{authority}"
    return ref_in(namespace, path or "/", kind)


def _from_hub_path(segments: list[str], kind: Kind) -> Ref:
    segments = [s for s in segments if s]
    if segments and segments[0] in {"datasets", "models", "spaces"}:
        kind = Kind.DATASET if segments[0] == "datasets" else Kind.MODEL
        segments = segments[1:]
    name = "/".join(segments[:2]).partition("@")[0]
    namespace = HUB_NAMESPACES.get(kind, HUB_NAMESPACES[Kind.MODEL])
    return ref_in(namespace, name or "(unnamed)", kind)


def _shortened(name: str, limit: int = MAX_ID // 2) -> str:
    """A name that fits an id: its start, and a digest of the whole when it was cut."""
    name = _UNSTORABLE.sub("", name) or "(empty)"
    if len(name) <= limit:
        return name
    return f"{name[: limit - 14]}…{hashlib.sha256(name.encode()).hexdigest()[:12]}"


_CONTAINER_SCHEMES = frozenset({"abfs", "abfss", "wasb", "wasbs"})
_CONTAINER = re.compile(r"[a-z0-9$-]{1,63}@[^@:]+$")
_ADDRESS_SCHEMES = frozenset(
    "abfs abfss az azureml cos dbfs ftp gcs gs hdfs http https oci oss pvc r2 s3 s3a s3n wasb "
    "wasbs".split()
)


def has_address(namespace: str) -> bool:
    """Whether names in it are parts of an address that people write whole: a bucket, a host."""
    return namespace.partition("://")[0] in _ADDRESS_SCHEMES


def shown_name(namespace: str, name: str) -> str:
    """A name for people: a config's output says which config, an unknown says that it is one."""
    if namespace.startswith("config://"):
        return f"{name} ({posixpath.basename(namespace)})"
    if namespace.startswith("unknown://"):
        return f"unknown: {name}"
    return f"{namespace}/{name}" if has_address(namespace) else name
