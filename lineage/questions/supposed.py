"""What would be otherwise: several withdrawn together, or one relationship taken away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from lineage.engine.reach import reachable
from lineage.errors import UsageError
from lineage.graph import Graph
from lineage.impact import CARRIES, Affected, Impact, Policy, impact, things
from lineage.impact.reach import walkable
from lineage.questions.counted import Exposed, people_among
from lineage.vocabulary import Kind, Relation, Transmits


@dataclass(frozen=True, slots=True)
class Share:
    """What one of several adds.

    Attributes:
        root: its number.
        alone: what falls if it goes by itself.
        only: what would not fall if it stayed and the others went.
    """

    root: int
    alone: Exposed
    only: Exposed


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """What falls if several go, compared with each by itself.

    Attributes:
        graph, policy: what was asked.
        answer: the blast radius of all of them.
        all: it in numbers.
        shares: what each of them adds.
        several: what falls already by more than one of them alone.
        by: for each affected node the roots that alone would do.
        only_together: what falls by none of them alone.
    """

    graph: Graph
    policy: Policy
    answer: Impact
    all: Exposed
    shares: tuple[Share, ...]
    several: Exposed
    by: dict[str, tuple[int, ...]]
    only_together: tuple[Affected, ...]


def together(graph: Graph, roots: Sequence[int], policy: Policy | None = None) -> Together:
    """What falls if several go, and what falls by which of them.

    Raises:
        NotFoundError: no roots.
    """
    policy, chosen = policy or Policy(), list(dict.fromkeys(int(root) for root in roots))
    answer = impact(graph, chosen, policy)
    alone = {root: impact(graph, [root], policy).affected for root in chosen}
    by: dict[str, tuple[int, ...]] = {a.id: () for a in answer.affected}
    for root, affected in alone.items():
        for a in affected:
            if a.id in by:
                by[a.id] = (*by[a.id], root)

    def exposed(*wanted: tuple[int, ...]) -> Exposed:
        return exposed_among(graph, [a for a in answer.affected if by[a.id] in wanted])

    several = {who for who in by.values() if len(who) > 1}
    return Together(
        graph,
        policy,
        answer,
        exposed_among(graph, answer.affected),
        tuple(
            Share(root, exposed_among(graph, affected), exposed((root,)))
            for root, affected in alone.items()
        ),
        exposed(*several),
        by,
        tuple(a for a in answer.affected if not by[a.id]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Removed:
    """What would be otherwise without one relationship.

    Attributes:
        graph, policy, roots: what was asked.
        subject, relation, object: the relationship.
        assertions: how many assertions say so.
        before, after: the blast radius with it and without it.
        spared: what would no longer fall.
        still: what stands on the subject, or is it, and falls all the same, by other routes; as
            it would be then.
    """

    graph: Graph
    policy: Policy
    roots: tuple[int, ...]
    subject: int
    relation: Relation
    object: int
    assertions: int
    before: Impact
    after: Impact
    spared: tuple[Affected, ...]
    still: tuple[Affected, ...]


def without_relationship(
    graph: Graph,
    subject: int,
    relation: Relation,
    object: int,
    roots: Sequence[int] = (),
    policy: Policy | None = None,
) -> Removed:
    """What would no longer fall if a relationship were not, and what still would.

    Args:
        graph: the graph.
        subject, relation, object: the relationship; all assertions of it are left out. Names of
            one thing are parted both ways.
        roots: what goes; the object when none.
        policy: what transmits what.

    Raises:
        UsageError: no document asserts it.
    """
    policy, gone = policy or Policy(), tuple(roots) or (object,)
    cut = _assertions(graph, subject, relation, object)
    if not cut:
        raise UsageError(
            f"no document says that {graph.nodes[subject].id} {relation} {graph.nodes[object].id}",
            remedy=_between(graph, subject, object),
        )
    if relation == Relation.SAME_AS and subject != object:
        cut += _assertions(graph, object, relation, subject)
    view = graph.without(cut)
    before, after = impact(graph, gone, policy), impact(view, gone, policy)
    left = {a.id for a in after.affected}
    carries = walkable(graph, policy, *CARRIES, Transmits.INFORMS)
    below = reachable(view.topology, [subject], carries)
    return Removed(
        graph,
        policy,
        gone,
        subject,
        relation,
        object,
        len(cut),
        before,
        after,
        tuple(a for a in before.affected if a.id not in left),
        tuple(a for a in after.affected if below[a.number]),
    )


def _assertions(graph: Graph, subject: int, relation: Relation, object: int) -> list[int]:
    edges = graph.upstream.of(np.array([subject]))
    edges = edges[graph.objects(edges) == object]
    return [int(e) for e in edges if graph.edges[int(e)].relation == relation]


def _between(graph: Graph, subject: int, object: int) -> str:
    """What documents do say of two nodes, to choose from."""
    edges = graph.upstream.of(np.array([subject]))
    said = {graph.edges[int(e)].relation.value for e in edges[graph.objects(edges) == object]}
    if said:
        return f"Between the two are: {', '.join(sorted(said))}."
    return "lineage ancestry shows what it does stand on."


def exposed_among(graph: Graph, affected: Iterable[Affected]) -> Exposed:
    """Some of the affected in numbers: things once, claims to redo left out."""
    rows = list(affected)
    blast = [a for a in things(rows) if a.effect != Transmits.INFORMS]
    kinds = [a.kind for a in blast]
    people, unknown = people_among(graph, rows)
    return Exposed(
        kinds.count(Kind.MODEL), kinds.count(Kind.DEPLOYMENT), len(blast), people, unknown
    )
