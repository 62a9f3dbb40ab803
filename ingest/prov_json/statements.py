"""The statements of a PROV-JSON document, its bundles' among them, with ids written out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.reading import Map, Node, Seq

RELATIONS: dict[str, tuple[str, str]] = {
    "wasGeneratedBy": ("prov:entity", "prov:activity"),
    "used": ("prov:activity", "prov:entity"),
    "wasInformedBy": ("prov:informed", "prov:informant"),
    "wasStartedBy": ("prov:activity", "prov:trigger"),
    "wasEndedBy": ("prov:activity", "prov:trigger"),
    "wasInvalidatedBy": ("prov:entity", "prov:activity"),
    "wasDerivedFrom": ("prov:generatedEntity", "prov:usedEntity"),
    "wasAttributedTo": ("prov:entity", "prov:agent"),
    "wasAssociatedWith": ("prov:activity", "prov:agent"),
    "actedOnBehalfOf": ("prov:delegate", "prov:responsible"),
    "wasInfluencedBy": ("prov:influencee", "prov:influencer"),
    "specializationOf": ("prov:specificEntity", "prov:generalEntity"),
    "alternateOf": ("prov:alternate1", "prov:alternate2"),
    "hadMember": ("prov:collection", "prov:entity"),
    "mentionOf": ("prov:specificEntity", "prov:generalEntity"),
}
"""Each relation of PROV, with the arguments that name its two ends."""

ELEMENTS = ("entity", "activity", "agent")
SECTIONS = frozenset({"prefix", "bundle", *ELEMENTS, *RELATIONS})

_QUOTED_NAME = re.compile(r'^"(.*)"\^\^[\w:]+$')


def plain(value: Node) -> Node:
    """A value without its type: ``{"$": "x", "type": …}``, or the older ``"x"^^xsd:string``."""
    value = value.at("$") or value
    quoted = _QUOTED_NAME.match(value.text)
    return value.saying(quoted[1]) if quoted else value


def values(holder: Node, *keys: str) -> list[Node]:
    """All values of some attributes: one, or a list of them, each without its type."""
    return [
        plain(item)
        for key in keys
        for item in (
            [holder.at(key)] if isinstance(holder.at(key), Map) else holder.at(key).elements()
        )
        if plain(item).text
    ]


def short(name: str) -> str:
    """The local part of a qualified name or an address."""
    return re.split(r"[/#:]", name.rstrip("/#:"))[-1]


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity, activity or agent: its id, and every record of it."""

    id: str
    records: list[Node] = field(default_factory=list)

    def values(self, *keys: str) -> list[Node]:
        """The values of attributes by their local names, in whatever namespace."""
        wanted = {key.lower() for key in keys}
        return [
            value
            for record in self.records
            for key, _ in record.entries()
            if short(key).lower() in wanted
            for value in values(record, key)
        ]

    @property
    def words(self) -> str:
        """What it is called: its id's local part and its labels."""
        return " ".join([short(self.id), *(label.text for label in self.values("label", "title"))])


@dataclass(frozen=True, slots=True)
class Statement:
    """One relation between two things, with the places that name them."""

    relation: str
    record: Node
    subject: Node
    object: Node


@dataclass(frozen=True, slots=True)
class Statements:
    """All that a document says."""

    prefixes: dict[str, str] = field(default_factory=dict)
    entities: dict[str, Thing] = field(default_factory=dict)
    activities: dict[str, Thing] = field(default_factory=dict)
    agents: dict[str, Thing] = field(default_factory=dict)
    relations: list[Statement] = field(default_factory=list)

    def of(self, *names: str) -> Iterator[Statement]:
        """The statements of some relations."""
        return (statement for statement in self.relations if statement.relation in names)

    def address(self, identity: str) -> str | None:
        """A qualified name written out, where its prefix is declared."""
        if "://" in identity:
            return identity
        prefix, colon, local = identity.partition(":")
        if not colon:
            prefix, local = "default", identity
        namespace = self.prefixes.get(prefix)
        return f"{namespace}{local}" if namespace and local else None


def statements_of(root: Node) -> Statements:
    """The statements of a document and of its bundles."""
    said = Statements()
    for holder in (root, *(bundle for _, bundle in root.at("bundle").entries())):
        for prefix, namespace in holder.at("prefix").entries():
            said.prefixes.setdefault(prefix, namespace.text)
        for section, things in zip(
            ELEMENTS, (said.entities, said.activities, said.agents), strict=True
        ):
            for identity, record in holder.at(section).entries():
                known = things.setdefault(identity, Thing(identity))
                known.records.extend(_records(record))
        for relation, (subject_key, object_key) in RELATIONS.items():
            for _, listed in holder.at(relation).entries():
                for record in _records(listed):
                    said.relations.extend(
                        Statement(relation, record, subject, other)
                        for subject in values(record, subject_key)[:1]
                        for other in values(record, object_key)
                    )
    return said


def _records(node: Node) -> list[Node]:
    """One record, or the several that stand under one id."""
    return node.items if isinstance(node, Seq) else [node]
