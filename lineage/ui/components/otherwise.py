"""Asking it otherwise: at an earlier time, of a part only, or of data that must be destroyed.

The address keeps what was asked, so that the answer can be sent to somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lineage.export.words import narrowing, served
from lineage.graph import Graph
from lineage.graph.times import as_of, parsed_time
from lineage.impact import Impact, Policy, impact
from lineage.impact.part import narrowed
from lineage.impact.windows import windows
from lineage.ui.components.prose import block, prose
from lineage.ui.links import ask, asked
from lineage.ui.opened import identity

_WHEN, _PART, _DESTROY = "as-of", "part", "destroy"


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What was asked besides what is revoked: a day, a part, and whether to destroy."""

    when: str = ""
    part: str = ""
    destroy: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The graph that was asked, its answer, a name for the two, and what a part leaves out."""

    graph: Graph
    answer: Impact
    name: str
    narrowing: tuple[str, ...] = ()


def ask_otherwise() -> Otherwise:
    """Shows the choices, closed unless one was made, and gives what was chosen."""
    now = Otherwise(_asked(_WHEN), _asked(_PART), bool(asked(_DESTROY)))
    with (
        st.expander("An earlier time, a part, or an order to destroy", expanded=now != Otherwise()),
        st.container(horizontal=True),
    ):
        when = st.text_input(
            "As things were on", now.when, placeholder="2026-03-31", help="As far as known today."
        )
        part = st.text_input(
            "Only this part is revoked", now.part, placeholder="split=test",
            help="As documents name the part that they use.",
        )  # fmt: skip
        destroy = st.checkbox(
            "The data is to be destroyed, whatever other rights there are", now.destroy
        )
    chosen = Otherwise(when.strip(), part.strip(), destroy)
    for name, text in ((_WHEN, chosen.when), (_PART, chosen.part)):
        ask(name, [text] if text else [])
    ask(_DESTROY, ["1"] if destroy else [])
    return chosen


def _asked(parameter: str) -> str:
    return next(iter(asked(parameter)), "")


def answered(graph: Graph, roots: Sequence[str], asked_for: Otherwise) -> Answered:
    """The answer about these ids, as it was asked for.

    Raises:
        UsageError: the day is none.
        NotFoundError: nothing is known of that day.
    """
    return _answered(graph, identity(graph), tuple(roots), asked_for)


@st.cache_resource(show_spinner=False, max_entries=32)
def _answered(_graph: Graph, of: str, roots: tuple[str, ...], asked_for: Otherwise) -> Answered:
    view = _graph
    lines: tuple[str, ...] = ()
    if asked_for.when:
        view = as_of(view, parsed_time(asked_for.when))
    numbers, policy = [view.number[root] for root in roots], Policy()
    answer = impact(view, numbers, policy, destroy=asked_for.destroy)
    if asked_for.part:
        part = narrowed(view, answer.starts, asked_for.part)
        whole, view = answer, part.graph
        answer = impact(view, numbers, policy, destroy=asked_for.destroy)
        lines = tuple(narrowing(whole, answer, part, asked_for.part))
    return Answered(view, answer, f"{of} {asked_for}", lines)


def since_when(answer: Impact, graph: Graph) -> None:
    """Shows in which windows the affected deployments served."""
    lines = served(windows(graph, answer.affected))
    if lines:
        with st.expander(f"Since when: {len(lines)} affected services, and how long each ran"):
            prose("since-when", [block("line", line) for line in lines])
