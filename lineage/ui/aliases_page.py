"""The page "Aliases": names that may mean one thing, and what people decided of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from lineage.aliases import (
    RULES,
    Change,
    Decision,
    Sizes,
    Suggestion,
    Verdict,
    by_change,
    decide,
    decisions,
    suggest,
    undo,
)
from lineage.errors import LineageError
from lineage.export.aliases import minute, size_in_words
from lineage.graph import Graph
from lineage.impact import Policy
from lineage.store.base import Store
from lineage.ui.components import choice
from lineage.ui.components.prose import Block, block, code, name, prose, tag
from lineage.ui.links import PAIR, Links, ask, asked
from lineage.ui.opened import change, identity

MOST_LISTED = 500
_BY = "aliases-by"
_REASON = "aliases-reason"
_REFUSED = "aliases-refused"

Pair = tuple[str, str]


@st.cache_resource(show_spinner="Comparing names …", max_entries=3)
def _ranked(_graph: Graph, of: str) -> list[tuple[Suggestion, Change]]:
    """The suggestions of a graph, kept while only the chosen one changes."""
    del of
    return by_change(_graph, suggest(_graph))


def show(graph: Graph, links: Links, address: str) -> None:
    """Shows the page."""
    choice.left()
    ranked = _ranked(graph, identity(graph))
    decided = decisions(graph.edges)
    prose("aliases", _headline(len(ranked)))
    left, right = st.columns([0.64, 0.36], gap="medium")
    with left:
        _suggestions(graph, ranked)
        _decisions(graph, decided)
    with right, st.container(key="why"):
        _pair(graph, ranked, decided, links, address)


def _headline(count: int) -> list[Block]:
    if not count:
        return [block("headline", "No two names are likely to mean the same thing.")]
    pairs = "pair of names" if count == 1 else "pairs of names"
    return [
        block("headline", f"{count:,} {pairs} may mean the same thing."),
        block(
            "line",
            "Nothing is joined by itself: until somebody accepts it, what affects one of the two "
            "is not counted for the other. Those that would change most stand first.",
        ),
    ]


def _suggestions(graph: Graph, ranked: Sequence[tuple[Suggestion, Change]]) -> None:
    if not ranked:
        return
    listed = ranked[:MOST_LISTED]
    rows = [
        {
            "First": graph.shown(graph.number[s.a]),
            "Second": graph.shown(graph.number[s.b]),
            "Missed today": c.missed,
            "First revoked": size_in_words(c.first),
            "Second revoked": size_in_words(c.second),
            "As one": size_in_words(c.joined),
            "Rule": s.rule.value,
            "Why": s.reason,
            "First id": s.a,
            "Second id": s.b,
        }
        for s, c in listed
    ]
    _pickable("aliases-suggested", rows, [(s.a, s.b) for s, _ in listed], graph)
    st.caption(f"{len(listed):,} of {len(ranked):,} shown. Select a row to decide on it.")


def _decisions(graph: Graph, decided: Sequence[Decision]) -> None:
    prose("decided", [block("title", "Decisions")])
    if not decided:
        st.caption("Nobody has decided on any pair of names, or all decisions were taken back.")
        return
    rows = [
        {
            "Decision": d.verdict.value,
            "First": graph.shown(graph.number[d.a]),
            "Second": graph.shown(graph.number[d.b]),
            "By": d.by,
            "When (UTC)": minute(d.at),
            "Why": d.reason,
            "First id": d.a,
            "Second id": d.b,
        }
        for d in decided
    ]
    _pickable("aliases-decided", rows, [(d.a, d.b) for d in decided], graph)
    st.caption(f"{len(decided):,} in force. Select a row to take it back.")


def _pickable(
    name_: str, rows: Sequence[Mapping[str, object]], pairs: Sequence[Pair], graph: Graph
) -> None:
    """A table of which one row can be chosen; another graph makes it a new one."""
    key = f"{name_}-{hashlib.sha256(identity(graph).encode()).hexdigest()[:12]}"

    def told() -> None:
        picked = st.session_state[key]["selection"]["rows"]
        ask(PAIR, pairs[picked[0]] if picked else ())

    st.dataframe(
        rows,
        key=key,
        on_select=told,
        selection_mode="single-row",
        hide_index=True,
        height=min(400, 38 + 35 * len(rows)),
        column_config={
            column: st.column_config.TextColumn(width=190) for column in ("First", "Second")
        },
    )


def _pair(
    graph: Graph,
    ranked: Sequence[tuple[Suggestion, Change]],
    decided: Sequence[Decision],
    links: Links,
    address: str,
) -> None:
    """The chosen pair: what speaks for it, what it would change, and the decision on it."""
    refused = st.session_state.pop(_REFUSED, None)
    if refused:
        prose("refused", [block("warning", refused)])
    ids = asked(PAIR)
    if len(ids) != 2 or any(id_ not in graph.number for id_ in ids):
        prose("pair", _nothing_chosen(ids))
        return
    pair = (ids[0], ids[1])
    decision = next((d for d in decided if {d.a, d.b} == set(pair)), None)
    suggestion = next((s for s, _ in ranked if {s.a, s.b} == set(pair)), None)
    prose("pair", [*_names(graph, pair), *_standing(graph, pair, suggestion, decision)])
    for number, id_ in enumerate(pair, 1):
        links.to_artifact(id_, f"Open the {'first' if number == 1 else 'second'} in Explore")
    if decision is not None:
        st.button("Undo this decision", on_click=_undone, args=(address, graph, pair))
        return
    st.text_input("Your name", key=_BY, max_chars=100)
    st.text_input("Reason", key=_REASON, placeholder="how do you know?")
    with st.container(horizontal=True, gap="small"):
        for verdict, label in (
            (Verdict.ACCEPTED, "Accept: they are the same"),
            (Verdict.REJECTED, "Reject: they are not"),
        ):
            st.button(label, on_click=_decided, args=(address, graph, pair, verdict))


def _nothing_chosen(ids: Sequence[str]) -> list[Block]:
    if not ids:
        return [block("title", "Decide"), block("note", "Select a row of a table.")]
    named = [part for id_ in ids for part in (code(id_), " ")]
    return [
        block(
            "warning", "The address of this page does not name two things of this store: ", *named
        )
    ]


def _names(graph: Graph, pair: Pair) -> list[Block]:
    blocks = [block("title", "The same thing?")]
    for id_ in pair:
        number = graph.number[id_]
        kind = tag(graph.nodes[number].kind.value)
        blocks += [
            block("line", name(graph.shown(number)), " ", kind),
            block("small", "Id: ", code(id_)),
        ]
    return blocks


def _standing(
    graph: Graph, pair: Pair, suggestion: Suggestion | None, decision: Decision | None
) -> list[Block]:
    if decision is not None:
        return [
            block("line", tag(decision.verdict.value), " by ", name(decision.by)),
            block("line", "Because: ", name(decision.reason)),
            block("note", f"{minute(decision.at)} UTC"),
        ]
    sizes = Sizes(graph, Policy())
    a, b = (graph.number[id_] for id_ in pair)
    why = (
        [
            block("line", tag(suggestion.rule.value), " ", name(suggestion.reason)),
            block("note", f"Rule: {RULES[suggestion.rule]}."),
        ]
        if suggestion is not None
        else [block("line", "No rule suggests this pair.")]
    )
    return [
        *why,
        block("line", f"Affected if the first is revoked: {size_in_words(sizes.size(a))}"),
        block("line", f"Affected if the second is revoked: {size_in_words(sizes.size(b))}"),
        block("line", f"Affected if they are one: {size_in_words(sizes.size(a, b))}"),
    ]


def _decided(address: str, graph: Graph, pair: Pair, verdict: Verdict) -> None:
    a, b = (graph.number[id_] for id_ in pair)
    by, reason = st.session_state[_BY], st.session_state[_REASON]
    _write(address, lambda store: decide(store, graph, a, b, verdict, by=by, reason=reason))


def _undone(address: str, graph: Graph, pair: Pair) -> None:
    a, b = (graph.number[id_] for id_ in pair)
    _write(address, lambda store: undo(store, graph, a, b))


def _write(address: str, write: Callable[[Store], None]) -> None:
    """Writes a decision; what is wrong with it is shown in the next run."""
    try:
        change(address, write)
    except LineageError as error:
        st.session_state[_REFUSED] = f"Nothing was decided: {error}"
    else:
        st.session_state[_REASON] = ""
        ask(PAIR, ())
