"""Python-syntax configs as far as literals go, never executed.

A small evaluator over the syntax tree: literals, names assigned before, ``dict()`` and
``list()``, arithmetic and text formatting on known values, attribute and subscript, splat and
comprehension. A call of anything else becomes a mapping with ``_target_``, its arguments
beside it. What cannot be evaluated is an :class:`Unknown` with its line and source text.
"""

from ingest.literals.module import PythonConfig, parse_python
from ingest.literals.values import MAX_ITEMS, MAX_TEXT, Unknown, keyed

__all__ = ["MAX_ITEMS", "MAX_TEXT", "PythonConfig", "Unknown", "keyed", "parse_python"]
