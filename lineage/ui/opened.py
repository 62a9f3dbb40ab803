"""The store behind the page: opened once, its graph kept until the user asks for a newer one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from typing import TypeVar

import streamlit as st

from lineage.errors import LineageError
from lineage.graph import Graph
from lineage.impact import Policy, ready
from lineage.records import DocumentRow
from lineage.store import open_store
from lineage.store.base import Store
from lineage.ui.components.prose import block, code, prose

_GRAPH = "graph"
_LARGE = 500_000
"""Assertions from which it pays to make ready for answers while the page is looked at."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Shared:
    """A store with the lock that lets one session use it at a time."""

    store: Store
    lock: Lock


@st.cache_resource(show_spinner=False, max_entries=4)
def _shared(address: str) -> _Shared:
    return _Shared(open_store(address), Lock())


@st.cache_resource(show_spinner="Reading the store …", max_entries=3)
def _graph(address: str, version: int) -> Graph:
    del version
    shared = _shared(address)
    with shared.lock:
        graph = Graph.of(shared.store)
    if graph.topology.edges > _LARGE:
        Thread(target=ready, args=(graph, Policy()), daemon=True).start()
    return graph


def identity(graph: Graph) -> str:
    """What tells one snapshot from another, as a key for what is kept of it."""
    return f"{graph.store} {graph.version} {graph.taken_at.isoformat()}"


def current(address: str) -> tuple[Graph, int]:
    """The graph this session looks at, and the version that the store has reached by now.

    Raises:
        LineageError: the store cannot be opened or read.
    """
    try:
        shared = _shared(address)
        with shared.lock:
            latest = shared.store.version()
        graph = st.session_state.get(_GRAPH)
        if not isinstance(graph, Graph):
            graph = st.session_state[_GRAPH] = _graph(address, latest)
    except LineageError:
        _shared.clear()
        raise
    return graph, latest


@st.cache_resource(show_spinner="Reading the documents …", max_entries=3)
def _documents(address: str, of: str) -> Sequence[DocumentRow]:
    del of
    shared = _shared(address)
    with shared.lock:
        return shared.store.documents()


def documents(address: str, graph: Graph) -> Sequence[DocumentRow]:
    """The documents of the store, with how each was read, as of when this graph was read.

    Raises:
        LineageError: the store cannot be read.
    """
    return _documents(address, identity(graph))


def forget() -> None:
    """Makes the next run read the store again."""
    st.session_state.pop(_GRAPH, None)
    _graph.clear()


def change(address: str, write: Callable[[Store], None]) -> None:
    """Changes the store, and makes the next run read it again.

    Raises:
        LineageError: it could not be changed.
    """
    shared = _shared(address)
    with shared.lock:
        write(shared.store)
    forget()


def answered(address: str, ask: Callable[[Store], T]) -> T:
    """What the store answers, in this session's turn at it.

    Raises:
        LineageError: it cannot be read, or refuses.
    """
    shared = _shared(address)
    with shared.lock:
        return ask(shared.store)


def store_line(graph: Graph, latest: int) -> None:
    """Which store, version, time and policy everything on the page comes from."""
    prose(
        "store",
        [
            block(
                "small",
                "Store ",
                code(graph.store),
                f" · version {graph.version} · read "
                f"{graph.taken_at:%Y-%m-%d %H:%M:%S} UTC · policy {Policy().name}",
            )
        ],
    )
    if latest != graph.version:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(
                f"The store has moved on: it is at version {latest}, this page shows version "
                f"{graph.version}."
            )
            st.button("Reload", on_click=forget, type="primary")
