"""The models and data sets of a bill of materials, and what its references stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from ingest.base import Findings
from ingest.reading import ABSENT, Map, Node
from lineage.identity import hub_ref, is_placeholder, output_ref, unknown
from lineage.records import Ref
from lineage.vocabulary import Kind

_MODELS = frozenset({"machine-learning-model", "ml-model"})
_NO_DATASET = frozenset({"configuration", "source-code", "definition"})
_PRODUCTS = frozenset({"application", "platform", "container", "device", "firmware"})
_HUB_PURL = re.compile(r"pkg:huggingface/([^@?#]+)(?:@([^?#]+))?", re.IGNORECASE)
_HUB_NAME = re.compile(r"[\w-][\w.-]*/[\w.-]+")
_HUB_PAGE = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(datasets/)?([\w.-]+/[\w.-]+)"
)
_NO_OWNER = re.compile(r"(docs|blog|spaces|papers|collections|api|learn|tasks|posts|join)/")
_OWN_PAGES = frozenset({"website", "distribution", "vcs", "model-card", "source-distribution"})
_GENERAL = re.compile(
    r"(the )?((pre-?)?train(ing)?|test(ing)?|eval(uation)?|validation|fine-?tuning|model)?"
    r"[ _-]*(data ?-?sets?|data|corpus|set)?",
    re.IGNORECASE,
)
"""Names that any document may give to a data set of its own."""


def kind_of(component: Node) -> Kind | None:
    """Whether a component is a model or a data set; None for software and the rest."""
    said = component.at("type").text.lower()
    if said in _MODELS or component.at("modelCard"):
        return Kind.MODEL
    if said == "data":
        types = {entry.at("type").text for entry in component.at("data").elements()}
        return Kind.DATASET if not types or types - _NO_DATASET - {"other"} else None
    return None


def is_product(component: Node) -> bool:
    """Whether a component is something that people put to use."""
    return component.at("type").text in _PRODUCTS


def components(holder: Node) -> Iterator[Node]:
    """The components that a node lists, and those that they consist of."""
    for component in holder.at("components").elements():
        if isinstance(component, Map):
            yield component
            yield from components(component)


def hub_of(component: Node, kind: Kind) -> tuple[Ref, Node, str | None] | None:
    """What a component is on the hub, where it says so, and the revision."""
    for node in (component.at("purl"), component.at("bom-ref")):
        match = _HUB_PURL.match(node.text)
        if match:
            name = unquote(match[1]).strip("/")
            if name.startswith("datasets/"):
                kind = Kind.DATASET
            name = "/".join(name.removeprefix("datasets/").removeprefix("models/").split("/")[:2])
            return hub_ref(name, kind), node, unquote(match[2]) if match[2] else None
    own = component.at("name").text.rpartition("/")[2].casefold()
    for entry in component.at("externalReferences").elements():
        match = _HUB_PAGE.match(entry.at("url").text)
        if not match or _NO_OWNER.match(match[2]) or bool(match[1]) is (kind is Kind.MODEL):
            continue
        same = match[2].rpartition("/")[2].casefold() == own
        if same or entry.at("type").text in _OWN_PAGES:
            return hub_ref(match[2], kind), entry.at("url"), None
    return None


@dataclass(slots=True)
class Inventory:
    """The models and data sets that a document lists, by reference, package URL and name."""

    found: Findings
    listed: list[tuple[Node, Ref]] = field(default_factory=list)
    _known: dict[str, Ref] = field(default_factory=dict)
    _named: dict[tuple[Kind, str], Ref] = field(default_factory=dict)
    _data: dict[str, Node] = field(default_factory=dict)
    _words: dict[Ref, list[str]] = field(default_factory=dict)

    def add(self, component: Node) -> Ref | None:
        """Lists a component, when it is a model or a data set."""
        kind, name = kind_of(component), component.at("name")
        if kind is None:
            _leave_out_software(self.found, component)
            return None
        if _HUB_NAME.fullmatch(name.text):
            ref = hub_ref(name.text, kind)
        elif name.text and not is_placeholder(name.text):
            ref = output_ref(name.text, kind, self.found.document.scope)
        else:
            ref = unknown(kind, name.text, self.found.document.scope, component.key)
        self.listed.append((component, ref))
        words = self._words.setdefault(ref, [])
        words += [name.text, component.at("description").text]
        self._named.setdefault((kind, name.text), ref)
        for key in ("bom-ref", "purl"):
            if component.at(key).text:
                self._known.setdefault(component.at(key).text, ref)
        for entry in component.at("data").elements():
            if entry.at("bom-ref").text:
                self._known.setdefault(entry.at("bom-ref").text, ref)
        for entry in component.at("modelCard", "modelParameters", "datasets").elements():
            if entry.at("bom-ref").text:
                self._data.setdefault(entry.at("bom-ref").text, entry)
        return ref

    def at(self, reference: str) -> Ref | None:
        """What a reference within the document stands for, when it is a model or data set."""
        if reference in self._data:
            return self.data_set(self._data[reference])
        return self._known.get(reference)

    def words_of(self, ref: Ref | None) -> list[str]:
        """What the document calls something that it lists, and says of it."""
        return self._words.get(ref, []) if ref else []

    def referred(self, node: Node, kind: Kind) -> Ref:
        """What a reference stands for; an unknown, when nothing in the document has it."""
        ref = self.at(node.text)
        if ref is not None:
            return ref
        purl = _HUB_PURL.match(node.text)
        if purl:
            return hub_ref("/".join(unquote(purl[1]).split("/")[:2]), kind)
        return unknown(kind, node.text, self.found.document.scope, node.key)

    def relative(self, component: Node, kind: Kind) -> Ref | None:
        """A component that is described inside another: listed, on the hub, or by its name."""
        for key in ("bom-ref", "purl"):
            known = self._known.get(component.at(key).text)
            if known is not None:
                return known
        kind = kind_of(component) or kind
        hub = hub_of(component, kind)
        if hub:
            return hub[0]
        name = component.at("name")
        if not name.text:
            return None
        listed = self._named.get((kind, name.text))
        if listed is not None:
            return listed
        slash = _HUB_NAME.fullmatch(name.text)
        return self.found.artifact(name, kind) if slash else self.found.named(name, kind)

    def data_set(self, entry: Node, *, hub: bool = False) -> Ref | None:
        """A data set that a model card describes: by its place, else by its name."""
        url = entry.at("contents", "url") or entry.at("url")
        name = entry.at("name")
        if url and not is_placeholder(url.text):
            return self.found.artifact(url, Kind.DATASET)
        if not name.text:
            return None
        if (Kind.DATASET, name.text) in self._named:
            return self._named[Kind.DATASET, name.text]
        if _GENERAL.fullmatch(name.text):
            return output_ref(name.text, Kind.DATASET, self.found.document.scope)
        if _HUB_NAME.fullmatch(name.text) or (hub and " " not in name.text):
            return self.found.artifact(name, Kind.DATASET)
        return self.found.named(name, Kind.DATASET)


def _leave_out_software(found: Findings, component: Node) -> None:
    """What is said of software, but for the components that it consists of."""
    found.leave_out(*(part for key, part in component.entries() if key != "components"))


def stated_place(entry: Node) -> Node:
    """Where a described data set lies, or an empty node."""
    url = entry.at("contents", "url") or entry.at("url")
    return url if "://" in url.text else ABSENT
