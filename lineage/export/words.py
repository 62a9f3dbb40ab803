"""An impact answer in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.export.asked import number_of
from lineage.graph import Graph
from lineage.impact import Impact
from lineage.impact.alike import not_counted
from lineage.impact.part import Narrowed
from lineage.impact.windows import Window
from lineage.vocabulary import UNKNOWN

_MOST_NAMED = 3


def headline(answer: Impact, graph: Graph) -> str:
    """The answer in one sentence of plain words."""
    names = " and ".join(f"“{graph.shown(graph.number[r])}”" for r in answer.roots)
    go = "go" if len(answer.roots) > 1 else "goes"
    kinds = [number_of(n, kind.lower()) for kind, n in answer.counts["kind"].items()]
    total, informed = (answer.counts["total"][k] for k in ("blast_radius", "informed"))
    if not total and not informed:
        return f"If {names} {go}, nothing known to this store is affected."
    what = f"If {names} {go}, {number_of(total, 'thing')} {'is' if total == 1 else 'are'} affected"
    listed = f": {', '.join(kinds)}" if kinds else ""
    rest = f"; claims about {informed:,} more must be redone" if informed else ""
    return f"{what}{listed}{rest}."


def caveats(answer: Impact, graph: Graph) -> list[str]:
    """What a reader must know before relying on the answer, one sentence each."""
    known, total = answer.coverage
    certainty = answer.counts["certainty"]
    rest = f"{answer.undetermined:,} undetermined and {answer.cleared:,} cleared."
    lines = left_out(answer, graph)
    if total:
        lines += [
            f"{certainty.get('proven', 0):,} proven, {certainty.get('possible', 0):,} possible; "
            f"beside them {rest}",
            f"{known:,} of {total:,} affected have fully known inputs.",
        ]
    else:
        lines.append(f"Of all others: {rest}")
    if answer.retracted_used:
        lines.append(
            f"{answer.retracted_used} are affected only through assertions that documents no "
            "longer make; they count, because training cannot be taken back."
        )
    if answer.spared:
        lines.append(
            f"Left out: {len(answer.spared)} held under what ends and also under another verified "
            "right. An order to destroy would take them too: --destroy."
        )
    if answer.as_of:
        lines.append(
            f"As things were on {answer.as_of[:10]}, as far as is known today; what was only read "
            "later, without its history, counts from then."
        )
    unknown = answer.counts["unknown"]
    if unknown:
        lines.append(
            "Unknown among the affected: "
            + ", ".join(f"{name} ({n})" for name, n in unknown.items())
            + "."
        )
    return lines


def left_out(answer: Impact, graph: Graph) -> list[str]:
    """In words what is called as something that goes, and is not counted."""
    ids = not_counted(graph, answer)
    if not ids:
        return []
    more = f" and {len(ids) - _MOST_NAMED:,} more" if len(ids) > _MOST_NAMED else ""
    return [
        f"Not counted: {', '.join(ids[:_MOST_NAMED])}{more}, which is called the same. Nobody has "
        "said whether it is the same thing: give both names, or lineage aliases accept or reject."
    ]


def narrowing(whole: Impact, answer: Impact, narrower: Narrowed, part: str) -> list[str]:
    """What the narrower answer about a part leaves out, and what it assumes."""
    before, now = (a.counts["total"]["blast_radius"] for a in (whole, answer))
    return [
        f"Of the part “{part}” alone: {now} of the {before} affected by the whole.",
        f"This assumes that documents say rightly which part they used, and that parts of "
        f"different names do not overlap. {len(narrower.left_out)} uses name another part; "
        f"{len(narrower.unsaid)} do not say which, and count.",
    ]


def served(windows_: Sequence[Window]) -> list[str]:
    """Since when affected deployments served, one sentence each."""
    return [
        f"{w.name}: in use from {_when(w.since)} to {_when(w.until)}, "
        f"for {_known(w.purpose, 'a purpose nobody has stated')}, "
        f"by {_users(w.users)}."
        for w in windows_
    ]


def _when(date: str) -> str:
    return "an unknown day" if date == UNKNOWN else date


def _users(text: str) -> str:
    return f"{text} people" if text.isdecimal() else _known(text, "people nobody has counted")


def _known(text: str, otherwise: str) -> str:
    return otherwise if text == UNKNOWN else text
