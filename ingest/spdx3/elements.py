"""The elements of an SPDX 3 graph, whichever way the JSON-LD spells their keys and ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.reading import ABSENT, Map, Node, Seq
from lineage.vocabulary import Kind

_PROFILE = re.compile(
    r"^(core|software|ai|dataset|build|security|simplelicensing|expandedlicensing|extension|"
    r"supplychain|service|operations|functionalsafety|hardware)_",
    re.IGNORECASE,
)
_CODE = frozenset({"source", "executable", "documentation", "manifest", "test"})
_CONTEXT = re.compile(r"spdx\.org/rdf/(v?3|spdx-3)|spdx\.org/spdx/v3|spdx\.github\.io/spdx-3")


def short(name: str) -> str:
    """A term without its namespace and profile: ``ai_AIPackage`` and its IRI are one."""
    return _PROFILE.sub("", re.split(r"[/#:]", name.rstrip("/#"))[-1])


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its own node, its class, and its fields by their short names."""

    id: str
    node: Node
    type: str
    fields: dict[str, Node]

    def at(self, name: str) -> Node:
        """A field, or :data:`~ingest.reading.ABSENT`."""
        return self.fields.get(name, ABSENT)

    @property
    def purposes(self) -> set[str]:
        """What it says it is for: ``model``, ``data``, ``source``."""
        keys = ("primaryPurpose", "additionalPurpose")
        return {short(item.text).lower() for key in keys for item in self.at(key).elements()}

    @property
    def kind(self) -> Kind | None:
        """A model or a data set by its class or its purpose; None for anything else."""
        if self.type == "aipackage":
            return Kind.MODEL
        if self.type in {"datasetpackage", "dataset"}:
            return Kind.DATASET
        if self.type not in {"package", "file", "snippet"}:
            return None
        if "model" in self.purposes and not self.purposes & _CODE:
            return Kind.MODEL
        return Kind.DATASET if short(self.at("primaryPurpose").text).lower() == "data" else None

    @property
    def is_package(self) -> bool:
        """Whether it is a package: a thing of its own, and no part of one."""
        return self.type in {"aipackage", "datasetpackage", "dataset", "package"}


@dataclass(frozen=True, slots=True)
class Graph:
    """All elements of a document by id, and its relationships in order."""

    elements: dict[str, Element] = field(default_factory=dict)
    relationships: list[Element] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)

    def ids(self, node: Node) -> Iterator[tuple[str, Node]]:
        """The ids that a value refers to: texts, objects with an id, or lists of them."""
        for item in [node] if isinstance(node, Map) else node.elements():
            text = item.text or _id_of(item)
            if text:
                yield self.expanded(text), item

    def expanded(self, text: str) -> str:
        """An id with its prefix written out, where the document says what it stands for."""
        prefix, colon, rest = text.partition(":")
        whole = self.prefixes.get(prefix)
        return f"{whole}{rest}" if colon and whole and not rest.startswith("//") else text


def is_graph(root: Node) -> bool:
    """Whether a document says that it is SPDX 3: by its context, or by its creation info."""
    if not isinstance(root, Map):
        return False
    holders = [root.at("@graph"), root.at("element"), root.at("elements")]
    if not any(isinstance(holder, Seq) for holder in holders) and not root.at("spdxId"):
        return False
    context = root.at("@context")
    said = [context, *context.elements(), *(value for _, value in context.entries())]
    if any(_CONTEXT.search(item.text) for item in said):
        return True
    versions = [item for holder in holders for e in holder.elements() for item in _versions(e)]
    versions += [root.at("spdxVersion"), root.at("specVersion"), *_versions(root)]
    return any(re.match(r"(SPDX-)?3\.\d", version.text) for version in versions)


def _versions(element: Node) -> Iterator[Node]:
    yield element.at("specVersion")
    yield element.at("creationInfo", "specVersion")


def graph_of(root: Node) -> Graph:
    """The graph of a document, with elements that stand inside others."""
    graph = Graph()
    context = root.at("@context")
    for part in [context, *context.elements()]:
        for prefix, namespace in part.entries():
            if namespace.text.endswith(("/", "#", ":", "-")):
                graph.prefixes[prefix] = namespace.text
    elements = list(_elements(root))
    for element in elements:
        for entry in element.at("namespaceMap").elements():
            if entry.at("prefix").text and entry.at("namespace").text:
                graph.prefixes[entry.at("prefix").text] = entry.at("namespace").text
    for element in elements:
        if element.at("relationshipType"):
            graph.relationships.append(element)
        elif element.id:
            graph.elements.setdefault(graph.expanded(element.id), element)
    return graph


def _elements(root: Node) -> Iterator[Element]:
    """Everything that has a class, at any depth, in the order of the document."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Seq):
            pending.extend(reversed(node.items))
        elif isinstance(node, Map):
            yield _element(node)
            pending.extend(reversed([value for key, value in node.entries() if key != "@context"]))


def _element(node: Node) -> Element:
    fields: dict[str, Node] = {}
    for key, value in node.entries():
        if "\x1f" not in key:
            fields.setdefault(short(key).lstrip("@"), _plain(value))
    classes = list((node.at("type") or node.at("@type")).elements())
    return Element(_id_of(node), node, short(classes[0].text).lower() if classes else "", fields)


def _id_of(node: Node) -> str:
    keys = ("spdxId", "@id", "spdxid", "SPDXID", "id")
    return next((node.at(key).text for key in keys if node.at(key).text), "")


def _plain(value: Node) -> Node:
    """A value without the ``@value``, or the lone ``@id``, that JSON-LD may wrap it in."""
    alone = len(list(value.entries())) == 1
    return value.at("@value") or (alone and value.at("@id")) or value
