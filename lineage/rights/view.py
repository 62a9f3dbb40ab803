"""What a check sees: the part of the graph in question, its facts, its rights, and the day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from lineage.governance import broader, capabilities_of, purpose_of
from lineage.graph import RELATION_CODES, Bools, Graph
from lineage.records import NodeRow
from lineage.rights.facts import Known, chief_first
from lineage.rights.flow import TRAINING, Flow
from lineage.rights.grants import Ending, Grant, Standing, edges_of, endings_of, texts
from lineage.rights.part import CARRYING, Part
from lineage.rights.rules import Rules
from lineage.vocabulary import UNKNOWN, Kind, Relation


@dataclass(frozen=True, slots=True)
class Raised:
    """What a check found, before a rule says how grave it is.

    Attributes:
        place: the thing at which it stands.
        what: the sentence that says what is wrong.
        key: what tells it from other findings of the same rule at the same thing.
        causes: the other nodes that it rests on: rights, revocations, origins, parties.
        edges: the assertions that it rests on.
        ask: the nodes of the parties who could settle it, the likeliest first.
        missing: the facts that nobody has established, which would settle it.
        possible: whether it rests on something unknown, and not on something known.
    """

    place: int
    what: str
    key: str = ""
    causes: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()
    ask: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    possible: bool = False


@dataclass(frozen=True)
class View:
    """All that checks look at."""

    part: Part
    flow: Flow
    rules: Rules
    at: date

    @property
    def graph(self) -> Graph:
        """The part of the graph in question."""
        return self.part.graph

    @property
    def known(self) -> Known:
        """Its rights and own facts."""
        return self.flow.known

    def node(self, number: int) -> NodeRow:
        """A node's row."""
        return self.known.rows[number]

    def name(self, number: int) -> str:
        """A node's name for people, in quotation marks."""
        return quoted(self.graph.shown(number))

    def names(self, numbers: Iterable[int]) -> str:
        """Several names, as a list in words."""
        listed = list(dict.fromkeys(self.name(n) for n in numbers))
        return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"

    @cached_property
    def things(self) -> list[int]:
        """The artifacts in question, each thing once, by the name that says most of it."""
        chosen: dict[int, int] = {}
        for number in np.flatnonzero(self.graph.is_artifact).tolist():
            if not self.part.concerns(number):
                continue
            thing = int(self.graph.same_as[number])
            best = chosen.get(thing)
            if best is None or chief_first(self.node(number)) < chief_first(self.node(best)):
                chosen[thing] = number
        return sorted(chosen.values())

    @cached_property
    def origins(self) -> list[int]:
        """The things in question that came from nothing known, each by its chief name."""
        return sorted(n for n in self.known.roots if self.part.concerns(n))

    @cached_property
    def endings(self) -> Mapping[int, tuple[Ending, ...]]:
        """The revocations of each node."""
        return endings_of(self.graph)

    def names_of(self, number: int) -> list[int]:
        """All names of a thing."""
        same = self.graph.same_as
        return self._names.get(int(same[number]), [number])

    @cached_property
    def _names(self) -> dict[int, list[int]]:
        result: dict[int, list[int]] = {}
        for number, thing in enumerate(self.graph.same_as.tolist()):
            if thing != number:
                result.setdefault(thing, [thing]).append(number)
        return result

    def stated(self, number: int, name: str) -> tuple[str, ...]:
        """What the names of a thing say of a property, each value once."""
        return tuple(
            dict.fromkeys(
                v for n in self.names_of(number) for v in texts(self.node(n).properties.get(name))
            )
        )

    @cached_property
    def carrying(self) -> Bools:
        """Over the codes of relations, by which of them things stand on others."""
        result = np.zeros(len(RELATION_CODES), np.bool_)
        result[[RELATION_CODES[r] for r in CARRYING]] = True
        return result

    def has_any(self, number: int, facts: Iterable[str]) -> bool:
        """Whether a thing has one of these facts."""
        return any(self.flow.has(fact, number) for fact in facts)

    def inputs(self, number: int) -> list[int]:
        """The edges by which a thing, under all its names, stands on others."""
        known = self._inputs.get(number)
        if known is None:
            edges = self.graph.upstream.of(np.array(self.names_of(number), np.int64))
            kept = self.known.usable[edges] & self.carrying[self.graph.relation[edges]]
            known = self._inputs[number] = edges[kept].tolist()
        return known

    @cached_property
    def _inputs(self) -> dict[int, list[int]]:
        return {}

    def users(self, number: int) -> Iterator[int]:
        """The edges by which others stand on a thing, under all its names."""
        edges = self.graph.downstream.of(np.array(self.names_of(number), np.int64))
        for edge in edges.tolist():
            if self.known.usable[edge] and self.relation(edge) in CARRYING:
                yield edge

    def relation(self, edge: int) -> Relation:
        """The relation of an edge."""
        return _RELATIONS[int(self.graph.relation[edge])]

    def parties(self, number: int, *relations: Relation) -> tuple[int, ...]:
        """The parties that a node points at by these relations."""
        edges = self.graph.upstream.of(np.array([number], np.int64)).tolist()
        return tuple(
            dict.fromkeys(int(self.graph.object[e]) for e in edges if self.relation(e) in relations)
        )

    def askable(self, number: int, grant: Grant | None = None) -> tuple[int, ...]:
        """Who could tell more of a thing or of its right: who gave it, then who holds it."""
        asked: list[int] = []
        if grant is not None and grant.number is not None:
            asked += self.parties(grant.number, Relation.GRANTED_BY)
        for name in self.names_of(number):
            asked += self.parties(name, Relation.PROVIDED_BY, Relation.HELD_BY)
            for key in ("operated_by", "received_by", "held_by"):
                asked += [
                    self.graph.number[t]
                    for t in texts(self.node(name).properties.get(key))
                    if t in self.graph.number
                ]
        return tuple(dict.fromkeys(asked))

    @cached_property
    def uses(self) -> Mapping[str, dict[int, tuple[int, ...]]]:
        """For each purpose of use, the things used for it, each with the edges that say so."""
        found: dict[str, dict[int, tuple[int, ...]]] = {}
        for number, use, edges in uses_of(self.graph, self.known.usable.__getitem__):
            if self.part.concerns(number):
                found.setdefault(use, {})[number] = edges
        return found

    def nearest(
        self, start: int, wanted: Callable[[int], bool], fact: str
    ) -> tuple[int, list[int]] | None:
        """The nearest thing that stands on another and is wanted, and the edges up to it.

        Walks only where a fact has gone.
        """
        via: dict[int, int] = {}
        seen, level = set(self.names_of(start)), list(self.names_of(start))
        while level:
            after: list[int] = []
            edges = self.graph.downstream.of(np.array(level, np.int64)).tolist()
            for edge in edges:
                subject = int(self.graph.subject[edge])
                if subject in seen or not self._carries(edge) or not self.flow.has(fact, subject):
                    continue
                seen.add(subject)
                via[subject] = edge
                after.append(subject)
            hits = sorted((self.node(n).id, n) for n in after if wanted(n))
            if hits:
                return hits[0][1], self._back(hits[0][1], via)
            level = after
        return None

    def beginnings(self, fact: str, number: int) -> dict[int, list[int]]:
        """Where a fact of a thing begins, the nearest first, with the edges that lead there."""
        own = self.known.own.get(fact, frozenset())
        via: dict[int, int] = {}
        seen, level, found = {number}, [number], dict[int, list[int]]()
        while level:
            after: list[int] = []
            for near in level:
                if near in own:
                    found[near] = self._forward(near, via)
            for edge in self.graph.upstream.of(np.array(sorted(level), np.int64)).tolist():
                above = int(self.graph.object[edge])
                if above not in seen and self._carries(edge) and self.flow.has(fact, above):
                    seen.add(above)
                    via[above] = edge
                    after.append(above)
            level = after
        return found or {number: []}

    def _forward(self, number: int, via: Mapping[int, int]) -> list[int]:
        steps = []
        while number in via:
            steps.append(via[number])
            number = int(self.graph.subject[via[number]])
        return steps[::-1]

    def _carries(self, edge: int) -> bool:
        return bool(self.known.usable[edge]) and self.relation(edge) in CARRYING

    def _back(self, number: int, via: Mapping[int, int]) -> list[int]:
        steps = []
        while number in via:
            steps.append(via[number])
            number = int(self.graph.object[via[number]])
        return steps


