"""The nodes of pipelines: what each reads and makes, under the names it is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ingest.base import Findings
from ingest.kedro.names import (
    MAX_DEPTH,
    Values,
    around,
    assigned,
    bindings,
    imported,
    items_of,
    text_of,
)

_MOST_NODES = 2_000
NO_DATA = ("params:", "parameters")
"""What names begin with that are parameters, no data sets."""


@dataclass(frozen=True, slots=True)
class Step:
    """One node of a pipeline: names of what it reads and makes, and the line it stands at."""

    line: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(slots=True)
class _Module:
    """What is known of a module while it is read."""

    found: Findings
    nodes: frozenset[str]
    pipelines: frozenset[str]
    seen: set[int] = field(default_factory=set)
    count: int = 0

    def steps(self, value: ast.expr, names: Values, depth: int = 0) -> Iterator[Step]:
        """The nodes in an expression that makes a pipeline."""
        if depth > MAX_DEPTH or self.count > _MOST_NODES:
            return
        if isinstance(value, ast.List | ast.Tuple):
            for item in value.elts:
                yield from self.steps(item, names, depth + 1)
        elif isinstance(value, ast.Starred):
            yield from self.steps(value.value, names, depth + 1)
        elif isinstance(value, ast.Name) and value.id in names:
            others = {name: given for name, given in names.items() if name != value.id}
            yield from self.steps(names[value.id], others, depth + 1)
        elif isinstance(value, ast.BinOp):
            yield from self.steps(value.left, names, depth + 1)
            if isinstance(value.op, ast.Add | ast.BitOr):
                yield from self.steps(value.right, names, depth + 1)
        elif isinstance(value, ast.ListComp | ast.GeneratorExp):
            for bound in bindings(value, names):
                yield from self.steps(value.elt, bound, depth + 1)
        elif isinstance(value, ast.Call):
            yield from self.called(value, names, depth + 1)

    def called(self, call: ast.Call, names: Values, depth: int) -> Iterator[Step]:
        """A node, a pipeline of nodes, or a part of one."""
        name = ast.unparse(call.func)
        if name in self.nodes:
            self.count += 1
            self.seen.add(id(call))
            yield self.step(call, names)
        elif name in self.pipelines:
            parts = list(call.args[:1])
            parts += [k.value for k in call.keywords if k.arg in {"pipe", "nodes"}]
            steps = [s for part in parts for s in self.steps(part, names, depth)]
            yield from _renamed(steps, call, names)
        elif isinstance(call.func, ast.Attribute):  # pipeline.only_nodes(…), .tag(…)
            yield from self.steps(call.func.value, names, depth)
        elif name == "sum" and call.args:
            yield from self.steps(call.args[0], names, depth)

    def step(self, call: ast.Call, names: Values) -> Step:
        """One call of ``node``: function, inputs and outputs, by place or by name."""
        given = dict(zip(("func", "inputs", "outputs"), call.args, strict=False))
        given.update({k.arg: k.value for k in call.keywords if k.arg})
        sides: list[tuple[str, ...]] = []
        for side in ("inputs", "outputs"):
            texts: list[str] = []
            for item in items_of(given.get(side), names):
                text = text_of(item, names)
                if text:
                    texts.append(text)
                elif not (isinstance(item, ast.Constant) and item.value is None):
                    source = ast.unparse(item)[:80]
                    self.found.skip(f"only running the file would tell: {source}", call.lineno)
            sides.append(tuple(texts))
        prefix = text_of(given.get("namespace"), names)
        step = Step(call.lineno, *sides)
        return _prefixed(step, prefix, frozenset(), {}) if prefix else step


def _renamed(steps: list[Step], call: ast.Call, names: Values) -> list[Step]:
    """The nodes under the namespace of a pipeline, and with the names that it maps."""
    given = {k.arg: k.value for k in call.keywords if k.arg}
    kept: set[str] = set()
    mapped: dict[str, str] = {}
    for side in ("inputs", "outputs"):
        value = given.get(side)
        if isinstance(value, ast.Name):
            value = names.get(value.id, value)
        if isinstance(value, ast.Dict):
            for key, item in zip(value.keys, value.values, strict=True):
                mapped[text_of(key, names)] = text_of(item, names)
        else:
            kept.update(text_of(item, names) for item in items_of(value, names))
    prefix = text_of(given.get("namespace"), names)
    mapped = {old: new for old, new in mapped.items() if old and new}
    return [_prefixed(step, prefix, frozenset(kept), mapped) for step in steps]


def _prefixed(step: Step, prefix: str, kept: frozenset[str], mapped: Mapping[str, str]) -> Step:
    def new(name: str) -> str:
        if name in mapped:
            return mapped[name]
        free = name in kept or name.startswith(NO_DATA) or not prefix
        return name if free else f"{prefix}.{name}"

    return replace(
        step,
        inputs=tuple(map(new, step.inputs)),
        outputs=tuple(map(new, step.outputs)),
    )


def steps_of(found: Findings, module: ast.Module) -> list[Step]:
    """All nodes of a module, each once for each name that its pipelines give it."""
    nodes, pipelines = imported(module)
    state = _Module(found, nodes, pipelines)
    common = assigned(module.body)
    steps: dict[Step, None] = {}
    for holder in ast.walk(module):
        if isinstance(holder, ast.FunctionDef | ast.AsyncFunctionDef):
            names = {**common, **assigned(holder.body)}
            for part in ast.walk(holder):
                if isinstance(part, ast.Return) and part.value is not None:
                    steps.update(dict.fromkeys(state.steps(part.value, names)))
    for call in ast.walk(module):
        if not isinstance(call, ast.Call) or id(call) in state.seen:
            continue
        if ast.unparse(call.func) in nodes and state.count <= _MOST_NODES:
            state.count += 1
            steps[state.step(call, around(module, call, common))] = None
    if state.count > _MOST_NODES:
        found.skip(f"more than {_MOST_NODES} nodes; the rest was not read")
    return list(steps)
