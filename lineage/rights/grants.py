"""Rights as recorded, and how each stands on a day: in force, not yet, over, revoked, refused.

“No right” that is known to be none, a right of which little is known, and no record at all are
three different things. A licence that a document states of a thing is a right too: a claimed one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from lineage.governance import CONSENT_STATUS, LEGAL_BASES, legal_basis_of, permits
from lineage.graph import RELATION_CODES, Graph
from lineage.licences import Licence, read_licences
from lineage.records import NodeRow, Value
from lineage.vocabulary import UNKNOWN, Relation


class Standing(StrEnum):
    """How a right stands on a day."""

    IN_FORCE = "in force"
    NOT_YET = "not yet in force"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REFUSED = "refused"
    SUPERSEDED = "replaced by a later version"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Ending:
    """A revocation: its node, the assertion that names what it ends, why, and since when."""

    number: int
    edge: int
    cause: str
    on: str

    def counts(self, at: date) -> bool:
        """Whether it had been made by that day; one without a date counts always."""
        return not after(self.on, at)


@dataclass(frozen=True, slots=True)
class Grant:
    """One right by which a thing is held.

    Attributes:
        number: its node; None for a licence that is only stated as a property of the thing.
        thing: the node it covers.
        kind: of ``GRANT_KINDS``, or UNKNOWN.
        purposes: those allowed; None where nobody has said, empty where there are none.
        conditions: what it asks for, of its own words and of its licence.
        edges: the assertions that say that it covers the thing.
        replaced_by: later versions, each with the day from which it holds.
    """

    number: int | None
    thing: int
    name: str
    kind: str
    none_of: str = ""
    purposes: tuple[str, ...] | None = None
    prohibited: tuple[str, ...] = ()
    basis: str = ""
    conditions: frozenset[str] = frozenset()
    licences: tuple[Licence, ...] = ()
    valid_from: str = ""
    valid_to: str = ""
    retain_until: str = ""
    verification: str = UNKNOWN
    verified_by: str = ""
    verified_on: str = ""
    consent_status: str = ""
    onward: str = UNKNOWN
    records: tuple[str, ...] = ()
    edges: tuple[int, ...] = ()
    endings: tuple[Ending, ...] = ()
    replaced_by: tuple[tuple[int, str], ...] = ()

    @property
    def gives(self) -> bool:
        """Whether it is a right of a known kind, whatever it allows and however it stands."""
        return self.kind not in {"none", UNKNOWN}

    @property
    def of_people(self) -> bool:
        """Whether it rests on the people concerned or on law, and not only on who gave the data."""
        return self.gives and (
            self.kind in {"consent", "legal-basis", "statutory"} or self.legal_basis is not None
        )

    @property
    def legal_basis(self) -> str | None:
        """Its legal basis as a term; None for none, for an unknown one and for other words."""
        return legal_basis_of(self.basis) if self.basis else None

    @property
    def carries_special(self) -> bool:
        """Whether its legal basis can carry special categories of data."""
        basis = self.legal_basis
        return self.gives and basis is not None and LEGAL_BASES[basis].special

    def standing(self, at: date) -> Standing:
        """How it stands on a day. What cannot be told is unknown, and never in force."""
        if self.kind == "none":
            return Standing.NONE
        if self.revoked(at):
            return Standing.REVOKED
        if self.verification == "refused":
            return Standing.REFUSED
        return self.term(at)

    def revoked(self, at: date) -> bool:
        """Whether it was revoked by that day, or the consent that it is was taken back."""
        status = self.consent_status
        invalid = bool(status) and not CONSENT_STATUS.get(status, True)
        return any(e.counts(at) for e in self.endings) or (invalid and "Unknown" not in status)

    def term(self, at: date) -> Standing:
        """How its term stands on a day, whatever else became of it."""
        if any(not after(start, at) for _, start in self.replaced_by):
            return Standing.SUPERSEDED
        if self.valid_to and self.valid_to != UNKNOWN and before(self.valid_to, at):
            return Standing.EXPIRED
        if self.valid_from and self.valid_from != UNKNOWN and after(self.valid_from, at):
            return Standing.NOT_YET
        open_ = (self.valid_from, self.valid_to, self.kind, self.consent_status)
        if UNKNOWN in open_ or self.consent_status == "ConsentUnknown":
            return Standing.UNKNOWN
        return Standing.IN_FORCE

    def allows(self, use: str) -> bool | None:
        """Whether its words allow a use, however it stands; None where that is not known."""
        if not self.gives:
            return False
        if permits(self.prohibited, use):
            return False
        if self.purposes is not None:
            return permits(self.purposes, use)
        if self.kind != "licence" or {"unread", "use-restricted"} & self.conditions:
            return None
        if {"non-commercial", "research-only"} & self.conditions:
            return None if not permits(["CommercialPurpose"], use) else False
        return True


def before(text: str, at: date) -> bool:
    """Whether a date, as exact as it is known, lies wholly before a day."""
    return text < at.isoformat()[: len(text)]


def after(text: str, at: date) -> bool:
    """Whether a date, as exact as it is known, lies wholly after a day; UNKNOWN and "" do not."""
    return bool(text) and text != UNKNOWN and text > at.isoformat()[: len(text)]


def first_day(text: str) -> date:
    """The first day of a date, as exact as it is known (YYYY, YYYY-MM or YYYY-MM-DD)."""
    return date.fromisoformat(f"{text}-01-01"[:10])


def texts(value: Value | None) -> tuple[str, ...]:
    """A property as texts; none where it is absent."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (str(value),)


