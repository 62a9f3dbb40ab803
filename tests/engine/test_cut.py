"""The minimum vertex cut against trying all sets, and against networkx."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine_worlds import World, worlds
from lineage.engine.cut import NoCutError, minimum_vertex_cut
from lineage.engine.topology import Topology


def chain(*edges: tuple[int, int], nodes: int) -> Topology:
    """Edges given downstream: (from, to)."""
    return Topology.of(nodes, [e[1] for e in edges], [e[0] for e in edges], [0] * len(edges))[0]


def separated(graph: nx.MultiDiGraph, cut: set[int], seeds: set[int], targets: set[int]) -> bool:
    left = graph.subgraph(set(graph) - cut)
    return not any(nx.has_path(left, s, t) for s in seeds for t in targets - cut)


def test_one_retraining_frees_all_that_hangs_on_it() -> None:
    """source → dataset → base → three fine-tunes → their deployments."""
    world = chain((0, 1), (1, 2), (2, 3), (2, 4), (2, 5), (3, 6), (4, 7), (5, 8), nodes=9)
    models = np.zeros(9, np.bool_)
    models[[2, 3, 4, 5]] = True
    cut = minimum_vertex_cut(world, [0], [6, 7, 8], uncuttable=~models)
    assert cut.tolist() == [2]


def test_the_cheaper_of_two_sets_is_taken() -> None:
    """Three fine-tunes cost less than their base."""
    world = chain((0, 1), (1, 2), (1, 3), (1, 4), (2, 5), (3, 5), (4, 5), nodes=6)
    assert minimum_vertex_cut(world, [0], [5], weights=[1, 10, 1, 1, 1, 10]).tolist() == [2, 3, 4]
    assert minimum_vertex_cut(world, [0], [5], weights=[1, 2, 1, 1, 1, 10]).tolist() == [1]


def test_a_target_may_be_cut_itself_and_a_seed_never() -> None:
    world = chain((0, 1), (2, 1), nodes=3)
    assert minimum_vertex_cut(world, [0, 2], [1]).tolist() == [1]
    with pytest.raises(NoCutError, match="nothing that may be cut"):
        minimum_vertex_cut(world, [0], [0])
    with pytest.raises(NoCutError):
        minimum_vertex_cut(world, [0], [1], uncuttable=np.ones(3, np.bool_))


def test_what_no_seed_reaches_needs_no_cut() -> None:
    world = chain((0, 1), (2, 3), nodes=4)
    assert minimum_vertex_cut(world, [0], [3]).tolist() == []
    assert minimum_vertex_cut(world, [], [3]).tolist() == []
    assert minimum_vertex_cut(Topology.of(0, [], [], [])[0], [], []).tolist() == []


def test_many_disjoint_paths_that_end_in_what_must_not_be_cut() -> None:
    """Weights near the limit, and several endless edges that add up."""
    world = chain(*((0, n) for n in range(1, 6)), *((n, 6) for n in range(1, 6)), nodes=7)
    weights = [1] + [2**27] * 5 + [1]
    fixed = np.zeros(7, np.bool_)
    fixed[6] = True
    cut = minimum_vertex_cut(world, [0], [6], weights=weights, uncuttable=fixed)
    assert cut.tolist() == [1, 2, 3, 4, 5]
    with pytest.raises(ValueError, match="add up"):
        minimum_vertex_cut(world, [0], [6], weights=[2**30] * 7)
    with pytest.raises(ValueError, match="from 1 up"):
        minimum_vertex_cut(world, [0], [6], weights=[0] * 7)


@settings(max_examples=300)
@given(worlds(), st.data())
def test_no_cheaper_set_separates(world: World, data: st.DataObject) -> None:
    assume(world.nodes)
    topology = world.topology()
    graph = world.walked(topology)
    number = st.integers(0, world.nodes - 1)
    seeds, targets = set(world.seeds), data.draw(st.sets(number, max_size=4))
    weights = np.array(data.draw(st.lists(st.integers(1, 3), min_size=14, max_size=14)))
    weights = weights[: world.nodes]
    fixed = np.zeros(world.nodes, np.bool_)
    fixed[list(data.draw(st.sets(number, max_size=3)))] = True
    free = [n for n in graph if n not in seeds and not fixed[n]]
    try:
        cut = minimum_vertex_cut(
            topology, list(seeds), list(targets), world.passes, world.closed, weights, fixed
        )
    except NoCutError:
        assert not separated(graph, set(free), seeds, targets)
        return
    assert set(cut.tolist()) <= set(free)
    assert separated(graph, set(cut.tolist()), seeds, targets)
    cost = weights[cut].sum()
    needed = [n for n in free if any(nx.has_path(graph, s, n) for s in seeds)]
    for size in range(min(len(needed), 3) + 1):
        for other in combinations(needed, size):
            if weights[list(other)].sum() < cost:
                assert not separated(graph, set(other), seeds, targets)


@settings(max_examples=200)
@given(worlds(), st.data())
def test_as_large_as_the_cut_of_networkx(world: World, data: st.DataObject) -> None:
    assume(world.nodes > 1)
    topology = world.topology()
    graph = nx.DiGraph(world.walked(topology))
    seed, target = data.draw(st.permutations(range(world.nodes)))[:2]
    graph.add_edge(target, "end")
    cut = minimum_vertex_cut(topology, [seed], [target], world.passes, world.closed)
    assert len(cut) == len(nx.minimum_node_cut(graph, seed, "end"))