_RELATIONS = {code: relation for relation, code in RELATION_CODES.items()}


def uses_of(
    graph: Graph, usable: Callable[[int], bool]
) -> Iterator[tuple[int, str, tuple[int, ...]]]:
    """What things are used for: a thing, a purpose, and the edges that say so.

    A model is trained on its inputs; one that can identify people is used for that; a service
    has its purposes, as far as they are terms.
    """
    trained: dict[int, list[int]] = {}
    for relation in sorted(TRAINING):
        for edge in edges_of(graph, relation):
            if usable(edge):
                trained.setdefault(int(graph.subject[edge]), []).append(edge)
    for number, edges in trained.items():
        yield number, "ModelTraining", tuple(edges)
    for number in np.flatnonzero(graph.of_kind(Kind.MODEL, Kind.DEPLOYMENT)).tolist():
        said = graph.nodes[number].properties
        if "biometric" in capabilities_of(texts(said.get("capabilities"))):
            yield number, "BiometricIdentification", ()
        for text in texts(said.get("purpose")):
            if text != UNKNOWN and (use := purpose_of(text)):
                yield number, use, ()
        if said.get("commercial") is True:
            yield number, "CommercialPurpose", ()


def asked_uses(graph: Graph) -> list[str]:
    """The purposes of use of a graph, each once."""
    return sorted({use for _, use, _ in uses_of(graph, lambda _: True)})


def quoted(name: str) -> str:
    """A name in quotation marks, unless it brings some."""
    return name if "“" in name else f"“{name}”"


def in_words(use: str) -> str:
    """A purpose in words: ``IdentityVerification`` is “identity verification”."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in use).strip()


def is_commercial(use: str) -> bool:
    """Whether a purpose is a commercial one."""
    return "CommercialPurpose" in broader(use)


def tells(standing: Standing, grant: Grant) -> str:
    """How a right stands, in words."""
    dates = {
        Standing.EXPIRED: f" since {grant.valid_to}",
        Standing.NOT_YET: f", but from {grant.valid_from}",
    }
    return f"{standing.value}{dates.get(standing, '')}"
