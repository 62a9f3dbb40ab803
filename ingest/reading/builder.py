"""Builds a tree from a stream of starts, ends and scalars, within the limits."""

from __future__ import annotations

from ingest.reading.nodes import Map, Node, Scalar, Seq
from lineage.errors import InputError

MAX_DEPTH = 100
MAX_NODES = 400_000


class Builder:
    """Builds a tree from a stream of starts, ends and scalars, within the limits."""

    def __init__(self, where: str):
        self.where = where
        self.roots: list[Node] = []
        self.count = 0
        self._stack: list[Node] = []
        self._keys: list[str | None] = []
        self._began: list[int] = []
        self.size = 0
        """Of the mapping or list that ended last: how many values it is."""

    @property
    def expects_key(self) -> bool:
        """Whether the next scalar is a key of the mapping that is open."""
        return bool(self._stack) and isinstance(self._stack[-1], Map) and self._keys[-1] is None

    def fail(self, reason: str, line: int) -> InputError:
        """An error at a line of the file, to raise."""
        return InputError(reason, location=f"{self.where}:{line}")

    def scalar(self, value: str, line: int, *, quoted: bool) -> None:
        """A key or a value, whichever is due."""
        if self.expects_key:
            self._keys[-1] = value
            return
        self._place(Scalar(self._path(), line, value, quoted))

    def start(self, line: int, *, mapping: bool) -> None:
        """The start of a mapping or a list."""
        if len(self._stack) >= MAX_DEPTH:
            raise self.fail(f"nested deeper than {MAX_DEPTH} levels", line)
        if self.expects_key:
            raise self.fail("a mapping or list is used as a key", line)
        node: Node = Map(self._path(), line) if mapping else Seq(self._path(), line)
        self._place(node, opening=True)
        self._stack.append(node)
        self._keys.append(None)
        self._began.append(self.count - 1)

    def end(self) -> Node:
        """The end of the mapping or list that is open."""
        node = self._stack.pop()
        self._keys.pop()
        self.size = self.count - self._began.pop()
        if self._stack and isinstance(self._stack[-1], Map):
            self._keys[-1] = None
        if isinstance(node, Map):
            _apply_merge_keys(node)
        return node

    def splice(self, anchored: Node, size: int, line: int) -> None:
        """A copy of an anchored value of that size at this place (a YAML alias)."""
        if self.expects_key:
            if not isinstance(anchored, Scalar):
                raise self.fail("a mapping or list is used as a key", line)
            self._keys[-1] = anchored.value
            return
        if any(anchored is open_node for open_node in self._stack):
            raise self.fail("an alias refers to the value it is part of", line)
        self._counted(line, size - 1)
        self._place(_copied(anchored, self._path()))

    def _counted(self, line: int, values: int = 1) -> None:
        self.count += values
        if self.count > MAX_NODES:
            raise self.fail(f"more than {MAX_NODES} values once aliases are expanded", line)

    def _path(self) -> str:
        if not self._stack:
            return ""
        parent, key = self._stack[-1], self._keys[-1]
        if isinstance(parent, Map):
            return f"{parent.key}.{key}" if parent.key else str(key)
        assert isinstance(parent, Seq)
        return f"{parent.key}[{len(parent.items)}]"

    def _place(self, node: Node, *, opening: bool = False) -> None:
        self._counted(node.line)
        if not self._stack:
            self.roots.append(node)
            return
        parent = self._stack[-1]
        if isinstance(parent, Map):
            key = self._keys[-1]
            assert key is not None
            if key in parent.items and key != "<<":
                parent.duplicates.append((key, node.line))
                key = _free_key(parent, key)
            parent.items[key] = node
            if not opening:
                self._keys[-1] = None
        else:
            assert isinstance(parent, Seq)
            parent.items.append(node)


def _copied(node: Node, key: str) -> Node:
    if isinstance(node, Map):
        items = {k: _copied(v, f"{key}.{k}" if key else k) for k, v in node.items.items()}
        return Map(key, node.line, items)
    if isinstance(node, Seq):
        return Seq(key, node.line, [_copied(v, f"{key}[{i}]") for i, v in enumerate(node.items)])
    assert isinstance(node, Scalar)
    return Scalar(key, node.line, node.value, node.quoted)


def _free_key(parent: Map, key: str) -> str:
    """The last of duplicate keys wins, as in YAML loaders; the earlier ones stay readable."""
    number = len(parent.duplicates)
    parent.items[f"{key}\x1f{number}"] = parent.items.pop(key)
    return key


def _apply_merge_keys(node: Map) -> None:
    merged = node.items.pop("<<", None)
    if merged is None:
        return
    for base in [merged] if isinstance(merged, Map) else list(merged.elements()):
        for key, value in base.entries():
            node.items.setdefault(key, value)
