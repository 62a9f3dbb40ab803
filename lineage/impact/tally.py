"""The affected as columns, and how many there are of each sort."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage.graph import Bools, Graph, Ints
from lineage.impact.answer import KINDS_SHOWN
from lineage.impact.policy import Certainty
from lineage.impact.reach import EFFECTS
from lineage.impact.risks import concern_of
from lineage.store.columns import KINDS
from lineage.vocabulary import Kind, Transmits

_INFORMS, _IDENTIFIES = EFFECTS.index(Transmits.INFORMS), EFFECTS.index(Transmits.IDENTIFIES)
_HOLDING = np.isin(EFFECTS, [Transmits.CONTAMINATES, Transmits.EXPOSES])


@dataclass(frozen=True, slots=True)
class Hit:
    """The affected, in order of number.

    Attributes:
        numbers: node numbers.
        effect: numbers into ``EFFECTS``.
        sure: whether proven.
        distance: as in :class:`~lineage.impact.reach.Reach`.
        inherited: the risks that what is revoked passes on with its records.
    """

    numbers: Ints
    effect: NDArray[np.uint8]
    sure: Bools
    distance: NDArray[np.int32]
    inherited: frozenset[str]

    @property
    def holds(self) -> Bools:
        """Which of the affected hold what is revoked, or serve it."""
        return np.asarray(_HOLDING[self.effect])


def things_among(graph: Graph, hit: Hit) -> Ints:
    """Which of the affected stand for things, as :func:`~lineage.impact.things` says, in order."""
    alone = ~graph.several_names[hit.numbers]
    named = np.flatnonzero(~alone)
    if len(named):
        copies = graph.of_kind(Kind.COPY)[hit.numbers[named]]
        alone[named[copies]] = True
        named = named[~copies]
        kinds = graph.kind[hit.numbers[named]]
        rank = np.array([KINDS_SHOWN.index(kind) for kind in KINDS])[kinds]
        order = np.lexsort((graph.id_rank[hit.numbers[named]], hit.distance[named], rank))
        named = named[order]
        _, first = np.unique(graph.same_as[hit.numbers[named]], return_index=True)
        alone[named[first]] = True
    return np.flatnonzero(alone & (hit.effect != _IDENTIFIES))


def counts(
    graph: Graph, hit: Hit, counted: Ints, unknown: Bools
) -> tuple[dict[str, dict[str, int]], tuple[int, int]]:
    """Counts of things by kind, effect, certainty, distance, risk and what is unknown.

    Args:
        graph: the graph.
        hit: the affected.
        counted: which of them stand for things.
        unknown: bool[nodes], what stands on something of unknown origin.

    Returns:
        The counts; and of how many in the blast radius all inputs are known, and how many it has.
    """
    rows: slice | Ints = slice(None) if len(counted) == len(hit.numbers) else counted
    nodes, effect = hit.numbers[rows], hit.effect[rows]
    # All that is told apart is one number, and counted at once.
    shape = (len(KINDS), len(EFFECTS), 2, 2)
    sort = graph.kind[nodes] * np.uint16(len(EFFECTS) * 4) + effect * np.uint16(4)
    sort += hit.sure[rows] * np.uint16(2) + unknown[nodes]
    table = np.bincount(sort, minlength=math.prod(shape)).reshape(shape)
    blast = np.delete(table, _INFORMS, axis=1)
    effects, total = table.sum(axis=(0, 2, 3)), int(blast.sum())
    informed = int(effects[_INFORMS])
    there = slice(None) if not informed else np.flatnonzero(effect != _INFORMS)
    distances = np.bincount(hit.distance[rows][there])
    risks, unknowns = _concerns(graph, hit, nodes[there], effect[there])
    kinds, certain = blast.sum(axis=(1, 2, 3)), blast.sum(axis=(0, 1, 3))
    certainty = {Certainty.PROVEN: int(certain[1]), Certainty.POSSIBLE: int(certain[0])}
    found = {
        "kind": {k.value: n for k in KINDS_SHOWN if (n := int(kinds[KINDS.index(k)]))},
        "effect": _sorted({t.value: int(effects[i]) for i, t in enumerate(EFFECTS)}),
        "certainty": _sorted({c.value: n for c, n in certainty.items()}),
        "distance": {str(d): int(n) for d, n in enumerate(distances) if n},
        "risk": _sorted(risks),
        "unknown": _sorted(unknowns),
        "total": {"blast_radius": total, "informed": informed, "names": len(hit.numbers)},
    }
    return found, (int(blast[..., 0].sum()), total)


def _concerns(
    graph: Graph, hit: Hit, nodes: Ints, effect: NDArray[np.uint8]
) -> tuple[Counter[str], Counter[str]]:
    """How many of the affected have each risk, and how many each property that is unknown."""
    numbers, results = graph.by_properties(concern_of)
    sort = numbers[nodes] * np.int32(2) + _HOLDING[effect]
    of = np.bincount(sort, minlength=2 * len(results)).reshape(len(results), 2)
    risks, unknowns = Counter[str](), Counter[str]()
    for concern, (kept, passed_on) in zip(results, of.tolist(), strict=True):
        risks.update(dict.fromkeys(concern.risks, kept))
        risks.update(dict.fromkeys(concern.risks | hit.inherited, passed_on))
        unknowns.update(dict.fromkeys(concern.unknowns, kept + passed_on))
    return risks, unknowns


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: n for name, n in sorted(counts.items()) if n}
