"""What each thing is known to hold, to be bound by or to lack, before anything flows.

A fact is a text ``kind:term``. What nobody has said of an origin is the fact ``kind:UNKNOWN``:
it flows like any other, so that nothing downstream of it passes for known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lineage.governance import LEGAL_RECORDS, capabilities_of, jurisdiction_of, permits
from lineage.graph import RELATION_CODES, Bools, Graph
from lineage.impact import Policy
from lineage.licences import read_licences
from lineage.records import NodeRow
from lineage.rights.grants import Grant, Rows, edges_of, grants_of, texts
from lineage.schema import LINEAGE_RELATIONS
from lineage.vocabulary import UNKNOWN, Kind, Relation

_DATA = (Kind.SOURCE, Kind.DATASET, Kind.COPY)


@dataclass(frozen=True)
class Known:
    """A graph with its rights, and the facts that its things have of their own.

    Attributes:
        graph: the graph; ``rows`` has the rows of its nodes.
        usable: over the edges, which of them count; ``counts_retracted`` says whether those do
            that documents no longer make.
        grants: the rights of each thing, by the number that stands for all its names.
        roots: the things that came from nothing that is known here, each by its chief name.
        own: the nodes that have each fact of their own.
        supplies: for each lack, the nodes whose rights or records make it good.
    """

    graph: Graph
    rows: Rows
    usable: Bools
    counts_retracted: bool
    grants: Mapping[int, list[Grant]]
    roots: frozenset[int]
    own: Mapping[str, frozenset[int]]
    supplies: Mapping[str, frozenset[int]]

    def of(self, number: int) -> list[Grant]:
        """The rights of a thing, under whatever name."""
        return self.grants.get(int(self.graph.same_as[number]), [])


@dataclass(frozen=True)
class Thing:
    """One thing with all its names, the chief one first: what they say of it together."""

    numbers: tuple[int, ...]
    names: tuple[NodeRow, ...]
    grants: list[Grant]
    root: bool

    @property
    def chief(self) -> int:
        """The name that says most of it."""
        return self.numbers[0]

    @property
    def is_data(self) -> bool:
        """Whether it is records, and no model or service."""
        return self.names[0].kind in _DATA

    def stated(self, name: str) -> tuple[str, ...]:
        """All values that its names give to a property, each once."""
        return tuple(dict.fromkeys(v for n in self.names for v in texts(n.properties.get(name))))


def known(graph: Graph, uses: Iterable[str], policy: Policy | None = None) -> Known:
    """Reads the rights and own facts of every thing of a graph.

    Args:
        graph: the graph, or the part of one that a question concerns.
        uses: the purposes that are asked about.
        policy: which assertions count.
    """
    policy = policy or Policy()
    usable = np.ones(len(graph.edges), np.bool_) if policy.counts_retracted else graph.active
    rows = Rows(graph)
    grants = grants_of(graph, rows)
    own: dict[str, set[int]] = {}
    supplies: dict[str, set[int]] = {}
    roots: set[int] = set()
    asked = tuple(uses)
    for thing in _things(graph, rows, usable, grants):
        if thing.root:
            roots.add(thing.chief)
        for fact, number in _facts(thing, asked):
            own.setdefault(fact, set()).add(number)
        for lack in supplied(thing):
            supplies.setdefault(lack, set()).add(thing.chief)
    for number, place in _party_jurisdictions(graph):
        own.setdefault(f"jurisdiction:{place}", set()).add(number)
    return Known(
        graph,
        rows,
        usable,
        policy.counts_retracted,
        grants,
        frozenset(roots),
        {fact: frozenset(nodes) for fact, nodes in own.items()},
        {lack: frozenset(nodes) for lack, nodes in supplies.items()},
    )


def _things(
    graph: Graph, rows: Rows, usable: Bools, grants: Mapping[int, list[Grant]]
) -> Iterator[Thing]:
    made = np.zeros(len(graph), np.bool_)
    made[graph.same_as[graph.subject[_inputs(graph, usable)]]] = True
    numbers = np.flatnonzero(graph.is_artifact)
    of_thing: dict[int, list[int]] = {}
    for number, thing in zip(numbers.tolist(), graph.same_as[numbers].tolist(), strict=True):
        of_thing.setdefault(thing, []).append(number)
    for thing, names in of_thing.items():
        ordered = sorted(names, key=lambda n: chief_first(rows[n])) if len(names) > 1 else names
        yield Thing(
            tuple(ordered),
            tuple(rows[n] for n in ordered),
            grants.get(thing, []),
            not made[thing],
        )


def _inputs(graph: Graph, usable: Bools) -> Bools:
    """Over the edges, those by which the subject came from something that is known.

    Data came from data: a model that wrote it does not make the people in it another's matter.
    What a document leaves to be filled in is nothing known.
    """
    data = graph.of_kind(*_DATA)
    named = ~graph.placeholder
    of_data = np.isin(graph.relation, [RELATION_CODES[r] for r in _DATA_FROM])
    of_models = np.isin(graph.relation, [RELATION_CODES[r] for r in _MODEL_FROM])
    counted = np.where(data[graph.subject], of_data, of_data | of_models)
    other = graph.same_as[graph.subject] != graph.same_as[graph.object]
    return np.asarray(counted & usable & other & named[graph.object])


_DATA_FROM = (
    Relation.DERIVED_FROM,
    Relation.SUBSET_OF,
    Relation.MIRROR_OF,
    Relation.COPY_OF,
    Relation.BUNDLES,
)
_MODEL_FROM = tuple(
    r
    for r in LINEAGE_RELATIONS
    if r not in {Relation.SAME_AS, Relation.TOKENIZED_WITH, Relation.EVALUATED_ON}
)


def chief_first(node: NodeRow) -> tuple[int, str]:
    """The order of a thing's names: what documents say most of first, then by id."""
    return (_CHIEF.index(node.kind) if node.kind in _CHIEF else len(_CHIEF), node.id)


