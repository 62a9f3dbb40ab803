"""Suggestions and decisions as JSON-ready data.

A suggestion: ``{"a", "b", "rule", "reason", "change"}``, where ``a`` and ``b`` are ``{"id",
"name", "kind"}`` and ``change`` is ``{"a", "b", "joined", "missed"}``: the blast radius if the
first is revoked, if the second is, and if both are one, each ``{"things", "models",
"deployments"}``; ``missed`` is how many things an answer about one of them misses today. A
decision: ``{"a", "b", "verdict", "by", "reason", "at", "undone_at"}``.
"""

from __future__ import annotations

from dataclasses import asdict

from lineage.aliases import Change, Decision, Size, Suggestion
from lineage.graph import Graph


def suggestion_as_json(suggestion: Suggestion, change: Change, graph: Graph) -> dict[str, object]:
    """A suggestion with what it would change; see the module's description for its shape."""
    return {
        "a": _node(suggestion.a, graph),
        "b": _node(suggestion.b, graph),
        "rule": suggestion.rule.value,
        "reason": suggestion.reason,
        "change": {
            "a": asdict(change.first),
            "b": asdict(change.second),
            "joined": asdict(change.joined),
            "missed": change.missed,
        },
    }


def _node(id_: str, graph: Graph) -> dict[str, str]:
    number = graph.number[id_]
    return {
        "id": id_,
        "name": graph.shown(number),
        "kind": graph.nodes[number].kind.value.lower(),
    }


def decision_as_json(decision: Decision) -> dict[str, object]:
    """A decision; see the module's description for its shape."""
    return {**asdict(decision), "verdict": decision.verdict.value}


def size_in_words(size: Size) -> str:
    """A blast radius in a few words: ``12 (4 models, 1 deployment)``."""
    parts = [
        f"{count:,} {word}{'' if count == 1 else 's'}"
        for count, word in ((size.models, "model"), (size.deployments, "deployment"))
        if count
    ]
    return f"{size.things:,} ({', '.join(parts)})" if parts else f"{size.things:,}"


def minute(at: str) -> str:
    """A time of the store (UTC) to the minute, for people."""
    return at[:16].replace("T", " ")
