"""Operators on values that are known: numbers, texts, lists and mappings."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

from ingest.literals.values import MAX_ITEMS, MAX_TEXT, scalar, unknown
from ingest.reading import Map, Node, Scalar, Seq

_ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def combined(node: ast.BinOp, left: Node, right: Node) -> Node:
    """What an operator makes of two values."""
    if isinstance(node.op, ast.Add):
        if isinstance(left, Seq) and isinstance(right, Seq):
            if len(left.items) + len(right.items) > MAX_ITEMS:
                return unknown(node)
            return Seq("", node.lineno, [*left.items, *right.items])
        if isinstance(left, Scalar) and isinstance(right, Scalar) and left.quoted and right.quoted:
            both = left.value + right.value
            return scalar(both, node.lineno) if len(both) <= MAX_TEXT else unknown(node)
    if isinstance(node.op, ast.BitOr) and isinstance(left, Map) and isinstance(right, Map):
        return Map("", node.lineno, {**left.items, **right.items})
    if isinstance(node.op, ast.Div) and isinstance(left, Scalar) and left.quoted and right.text:
        return scalar(f"{left.value.rstrip('/')}/{right.text}", node.lineno)
    if isinstance(node.op, ast.Mult) and isinstance(left, Seq) and right.number is not None:
        times = int(right.number)
        if times * len(left.items) <= MAX_ITEMS:
            return Seq("", node.lineno, left.items * max(times, 0))
    if isinstance(node.op, ast.Mod) and isinstance(left, Scalar) and left.quoted:
        return _percent(left, right, node)
    return _calculated(node, left, right)


def changed(node: ast.UnaryOp, value: Node) -> Node:
    """What an operator makes of one value."""
    if isinstance(node.op, ast.USub) and value.number is not None:
        return Scalar("", node.lineno, f"-{value.text}".replace("--", ""))
    if isinstance(node.op, ast.Not) and (value.is_true or value.is_false):
        return scalar(not value.is_true, node.lineno)
    return unknown(node)


def _percent(left: Scalar, right: Node, node: ast.BinOp) -> Node:
    values = [v.text for v in (right.items if isinstance(right, Seq) else [right])]
    if left.value.count("%s") + left.value.count("%d") != len(values) or not all(values):
        return unknown(node)
    text = left.value
    for value in values:
        place = min(i for i in (text.find("%s"), text.find("%d")) if i >= 0)
        text = text[:place] + value.replace("%", "\0") + text[place + 2 :]
    return scalar(text.replace("\0", "%"), node.lineno)


def _calculated(node: ast.BinOp, left: Node, right: Node) -> Node:
    a, b = left.number, right.number
    calculate = _ARITHMETIC.get(type(node.op))
    if (
        a is None
        or b is None
        or calculate is None
        or (isinstance(left, Scalar) and left.quoted)
        or (isinstance(right, Scalar) and right.quoted)
    ):
        return unknown(node)
    try:
        result = calculate(a, b)
    except (ArithmeticError, ValueError):
        return unknown(node)
    return scalar(
        int(result) if result == int(result) and abs(result) < 2**53 else result, node.lineno
    )
