"""Summaries of the Data Provenance Initiative (JSON): audited records of data sets.

A file is a collection: a record for each of its data sets, under the record's identifier.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ingest.base import Claim, Document, Findings, Ingestor, selector_of
from ingest.reading import Map, Node
from lineage.identity import hub_ref, is_placeholder, unknown
from lineage.records import Extract, Ref
from lineage.vocabulary import UNKNOWN, Evidence, Kind, Relation

_ID = "Unique Dataset Identifier"
_FIELDS = frozenset({
    "Dataset Name", "Collection", "Licenses", "Text Sources", "Derived from Datasets",
    "Model Generated", "Hugging Face URL", "License Verified By", "Inferred Metadata",
})  # fmt: skip
_SOURCE_KEYS = ("Text Sources", "Video Sources", "Source", "Sources", "Audio Sources",
                "Speech Sources")  # fmt: skip

_NOTHING = re.compile(r"\?|no|none|null|n/?a|not applicable|original|list\[str(ing)?\].*", re.I)
_PEOPLE = re.compile(
    r"human|human participants|human-synthetic|user interactions|volunteer.*|"
    r"crowd[- ]?(source[ds]?|sourcing|flower).*|crow(d|s)?(s|c)our(ced|cing)|"
    r".*native speaker annotators|templates?|grammar-based",
    re.IGNORECASE,
)
"""Words for how a text was made, where a place that it came from is asked for."""
_UNTOLD = re.compile(
    r"undisclosed.*|unclear|unspecified|unknown|various|mixed|others?|ml datasets|\.\.\.",
    re.IGNORECASE,
)
_MODEL_MAKER = re.compile(r"(openai|anthropic|google) (chatgpt|gpt|claude|palm|gemini|codex)", re.I)
_HUB_PAGE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/datasets/([\w.-]+(?:/[\w.-]+)?)"
)
_HUB_NAME = re.compile(r"[\w-][\w.-]*/(?=[a-z]|[\w.-]*[-_.\d])[A-Za-z0-9][\w.-]*")
"""``organisation/name``; a pair of names, as in CNN/DailyMail, is none."""


_HUB_ID = re.compile(r"[\w.-]+(?:/[\w.-]+)?")


class _Page(NamedTuple):
    """A data set's page on the hub, and the place where a record names it."""

    ref: Ref
    node: Node


class _Origin(NamedTuple):
    """What a data set came from, how, and the place that says so."""

    relation: Relation
    ref: Ref
    node: Node


def recognise(document: Document) -> Claim | None:
    """Every entry is a record with its identifier and other fields of the summaries."""
    if not document.name.endswith(".json"):
        return None
    records = list(_records(document.tree))
    if not records or not all(_is_record(record) for record in records):
        return None
    fits = "data_summaries" in document.path
    return Claim(3 if fits else 2, "records of data sets with their provenance")


def _records(root: Node) -> Iterator[Node]:
    """The records of a file: by identifier, in a list, or one alone."""
    if root.at(_ID):
        yield root
    elif isinstance(root, Map):
        yield from root.items.values()
    else:
        yield from root.elements()


def _is_record(entry: Node) -> bool:
    return bool(entry.at(_ID).text) and len(_FIELDS & {key for key, _ in entry.entries()}) > 1


def read(document: Document) -> Extract:
    """All facts of each record."""
    found = Findings(document)
    records = [record for record in _records(document.tree) if _is_record(record)]
    pages = [_page(record) for record in records]
    used = Counter(page.ref for page in pages if page)
    for record, page in zip(records, pages, strict=True):
        if record.at(_ID).text.startswith(("string:", "string (")):
            found.skip("a template of a record: it states nothing yet", record.at(_ID))
            found.leave_out(record)
            continue
        _Record(found, record).read(page, alone=page is not None and used[page.ref] == 1)
    return found.extract()


def _page(record: Node) -> _Page | None:
    """The data set's page on the hub: as the record states it, else as a machine gathered it."""
    gathered = record.at("Inferred Metadata", "HF Dataset")
    on_hub = _HUB_ID.fullmatch(gathered.text)
    for node in record.at("Hugging Face URL").elements():
        match = _HUB_PAGE.match(node.text)
        if match:
            return _Page(hub_ref(match[1], Kind.DATASET), node)
    if on_hub:
        return _Page(hub_ref(gathered.text, Kind.DATASET), gathered)
    return None


