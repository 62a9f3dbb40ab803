"""Leverage as JSON, and in words."""

from __future__ import annotations

from lineage.export.asked import asked, listed, number_of
from lineage.export.ranking import exposed_as_json, exposed_in_words
from lineage.export.words import left_out
from lineage.impact.alike import not_counted
from lineage.questions import Cut, Leverage
from lineage.vocabulary import Kind


def headline(found: Leverage) -> str:
    """The answer in one sentence of plain words."""
    names = listed([f"“{found.graph.shown(root)}”" for root in found.roots])
    total, goes, it = found.affected.deployments, "goes", "it"
    if len(found.roots) > 1:
        goes, it = "go", "them"
    if not found.affected.things:
        return f"If {names} {goes}, nothing known to this store is affected."
    if not total:
        return (
            f"If {names} {goes}, {exposed_in_words(found.affected)} are affected, but no "
            "deployment that is known: there is no service to free."
        )
    if not found.plan:
        return (
            f"If {names} {goes}, nothing made anew frees a deployment: "
            f"{number_of(total, 'deployment')} must be withdrawn from service."
        )
    freed = total - found.remaining.deployments
    of = "the one affected deployment" if total == 1 else f"all {total:,} affected deployments"
    if freed < total:
        of = f"{freed:,} of {total:,} affected deployments"
    many = number_of(
        len(found.plan), "model" if all(s.kind == Kind.MODEL for s in found.plan) else "artifact"
    )
    return f"If {names} {goes}, making {many} anew without {it} frees {of}."


def caveats(found: Leverage) -> list[str]:
    """What a reader must know before relying on it, one sentence each."""
    lines = left_out(found.answer, found.graph)
    if found.direct:
        names = listed([f"“{found.graph.shown(n)}”" for n in found.direct])
        lines.append(
            f"No artifact that could be made anew stands between it and {names}: withdraw from "
            "service."
        )
    if found.plan:
        lines.append(
            "Freed means that nothing revoked leads to it any more: what is freed has to be made "
            "again from the new artifact, or be put into service with it."
        )
        if found.remaining.things:
            lines.append(
                f"Then {exposed_in_words(found.remaining)} "
                f"{'is' if found.remaining.things == 1 else 'are'} still affected, and must go."
            )
    if found.without_cost:
        lines.append(
            f"Of {number_of(found.without_cost, 'artifact')} of the plan nobody stated a cost; "
            "each was taken to cost as much as the dearest."
        )
    return lines


def leverage_as_json(found: Leverage, chokes: int | None = None) -> dict[str, object]:
    """Leverage as JSON-ready data.

    ``{"roots", "not_counted", "affected", "plan": [{"id", "name", "kind", "cost", "freed"}],
    "direct", "remaining", "without_cost", "choke_points_total", "choke_points": [as in the
    plan]}`` beside what was asked. ``freed`` of a step is what it adds to the steps before it;
    ``freed`` of a choke point what it frees alone.
    """
    graph = found.graph
    return {
        "roots": [graph.nodes[root].id for root in found.roots],
        "not_counted": not_counted(graph, found.answer),
        "affected": exposed_as_json(found.affected),
        "plan": [_cut(step) for step in found.plan],
        "direct": [graph.nodes[n].id for n in found.direct],
        "remaining": exposed_as_json(found.remaining),
        "without_cost": found.without_cost,
        "choke_points_total": len(found.chokes),
        "choke_points": [_cut(choke) for choke in found.chokes[:chokes]],
        **asked(graph, found.policy),
    }


def _cut(cut: Cut) -> dict[str, object]:
    return {
        "id": cut.id,
        "name": cut.name,
        "kind": cut.kind.value.lower(),
        "cost": cut.cost,
        "freed": exposed_as_json(cut.freed),
    }
