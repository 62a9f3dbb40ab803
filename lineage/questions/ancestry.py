"""Everything a model stands on, back to its sources: its bill of materials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lineage.graph import Bools, Graph, Ints
from lineage.impact import Certainty, Policy, unknown_inputs, without_origin
from lineage.impact.reach import EFFECTS
from lineage.questions.counted import count_things, things_by_kind
from lineage.questions.held import Held, held, revoked, without_right
from lineage.questions.rows import LateRows
from lineage.questions.upstream import stands_on
from lineage.vocabulary import Kind, Transmits


@dataclass(frozen=True, slots=True)
class Ancestor:
    """One thing that an artifact stands on.

    Attributes:
        number, id, name, kind: the node.
        effect: what it passes on to the artifact; ``identifies`` for other names of it.
        certainty: proven or possible.
        depth: how many assertions lead from it to the artifact.
        via: the number of the first of them on a shortest way.
        same_as: the id under which it is counted.
        held: by what right, as stated.
        unknown_origin: whether nobody stated what it came from.
        revoked_by: the names of the revocations that end it.
    """

    number: int
    id: str
    name: str
    kind: Kind
    effect: Transmits
    certainty: Certainty
    depth: int
    via: int
    same_as: str
    held: Held
    unknown_origin: bool
    revoked_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ancestry:
    """What an artifact stands on, the nearest first.

    Attributes:
        graph, policy: what was asked.
        of: the artifact's number.
        ancestors: all that it stands on; made when first looked at.
        counts: of things: ``kind`` and ``certainty`` of what its content comes from, and
            ``total``: ``made_from``, ``informed_by`` (tokenizers and evaluation data: not part
            of it), ``unknown_origin``, ``without_right`` and ``revoked``.
        fully_known: whether everything it stands on has stated inputs.
    """

    graph: Graph
    policy: Policy
    of: int
    ancestors: Sequence[Ancestor]
    counts: Mapping[str, Mapping[str, int]]
    fully_known: bool


def ancestry(graph: Graph, node: int, policy: Policy | None = None) -> Ancestry:
    """Everything that an artifact stands on. No depth, no number cuts it."""
    policy = policy or Policy()
    possible = stands_on(graph, node, policy, proven=False)
    proven = stands_on(graph, node, policy, proven=True)
    possible.effect[node] = 0
    numbers = np.flatnonzero(possible.effect)
    effect = possible.effect[numbers]
    sure = proven.effect[numbers] == effect
    depth = np.where(sure, proven.distance[numbers], possible.distance[numbers])
    via = np.where(sure, proven.via[numbers], possible.via[numbers])
    no_origin = graph.remember(
        ("without origin", policy.key), lambda: without_origin(graph, policy)
    )[numbers]
    ended = revoked(graph, numbers, policy)

    def rows() -> tuple[Ancestor, ...]:
        order = np.lexsort((graph.id_rank[numbers], graph.kind[numbers], depth))
        of = held(graph, numbers[order].tolist())
        made = []
        for place, number, right in zip(order.tolist(), numbers[order].tolist(), of, strict=True):
            node, same = graph.nodes[number], int(graph.same_as[number])
            made.append(
                Ancestor(
                    number,
                    node.id,
                    graph.shown(number),
                    node.kind,
                    EFFECTS[effect[place]],
                    Certainty.PROVEN if sure[place] else Certainty.POSSIBLE,
                    int(depth[place]),
                    int(via[place]),
                    node.id if same == number else graph.nodes[same].id,
                    right,
                    bool(no_origin[place]),
                    tuple(graph.shown(r) for r in ended.get(number, ())),
                )
            )
        return tuple(made)

    made_from = np.isin(effect, [EFFECTS.index(t) for t in _MADE_FROM])
    informed = effect == EFFECTS.index(Transmits.INFORMS)
    bare, over = without_right(graph, numbers), np.isin(numbers, list(ended))
    return Ancestry(
        graph,
        policy,
        node,
        LateRows(len(numbers), rows),
        {
            "kind": things_by_kind(graph, numbers[made_from]),
            "certainty": _by_certainty(graph, numbers[made_from], sure[made_from]),
            "total": {
                "made_from": count_things(graph, numbers[made_from]),
                "informed_by": count_things(graph, numbers[informed]),
                "names": len(numbers),
                "unknown_origin": count_things(graph, numbers[made_from & no_origin]),
                "without_right": count_things(graph, numbers[made_from & bare]),
                "revoked": count_things(graph, numbers[over]),
            },
        },
        not bool(unknown_inputs(graph, policy)[node]),
    )


_MADE_FROM = (Transmits.CONTAMINATES, Transmits.EXPOSES)


def _by_certainty(graph: Graph, numbers: Ints, sure: Bools) -> dict[str, int]:
    """A thing is proven if it is under one of its names."""
    every, proven = count_things(graph, numbers), count_things(graph, numbers[sure])
    counts = {Certainty.PROVEN.value: proven, Certainty.POSSIBLE.value: every - proven}
    return {word: count for word, count in counts.items() if count}
