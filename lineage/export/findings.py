"""Findings, sources and missing facts as JSON. Nothing is cut; ``docs/json.md`` has the shape."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.export.impact import place_of
from lineage.gate import Checked, Diagnostic
from lineage.graph import Graph
from lineage.records import EdgeRow
from lineage.rights import Finding, Rights
from lineage.rights.decisions import Decision
from lineage.rights.sources import Source
from lineage.rights.worklist import Missing


def rights_as_json(answer: Rights) -> dict[str, object]:
    """An answer with its findings, decisions and what it was computed on."""
    graph = answer.part.graph
    return {
        "subjects": list(answer.subjects),
        "at": answer.at.isoformat(),
        "rules": answer.rules,
        "findings": [finding_as_json(f, graph) for f in answer.findings],
        "switched_off": [
            finding_as_json(f, graph) | {"by": off.place, "reason": off.reason, "until": off.until}
            for f, off in answer.silenced
        ],
        "decisions": [_decision(answer, decision) for decision in answer.decisions],
        "store": answer.store,
        "version": answer.version,
        "taken_at": answer.taken_at,
    }


def finding_as_json(finding: Finding, graph: Graph) -> dict[str, object]:
    """One finding with its chain of assertions."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.word,
        "certainty": finding.certainty,
        "place": finding.place,
        "name": finding.name,
        "subject": finding.subject,
        "what": finding.what,
        "settles": finding.settles,
        "law": finding.law,
        "law_verified": finding.verified,
        "path": [_edge(edge, graph) for edge in finding.path],
        "because": [_edge(edge, graph) for edge in finding.because],
        "causes": list(finding.causes),
        "ask": list(finding.ask),
        "missing": list(finding.missing),
        "fingerprint": finding.fingerprint,
    }


def _edge(edge: EdgeRow, graph: Graph) -> dict[str, object]:
    document = graph.documents.get(edge.document)
    return {
        "subject": edge.subject,
        "relation": edge.relation.value,
        "object": edge.object,
        "document": document.path if document else edge.document,
        "repository": document.repository if document else None,
        "line": edge.line,
        "place": edge.place,
        "evidence": edge.evidence.value,
        "active": edge.active,
    }


def _decision(answer: Rights, decision: Decision) -> dict[str, object]:
    nodes = answer.part.graph.nodes
    return {
        "id": nodes[decision.number].id,
        "about": nodes[decision.about].id,
        "removes": list(decision.removes),
        "only_from": list(decision.inputs),
        "reason": decision.reason,
        "decided_by": decision.by,
        "decided_on": decision.on,
        "until": decision.until,
        "applied": decision in answer.applied,
    }


def chain(finding: Finding, graph: Graph) -> list[str]:
    """The chain of a finding in words, a line for each assertion with its document."""
    return [
        f"{_shown(edge.subject, graph)} {edge.relation.value} {_shown(edge.object, graph)}"
        f"  ({place_of(graph, edge)}{'' if edge.active else ', no longer stated'})"
        for edge in dict.fromkeys((*finding.path, *finding.because))
    ]


def _shown(id_: str, graph: Graph) -> str:
    return graph.shown(graph.number[id_])


def sources_as_json(rows: Sequence[Source]) -> list[dict[str, object]]:
    """The matrix of sources against rights and purposes."""
    return [
        {
            "id": row.id,
            "name": row.name,
            "kind": row.kind.value.lower(),
            "categories": list(row.categories),
            "right": row.right,
            "consent": row.consent,
            "verification": row.verification,
            "rights": [grant.name for grant in row.grants],
            "uses": dict(row.uses),
            "models": row.models,
            "services": row.services,
            "in_use": row.in_use,
            "risk": list(row.risk.words),
            "findings": [f.fingerprint for f in row.findings],
        }
        for row in rows
    ]


def worklist_as_json(rows: Sequence[Missing]) -> list[dict[str, object]]:
    """The missing facts, in their order."""
    return [
        {
            "id": row.id,
            "name": row.name,
            "fact": row.fact,
            "words": row.words,
            "severity": row.severity.word,
            "settles": [f.fingerprint for f in row.settles],
            "reach": row.reach,
            "in_use": row.in_use,
            "ask": list(row.ask),
        }
        for row in rows
    ]


def checked_as_json(checked: Checked) -> dict[str, object]:
    """What a check found."""
    return {
        "rules": checked.rules.name,
        "files": checked.files,
        "unreadable": [{"path": path, "reason": why} for path, why in checked.unreadable],
        "diagnostics": [_diagnostic(d) for d in checked.diagnostics],
    }


def _diagnostic(d: Diagnostic) -> dict[str, object]:
    return {
        "path": d.path,
        "line": d.line,
        "rule": d.rule,
        "severity": d.severity.word,
        "message": d.message,
        "settles": d.settles,
        "fingerprint": d.fingerprint,
        "in_baseline": d.old,
        "switched_off": None
        if d.off is None
        else {"by": d.off.place, "reason": d.off.reason, "until": d.off.until},
    }
