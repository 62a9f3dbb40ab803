"""How much of each affected thing came from what is revoked, between two bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage.engine.share import Mixture
from lineage.graph import Graph
from lineage.impact.answer import Impact
from lineage.impact.policy import Policy
from lineage.impact.reach import walkable, without_origin
from lineage.vocabulary import Relation, Transmits

_COMPARED = (
    Relation.TRAINED_ON,
    Relation.DERIVED_FROM,
    Relation.SUBSET_OF,
    Relation.COPY_OF,
    Relation.MERGED_FROM,
)
"""The relations whose objects a share compares with one another."""


@dataclass(frozen=True, slots=True)
class Doses:
    """Of each node, by number: the least and the most of its inputs that came from the roots.

    From 0 to 1, of inputs as documents weigh them (:mod:`lineage.engine.share`). Where nobody
    stated a share the bounds lie apart; what has unknown inputs may all come from there.
    ``settled`` is false where a cycle did not come to rest, and bounds are wider than need be.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    settled: bool

    def bounds(self, number: int) -> tuple[float, float]:
        """The least and the most of one node."""
        return float(self.low[number]), float(self.high[number])

    def text(self, number: int) -> str:
        """The bounds of one node in words: ``40 %``, ``10 to 60 %``, ``unknown``."""
        low, high = self.bounds(number)
        if low <= 0 and high >= 1:
            return "unknown"
        if high - low < 5e-4:
            return f"{_percent(high)} %"
        return f"{_percent(low)} to {_percent(high)} %"


def doses(graph: Graph, answer: Impact, policy: Policy) -> Doses:
    """The share of everything that came from what an answer is about.

    Shares weigh data against data. What also stands on weights (a base model, a teacher) has
    inputs that no share compares, so its stated shares say nothing here: the bounds are wide.
    """
    mixture = graph.remember(("mixture", policy.key), lambda: _mixture(graph, policy))
    found = mixture.of(answer.starts)
    return Doses(found.low, found.high, found.settled)


def _mixture(graph: Graph, policy: Policy) -> Mixture:
    stated = graph.share.copy()
    weights = graph.edges_with(walkable(graph, policy, Transmits.CONTAMINATES))
    compared = graph.passing(_COMPARED)[graph.classes_of(weights)]
    unweighed = weights[~compared & np.isnan(stated[weights])]
    mixed = np.zeros(len(graph), np.bool_)
    mixed[graph.subjects(unweighed)] = True
    given = np.flatnonzero(~np.isnan(stated))
    stated[given[mixed[graph.subjects(given)]]] = np.nan
    return Mixture(
        graph.topology,
        stated,
        walkable(graph, policy, Transmits.CONTAMINATES, Transmits.EXPOSES, Transmits.IDENTIFIES),
        unknown=without_origin(graph, policy),
    )


def _percent(share: float) -> str:
    return f"{share * 100:.3g}"