class Rows(dict[int, NodeRow]):
    """The rows of a graph's nodes, each made once: a row is asked for by many checks."""

    def __init__(self, graph: Graph):
        super().__init__()
        self._graph = graph

    def __missing__(self, number: int) -> NodeRow:
        row = self[number] = self._graph.nodes[number]
        return row


def grants_of(graph: Graph, rows: Rows) -> dict[int, list[Grant]]:
    """The rights of each thing, by the number that stands for all its names.

    A right that no document grants any longer is no right; who ended one need not repeat it.
    """
    found: dict[int, list[Grant]] = {}
    covering: dict[tuple[int, int], list[int]] = {}
    for edge in edges_of(graph, Relation.COVERED_BY, active=True):
        key = (int(graph.subject[edge]), int(graph.object[edge]))
        covering.setdefault(key, []).append(edge)
    endings = endings_of(graph)
    later = _later_versions(graph)
    for (thing, number), edges in sorted(covering.items()):
        made = _recorded(graph, thing, number, tuple(edges), endings, later)
        found.setdefault(int(graph.same_as[thing]), []).append(made)
    for number in np.flatnonzero(graph.is_artifact).tolist():
        for stated in _stated(rows[number], number):
            found.setdefault(int(graph.same_as[number]), []).append(stated)
    return found


def edges_of(graph: Graph, relation: Relation, *, active: bool = False) -> list[int]:
    """The assertions of a relation, those that still hold where asked."""
    chosen = graph.relation == RELATION_CODES[relation]
    return np.flatnonzero(chosen & graph.active if active else chosen).tolist()


def endings_of(graph: Graph) -> dict[int, tuple[Ending, ...]]:
    """The revocations of each node that one names: a right, or a thing itself."""
    found: dict[int, list[Ending]] = {}
    for edge in edges_of(graph, Relation.REVOKES, active=True):
        number = int(graph.subject[edge])
        said = graph.nodes[number].properties
        cause, on = str(said.get("cause", UNKNOWN)), str(said.get("received_on", ""))
        found.setdefault(int(graph.object[edge]), []).append(Ending(number, edge, cause, on))
    return {number: tuple(endings) for number, endings in found.items()}


def _later_versions(graph: Graph) -> dict[int, tuple[tuple[int, str], ...]]:
    found: dict[int, list[tuple[int, str]]] = {}
    for edge in edges_of(graph, Relation.SUPERSEDES, active=True):
        later = int(graph.subject[edge])
        start = str(graph.nodes[later].properties.get("valid_from", ""))
        found.setdefault(int(graph.object[edge]), []).append((later, start))
    return {number: tuple(versions) for number, versions in found.items()}


def _recorded(
    graph: Graph,
    thing: int,
    number: int,
    edges: tuple[int, ...],
    endings: Mapping[int, tuple[Ending, ...]],
    later: Mapping[int, tuple[tuple[int, str], ...]],
) -> Grant:
    said = graph.nodes[number].properties
    text = {k: str(v) for k, v in said.items() if isinstance(v, str)}
    purposes = said.get("purposes", UNKNOWN)
    licences = tuple(read_licences(texts(said.get("licence"))))
    conditions = {*texts(said.get("conditions"))}.union(*(one.conditions for one in licences))
    return Grant(
        number,
        thing,
        graph.shown(number),
        text.get("grant_kind", UNKNOWN),
        none_of=text.get("none_of", ""),
        purposes=None if purposes == UNKNOWN else texts(purposes),
        prohibited=tuple(p for p in texts(said.get("prohibited_purposes")) if p != UNKNOWN),
        basis="" if text.get("legal_basis") == UNKNOWN else text.get("legal_basis", ""),
        conditions=frozenset(conditions - {UNKNOWN}),
        licences=licences,
        valid_from=text.get("valid_from", ""),
        valid_to=text.get("valid_to", ""),
        retain_until=text.get("retain_until", ""),
        verification=text.get("verification", UNKNOWN),
        verified_by=text.get("verified_by", ""),
        verified_on=text.get("verified_on", ""),
        consent_status=text.get("consent_status", ""),
        onward=text.get("onward_transfer", UNKNOWN),
        records=texts(said.get("legal_records")),
        edges=edges,
        endings=endings.get(number, ()),
        replaced_by=later.get(number, ()),
    )


def _stated(node: NodeRow, number: int) -> Iterator[Grant]:
    """The rights that documents state of a thing itself, as rights that are claimed.

    Its licence; terms of use in codes (ODRL, DUO); documents that record a consent.
    """
    said = node.properties
    stated = (*texts(said.get("licence")), *texts(said.get("licence_concluded")))
    licences = tuple(one for one in read_licences(stated) if one.known and one.gives)
    auditor = str(said.get("licence_verified_by", ""))
    if licences:
        yield Grant(
            None,
            number,
            "licence " + ", ".join(one.spdx or one.stated for one in licences),
            "licence",
            conditions=frozenset[str]().union(*(one.conditions for one in licences)),
            licences=licences,
            verification="verified" if auditor and auditor != UNKNOWN else "claimed",
            verified_by=auditor,
        )
    terms = texts(said.get("permitted_uses")), texts(said.get("prohibited_uses"))
    if any(terms):
        allowed, forbidden = terms
        yield Grant(
            None,
            number,
            "terms of use",
            "licence",
            purposes=allowed or None,
            prohibited=forbidden,
            verification="claimed",
        )
    consents = [text for text in texts(said.get("consent_documents")) if text != UNKNOWN]
    if consents:
        name = "consent documented at " + ", ".join(consents)
        yield Grant(None, number, name, "consent", basis="Consent", verification="claimed")
