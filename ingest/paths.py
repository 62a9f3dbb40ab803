"""Values that are paths by their key, whatever they look like."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.reading import Node
from lineage.identity import is_placeholder


def as_path(node: Node) -> Node:
    """The same value in a form that says it is a path: ``corpus`` is ``./corpus``."""
    text = node.text
    if not text or "/" in text or "\\" in text or is_placeholder(text):
        return node
    return node.saying(f"./{text}")


def weighted(nodes: Iterable[Node]) -> list[tuple[Node, float | None]]:
    """Paths with the share each is drawn with: ``0.3 a 0.7 b``, or paths alone."""
    words = [node for node in nodes if node.text]
    numbers = [word.number for word in words[::2]]
    paths = words[1::2]
    mixed = paths and len(words) % 2 == 0 and all(number is not None for number in numbers)
    if not mixed or any(path.number is not None for path in paths):
        return [(word, None) for word in words]
    total = sum(number or 0 for number in numbers)
    return [
        (path, (number or 0) / total if total > 0 else None)
        for path, number in zip(paths, numbers, strict=True)
    ]
