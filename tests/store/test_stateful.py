"""Ingest, retract, revoke, decide and look back, in any order: a store equals plain dicts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lineage.aliases.decisions import Verdict, decide, undo
from lineage.engine.reach import reachable
from lineage.errors import NotFoundError, UsageError
from lineage.graph import Graph, kept
from lineage.graph.times import as_of
from lineage.impact import CARRIES, Policy, impact
from lineage.impact.reach import walkable
from lineage.records import Changes, DocumentRef, Reading
from lineage.store.base import Store
from lineage.store.embedded import EmbeddedStore
from lineage.store.neo4j import Neo4jStore
from lineage.vocabulary import RELATIONS, Relation, Transmits
from neo4j_server import Server
from worlds import name_of, reading, ref

NAMES = ("s1", "s2", "d1", "d2", "m1", "m2", "x1", "g1", "r1")
ARTIFACTS = tuple(n for n in NAMES if n[0] not in "gr")
CARRYING = {r.value for r, t in RELATIONS.items() if t.transmits in CARRIES}
START = datetime(2020, 1, 1, tzinfo=UTC)

Triple = tuple[str, str, str]


@dataclass(frozen=True)
class Said:
    """What is held of an assertion: whether it stands, since when, and until when it did."""

    active: bool
    first: int
    gone: int | None = None


Held = dict[tuple[str, Triple], Said]


def reached(held: Held, root: str, keep: Callable[[Said], bool]) -> set[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node(root)
    for (_, (subject, relation, target)), said in held.items():
        if relation in CARRYING and keep(said):
            graph.add_edge(target, subject)
    return set(nx.descendants(graph, root))


class StoreMachine(RuleBasedStateMachine):
    """One store, and what it should hold, by document and assertion."""

    open_store: Callable[[Path], Store]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = type(self).open_store(Path(self.folder.name))
        self.day = 0
        self.held: Held = {}
        self.decided: dict[tuple[str, str], bool] = {}
        self.earlier: dict[int, str] = {}
        self.graph = Graph(self.store.columns())

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @initialize()
    def something(self) -> None:
        self.ingest("a", [("m1", "TRAINED_ON", "s1"), ("x1", "DEPLOYS", "m1")])

    @rule(
        path=st.sampled_from("abc"),
        told=st.lists(
            st.tuples(
                st.sampled_from(NAMES),
                st.sampled_from([r.value for r in Relation if r != Relation.SAME_AS]),
                st.sampled_from(NAMES),
            ),
            max_size=6,
        ),
    )
    def ingest(self, path: str, told: list[Triple]) -> None:
        self._write(reading(told, path), path, set(told))

    @rule(path=st.sampled_from("abc"))
    def retract(self, path: str) -> None:
        self._write(Reading(DocumentRef("repo", path, "", "test")), path, set())

    @rule(what=st.sampled_from(ARTIFACTS), path=st.sampled_from("de"))
    def revoke(self, what: str, path: str) -> None:
        told = [("r1", "REVOKES", what)]
        self._write(reading(told, path, properties={"r1": {"cause": "order"}}), path, set(told))

    @precondition(lambda self: len(self.graph))
    @rule(pair=st.sampled_from([("s1", "s2"), ("d1", "d2"), ("s1", "d1")]), undone=st.booleans())
    def alias(self, pair: tuple[str, str], undone: bool) -> None:
        there = [ref(name).id in self.graph.number for name in pair]
        if not all(there):
            return
        a, b = (self.graph.number[ref(name).id] for name in pair)
        try:
            if undone:
                undo(self.store, self.graph, a, b)
            else:
                decide(self.store, self.graph, a, b, Verdict.ACCEPTED, by="ana", reason="one")
        except UsageError:
            assert not self.decided.get(pair) if undone else self._apart(*pair)
            return
        assert undone or not self._apart(*pair)
        self.decided[pair] = not undone
        self._look()

    @rule(root=st.sampled_from(ARTIFACTS))
    def ask(self, root: str) -> None:
        number = self.graph.number.get(ref(root).id)
        if number is None:
            assert not any(root in triple for _, triple in self.held)
            return
        whole = impact(self.graph, [number])
        effects = {name_of(a.id): a.effect for a in whole.affected}
        fallen = {n for n, effect in effects.items() if effect != Transmits.INFORMS}
        assert fallen - {root} == reached(self._all(), root, lambda _: True)
        current = walkable(self.graph, Policy(counts_retracted=False), *CARRIES)
        now = reachable(self.graph.topology, [number], current)
        assert self._named(self.graph, now) - {root} == reached(
            self._all(), root, lambda said: said.active
        )

    @rule(root=st.sampled_from(ARTIFACTS), back=st.integers(0, 30))
    def ask_as_of(self, root: str, back: int) -> None:
        day = self.day - back
        at = START + timedelta(days=day, hours=12)
        standing = {k: s for k, s in self.held.items() if s.first <= day}
        try:
            view = as_of(self.graph, at)
        except NotFoundError:
            assert not standing
            return
        number = view.number.get(ref(root).id)
        if number is None:
            return
        current = Policy(counts_retracted=False)
        for policy, keep in (
            (Policy(), lambda _: True),
            (current, lambda said: said.gone is None or said.gone > day),
        ):
            walked = reachable(view.topology, [number], walkable(view, policy, *CARRIES))
            assert self._named(view, walked) - {root} == reached(standing, root, keep)

    @precondition(lambda self: self.earlier)
    @rule(draw=st.data())
    def ask_as_known_at(self, draw: st.DataObject) -> None:
        version = draw.draw(st.sampled_from(sorted(self.earlier)))
        assert self.store.snapshot(version).digest() == self.earlier[version]
        assert Graph.of(self.store, version).version == version

    @invariant()
    def holds_what_was_said(self) -> None:
        found = {}
        for edge in self.graph.edges:
            path = edge.document.removeprefix("document://repo/")
            if path != edge.document:
                ends = name_of(edge.subject), edge.relation.value, name_of(edge.object)
                found[path, ends] = edge.active
        assert found == {key: said.active for key, said in self.held.items()}

    def _write(self, said: Reading, path: str, told: set[Triple]) -> None:
        self.day += 1
        self.store.write([said], START + timedelta(days=self.day))
        for triple in told:
            old = self.held.get((path, triple))
            self.held[path, triple] = Said(True, old.first if old else self.day)
        for key, old in self.held.items():
            if key[0] == path and key[1] not in told and old.active:
                self.held[key] = replace(old, active=False, gone=self.day)
        self._look()

    def _look(self) -> None:
        """Brings the graph up to date by the changes since, as a page does."""
        changes: Changes = self.store.changes(self.graph.version)
        self.graph = self.graph.updated(changes)
        snapshot = self.store.snapshot()
        self.earlier[snapshot.version] = snapshot.digest()

    def _apart(self, a: str, b: str) -> bool:
        """Whether a document says that two things, which are not decided to be one, are apart."""
        one: nx.Graph[str] = nx.Graph([pair for pair, stands in self.decided.items() if stands])
        one.add_nodes_from(NAMES)
        pair = {frozenset(nx.node_connected_component(one, n)) for n in (a, b)}
        return len(pair) == 2 and any(
            {frozenset(nx.node_connected_component(one, n)) for n in (subject, target)} == pair
            for (_, (subject, relation, target)), said in self.held.items()
            if relation == Relation.DISTINCT_FROM and said.active
        )

    def _all(self) -> Held:
        """What is held, and the decisions in force; those are of today, so of no earlier time."""
        decisions = {
            ("decision", triple): Said(True, -1)
            for (a, b), stands in self.decided.items()
            if stands
            for triple in ((a, "SAME_AS", b), (b, "SAME_AS", a))
        }
        return {**self.held, **decisions}

    @staticmethod
    def _named(graph: Graph, nodes: object) -> set[str]:
        return {name_of(graph.nodes[n].id) for n in range(len(graph)) if nodes[n]}  # type: ignore[index]


def test_the_embedded_store_equals_plain_dicts(monkeypatch: pytest.MonkeyPatch) -> None:
    class Embedded(StoreMachine):
        open_store = staticmethod(lambda folder: EmbeddedStore.open(folder / "store.sqlite"))

    monkeypatch.setattr(kept, "_LATEST", {})
    run_state_machine_as_test(Embedded, settings=_runs(200, 50))


@pytest.mark.neo4j
def test_neo4j_equals_plain_dicts(
    neo4j_server: Server, wipe_neo4j: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def emptied(folder: Path) -> Store:
        del folder
        wipe_neo4j()
        return Neo4jStore.open(
            neo4j_server.url, user=neo4j_server.user, password=neo4j_server.password
        )

    class OnNeo4j(StoreMachine):
        open_store = staticmethod(emptied)

    monkeypatch.setattr(kept, "_LATEST", {})
    run_state_machine_as_test(OnNeo4j, settings=_runs(4, 20))


def _runs(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
