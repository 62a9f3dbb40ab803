"""A ranking as JSON, and its numbers in words."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.export.asked import asked, listed, number_of
from lineage.questions import Exposed, Ranked, Ranking


def ranking_as_json(ranking: Ranking, by: str, shown: Sequence[Ranked]) -> dict[str, object]:
    """The ranking as JSON-ready data.

    ``{"ranked_by", "kinds", "total", "shown", "ranking": [{"id", "name", "kind", "models",
    "deployments", "things", "people", "deployments_of_unknown_use"}]}`` beside what was asked;
    ``people`` is null where affected deployments are known and the users of none.
    """
    return {
        "ranked_by": by,
        "kinds": [kind.value.lower() for kind in ranking.kinds],
        "total": len(ranking),
        "shown": len(shown),
        **asked(ranking.graph, ranking.policy),
        "ranking": [
            {"id": row.id, "name": row.name, "kind": row.kind.value.lower()}
            | exposed_as_json(row.exposed)
            for row in shown
        ],
    }


def exposed_as_json(exposed: Exposed) -> dict[str, object]:
    """What is affected, in numbers."""
    unknown = exposed.deployments_of_unknown_use
    return {
        "models": exposed.models,
        "deployments": exposed.deployments,
        "things": exposed.things,
        "people": None if unknown and not exposed.people else exposed.people,
        "deployments_of_unknown_use": unknown,
    }


def people_in_words(exposed: Exposed) -> str:
    """How many people are exposed; what nobody stated stands beside it."""
    unknown = exposed.deployments_of_unknown_use
    if not exposed.deployments and not exposed.people:
        return "no service known"
    if not unknown:
        return f"{exposed.people:,}"
    of = f"unknown in {number_of(unknown, 'deployment')}"
    return f"{exposed.people:,} + {of}" if exposed.people else of


def exposed_in_words(exposed: Exposed) -> str:
    """The numbers as part of a sentence: ``3 models and 1 deployment``."""
    rest = exposed.things - exposed.models - exposed.deployments
    parts = [
        number_of(count, word)
        for count, word in (
            (exposed.models, "model"),
            (exposed.deployments, "deployment"),
            (rest, "other thing" if rest < exposed.things else "thing"),
        )
        if count
    ]
    return listed(parts) if parts else "nothing"
