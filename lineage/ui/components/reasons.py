"""Why: what is known of a source's rights, and the chain behind a finding."""

from __future__ import annotations

from lineage.export.impact import place_of
from lineage.rights import Finding, Rights
from lineage.rights.grants import Grant
from lineage.rights.sources import Source
from lineage.ui.components.prose import Block, block, code, marked, name, tag
from lineage.vocabulary import UNKNOWN


def source_blocks(source: Source, answer: Rights) -> list[Block]:
    """A source: its risk, its rights, and what was found of it."""
    blocks = [
        block("title", name(source.name)),
        block("small", code(source.id)),
        block("line", f"{source.risk.sentence}."),
    ]
    if not source.grants:
        blocks.append(
            block("line", marked("No right is recorded.", "unknown"), " That is no permission.")
        )
    for grant in source.grants:
        blocks += _grant_blocks(grant, answer)
    blocks.append(block("title", f"Findings here: {len(source.findings)}"))
    for finding in source.findings:
        blocks.append(
            block("step", tag(finding.severity.word), tag(finding.certainty), finding.what)
        )
        blocks.append(block("note", f"Settled by: {finding.settles}."))
    return blocks


def _grant_blocks(grant: Grant, answer: Rights) -> list[Block]:
    view = answer.view
    kind = "no right, known to be none" if grant.kind == "none" else grant.kind
    facts = [
        ("Kind", kind),
        ("Stands", grant.standing(answer.at).value),
        ("Verification", _checked(grant)),
        ("Allows", _listed(grant.purposes)),
        ("Forbids", ", ".join(grant.prohibited)),
        ("Legal basis", grant.basis),
        ("Conditions", ", ".join(sorted(grant.conditions))),
        ("Valid", _period(grant)),
        ("Keep until", grant.retain_until),
        ("Passing on", "" if grant.onward == UNKNOWN else grant.onward),
    ]
    blocks = [block("step", "Right: ", name(grant.name))]
    blocks += [_item(word, text) for word, text in facts if text]
    blocks += [
        block("place", code(place_of(view.graph, view.graph.edges[edge]))) for edge in grant.edges
    ]
    return blocks


def _listed(purposes: tuple[str, ...] | None) -> str:
    if purposes is None:
        return "not known"
    return ", ".join(purposes) or "nothing"


def _checked(grant: Grant) -> str:
    who = f", by {grant.verified_by}" if grant.verified_by else ""
    when = f", {grant.verified_on}" if grant.verified_on else ""
    word = "not known" if grant.verification == UNKNOWN else grant.verification
    return f"{word}{who}{when}"


def _period(grant: Grant) -> str:
    if not grant.valid_from and not grant.valid_to:
        return ""
    return f"{grant.valid_from or 'not stated'} to {grant.valid_to or 'no end stated'}"


def finding_blocks(finding: Finding, answer: Rights) -> list[Block]:
    """A finding: what, why with each document, and what would settle it."""
    graph = answer.part.graph
    blocks = [
        block("title", tag(finding.severity.word), f" {finding.rule}"),
        block("line", finding.what),
        _item("Certainty", _CERTAINTY[finding.certainty]),
        _item("Settled by", finding.settles),
    ]
    if finding.law:
        checked = "checked against its text" if finding.verified else "not checked against its text"
        blocks.append(_item("Law", f"{finding.law} ({checked})"))
    if finding.ask:
        asked = ", ".join(graph.shown(graph.number[i]) for i in finding.ask)
        blocks.append(_item("Ask", asked))
    for at, edge in enumerate(dict.fromkeys((*finding.path, *finding.because)), 1):
        blocks.append(
            block(
                "step",
                f"{at}. ",
                name(graph.shown(graph.number[edge.subject])),
                f" {edge.relation.value} ",
                name(graph.shown(graph.number[edge.object])),
            )
        )
        gone = [] if edge.active else [" ", marked("no longer stated", "gone")]
        blocks.append(block("place", code(place_of(graph, edge)), f" {edge.evidence.value}", *gone))
    return blocks


def _item(word: str, text: str) -> Block:
    """A word and what is known of it, side by side."""
    return block("item", {"text": word, "style": "key"}, {"text": text, "style": "name"})


_CERTAINTY = {
    "proven": "proven: documents say so at every step",
    "possible": "possible: a step was inferred, or stands in a comment",
    "unknown": "unknown: it rests on what nobody has established",
}
