"""Values: what cannot be known, limits, and scalars as the tree of every format has them."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from ingest.reading import MAX_NODES, Map, Node, Scalar, Seq
from lineage.errors import InputError

MAX_ITEMS = 10_000
"""Most items a comprehension, range or repetition may make."""

MAX_TEXT = 20_000
"""Longest text an expression may make, in characters."""


@dataclass(slots=True)
class Unknown(Node):
    """A value that only running the file would tell. ``source`` is its expression."""

    source: str = ""


def scalar(value: object, line: int) -> Scalar:
    """A Python constant as a scalar."""
    if value is None:
        return Scalar("", line, "null")
    if isinstance(value, bool):
        return Scalar("", line, "true" if value else "false")
    if isinstance(value, str):
        return Scalar("", line, value, quoted=True)
    if isinstance(value, bytes):
        return Scalar("", line, value.decode("utf-8", "replace"), quoted=True)
    return Scalar("", line, repr(value) if isinstance(value, float) else f"{value}"[:400])


def unknown(node: ast.expr) -> Unknown:
    """An expression that cannot be evaluated, with its source."""
    try:
        source = ast.unparse(node)
    except (RecursionError, ValueError):
        source = "(an expression)"
    return Unknown("", getattr(node, "lineno", 1), source[:200])


def keyed(node: Node, key: str) -> Node:
    """The same value with the key paths it has under ``key``.

    Raises:
        InputError: more values than a document may have (names that repeat each other).
    """
    return _keyed(node, key, [0])


def _keyed(node: Node, key: str, count: list[int]) -> Node:
    count[0] += 1
    if count[0] > MAX_NODES or len(key) > MAX_TEXT:
        raise InputError(f"more than {MAX_NODES} values once names are expanded")
    if isinstance(node, Map):
        items = {k: _keyed(v, f"{key}.{k}", count) for k, v in node.items.items()}
        return replace(node, key=key, items=items)
    if isinstance(node, Seq):
        return replace(
            node, key=key, items=[_keyed(v, f"{key}[{i}]", count) for i, v in enumerate(node.items)]
        )
    return replace(node, key=key)
