"""Only a part is revoked: the narrower answer, beside the sound one about the whole.

A relationship may say which part of its object was used (its selector, such as ``split=train``).
One that says that another part was used than the one revoked leads nowhere; one that does not
say, or not in words that can be compared, leads on. So the narrower answer rests on what
documents say of parts, and assumes that parts of different names do not overlap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lineage.graph import Graph

_PLAIN = re.compile(r"[\w./-]+")
"""A value that means itself: no range, no pattern, no sum of several."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A view of the graph in which only a part of the roots is revoked.

    Attributes:
        graph: the view.
        left_out: numbers of the assertions that use another part.
        unsaid: numbers of those that lead on because they do not say which part they use.
    """

    graph: Graph
    left_out: tuple[int, ...]
    unsaid: tuple[int, ...]


def narrowed(graph: Graph, starts: Sequence[int], part: str) -> Narrowed:
    """Leaves out the uses of other parts of what is revoked.

    Args:
        graph: the graph.
        starts: the node numbers that are revoked in part.
        part: which part, as selectors say it: ``split=test``, or several with ``;``.
    """
    edges = graph.downstream.of(np.array(starts, np.int64))
    selectors = [graph.edges[int(e)].selector for e in edges]
    out = [int(e) for e, s in zip(edges, selectors, strict=True) if s and disjoint(s, part)]
    unsaid = [int(e) for e, s in zip(edges, selectors, strict=True) if not s]
    return Narrowed(graph.without(out), tuple(out), tuple(unsaid))


def disjoint(one: str, other: str) -> bool:
    """Whether two selectors surely name different parts.

    They do when both give plain values for the same key, and have none in common. What is a
    range, a pattern or not of this form may overlap with anything.
    """
    left, right = _values(one), _values(other)
    return any(not left[key] & right[key] for key in left.keys() & right.keys())


def _values(selector: str) -> dict[str, frozenset[str]]:
    """The plain values by key; keys with others are left out."""
    found = {}
    for item in selector.split(";"):
        key, given, values = item.strip().partition("=")
        names = frozenset(value.strip() for value in values.split(","))
        if given and all(_PLAIN.fullmatch(name) for name in names):
            found[key.strip()] = names
    return found
