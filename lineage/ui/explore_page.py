"""The page "Explore": find an artifact, see what it came from and what was made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from lineage.drawing.scenes import neighbourhood_picture
from lineage.export.impact import place_of, stated_when
from lineage.graph import Graph
from lineage.impact import Policy, unknown_inputs
from lineage.ui.blast_page import drawn_words
from lineage.ui.components import choice
from lineage.ui.components.canvas import canvas
from lineage.ui.components.overview import overview, words
from lineage.ui.components.prose import block, code, name, prose, tag
from lineage.ui.components.why import property_blocks
from lineage.ui.links import ARTIFACT, Links, ask, asked
from lineage.vocabulary import KINDS, Kind

MOST_FOUND = 500
_OPENED = "explore-opened"


def show(graph: Graph, links: Links) -> None:
    """Shows the page."""
    choice.left()
    text, kinds = st.columns([0.62, 0.38], gap="small")
    wanted = text.text_input(
        "Find by a part of a name or id",
        key="explore-text",
        placeholder="for example: photos, buffalo, s3://",
    )
    only = kinds.multiselect(
        "Kind",
        [k.value for k in KINDS if k != Kind.DOCUMENT],
        placeholder="all kinds",
        key="explore-kinds",
    )
    if wanted or only:
        _results(graph, wanted, [Kind(k) for k in only])
    ids = asked(ARTIFACT)
    if not ids:
        overview(graph, _open)
    elif ids[0] not in graph.number:
        prose(
            "unknown-artifact",
            [
                block(
                    "warning",
                    "The address of this page names something that is not in this store: ",
                    code(ids[0]),
                    ". Search for it above, or read the documents that name it.",
                )
            ],
        )
    else:
        _artifact(graph, graph.number[ids[0]], links)
    words()


def _open(id_: str) -> None:
    ask(ARTIFACT, [id_])


def _results(graph: Graph, text: str, kinds: Sequence[Kind]) -> None:
    found = graph.search(text, kinds)
    listed = found[:MOST_FOUND]
    if not found:
        st.info("Nothing in this store has that in its name or id.")
        return
    _pickable(
        "explore-results",
        (
            [
                {"Name": graph.shown(n), "Kind": graph.nodes[n].kind.value, "Id": graph.nodes[n].id}
                for n in listed
            ]
        ),
        [graph.nodes[n].id for n in listed],
        height=min(250, 38 + 35 * len(listed)),
    )
    st.caption(f"{len(listed):,} of {len(found):,} found. Select a row to open it.")


def _pickable(
    key: str, data: Sequence[Mapping[str, object]], ids: Sequence[str], height: int
) -> None:
    def told() -> None:
        picked = st.session_state[key]["selection"]["rows"]
        if picked:
            _open(ids[picked[0]])

    st.dataframe(
        data, key=key, on_select=told, selection_mode="single-row", hide_index=True, height=height
    )


def _artifact(graph: Graph, number: int, links: Links) -> None:
    node = graph.nodes[number]
    unknown = bool((unknown_inputs(graph, Policy()) & graph.is_artifact)[number])
    left, right = st.columns([0.68, 0.32], gap="medium")
    with right, st.container(key="why"):
        links.to_blast([node.id], "Show the blast radius of this")
        links.to_ancestry(node.id, "Show what this stands on")
        prose(
            "artifact",
            [
                block("title", name(graph.shown(number))),
                block("line", tag(node.kind.value), *([tag("origin unknown")] if unknown else [])),
                block("note", f"{node.kind.value}: {KINDS[node.kind]}."),
                *(
                    [
                        block(
                            "warning",
                            "It is, or stands on, something of which nobody has said what it came "
                            "from.",
                        )
                    ]
                    if unknown
                    else []
                ),
                *(
                    property_blocks(node.properties)
                    or [block("note", "No document states a property of it.")]
                ),
                block("small", "Id: ", code(node.id)),
            ],
        )
        st.button("Back to the overview", on_click=lambda: ask(ARTIFACT, []))
    with left:
        _neighbours(graph, number)
        _relations(graph, number)


def _neighbours(graph: Graph, number: int) -> None:
    steps = (
        st.segmented_control(
            "Steps to look in both directions", [1, 2, 3], default=1, key="explore-steps"
        )
        or 1
    )
    groups: dict[str, list[str]] = st.session_state.setdefault(_OPENED, {})
    key = graph.nodes[number].id
    opened = groups.setdefault(key, [])
    picture = neighbourhood_picture(graph, number, steps, opened)

    def clicked(id_: str) -> None:
        if id_.startswith("group:"):
            groups[key] = [*opened, id_]
        else:
            _open(id_)

    canvas(
        "explore-picture",
        picture,
        drawn_words(picture, "within these steps"),
        key,
        clicked,
        click_does="to open it",
    )
    if opened:
        st.button("Close the opened groups", on_click=lambda: groups.update({key: []}))


def _relations(graph: Graph, number: int) -> None:
    """Every assertion that names the artifact directly."""
    chosen = np.array([number])
    rows, ids = [], []
    for up, adjacency in ((True, graph.upstream), (False, graph.downstream)):
        for index in adjacency.of(chosen):
            edge = graph.edges[int(index)]
            other = graph.number[edge.object if up else edge.subject]
            ids.append(graph.nodes[other].id)
            relation = edge.relation.role.replace("_", " ")
            rows.append(
                {
                    "Says": f"this {relation}" if up else f"{relation} this",
                    "Other": graph.shown(other),
                    "Kind": graph.nodes[other].kind.value,
                    "Where": place_of(graph, edge),
                    "Key": edge.place,
                    "Evidence": edge.evidence.value,
                    "Still said": ("yes" if edge.active else "no")
                    + (f", {when}" if (when := stated_when(edge)) else ""),
                }
            )
    if not rows:
        st.info("No document relates it to anything.")
        return
    st.caption(f"{len(rows):,} assertions name it directly. Select one to open the other artifact.")
    _pickable("explore-relations", rows, ids, height=min(320, 38 + 35 * len(rows)))
