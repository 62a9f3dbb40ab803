"""What people decided of two names: that they mean one thing, or that they do not.

A decision is a document of its own, one for each pair, so that it is kept, dated, explained and
taken back like any other fact. Accepted is SAME_AS both ways; rejected is DISTINCT_FROM. A
decision that was taken back no longer counts; it stays in the store with its date.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from lineage.engine.reach import reach
from lineage.errors import UsageError
from lineage.graph import Graph
from lineage.ledger import Act, Draft, record
from lineage.ledger.entries import Json
from lineage.pipeline import join
from lineage.records import (
    DECISIONS,
    MAX_TEXT,
    OWN_REPOSITORY,
    Assertion,
    DocumentRef,
    EdgeRow,
    Extract,
    Place,
    Reading,
    Ref,
)
from lineage.store.base import Store
from lineage.vocabulary import ARTIFACT_KINDS, Kind, Relation

FORMAT = "alias decision"
_DECIDED_BY = "decided by "
_LONGEST_NAME = 100


class Verdict(StrEnum):
    """What was decided of a pair."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


_SAYS = {Verdict.ACCEPTED: Relation.SAME_AS, Verdict.REJECTED: Relation.DISTINCT_FROM}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: on which ids, by whom, why, when (UTC), and since when no longer."""

    a: str
    b: str
    verdict: Verdict
    by: str
    reason: str
    at: str
    undone_at: str | None


def decide(
    store: Store, graph: Graph, a: int, b: int, verdict: Verdict, *, by: str, reason: str
) -> None:
    """Writes a decision on two nodes, in place of an earlier one on the same pair.

    Args:
        store: where it is kept.
        graph: a graph of the store, which the numbers are from.
        a, b: node numbers.
        verdict: whether they are the same.
        by: who decides.
        reason: why.

    Raises:
        UsageError: the two cannot be decided on so; the message says why.
        StoreError: it could not be written.
    """
    by, reason = _text(by, "the name of who decides", _LONGEST_NAME), _text(reason, "the reason")
    if ":" in by:
        raise UsageError(f"“{by}” has a colon: give a plain name for who decides")
    first, second = sorted((a, b))
    _check(graph, first, second, verdict)
    place = Place(f"{_DECIDED_BY}{by}: {reason}")
    one, other = (_ref(graph, number) for number in (first, second))
    ways = ((one, other), (other, one)) if verdict is Verdict.ACCEPTED else ((one, other),)
    facts = tuple(Assertion(s, _SAYS[verdict], o, place) for s, o in ways)
    digest = hashlib.sha256(f"{verdict}\x1f{place.key}".encode()).hexdigest()
    _write(store, Reading(_document(one.id, other.id, digest), Extract(assertions=facts)))
    act = Act.ALIAS_ACCEPTED if verdict is Verdict.ACCEPTED else Act.ALIAS_REJECTED
    record(store, Draft(act, {"a": one.id, "b": other.id}, "aliases", by, {"reason": reason}))


def undo(store: Store, graph: Graph, a: int, b: int) -> None:
    """Takes back the decision on two nodes.

    Raises:
        UsageError: nobody has decided on them.
        StoreError: it could not be written.
    """
    document = _document(graph.nodes[a].id, graph.nodes[b].id, "")
    if not len(graph.edges_of_document(document.id)):
        raise UsageError(
            f"no decision on {graph.nodes[a].id} and {graph.nodes[b].id} is in force",
            remedy="Those that are: lineage aliases list.",
        )
    _write(store, Reading(document))
    pair: dict[str, Json] = {"a": graph.nodes[a].id, "b": graph.nodes[b].id}
    record(store, Draft(Act.ALIAS_UNDONE, pair, "aliases"))


def decisions(edges: Iterable[EdgeRow]) -> list[Decision]:
    """The decisions among assertions: those in force, then those taken back, the latest first."""
    found = [
        _decision(edge)
        for edge in edges
        if edge.document.startswith(DECISIONS) and edge.subject <= edge.object
    ]
    found.sort(key=lambda d: (d.a, d.b, d.verdict))
    return sorted(found, key=lambda d: (d.undone_at is None, d.at), reverse=True)


def _decision(edge: EdgeRow) -> Decision:
    by, _, reason = edge.place.removeprefix(_DECIDED_BY).partition(": ")
    verdict = next(v for v, relation in _SAYS.items() if relation == edge.relation)
    return Decision(
        edge.subject, edge.object, verdict, by, reason, edge.last_seen, edge.retracted_at
    )


def _write(store: Store, reading: Reading) -> None:
    store.write([reading], datetime.now(UTC))
    join(store)


def _document(a: str, b: str, digest: str) -> DocumentRef:
    pair = hashlib.sha256("\x1f".join(sorted((a, b))).encode()).hexdigest()[:16]
    return DocumentRef(OWN_REPOSITORY, f"aliases/{pair}", digest, FORMAT)


def _ref(graph: Graph, number: int) -> Ref:
    node = graph.nodes[number]
    return Ref(node.kind, node.namespace, node.name)


def _text(raw: str, what: str, limit: int = MAX_TEXT) -> str:
    text = " ".join(raw.split())
    if not text:
        raise UsageError(f"{what} is missing: a decision needs a name and a reason")
    if len(text) > limit:
        raise UsageError(f"{what} is longer than {limit} characters")
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        raise UsageError(f"{what} has characters that no text may hold")
    return text


def _check(graph: Graph, a: int, b: int, verdict: Verdict) -> None:
    one, other = graph.nodes[a], graph.nodes[b]
    if a == b:
        raise UsageError(
            f"both names mean {one.id}", remedy="Give the ids of the two: lineage find TEXT."
        )
    if {one.kind, other.kind} - ARTIFACT_KINDS or _sort(one.kind) != _sort(other.kind):
        raise UsageError(
            f"{one.id} is a {one.kind.value.lower()}, {other.id} a {other.kind.value.lower()}: "
            "only artifacts of one kind can be decided on (sources and data sets are one)"
        )
    against = _against(graph, a, b, verdict)
    if against is not None:
        raise UsageError(
            f"{graph.edges[against].subject} {graph.edges[against].relation.value} "
            f"{graph.edges[against].object} says the contrary, at "
            f"“{graph.edges[against].place}” of {graph.edges[against].document}",
            remedy="Correct it there, or if it is a decision: lineage aliases undo.",
        )


def _sort(kind: Kind) -> Kind:
    return Kind.DATASET if kind == Kind.SOURCE else kind


def _against(graph: Graph, a: int, b: int, verdict: Verdict) -> int | None:
    """An assertion, not of an earlier decision on this pair, that contradicts the verdict.

    That two are apart counts only while it is said; that they are one counts for good, as in
    every answer.
    """
    own = _document(graph.nodes[a].id, graph.nodes[b].id, "").id
    others = graph.without(graph.edges_of_document(own).tolist())
    if verdict is Verdict.REJECTED:
        _, via = reach(others.topology, [a], passes=others.passing([Relation.SAME_AS]))
        return int(via[b]) if via[b] >= 0 else None
    pair = {int(graph.same_as[a]), int(graph.same_as[b])}
    apart = others.passing([Relation.DISTINCT_FROM], retracted=False)
    for index in others.edges_with(apart):
        ends = (graph.subject[index], graph.object[index])
        if len(pair) == 2 and {int(graph.same_as[n]) for n in ends} == pair:
            return int(index)
    return None
