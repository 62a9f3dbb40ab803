"""Names that are likely to mean one thing: suggested with a reason, never joined by themselves.

Names are put into groups by a key, so nothing is compared with everything. A group of n names
gives at most n - 1 suggestions, each around the name that most assertions speak of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from lineage.aliases.known import Recognised, ambiguous_names, numbers, recognised
from lineage.aliases.names import is_generic, last_part, spoken
from lineage.graph import Graph
from lineage.identity import is_placeholder
from lineage.records import NodeRow
from lineage.vocabulary import Kind, Relation

_SORTS = {Kind.SOURCE: "data", Kind.DATASET: "data", Kind.MODEL: "model"}
_OF_ONE_DOCUMENT = ("config://", "unknown://")
_LEAST_COUNTED = 1_000


class Rule(StrEnum):
    """Why two names may mean one thing."""

    CASE = "case"
    SPELLING = "spelling"
    MIRROR = "mirror"
    KNOWN = "known"


RULES: Mapping[Rule, str] = {
    Rule.CASE: "the same name, whatever its case, in two places",
    Rule.SPELLING: "the same name once punctuation and spaces are dropped",
    Rule.MIRROR: "the same last part of the name under another organisation, hub or folder",
    Rule.KNOWN: "the numbers, or a usual name, of one known data set",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two ids that may mean one thing; ``a`` is the one that more assertions speak of."""

    a: str
    b: str
    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A node that may be suggested, and what is compared of it."""

    number: int
    node: NodeRow
    sort: str
    names: tuple[str, ...]
    known: Recognised | None


Key = Hashable
_Keys = Callable[[_Candidate], Iterator[Key]]


def suggest(graph: Graph) -> list[Suggestion]:
    """All suggestions of a graph, the same whatever the order its documents were read in.

    Left out are names of one document's scope, pairs that an assertion already relates (the same,
    decided distinct, derived one from the other), pairs whose numbers contradict each other, and
    names that everybody uses.
    """
    candidates = {c.number: c for c in _candidates(graph)}
    edges = graph.edges_with(graph.passing(Relation))
    ends = np.concatenate((graph.subjects(edges), graph.objects(edges)))
    spoken_of = np.bincount(ends, minlength=len(graph))
    links = _Links(graph)
    found: list[Suggestion] = []
    for rule, keys in _RULES.items():
        groups: dict[Key, list[int]] = defaultdict(list)
        for candidate in candidates.values():
            for key in dict.fromkeys(keys(candidate)):
                groups[key].append(candidate.number)
        for group in groups.values():
            group.sort(key=lambda n: (-spoken_of[n], n))
            for a, b in _pairs([candidates[n] for n in group], links):
                found.append(Suggestion(a.node.id, b.node.id, rule, _reason(rule, a, b)))
    return found


def _candidates(graph: Graph) -> Iterator[_Candidate]:
    for number, node in enumerate(graph.nodes):
        if node.kind not in _SORTS or node.namespace.startswith(_OF_ONE_DOCUMENT):
            continue
        also = node.properties.get("also_called", ())
        names = (node.name, *((also,) if isinstance(also, str) else _texts(also)))
        yield _Candidate(
            number,
            node,
            _SORTS[node.kind],
            tuple(name for name in names if _says_something(name)),
            recognised(node) if _SORTS[node.kind] == "data" else None,
        )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, tuple) else ()


def _says_something(name: str) -> bool:
    last = last_part(name)
    return not (is_placeholder(name) or is_generic(last) or spoken(last) in ambiguous_names())


def _by_case(candidate: _Candidate) -> Iterator[Key]:
    yield from ((candidate.sort, name.casefold()) for name in candidate.names)


def _by_spelling(candidate: _Candidate) -> Iterator[Key]:
    yield from ((candidate.sort, spoken(name)) for name in candidate.names)


def _by_last_part(candidate: _Candidate) -> Iterator[Key]:
    yield from ((candidate.sort, spoken(last_part(name))) for name in candidate.names)


def _by_known_set(candidate: _Candidate) -> Iterator[Key]:
    if candidate.known is not None:
        yield candidate.known.known.name
        return
    identities, images = numbers(candidate.node)
    if (
        candidate.sort == "data"
        and identities is not None
        and images is not None
        and min(identities, images) >= _LEAST_COUNTED
    ):
        yield identities, images


_RULES: Mapping[Rule, _Keys] = {
    Rule.CASE: _by_case,
    Rule.SPELLING: _by_spelling,
    Rule.MIRROR: _by_last_part,
    Rule.KNOWN: _by_known_set,
}


class _Links:
    """Which names are one, or suggested to be one; and which pairs an assertion rules out."""

    def __init__(self, graph: Graph):
        self._same = graph.same_as.tolist()
        self._parent = list(self._same)
        edges = graph.edges_with(graph.passing(Relation))
        left = graph.same_as[graph.subjects(edges)]
        right = graph.same_as[graph.objects(edges)]
        self._related = set(zip(left.tolist(), right.tolist(), strict=True))

    def top(self, number: int) -> int:
        """The same for all names that are linked."""
        parent = self._parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return int(number)

    def link(self, one: int, other: int) -> None:
        """Links two names, and all that are linked with either."""
        self._parent[self.top(other)] = self.top(one)

    def related(self, one: int, other: int) -> bool:
        """Whether an assertion speaks of the two, under whatever names."""
        a, b = self._same[one], self._same[other]
        return (a, b) in self._related or (b, a) in self._related


def _pairs(group: Sequence[_Candidate], links: _Links) -> Iterator[tuple[_Candidate, _Candidate]]:
    """Each name of a group with the best known one that it may be; the best known first."""
    leaders: list[_Candidate] = []
    for candidate in group:
        linked = {links.top(leader.number) for leader in leaders}
        if links.top(candidate.number) in linked:
            continue
        leader = next((o for o in leaders if _may_be_one(o, candidate, links)), None)
        if leader is None:
            leaders.append(candidate)
        else:
            links.link(leader.number, candidate.number)
            yield leader, candidate


def _may_be_one(a: _Candidate, b: _Candidate, links: _Links) -> bool:
    contradict = a.known and b.known and a.known.known != b.known.known
    return not contradict and not links.related(a.number, b.number)


def _reason(rule: Rule, a: _Candidate, b: _Candidate) -> str:
    """The rule in words, for these two."""
    if rule is Rule.KNOWN:
        return _known_reason(a, b)
    if rule is Rule.MIRROR:
        shared = _shared(a, b, lambda name: spoken(last_part(name)))
        return f"both names end in “{last_part(shared)}”, under {_owner(a)} and {_owner(b)}"
    if rule is Rule.SPELLING:
        return "the names are the same once punctuation, spaces and case are dropped"
    if a.node.name == b.node.name:
        return f"both are called “{a.node.name}”, in {a.node.namespace} and {b.node.namespace}"
    if a.node.name.casefold() == b.node.name.casefold():
        return "the names differ only in upper and lower case"
    return f"a document says that one is also called “{_shared(a, b, str.casefold)}”"


def _known_reason(a: _Candidate, b: _Candidate) -> str:
    if a.known is None or b.known is None:
        identities, images = numbers(a.node)
        return f"both have {identities:,} identities or classes and {images:,} images"
    return (
        f"the first {a.known.because}, the second {b.known.because}; source: {a.known.known.source}"
    )


def _shared(a: _Candidate, b: _Candidate, key: Callable[[str], str]) -> str:
    """A name of the first that the second has too, by this key."""
    others = {key(name) for name in b.names}
    return next((name for name in a.names if key(name) in others), a.node.name)


def _owner(candidate: _Candidate) -> str:
    folder = candidate.node.name.rstrip("/").rpartition("/")[0]
    return f"{candidate.node.namespace}/{folder}" if folder else candidate.node.namespace
