"""What is reached, how far, and by which edge: against networkx on random multigraphs."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine_worlds import World, both_paths, worlds
from lineage.engine.ordered import prepare
from lineage.engine.reach import entered, reach, reachable
from lineage.engine.topology import Topology

path = pytest.fixture(both_paths, params=["as it is", "machine code"], scope="module")


def plain(
    graph: nx.MultiDiGraph, seeds: list[int], distances: list[int]
) -> tuple[dict[int, int], dict[int, int]]:
    """Distances by Dijkstra from a root whose edges are as long as seeds are far; and vias."""
    far: dict[int, int] = {}
    for seed, at in zip(seeds, distances, strict=True):
        for node, hops in nx.single_source_shortest_path_length(graph, seed).items():
            far[node] = min(far.get(node, hops + at), hops + at)
    own = {}
    for seed, at in zip(seeds, distances, strict=True):
        own[seed] = min(own.get(seed, at), at)
    via = {}
    for node, distance in far.items():
        if own.get(node) == distance:
            via[node] = -1
        else:
            via[node] = min(
                key
                for tail, _, key in graph.in_edges(node, keys=True)
                if far.get(tail) == distance - 1
            )
    return far, via


@pytest.mark.usefixtures("path")
@settings(max_examples=1000)
@given(worlds(), st.booleans(), st.data())
def test_equals_networkx(world: World, upstream: bool, data: st.DataObject) -> None:
    topology = world.topology()
    if data.draw(st.booleans(), label="prepared"):
        prepare(topology, data.draw(st.sampled_from([world.passes, None]), label="for"))
    graph = world.walked(topology, upstream)
    seeds = list(world.seeds)
    distances = data.draw(
        st.one_of(
            st.just([0] * len(seeds)),
            st.lists(st.integers(0, 4), min_size=len(seeds), max_size=len(seeds)),
        )
    )
    distance, via = reach(topology, seeds, distances, world.passes, world.closed, upstream)
    far, edges = plain(graph, seeds, distances)
    assert distance.dtype == via.dtype == np.int32
    assert (
        dict(
            zip(
                np.flatnonzero(distance >= 0).tolist(),
                distance[distance >= 0].tolist(),
                strict=True,
            )
        )
        == far
    )
    assert [int(via[n]) for n in sorted(far)] == [edges[n] for n in sorted(far)]
    assert (via[distance < 0] == -1).all()
    alone, nothing = reach(
        topology, seeds, distances, world.passes, world.closed, upstream, want_via=False
    )
    assert alone.tolist() == distance.tolist()
    assert len(nothing) == 0
    found = reachable(topology, seeds, world.passes, world.closed, upstream)
    assert found.tolist() == (distance >= 0).tolist()


def test_hidden_edges_are_never_walked() -> None:
    topology, _ = Topology.of(2, [1], [0], [255])
    assert reachable(topology, [0]).tolist() == [True, False]
    assert reachable(topology, [0], np.ones(256, np.bool_)).tolist() == [True, False]


def test_a_chain_of_100_000_hops_is_returned_whole() -> None:
    nodes = np.arange(100_001)
    topology, _ = Topology.of(100_001, nodes[1:], nodes[:-1], np.zeros(100_000))
    distance, via = reach(topology, [0])
    assert distance.tolist() == nodes.tolist()
    assert via.tolist() == [-1, *range(100_000)]


def test_a_fan_of_1_000_000_is_returned_whole() -> None:
    topology, _ = Topology.of(
        1_000_001, np.arange(1, 1_000_001), np.zeros(1_000_000), np.zeros(1_000_000)
    )
    distance, _ = reach(topology, [0])
    assert (distance >= 0).sum() == 1_000_001


def test_what_is_no_node_is_refused() -> None:
    topology, _ = Topology.of(2, [1], [0], [0])
    for wrong in ([2], [-1], [0, 5]):
        with pytest.raises(IndexError, match="run from 0 to 1"):
            reach(topology, wrong)
    with pytest.raises(IndexError, match="outside of the 2 nodes"):
        Topology.of(2, [2], [0], [0])
    with pytest.raises(ValueError, match="one distance"):
        reach(topology, [0], [1, 2])
    with pytest.raises(ValueError, match="one distance"):
        reach(topology, [0], [-1])
    with pytest.raises(ValueError, match="256 classes"):
        reach(topology, [0], passes=np.ones(3, np.bool_))


def test_an_empty_graph_has_an_empty_answer() -> None:
    topology, order = Topology.of(0, [], [], [])
    distance, via = reach(topology, [])
    assert len(distance) == len(via) == len(order) == 0


@pytest.mark.usefixtures("path")
@settings(max_examples=300)
@given(worlds(), st.data())
def test_what_is_entered_equals_networkx(world: World, data: st.DataObject) -> None:
    topology = world.topology()
    graph = world.walked(topology, False)
    leads = data.draw(st.lists(st.booleans(), min_size=world.nodes, max_size=world.nodes))
    leads = np.array(leads, np.bool_)
    if world.closed is not None:
        leads &= ~world.closed
    found = entered(topology, leads, world.passes)
    assert set(np.flatnonzero(found).tolist()) == {
        head for tail, head in graph.edges() if leads[tail]
    }


@pytest.mark.usefixtures("path")
def test_a_seed_that_another_seed_leads_to_stays_one() -> None:
    topology, _ = Topology.of(2, [1], [0], [0])
    prepare(topology)
    distance, via = reach(topology, [0, 1], [0, 1])
    assert (distance.tolist(), via.tolist()) == ([0, 1], [-1, -1])


@pytest.mark.parametrize("far", [253, 254, 255, 256, 300, 65_533, 65_534, 65_535, 65_536, 70_000])
@pytest.mark.parametrize("cycle", [False, True])
def test_what_is_far_behind_much_that_is_near_is_reached(far: int, cycle: bool) -> None:
    """Much is reached at once, so that the rest is swept, with few bits for each distance."""
    wide = 150_000
    chain = np.arange(wide, wide + far)
    subject = np.concatenate((np.arange(1, wide), chain))
    object = np.concatenate((np.zeros(wide - 1, np.int64), [wide - 1], chain[:-1]))
    if cycle:  # the last part of the chain leads back into itself
        subject, object = np.append(subject, chain[far // 2]), np.append(object, chain[-1])
    topology, _ = Topology.of(wide + far, subject, object, np.zeros(len(subject)))
    prepare(topology)
    distance, via = reach(topology, [0])
    assert distance[chain].tolist() == list(range(2, far + 2))
    assert (topology.subject[via[chain]] == chain).all()
    assert reachable(topology, [0]).all()
    alone, _ = reach(topology, [0], want_via=False)
    assert (alone == distance).all()
