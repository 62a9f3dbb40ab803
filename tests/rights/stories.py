"""The demo's stories as graphs, and what was found in them in few words."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from lineage.demo import ingest_demo
from lineage.graph import Graph
from lineage.rights import Finding, Rights, rights
from lineage.store.embedded import EmbeddedStore

TODAY = date(2026, 11, 25)


@cache
def demo_store() -> Path:
    """A store with both stories of the demo in it."""
    path = Path(mkdtemp()) / "demo.sqlite"
    store = EmbeddedStore.open(path)
    ingest_demo(store)
    store.close()
    return path


@cache
def demo() -> Graph:
    """The graph of both stories."""
    store = EmbeddedStore.open(demo_store())
    graph = Graph.of(store)
    store.close()
    return graph


def answer(graph: Graph, *names: str, at: date = TODAY) -> Rights:
    """What is found of these things on a day."""
    return rights(graph, [graph.resolve(name) for name in names], at)


def told(answer: Rights) -> set[tuple[str, str]]:
    """(rule, name of the thing at which it stands) of each finding."""
    return {(f.rule, f.name) for f in answer.findings}


def one(answer: Rights, rule: str, name: str = "") -> Finding:
    """The finding of that rule, at the thing of that name where several are found."""
    (found,) = [f for f in answer.findings if f.rule == rule and name in f.name]
    return found
