"""The engine against networkx, rustworkx and compiled loops, on generated graphs.

All ratios are of CPU seconds taken in one process: medians of five, one after the other in each
round; what networkx takes seconds for is timed once. Environment:
``BENCH_SIZES`` (S,M,L,XL) for the table of sizes and, by its last one, for what is measured
without networkx; ``BENCH_REFERENCE`` (H) for the comparisons with networkx and rustworkx, whose
graphs take 6 GB and minutes to build; ``BENCH_RANKED`` (L) for the ranking of all sources.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import pairwise

import networkx as nx
import numpy as np
import rustworkx as rx

from bench import references
from bench.goal import Goal
from bench.graphs import DEPLOYMENT, MODEL, MODELS, SIZES, SOURCE, Made, made
from bench.timing import memory, once, seconds
from lineage.engine.arrays import ALL
from lineage.engine.cut import minimum_vertex_cut
from lineage.engine.dominators import ROOT, dominators
from lineage.engine.order import levels
from lineage.engine.ordered import kept, prepare
from lineage.engine.ranking import reach_counts
from lineage.engine.reach import reach, reachable
from lineage.engine.share import Mixture
from lineage.engine.topology import Topology

REFERENCE = os.environ.get("BENCH_REFERENCE", "H")
RANKED = os.environ.get("BENCH_RANKED", "L")
_HUB = 0
_SAMPLE = 200


def measure() -> Iterator[Goal]:
    """The goals of the engine."""
    yield from _against_libraries(made(MODELS[REFERENCE]))
    graph = made(MODELS[SIZES[-1]])
    topology = _topology(graph)
    yield from _one_source(topology)
    yield from _changed(topology)
    del graph, topology
    yield from _ranked("sparse", 1.5)
    yield from _ranked("dense", 200)
    yield from _sizes()


def _topology(graph: Made) -> Topology:
    codes = np.zeros(len(graph.subject), np.uint8)
    return Topology.of(graph.nodes, graph.subject, graph.object, codes)[0]


def _figures(topology: Topology, **more: float) -> dict[str, float]:
    return {"nodes": topology.nodes, "edges": topology.edges, **more}


def _against_libraries(graph: Made) -> Iterator[Goal]:
    topology = _topology(graph)
    prepare(topology)
    plain, rusty = references.networkx_graph(graph), references.rustworkx_graph(graph)
    distance, _ = reach(topology, [_HUB])
    reached = set(np.flatnonzero(distance >= 0).tolist()) - {_HUB}

    theirs = once(lambda: nx.descendants(plain, _HUB))
    lengths = once(lambda: nx.single_source_shortest_path_length(plain, _HUB))
    ours, rust = seconds(lambda: reach(topology, [_HUB]), lambda: rx.descendants(rusty, _HUB))
    figures = _figures(topology, reached=len(reached), ours_s=ours)
    yield Goal(
        "one hub source with depth and edges, times faster than networkx.descendants",
        theirs / ours,
        300,
        "more",
        {**figures, "reference_s": theirs},
        reached == nx.descendants(plain, _HUB),
    )
    yield Goal(
        "the same, times faster than networkx.single_source_shortest_path_length",
        lengths / ours,
        50,
        "more",
        {**figures, "reference_s": lengths},
        dict(nx.single_source_shortest_path_length(plain, _HUB))
        == {n: int(distance[n]) for n in (_HUB, *reached)},
    )
    yield Goal(
        "the same, times faster than rustworkx.descendants",
        rust / ours,
        10,
        "more",
        {**figures, "reference_s": rust},
        reached == rx.descendants(rusty, _HUB),
    )

    ours, theirs = seconds(
        lambda: dominators(topology, [_HUB]).freed(),
        lambda: rx.immediate_dominators(rusty, _HUB),
        rounds=3,
    )
    tree = dominators(topology, [_HUB]).immediate
    expected = np.full(graph.nodes, -1)
    for node, over in rx.immediate_dominators(rusty, _HUB).items():
        expected[node] = ROOT if node == _HUB else over
    yield Goal(
        "dominator tree with what each cut frees, times faster than rustworkx's tree",
        theirs / ours,
        10,
        "more",
        _figures(topology, ours_s=ours, reference_s=theirs),
        bool((tree == expected).all()),
    )

    share = np.random.default_rng(7).random(topology.edges) / 8
    share[::3] = np.nan
    ends = zip(topology.object.tolist(), topology.subject.tolist(), share.tolist(), strict=True)
    # The loop knows no parallel edges: here each pair states one share, on its first edge.
    stated: dict[tuple[int, int], float] = {}
    for edge, (source, node, weight) in enumerate(ends):
        share[edge] = stated.setdefault((source, node), weight)
    stated = {pair: weight for pair, weight in stated.items() if weight == weight}
    preparing = once(lambda: Mixture(topology, share))
    mixture = Mixture(topology, share)
    (ours,) = seconds(lambda: mixture.of([_HUB]))
    started = time.process_time()
    low = references.networkx_shares(plain, _HUB, stated)
    theirs = time.process_time() - started
    yield Goal(
        "share of one source in everything, both bounds, times faster than a networkx loop for one",
        theirs / ours,
        200,
        "more",
        _figures(topology, ours_s=ours, reference_s=theirs, prepare_s=preparing),
        bool(np.allclose(mixture.of([_HUB]).low, low, rtol=0, atol=1e-9)),
    )

    size = MODELS[REFERENCE]
    networkx_bytes = memory(
        f"from bench.references import networkx_graph\ngraph = made({size})",
        "kept = networkx_graph(graph)",
    )
    rows = topology.rows
    arrays = (rows.start, rows.subject, rows.object, rows.up_start, rows.up_edge, rows.code)
    ours = sum(a.nbytes for a in arrays)
    yield Goal(
        "memory of both directions, bytes an edge",
        ours / topology.edges,
        16,
        "less",
        _figures(topology, bytes=ours, networkx_bytes=networkx_bytes),
    )
    yield Goal(
        "times less memory than networkx",
        networkx_bytes / ours,
        20,
        "more",
        _figures(topology, networkx_bytes_an_edge=networkx_bytes / topology.edges),
    )


def _one_source(topology: Topology) -> Iterator[Goal]:
    queued, _ = seconds(lambda: reach(topology, [_HUB]), lambda: reachable(topology, [_HUB]))
    before = reach(topology, [_HUB])
    preparing = once(lambda: prepare(topology))
    order = prepare(topology)
    bits = np.random.default_rng(1).integers(0, 256, topology.nodes // 8 + 1).astype(np.uint8)
    alone, far, explained, limit = seconds(
        lambda: reachable(topology, [_HUB]),
        lambda: reach(topology, [_HUB], want_via=False),
        lambda: reach(topology, [_HUB]),
        lambda: references.gather_bits(order.near, bits),
    )
    after = reach(topology, [_HUB])
    figures = _figures(
        topology,
        reached=int((after[0] >= 0).sum()),
        alone_s=alone,
        distances_s=far,
        distances_and_edges_s=explained,
        by_queue_s=queued,
        prepare_s=preparing,
        prepared_bytes_an_edge=sum(a.nbytes for a in _arrays(topology)) / topology.edges,
        limit_s=limit,
    )
    yield Goal(
        "reach alone, times the machine's limit of one gathered bit an edge",
        alone / limit,
        5,
        "less",
        figures,
        bool((reachable(topology, [_HUB]) == (before[0] >= 0)).all()),
    )
    distance, via = after
    led = via >= 0
    yield Goal(
        "explanations of all that is reached, times the distances alone",
        explained / far,
        2.5,
        "less",
        figures,
        bool(
            all((a == b).all() for a, b in zip(before, after, strict=True))
            and (led == (distance > 0)).all()
            and (topology.subject[via[led]] == np.flatnonzero(led)).all()
            and (distance[topology.object[via[led]]] + 1 == distance[led]).all()
        ),
    )


def _arrays(topology: Topology) -> Iterator[np.ndarray]:
    order = kept(topology, ALL)
    assert order is not None
    yield from order


def _changed(topology: Topology) -> Iterator[Goal]:
    """A few edges appended at once, and one in a hundred edges appended."""
    draw = np.random.default_rng(3)
    nodes = topology.nodes
    news = draw.integers(0, nodes, (2_000, 5)).astype(np.int32)
    taken = []
    newer = topology.with_edges([0], [0], [255], nodes + 1)
    codes = np.zeros(5, np.uint8)
    for number, objects in enumerate(news):
        subjects = np.full(5, nodes + number, np.int32)
        started = time.perf_counter()
        newer = newer.with_edges(subjects, objects, codes, nodes + number + 1)
        taken.append(time.perf_counter() - started)
    yield Goal(
        "a config of 5 edges, microseconds in the engine",
        float(np.median(taken)) * 1e6,
        10,
        "less",
        _figures(topology, slowest_ms=max(taken) * 1e3),
        bool(reachable(newer, news[:, 0])[nodes : nodes + len(news)].all()),
    )
    count = topology.edges // 100
    models = np.repeat(np.arange(nodes, nodes + count // 4), 3)
    subjects = np.concatenate((models, draw.integers(0, nodes, count - len(models))))
    objects = draw.integers(0, nodes, count)
    newer = topology.with_edges(subjects, objects, np.zeros(count), nodes + count // 4)
    plain, over = seconds(lambda: reach(topology, [_HUB]), lambda: reach(newer, [_HUB]))
    rebuilt, _ = newer.compacted()
    rebuilding = once(lambda: Topology.of(newer.nodes, newer.subject, newer.object, newer.code))
    yield Goal(
        "one hub source over 1 % appended edges, times plain",
        over / plain,
        1.5,
        "less",
        _figures(topology, plain_s=plain, appended_s=over, rebuild_s=rebuilding),
        bool((reach(newer, [_HUB])[0] == reach(rebuilt, [_HUB])[0]).all()),
    )


def _ranked(variant: str, bar: float) -> Iterator[Goal]:
    graph = made(MODELS[RANKED], variant)
    topology = _topology(graph)
    sources = np.flatnonzero(graph.kind == SOURCE).astype(np.int32)
    weights = (graph.kind == MODEL).astype(np.int64)[:, None]
    rows = topology.rows
    found = reach_counts(topology, sources, weights)[:, 0]
    chosen = np.sort(np.random.default_rng(9).choice(len(sources), _SAMPLE, replace=False))
    if variant == "sparse":
        chosen = np.arange(len(sources))
    expected = references.searched_one_by_one(
        rows.start, rows.subject, sources[chosen], weights[:, 0]
    )
    ours, taken = seconds(
        lambda: reach_counts(topology, sources, weights),
        lambda: references.searched_one_by_one(
            rows.start, rows.subject, sources[chosen], weights[:, 0]
        ),
    )
    whole = taken * len(sources) / len(chosen)
    yield Goal(
        f"all sources ranked by models, {variant}, times faster than a compiled search for each",
        whole / ours,
        bar,
        "more",
        _figures(
            topology,
            sources=len(sources),
            pairs=int(found.sum()),
            ours_s=ours,
            searched=len(chosen),
            searched_s=taken,
            reference_s=whole,
        ),
        bool((found[chosen] == expected).all()),
    )


def _sizes() -> Iterator[Goal]:
    """CPU seconds by size for each kind of graph, and the steepest rise between the last two."""
    for variant in ("sparse", "dense", "cyclic", "deep"):
        rows = [_row(made(MODELS[size], variant)) for size in SIZES]
        figures = {
            f"{size}_{name}": value
            for size, row in zip(SIZES, rows, strict=True)
            for name, value in row.items()
        }
        slopes = {}
        for before, after in pairwise(rows[-2:]):
            more = np.log(after["edges"] / before["edges"])
            slopes = {
                f"power_{name[:-2]}": float(np.log(after[name] / before[name]) / more)
                for name in before
                if name.endswith("_s")
            }
        yield Goal(
            f"cost grows with edges to the power of, at most, {variant}",
            max(slopes.values(), default=0),
            1.35,
            "less",
            {**figures, **slopes},
        )


def _row(graph: Made) -> dict[str, float]:
    topology = _topology(graph)
    build = once(lambda: _topology(graph))
    queue = seconds(lambda: reach(topology, [_HUB]), rounds=3)[0]
    reached = reachable(topology, [_HUB])
    prepare_time = once(lambda: prepare(topology))
    served = np.flatnonzero(reached & (graph.kind == DEPLOYMENT))
    mixture = Mixture(topology, np.full(topology.edges, np.nan))
    cuttable = (graph.kind == SOURCE) | (graph.kind == DEPLOYMENT)
    sweep, tree, mixed, steps = seconds(
        lambda: reach(topology, [_HUB]),
        lambda: dominators(topology, [_HUB]),
        lambda: mixture.of([_HUB]),
        lambda: levels(topology, np.flatnonzero(reached)),
        rounds=3,
    )
    cut = once(lambda: minimum_vertex_cut(topology, [_HUB], served, uncuttable=cuttable))
    return {
        "edges": topology.edges,
        "build_s": build,
        "prepare_s": prepare_time,
        "reach_by_queue_s": queue,
        "reach_by_sweep_s": sweep,
        "dominators_s": tree,
        "shares_s": mixed,
        "steps_of_remediation_s": steps,
        "minimum_vertex_cut_s": cut,
    }
