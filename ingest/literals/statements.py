"""Statements: the names they bind, and the modules that names are imported from."""

from __future__ import annotations

import ast

from ingest.literals.expressions import Expressions
from ingest.reading import Map, Node, Seq


class Statements(Expressions):
    """Evaluates statements in order, keeping the names they bind."""

    def __init__(self, names: dict[str, Node]):
        super().__init__(names)
        self.imports: dict[str, tuple[str, str]] = {}
        self.stars: list[str] = []

    def block(self, statements: list[ast.stmt]) -> None:
        """Evaluates all of them."""
        for statement in statements:
            self._statement(statement)

    def _statement(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assign):
            value = self.value(statement.value)
            for target in statement.targets:
                self.bind(target, value)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            self.bind(statement.target, self.value(statement.value))
        elif isinstance(statement, ast.AugAssign):
            combined = ast.BinOp(_as_load(statement.target), statement.op, statement.value)
            self.bind(statement.target, self.value(ast.copy_location(combined, statement)))
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
            for argument in [*arguments, self.keywords(call)]:
                if isinstance(argument, Map):
                    holder.items.update(argument.items)
        elif call.func.attr == "append" and isinstance(holder, Seq):
            holder.items.extend(arguments[:1])
        elif call.func.attr == "extend" and isinstance(holder, Seq) and arguments:
            holder.items.extend(arguments[0].elements())


def _as_load(target: ast.expr) -> ast.expr:
    """An assignment's target, as an expression to read."""
    return ast.parse(ast.unparse(target), mode="eval").body
