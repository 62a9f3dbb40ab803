"""Strong components and steps of remediation against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine_worlds import World, both_paths, worlds
from lineage.engine.order import condensed, levels
from lineage.engine.topology import Topology

path = pytest.fixture(both_paths, params=["as it is", "machine code"], scope="module")


@pytest.mark.usefixtures("path")
@settings(max_examples=500)
@given(worlds())
def test_components_in_an_order_with_inputs_first(world: World) -> None:
    topology = world.topology()
    graph = world.walked(topology)
    found = condensed(topology, world.passes, world.closed)
    component = found.component()
    assert sorted(found.order.tolist()) == list(range(world.nodes))
    groups: dict[int, set[int]] = {}
    for node, number in enumerate(component.tolist()):
        groups.setdefault(number, set()).add(node)
    expected = {frozenset(c) for c in nx.strongly_connected_components(graph)}
    assert {frozenset(g) for g in groups.values()} == expected
    assert all(component[tail] <= component[head] for tail, head in graph.edges())
    assert len(found.begin) == sum(len(c) > 1 for c in expected)


@pytest.mark.usefixtures("path")
@settings(max_examples=500)
@given(worlds(), st.booleans(), st.data())
def test_each_step_comes_after_all_it_waits_for(
    world: World, from_leaves: bool, data: st.DataObject
) -> None:
    topology = world.topology()
    chosen = data.draw(st.sets(st.integers(0, world.nodes - 1)) if world.nodes else st.just(set()))
    found = levels(topology, list(chosen), world.passes, world.closed, from_leaves)
    graph = nx.DiGraph(world.walked(topology, upstream=from_leaves)).subgraph(chosen)
    whole = nx.condensation(graph)
    step: dict[int, int] = {}
    for component in nx.topological_sort(whole):
        step[component] = max((step[c] + 1 for c in whole.predecessors(component)), default=0)
    expected = [-1] * world.nodes
    for component, members in whole.nodes(data="members"):
        for node in members:
            expected[node] = step[component]
    assert found.tolist() == expected


def test_a_long_cycle_is_one_step() -> None:
    """No recursion: 300,000 nodes in one cycle, and one that hangs on it."""
    nodes = np.arange(300_000)
    subject = np.append(np.roll(nodes, 1), 300_000)
    topology, _ = Topology.of(300_001, subject, np.append(nodes, 5), np.zeros(300_001))
    found = condensed(topology)
    assert (found.begin.tolist(), found.end.tolist()) == ([0], [300_000])
    assert levels(topology, np.arange(300_001)).tolist() == [0] * 300_000 + [1]
