"""What a data set came from: PROV terms and ``isBasedOn``, of the whole and of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.base import Findings, selector_of
from ingest.croissant.terms import NO_DATA, PAPER, PARTS, Vocabulary, text, types_of
from ingest.reading import ABSENT, Map, Node, Seq
from lineage.identity import is_placeholder, unknown
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_DERIVED = ("wasDerivedFrom", "hadPrimarySource", "wasQuotedFrom", "wasRevisionOf", "isBasedOn")
_EXACT = ("dct:source", "dcterms:source")
_URL = re.compile(r"https?://[^\s<>\"'|]*[^\s<>\"'|.,;:!?)\]}]")
_HUB_NAME = re.compile(r"[\w-][\w.-]*/[\w.-]+")
_NOTHING = re.compile(r"(none|no|n/?a|null|not applicable|original)\.?", re.IGNORECASE)
_DEEP = 100


def read_provenance(found: Findings, words: Vocabulary, node: Node, data: Ref) -> None:
    """Where the data set and each of its parts came from."""
    reader = _Reader(found, words)
    reader.origins(data, node)
    for part in _parts(words, node):
        reader.origins(data, part)
    for whole in words.each(node, "isPartOf"):
        if "Dataset" in types_of(whole):
            reader.origin(data, whole, Relation.SUBSET_OF)
    for inner in words.each(node, "hasPart"):
        if not types_of(inner) & (PARTS | NO_DATA):
            reader.origin(data, inner, Relation.BUNDLES)


def _parts(words: Vocabulary, node: Node) -> Iterator[Node]:
    """Files, record sets and fields; what is noted of single values is no lineage."""
    pending = [words.at(node, "recordSet"), words.at(node, "distribution")]
    while pending:
        item = pending.pop()
        if isinstance(item, Seq):
            pending.extend(reversed(item.items))
        elif isinstance(item, Map):
            yield item
            pending.extend(words.at(item, key) for key in ("subField", "field"))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Follows the origins of an entity, and the origins of those."""

    found: Findings
    words: Vocabulary
    followed: set[int] = field(default_factory=set)

    def origins(self, of: Ref, node: Node, depth: int = 0) -> None:
        """What a node says its entity was derived from, and what made it was given."""
        for term in _DERIVED:
            for item in self.words.each(node, term):
                self.origin(of, item, depth=depth)
        for key in _EXACT:
            value = node.at(key)
            for item in [value] if isinstance(value, Map) else value.elements():
                self.origin(of, self.words.defined(item), depth=depth)
        for activity in self.words.each(node, "wasGeneratedBy"):
            for item in self.words.each(activity, "used"):
                self.origin(of, item, evidence=Evidence.INFERRED, depth=depth)
            self.found.leave_out(*self.words.each(activity, "wasAssociatedWith"))
        self.found.leave_out(*self.words.each(node, "wasAssociatedWith"))

    def origin(
        self,
        of: Ref,
        item: Node,
        relation: Relation = Relation.DERIVED_FROM,
        *,
        evidence: Evidence = Evidence.DECLARED,
        depth: int = 0,
    ) -> None:
        """One thing that an entity came from, by its place, its name, or in words."""
        if types_of(item) & (PARTS | NO_DATA):
            self.found.leave_out(item)
            return
        if not isinstance(item, Map):
            for ref, node, how in self.told(item, evidence):
                self.related(of, relation, ref, node, how)
            return
        place, name = self.place(item), self.name(item)
        if PAPER.match(place.text):
            self.found.leave_out(item)
            return
        if place:
            ref, at = self.found.artifact(place, Kind.DATASET), place
        elif name:
            ref, at = self.found.named(name, Kind.DATASET), name
        else:
            self.found.skip("an origin without a name or a place", item)
            return
        part = selector_of(item, "version", "sc:version", "split", "subset")
        self.related(of, relation, ref, at, evidence, part)
        if place and name:
            self.found.describe(ref, name, display_name=name.text[:200])
        if depth < _DEEP and id(item) not in self.followed:
            self.followed.add(id(item))
            self.origins(ref, item, depth + 1)

    def related(
        self,
        of: Ref,
        relation: Relation,
        ref: Ref,
        at: Node,
        evidence: Evidence,
        part: str | None = None,
    ) -> None:
        """An edge, unless it would say that a thing came from itself."""
        if ref != of:
            self.found.relate(of, relation, ref, at, evidence=evidence, selector=part)

    def place(self, item: Node) -> Node:
        """The address of an entity, or an empty node."""
        for key in ("atLocation", "contentUrl", "url", "@id", "id", "identifier", "sameAs"):
            value = self.words.at(item, key)
            value = text(value) or self.words.at(value, "@id")
            if "://" in value.text:
                return value
        return ABSENT

    def name(self, item: Node) -> Node:
        """What an entity is called: a label, else its id."""
        label = text(self.words.at(item, "label", "name", "title", "alternateName"))
        return label or text(self.words.at(item, "@id", "id", "identifier"))

    def told(self, item: Node, evidence: Evidence) -> Iterator[tuple[Ref, Node, Evidence]]:
        """The origins in a text: an address, a name, or a sentence that may hold addresses."""
        said = item.text
        if not said or _NOTHING.fullmatch(said):
            return
        urls = [url for url in _URL.findall(said) if not PAPER.match(url)]
        if urls:
            whole = len(urls) == 1 and said == urls[0]
            for url in dict.fromkeys(urls):
                ref = self.found.artifact(item.saying(url), Kind.DATASET)
                yield ref, item, evidence if whole else Evidence.COMMENT
        elif _URL.search(said):
            return
        elif "://" in said or _HUB_NAME.fullmatch(said):
            yield self.found.artifact(item, Kind.DATASET), item, evidence
        elif _is_name(said):
            yield self.found.named(item, Kind.DATASET), item, evidence
        else:
            scope = self.found.document.scope
            yield unknown(Kind.SOURCE, said, scope, item.key), item, Evidence.COMMENT


def _is_name(said: str) -> bool:
    """Whether a text is short enough, and shaped, to be a name and no description."""
    return (
        len(said) <= 80
        and len(said.split()) <= 7
        and not said.endswith(".")
        and (not is_placeholder(said))
    )
