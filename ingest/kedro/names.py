"""What names stand for in a module, and the texts that expressions surely make."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

MAX_DEPTH = 40
"""Expressions that are nested deeper are not followed."""

Values = Mapping[str, ast.expr]
"""What names stand for where an expression stands."""


def assigned(body: list[ast.stmt]) -> dict[str, ast.expr]:
    """Names that a block assigns once; one assigned twice is not surely either."""
    result: dict[str, ast.expr] = {}
    twice: set[str] = set()
    for statement in body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        value = getattr(statement, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(value, ast.expr):
                if target.id in result:
                    twice.add(target.id)
                result[target.id] = value
    return {name: value for name, value in result.items() if name not in twice}


def around(module: ast.Module, call: ast.Call, common: Values) -> Values:
    """The names of the function that a call stands in."""
    for holder in ast.walk(module):
        if not isinstance(holder, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if holder.lineno <= call.lineno <= (holder.end_lineno or holder.lineno):
            return {**common, **assigned(holder.body)}
    return common


def imported(module: ast.Module) -> tuple[frozenset[str], frozenset[str]]:
    """What ``node`` and ``pipeline`` are called in a module."""
    nodes, pipelines = {"node", "Node"}, {"pipeline", "Pipeline", "modular_pipeline"}
    for statement in ast.walk(module):
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("kedro"):
            for alias in statement.names:
                if alias.name in {"node", "Node"}:
                    nodes.add(alias.asname or alias.name)
                if alias.name in {"pipeline", "Pipeline"}:
                    pipelines.add(alias.asname or alias.name)
    modules = {"kedro.pipeline"}
    for statement in ast.walk(module):
        if isinstance(statement, ast.Import):
            modules |= {a.asname for a in statement.names if a.asname and "kedro" in a.name}
    for holder in modules:
        nodes |= {f"{holder}.node", f"{holder}.Node"}
        pipelines |= {f"{holder}.pipeline", f"{holder}.Pipeline"}
    return frozenset(nodes), frozenset(pipelines)


def items_of(value: ast.expr | None, names: Values) -> list[ast.expr]:
    """What an argument lists: one name, a list, the values of a mapping."""
    if value is None:
        return []
    if isinstance(value, ast.Name) and value.id in names:
        value = names[value.id]
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return [part for item in value.elts for part in _spread(item, names)]
    if isinstance(value, ast.Dict):
        return [part for item in value.values for part in items_of(item, names)]
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "dict":
        return [part for k in value.keywords for part in items_of(k.value, names)]
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        sides = (value.left, value.right)
        if any(isinstance(side, ast.List | ast.Tuple) for side in sides):
            return [part for side in sides for part in items_of(side, names)]
    return [value]


def _spread(item: ast.expr, names: Values) -> list[ast.expr]:
    return items_of(item.value, names) if isinstance(item, ast.Starred) else [item]


def text_of(value: ast.expr | None, names: Values, depth: int = 0) -> str:
    """The text an expression surely makes; empty where only running it would tell."""
    if depth > MAX_DEPTH or value is None:
        return ""
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) else ""
    if isinstance(value, ast.Name):
        return text_of(names.get(value.id), names, depth + 1)
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        sides = [text_of(side, names, depth + 1) for side in (value.left, value.right)]
        return "".join(sides) if all(sides) else ""
    if isinstance(value, ast.JoinedStr):
        parts = [
            text_of(p.value if isinstance(p, ast.FormattedValue) else p, names, depth + 1)
            for p in value.values
        ]
        return "".join(parts) if all(parts) else ""
    return ""


def bindings(made: ast.ListComp | ast.GeneratorExp, names: Values) -> Iterator[Values]:
    """The names of a comprehension over a list that is written out, once for each item."""
    loop = made.generators[0]
    over = names.get(loop.iter.id) if isinstance(loop.iter, ast.Name) else loop.iter
    if len(made.generators) > 1 or not isinstance(over, ast.List | ast.Tuple):
        yield names
        return
    for item in over.elts[:200]:
        if isinstance(loop.target, ast.Name):
            yield {**names, loop.target.id: item}
        elif isinstance(loop.target, ast.Tuple) and isinstance(item, ast.Tuple):
            pairs = zip(loop.target.elts, item.elts, strict=False)
            yield {**names, **{t.id: v for t, v in pairs if isinstance(t, ast.Name)}}
        else:
            yield names
