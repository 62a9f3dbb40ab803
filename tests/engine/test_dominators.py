"""The dominator tree against networkx and rustworkx; what a cut frees against cutting."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import rustworkx as rx
from hypothesis import given, settings
from hypothesis import strategies as st

from engine_worlds import World, both_paths, worlds
from lineage.engine.dominators import ROOT, dominators
from lineage.engine.ordered import prepare
from lineage.engine.topology import Topology

path = pytest.fixture(both_paths, params=["as it is", "machine code"], scope="module")


@pytest.mark.usefixtures("path")
@settings(max_examples=500)
@given(worlds(), st.booleans())
def test_equals_networkx_and_rustworkx(world: World, prepared: bool) -> None:
    topology, _ = world.topology().compacted()
    if prepared:
        world.closed[:] = False
        prepare(topology, world.passes)
    graph = nx.DiGraph(world.walked(topology))
    graph.add_edges_from((world.nodes, seed) for seed in world.seeds)
    graph.add_node(world.nodes)
    shut = world.closed if world.closed.any() else None
    found = dominators(topology, list(world.seeds), world.passes, shut)
    expected = dict(nx.immediate_dominators(graph, world.nodes))
    rusty = rx.PyDiGraph()
    rusty.add_nodes_from(range(world.nodes + 1))
    rusty.add_edges_from_no_data(list(graph.edges()))
    assert {
        k: v for k, v in rx.immediate_dominators(rusty, world.nodes).items() if k != world.nodes
    } == {k: v for k, v in expected.items() if k != world.nodes}
    for node in range(world.nodes):
        over = expected.get(node, -1)
        assert found.immediate[node] == (ROOT if over == world.nodes else over)
    assert sorted(found.order.tolist()) == sorted(n for n in expected if n != world.nodes)


@pytest.mark.usefixtures("path")
@settings(max_examples=200)
@given(worlds())
def test_frees_what_a_cut_makes_unreachable(world: World) -> None:
    topology = world.topology()
    graph = world.walked(topology)
    reached = _reached(graph, world.seeds)
    weights = np.arange(2 * world.nodes).reshape(world.nodes, 2) + 1
    freed = dominators(topology, list(world.seeds), world.passes, world.closed).freed(weights)
    for node in range(world.nodes):
        left = graph.copy()
        left.remove_node(node)
        gone = reached - _reached(left, [s for s in world.seeds if s != node])
        assert freed[node].tolist() == [sum(int(weights[n][c]) for n in gone) for c in (0, 1)]


def _reached(graph: nx.MultiDiGraph, seeds: object) -> set[int]:
    return {n for s in seeds for n in (s, *nx.descendants(graph, s))}


def test_a_long_chain_with_a_way_round() -> None:
    """No recursion and no climbing: 200,000 hops, and from the first node an edge to each."""
    nodes = np.arange(200_000)
    subject, object = np.append(nodes[1:], nodes[1:]), np.append(nodes[:-1], nodes[1:] * 0)
    topology, _ = Topology.of(200_000, subject, object, np.zeros(len(subject)))
    found = dominators(topology, [0])
    assert found.immediate.tolist() == [ROOT] + [0] * 199_999
    chain, _ = Topology.of(200_000, nodes[1:], nodes[:-1], np.zeros(199_999))
    assert dominators(chain, [0]).freed().tolist() == list(range(200_000, 0, -1))
