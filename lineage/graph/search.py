"""Finding nodes by what people call them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from lineage.errors import AmbiguousError, NotFoundError
from lineage.vocabulary import Kind

if TYPE_CHECKING:
    from lineage.graph.graph import Graph

_MOST_CANDIDATES = 20
_SHOWN = re.compile(r"(?:unknown: )?(?P<name>.*?)(?: \([^()]*\)?)?")
"""A name as it is shown for people, and the part of it that an id has."""


def found(graph: Graph, text: str, kinds: Sequence[Kind]) -> list[int]:
    """The nodes whose id or shown name has this text, best first, whatever its case."""
    wanted = text.casefold()
    ranked: list[tuple[int, int, int]] = []
    for number in _candidates(graph, text):
        node = graph.nodes[number]
        if kinds and node.kind not in kinds:
            continue
        names = (node.name.casefold(), graph.shown(number).casefold(), node.id.casefold())
        if not any(wanted in name for name in names):
            continue
        rank = 0 if wanted in names else 1 if any(n.startswith(wanted) for n in names) else 2
        ranked.append((rank, len(node.name), number))
    return [number for _, _, number in sorted(ranked)]


def resolved(graph: Graph, text: str) -> int:
    """The node that a text means; see :meth:`lineage.graph.Graph.resolve`."""
    if text in graph.number:
        return graph.number[text]
    fitting = graph.search(text)
    if not fitting:
        raise NotFoundError(
            f"nothing in this store is called “{text}”",
            remedy="Look for it with: lineage find TEXT, or ingest the documents that name it.",
        )
    exact = [n for n in fitting if text in (graph.nodes[n].name, graph.shown(n))]
    best = exact or fitting
    if len({int(graph.same_as[n]) for n in best}) > 1:
        raise AmbiguousError(text, [graph.nodes[n].id for n in best[:_MOST_CANDIDATES]], len(best))
    return best[0]


def _candidates(graph: Graph, text: str) -> list[int]:
    """The nodes whose id or properties may have the text, without making each a row."""
    columns = graph.columns
    shown = _SHOWN.fullmatch(text)
    hit = np.zeros(len(graph), np.bool_)
    for part in {text, shown["name"] if shown else text}:
        inside = pc.match_substring(columns.node_id, part, ignore_case=True)
        hit[: len(inside)] |= inside.to_numpy(zero_copy_only=False)
    titled = np.zeros(len(columns.property_sets), np.bool_)
    for part in {text, json.dumps(text, ensure_ascii=False)[1:-1]}:  # as properties are kept
        inside = pc.match_substring(columns.property_sets, part, ignore_case=True)
        titled |= inside.to_numpy(zero_copy_only=False)
    if titled.any():
        hit[: len(columns.node_properties)] |= titled[columns.node_properties]
    hit[list(graph.later.nodes)] = True
    return [int(n) for n in np.flatnonzero(hit)]
