"""The explorer: its pages, and what stands in their place when there is nothing to show."""

from __future__ import annotations

import logging
from functools import partial

import streamlit as st

from lineage.errors import LineageError
from lineage.graph import Graph
from lineage.store import default_address
from lineage.ui import (
    aliases_page,
    ancestry_page,
    blast_page,
    case_page,
    cases_page,
    coverage_page,
    explore_page,
    ledger_page,
    opened,
    rights_page,
    what_if_page,
)
from lineage.ui.components import choice
from lineage.ui.components.frame import styles
from lineage.ui.components.prose import block, name, prose
from lineage.ui.links import Links

_LOG = logging.getLogger(__name__)
_PAGE = "page-shown"


def run() -> None:
    """Runs the page that the address asks for, on the store that ``LINEAGE_STORE`` names."""
    st.set_page_config(page_title="Lineage", layout="wide")
    styles()
    address = default_address()

    def blast() -> None:
        _guarded(address, blast_page.show, links)

    def explore() -> None:
        _guarded(address, explore_page.show, links)

    def judged() -> None:
        _guarded(address, rights_page.show, links)

    def aliases() -> None:
        _guarded(address, partial(aliases_page.show, address=address), links)

    def coverage() -> None:
        _guarded(address, partial(coverage_page.show, address=address), links)

    def ancestry() -> None:
        _guarded(address, ancestry_page.show, links)

    def what_if() -> None:
        _guarded(address, what_if_page.show, links)

    links = Links(
        blast=st.Page(blast, title="Blast radius", url_path="blast-radius", default=True),
        explore=st.Page(explore, title="Explore", url_path="explore"),
        ancestry=st.Page(ancestry, title="Ancestry", url_path="ancestry"),
    )

    def cases() -> None:
        _guarded(address, partial(cases_page.show, address=address, page=case_), links)

    def case() -> None:
        _guarded(address, partial(case_page.show, address=address), links)

    def ledger() -> None:
        _guarded(address, partial(ledger_page.show, address=address), links)

    supposed = st.Page(what_if, title="What if", url_path="what-if")
    ours = st.Page(judged, title="Rights", url_path="rights")
    names = st.Page(aliases, title="Aliases", url_path="aliases")
    known = st.Page(coverage, title="Coverage", url_path="coverage")
    all_cases = st.Page(cases, title="Cases", url_path="cases")
    case_ = st.Page(case, title="Case", url_path="case")
    acts = st.Page(ledger, title="Ledger", url_path="ledger")
    chosen = st.navigation(
        [
            links.blast,
            links.explore,
            links.ancestry,
            supposed,
            ours,
            all_cases,
            case_,
            acts,
            names,
            known,
        ],
        position="top",
    )
    if st.session_state.get(_PAGE) != chosen.url_path:
        choice.left()  # what was chosen on another page goes on here
        st.session_state[_PAGE] = chosen.url_path
    chosen.run()


def _guarded(address: str, show: blast_page.Show, links: Links) -> None:
    """Shows a page of the store, or what is wrong with the store and what to do about it."""
    try:
        graph, latest = opened.current(address)
        opened.store_line(graph, latest)
        if len(graph):
            show(graph, links)
        else:
            _empty(graph)
    except LineageError as error:
        _LOG.warning("shown to the user: %s", error)
        prose(
            "error",
            [
                block("title", "This cannot be shown"),
                block(
                    "warning",
                    f"{error.message[:1].upper()}{error.message[1:]}",
                    *([": ", name(error.location)] if error.location else []),
                ),
                *([block("line", error.remedy)] if error.remedy else []),
            ],
        )
        st.button("Try again", on_click=opened.forget)


def _empty(graph: Graph) -> None:
    prose(
        "empty",
        [
            block("headline", "This store is empty: no document has been read into it yet."),
            block(
                "line",
                "Nothing can be said of a source until its documents are read. In a terminal:",
            ),
        ],
    )
    st.code(f"lineage ingest PATH --store {graph.store}", language=None)
    st.text("reads the training configs, cards and manifests under PATH. Or, to look around first:")
    st.code("lineage demo", language=None)
    st.button("Look again", on_click=opened.forget)
