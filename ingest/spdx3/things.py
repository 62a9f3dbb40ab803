"""Which model or data set an element of an SPDX 3 graph is, and what is said of it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.base import Findings
from ingest.reading import Node, parse_json
from ingest.spdx3.elements import Element, Graph, graph_of, is_graph, short
from ingest.spdx3.relations import End, type_of
from lineage.errors import InputError
from lineage.identity import hub_ref, named, output_ref, ref_in, unknown
from lineage.records import Ref
from lineage.vocabulary import UNKNOWN, Evidence, Kind, Relation

ELEMENTS = "spdx://elements"
"""The namespace of elements that are known by nothing but their id."""

_NOT_SAID = re.compile(
    r"no[-_ ]?assertion(element|license)?|unknown|unspecified|n/a", re.IGNORECASE
)
_NONE = re.compile(r"none(element|license)?", re.IGNORECASE)
_HUB_PAGE = re.compile(
    r"(?:git\+)?https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(datasets/)?"
    r"(?!(?:datasets|models|spaces|docs|papers|blog|collections|organizations)/?$|"
    r"(?:spaces|docs|papers|blog|collections|api)/)"
    r"([\w.-]+(?:/[\w.-]+)?)(?:/(?:tree|resolve|blob|raw)/.*|\.git|/)?$"
)
_HUB_PURL = re.compile(r"pkg:huggingface/([\w.-]+(?:/[\w.-]+)?)(?:@[^?#]*)?(?:[?#].*)?$")
_HUB_NAME = re.compile(r"[\w-][\w.-]*/[A-Za-z0-9][\w.-]*")
_EMAIL = re.compile(r"\S@\S+\.\w")
_PLACES = ("downloadLocation", "homePage", "packageUrl")
_SAID: tuple[tuple[str, str], ...] = (
    ("packageVersion", "version"),
    ("informationAboutTraining", "training"),
    ("useSensitivePersonalInformation", "sensitive_personal_information"),
    ("hasSensitivePersonalInformation", "sensitive_personal_information"),
    ("sensitivePersonalInformation", "sensitive_personal_information"),
    ("standardCompliance", "standards"),
    ("datasetType", "dataset_type"),
    ("dataCollectionProcess", "collection_process"),
    ("intendedUse", "intended_use"),
    ("anonymizationMethodUsed", "anonymisation"),
    ("confidentialityLevel", "confidentiality"),
    ("datasetAvailability", "availability"),
    ("dataPreprocessing", "preprocessing"),
    ("knownBias", "known_bias"),
)
"""Fields that tell what is known of the data, and the properties that they become."""


@dataclass(frozen=True, slots=True)
class Things:
    """The models and data sets of a graph."""

    found: Findings
    graph: Graph
    _licensed: dict[tuple[str, str], list[tuple[str, Node]]] = field(default_factory=dict)
    _known: dict[tuple[str, Kind], Ref | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Notes which licences each element has."""
        for row in self.graph.relationships:
            relation = type_of(row)
            if relation in {"hasdeclaredlicense", "hasconcludedlicense"}:
                for start, _ in self.graph.ids(row.at("from")):
                    licences = self._licensed.setdefault((relation, start), [])
                    licences.extend(self.graph.ids(row.at("to")))

    def ref(self, end: End, kind: Kind) -> Ref | None:
        """What stands at an end of a relationship; None where it says that there is nothing."""
        key = (end.id, kind)
        if key not in self._known:
            element = end.element or self._elsewhere(end.id)
            self._known[key] = self._of(element, kind) if element else self._by_id(end, kind)
        return self._known[key]

    def _by_id(self, end: End, kind: Kind) -> Ref | None:
        """An element that the document does not describe."""
        scope = self.found.document.scope
        tail = short(end.id)
        if _NONE.fullmatch(tail):
            return None
        if _NOT_SAID.fullmatch(tail) or end.id.startswith(("_:", "SPDXRef-")):
            return unknown(kind, end.id, scope, end.node.key)
        hub = _on_hub(end.id, kind)
        if hub:
            return hub
        if "://" in end.id and "#" not in end.id and "spdx" not in end.id:
            return self.found.artifact(end.node.saying(end.id), kind)
        return ref_in(ELEMENTS, end.id, kind)

    def _of(self, element: Element, kind: Kind) -> Ref:
        name, scope = element.at("name"), self.found.document.scope
        if not name.text:
            return output_ref(short(element.id) or element.id, kind, scope)
        if _NOT_SAID.fullmatch(name.text):
            return unknown(kind, name.text, scope, name.key)
        hub = next(self.pages(element, kind), None)
        if hub is not None and hub.name.casefold() == name.text.casefold():
            return hub
        if not element.is_package:
            place = self.found.document.folder.holds(name.text)
            return self.found.artifact(name, kind) if place else output_ref(name.text, kind, scope)
        if _HUB_NAME.fullmatch(name.text) and kind is not Kind.DEPLOYMENT:
            return self.found.artifact(name, kind)
        return self.found.named(name, kind) if kind in _REGISTERED else named(name.text, kind)

    def _elsewhere(self, identity: str) -> Element | None:
        """An element of another document that lies beside this one and is named as its place."""
        for element in self.graph.elements.values():
            for entry in element.at("import").elements():
                hint = posixpath.basename(entry.at("locationHint").text)
                if self.graph.expanded(entry.at("externalSpdxId").text) != identity or not hint:
                    continue
                document = self.found.document
                other = document.sibling(posixpath.join(document.parent, hint))
                try:
                    root = parse_json(other.text, other.path) if other else None
                except InputError:
                    continue
                if root is not None and is_graph(root):
                    return graph_of(root).elements.get(identity)
        return None

    def pages(self, element: Element, kind: Kind) -> Iterator[Ref]:
        """The pages of the hub that an element gives as its own place or identifier."""
        for place in _places(element):
            page = _on_hub(place.text, kind)
            if page is not None:
                yield page

    def describe(self, element: Element, kind: Kind, *, produced: bool) -> None:
        """States what an element says of itself."""
        end = End(element.id, element.node, kind, element)
        ref = self.ref(end, kind)
        if ref is None:
            return
        self.found.describe(
            ref,
            element.at("name") or element.node,
            produced=produced,
            stated=True,
            spdx_id=element.id if not element.id.startswith("_:") else None,
            digest=_digest(element),
            **self._licences(element),
            **{name: _said(element.at(field)) for field, name in _SAID if element.at(field)},
        )
        for page in self.pages(element, kind):
            if page != ref:
                for one, other in ((ref, page), (page, ref)):
                    self.found.relate(one, Relation.SAME_AS, other, element.node)
        location = element.at("downloadLocation")
        if "://" in location.text and _on_hub(location.text, kind) is None:
            self.found.copy(ref, location, "download location")

    def bases(self, element: Element) -> None:
        """The base model that a model lists among its hyperparameters."""
        ref = self.ref(End(element.id, element.node, Kind.MODEL, element), Kind.MODEL)
        for entry in element.at("hyperparameter").elements():
            key = re.sub(r"[^a-z]", "", entry.at("key").text.lower())
            value = entry.at("value")
            if ref is None or key not in _BASE_KEYS or not value.text:
                continue
            base = self.found.artifact(value, Kind.MODEL)
            if base != ref:
                self.found.relate(
                    ref, Relation.FINE_TUNED_FROM, base, value, evidence=Evidence.INFERRED
                )

    def _licences(self, element: Element) -> dict[str, str | tuple[str, ...] | None]:
        """The licence that is declared, or else concluded; the conclusion where it differs."""
        declared = self._licence(element, "hasdeclaredlicense")
        concluded = self._licence(element, "hasconcludedlicense")
        differs = declared is not None and concluded != declared
        return {
            "licence": declared or concluded,
            "licence_concluded": concluded if differs else None,
        }

    def _licence(self, element: Element, relation: str) -> str | tuple[str, ...] | None:
        stated = self._licensed.get((relation, self.graph.expanded(element.id)), [])
        once = tuple(dict.fromkeys(self._expression(*licence) for licence in stated))
        return once[0] if len(once) == 1 else once or None

    def _expression(self, identity: str, place: Node) -> str:
        element = self.graph.elements.get(identity)
        text = element.at("licenseExpression").text if element else ""
        text = text or place.at("simplelicensing_licenseExpression").text
        if not text and element and element.at("name").text:
            text = element.at("name").text
        text = text or identity.rstrip("/").rpartition("/")[2].rpartition("#")[2]
        if _NOT_SAID.fullmatch(text):
            return UNKNOWN
        return "NONE" if _NONE.fullmatch(text) else text


