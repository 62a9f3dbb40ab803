"""Pipelines in Python, as far as literals go: what each node makes of what."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ingest.base import Findings
from ingest.kedro.entries import is_report, kind_of, place_of, read_place
from ingest.kedro.project import catalogues, entry_for, filled, ref_of, root_of
from ingest.reading import Node, Scalar
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_MOST_NODES = 2_000
_MOST_DEPTH = 40
_NO_DATA = ("params:", "parameters")

Values = Mapping[str, ast.expr]
"""What names stand for where an expression stands."""


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
        if depth > _MOST_DEPTH or self.count > _MOST_NODES:
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
            for bound in _bindings(value, names):
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
            for item in _items(given.get(side), names):
                text = _text(item, names)
                if text:
                    texts.append(text)
                elif not (isinstance(item, ast.Constant) and item.value is None):
                    source = ast.unparse(item)[:80]
                    self.found.skip(f"only running the file would tell: {source}", call.lineno)
            sides.append(tuple(texts))
        prefix = _text(given.get("namespace"), names)
        step = Step(call.lineno, *sides)
        return _prefixed(step, prefix, frozenset(), {}) if prefix else step


def _items(value: ast.expr | None, names: Values) -> list[ast.expr]:
    """What an argument lists: one name, a list, the values of a mapping."""
    if value is None:
        return []
    if isinstance(value, ast.Name) and value.id in names:
        value = names[value.id]
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return [part for item in value.elts for part in _spread(item, names)]
    if isinstance(value, ast.Dict):
        return [part for item in value.values for part in _items(item, names)]
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "dict":
        return [part for k in value.keywords for part in _items(k.value, names)]
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        sides = (value.left, value.right)
        if any(isinstance(side, ast.List | ast.Tuple) for side in sides):
            return [part for side in sides for part in _items(side, names)]
    return [value]


def _spread(item: ast.expr, names: Values) -> list[ast.expr]:
    return _items(item.value, names) if isinstance(item, ast.Starred) else [item]


def _text(value: ast.expr | None, names: Values, depth: int = 0) -> str:
    """The text an expression surely makes; empty where only running it would tell."""
    if depth > _MOST_DEPTH or value is None:
        return ""
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) else ""
    if isinstance(value, ast.Name):
        return _text(names.get(value.id), names, depth + 1)
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        sides = [_text(side, names, depth + 1) for side in (value.left, value.right)]
        return "".join(sides) if all(sides) else ""
    if isinstance(value, ast.JoinedStr):
        parts = [
            _text(p.value if isinstance(p, ast.FormattedValue) else p, names, depth + 1)
            for p in value.values
        ]
        return "".join(parts) if all(parts) else ""
    return ""


def _bindings(made: ast.ListComp | ast.GeneratorExp, names: Values) -> Iterator[Values]:
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
                mapped[_text(key, names)] = _text(item, names)
        else:
            kept.update(_text(item, names) for item in _items(value, names))
    prefix = _text(given.get("namespace"), names)
    mapped = {old: new for old, new in mapped.items() if old and new}
    return [_prefixed(step, prefix, frozenset(kept), mapped) for step in steps]


def _prefixed(step: Step, prefix: str, kept: frozenset[str], mapped: Mapping[str, str]) -> Step:
    def new(name: str) -> str:
        if name in mapped:
            return mapped[name]
        free = name in kept or name.startswith(_NO_DATA) or not prefix
        return name if free else f"{prefix}.{name}"

    return replace(
        step,
        inputs=tuple(map(new, step.inputs)),
        outputs=tuple(map(new, step.outputs)),
    )


def read_pipelines(found: Findings) -> None:
    """All nodes of a module, each once for each name that its pipelines give it."""
    try:
        module = ast.parse(found.document.text)
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        found.skip(f"not valid Python: {getattr(error, 'msg', None) or 'nested too deeply'}")
        return
    try:
        steps = _steps_of(found, module)
    except RecursionError:
        found.skip("nested too deeply")
        return
    facts = _Facts(found)
    for step in steps:
        facts.read(step)


def _steps_of(found: Findings, module: ast.Module) -> list[Step]:
    nodes, pipelines = _imported(module)
    state = _Module(found, nodes, pipelines)
    common = _assigned(module.body)
    steps: dict[Step, None] = {}
    for holder in ast.walk(module):
        if isinstance(holder, ast.FunctionDef | ast.AsyncFunctionDef):
            names = {**common, **_assigned(holder.body)}
            for part in ast.walk(holder):
                if isinstance(part, ast.Return) and part.value is not None:
                    steps.update(dict.fromkeys(state.steps(part.value, names)))
    for call in ast.walk(module):
        if not isinstance(call, ast.Call) or id(call) in state.seen:
            continue
        if ast.unparse(call.func) in nodes and state.count <= _MOST_NODES:
            state.count += 1
            steps[state.step(call, _around(module, call, common))] = None
    if state.count > _MOST_NODES:
        found.skip(f"more than {_MOST_NODES} nodes; the rest was not read")
    return list(steps)


def _around(module: ast.Module, call: ast.Call, common: Values) -> Values:
    """The names of the function that a call stands in."""
    for holder in ast.walk(module):
        if not isinstance(holder, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if holder.lineno <= call.lineno <= (holder.end_lineno or holder.lineno):
            return {**common, **_assigned(holder.body)}
    return common


def _imported(module: ast.Module) -> tuple[frozenset[str], frozenset[str]]:
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


def _assigned(body: list[ast.stmt]) -> dict[str, ast.expr]:
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


class _Facts:
    """Turns nodes into facts, with what the project's catalogues say of the names."""

    def __init__(self, found: Findings):
        self.found = found
        self.project = root_of(found.document)
        self.listed = list(catalogues(found.document, self.project))

    def read(self, step: Step) -> None:
        """What a node makes of what; a node that makes only metrics evaluates its models."""
        at = Scalar("node", step.line, "", quoted=True)
        given = [self.known(name, at) for name in step.inputs if not name.startswith(_NO_DATA)]
        made = [
            self.known(name, at)
            for name in step.outputs
            if not is_report(name, entry_for(self.listed, name)[0])
        ]
        for output in made:
            self.found.describe(output, at, produced=True)
            for source in given:
                if source.id != output.id:
                    relation, evidence = _relation(output, source)
                    self.found.relate(output, relation, source, at, evidence=evidence)
        if not made:
            models = [ref for ref in given if ref.kind is Kind.MODEL]
            for model in models:
                for data in given:
                    if data.kind is Kind.DATASET:
                        self.found.relate(
                            model, Relation.EVALUATED_ON, data, at, evidence=Evidence.INFERRED
                        )

    def known(self, name: str, at: Node) -> Ref:
        """What a name means; a name that only a pattern of a catalogue covers gets its place."""
        entry, fields = entry_for(self.listed, name)
        ref = ref_of(self.found.document, self.project, name, kind_of(name, entry))
        if fields:
            place = at.saying(filled(place_of(entry).text, fields))
            read_place(self.found, self.project, ref, place)
        return ref


def _relation(output: Ref, source: Ref) -> tuple[Relation, Evidence]:
    if output.kind is Kind.MODEL:
        if source.kind is Kind.MODEL:
            return Relation.FINE_TUNED_FROM, Evidence.INFERRED
        return Relation.TRAINED_ON, Evidence.DECLARED
    if source.kind is Kind.MODEL:
        return Relation.GENERATED_BY, Evidence.DECLARED
    return Relation.DERIVED_FROM, Evidence.DECLARED
