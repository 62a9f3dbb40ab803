"""Records of the Data Provenance Standards (Data & Trust Alliance, OASIS): JSON, YAML, CSV."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.dta_provenance.fields import Record, group, record_of, records_of
from ingest.dta_provenance.sheet import rows_of
from ingest.dta_provenance.values import (
    ADDRESS,
    NOT_SAID,
    NOTHING,
    codes,
    countries,
    digest,
    first_text,
    found_classes,
    identifiers,
    licence,
    names,
    parts,
    some,
    texts,
)
from ingest.parsed import parsed
from ingest.reading import Map, Node
from lineage.errors import InputError
from lineage.identity import output_ref, ref_in, unknown
from lineage.records import Extract, Ref
from lineage.vocabulary import Kind, Relation

RECORDS = "dps://records"
"""The namespace of records that are known by their unique identifier."""

_HINT = re.compile(rb"provenance|metadata[ _-]?id|origin[ _-]?geography", re.IGNORECASE)
"""What every record has in some key: the rest of the world's files are not looked at."""
_UUID = re.compile(r"(?:urn:uuid:)?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})", re.IGNORECASE)
_SYNTHETIC = re.compile(r"synthetic|generative|ai-inferred|twin|simulation", re.IGNORECASE)
_CATEGORIES = {"pi": "Demographic", "pii": "Identifier", "phi": "Health"}
_DEEPEST = 20


def recognise(document: Document) -> Claim | None:
    """The groups or the fields of a record, with enough of its own."""
    if not _HINT.search(document.content):
        return None
    records = list(_records(_opened(document)))
    if not records:
        return None
    grouped = all(isinstance(group(record.node, "provenance"), Map) for record in records)
    return Claim(3 if grouped else 2, "records of the Data Provenance Standards")


def _opened(document: Document) -> Document:
    """The document; a table with its rows as trees."""
    if document.name.endswith(".csv"):
        return parsed(document, *rows_of(document.text))
    return document


def _records(document: Document) -> Iterator[Record]:
    for tree in document.trees:
        yield from records_of(tree)


def read(document: Document) -> Extract:
    """All facts of each record."""
    opened = _opened(document)
    found = Findings(opened)
    for record in _records(opened):
        _Reading(found, record).read()
    return found.extract()


