"""Values that a config takes over from the files it is based on."""

from __future__ import annotations

from dataclasses import replace

from ingest.reading import ABSENT, Map, Node, Seq


def relined(node: Node, line: int) -> Node:
    """A value, with all it holds, at another line: that of the mention of its file."""
    if isinstance(node, Map):
        return replace(node, line=line, items={k: relined(v, line) for k, v in node.items.items()})
    if isinstance(node, Seq):
        return replace(node, line=line, items=[relined(v, line) for v in node.items])
    return replace(node, line=line)


def overlaid(base: Node, child: Node) -> Node:
    """A child's value over its base's: mappings key by key, anything else as a whole."""
    if not isinstance(child, Map) or not isinstance(base, Map):
        return child
    items = dict(base.items)
    for key, value in child.items.items():
        items[key] = overlaid(items.get(key, ABSENT), value)
    return replace(child, items=items)
