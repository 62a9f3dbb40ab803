"""Templates of a pipeline: ``${…}`` from variables, and the stages that loops make.

Values come from files of the scanned tree only; what nothing there explains stays a template,
and so an explicit unknown.
"""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterator, Mapping

from ingest.base import Findings
from ingest.reading import ABSENT, Map, Node, Scalar, Seq
from lineage.errors import InputError

_TEMPLATE = re.compile(r"\$\{([^}]+)\}")
_MOST_STAGES = 1_000

Values = Mapping[str, Node]


def values_of(found: Findings, root: Node, folder: str) -> dict[str, Node]:
    """What templates may name: ``params.yaml`` beside the file, then the entries of ``vars``."""
    values: dict[str, Node] = {}
    for source in (root.saying("params.yaml"), *root.at("vars").elements()):
        if isinstance(source, Map):
            values.update(source.items)
            continue
        document = found.document.sibling(posixpath.join(folder, source.text.partition(":")[0]))
        try:
            tree = document.tree if document else ABSENT
        except InputError as error:
            found.skip(f"variables cannot be read: {error}", source)
            continue
        values.update(tree.entries())
    return values


def filled(node: Node, values: Values) -> Node:
    """A text with its templates replaced by what they name, where that is known."""
    if "${" not in node.text:
        return node
    return node.saying(_TEMPLATE.sub(lambda m: _value(m[1], values).text or m[0], node.text))


def instances(stage: Node, values: Values) -> Iterator[tuple[Values, Node]]:
    """A stage, or each stage that ``foreach`` or ``matrix`` makes of it, with its variables."""
    if stage.at("foreach"):
        each = _referred(stage.at("foreach"), values)
        for key, item in _pairs(each):
            yield {**values, "item": item, "key": item.saying(key)}, stage.at("do")
        return
    axes = {
        name: list(_referred(node, values).elements())
        for name, node in stage.at("matrix").entries()
    }
    combinations = itertools.product(*axes.values())
    for chosen in itertools.islice(combinations, _MOST_STAGES):
        item = Map(stage.key, stage.line, dict(zip(axes, chosen, strict=True)))
        yield ({**values, "item": item} if axes else values), stage


def _pairs(each: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(each, Map):
        return each.entries()
    return ((str(position), item) for position, item in enumerate(each.elements()))


def _referred(node: Node, values: Values) -> Node:
    """A list, or the list that a template names."""
    whole = _TEMPLATE.fullmatch(node.text) if isinstance(node, Scalar) else None
    return _value(whole[1], values) if whole else node


def _value(name: str, values: Values) -> Node:
    first, *rest = [part for part in re.split(r"[.\[\]]+", name.strip()) if part] or [""]
    node = values.get(first, ABSENT)
    for step in rest:
        node = node.at(int(step)) if isinstance(node, Seq) and step.isdigit() else node.at(step)
    return node
