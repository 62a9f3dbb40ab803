"""Snapshots of edges: older ones stay as they were, whatever is appended to them or beside them."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine_worlds import World, worlds
from lineage.engine import compiled
from lineage.engine.arrays import HIDDEN
from lineage.engine.ordered import prepare
from lineage.engine.reach import reach, reachable
from lineage.engine.rows import arrange, arranged
from lineage.engine.topology import Topology

Edge = tuple[int, int, int]


def told(topology: Topology) -> list[Edge]:
    columns = topology.subject.tolist(), topology.object.tolist(), topology.code.tolist()
    return list(zip(*columns, strict=True))


def columns(edges: list[Edge]) -> tuple[list[int], list[int], list[int]]:
    return [e[0] for e in edges], [e[1] for e in edges], [e[2] for e in edges]


@given(worlds(appended=False))
def test_edges_are_numbered_by_object_and_subject(world: World) -> None:
    topology, order = Topology.of(world.nodes, *columns(list(world.edges)))
    assert told(topology) == [world.edges[place] for place in order]
    expected = sorted(range(len(world.edges)), key=lambda e: (world.edges[e][1], world.edges[e][0]))
    assert order.tolist() == expected


@settings(max_examples=300)
@given(worlds())
def test_the_edges_at_each_node(world: World) -> None:
    topology = world.topology()
    edges = told(topology)
    nodes = list(range(world.nodes))[::-1]
    down = [n for node in nodes for n, e in enumerate(edges) if e[1] == node]
    up = [n for node in nodes for n, e in enumerate(edges) if e[0] == node]
    assert topology.edges_of(nodes).tolist() == down
    assert topology.edges_of(nodes, upstream=True).tolist() == up


@settings(max_examples=300)
@given(st.data())
def test_every_snapshot_keeps_its_own_edges(data: st.DataObject) -> None:
    """Any snapshot may be appended to, the newest or another, by a few edges or by many."""
    first, _ = Topology.of(2, [1], [0], [0])
    snapshots = [(first, [(1, 0, 0)])]
    for _ in range(data.draw(st.integers(1, 10))):
        topology, edges = data.draw(st.sampled_from(snapshots))
        nodes = topology.nodes + data.draw(st.sampled_from([0, 1, 100]))
        number = st.integers(0, nodes - 1)
        code = st.sampled_from((0, 1, HIDDEN))
        count = data.draw(st.sampled_from((0, 1, 3, 70)))
        more = data.draw(st.lists(st.tuples(number, number, code), min_size=count, max_size=count))
        snapshots.append((topology.with_edges(*columns(more), nodes), edges + more))
    for topology, edges in snapshots:
        assert told(topology) == edges
        flat, order = topology.compacted()
        assert told(flat) == [edges[place] for place in order]
        assert reach(topology, [0])[0].tolist() == reach(flat, [0])[0].tolist()
        assert (
            reach(topology, [0], upstream=True)[0].tolist()
            == reach(flat, [0], upstream=True)[0].tolist()
        )


def test_other_classes_for_the_same_edges() -> None:
    """A view as of another time: an edge of the rows and one appended are hidden."""
    topology, _ = Topology.of(4, [1, 2], [0, 1], [0, 0])
    newer = topology.with_edges([3], [2], [0])
    prepare(newer)
    earlier = newer.with_codes([0, 0, HIDDEN])
    assert reachable(newer, [0]).tolist() == [True] * 4
    assert reachable(earlier, [0]).tolist() == [True, True, True, False]
    assert reachable(newer.with_codes([0, HIDDEN, 0]), [0]).tolist() == [True, True, False, False]
    assert told(newer) == [(1, 0, 0), (2, 1, 0), (3, 2, 0)]
    assert told(earlier.with_edges([0], [3], [1]))[-2:] == [(3, 2, HIDDEN), (0, 3, 1)]
    with pytest.raises(ValueError, match="2 classes for 3 edges"):
        newer.with_codes([0, 0])


def test_arrays_mapped_from_files(tmp_path: Path) -> None:
    topology, _ = Topology.of(3, [1, 2], [0, 1], [0, 1])
    names = ("start", "subject", "object", "up_start", "up_edge", "code")
    for name in names:
        np.save(tmp_path / f"{name}.npy", getattr(topology.rows, name))
    mapped = Topology.from_arrays(*(np.load(tmp_path / f"{n}.npy", mmap_mode="r") for n in names))
    assert told(mapped) == told(topology)
    assert reach(mapped, [0])[0].tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="read-only"):
        mapped.rows.subject[0] = 1


def test_edges_that_cannot_be_are_refused() -> None:
    topology, _ = Topology.of(2, [1], [0], [0])
    with pytest.raises(IndexError, match="outside of the 2 nodes"):
        topology.with_edges([2], [0], [0])
    with pytest.raises(IndexError, match="outside of the 3 nodes"):
        topology.with_edges([-1] * 70, [0] * 70, [0] * 70, nodes=3)
    with pytest.raises(ValueError, match="there were 2 nodes"):
        topology.with_edges([], [], [], nodes=1)
    with pytest.raises(ValueError, match="2 subjects, 1 objects"):
        topology.with_edges([1, 1], [0], [0])


def test_readers_are_not_disturbed_by_a_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a chain grows by one edge at a time, past its room, each snapshot has its length."""
    monkeypatch.setattr(compiled, "LARGE", 0)
    newest = [Topology.of(10_000, [1], [0], [0])[0]]
    prepare(newest[0])

    def read(_: int) -> bool:
        snapshot = newest[0]
        reached = reachable(snapshot, [0])
        return bool(reached.sum() == snapshot.edges + 1 and reached[: snapshot.edges + 1].all())

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(read, 0)]
        for node in range(2, 6_000):
            newest[0] = newest[0].with_edges([node], [node - 1], [0])
            if node % 20 == 0:
                answers.append(pool.submit(read, node))
        assert all(answer.result() for answer in answers)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_sorting_and_counting_arrange_alike(edges: list[tuple[int, int]]) -> None:
    subject = np.array([e[0] for e in edges], np.int32)
    object = np.array([e[1] for e in edges], np.int32)
    for one, other in zip(arrange(subject, object, 10), arranged(subject, object, 10), strict=True):
        assert one.dtype == other.dtype
        assert one.tolist() == other.tolist()


def test_a_small_graph_does_not_load_the_compiler() -> None:
    program = """
import sys
from lineage.engine.topology import Topology
from lineage.engine import cut, dominators, order, ranking, reach, share
world, _ = Topology.of(3, [1, 2], [0, 1], [0, 0])
assert reach.reach(world, [0])[0].tolist() == [0, 1, 2]
assert dominators.dominators(world, [0]).freed().tolist() == [3, 2, 1]
assert ranking.reach_counts(world, [0], [[1], [1], [1]]).tolist() == [[3]]
assert share.Mixture(world, [1.0, 1.0]).of([0]).low.tolist() == [1, 1, 1]
assert order.levels(world, [0, 1, 2]).tolist() == [0, 1, 2]
assert cut.minimum_vertex_cut(world, [0], [2]).tolist() == [1]
assert "numba" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_what_cannot_be_kept_on_disk_is_compiled_all_the_same() -> None:
    """A kernel without a file stands for one whose folders cannot be written."""
    names: dict[str, object] = {}
    exec("def twice(n):\n    return 2 * n\n", names)
    twice = names["twice"]
    assert callable(twice)
    faster = compiled.compiled(twice, compiled.LARGE)
    assert faster is not twice
    assert faster(21) == 42
    assert compiled.compiled(twice, compiled.LARGE - 1) is twice
