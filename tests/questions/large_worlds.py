"""Graphs of a million things in columns, made in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from lineage.graph import Graph
from lineage.records import Moment
from lineage.store.columns import Builder
from worlds import NOW

_TEXT = "document://repo/config.yml"


def chain(hops: int) -> Graph:
    """s ← m1 ← m2 ← … ← m{hops}."""
    nodes = ["s", *(f"m{n}" for n in range(1, hops + 1))]
    return _graph(nodes, nodes[1:], nodes[:-1])


def fan_out(width: int) -> Graph:
    """Models that all stand on one source, ``s``."""
    models = [f"m{n}" for n in range(width)]
    return _graph(["s", *models], models, ["s"] * width)


def fan_in(width: int) -> Graph:
    """A model, ``m``, that stands on many sources."""
    sources = [f"s{n}" for n in range(width)]
    return _graph(["m", *sources], ["m"] * width, sources)


def _graph(nodes: Sequence[str], subjects: Sequence[str], objects: Sequence[str]) -> Graph:
    kinds = ["Source" if node[0] == "s" else "Model" for node in nodes]
    many, space = len(subjects), "test://world"
    builder = Builder()
    builder.nodes(
        [
            [f"{space}/{node}" for node in nodes],
            kinds,
            [space] * len(nodes),
            nodes,
            ["{}"] * len(nodes),
        ]
    )
    builder.edges(
        [
            [f"{space}/{node}" for node in subjects],
            ["TRAINED_ON"] * many,
            [f"{space}/{node}" for node in objects],
            [_TEXT] * many,
            ["key"] * many,
            [1] * many,
            ["declared"] * many,
            [None] * many,
            [None] * many,
            [True] * many,
            [NOW] * many,
            [NOW] * many,
            [None] * many,
        ]
    )
    builder.documents([[_TEXT], ["repo"], ["config.yml"], ["0" * 64], ["test"], [None], [NOW]])
    return Graph(builder.finish("test", Moment("", 1, NOW), datetime(2026, 1, 1, tzinfo=UTC)))
