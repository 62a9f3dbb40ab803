"""Finding nodes by what people call them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from lineage.errors import AmbiguousError, NotFoundError
from lineage.vocabulary import Kind, Relation

if TYPE_CHECKING:
    from lineage.graph.graph import Graph

_MOST_CANDIDATES = 20
_MOST_MEANT = 3
_SHORTEST_SLIP = 4
_MOST_COMPARED = 20_000
"""Names that are compared one by one with a text that fits none: a tenth of a second."""

_SORTS = ((Kind.SOURCE, Kind.DATASET), (Kind.MODEL,))
_OF_ONE_PLACE = ("config://", "unknown://", "file://")
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
        near = ", ".join(graph.nodes[n].id for n in spelt_alike(graph, text))
        raise NotFoundError(
            f"nothing in this store is called “{text}”",
            remedy=f"Do you mean {near}?"
            if near
            else "Look for it with: lineage find TEXT, or ingest the documents that name it.",
        )
    exact = [n for n in fitting if text in (graph.nodes[n].name, graph.shown(n))]
    best = exact or fitting
    if len({int(graph.same_as[n]) for n in best}) > 1:
        raise AmbiguousError(text, [graph.nodes[n].id for n in best[:_MOST_CANDIDATES]], len(best))
    return best[0]


def called_alike(graph: Graph, number: int) -> list[int]:
    """Other data, or other models, that are called the same in another place, whatever the case.

    Without other names of the same thing, what somebody decided is another thing, and names that
    only mean something within one document or folder.
    """
    return graph.remember(("called alike", number), lambda: _called_alike(graph, number))


def _called_alike(graph: Graph, number: int) -> list[int]:
    node = graph.nodes[number]
    sort = next((kinds for kinds in _SORTS if node.kind in kinds), ())
    if not sort or node.namespace.startswith(_OF_ONE_PLACE):
        return []
    columns, hit = graph.columns, np.zeros(len(graph), np.bool_)
    pattern = f"[/#]{re.escape(node.name)}$"
    ends = pc.match_substring_regex(columns.node_id, pattern, ignore_case=True)
    hit[: len(ends)] = ends.to_numpy(zero_copy_only=False)
    hit[list(graph.later.nodes)] = True
    near = graph.passing([Relation.DISTINCT_FROM], retracted=False)
    at = np.array([number])
    told = np.concatenate((graph.upstream.of(at), graph.downstream.of(at)))
    told = told[near[graph.classes_of(told)]]
    hit[graph.subjects(told)] = hit[graph.objects(told)] = hit[number] = False
    return [
        other
        for other in np.flatnonzero(hit).tolist()
        if graph.nodes[other].kind in sort
        and graph.nodes[other].name.casefold() == node.name.casefold()
        and not graph.nodes[other].namespace.startswith(_OF_ONE_PLACE)
        and graph.same_as[other] != graph.same_as[number]
    ]


def spelt_alike(graph: Graph, text: str) -> list[int]:
    """A few nodes whose names are nearly this text: other punctuation, or a slip or two."""
    parts = re.findall(r"\w+", text)
    if sum(map(len, parts)) < _SHORTEST_SLIP:
        return []
    pattern = r"[\W_]*".join(map(re.escape, re.findall(r"[^\W_]", text)))
    alike = pc.match_substring_regex(graph.columns.node_id, pattern, ignore_case=True)
    found = np.flatnonzero(alike.to_numpy(zero_copy_only=False)).tolist()
    if not found and len(graph) <= _MOST_COMPARED:
        names: dict[str, list[int]] = {}
        for number in range(len(graph)):
            name, shown = graph.nodes[number].name.casefold(), graph.shown(number).casefold()
            for called in {name, shown, name.rpartition("/")[2]}:
                names.setdefault(called, []).append(number)
        close = get_close_matches(text.casefold(), names, n=_MOST_MEANT, cutoff=0.8)
        return list(dict.fromkeys(n for name in close for n in names[name]))[:_MOST_MEANT]
    return sorted(found, key=lambda n: len(graph.nodes[n].id))[:_MOST_MEANT]


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
