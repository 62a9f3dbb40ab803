"""References between values of one document: ``${a.b}``, ``${..x}``, as OmegaConf has them.

Only what the document itself holds is put in. A resolver (``${oc.env:HOME}``) is never called,
and a reference that leads nowhere stays the text it was, which reads as a placeholder.
"""

from __future__ import annotations

import re

from ingest.reading import ABSENT, MAX_NODES, Map, Node, Scalar, Seq
from lineage.errors import InputError

MAX_TEXT = 20_000
"""Longest text that references may make, in characters."""

_MAX_CHAIN = 40
_PATH = re.compile(r"\.*[\w-]+(?:[./][\w-]+|\[[\w-]+\])*")
_STEP = re.compile(r"[\w-]+")

Chain = tuple[Node, ...]
"""A value with all that hold it, from the root: the value itself is the last."""


def resolved(root: Node, context: Node | None = None) -> Node:
    """The same tree with every reference that it can answer replaced by what it refers to.

    Args:
        root: the tree to resolve.
        context: the tree that absolute references look into, where it is a larger one.

    Raises:
        InputError: more values than a document may have, once references are expanded.
    """
    return _Resolver(context or root).copied((root,), root.key, None)


class _Resolver:
    def __init__(self, root: Node):
        self.root = root
        self.count = 0
        self.open: set[int] = set()
        self.expanding: set[int] = set()
        self.known: dict[int, Node] = {}

    def copied(self, chain: Chain, key: str, line: int | None) -> Node:
        """The resolved copy of a value, under the key it has where it is put."""
        node = chain[-1]
        self.count += 1
        if self.count > MAX_NODES:
            raise InputError(f"more than {MAX_NODES} values once references are expanded")
        if isinstance(node, Map):
            items = {
                name: self.copied((*chain, value), f"{key}.{name}" if key else name, line)
                for name, value in node.items.items()
            }
            return Map(key, node.line, items, node.duplicates)
        if isinstance(node, Seq):
            parts = [
                self.copied((*chain, value), f"{key}[{index}]", line)
                for index, value in enumerate(node.items)
            ]
            return Seq(key, node.line, parts)
        if not isinstance(node, Scalar):
            return node
        value = self.value(chain)
        if isinstance(value, Scalar):
            if value is node and key == node.key and line is None:
                return node
            return Scalar(key, line or node.line, value.value, value.quoted, (node, value))
        return self.expanded(node, self.target(node.value, chain[:-1]), key)

    def expanded(self, node: Scalar, whole: Chain | None, key: str) -> Node:
        """The collection that a scalar refers to, unless it is being expanded already."""
        if whole is None or id(whole[-1]) in self.expanding:
            return node
        self.expanding.add(id(whole[-1]))
        made = self.copied(whole, key, node.line)
        self.expanding.discard(id(whole[-1]))
        return made

    def value(self, chain: Chain) -> Node:
        """What a scalar says once its references are replaced; the collection it stands for."""
        node = chain[-1]
        if not isinstance(node, Scalar) or "${" not in node.value:
            return node
        if id(node) in self.known:
            return self.known[id(node)]
        if id(node) in self.open or len(self.open) > _MAX_CHAIN:
            return node
        self.open.add(id(node))
        whole = self.target(node.value, chain[:-1])
        if whole is not None:
            answer = self.value(whole)
        else:
            text = self.text(node.value, chain[:-1])
            answer = Scalar(node.key, node.line, text, quoted=True)
        self.open.discard(id(node))
        self.known[id(node)] = answer
        return answer

    def target(self, text: str, holders: Chain) -> Chain | None:
        """The value that a text refers to, if the text is one reference and nothing else."""
        text = text.strip()
        if not text.startswith("${") or _end(text, 0) != len(text):
            return None
        path = self.text(text[2:-1], holders)
        found = self.find(path.strip(), holders)
        if found is None or not isinstance(found[-1], Scalar):
            return found
        value = self.value(found)
        return found if isinstance(value, Scalar) else self.target(found[-1].value, found[:-1])

    def text(self, text: str, holders: Chain) -> str:
        """A text with each reference in it replaced; what leads nowhere stays."""
        if text.count("${") > _MAX_CHAIN:
            return text
        parts: list[str] = []
        position = 0
        while (start := text.find("${", position)) >= 0:
            end = _end(text, start)
            if end is None:
                break
            parts.append(text[position:start])
            parts.append(self.reference(text[start:end], holders))
            position = end
        made = "".join(parts) + text[position:]
        return made if len(made) <= MAX_TEXT else text

    def reference(self, text: str, holders: Chain) -> str:
        """What one reference within a text says, or the reference itself."""
        inner = self.text(text[2:-1], holders)
        found = self.find(inner.strip(), holders)
        value = self.value(found) if found is not None else ABSENT
        return value.text if value and isinstance(value, Scalar) else f"${{{inner}}}"

    def find(self, path: str, holders: Chain) -> Chain | None:
        """The value at a path from the root, or with leading dots from where it is named."""
        if not _PATH.fullmatch(path):
            return None
        dots = len(path) - len(path.lstrip("."))
        if dots > len(holders):
            return None
        chain: Chain = holders[: len(holders) - dots + 1] if dots else (self.root,)
        for step in _STEP.findall(path):
            holder = self.held(chain)
            if holder is None:
                return None
            found = _child(holder[-1], step)
            if found is ABSENT:
                return None
            chain = (*holder, found)
        return chain

    def held(self, chain: Chain) -> Chain | None:
        """The chain itself; the chain of what its last value stands for, if that is a reference."""
        if not isinstance(chain[-1], Scalar):
            return chain
        if id(chain[-1]) in self.open or len(self.open) > _MAX_CHAIN:
            return None
        self.open.add(id(chain[-1]))
        found = self.target(chain[-1].value, chain[:-1])
        self.open.discard(id(chain[-1]))
        return found


def _child(holder: Node, step: str) -> Node:
    """The value under a key, or at a place of a list."""
    if isinstance(holder, Seq):
        return holder.at(int(step)) if step.isdecimal() else ABSENT
    return holder.at(step)


def _end(text: str, start: int) -> int | None:
    """Where the reference that opens at ``start`` ends: past its closing brace."""
    depth = 0
    for match in re.finditer(r"\$\{|\{|\}", text[start:]):
        depth += -1 if match.group() == "}" else 1
        if depth == 0:
            return start + match.end()
    return None
