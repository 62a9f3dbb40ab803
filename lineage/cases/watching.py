"""New ingests are compared with the cases: what comes back opens its case again, loudly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from lineage.cases.folding import PREFIX, Case, Status, cases, kept_json
from lineage.cases.frozen import packed, sha256
from lineage.graph import Graph
from lineage.impact import impact
from lineage.ledger import Act, Draft, append
from lineage.plan import ACTIONS, PLANS, Action, Brings, Role, Scope, Step, make_plan
from lineage.store.base import Store
from lineage.store.ledger import Turn
from lineage.vocabulary import UNKNOWN

_SETTLED = {Status.DONE, Status.VERIFIED}


def watch(store: Store) -> list[str]:
    """Compares the store with its cases after an ingest; gives what somebody must hear of.

    A step is open again when a document that was not there before makes what the step made go.
    A case grows by what is newly affected, be it that something was trained on what is affected
    or that bytes with the digest of it came in under another name.
    """
    found = cases(store.ledger())
    if not found:
        return []
    graph = Graph.of(store)
    return [told for case in found for told in _compared(store, graph, case)]


def _compared(store: Store, graph: Graph, case: Case) -> list[str]:
    ledger = store.ledger()
    known = kept_json(ledger.kept, str(case.body["watched"]))
    back = list(_came_back(graph, case, known))
    more = _newly_affected(graph, case)
    if not back and not more:
        return []

    def work(turn: Turn) -> list[str]:
        if turn.about(PREFIX + case.id)[-1].number != case.last:
            return []  # another process saw it at the same time, or will at the next ingest
        told = []
        for step, documents in back:
            body: dict[str, Any] = {"steps": [step.id], "documents": documents}
            why = f"it was made again, by {', '.join(documents)}"
            append(turn, Draft(Act.STEP_REOPENED, body, PREFIX + case.id, "", {"reason": why}))
            told.append(f"case {case.id} is open again: {step.name} came back ({step.id}): {why}")
        if more:
            rows = packed([asdict(s) for s in more])
            turn.keep(sha256(rows), rows)
            body = {"more": sha256(rows), "artifacts": [s.artifact for s in more]}
            append(turn, Draft(Act.CASE_GREW, body, PREFIX + case.id))
            told += [
                f"case {case.id} has grown: {s.name} is affected too; step {s.id}: "
                f"{s.action.value}: {s.why}" for s in more
            ]  # fmt: skip
        return told

    return ledger.write(work)


def _came_back(
    graph: Graph, case: Case, known: Mapping[str, Any]
) -> Iterator[tuple[Step, list[str]]]:
    """Steps that made something go which a new document makes again."""
    told = {
        str(d)
        for e in case.entries
        if e.act == Act.STEP_REOPENED
        for d in e.body.get("documents") or []  # type: ignore[union-attr]
    }
    for state in case.steps.values():
        gone = ACTIONS[state.step.action].brings is Brings.GONE
        if state.status not in _SETTLED or not gone or state.step.artifact not in graph.number:
            continue
        edges = graph.upstream.of(np.array([graph.number[state.step.artifact]]))
        held = set(known["made"].get(state.step.artifact, ()))
        fresh = [graph.edges[e] for e in edges.tolist() if graph.active[e]]
        documents = sorted(
            {e.document for e in fresh if e.key not in held and not _own(e.document)} - told
        )
        if documents:
            yield state.step, documents


def _own(document: str) -> bool:
    return document.startswith("document://lineage/")


def _newly_affected(graph: Graph, case: Case) -> list[Step]:
    """Steps for what is affected now and has none, numbered on."""
    roots = [graph.number[r] for r in case.body["roots"] if r in graph.number]
    if not roots:
        return []
    have = {s.step.artifact for s in case.steps.values()}
    answer = impact(graph, roots)
    fresh = {a.id for a in answer.affected} - have
    digests = {s.step.digest: s.step.artifact for s in case.steps.values() if s.step.digest}
    twins = _twins(graph, digests, have | fresh) if digests else []
    if not fresh and not twins:
        return []
    scope = Scope(str(case.body.get("part", "")), tuple(case.body.get("ours", ())))
    plan = make_plan(graph, answer, PLANS["delete"], scope)
    new = [s for s in plan.steps if s.artifact in fresh]
    names = {s.id: f"S{len(case.steps) + n}" for n, s in enumerate([*new, *twins], 1)}
    return [
        replace(s, id=names[s.id], after=tuple(names[b] for b in s.after if b in names))
        for s in [*new, *twins]
    ]


def _twins(graph: Graph, digests: Mapping[str, str], known: set[str]) -> Sequence[Step]:
    """Things that have the digest of something affected and are not known to come from it."""
    return [
        Step(
            f"twin{number}", node.id, graph.shown(number), node.kind.value, Role.AFFECTED,
            Action.DELETE, f"it has the digest of {digests[str(node.properties['digest'])]}",
            "proven", "contaminates", 1, digest=str(node.properties["digest"]),
        )
        for number, node in enumerate(graph.nodes)
        if node.properties.get("digest", UNKNOWN) in digests and node.id not in known
    ]  # fmt: skip
