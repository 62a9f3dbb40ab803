"""The page "Ancestry": what a model stands on, and how two models differ."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from lineage.export.ancestry import (
    ancestry_as_csv,
    ancestry_as_json,
    ancestry_as_markdown,
    caveats,
    headline,
    rows,
)
from lineage.export.difference import said_in_words
from lineage.graph import Graph
from lineage.impact import Policy
from lineage.questions import Ancestry, ancestry
from lineage.questions.difference import Compared, difference, of_ancestry
from lineage.ui.components.choice import MOST_OFFERED, unique_labels
from lineage.ui.components.prose import block, code, prose
from lineage.ui.links import ARTIFACT, Links, ask, asked
from lineage.ui.opened import identity
from lineage.vocabulary import Kind

_KINDS = (Kind.MODEL, Kind.DEPLOYMENT, Kind.DATASET)
_MOST_ROWS = 1_000
_CHOICE = "ancestry-choice"
_SEEN = "ancestry-seen"


@st.cache_resource(show_spinner="Following it back …", max_entries=16)
def _ancestry(_graph: Graph, of: str, id_: str) -> Ancestry:
    del of
    return ancestry(_graph, _graph.number[id_], Policy())


def show(graph: Graph, links: Links) -> None:
    """Shows the page."""
    wanted = asked(ARTIFACT)
    chosen = _choose(graph, [id_ for id_ in wanted if id_ in graph.number][:2])
    for id_ in (id_ for id_ in wanted if id_ not in graph.number):
        prose(
            f"unknown-{id_}",
            [
                block(
                    "warning",
                    "The address of this page names something that is not in this store: ",
                    code(id_),
                    ".",
                )
            ],
        )
    if not chosen:
        prose(
            "ancestry-start",
            [
                block("headline", "What does this model stand on?"),
                block(
                    "line",
                    "Choose a model, a service or a data set above. The page lists all that it "
                    "was made from, back to the sources, with the rights that documents state and "
                    "what nobody knows. Choose two to compare them.",
                ),
            ],
        )
        return
    found = [_ancestry(graph, identity(graph), id_) for id_ in chosen]
    if len(found) == 2:
        _compared(graph, *found)
    else:
        _one(found[0], links)


def _choose(graph: Graph, wanted: list[str]) -> list[str]:
    """Lets the user choose one artifact, or two to compare."""
    if st.session_state.get(_SEEN) != wanted or _CHOICE not in st.session_state:
        st.session_state[_CHOICE] = st.session_state[_SEEN] = wanted
    numbers = [int(n) for kind in _KINDS for n in np.flatnonzero(graph.of_kind(kind))]
    if len(numbers) > MOST_OFFERED:
        text = st.text_input("Narrow the list by a part of a name or id", key="ancestry-narrow")
        found = graph.search(text, _KINDS) if text else numbers
        st.caption(f"The list offers {min(len(found), MOST_OFFERED):,} of {len(found):,}.")
        numbers = found[:MOST_OFFERED]
    ids = [graph.nodes[n].id for n in numbers]
    ids += [id_ for id_ in wanted if id_ not in set(ids)]
    labels = unique_labels(graph, ids)

    def changed() -> None:
        st.session_state[_SEEN] = list(st.session_state[_CHOICE])
        ask(ARTIFACT, st.session_state[_CHOICE])

    return list(
        st.multiselect(
            "What this stands on …",
            ids,
            format_func=labels.__getitem__,
            key=_CHOICE,
            on_change=changed,
            max_selections=2,
            placeholder="Type the name of a model, a service or a data set; a second to compare",
        )
    )


def _one(found: Ancestry, links: Links) -> None:
    total, kinds = found.counts["total"], found.counts["kind"]
    prose(
        "ancestry",
        [block("headline", headline(found)), *(block("line", c) for c in caveats(found))],
    )
    tiles = st.columns(5)
    tiles[0].metric("Made from", f"{total['made_from']:,}")
    tiles[1].metric("Sources", f"{kinds.get('Source', 0):,}")
    tiles[2].metric("Of unknown origin", f"{total['unknown_origin']:,}")
    tiles[3].metric("Data without a right", f"{total['without_right']:,}")
    tiles[4].metric("Revoked", f"{total['revoked']:,}")
    if len(found.ancestors):
        _table(rows(found))
        st.caption(
            f"{min(len(found.ancestors), _MOST_ROWS):,} of {len(found.ancestors):,} names shown, "
            "the nearest first; files have all of them."
        )
    with st.container(horizontal=True, gap="small"):
        for label, make, ending, kind in (
            ("CSV", ancestry_as_csv, "csv", "text/csv"),
            ("Report (Markdown)", ancestry_as_markdown, "md", "text/markdown"),
            ("Data (JSON)", _json, "json", "application/json"),
        ):
            st.download_button(
                label,
                lambda make=make: make(found),  # type: ignore[misc]
                f"ancestry.{ending}",
                kind,
                on_click="ignore",
            )
    links.to_artifact(found.graph.nodes[found.of].id, "Open it in Explore")


def _json(found: Ancestry) -> str:
    return json.dumps(ancestry_as_json(found), indent=2)


def _table(data: Sequence[Mapping[str, object]]) -> None:
    titles = {"used": "How", "to be known": "To be known", "held under": "Held under"}
    st.dataframe(
        [
            {titles.get(name, name.capitalize()): value for name, value in row.items()}
            for row in data[:_MOST_ROWS]
        ],
        hide_index=True,
        width="stretch",
        column_config={
            "Depth": st.column_config.NumberColumn(
                width=60, help="How many assertions lead from it to what was chosen"
            ),
            "Held under": st.column_config.TextColumn(width=230),
            "To be known": st.column_config.TextColumn(width=170),
        },
        column_order=(
            "Depth",
            "Kind",
            "Name",
            "How",
            "Held under",
            "To be known",
            "Certainty",
            "Provided by",
            "Data categories",
            "Document",
            "Id",
        ),
    )


def _compared(graph: Graph, left: Ancestry, right: Ancestry) -> None:
    names = graph.shown(left.of), graph.shown(right.of)
    found = difference(of_ancestry(left), of_ancestry(right))
    prose(
        "compared",
        [
            block(
                "headline",
                f"“{names[0]}” and “{names[1]}” have {len(found.same) + len(found.changed):,} "
                f"names in common; {len(found.only_left):,} are only in the first, "
                f"{len(found.only_right):,} only in the second.",
            )
        ],
    )
    for title, part in (
        (f"Only {names[0]}", found.only_left),
        (f"Only {names[1]}", found.only_right),
        ("Both, but with another certainty or effect", found.changed),
        ("Both alike", found.same),
    ):
        if part:
            st.text(f"{title}: {len(part):,}")
            _difference(part, names)


def _difference(part: Sequence[Compared], names: tuple[str, str]) -> None:
    st.dataframe(
        [
            {
                "Kind": row.kind.value,
                "Name": row.name,
                f"First: {names[0]}": said_in_words(row.left),
                f"Second: {names[1]}": said_in_words(row.right),
                "Id": row.id,
            }
            for row in part[:_MOST_ROWS]
        ],
        hide_index=True,
        width="stretch",
    )
    if len(part) > _MOST_ROWS:
        st.caption(f"{_MOST_ROWS:,} of {len(part):,} shown; all: lineage diff --format json")
