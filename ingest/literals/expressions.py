"""Expressions: literals, names, subscripts, calls and comprehensions on what is known."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from ingest.literals.calls import MAKERS, counted, formatted, joined
from ingest.literals.operators import changed, combined
from ingest.literals.values import MAX_ITEMS, MAX_TEXT, Unknown, keyed, scalar, unknown
from ingest.reading import Map, Node, Scalar, Seq


class Expressions:
    """Evaluates expressions with the names that are bound."""

    def __init__(self, names: dict[str, Node]):
        self.names = names

    def bind(self, target: ast.expr, value: Node) -> None:
        """Gives a name, a key or an item a value."""
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
                self.bind(part, parts[index] if index < len(parts) else unknown(part))

    def value(self, node: ast.expr) -> Node:
        """The value of an expression, or :class:`Unknown`."""
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        return method(node) if method is not None else unknown(node)

    def _constant(self, node: ast.Constant) -> Node:
        return scalar(node.value, node.lineno)

    def _name(self, node: ast.Name) -> Node:
        return self.names.get(node.id, unknown(node))

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

    def keywords(self, call: ast.Call) -> Map:
        """The arguments of a call that have names."""
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
        if called in MAKERS:
            made = self.keywords(node)
            first = arguments[0] if arguments and isinstance(arguments[0], Map) else None
            return replace(made, items={**first.items, **made.items}) if first else made
        if called in {"list", "tuple", "set", "sorted"} and len(arguments) == 1:
            return arguments[0] if isinstance(arguments[0], Seq) else unknown(node)
        if called == "range":
            return counted(node, arguments)
        if (
            called in {"str", "int", "float", "Path", "pathlib.Path"}
            and len(arguments) == 1
            and isinstance(arguments[0], Scalar)
        ):
            return arguments[0]
        if called.endswith((".join", "path.join")):
            between = self.value(node.func.value) if isinstance(node.func, ast.Attribute) else None
            return joined(node, called, between, arguments)
        if called.endswith(".format") and isinstance(node.func, ast.Attribute):
            pattern = self.value(node.func.value)
            return formatted(node, pattern, arguments, self.keywords(node))
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
        made = self.keywords(node)
        positional = {str(i): a for i, a in enumerate(arguments)}
        return replace(made, items={"_target_": _named(target), **positional, **made.items})

    def _attribute(self, node: ast.Attribute) -> Node:
        holder = self.value(node.value)
        found = holder.at(node.attr)
        return found if found or found.line else unknown(node)

    def _subscript(self, node: ast.Subscript) -> Node:
        holder = self.value(node.value)
        if isinstance(node.slice, ast.Slice):
            return unknown(node) if not isinstance(holder, Seq) else self._slice_of(holder, node)
        key = self.value(node.slice)
        number = key.number
        if isinstance(holder, Seq) and number is not None and abs(number) <= len(holder.items):
            index = int(number)
            return (
                holder.items[index]
                if -len(holder.items) <= index < len(holder.items)
                else unknown(node)
            )
        found = holder.at(key.text)
        return found if found or found.line else unknown(node)

    def _slice_of(self, holder: Seq, node: ast.Subscript) -> Node:
        assert isinstance(node.slice, ast.Slice)
        bounds: list[int | None] = []
        for part in (node.slice.lower, node.slice.upper, node.slice.step):
            number = self.value(part).number if part is not None else None
            if part is not None and (number is None or (part is node.slice.step and number == 0)):
                return unknown(node)
            bounds.append(int(number) if number is not None else None)
        return Seq("", node.lineno, holder.items[slice(*bounds)])

    def _binop(self, node: ast.BinOp) -> Node:
        return combined(node, self.value(node.left), self.value(node.right))

    def _unaryop(self, node: ast.UnaryOp) -> Node:
        return changed(node, self.value(node.operand))

    def _joinedstr(self, node: ast.JoinedStr) -> Node:
        parts: list[str] = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                parts.append(str(part.value))
            elif isinstance(part, ast.FormattedValue):
                value = self.value(part.value)
                if not isinstance(value, Scalar) or part.format_spec is not None:
                    return unknown(node)
                parts.append(value.value)
        text = "".join(parts)
        return scalar(text, node.lineno) if len(text) <= MAX_TEXT else unknown(node)

    def _ifexp(self, node: ast.IfExp) -> Node:
        test = self.value(node.test)
        if test.is_true or test.is_false:
            return self.value(node.body if test.is_true else node.orelse)
        return unknown(node)

    def _listcomp(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> Node:
        found: list[Node] = []
        if not self._generate(node.generators, lambda: found.append(self.value(node.elt)), found):
            return unknown(node)
        return Seq("", node.lineno, found)

    _generatorexp = _setcomp = _listcomp

    def _dictcomp(self, node: ast.DictComp) -> Node:
        found: dict[str, Node] = {}

        def add() -> None:
            found[self.value(node.key).text] = self.value(node.value)

        return (
            Map("", node.lineno, found)
            if self._generate(node.generators, add, found)
            else unknown(node)
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
                self.bind(first.target, item)
                if not self._generate(others, add, made):
                    return False
        finally:
            self.names = kept
        return True


def _named(target: Node) -> Node:
    if isinstance(target, Unknown):
        return Scalar("", target.line, target.source, quoted=True)
    return target
