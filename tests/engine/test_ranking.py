"""What every source reaches, against networkx for each of them."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine_worlds import World, both_paths, worlds
from lineage.engine import ranking
from lineage.engine.ranking import reach_counts
from lineage.engine.reach import reachable
from lineage.engine.topology import Topology

path = pytest.fixture(both_paths, params=["as it is", "machine code"], scope="module")


@pytest.mark.usefixtures("path")
@settings(max_examples=400)
@given(worlds(), st.sampled_from([0, 3, 3_000]), st.sampled_from([0, 1, 3, 512]), st.data())
def test_equals_networkx(world: World, most: int, hubs: int, data: st.DataObject) -> None:
    """However far a search may go before its source goes into a sweep, and past which hubs."""
    topology = world.topology()
    graph = world.walked(topology)
    weight = st.integers(0, 5) | st.integers(0, 2**40)
    column = st.lists(weight, min_size=world.nodes, max_size=world.nodes)
    weights = np.array([data.draw(column), data.draw(column)], np.int64).T
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "_MOST_EDGES", most)
        patch.setattr(ranking, "_LANDMARKS", hubs)
        patch.setattr(ranking, "_FEW", data.draw(st.sampled_from([0, 8]), label="few"))
        found = reach_counts(topology, np.arange(world.nodes), weights, world.passes, world.closed)
    assert found.shape == (world.nodes, 2)
    for source in range(world.nodes):
        reached = [source, *nx.descendants(graph, source)]
        assert found[source].tolist() == [int(sum(weights[n, c] for n in reached)) for c in (0, 1)]


def test_more_sources_than_one_sweep_takes() -> None:
    """1,300 sources into 40 mixtures, a cycle among them, and 5,000 things made from those."""
    draw = np.random.default_rng(5)
    sources, mixtures, things = 1_300, 40, 5_000
    nodes = sources + mixtures + things
    subject = np.concatenate(
        (
            draw.integers(sources, sources + mixtures, 2 * sources),
            np.repeat(np.arange(sources + mixtures, nodes), 3),
            [sources],
        )
    )
    object = np.concatenate(
        (
            np.tile(np.arange(sources), 2),
            draw.integers(sources, nodes, 3 * things),
            [sources + mixtures + 7],
        )
    )
    topology, _ = Topology.of(nodes, subject, object, np.zeros(len(subject)))
    weights = np.stack((np.ones(nodes), draw.integers(0, 10**9, nodes)), axis=1).astype(np.int64)
    found = reach_counts(topology, np.arange(sources), weights)
    for source in range(0, sources, 97):
        reached = reachable(topology, [source])
        assert found[source].tolist() == weights[reached].sum(axis=0).tolist()


def test_sums_that_would_not_fit_are_refused() -> None:
    topology, _ = Topology.of(2, [1], [0], [0])
    assert reach_counts(topology, [0], [[2**61], [2**60]]).tolist() == [[2**61 + 2**60]]
    with pytest.raises(ValueError, match="2\\^62"):
        reach_counts(topology, [0], [[2**62], [2**62]])
    with pytest.raises(ValueError, match="from 0 up"):
        reach_counts(topology, [0], [[-1], [1]])
    with pytest.raises(ValueError, match="2 nodes"):
        reach_counts(topology, [0], [1, 1])
    with pytest.raises(IndexError):
        reach_counts(topology, [2], [[1], [1]])
    assert reach_counts(topology, [], [[1], [1]]).shape == (0, 1)
