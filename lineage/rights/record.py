"""The record of one model for people: what it stands on, by what rights, with which gaps.

Holds what a record of processing (GDPR art. 30) and a summary of training data (EU AI Act
art. 53(1)(d), California AB 2013) ask for, as far as it is known; what is not known is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lineage.governance import containing
from lineage.rights.findings import Finding, Rights
from lineage.rights.sources import Source, sources
from lineage.rights.view import View
from lineage.rights.worklist import Missing, worklist
from lineage.vocabulary import DATA_CATEGORIES, UNKNOWN, Kind, Relation

Row = tuple[str, str]
"""A name and what is known of it."""


@dataclass(frozen=True)
class Table:
    """A table of a record: its heading, why it is there, its columns and rows."""

    title: str
    says: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Record:
    """The record of one artifact.

    Attributes:
        name, id: the artifact.
        about: what it is, and what the record was computed on.
        tables: the parts, each a table.
    """

    name: str
    id: str
    about: tuple[Row, ...]
    tables: tuple[Table, ...]


def record_of(answer: Rights) -> Record:
    """The record of the one subject of an answer."""
    (subject,) = answer.part.subjects
    view, graph = answer.view, answer.part.graph
    origins = sources(answer)
    services = [n for n in view.things if view.node(n).kind is Kind.DEPLOYMENT]
    held = [n for n in view.things if _holder(view, n)]
    node = graph.nodes[subject]
    about = (
        ("Artifact", f"{graph.shown(subject)} ({node.kind.value.lower()})"),
        ("Id", node.id),
        ("Capabilities", _told(view, subject, "capabilities")),
        ("Licence", _told(view, subject, "licence")),
        ("Made on", _told(view, subject, "made_on")),
        ("Status", _told(view, subject, "status")),
        ("Judged on", answer.at.isoformat()),
        ("Rules", answer.rules),
        ("Store", f"{answer.store}, version {answer.version}, read {answer.taken_at}"),
    )
    return Record(
        graph.shown(subject),
        node.id,
        about,
        (
            _processing(view, services),
            _training(view, origins),
            _rights(origins),
            _people(view, subject),
            _recipients(view, held),
            _flow(answer, subject),
            _decisions(answer),
            _gaps(answer.findings),
            _open(worklist(answer)),
        ),
    )


def _processing(view: View, services: Sequence[int]) -> Table:
    return Table(
        "Use",
        "Purposes, users and period of each use (GDPR art. 30(1)(b), (f)).",
        ("Service", "Operated by", "Purpose", "Users", "From", "To", "Commercial", "Where"),
        tuple(
            (
                view.graph.shown(n),
                _party(view, n, "operated_by"),
                *(
                    _told(view, n, key)
                    for key in ("purpose", "users", "in_use_from", "in_use_to", "commercial")
                ),
                _told(view, n, "jurisdictions"),
            )
            for n in services
        ),
    )


def _training(view: View, origins: Sequence[Source]) -> Table:
    return Table(
        "Training data",
        "What it was made from, where that came from and when (EU AI Act art. 53(1)(d); AB 2013).",
        (
            "Source",
            "Kind",
            "Collected from",
            "Collected",
            "Received",
            "Records",
            "From",
            "Synthetic",
        ),
        tuple(
            (
                s.name,
                s.kind.value.lower(),
                *(
                    _told(view, s.number, key)
                    for key in ("collected_from", "collected_on", "received_on", "records")
                ),
                _provider(view, s.number),
                _told(view, s.number, "synthetic"),
            )
            for s in origins
        ),
    )


def _rights(origins: Sequence[Source]) -> Table:
    uses = list(dict.fromkeys(use for s in origins for use in s.uses))
    return Table(
        "Rights",
        "By what right each source is held, and whether it allows the uses made of it. Only "
        "“permitted” is a permission.",
        ("Source", "Rights", "Right to hold", "People's consent or basis", "Checked", *uses),
        tuple(
            (
                s.name,
                "; ".join(g.name for g in s.grants) or "none recorded",
                s.right,
                s.consent,
                s.verification,
                *(s.uses.get(use, "") for use in uses),
            )
            for s in origins
        ),
    )


def _people(view: View, subject: int) -> Table:
    rows = []
    for fact in view.flow.at(subject, "category"):
        category = fact.partition(":")[2]
        steps, derived = view.flow.path(fact, subject)
        begins = int(view.graph.object[steps[-1]]) if steps else subject
        how = f"derived by {derived.id}: {derived.says}" if derived else "stated"
        rows.append((category, DATA_CATEGORIES.get(category, ""), view.graph.shown(begins), how))
    return Table(
        "Categories of personal data",
        "What it may hold of people, and where each category comes in (GDPR art. 30(1)(c)).",
        ("Category", "Meaning", "Comes from", "How it is known"),
        tuple(rows),
    )


def _recipients(view: View, held: Sequence[int]) -> Table:
    return Table(
        "Holders and recipients",
        "Who holds it, what it was made from, or a copy (GDPR art. 30(1)(d), 19).",
        ("Thing", "Held by", "Channel", "Received", "Retention"),
        tuple(
            (
                view.graph.shown(n),
                ", ".join(_holder(view, n)),
                *(_told(view, n, key) for key in ("channel", "received_on", "retention")),
            )
            for n in held
        ),
    )


def _flow(answer: Rights, subject: int) -> Table:
    view, rows = answer.view, []
    for kind in ("condition", "jurisdiction", "purpose"):
        for fact in view.flow.at(subject, kind):
            term = fact.partition(":")[2]
            if kind == "jurisdiction" and term != UNKNOWN:
                term = " in ".join(sorted(containing(term), key=len, reverse=True))
            steps, _ = view.flow.path(fact, subject)
            begins = int(view.graph.object[steps[-1]]) if steps else subject
            label = "purpose not allowed" if kind == "purpose" else kind
            rows.append((label, term, view.graph.shown(begins), f"carry.{kind}", str(len(steps))))
    return Table(
        "What flows into it",
        "Conditions, jurisdictions and purposes that are not allowed, with their origin.",
        ("What", "Term", "Comes from", "Rule", "Steps"),
        tuple(rows),
    )


def _decisions(answer: Rights) -> Table:
    graph = answer.part.graph
    return Table(
        "Decisions",
        "What somebody decided is not carried on.",
        ("Decision", "About", "Removes", "Reason", "Decided by", "On", "Applied"),
        tuple(
            (
                graph.shown(d.number),
                graph.shown(d.about),
                ", ".join(d.removes),
                d.reason,
                d.by,
                d.on,
                "yes" if d in answer.applied else "no",
            )
            for d in answer.decisions
        ),
    )


def _gaps(findings: Sequence[Finding]) -> Table:
    return Table(
        "Findings",
        "What is wrong or open, the gravest first.",
        ("Severity", "Rule", "What", "Certainty", "What settles it", "Law"),
        tuple(
            (
                f.severity.word,
                f.rule,
                f.what,
                f.certainty,
                f.settles,
                f"{f.law} ({'verified' if f.verified else 'unverified'})" if f.law else "",
            )
            for f in findings
        ),
    )


def _open(missing: Sequence[Missing]) -> Table:
    return Table(
        "To find out",
        "Missing facts, those first that settle most.",
        ("Of", "What", "Settles", "Ask"),
        tuple(
            (m.name, m.words, f"{len(m.settles)} findings, {m.severity.word}", "; ".join(m.ask))
            for m in missing
        ),
    )


def _told(view: View, number: int, key: str) -> str:
    stated = view.stated(number, key)
    return ", ".join("not known" if text == UNKNOWN else text for text in stated) or "not stated"


def _party(view: View, number: int, key: str) -> str:
    graph = view.graph
    stated = view.stated(number, key)
    named = [graph.shown(graph.number[t]) if t in graph.number else t for t in stated]
    return ", ".join("not known" if text == UNKNOWN else text for text in named) or "not stated"


def _provider(view: View, number: int) -> str:
    parties = [p for n in view.names_of(number) for p in view.parties(n, Relation.PROVIDED_BY)]
    return ", ".join(dict.fromkeys(view.graph.shown(p) for p in parties)) or "not stated"


def _holder(view: View, number: int) -> list[str]:
    named = [p for n in view.names_of(number) for p in view.parties(n, Relation.HELD_BY)]
    return list(dict.fromkeys(view.graph.shown(p) for p in named))
