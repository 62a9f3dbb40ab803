"""What is missing, and what would settle most of it: whom to ask for what, first things first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lineage.records import OWN_REPOSITORY
from lineage.rights.findings import Finding, Rights
from lineage.rights.rules import Severity
from lineage.rights.sources import Reach, reach
from lineage.vocabulary import UNKNOWN

_FACTS = {
    "licence": "its licence, or another right to it",
    "legal_basis": "the consent of the people in it, or another legal basis",
    "verification": "a check of its right: who read the text, and when",
    "purposes": "the purposes that its right allows",
    "purpose": "its purpose, as a term of the vocabulary",
    "data_categories": "what categories of personal data it holds",
    "jurisdictions": "where the people in it, and its users, are",
    "legal_records": "the records that the law asks for",
    "origin": "what it was made from",
    "in_use_from": "since when it is in use",
    "in_use_to": "until when it was in use",
    "users": "who uses it, or is subject to it",
}
"""The facts that findings wait for, in words."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One missing fact of one thing.

    Attributes:
        id, name: the thing.
        fact: the property that nobody has established; ``words`` says it in words.
        severity: of the gravest finding that it would settle.
        settles: the findings that it would settle, or decide.
        reach, in_use: how many models and services stand on the thing, and how many of these
            services may be in use.
        ask: who could know, the likeliest first, each with a contact where there is one.
    """

    id: str
    name: str
    fact: str
    words: str
    severity: Severity
    settles: tuple[Finding, ...]
    reach: int
    in_use: int
    ask: tuple[str, ...]


def worklist(answer: Rights) -> list[Missing]:
    """The missing facts of an answer, those first that settle the gravest and reach furthest."""
    waiting: dict[tuple[str, str], list[Finding]] = {}
    for finding in answer.findings:
        for fact in finding.missing:
            waiting.setdefault((finding.place, fact), []).append(finding)
    reached = {place: reach(answer.view, _number(answer, place)) for place, _ in waiting}
    rows = [_missing(answer, *key, found, reached[key[0]]) for key, found in waiting.items()]
    return sorted(
        rows,
        key=lambda m: (-m.severity, -m.in_use, -m.reach, -len(m.settles), m.name, m.fact, m.id),
    )


def _number(answer: Rights, place: str) -> int:
    return answer.part.graph.number[place]


def _missing(
    answer: Rights,
    place: str,
    fact: str,
    found: Sequence[Finding],
    reached: Reach,
) -> Missing:
    return Missing(
        place,
        found[0].name,
        fact,
        _FACTS.get(fact, fact),
        max(f.severity for f in found),
        tuple(found),
        reached.models + reached.services,
        reached.in_use,
        tuple(dict.fromkeys(_askable(answer, place, found))),
    )


def _askable(answer: Rights, place: str, found: Sequence[Finding]) -> list[str]:
    """Who could know: the parties to it, then its makers, then who wrote the documents."""
    graph, number = answer.part.graph, _number(answer, place)
    asked: list[str] = []
    for party in dict.fromkeys(p for f in found for p in f.ask):
        node = graph.nodes[graph.number[party]]
        contact = str(node.properties.get("contact", UNKNOWN))
        named = graph.shown(graph.number[party])
        asked.append(named if contact == UNKNOWN else f"{named} <{contact}>")
    for key in ("creators", "publishers"):
        asked += answer.view.stated(number, key)
    node = graph.nodes[number]
    hub = re.fullmatch(r"hf://(models|datasets)", node.namespace)
    if hub and "/" in node.name:
        asked.append(f"{node.name.partition('/')[0]} on the Hugging Face hub")
    if not asked:
        documents = [e.document for f in found for e in (*f.path, *f.because)]
        documents += [
            graph.edges[e].document
            for e in (*answer.view.inputs(number), *answer.view.users(number))
        ]
        for id_ in dict.fromkeys(documents):
            told = graph.documents.get(id_)
            if told is not None and told.repository != OWN_REPOSITORY:
                asked.append(f"the author of {told.path} ({told.repository})")
    return asked