@dataclass(frozen=True, slots=True)
class _Record:
    """One record, and what it says of its data set."""

    found: Findings
    entry: Node

    def read(self, page: _Page | None, *, alone: bool) -> None:
        data = self.found.named(self.entry.at(_ID), Kind.DATASET)
        self.describe(data)
        origins = [*self.ancestors(), *self.generators(), *self.places()]
        for origin in _first_of_each_name(origins):
            self.found.relate(data, *origin)
            if page and not alone:
                self.of_page(page, origin)
        if page:
            self.published(data, page, alone=alone)

    def describe(self, data: Ref) -> None:
        entry = self.entry
        self.found.describe(
            data,
            entry.at(_ID),
            produced=True,
            stated=True,
            display_name=entry.at("Dataset Name").text or None,
            collection=entry.at("Collection").text or None,
            creators=_texts(entry.at("Creators")),
            location=_stated(entry.at("Dataset URL")) or _stated(entry.at("GitHub URL")),
            human_annotation=_yes(entry.at("Human Annotation")),
            synthetic=True if any(_names(entry.at("Model Generated"))) else None,
            taken_down=_yes(entry.at("Taken Down")),
            made_by=tuple(n.text for n in self.stated_sources() if _PEOPLE.fullmatch(n.text))
            or None,
            **self.licences(),
        )

    def licences(self) -> dict[str, object]:
        """Every licence that the audit found, and the pages that state them."""
        licences = [licence.at("License").text for licence in self.entry.at("Licenses").elements()]
        known = tuple(dict.fromkeys(UNKNOWN if _is_untold(x) else x for x in licences if x))
        links = [
            text
            for licence in self.entry.at("Licenses").elements()
            if (text := _stated(licence.at("License URL")))
        ]
        audited = bool(known) and bool(self.entry.at("License Verified By").text.strip())
        return {
            "licence": known[0] if len(known) == 1 else known or None,
            "licence_verified_by": "Data Provenance Initiative" if audited else None,
            "licence_link": links[0] if len(links) == 1 else tuple(dict.fromkeys(links)) or None,
        }

    def ancestors(self) -> Iterator[_Origin]:
        """The data sets that it was made from."""
        for node in _names(self.entry.at("Derived from Datasets")):
            yield _Origin(Relation.DERIVED_FROM, self.thing(node, Kind.DATASET), node)

    def generators(self) -> Iterator[_Origin]:
        """The models that wrote it, or parts of it."""
        for node in _names(self.entry.at("Model Generated")):
            if not _PEOPLE.fullmatch(node.text):
                yield _Origin(Relation.GENERATED_BY, self.thing(node, Kind.MODEL), node)

    def places(self) -> Iterator[_Origin]:
        """The places that its content came from; a model among them wrote it."""
        told = any(_names(self.entry.at("Derived from Datasets")))
        for node in self.stated_sources():
            if _PEOPLE.fullmatch(node.text) or (told and node.text.lower() == "ml datasets"):
                continue
            if _MODEL_MAKER.match(node.text):
                yield _Origin(Relation.GENERATED_BY, self.thing(node, Kind.MODEL), node)
            elif _HUB_PAGE.match(node.text):
                yield _Origin(Relation.DERIVED_FROM, self.thing(node, Kind.DATASET), node)
            else:
                yield _Origin(Relation.DERIVED_FROM, self.thing(node, Kind.SOURCE), node)

    def stated_sources(self) -> Iterator[Node]:
        for key in _SOURCE_KEYS:
            yield from _names(self.entry.at(key))

    def thing(self, node: Node, kind: Kind) -> Ref:
        """What a name of the audit stands for: on the hub, by its page or name, or anywhere."""
        page = _HUB_PAGE.match(node.text)
        if page:
            return hub_ref(page[1], Kind.DATASET)
        if _is_untold(node.text):
            return unknown(kind, node.text, self.found.document.scope, node.key)
        if kind is not Kind.SOURCE and _HUB_NAME.fullmatch(node.text):
            return self.found.artifact(node, kind)
        return self.found.named(node, kind)

    def published(self, data: Ref, page: _Page, *, alone: bool) -> None:
        """A page of several records holds each as a part; a page of one is another name of it.

        The audit writes the page of the original beside its own version of it, so the two being
        the same is a conclusion.
        """
        if data == page.ref:
            return
        if alone:
            for one, other in ((data, page.ref), (page.ref, data)):
                self.found.relate(
                    one, Relation.SAME_AS, other, page.node, evidence=Evidence.INFERRED
                )
            return
        part = selector_of(self.entry, "Dataset Filter IDs")
        self.found.relate(
            data,
            Relation.SUBSET_OF,
            page.ref,
            page.node,
            evidence=Evidence.INFERRED,
            selector=part,
        )

    def of_page(self, page: _Page, origin: _Origin) -> None:
        """What a part came from, the whole on the hub came from too."""
        if origin.ref != page.ref:
            self.found.relate(
                page.ref,
                *origin,
                evidence=Evidence.INFERRED,
            )


def _first_of_each_name(origins: list[_Origin]) -> Iterator[_Origin]:
    """A data set or model that is listed among the places too is said once, as what it is."""
    seen: set[str] = set()
    for origin in origins:
        name = origin.node.text.casefold()
        if name not in seen:
            seen.add(name)
            yield origin


def _names(node: Node) -> Iterator[Node]:
    """The names of a list, without the words that stand for nothing."""
    for item in node.elements():
        if item.text and not _NOTHING.fullmatch(item.text):
            yield item


def _texts(node: Node) -> tuple[str, ...] | None:
    return tuple(item.text for item in _names(node)) or None


def _stated(node: Node) -> str | None:
    """A link, the first of several; none where the field is empty."""
    text = next((item.text for item in node.elements()), "")
    return text if text and "://" in text and not is_placeholder(text) else None


def _is_untold(text: str) -> bool:
    return _UNTOLD.fullmatch(text) is not None or is_placeholder(text)


def _yes(node: Node) -> bool | None:
    return True if node.is_true else False if node.is_false else None


INGESTOR = Ingestor(
    name="data_provenance",
    title="Data Provenance Initiative summary",
    description="Audited records of data sets: what each was made from, the sites its text came "
    "from, the models that wrote it, its licences and its page on the hub.",
    endings=(".json",),
    recognise=recognise,
    read=read,
)
