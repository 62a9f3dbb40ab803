"""An impact answer as JSON, CSV and Markdown. Every format carries the same facts.

JSON: ``{"roots", "complete", "counts", "undetermined", "cleared", "coverage": {"known_inputs",
"affected"}, "retracted_used", "store", "version", "policy", "taken_at", "affected": [{"id",
"name", "kind", "effect", "certainty", "distance", "same_as", "risks", "unknowns", "because":
{"relation", "object", "document", "line", "evidence", "active", "first_seen", "last_seen",
"retracted_at"}}]}``. ``because`` is the last assertion of a shortest chain; ``lineage explain``
gives the whole chain.
"""

from __future__ import annotations

import csv
import io
import re

from lineage.graph import Graph
from lineage.impact import CERTAINTIES, Affected, Explanation, Impact
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


def impact_as_json(answer: Impact, graph: Graph) -> dict[str, object]:
    """The answer as JSON-ready data; see the module's description for its shape."""
    return {
        "roots": list(answer.roots),
        "complete": answer.complete,
        "counts": {name: dict(counts) for name, counts in answer.counts.items()},
        "undetermined": answer.undetermined,
        "cleared": answer.cleared,
        "coverage": {"known_inputs": answer.coverage[0], "affected": answer.coverage[1]},
        "retracted_used": answer.retracted_used,
        "store": answer.store,
        "version": answer.version,
        "policy": answer.policy,
        "taken_at": answer.taken_at,
        "affected": [_affected_as_json(a, graph) for a in answer.affected],
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
    """A cell that no spreadsheet runs."""
    return (
        f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t"} else value
    )


def headline(answer: Impact, graph: Graph) -> str:
    """The answer in one sentence of plain words."""
    names = " and ".join(f"“{graph.shown(graph.number[r])}”" for r in answer.roots)
    kinds = [f"{n} {_plural(kind, n)}" for kind, n in answer.counts["kind"].items()]
    total, informed = (answer.counts["total"][k] for k in ("blast_radius", "informed"))
    if not total and not informed:
        return f"If {names} goes, nothing known to this store is affected."
    what = f"If {names} goes, {total} {'thing is' if total == 1 else 'things are'} affected"
    listed = f": {', '.join(kinds)}" if kinds else ""
    rest = f"; claims about {informed} more must be redone" if informed else ""
    return f"{what}{listed}{rest}."


def _plural(kind: str, count: int) -> str:
    word = kind.lower()
    if count == 1:
        return word
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def caveats(answer: Impact) -> list[str]:
    """What a reader must know before relying on the answer, one sentence each."""
    known, total = answer.coverage
    certainty = answer.counts["certainty"]
    lines = [
        f"{certainty.get('proven', 0)} proven, {certainty.get('possible', 0)} possible; beside "
        f"them {answer.undetermined} undetermined and {answer.cleared} cleared.",
        f"{known} of {total} affected have fully known inputs.",
    ]
    if answer.retracted_used:
        lines.append(
            f"{answer.retracted_used} are affected through assertions that documents no "
            "longer make; they count, because training cannot be taken back."
        )
    unknown = answer.counts["unknown"]
    if unknown:
        lines.append(
            "Unknown among the affected: "
            + ", ".join(f"{name} ({n})" for name, n in unknown.items())
            + "."
        )
    return lines


def impact_as_markdown(answer: Impact, graph: Graph) -> str:
    """The answer as a Markdown report; names are escaped."""
    lines = [
        "# Blast radius",
        "",
        escaped(headline(answer, graph)),
        "",
        *(f"- {escaped(line)}" for line in caveats(answer)),
        f"- Store `{answer.store}`, version {answer.version}, read {answer.taken_at}; "
        f"policy {answer.policy}; complete: {'yes' if answer.complete else 'no'}.",
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "|" + " --- |" * len(COLUMNS),
    ]
    lines += [
        "| " + " | ".join(escaped(str(row[c])) for c in COLUMNS) + " |"
        for row in rows(answer, graph)
    ]
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
