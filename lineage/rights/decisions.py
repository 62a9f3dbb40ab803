"""Recorded decisions: what somebody decided is not carried on, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lineage.governance import CONDITIONS, purpose_of
from lineage.graph import Graph
from lineage.rights.grants import after, before, edges_of, texts
from lineage.vocabulary import DATA_CATEGORIES, UNKNOWN, Relation


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Attributes:
        number: its node.
        about: the thing at which it takes effect.
        edge: the assertion that says so.
        removes: the facts that it stops there.
        inputs: the ids of the inputs that it is about; of all of them where there are none.
        reason, by, on, until: why, who decided, when, and until when it holds.
    """

    number: int
    about: int
    edge: int
    removes: tuple[str, ...]
    inputs: tuple[str, ...]
    reason: str
    by: str
    on: str
    until: str

    def holds(self, at: date) -> bool:
        """Whether it is applied on a day: it has a reason, was made, and has not ended."""
        ended = bool(self.until) and self.until != UNKNOWN and before(self.until, at)
        return bool(self.reason) and self.reason != UNKNOWN and not ended and not after(self.on, at)


def decisions_of(graph: Graph) -> list[Decision]:
    """The decisions that documents state, in order of node."""
    found = []
    for edge in edges_of(graph, Relation.DECIDES, active=True):
        number = int(graph.subject[edge])
        said: Mapping[str, object] = graph.nodes[number].properties
        found.append(
            Decision(
                number,
                int(graph.object[edge]),
                edge,
                tuple(map(fact_of, texts(graph.nodes[number].properties.get("removes")))),
                texts(graph.nodes[number].properties.get("only_from")),
                *(str(said.get(k, "")) for k in ("reason", "decided_by", "decided_on", "until")),
            )
        )
    return sorted(found, key=lambda d: (d.number, d.about))


def fact_of(term: str) -> str:
    """The fact that a term of a decision stands for; it may be written with its kind or without."""
    if ":" in term and not term.startswith("dpv:"):
        return term
    if term in DATA_CATEGORIES:
        return f"category:{term}"
    if term in CONDITIONS:
        return f"condition:{term}"
    purpose = purpose_of(term)
    return f"purpose:{purpose}" if purpose else f"category:{term}"