@dataclass(frozen=True, slots=True)
class _Reading:
    """One record and the data set that it is about."""

    found: Findings
    record: Record

    def read(self) -> None:
        data, at = self.itself()
        self.describe(data, at)
        self.other_names(data)
        for parent in self.parents():
            origin = self.parent(parent)
            if origin is not None and origin != data:
                self.found.relate(data, Relation.DERIVED_FROM, origin, parent)
        issuers = {name.text for name in names(self.record.values("issuer"))}
        for name in names(self.record.values("origin")):
            if name.text not in issuers and not NOTHING.fullmatch(name.text):
                party = ref_in("name://parties", name.text, Kind.PARTY)
                self.found.relate(data, Relation.PROVIDED_BY, party, name)

    def itself(self) -> tuple[Ref, Node]:
        """The data set by its title; or else by its identifier, or the document's name."""
        for title in self.record.values("title"):
            if title.text:
                return self.found.named(title, Kind.DATASET), title
        for identity in identifiers(self.record):
            match = _UUID.fullmatch(identity.text)
            if match:
                return ref_in(RECORDS, match[1].lower(), Kind.DATASET), identity
            return self.found.named(identity, Kind.DATASET), identity
        scope = self.found.document.scope
        return output_ref(self.found.document.stem, Kind.DATASET, scope), self.record.node

    def describe(self, data: Ref, at: Node) -> None:
        record = self.record
        methods = [code.text for code in codes(record.values("method"))]
        classes = [code.text.lower() for code in found_classes(record.values("classification"))]
        categories = {_CATEGORIES[code] for code in classes if code in _CATEGORIES}
        self.found.describe(
            data,
            at,
            produced=True,
            stated=bool(at.text),
            version=first_text(record.values("version")),
            issuer=texts(names(record.values("issuer"))),
            licence=licence(record),
            methods=tuple(methods) or None,
            synthetic=True if any(_SYNTHETIC.search(method) for method in methods) else None,
            confidentiality=tuple(classes) or None,
            data_categories=tuple(sorted(categories)) or None,
            consent_documents=texts(iter(record.values("consents"))),
            intended_use=texts(codes(record.values("purpose"))),
            collected_in=texts(countries(record.values("geography"))),
            issued_on=first_text(record.values("issued")),
            previously_issued_on=first_text(record.values("previous")),
            digest=digest(record),
        )
        about = next(iter(record.values("description")), None)
        self.found.describe(
            data, at, purpose=texts(iter([about.at("purpose")])) if about is not None else None
        )

    def other_names(self, data: Ref) -> None:
        """The address and the identifier by which other records know this one."""
        for location in self.record.values("location"):
            if ADDRESS.fullmatch(location.text):
                self.same(data, self.found.artifact(location, Kind.DATASET), location)
        for identity in identifiers(self.record):
            match = _UUID.fullmatch(identity.text)
            if match:
                self.same(data, ref_in(RECORDS, match[1].lower(), Kind.DATASET), identity)
            elif ADDRESS.fullmatch(identity.text):
                self.same(data, self.found.artifact(identity, Kind.DATASET), identity)

    def same(self, data: Ref, other: Ref, at: Node) -> None:
        """States that two names are of one thing."""
        if data != other:
            self.found.relate(data, Relation.SAME_AS, other, at)
            self.found.relate(other, Relation.SAME_AS, data, at)

    def parents(self) -> Iterator[Node]:
        """What the record gives as its sources, and the provenance below it as theirs."""
        yield from (part for node in self.record.values("parents") for part in parts(node))
        deeper = self.record.values("deeper")
        for _ in range(_DEEPEST):
            below: list[Node] = []
            for provenance in deeper:
                inner = record_of(Map(provenance.key, provenance.line, {"provenance": provenance}))
                yield from (part for node in inner.values("parents") for part in parts(node))
                below += inner.values("deeper")
            deeper = below

    def parent(self, node: Node) -> Ref | None:
        """The data set that a source is: by its address, its identifier, or its name."""
        if isinstance(node, Map):
            inner = record_of(Map(node.key, node.line, {"source": node}))
            place = next(iter([*inner.values("location"), *some(node, "url", "uri", "href")]), None)
            name = next(iter([*inner.values("title"), *identifiers(inner)]), None)
            if name is not None and name.text:
                ref = self.named(name)
                if ref is not None and place is not None and ADDRESS.fullmatch(place.text):
                    self.same(ref, self.found.artifact(place, Kind.DATASET), place)
                return ref
            return self.named(place) if place is not None else None
        return self.named(node)

    def named(self, node: Node) -> Ref | None:
        """The data set that a text names; None for a word that stands for nothing."""
        text = node.text
        if not text or NOTHING.fullmatch(text):
            return None
        if NOT_SAID.fullmatch(text):
            return unknown(Kind.DATASET, text, self.found.document.scope, node.key)
        match = _UUID.fullmatch(text)
        if match:
            return ref_in(RECORDS, match[1].lower(), Kind.DATASET)
        if ADDRESS.fullmatch(text):
            return self.found.artifact(node, Kind.DATASET)
        beside = self.beside(text)
        if beside is not None:
            return beside
        if "/" in text and " " not in text:
            return self.found.artifact(node, Kind.DATASET, hub=False)
        return self.found.named(node, Kind.DATASET)

    def beside(self, path: str) -> Ref | None:
        """The data set of a record in another file of the tree."""
        if not path.endswith((".json", ".yaml", ".yml")):
            return None
        document = self.found.document
        other = document.sibling(posixpath.join(document.parent, path))
        if other is None or other.path == document.path:
            return None
        try:
            records = list(_records(other))
        except InputError:
            return None
        return _Reading(Findings(other), records[0]).itself()[0] if records else None


INGESTOR = Ingestor(
    name="dta_provenance",
    title="Data Provenance Standards record",
    description="Records of the Data & Trust Alliance's and OASIS's standards: the data sets that "
    "one was made from, its issuer and source, method, licence, consent and confidentiality.",
    endings=(
        ".json", ".yaml", ".yml", "provenance.csv", "metadata.csv", "dps.csv", "dta.csv",
        "standard-export.csv", "standards.csv", "standards-1.0.0.csv", "provenance-record.csv",
    ),
    recognise=recognise,
    read=read,
)  # fmt: skip
