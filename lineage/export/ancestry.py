"""An ancestry as a table, JSON, CSV and Markdown: a model's bill of materials."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from lineage.export.asked import asked, asked_line, listed, number_of
from lineage.export.impact import escaped, inert, place_of
from lineage.questions import Ancestor, Ancestry
from lineage.questions.held import Right
from lineage.vocabulary import UNKNOWN, Kind, Transmits

COLUMNS = (
    "depth",
    "kind",
    "name",
    "used",
    "certainty",
    "held under",
    "provided by",
    "data categories",
    "to be known",
    "document",
    "id",
)
"""The columns of the table and of the CSV file, in order."""


def shown_name(found: Ancestry) -> str:
    """The name of what was asked about."""
    return found.graph.shown(found.of)


def rows(found: Ancestry) -> list[dict[str, str | int]]:
    """The ancestors as rows of plain values, by column; the source of every table of them."""
    return [_row(a, found) for a in found.ancestors]


def _row(a: Ancestor, found: Ancestry) -> dict[str, str | int]:
    graph = found.graph
    edge = graph.edges[a.via]
    use = f"{graph.shown(graph.number[edge.subject])} {edge.relation.value} it"
    return {
        "depth": a.depth,
        "kind": a.kind.value,
        "name": a.name,
        "used": use,
        "certainty": a.certainty.value,
        "held under": held_under(a),
        "provided by": ", ".join(a.held.providers),
        "data categories": ", ".join(a.held.categories),
        "to be known": "; ".join(notes(a)),
        "document": place_of(graph, edge),
        "id": a.id,
    }


def held_under(a: Ancestor) -> str:
    """By what right something is held, as stated."""
    licence = a.held.licence
    licence = {UNKNOWN: "licence unknown", "none": "no licence"}.get(licence, licence)
    stated = [part for part in (*map(_right, a.held.rights), licence) if part]
    if not stated and a.kind in (Kind.SOURCE, Kind.DATASET):
        return "not stated"
    return "; ".join(stated)


def _right(right: Right) -> str:
    if not right.given:
        return f"no right: {right.name}"
    kind = "of unknown kind" if right.grant_kind == UNKNOWN else right.grant_kind
    checked = "nobody checked" if right.verification == UNKNOWN else right.verification
    return f"{right.name} ({kind}, {checked})"


def notes(a: Ancestor) -> list[str]:
    """What must not be overlooked about an ancestor."""
    told = [f"revoked: {name}" for name in a.revoked_by]
    if a.unknown_origin:
        told.append("of unknown origin")
    if a.effect == Transmits.INFORMS:
        told.append("informs only: no part of it")
    if a.effect == Transmits.IDENTIFIES:
        told.append("the same thing, other name")
    return told


def headline(found: Ancestry) -> str:
    """What an artifact stands on, in one sentence of plain words."""
    name, total = shown_name(found), found.counts["total"]
    kinds = [number_of(n, kind.lower()) for kind, n in found.counts["kind"].items()]
    if not total["made_from"]:
        if found.graph.of_kind(Kind.SOURCE)[found.of]:
            return f"“{name}” is a source: it is made from nothing that is known here."
        return f"Nothing is stated of what “{name}” was made from: its origin is unknown."
    what = f"“{name}” is made from {number_of(total['made_from'], 'thing')}: {listed(kinds)}"
    rest = total["informed_by"]
    informed = f"; {rest:,} more were used to cut its text or to measure it" if rest else ""
    return f"{what}{informed}."


def caveats(found: Ancestry) -> list[str]:
    """What a reader must know before relying on it, one sentence each."""
    total = found.counts["total"]
    certainty = found.counts["certainty"]
    lines = []
    if total["revoked"]:
        lines.append(
            f"{total['revoked']:,} of what it stands on {_was(total['revoked'])} revoked: "
            "see the column “to be known”."
        )
    if total["unknown_origin"]:
        lines.append(
            f"{total['unknown_origin']:,} {_was(total['unknown_origin'])} of unknown origin: no "
            "document says what came before, so more may stand behind."
        )
    elif found.fully_known:
        lines.append("Every line of it leads back to a stated source.")
    if total["without_right"]:
        lines.append(
            f"{total['without_right']:,} of the sources and datasets "
            f"{_was(total['without_right'])} held by no right that a document states."
        )
    if certainty.get("possible"):
        lines.append(
            f"{certainty.get('proven', 0):,} are proven, {certainty['possible']:,} possible: "
            "inferred, or said in a comment only."
        )
    return lines


def _was(count: int) -> str:
    return "is" if count == 1 else "are"


def ancestry_as_json(found: Ancestry) -> dict[str, object]:
    """The ancestry as JSON-ready data.

    ``{"of", "name", "counts", "fully_known", "ancestors": [{"id", "name", "kind", "depth",
    "effect", "certainty", "same_as", "relation", "used_by", "document", "line", "licence",
    "data_categories", "rights": [{"id", "name", "grant_kind", "verification"}], "provided_by",
    "unknown_origin", "revoked_by"}]}`` beside what was asked.
    """
    node = found.graph.nodes[found.of]
    return {
        "of": node.id,
        "name": shown_name(found),
        "counts": {name: dict(counts) for name, counts in found.counts.items()},
        "fully_known": found.fully_known,
        **asked(found.graph, found.policy),
        "ancestors": [ancestor_as_json(a, found) for a in found.ancestors],
    }


def ancestor_as_json(a: Ancestor, found: Ancestry) -> dict[str, object]:
    """One ancestor as JSON-ready data."""
    graph = found.graph
    edge = graph.edges[a.via]
    document = graph.documents.get(edge.document)
    return {
        "id": a.id,
        "name": a.name,
        "kind": a.kind.value.lower(),
        "depth": a.depth,
        "effect": a.effect.value,
        "certainty": a.certainty.value,
        "same_as": a.same_as,
        "relation": edge.relation.value,
        "used_by": edge.subject,
        "document": document.path if document else edge.document,
        "line": edge.line,
        "licence": a.held.licence or None,
        "data_categories": list(a.held.categories),
        "rights": [
            {
                "id": r.id,
                "name": r.name,
                "grant_kind": r.grant_kind,
                "verification": r.verification,
            }
            for r in a.held.rights
        ],
        "provided_by": list(a.held.providers),
        "unknown_origin": a.unknown_origin,
        "revoked_by": list(a.revoked_by),
    }


def ancestry_as_csv(found: Ancestry) -> str:
    """The ancestors as CSV with a header. Cells that a spreadsheet would run are quoted."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows(found):
        writer.writerow({name: inert(value) for name, value in row.items()})
    return out.getvalue()


def ancestry_as_markdown(found: Ancestry) -> str:
    """The ancestry as a Markdown report; names are escaped."""
    return "\n".join(
        [
            f"# What {escaped(shown_name(found))} stands on",
            "",
            escaped(headline(found)),
            "",
            *(f"- {escaped(line)}" for line in caveats(found)),
            f"- {escaped(asked_line(found.graph, found.policy))}",
            "",
            *markdown_table(rows(found)),
            "",
        ]
    )


def markdown_table(lines: list[dict[str, str | int]]) -> list[str]:
    """Rows as the lines of a Markdown table."""
    head = ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    return head + [_markdown(row) for row in lines]


def _markdown(row: Mapping[str, str | int]) -> str:
    return "| " + " | ".join(escaped(str(row[c])) for c in COLUMNS) + " |"
