"""New ingests are compared with the cases: what comes back opens its case again, loudly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from lineage.cases.folding import PREFIX, Case, Status, cases, kept_json
from lineage.cases.frozen import packed, radius_of, sha256
from lineage.graph import Graph
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
        for step, documents, keys in back:
            body: dict[str, Any] = {"steps": [step.id], "making": keys}
            why = f"it was made again, by {', '.join(documents)}"
            append(turn, Draft(Act.STEP_REOPENED, body, PREFIX + case.id, "", {"reason": why}))
            told.append(f"case {case.id} is open again: {step.name} came back ({step.id}): {why}")
        if more:
            rows = packed([asdict(s) for s in more])
            turn.keep(sha256(rows), rows)
            made = [key for s in more for key, _ in _making(graph, s.artifact)]
            body = {"more": sha256(rows), "artifacts": [s.artifact for s in more], "making": made}
            append(turn, Draft(Act.CASE_GREW, body, PREFIX + case.id))
            told += [
                f"case {case.id} has grown: {s.name} is affected too; step {s.id}: "
                f"{s.action.value}: {s.why}" for s in more
            ]  # fmt: skip
        return told

    return ledger.write(work)


def _came_back(
    graph: Graph, case: Case, known: Mapping[str, Any]
) -> Iterator[tuple[Step, list[str], list[str]]]:
    """Steps that made something go which is made again: by which documents and assertions."""
    told = {
        str(key)
        for e in case.entries
        if e.act in {Act.STEP_REOPENED, Act.CASE_GREW}
        for key in e.body.get("making") or []  # type: ignore[union-attr]
    }
    for state in case.steps.values():
        gone = ACTIONS[state.step.action].brings is Brings.GONE
        if state.status not in _SETTLED or not gone:
            continue
        held = told.union(known["made"].get(state.step.artifact, ()))
        fresh = [(k, d) for k, d in _making(graph, state.step.artifact) if k not in held]
        if fresh:
            yield state.step, sorted({d for _, d in fresh}), sorted(k for k, _ in fresh)


def _making(graph: Graph, artifact: str) -> list[tuple[str, str]]:
    """The assertions that make something now: their keys, and the documents that say so."""
    if artifact not in graph.number:
        return []
    edges = graph.upstream.of(np.array([graph.number[artifact]]))
    rows = [graph.edges[e] for e in edges.tolist() if graph.active[e]]
    return [(row.key, row.document) for row in rows if not _own(row.document)]


def _own(document: str) -> bool:
    return document.startswith("document://lineage/")


def _newly_affected(graph: Graph, case: Case) -> list[Step]:
    """Steps for what is affected now and has none, numbered on."""
    roots = [r for r in case.body["roots"] if r in graph.number]
    if not roots:
        return []
    have = {s.step.artifact for s in case.steps.values()}
    answer = radius_of(graph, roots, str(case.body["cause"]))
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
