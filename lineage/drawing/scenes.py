"""The two pictures of Lineage: a blast radius, and the neighbourhood of one artifact."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from lineage.drawing.groups import Item
from lineage.drawing.palette import State
from lineage.drawing.picture import Headings, Picture, compose
from lineage.graph import Graph, Ints
from lineage.impact import Affected, Certainty, Impact, Policy, unknown_inputs
from lineage.vocabulary import Kind, Relation, Transmits

_UPSTREAM_STEPS = 2


def blast_picture(
    graph: Graph, answer: Impact, opened: Collection[str] = (), policy: Policy | None = None
) -> Picture:
    """The blast radius: what the revoked came from, the revoked, and what is affected.

    Args:
        graph: the snapshot that the answer was computed on.
        answer: what to draw.
        opened: ids of groups to show open.
        policy: the answer's policy.
    """
    policy = policy or Policy()
    roots = [graph.number[r] for r in answer.roots]
    affected = {a.number: a for a in answer.affected}
    ring = {
        **_walked(graph, roots, up=True, steps=_UPSTREAM_STEPS, without=set(affected)),
        **{a.number: max(1, a.distance) for a in answer.affected},
        **dict.fromkeys(roots, 0),
    }
    items = [
        _item(
            graph,
            number,
            ring,
            state_of(affected.get(number), root=at == 0),
            affected[number].via if number in affected else -1,
        )
        for number, at in ring.items()
    ]
    return compose(
        graph,
        items,
        {a.id: ", ".join(a.risks) for a in answer.affected},
        Headings("came from", "revoked", "affected"),
        of="\n".join(answer.roots),
        policy=policy,
        opened=opened,
        counted=[a.id for a in answer.affected],
    )


def neighbourhood_picture(
    graph: Graph,
    number: int,
    steps: int,
    opened: Collection[str] = (),
    policy: Policy | None = None,
) -> Picture:
    """One artifact between what it came from and what was made from it.

    Args:
        graph: the snapshot.
        number: the artifact.
        steps: how far to look in both directions.
        opened: ids of groups to show open.
        policy: what transmits what.
    """
    policy = policy or Policy()
    unknown = unknown_inputs(graph, policy) & graph.is_artifact
    before = _walked(graph, [number], up=True, steps=steps, without=set())
    ring = {
        **_walked(graph, [number], up=False, steps=steps, without=set(before)),
        **before,
        number: 0,
    }
    items = [
        _item(graph, n, ring, State.UNKNOWN if unknown[n] else State.CONTEXT, -1) for n in ring
    ]
    return compose(
        graph,
        items,
        {graph.nodes[number].id: "shown here"},
        Headings("came from", "this artifact", "made from it"),
        of=graph.nodes[number].id,
        policy=policy,
        opened=opened,
    )


def state_of(affected: Affected | None, *, root: bool) -> State:
    """How an affected artifact is shown."""
    if root:
        return State.REVOKED
    if affected is None:
        return State.CONTEXT
    if affected.effect == Transmits.INFORMS:
        return State.CLAIM
    return State.PROVEN if affected.certainty == Certainty.PROVEN else State.POSSIBLE


def _item(graph: Graph, number: int, ring: dict[int, int], state: State, via: int) -> Item:
    parents = tuple(
        sorted(
            {
                graph.nodes[int(n)].id
                for n in graph.object[_edges(graph, number, up=True)]
                if int(n) in ring
            }
        )
    )
    nearest = graph.nodes[int(graph.object[via])].id if via >= 0 else next(iter(parents), "")
    node = graph.nodes[number]
    return Item(node.id, node.kind, state, ring[number], parents, nearest)


def _edges(graph: Graph, number: int, *, up: bool) -> Ints:
    return (graph.upstream if up else graph.downstream).of(np.array([number]))


def _walked(
    graph: Graph, starts: list[int], *, up: bool, steps: int, without: set[int]
) -> dict[int, int]:
    """What lies within some steps, by ring: negative upstream, positive downstream.

    A revocation stands before what it ends, whichever way its assertion is written.
    """
    rings: dict[int, int] = {}
    seen = {*starts, *without}
    frontier = list(starts)
    for step in range(1, steps + 1):
        reached: set[int] = set()
        for node in frontier:
            reached.update(_next(graph, node, up=up))
        frontier = sorted(reached - seen)
        seen.update(frontier)
        rings.update(dict.fromkeys(frontier, -step if up else step))
    return rings


def _next(graph: Graph, node: int, *, up: bool) -> set[int]:
    """The next things in the direction that data flowed, or against it."""
    found: set[int] = set()
    for number, other, forward in (
        *((int(e), int(graph.object[e]), True) for e in _edges(graph, node, up=True)),
        *((int(e), int(graph.subject[e]), False) for e in _edges(graph, node, up=False)),
    ):
        ends = graph.edges[number].relation == Relation.REVOKES
        if (forward != ends) == up and graph.nodes[other].kind != Kind.DOCUMENT:
            found.add(other)
    return found
