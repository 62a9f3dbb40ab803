"""A whole file: the names it binds, with their values."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.literals.statements import Statements
from ingest.literals.values import keyed
from ingest.reading import Map, Node
from lineage.errors import InputError


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
    reader = Statements(dict(known or {}))
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
