"""Shares of tainted input: typed examples, and plain equations on random graphs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine_worlds import World, both_paths, worlds
from lineage.engine.share import TOLERANCE, Mixture
from lineage.engine.topology import Topology
from oracle.plain import share_bounds

path = pytest.fixture(both_paths, params=["as it is", "machine code"], scope="module")
NAN = float("nan")


def bounds(nodes: int, *edges: tuple[int, int, float], seeds: list[int]) -> list[tuple[float, ...]]:
    """Edges as (subject, object, share)."""
    topology, order = Topology.of(
        nodes, [e[0] for e in edges], [e[1] for e in edges], [0] * len(edges)
    )
    found = Mixture(topology, np.array([e[2] for e in edges], float)[order]).of(seeds)
    return [(round(a, 6), round(b, 6)) for a, b in zip(found.low, found.high, strict=True)]


def test_stated_shares_multiply_along_a_path_and_add_over_paths() -> None:
    """0 is revoked; 3 is half of 2, which is 0.2 of it, and a tenth of it directly."""
    found = bounds(4, (2, 0, 0.2), (2, 1, 0.8), (3, 2, 0.5), (3, 0, 0.1), (3, 1, 0.4), seeds=[0])
    assert found == [(1, 1), (0, 0), (0.2, 0.2), (0.2, 0.2)]


def test_inputs_without_a_share_split_the_remainder() -> None:
    assert bounds(3, (2, 0, NAN), (2, 1, NAN), seeds=[0])[2] == (0, 1)
    assert bounds(3, (2, 0, NAN), (2, 1, 0.7), seeds=[0])[2] == (0.3, 0.3)
    assert bounds(4, (3, 0, NAN), (3, 1, NAN), (3, 2, 0.7), seeds=[0])[3] == (0, 0.3)
    assert bounds(2, (1, 0, NAN), seeds=[0])[1] == (1, 1)


def test_a_remainder_that_nobody_claims_is_of_unknown_origin() -> None:
    assert bounds(3, (2, 0, 0.2), (2, 1, 0.5), seeds=[0])[2] == (0.2, 0.5)


def test_an_input_asserted_twice_is_one_input() -> None:
    assert bounds(3, (2, 0, 0.4), (2, 0, 0.4), (2, 0, NAN), (2, 1, 0.6), seeds=[0])[2] == (0.4, 0.4)
    assert bounds(3, (2, 0, 0.4), (2, 0, 0.5), (2, 1, 0.6), seeds=[0])[2] == (0.4, 0.4)
    assert bounds(3, (2, 0, 0.9), (2, 1, 0.9), seeds=[0])[2] == (0, 1), "a contradiction"


def test_a_cycle_is_a_fixed_point() -> None:
    """1 is half of 0 and half of 2, 2 is half of 1 and half of 3: x1 = 1/2 + x2/2, x2 = x1/2."""
    found = bounds(4, (1, 0, 0.5), (1, 2, 0.5), (2, 1, 0.5), (2, 3, 0.5), seeds=[0])
    assert found[1:3] == [(0.666667, 0.666667), (0.333333, 0.333333)]
    assert bounds(3, (1, 1, 0.5), (1, 0, 0.25), (1, 2, 0.25), seeds=[0])[1] == (0.5, 0.5)


def test_of_a_cycle_that_stands_on_nothing_nothing_is_known() -> None:
    assert bounds(3, (1, 2, 1.0), (2, 1, 1.0), seeds=[0])[1:] == [(0, 1), (0, 1)]


def test_what_is_of_unknown_origin_stays_unknown() -> None:
    topology, _ = Topology.of(3, [2, 2], [0, 1], [0, 0])
    found = Mixture(topology, [0.5, 0.5], unknown=np.array([False, True, False])).of([0])
    assert (found.low.tolist(), found.high.tolist()) == ([1, 0, 0.5], [1, 1, 1])


def test_a_share_is_from_nothing_to_all() -> None:
    topology, _ = Topology.of(2, [1], [0], [0])
    for wrong in ([-0.1], [1.1], [], [0.1, 0.2]):
        with pytest.raises(ValueError, match="from 0 to 1"):
            Mixture(topology, wrong)


@pytest.mark.usefixtures("path")
@settings(max_examples=300)
@given(worlds(), st.data())
def test_equals_the_plain_equations(world: World, data: st.DataObject) -> None:
    topology = world.topology()
    one = st.sampled_from([NAN, NAN, 0.0, 0.1, 0.25, 0.5, 1.0])
    share = data.draw(st.lists(one, min_size=topology.edges, max_size=topology.edges))
    found = Mixture(topology, share, world.passes, world.closed).of(list(world.seeds))
    stated = [None if np.isnan(said) else said for said in share]
    expected = share_bounds(world.walked(topology), set(world.seeds), stated)
    for node, (low, high) in expected.items():
        slack = 1e-12 + (0 if found.settled else 1) + 1e3 * TOLERANCE
        assert low - slack <= found.low[node] <= low + 1e-9
        assert high - 1e-9 <= found.high[node] <= high + slack
        assert 0 <= found.low[node] <= found.high[node] + 1e-9 <= 1 + 1e-9
