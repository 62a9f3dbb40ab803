"""What a store holds, in numbers; and what the words mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import streamlit as st

from lineage.graph import Graph
from lineage.impact import Policy, unknown_inputs
from lineage.ui.components.prose import block, prose
from lineage.ui.components.reach import reach_table
from lineage.ui.components.tiles import Tile, tiles
from lineage.vocabulary import EVIDENCE, KINDS, RELATIONS, TRANSMITS


def overview(graph: Graph, on_open: Callable[[str], None]) -> None:
    """Counts by kind and format, unknown origins, and the sources that reach furthest."""
    kinds = {kind: int(graph.of_kind(kind).sum()) for kind in KINDS}
    unknown = int((unknown_inputs(graph, Policy()) & graph.is_artifact).sum())
    prose("overview", [block("title", "What this store knows")])
    numbers = [
        Tile(kind.value, f"{kinds[kind]:,}", f"{KINDS[kind]}.") for kind in KINDS if kinds[kind]
    ]
    tiles([numbers])
    prose(
        "unknown-origins",
        [
            block(
                "warning",
                f"{unknown:,} of {int(graph.is_artifact.sum()):,} artifacts are, or stand on, "
                "something of which nobody has said what it came from. No answer calls them clean.",
            )
        ]
        if unknown
        else [],
    )
    reach, documents = st.columns([0.66, 0.34], gap="medium")
    with reach:
        prose(
            "reach",
            [
                block("title", "Sources that reach furthest"),
                block("note", "Select one to open it."),
            ],
        )
        reach_table(graph, "explore-reach", on_open)
    with documents:
        formats = Counter(document.format for document in graph.documents.values())
        prose(
            "documents",
            [
                block("title", f"{len(graph.documents):,} documents"),
                block("note", "By what read them."),
            ],
        )
        st.dataframe(
            ([{"Format": form, "Documents": count} for form, count in formats.most_common()]),
            hide_index=True,
        )


def words() -> None:
    """The words of the project, from the tables that define them."""
    with st.expander("What the words mean"):
        st.dataframe(
            (
                [{"Word": k.value, "Is a": "kind", "Means": text} for k, text in KINDS.items()]
                + [
                    {
                        "Word": r.role.replace("_", " "),
                        "Is a": f"relation; {term.transmits.value}",
                        "Means": term.definition,
                    }
                    for r, term in RELATIONS.items()
                ]
                + [
                    {"Word": t.value, "Is a": "effect", "Means": text}
                    for t, text in TRANSMITS.items()
                ]
                + [
                    {"Word": e.value, "Is a": "evidence", "Means": term.definition}
                    for e, term in EVIDENCE.items()
                ]
            ),
            hide_index=True,
        )
