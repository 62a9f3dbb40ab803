"""Facts that both syntaxes state: weights by address or catalogue name, registered data sets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.base import Findings
from ingest.literals import Unknown
from ingest.reading import Node, Seq
from lineage.identity import is_path, named
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_CATALOGUES = ("detectron2://", "catalog://", "Caffe2Detectron/", "d2://", "torchvision://")
_QUOTED = re.compile(r"""['"]([^'"]+)['"]""")


def weights(found: Findings, model: Ref, node: Node, evidence: Evidence, part: str = "") -> None:
    """The weights that a model starts from; a catalogue's name stays whole."""
    if isinstance(node, Unknown):
        found.skip(f"only running the file would tell: {node.source[:80]}", node)
    if not node.text or node.is_false or node.is_true:
        return
    relation = Relation.FINE_TUNED_FROM
    if part or "ImageNetPretrained" in node.text:
        relation = Relation.INITIALISED_FROM
    if node.text.startswith(_CATALOGUES):
        ref = named(node.text.partition("?")[0], Kind.MODEL)
    else:
        ref = found.artifact(node, Kind.MODEL, hub=False)
    found.relate(model, relation, ref, node, evidence=evidence, selector=part or None)


def data(
    found: Findings,
    model: Ref,
    relation: Relation,
    node: Node,
    evidence: Evidence,
    part: str | None = None,
) -> None:
    """Data sets by the names they are registered under, or files."""
    if isinstance(node, Unknown):
        found.skip(f"only running the file would tell: {node.source[:80]}", node)
    for name in names(node):
        file = is_path(name.text) and "://" not in name.text
        if file:
            ref = found.artifact(name, Kind.DATASET, hub=False)
        elif name.text.startswith(_CATALOGUES):
            ref = named(name.text, Kind.DATASET)
        else:
            ref = found.named(name, Kind.DATASET)
        found.relate(model, relation, ref, name, evidence=evidence, selector=part)


def names(node: Node) -> Iterator[Node]:
    """The names in a list, or in a tuple written as a text: ``("a", "b")``."""
    if isinstance(node, Seq):
        for item in node.items:
            yield from names(item)
        return
    text = node.text
    if text.startswith(("(", "[")):
        found = _QUOTED.findall(text) or text.strip("()[]").split(",")
        yield from (node.saying(name.strip()) for name in found if name.strip())
    elif text:
        yield node
