"""Which sources reach furthest: where to look first. All of them are counted, exactly."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lineage.export.ranking import people_in_words
from lineage.graph import Graph
from lineage.questions import Ranking, rank

TOP = 10

_BY = {
    "models": "models",
    "deployments": "deployments",
    "people": "people exposed",
    "things": "all things affected",
}


@st.cache_resource(show_spinner=False)
def _latest(store: str) -> dict[str, Ranking]:
    """The latest ranking of a store, which the next one starts from."""
    del store
    return {}


def ranked(graph: Graph) -> Ranking:
    """The ranking of all sources, brought up to date where an earlier one is at hand."""
    kept = _latest(graph.store)
    before = kept.get("sources")
    kept["sources"] = before.updated(graph) if before is not None else rank(graph)
    return kept["sources"]


def reach_table(graph: Graph, key: str, on_choose: Callable[[str], None]) -> None:
    """Shows the sources with the largest blast radius; choosing one tells its id."""
    with st.spinner("Comparing sources …"):
        ranking = ranked(graph)
    if not len(ranking):
        st.info("No document names a source. Search for a dataset or a model instead.")
        return
    by = st.selectbox(
        "Which source is the most dangerous to lose, by",
        _BY,
        format_func=_BY.__getitem__,
        index=3,
        key=f"{key}-by",
        width=360,
    )
    top = ranking.top(by, TOP)

    def told() -> None:
        picked = st.session_state[key]["selection"]["rows"]
        if picked:
            on_choose(top[picked[0]].id)

    st.dataframe(
        [
            {
                "Source": row.name,
                "Affected": row.exposed.things,
                "Models": row.exposed.models,
                "Deployments": row.exposed.deployments,
                "People": people_in_words(row.exposed),
                "Id": row.id,
            }
            for row in top
        ],
        key=key,
        on_select=told,
        selection_mode="single-row",
        hide_index=True,
        column_config={
            "Source": st.column_config.TextColumn(width=260),
            "Affected": st.column_config.NumberColumn(
                help="Things that must go, be retrained or be withdrawn"
            ),
            "People": st.column_config.TextColumn(
                help="The stated users of the deployments affected; where nobody stated a number "
                "it is unknown"
            ),
        },
    )
    st.caption(
        f"{len(top)} of {len(ranking):,} sources, each counted exactly. More of them, and data "
        "sets, models or grants: lineage rank"
    )
