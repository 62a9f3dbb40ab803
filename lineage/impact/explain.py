"""Why an artifact is affected: the chain of assertions that leads to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from lineage.errors import UsageError
from lineage.graph import Graph
from lineage.impact.answer import Affected, Explanation, Impact, Step
from lineage.impact.policy import Certainty, Policy
from lineage.impact.radius import impact
from lineage.impact.reach import Reach, reach_from
from lineage.records import EdgeRow


def explain(
    graph: Graph, roots: Sequence[int], artifact: int, policy: Policy | None = None
) -> Explanation:
    """The chain of assertions between what is revoked and an artifact.

    Raises:
        UsageError: no assertion leads from the roots to it.
    """
    policy = policy or Policy()
    answer = impact(graph, roots, policy)
    found = next((a for a in answer.affected if a.number == artifact), None)
    if found is None:
        raise UsageError(
            f"{graph.nodes[artifact].id} is not affected: nothing known leads to it from "
            f"{', '.join(answer.roots)}",
            remedy="That is no proof of absence where inputs are unknown: "
            "see what lineage impact says of coverage.",
        )
    return explain_affected(graph, answer, found, policy)


def explain_affected(graph: Graph, answer: Impact, found: Affected, policy: Policy) -> Explanation:
    """The chain for one row of an answer already computed."""
    (explanation,) = explanations(graph, answer, policy, [found])
    return explanation


def explanations(
    graph: Graph, answer: Impact, policy: Policy, wanted: Iterable[Affected] | None = None
) -> Iterator[Explanation]:
    """The chains for rows of an answer, or for all: two walks in all, however many there are."""
    starts = np.array(answer.starts, np.int64)
    walks: dict[bool, Reach] = {}
    for found in answer.affected if wanted is None else wanted:
        proven = found.certainty == Certainty.PROVEN
        if proven not in walks:
            walks[proven] = reach_from(graph, starts, policy, proven=proven)
        yield _chain(graph, walks[proven], found, policy)


def _chain(graph: Graph, walked: Reach, found: Affected, policy: Policy) -> Explanation:
    steps: list[Step] = []
    node = found.number
    while walked.via[node] >= 0:
        edge = graph.edges[int(walked.via[node])]
        steps.append(_step(graph, edge, policy))
        node = graph.number[edge.object]
    return Explanation(graph.nodes[node].id, found, tuple(reversed(steps)))


def _step(graph: Graph, edge: EdgeRow, policy: Policy) -> Step:
    subject, target = graph.number[edge.subject], graph.number[edge.object]
    between = graph.upstream.of(np.array([subject]))
    alike = [
        graph.edges[int(i)]
        for i in between[graph.objects(between) == target]
        if graph.edges[int(i)].relation == edge.relation
    ]
    return Step(
        edge.subject,
        graph.shown(subject),
        edge.relation,
        policy.transmits[edge.relation],
        edge.object,
        graph.shown(target),
        (edge, *(a for a in alike if a.key != edge.key)),
    )