_CHIEF = (Kind.SOURCE, Kind.DATASET, Kind.MODEL, Kind.DEPLOYMENT, Kind.RUN, Kind.COPY)


def _facts(thing: Thing, uses: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """The facts of one thing, each with the name that says so."""
    for number, node in zip(thing.numbers, thing.names, strict=True):
        yield from ((fact, number) for fact in _said(node))
    for grant in thing.grants:
        yield from ((f"condition:{c}", grant.thing) for c in sorted(grant.conditions))
    stated = thing.stated("data_categories")
    origin = thing.root and thing.is_data
    sensitive = thing.stated("sensitive_personal_information")
    open_ = UNKNOWN in thing.stated("special_category") if stated else "yes" in sensitive
    unsaid = open_ or (origin and not stated)
    if unsaid:
        yield f"category:{UNKNOWN}", thing.chief
    personal = unsaid or any(c != "NonPersonal" for c in stated)
    placed = thing.stated("jurisdictions") or thing.stated("collected_in")
    if origin and personal and not placed:
        yield f"jurisdiction:{UNKNOWN}", thing.chief
    for use in uses:
        if denied(thing.grants, use):
            yield f"purpose:{use}", thing.chief
    if origin and personal:
        good = supplied(thing)
        yield from ((lack, thing.chief) for lack in LACKS if lack not in good)


def _said(node: NodeRow) -> Iterator[str]:
    """What one name's properties say."""
    said = node.properties
    for category in texts(said.get("data_categories")):
        if category != "NonPersonal":
            yield f"category:{category}"
    for place in (*texts(said.get("jurisdictions")), *texts(said.get("collected_in"))):
        yield f"jurisdiction:{jurisdiction_of(place)}"
    for licence in read_licences(texts(said.get("licence"))):
        yield from (f"condition:{c}" for c in sorted(licence.conditions) if licence.known)
    yield from (f"capability:{c}" for c in capabilities_of(texts(said.get("capabilities"))))


def denied(grants: list[Grant], use: str) -> bool:
    """Whether the words of a thing's rights keep a use out, however these rights stand.

    A prohibition by one right counts against every other. Of those who gave the data, and of
    the people in it, somebody must allow the use where any of them said what is allowed. A
    licence speaks of conditions, not of purposes: those are judged by themselves.
    """
    rights = [grant for grant in grants if grant.gives]
    if any(permits(grant.prohibited, use) for grant in rights):
        return True
    people = [grant for grant in rights if grant.of_people]
    others = [grant for grant in rights if not grant.of_people]
    return any(group and all(_keeps_out(g, use) for g in group) for group in (people, others))


def _keeps_out(grant: Grant, use: str) -> bool:
    return grant.purposes is not None and not permits(grant.purposes, use)


LACKS = (
    "lack:legal-basis",
    "lack:special-basis",
    "lack:parental-consent",
    *(f"lack:record {name}" for name in LEGAL_RECORDS),
)
"""What the origins of personal data may lack; each is supplied by a right or a record."""


def supplied(thing: Thing) -> frozenset[str]:
    """Which lacks a thing's own rights and records make good, for it and what is made of it."""
    held = {*thing.stated("legal_records")}.union(*(g.records for g in thing.grants))
    bases = {grant.legal_basis for grant in thing.grants if grant.gives}
    if "ExplicitConsent" in bases:
        held.add("explicit-consent")
    if "WrittenRelease" in bases:
        held.add("written-release")
    good = {f"lack:record {name}" for name in held if name in LEGAL_RECORDS}
    if any(grant.of_people for grant in thing.grants):
        good.add("lack:legal-basis")
    if any(grant.carries_special for grant in thing.grants):
        good.add("lack:special-basis")
    if "ParentalConsent" in bases:
        good.add("lack:parental-consent")
    return frozenset(good)


def _party_jurisdictions(graph: Graph) -> Iterator[tuple[int, str]]:
    """Whose law a thing's provider, holder or operator is under."""
    for relation in (Relation.PROVIDED_BY, Relation.HELD_BY):
        for edge in edges_of(graph, relation):
            party = graph.nodes[int(graph.object[edge])]
            for place in texts(party.properties.get("jurisdiction")):
                if place != UNKNOWN:
                    yield int(graph.subject[edge]), jurisdiction_of(place)