_REGISTERED = frozenset({Kind.MODEL, Kind.DATASET})
_BASE_KEYS = frozenset({"basemodel", "basemodelname", "pretrainedmodel", "parentmodel",
                        "basemodelnameorpath"})  # fmt: skip


def _on_hub(text: str, kind: Kind) -> Ref | None:
    """The page of the hub that an address is of, where it is of this kind."""
    page = _HUB_PAGE.match(text)
    if page is not None:
        of_data = page[1] is not None
        name = page[2].removesuffix(".git")
        return hub_ref(name, kind) if kind is (Kind.DATASET if of_data else Kind.MODEL) else None
    purl = _HUB_PURL.match(text)
    if purl is None or kind not in _REGISTERED:
        return None
    name = purl[1].removeprefix("datasets/") if kind is Kind.DATASET else purl[1]
    return hub_ref(name, kind)


def _places(element: Element) -> Iterator[Node]:
    """Where an element says that it is, and the identifiers that others know it by."""
    for name in _PLACES:
        yield element.at(name)
    for identifier in element.at("externalIdentifier").elements():
        yield identifier.at("identifier")
        yield from identifier.at("identifierLocator").elements()
    for reference in element.at("externalRef").elements():
        kind = short(reference.at("externalRefType").text).lower()
        if kind in {"altdownloadlocation", "binaryartifact", "altwebpage", "modelcard", ""}:
            yield from reference.at("locator").elements()


def _digest(element: Element) -> str | None:
    for method in element.at("verifiedUsing").elements():
        algorithm = short(method.at("algorithm").text).lower()
        value = method.at("hashValue").text.lower()
        if algorithm in {"sha256", "sha512", "sha1", "md5"} and re.fullmatch(r"[0-9a-f]+", value):
            return f"{algorithm}:{value}"
    return None


def _said(node: Node) -> str | tuple[str, ...] | None:
    """What a field says, UNKNOWN for no assertion; nothing that has an address of a person."""
    texts = [short(i.text) if "spdx.org/" in i.text else i.text for i in node.elements() if i.text]
    known = [
        UNKNOWN if _NOT_SAID.fullmatch(text) else text for text in texts if not _EMAIL.search(text)
    ]
    return known[0] if len(known) == 1 else tuple(known) or None
