"""PROV-JSON: provenance of entities, activities and agents, as W3C PROV has it."""

from __future__ import annotations

import re

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.prov_json.lineage import Derivations
from ingest.prov_json.statements import (
    RELATIONS,
    SECTIONS,
    Statements,
    Thing,
    statements_of,
    values,
)
from ingest.reading import Map, Node, Seq
from lineage.identity import output_ref, ref_in
from lineage.records import Extract, Ref
from lineage.vocabulary import Kind, Relation

_EXAMPLE = re.compile(r"https?://([\w-]+\.)*(example(\.\w+)?|localhost)([:/#]|$)", re.IGNORECASE)
"""Namespaces that everyone uses for anything: a name in one means nothing elsewhere."""
_HUB = re.compile(r"https?://(www\.)?(huggingface\.co|hf\.co)/.+")
_DIGESTS = ("sha512", "sha256", "sha1", "md5")
_LOCATIONS = ("location", "atLocation", "path", "file", "uri", "url")
_NO_USE = frozenset({Relation.EVALUATED_ON, Relation.SAME_AS})


def recognise(document: Document) -> Claim | None:
    """Sections of PROV whose relations have PROV's arguments, and hardly anything else."""
    root = document.tree
    if not document.name.endswith(".json") or not isinstance(root, Map):
        return None
    sections = {key for key, value in root.entries() if key in SECTIONS and isinstance(value, Map)}
    if not sections or len(sections) < len(root.items) / 2:
        return None
    holders = [root, *(bundle for _, bundle in root.at("bundle").entries())]
    related = any(_has_arguments(holder) for holder in holders)
    declared = "prov#" in root.at("prefix", "prov").text
    listed = root.at("entity") and (root.at("activity") or root.at("agent"))
    if related or (declared and listed):
        return Claim(3 if "prov" in document.name.lower() else 2, "statements of PROV")
    return None


def _has_arguments(holder: Node) -> bool:
    """Whether some relation names an end as PROV-JSON does."""
    for relation, keys in RELATIONS.items():
        for _, listed in holder.at(relation).entries():
            for record in listed.items if isinstance(listed, Seq) else [listed]:
                if any(values(record, key) for key in keys):
                    return True
    return False


def read(document: Document) -> Extract:
    """All facts of one document and its bundles."""
    found = Findings(document)
    return _Provenance(found, statements_of(document.tree)).read()


class _Provenance:
    """The statements of a document, as facts."""

    def __init__(self, found: Findings, said: Statements):
        self.found = found
        self.said = said
        self.derivations = Derivations(said)
        self.refs: dict[str, Ref] = {}

    def read(self) -> Extract:
        """All facts."""
        links = self.derivations.links()
        for link in links:
            subject, other = self.ref(link.subject, link.at), self.ref(link.object, link.at)
            if subject != other:
                self.found.relate(subject, link.relation, other, link.at, evidence=link.evidence)
        self.alternates()
        used = {link.object for link in links if link.relation not in _NO_USE}
        made = {link.subject for link in links if link.relation not in _NO_USE} | {
            statement.subject.text for statement in self.said.of("wasGeneratedBy")
        }
        known = {identity for link in links for identity in (link.subject, link.object)}
        for identity in self.said.entities:
            nature = self.derivations.nature(identity)
            if identity in known or (nature.kind and (nature.typed or identity in made)):
                self.describe(identity, produced=identity in made - used)
        self.invalidated()
        for association in self.said.of("wasAssociatedWith"):  # how it was to be done, not of what
            self.found.leave_out(*values(association.record, "prov:plan"))
        return self.found.extract()

    def ref(self, identity: str, at: Node) -> Ref:
        """The thing an id names: by its address, or within this document alone."""
        if identity not in self.refs:
            self.refs[identity] = self.named(identity, at)
        return self.refs[identity]

    def named(self, identity: str, at: Node) -> Ref:
        kind = self.derivations.kind(identity)
        if identity not in self.said.entities:
            kind = Kind.RUN if identity in self.said.activities else kind
            kind = Kind.MODEL if identity in self.said.agents else kind
        address = self.said.address(identity) or ""
        if _HUB.match(address) or ("://" in identity and not _EXAMPLE.match(identity)):
            return self.found.artifact(at.saying(address or identity), kind)
        if ":" not in address or identity.startswith("_:") or _EXAMPLE.match(address):
            return output_ref(identity, kind, self.found.document.scope)
        prefix, colon, _ = identity.partition(":")
        namespace = self.said.prefixes[prefix if colon else "default"]
        return ref_in(f"prov://{namespace.rstrip('/#')}", identity, kind)

    def describe(self, identity: str, *, produced: bool) -> None:
        """States what the document says of an entity."""
        thing = self.said.entities[identity]
        at = thing.records[0] if thing.records else self.found.document.tree
        ref = self.ref(identity, at)
        label = next(iter(thing.values("label", "title")), None)
        self.found.describe(
            ref,
            at,
            produced=produced,
            stated=True,
            display_name=label.text if label else None,
            digest=_digest(thing),
            licence=next((node.text for node in thing.values("license", "licence")), None),
        )
        for location in thing.values(*_LOCATIONS):
            if "/" in location.text or "\\" in location.text:
                self.located(ref, location)

    def located(self, ref: Ref, location: Node) -> None:
        """Where an entity is: a page of the hub is another name, anything else a copy."""
        if not _HUB.match(location.text):
            self.found.copy(ref, location, "location")
            return
        page = self.found.artifact(location, ref.kind)
        if page != ref:
            self.found.relate(ref, Relation.SAME_AS, page, location)
            self.found.relate(page, Relation.SAME_AS, ref, location)

    def alternates(self) -> None:
        """Entities that are aspects of one thing."""
        for statement in self.said.of("alternateOf"):
            one = self.ref(statement.subject.text, statement.subject)
            other = self.ref(statement.object.text, statement.object)
            if one != other:
                self.found.relate(one, Relation.SAME_AS, other, statement.object)
                self.found.relate(other, Relation.SAME_AS, one, statement.object)

    def invalidated(self) -> None:
        """Entities that are no more: what came from them came from them all the same."""
        for statement in self.said.of("wasInvalidatedBy"):
            identity = statement.subject.text
            if self.derivations.nature(identity).kind is not None:
                ref = self.ref(identity, statement.subject)
                self.found.describe(ref, statement.subject, invalidated=True)


def _digest(thing: Thing) -> str | None:
    for name in _DIGESTS:
        for value in thing.values(name, f"{name}sum"):
            text = value.text.lower().removeprefix(f"{name}:")
            if re.fullmatch(r"[0-9a-f]{32,128}", text):
                return f"{name}:{text}"
    return None


INGESTOR = Ingestor(
    name="prov_json",
    title="PROV-JSON document",
    description="Provenance as W3C PROV has it: derivations that are stated, and those that "
    "activities imply by what they used and made; collections, alternates, bundles.",
    endings=(".json",),
    recognise=recognise,
    read=read,
)
