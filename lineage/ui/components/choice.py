"""Choosing what is revoked. The URL is what counts: it can be sent, reloaded and gone back to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lineage.graph import Graph
from lineage.ui.components.prose import block, code, prose
from lineage.ui.links import REVOKE, WHY, ask, asked
from lineage.vocabulary import Kind

KINDS = (Kind.SOURCE, Kind.DATASET, Kind.MODEL, Kind.PARTY, Kind.GRANT, Kind.REVOCATION)
"""What can be revoked, in the order in which it is offered."""

MOST_OFFERED = 2_000

_WIDGET = "choice-revoke"
_SEEN = "choice-seen"
_LAST = "choice-last"
_NARROW = "choice-narrow"


def choose(graph: Graph) -> list[str]:
    """Lets the user choose what is revoked; gives the ids, those of the URL first of all."""
    wanted = asked(REVOKE)
    if not wanted and _SEEN not in st.session_state:
        wanted = st.session_state.get(_LAST, [])
        ask(REVOKE, wanted)
    known = [id_ for id_ in wanted if id_ in graph.number]
    unknown = [id_ for id_ in wanted if id_ not in graph.number]
    if st.session_state.get(_SEEN) != wanted or _WIDGET not in st.session_state:
        st.session_state[_WIDGET] = known
        st.session_state[_SEEN] = wanted
    offered = _offered(graph, st.session_state[_WIDGET])
    labels = unique_labels(graph, offered)
    chosen = st.multiselect(
        "If this is revoked …",
        offered,
        format_func=labels.__getitem__,
        key=_WIDGET,
        on_change=_changed,
        filter_mode="contains",
        select_all=False,
        placeholder="Type a name: sources first, then datasets, models, parties, grants",
    )
    st.session_state[_LAST] = list(chosen)
    if unknown:
        prose(
            "unknown-ids",
            [
                block(
                    "warning",
                    "The address of this page names something that is not in this store: ",
                    code(id_),
                    ". Choose from the list above, or read the documents that name it.",
                )
                for id_ in unknown
            ],
        )
    return list(chosen)


def left() -> None:
    """Tells the choice that another page was shown, which clears the URL."""
    st.session_state.pop(_SEEN, None)


def set_choice(ids: Sequence[str]) -> None:
    """Chooses these, as a callback of another widget."""
    st.session_state[_WIDGET] = list(ids)
    _changed()


def _changed() -> None:
    ids = list(st.session_state[_WIDGET])
    st.session_state[_SEEN] = ids
    ask(REVOKE, ids)
    ask(WHY, [])


def _offered(graph: Graph, chosen: Sequence[str]) -> list[str]:
    """What the list offers: everything, or what fits a search where there is too much of it."""
    rank = {kind: at for at, kind in enumerate(KINDS)}
    numbers = [int(n) for kind in KINDS for n in np.flatnonzero(graph.of_kind(kind))]
    if len(numbers) > MOST_OFFERED:
        text = st.text_input("Narrow the list by a part of a name or id", key=_NARROW)
        found = graph.search(text, KINDS) if text else numbers
        total = len(found)
        if text:
            found.sort(key=lambda n: rank[graph.nodes[n].kind])
        numbers = found[:MOST_OFFERED]
        if total > len(numbers):
            st.caption(
                f"The list offers {len(numbers):,} of {total:,}; type a part of the name above "
                "to narrow it."
            )
    numbers.sort(key=lambda n: (rank[graph.nodes[n].kind], graph.shown(n).casefold(), n))
    ids = [graph.nodes[n].id for n in numbers]
    there = set(ids)
    return ids + [id_ for id_ in chosen if id_ not in there]


def unique_labels(graph: Graph, ids: Sequence[str]) -> dict[str, str]:
    """A label for each id: what it is called, and the kind.

    With the name that stands in its id, where it is called otherwise: commands and documents
    have that name, so it is what people type. With the whole id where two would read the same.
    """
    labels: dict[str, str] = {}
    counts: dict[str, int] = {}
    for id_ in ids:
        number = graph.number[id_]
        shown, node = graph.shown(number), graph.nodes[number]
        titled = "display_name" in node.properties and node.name not in shown
        own = f" · {node.name}" if titled else ""
        labels[id_] = f"{shown}{own} · {node.kind.value}"
        counts[labels[id_]] = counts.get(labels[id_], 0) + 1
    return {
        id_: label if counts[label] == 1 else f"{label} · {id_}" for id_, label in labels.items()
    }
