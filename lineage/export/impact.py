"""An impact answer as JSON, CSV and Markdown. Every format carries the same facts.

JSON: ``{"roots", "complete", "counts", "undetermined", "cleared", "coverage": {"known_inputs",
"affected"}, "retracted_used", "not_counted": [ids of what is called the same], "spared": [{"id",
"covered_by"}], "windows": [{"id", "name", "since", "until", "purpose", "users"}], "store",
"version", "policy", "taken_at", "as_of", "digest", "affected": [{"id", "name", "kind", "effect",
"certainty", "distance", "same_as", "risks", "unknowns", "share", "because":
{"relation", "object", "document", "line", "evidence", "active", "first_seen", "last_seen",
"retracted_at"}}]}``. ``because`` is the last assertion of a shortest chain; ``lineage explain``
gives the whole chain. ``share`` is there when it was asked for: the least and the most of its
inputs that came from the roots. ``digest`` is that of :class:`lineage.impact.Impact`.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import asdict

from lineage.export.words import caveats, headline, served
from lineage.graph import Graph
from lineage.impact import CERTAINTIES, Affected, Explanation, Impact
from lineage.impact.alike import not_counted
from lineage.impact.dose import Doses
from lineage.impact.windows import windows
from lineage.records import OWN_REPOSITORY, EdgeRow
from lineage.vocabulary import TRANSMITS, Transmits

COLUMNS = (
    "name",
    "kind",
    "effect",
    "certainty",
    "distance",
    "risks",
    "unknowns",
    "because",
    "document",
    "line",
    "id",
)
"""The columns of the table and of the CSV file, in order."""


def place_of(graph: Graph, edge: EdgeRow) -> str:
    """Where an assertion stands: ``path:line``, or what joined it."""
    document = graph.documents.get(edge.document)
    path = document.path if document else edge.document
    if edge.document.startswith(f"document://{OWN_REPOSITORY}/"):
        return edge.place
    return f"{path}:{edge.line}" if edge.line else path


def stated_when(edge: EdgeRow) -> str:
    """From when until when a document said so; nothing of what still holds by a join."""
    own = edge.document.startswith(f"document://{OWN_REPOSITORY}/")
    if edge.active:
        return "" if own else f"stated since {edge.first_seen[:10]}"
    until = f"until {(edge.retracted_at or '')[:10]}"
    return f"held {until}" if own else f"stated from {edge.first_seen[:10]} {until}"


def rows(answer: Impact, graph: Graph) -> list[dict[str, str | int]]:
    """The affected as rows of plain values, by column; the source of every table of them."""
    return [_row(a, graph) for a in answer.affected]


def _row(a: Affected, graph: Graph) -> dict[str, str | int]:
    edge = graph.edges[a.via] if a.via >= 0 else None
    because, document, line = "held under what is revoked", "", ""
    if edge is not None:
        when = "" if edge.active else f", {stated_when(edge)}"
        because = f"{edge.relation.value} {graph.shown(graph.number[edge.object])}{when}"
        document = place_of(graph, edge).rpartition(":")[0] if edge.line else place_of(graph, edge)
        line = str(edge.line or "")
    return {
        "name": a.name,
        "kind": a.kind.value,
        "effect": a.effect.value,
        "certainty": a.certainty.value,
        "distance": a.distance,
        "risks": ", ".join(a.risks),
        "unknowns": ", ".join(a.unknowns),
        "because": because,
        "document": document,
        "line": line,
        "id": a.id,
    }


def impact_as_json(answer: Impact, graph: Graph, doses: Doses | None = None) -> dict[str, object]:
    """The answer as JSON-ready data; see the module's description for its shape."""
    return {
        "roots": list(answer.roots),
        "complete": answer.complete,
        "counts": {name: dict(counts) for name, counts in answer.counts.items()},
        "undetermined": answer.undetermined,
        "cleared": answer.cleared,
        "coverage": {"known_inputs": answer.coverage[0], "affected": answer.coverage[1]},
        "retracted_used": answer.retracted_used,
        "not_counted": not_counted(graph, answer),
        "spared": [{"id": node, "covered_by": list(by)} for node, by in answer.spared],
        "windows": [asdict(window) for window in windows(graph, answer.affected)],
        "store": answer.store,
        "version": answer.version,
        "policy": answer.policy,
        "taken_at": answer.taken_at,
        "as_of": answer.as_of,
        "digest": answer.digest,
        "affected": [
            _affected_as_json(a, graph)
            | (
                {"share": [float(doses.low[a.number]), float(doses.high[a.number])]}
                if doses
                else {}
            )
            for a in answer.affected
        ],
    }


