"""What would be otherwise, as JSON and in words."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.export.ancestry import ancestry_as_json
from lineage.export.asked import asked, listed, number_of
from lineage.export.ranking import exposed_as_json, exposed_in_words
from lineage.graph import Graph
from lineage.impact import Affected
from lineage.impact.alike import not_counted
from lineage.questions import Planned, Removed, Together, exposed_among
from lineage.questions.counted import exposed_by

_MOST_NAMED = 6


def names_of(graph: Graph, numbers: Sequence[int]) -> str:
    """Names in words, the first of them where there are many."""
    names = [f"“{graph.shown(number)}”" for number in numbers[:_MOST_NAMED]]
    more = len(numbers) - len(names)
    return listed([*names, f"{more:,} more"] if more else names)


def together_headline(found: Together) -> str:
    """What several together do, in plain words."""
    names = names_of(found.graph, [share.root for share in found.shares])
    many = len(found.shares) > 1
    if not found.all.things:
        return f"If {names} {'go' if many else 'goes'}, nothing known to this store is affected."
    only = exposed_among(found.graph, found.only_together).things
    verb = "is" if found.all.things == 1 else "are"
    what = f"{exposed_in_words(found.all)} {verb} affected"
    if not many:
        return f"If {names} goes, {what}."
    return (
        f"If {names} go together, {what}. {_count(found.several.things)} of these fall by more "
        f"than one of them alone; {_count(only).lower()} fall only by several together."
    )


def _count(number: int) -> str:
    return f"{number:,}" if number else "None"


def together_as_json(found: Together) -> dict[str, object]:
    """Several together, as JSON-ready data.

    ``{"roots": [{"id", "alone", "only_by_this"}], "not_counted", "together", "by_several",
    "only_together", "affected": [{"id", "certainty", "effect", "falls_alone_by"}]}`` beside
    what was asked.
    """
    graph = found.graph
    return {
        "roots": [
            {
                "id": graph.nodes[share.root].id,
                "alone": exposed_as_json(share.alone),
                "only_by_this": exposed_as_json(share.only),
            }
            for share in found.shares
        ],
        "not_counted": not_counted(graph, found.answer),
        "together": exposed_as_json(found.all),
        "by_several": exposed_as_json(found.several),
        "only_together": [a.id for a in found.only_together],
        **asked(graph, found.policy),
        "affected": [
            _affected(a) | {"falls_alone_by": [graph.nodes[r].id for r in found.by[a.id]]}
            for a in found.answer.affected
        ],
    }


def relationship(found: Removed) -> str:
    """The relationship in words."""
    graph = found.graph
    ends = graph.shown(found.subject), graph.shown(found.object)
    return f"“{ends[0]}” {found.relation.value} “{ends[1]}”"


def removed_headline(found: Removed) -> str:
    """What one relationship decides, in plain words."""
    graph = found.graph
    names = names_of(graph, found.roots)
    spared = exposed_among(graph, found.spared)
    goes = "goes" if len(found.roots) == 1 else "go"
    left = exposed_by(graph, found.after)
    if not spared.things:
        return (
            f"Were it not that {relationship(found)}: if {names} {goes}, nothing would be spared; "
            f"{exposed_in_words(left)} would still fall."
        )
    return (
        f"Were it not that {relationship(found)}: if {names} {goes}, {exposed_in_words(spared)} "
        f"would no longer fall; {exposed_in_words(left)} still would."
    )


def removed_as_json(found: Removed) -> dict[str, object]:
    """One relationship less, as JSON-ready data.

    ``{"roots", "removed": {"subject", "relation", "object", "assertions"}, "not_counted", "before",
    "after", "no_longer": […], "still_by_other_routes": [{"id", "certainty", "effect",
    "distance"}]}`` beside what was asked.
    """
    graph = found.graph
    return {
        "roots": [graph.nodes[root].id for root in found.roots],
        "removed": {
            "subject": graph.nodes[found.subject].id,
            "relation": found.relation.value,
            "object": graph.nodes[found.object].id,
            "assertions": found.assertions,
        },
        "not_counted": not_counted(graph, found.before),
        "before": exposed_as_json(exposed_by(graph, found.before)),
        "after": exposed_as_json(exposed_by(graph, found.after)),
        "no_longer": [_affected(a) for a in found.spared],
        "still_by_other_routes": [_affected(a) for a in found.still],
        **asked(graph, found.policy),
    }


def planned_headline(found: Planned) -> str:
    """What the plan would make, in plain words."""
    names = names_of(found.graph, [made.of for made in found.made])
    known = f"{number_of(len(found.new), 'name')} in it {_is(len(found.new))} new to this store"
    return f"The plan would make {names}. {known}; nothing was written."


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def planned_as_json(found: Planned) -> dict[str, object]:
    """``{"new": [ids], "made": [as lineage ancestry gives]}``, JSON-ready."""
    return {"new": list(found.new), "made": [ancestry_as_json(made) for made in found.made]}


def _affected(a: Affected) -> dict[str, object]:
    return {
        "id": a.id,
        "name": a.name,
        "kind": a.kind.value.lower(),
        "effect": a.effect.value,
        "certainty": a.certainty.value,
        "distance": a.distance,
    }
