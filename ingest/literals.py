"""Python-syntax configs as far as literals go, never executed.

A small evaluator over the syntax tree: literals, names assigned before, ``dict()`` and
``list()``, arithmetic and text formatting on known values, attribute and subscript, splat and
comprehension. A call of anything else becomes a mapping with ``_target_``, its arguments
beside it. What cannot be evaluated is an :class:`Unknown` with its line and source text.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ingest.reading import MAX_NODES, Map, Node, Scalar, Seq
from lineage.errors import InputError

MAX_ITEMS = 10_000
"""Most items a comprehension, range or repetition may make."""

MAX_TEXT = 20_000
"""Longest text an expression may make, in characters."""

_ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_MAKERS = frozenset(
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


@dataclass(slots=True)
class Unknown(Node):
    """A value that only running the file would tell. ``source`` is its expression."""

    source: str = ""


@dataclass(frozen=True, slots=True)
class PythonConfig:
    """A module's names with their values, and the modules it imports names from.

    ``imports`` maps a local name to (module, name there); ``"*"`` as a key part lists star
    imports. ``bases`` are relative imports under ``read_base()``.
    """

    values: Map
    imports: Mapping[str, tuple[str, str]]
    stars: tuple[str, ...]


def parse_python(text: str, where: str, known: Mapping[str, Node] | None = None) -> PythonConfig:
    """The top-level names of a Python file.

    Args:
        text: the source.
        where: the file's name, for messages.
        known: names that are defined before the first line (from included files).

    Raises:
        InputError: not Python, or too deeply nested; with file and line.
    """
    try:
        module = ast.parse(text)
    except SyntaxError as error:
        raise InputError(
            f"not valid Python: {error.msg}", location=f"{where}:{error.lineno or 1}"
        ) from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise InputError(
            "nested too deeply, or not text, for Python", location=f"{where}:1"
        ) from error
    reader = _Reader(dict(known or {}))
    try:
        reader.block(module.body)
    except RecursionError as error:
        raise InputError("nested too deeply", location=f"{where}:1") from error
    own = {
        name: value
        for name, value in reader.names.items()
        if not known or known.get(name) is not value
    }
    try:
        values = Map("", 1, {name: keyed(value, name) for name, value in own.items()})
    except (InputError, RecursionError) as error:
        raise InputError(
            getattr(error, "message", "nested too deeply"), location=f"{where}:1"
        ) from error
    return PythonConfig(values, reader.imports, tuple(reader.stars))


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


class _Reader:
    """Evaluates statements in order, keeping the names they bind."""

    def __init__(self, names: dict[str, Node]):
        self.names = names
        self.imports: dict[str, tuple[str, str]] = {}
        self.stars: list[str] = []

    def block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self._statement(statement)

    def _statement(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assign):
            value = self.value(statement.value)
            for target in statement.targets:
                self._bind(target, value)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            self._bind(statement.target, self.value(statement.value))
        elif isinstance(statement, ast.AugAssign):
            combined = ast.BinOp(_as_load(statement.target), statement.op, statement.value)
            self._bind(statement.target, self.value(ast.copy_location(combined, statement)))
        elif isinstance(statement, ast.ImportFrom):
            self._import(statement)
        elif isinstance(statement, ast.With | ast.If | ast.Try):
            self.block(statement.body)
            for extra in (getattr(statement, "orelse", []), getattr(statement, "finalbody", [])):
                self.block(extra)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            self._method(statement.value)
        elif isinstance(statement, ast.Delete):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    self.names.pop(target.id, None)

    def _import(self, statement: ast.ImportFrom) -> None:
        module = "." * statement.level + (statement.module or "")
        for alias in statement.names:
            if alias.name == "*":
                self.stars.append(module)
            else:
                self.imports[alias.asname or alias.name] = (module, alias.name)

    def _method(self, call: ast.Call) -> None:
        """``x.update(...)``, ``x.append(...)`` and ``x.extend(...)`` on known values."""
        if not isinstance(call.func, ast.Attribute):
            return
        holder = self.value(call.func.value)
        arguments = [self.value(a) for a in call.args if not isinstance(a, ast.Starred)]
        if call.func.attr == "update" and isinstance(holder, Map):
            for argument in [*arguments, self._keywords(call)]:
                if isinstance(argument, Map):
                    holder.items.update(argument.items)
        elif call.func.attr == "append" and isinstance(holder, Seq):
            holder.items.extend(arguments[:1])
        elif call.func.attr == "extend" and isinstance(holder, Seq) and arguments:
            holder.items.extend(arguments[0].elements())

    def _bind(self, target: ast.expr, value: Node) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = value
        elif isinstance(target, ast.Attribute | ast.Subscript):
            holder = self.value(target.value)
            key: Node | str = (
                target.attr if isinstance(target, ast.Attribute) else self.value(target.slice)
            )
            name = key if isinstance(key, str) else key.text
            if isinstance(holder, Map) and name:
                holder.items[name] = value
            elif isinstance(holder, Seq) and name.isdigit() and int(name) < len(holder.items):
                holder.items[int(name)] = value
        elif isinstance(target, ast.Tuple | ast.List):
            parts = list(value.elements()) if isinstance(value, Seq) else []
            for index, part in enumerate(target.elts):
                self._bind(part, parts[index] if index < len(parts) else _unknown(part))

    def value(self, node: ast.expr) -> Node:
        """The value of an expression, or :class:`Unknown`."""
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        return method(node) if method is not None else _unknown(node)

    def _constant(self, node: ast.Constant) -> Node:
        return _scalar(node.value, node.lineno)

    def _name(self, node: ast.Name) -> Node:
        return self.names.get(node.id, _unknown(node))

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> Node:
        items: list[Node] = []
        for element in node.elts:
            if isinstance(element, ast.Starred):
                spread = self.value(element.value)
                items.extend(spread.elements() if isinstance(spread, Seq) else [spread])
            else:
                items.append(self.value(element))
        return Seq("", node.lineno, items)

    _tuple = _set = _list

    def _dict(self, node: ast.Dict) -> Node:
        items: dict[str, Node] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            got = self.value(value)
            if key is not None:
                items[self.value(key).text or ast.unparse(key)] = got
            elif isinstance(got, Map):
                items.update(got.items)
            else:
                items[f"**{ast.unparse(value)[:80]}"] = got
        return Map("", node.lineno, items)

    def _keywords(self, call: ast.Call) -> Map:
        items: dict[str, Node] = {}
        for keyword in call.keywords:
            got = self.value(keyword.value)
            if keyword.arg is not None:
                items[keyword.arg] = got
            elif isinstance(got, Map):
                items.update(got.items)
            else:
                items[f"**{ast.unparse(keyword.value)[:80]}"] = got
        return Map("", call.lineno, items)

    def _call(self, node: ast.Call) -> Node:
        called = ast.unparse(node.func)[:200]
        arguments = [self.value(a.value if isinstance(a, ast.Starred) else a) for a in node.args]
        if called in _MAKERS:
            made = self._keywords(node)
            first = arguments[0] if arguments and isinstance(arguments[0], Map) else None
            return replace(made, items={**first.items, **made.items}) if first else made
        if called in {"list", "tuple", "set", "sorted"} and len(arguments) == 1:
            return arguments[0] if isinstance(arguments[0], Seq) else _unknown(node)
        if called == "range":
            return self._range(node, arguments)
        if (
            called in {"str", "int", "float", "Path", "pathlib.Path"}
            and len(arguments) == 1
            and isinstance(arguments[0], Scalar)
        ):
            return arguments[0]
        if called.endswith((".join", "path.join")):
            return self._join(node, called, arguments)
        if called.endswith(".format") and isinstance(node.func, ast.Attribute):
            return self._format(node, arguments)
        if called.endswith((".copy", ".deepcopy", "deepcopy")):
            source = arguments[0] if arguments else self.value(getattr(node.func, "value", node))
            return keyed(source, "")
        inner = self.value(node.func) if isinstance(node.func, ast.Call) else None
        if (
            isinstance(inner, Map)
            and "_target_" in inner.items
            and not inner.items.keys() - {"_target_", "0"}
        ):
            target = inner.items.get("0", inner.items["_target_"])  # LazyCall: L(Class)(…)
        else:
            target = Scalar("", node.lineno, called, quoted=True)
        made = self._keywords(node)
        positional = {str(i): a for i, a in enumerate(arguments)}
        return replace(made, items={"_target_": _named(target), **positional, **made.items})

    def _range(self, node: ast.Call, arguments: list[Node]) -> Node:
        numbers = [a.number for a in arguments]
        if not numbers or any(n is None for n in numbers):
            return _unknown(node)
        try:
            made = range(*(int(n) for n in numbers if n is not None))
        except (TypeError, ValueError, OverflowError):
            return _unknown(node)
        if len(made) > MAX_ITEMS:
            return _unknown(node)
        return Seq("", node.lineno, [_scalar(n, node.lineno) for n in made])

    def _join(self, node: ast.Call, called: str, arguments: list[Node]) -> Node:
        if (
            called.endswith("path.join")
            and arguments
            and all(isinstance(a, Scalar) for a in arguments)
        ):
            return _scalar("/".join(a.text.rstrip("/") for a in arguments), node.lineno)
        if (
            isinstance(node.func, ast.Attribute)
            and len(arguments) == 1
            and isinstance(arguments[0], Seq)
        ):
            between, items = self.value(node.func.value), arguments[0].items
            if isinstance(between, Scalar) and all(isinstance(i, Scalar) for i in items):
                joined = between.value.join(i.text for i in items)
                return _scalar(joined, node.lineno) if len(joined) <= MAX_TEXT else _unknown(node)
        return _unknown(node)

    def _format(self, node: ast.Call, arguments: list[Node]) -> Node:
        assert isinstance(node.func, ast.Attribute)
        pattern, named = self.value(node.func.value), self._keywords(node)
        if not isinstance(pattern, Scalar):
            return _unknown(node)
        text = pattern.value
        for index, argument in enumerate(arguments):
            text = text.replace("{}", argument.text, 1).replace(f"{{{index}}}", argument.text)
        for name, argument in named.items.items():
            text = text.replace(f"{{{name}}}", argument.text)
        return (
            _scalar(text, node.lineno)
            if "{" not in text and len(text) <= MAX_TEXT
            else _unknown(node)
        )

    def _attribute(self, node: ast.Attribute) -> Node:
        holder = self.value(node.value)
        found = holder.at(node.attr)
        return found if found or found.line else _unknown(node)

    def _subscript(self, node: ast.Subscript) -> Node:
        holder = self.value(node.value)
        if isinstance(node.slice, ast.Slice):
            return _unknown(node) if not isinstance(holder, Seq) else self._slice_of(holder, node)
        key = self.value(node.slice)
        number = key.number
        if isinstance(holder, Seq) and number is not None and abs(number) <= len(holder.items):
            index = int(number)
            return (
                holder.items[index]
                if -len(holder.items) <= index < len(holder.items)
                else _unknown(node)
            )
        found = holder.at(key.text)
        return found if found or found.line else _unknown(node)

    def _slice_of(self, holder: Seq, node: ast.Subscript) -> Node:
        assert isinstance(node.slice, ast.Slice)
        bounds: list[int | None] = []
        for part in (node.slice.lower, node.slice.upper, node.slice.step):
            number = self.value(part).number if part is not None else None
            if part is not None and (number is None or (part is node.slice.step and number == 0)):
                return _unknown(node)
            bounds.append(int(number) if number is not None else None)
        return Seq("", node.lineno, holder.items[slice(*bounds)])

    def _binop(self, node: ast.BinOp) -> Node:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Add):
            if isinstance(left, Seq) and isinstance(right, Seq):
                if len(left.items) + len(right.items) > MAX_ITEMS:
                    return _unknown(node)
                return Seq("", node.lineno, [*left.items, *right.items])
            if (
                isinstance(left, Scalar)
                and isinstance(right, Scalar)
                and left.quoted
                and right.quoted
            ):
                both = left.value + right.value
                return _scalar(both, node.lineno) if len(both) <= MAX_TEXT else _unknown(node)
        if isinstance(node.op, ast.BitOr) and isinstance(left, Map) and isinstance(right, Map):
            return Map("", node.lineno, {**left.items, **right.items})
        if isinstance(node.op, ast.Div) and isinstance(left, Scalar) and left.quoted and right.text:
            return _scalar(f"{left.value.rstrip('/')}/{right.text}", node.lineno)
        if isinstance(node.op, ast.Mult) and isinstance(left, Seq) and right.number is not None:
            times = int(right.number)
            if times * len(left.items) <= MAX_ITEMS:
                return Seq("", node.lineno, left.items * max(times, 0))
        if isinstance(node.op, ast.Mod) and isinstance(left, Scalar) and left.quoted:
            return self._percent(left, right, node)
        return _calculated(node, left, right)

    def _percent(self, left: Scalar, right: Node, node: ast.BinOp) -> Node:
        values = [v.text for v in (right.items if isinstance(right, Seq) else [right])]
        if left.value.count("%s") + left.value.count("%d") != len(values) or not all(values):
            return _unknown(node)
        text = left.value
        for value in values:
            place = min(i for i in (text.find("%s"), text.find("%d")) if i >= 0)
            text = text[:place] + value.replace("%", "\0") + text[place + 2 :]
        return _scalar(text.replace("\0", "%"), node.lineno)

    def _unaryop(self, node: ast.UnaryOp) -> Node:
        value = self.value(node.operand)
        if isinstance(node.op, ast.USub) and value.number is not None:
            return Scalar("", node.lineno, f"-{value.text}".replace("--", ""))
        if isinstance(node.op, ast.Not) and (value.is_true or value.is_false):
            return _scalar(not value.is_true, node.lineno)
        return _unknown(node)

    def _joinedstr(self, node: ast.JoinedStr) -> Node:
        parts: list[str] = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                parts.append(str(part.value))
            elif isinstance(part, ast.FormattedValue):
                value = self.value(part.value)
                if not isinstance(value, Scalar) or part.format_spec is not None:
                    return _unknown(node)
                parts.append(value.value)
        text = "".join(parts)
        return _scalar(text, node.lineno) if len(text) <= MAX_TEXT else _unknown(node)

    def _ifexp(self, node: ast.IfExp) -> Node:
        test = self.value(node.test)
        if test.is_true or test.is_false:
            return self.value(node.body if test.is_true else node.orelse)
        return _unknown(node)

    def _listcomp(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> Node:
        found: list[Node] = []
        if not self._generate(node.generators, lambda: found.append(self.value(node.elt)), found):
            return _unknown(node)
        return Seq("", node.lineno, found)

    _generatorexp = _setcomp = _listcomp

    def _dictcomp(self, node: ast.DictComp) -> Node:
        found: dict[str, Node] = {}

        def add() -> None:
            found[self.value(node.key).text] = self.value(node.value)

        return (
            Map("", node.lineno, found)
            if self._generate(node.generators, add, found)
            else _unknown(node)
        )

    def _generate(
        self,
        generators: list[ast.comprehension],
        add: Callable[[], None],
        made: list[Node] | dict[str, Node],
    ) -> bool:
        """Runs nested loops of a comprehension over known values; false if it cannot."""
        if not generators:
            add()
            return len(made) <= MAX_ITEMS
        first, *others = generators
        over = self.value(first.iter)
        if not isinstance(over, Seq) or first.ifs:
            return False
        kept = dict(self.names)
        try:
            for item in over.items:
                self._bind(first.target, item)
                if not self._generate(others, add, made):
                    return False
        finally:
            self.names = kept
        return True


def _as_load(target: ast.expr) -> ast.expr:
    """An assignment's target, as an expression to read."""
    return ast.parse(ast.unparse(target), mode="eval").body


def _named(target: Node) -> Node:
    if isinstance(target, Unknown):
        return Scalar("", target.line, target.source, quoted=True)
    return target


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
        return _unknown(node)
    try:
        result = calculate(a, b)
    except (ArithmeticError, ValueError):
        return _unknown(node)
    return _scalar(
        int(result) if result == int(result) and abs(result) < 2**53 else result, node.lineno
    )


def _scalar(value: object, line: int) -> Scalar:
    if value is None:
        return Scalar("", line, "null")
    if isinstance(value, bool):
        return Scalar("", line, "true" if value else "false")
    if isinstance(value, str):
        return Scalar("", line, value, quoted=True)
    if isinstance(value, bytes):
        return Scalar("", line, value.decode("utf-8", "replace"), quoted=True)
    return Scalar("", line, repr(value) if isinstance(value, float) else f"{value}"[:400])


def _unknown(node: ast.expr) -> Unknown:
    try:
        source = ast.unparse(node)
    except (RecursionError, ValueError):
        source = "(an expression)"
    return Unknown("", getattr(node, "lineno", 1), source[:200])