def _affected_as_json(a: Affected, graph: Graph) -> dict[str, object]:
    return {
        "id": a.id,
        "name": a.name,
        "kind": a.kind.value.lower(),
        "effect": a.effect.value,
        "certainty": a.certainty.value,
        "distance": a.distance,
        "same_as": a.same_as,
        "risks": list(a.risks),
        "unknowns": list(a.unknowns),
        "because": edge_as_json(graph.edges[a.via], graph) if a.via >= 0 else None,
    }


def edge_as_json(edge: EdgeRow, graph: Graph) -> dict[str, object]:
    """One assertion as JSON-ready data."""
    document = graph.documents.get(edge.document)
    return {
        "subject": edge.subject,
        "relation": edge.relation.value,
        "object": edge.object,
        "document": document.path if document else edge.document,
        "repository": document.repository if document else None,
        "revision": document.revision if document else None,
        "line": edge.line,
        "place": edge.place,
        "evidence": edge.evidence.value,
        "selector": edge.selector,
        "share": edge.share,
        "active": edge.active,
        "first_seen": edge.first_seen,
        "last_seen": edge.last_seen,
        "retracted_at": edge.retracted_at,
    }


def impact_as_csv(answer: Impact, graph: Graph) -> str:
    """The affected as CSV with a header. Cells that a spreadsheet would run are quoted."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows(answer, graph):
        writer.writerow({name: inert(value) for name, value in row.items()})
    return out.getvalue()


def inert(value: str | int) -> str | int:
    """A value for a cell that no spreadsheet runs as a formula."""
    return (
        f"'{value}"
        if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}
        else value
    )


def impact_as_markdown(answer: Impact, graph: Graph) -> str:
    """The answer as a Markdown report; names are escaped."""
    lines = [
        "# Blast radius",
        "",
        escaped(headline(answer, graph)),
        "",
        *(f"- {escaped(line)}" for line in caveats(answer, graph)),
        f"- Store `{answer.store}`, version {answer.version}, read {answer.taken_at}; "
        f"policy {answer.policy}; complete: {'yes' if answer.complete else 'no'}.",
        f"- Digest of this answer: `{answer.digest}`.",
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "|" + " --- |" * len(COLUMNS),
    ]
    lines += [
        "| " + " | ".join(escaped(str(row[c])) for c in COLUMNS) + " |"
        for row in rows(answer, graph)
    ]
    if used := served(windows(graph, answer.affected)):
        lines += ["", "## Since when", "", *(f"- {escaped(line)}" for line in used)]
    lines += ["", "## Words", ""]
    lines += [f"- **{word.value}**: {meaning}" for word, meaning in CERTAINTIES.items()]
    lines += [
        f"- **{word.value}**: {TRANSMITS[word]}" for word in Transmits if word != Transmits.NOTHING
    ]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~$&])", r"\\\1", text)


def explanation_as_json(explanation: Explanation, graph: Graph) -> dict[str, object]:
    """A chain as JSON-ready data: ``{"root", "artifact", "certainty", "effect", "steps"}``.

    Each step has ``subject``, ``relation``, ``object``, ``transmits`` and ``assertions``: all
    that say so, each with document, line and evidence.
    """
    return {
        "root": explanation.root,
        "artifact": explanation.artifact.id,
        "certainty": explanation.artifact.certainty.value,
        "effect": explanation.artifact.effect.value,
        "steps": [
            {
                "subject": s.subject,
                "relation": s.relation.value,
                "object": s.object,
                "transmits": s.transmits.value,
                "assertions": [edge_as_json(e, graph) for e in s.assertions],
            }
            for s in explanation.steps
        ],
    }
