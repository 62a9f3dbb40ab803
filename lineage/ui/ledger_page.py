"""The page "Ledger": what was done, when and by whom; and whether the chain is whole."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from lineage.export.cases import plain
from lineage.graph import Graph
from lineage.ledger import (
    ACTS,
    Act,
    Entry,
    Verification,
    active_key,
    entry_of,
    key_id,
    texts,
    verify,
)
from lineage.store.base import Store
from lineage.ui.components.prose import block, code, prose
from lineage.ui.links import Links
from lineage.ui.opened import answered

MOST_LISTED = 1_000
_FOUND = "ledger-found"


def show(graph: Graph, links: Links, address: str) -> None:
    """Shows the page."""
    del graph, links
    number, head, key, entries, told = answered(address, _read)
    if not number:
        prose("ledger", [block("headline", "Nothing is recorded in this ledger yet.")])
        return
    prose(
        "ledger",
        [
            block("headline", f"{number:,} entries, each with the digest of the one before it."),
            block("line", "Head: ", code(head)),
            block("line", "Signed by the key ", code(key))
            if key
            else block("warning", "No key signs it yet: ", code("lineage ledger key create")),
        ],
    )
    if st.button("Verify the chain", type="primary"):
        st.session_state[_FOUND] = answered(address, _verified)
    found = st.session_state.get(_FOUND)
    if isinstance(found, Verification):
        _told(found)
    days = Counter(e.at[:10] for e in entries)
    if len(days) > 1:
        by_day = [{"Day": day, "Entries": count} for day, count in sorted(days.items())]
        st.bar_chart(by_day, x="Day", y="Entries", height=200)
    st.dataframe(
        [_row(e, told) for e in reversed(entries)], hide_index=True, width="stretch", height=420
    )
    st.caption(f"{len(entries):,} of {number:,} entries, the latest first")


def _read(store: Store) -> tuple[int, str, str, list[Entry], dict[str, str]]:
    ledger = store.ledger()
    number, head = ledger.head()
    entries = [entry_of(row) for row in ledger.rows(after=max(0, number - MOST_LISTED))]
    ids = {e.by for e in entries} | {
        v for e in entries for v in e.body.values() if isinstance(v, str)
    }
    refs = {i for i in ids if i.startswith(("note:", "person:"))}
    key = active_key(ledger)
    return number, head, key_id(key) if key else "", entries, texts(ledger, refs)


def _verified(store: Store) -> Verification:
    ledger = store.ledger()
    return verify(((row.text + "\n").encode() for row in ledger.rows()), active_key(ledger))


def _told(found: Verification) -> None:
    blocks = [
        block("title", "The chain is whole." if found.sound else "The chain was tampered with."),
        block(
            "line",
            f"{found.entries:,} entries, {found.checkpoints} checkpoints; signed through entry "
            f"{found.signed_through:,}.",
        ),
        *(block("warning", f"Entry {p.line}: {p.what}") for p in found.problems),
        *(block("note", f"This does not show {text}.") for text in found.untold),
    ]
    prose("ledger-verified", blocks)


def _row(e: Entry, told: dict[str, str]) -> dict[str, object]:
    said = {
        k: plain(told, v)
        if isinstance(v, str)
        else ", ".join(map(str, v))
        if isinstance(v, list)
        else v
        for k, v in e.body.items()
    }
    return {
        "No": e.number,
        "When (UTC)": e.at[:19].replace("T", " "),
        "Act": e.act,
        "By": plain(told, e.by) or "lineage",
        "About": e.about,
        "What": ", ".join(f"{k}: {v}" for k, v in said.items() if v not in ("", [], {})),
        "Means": ACTS[Act(e.act)] if e.act in set(Act) else "",
    }
