"""Which sources reach furthest: where to look first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from lineage.graph import Graph
from lineage.impact import Impact
from lineage.ui.opened import answer_for, identity
from lineage.vocabulary import Kind

TOP = 10
_WORK = 2_000_000
_LEAST, _MOST = 10, 200


@st.cache_resource(show_spinner="Comparing sources …", max_entries=4)
def ranked(_graph: Graph, of: str) -> tuple[list[Impact], int]:
    """The answers for sources, the furthest reaching first, and how many sources there are.

    A large graph is asked about fewer of them: those that most things name directly.
    """
    del of
    sources = np.flatnonzero(_graph.of_kind(Kind.SOURCE))
    named = np.bincount(_graph.object, minlength=len(_graph))[sources]
    most = max(_LEAST, min(_MOST, _WORK // (len(_graph.nodes) + len(_graph.edges) + 1)))
    chosen = sources[np.argsort(-named, kind="stable")[:most]]
    answers = [answer_for(_graph, [_graph.nodes[int(n)].id]) for n in chosen]
    answers.sort(key=lambda a: (-a.counts["total"]["blast_radius"], a.roots))
    return answers, len(sources)


def reach_table(graph: Graph, key: str, on_choose: Callable[[str], None]) -> None:
    """Shows the sources with the largest blast radius; choosing one tells its id."""
    answers, total = ranked(graph, identity(graph))
    top = answers[:TOP]
    if not top:
        st.info("No document names a source. Search for a dataset or a model instead.")
        return

    def told() -> None:
        picked = st.session_state[key]["selection"]["rows"]
        if picked:
            on_choose(top[picked[0]].roots[0])

    st.dataframe(
        (
            [
                {
                    "Source": graph.shown(graph.number[a.roots[0]]),
                    "Affected": a.counts["total"]["blast_radius"],
                    "Models": a.counts["kind"].get("Model", 0),
                    "Deployments": a.counts["kind"].get("Deployment", 0),
                    "Proven": a.counts["certainty"].get("proven", 0),
                    "Possible": a.counts["certainty"].get("possible", 0),
                    "Id": a.roots[0],
                }
                for a in top
            ]
        ),
        key=key,
        on_select=told,
        selection_mode="single-row",
        hide_index=True,
        column_config={
            "Source": st.column_config.TextColumn(width=260),
            "Affected": st.column_config.NumberColumn(
                help="Things that must go, be retrained or be withdrawn"
            ),
        },
    )
    asked = (
        ""
        if len(answers) == total
        else (
            f" The store is large: only the {len(answers):,} that most things name were compared."
        )
    )
    st.caption(f"{len(top)} of {total:,} sources.{asked}")
