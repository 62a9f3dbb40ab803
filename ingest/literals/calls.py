"""Calls of functions that are known, on values that are: none of them is run."""

from __future__ import annotations

import ast

from ingest.literals.values import MAX_ITEMS, MAX_TEXT, scalar, unknown
from ingest.reading import Map, Node, Scalar, Seq

MAKERS = frozenset(
    {
        "dict",
        "edict",
        "EasyDict",
        "Config",
        "ConfigDict",
        "AttrDict",
        "Munch",
        "addict.Dict",
        "OmegaConf.create",
        "CN",
        "CfgNode",
        "SimpleNamespace",
    }
)
"""Functions that make a mapping of their arguments."""


def counted(node: ast.Call, arguments: list[Node]) -> Node:
    """``range(…)`` of known numbers."""
    numbers = [a.number for a in arguments]
    if not numbers or any(n is None for n in numbers):
        return unknown(node)
    try:
        made = range(*(int(n) for n in numbers if n is not None))
    except (TypeError, ValueError, OverflowError):
        return unknown(node)
    if len(made) > MAX_ITEMS:
        return unknown(node)
    return Seq("", node.lineno, [scalar(n, node.lineno) for n in made])


def joined(node: ast.Call, called: str, between: Node | None, arguments: list[Node]) -> Node:
    """``os.path.join(…)`` of texts, or ``between.join([…])``."""
    texts = all(isinstance(a, Scalar) for a in arguments)
    if called.endswith("path.join") and arguments and texts:
        return scalar("/".join(a.text.rstrip("/") for a in arguments), node.lineno)
    if isinstance(between, Scalar) and len(arguments) == 1 and isinstance(arguments[0], Seq):
        items = arguments[0].items
        if all(isinstance(i, Scalar) for i in items):
            whole = between.value.join(i.text for i in items)
            return scalar(whole, node.lineno) if len(whole) <= MAX_TEXT else unknown(node)
    return unknown(node)


def formatted(node: ast.Call, pattern: Node, arguments: list[Node], named: Map) -> Node:
    """``pattern.format(…)``."""
    if not isinstance(pattern, Scalar):
        return unknown(node)
    text = pattern.value
    for index, argument in enumerate(arguments):
        text = text.replace("{}", argument.text, 1).replace(f"{{{index}}}", argument.text)
    for name, argument in named.items.items():
        text = text.replace(f"{{{name}}}", argument.text)
    return scalar(text, node.lineno) if "{" not in text and len(text) <= MAX_TEXT else unknown(node)
