"""The tree that every format is read into: values that remember where they stood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUES = frozenset({"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})
_FALSES = frozenset({"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})


@dataclass(slots=True)
class Node:
    """A value with its key path (``datasets[0].path``) and its line, from 1."""

    key: str
    line: int

    def at(self, *path: str | int) -> Node:
        """The value under the keys and indexes of ``path``, or :data:`ABSENT`."""
        node: Node = self
        for step in path:
            if isinstance(node, Map) and isinstance(step, str):
                node = node.items.get(step, ABSENT)
            elif isinstance(node, Seq) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
            else:
                return ABSENT
        return node

    @property
    def text(self) -> str:
        """The scalar's text, stripped; empty for null, absent and collections."""
        return ""

    @property
    def is_true(self) -> bool:
        """Whether this is a scalar that YAML 1.1 reads as true."""
        return self.text in _TRUES

    @property
    def is_false(self) -> bool:
        """Whether this is a scalar that YAML 1.1 reads as false."""
        return self.text in _FALSES

    def __bool__(self) -> bool:
        """Whether there is a value: not absent, not null, not an empty collection."""
        return False

    def entries(self) -> Iterator[tuple[str, Node]]:
        """The key and value pairs of a mapping; none for anything else."""
        return iter(())

    def elements(self) -> Iterator[Node]:
        """The items of a sequence; a scalar alone counts as a sequence of one."""
        return iter(())

    @property
    def number(self) -> float | None:
        """The scalar as a finite number, or None."""
        try:
            value = float(self.text)
        except ValueError:
            return None
        return value if abs(value) < 1e308 else None

    def saying(self, text: str) -> Node:
        """A scalar at this place with another text: a part of it, or what it refers to."""
        return Scalar(self.key, self.line, text, quoted=True)

    def listed(self, separator: str = ",") -> Iterator[Node]:
        """The items of a list, or the parts of a text with separators; empty ones left out."""
        for item in self.elements():
            if isinstance(item, Scalar) and separator in item.text:
                yield from (item.saying(p.strip()) for p in item.text.split(separator) if p.strip())
            elif item:
                yield item


@dataclass(slots=True)
class Scalar(Node):
    """One text. ``quoted`` tells ``"null"`` from ``null``."""

    value: str = ""
    quoted: bool = False
    origins: tuple[Scalar, ...] = field(default=(), compare=False, repr=False)
    looked_at: bool = field(default=False, compare=False, repr=False)

    @property
    def text(self) -> str:
        """The scalar's text, stripped; empty for null.

        Marks the scalar as looked at, and those of the document that it was made from.
        """
        self.looked_at = True
        for origin in self.origins:
            origin.looked_at = True
        return "" if not self.quoted and self.value in _NULLS else self.value.strip()

    def __bool__(self) -> bool:
        """Whether the text is neither null nor empty; says nothing of what it says."""
        return (self.quoted or self.value not in _NULLS) and bool(self.value.strip())

    def elements(self) -> Iterator[Node]:
        """The scalar itself, unless it is null."""
        return iter((self,) if self else ())


@dataclass(slots=True)
class Seq(Node):
    """A list of values."""

    items: list[Node] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether it has items."""
        return bool(self.items)

    def elements(self) -> Iterator[Node]:
        """The items."""
        return iter(self.items)


@dataclass(slots=True)
class Map(Node):
    """Keys and values, in order. ``duplicates`` lists keys that stand twice, with lines."""

    items: dict[str, Node] = field(default_factory=dict)
    duplicates: list[tuple[str, int]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether it has keys."""
        return bool(self.items)

    def entries(self) -> Iterator[tuple[str, Node]]:
        """The pairs of key and value."""
        return iter(self.items.items())


def leaves(root: Node) -> Iterator[Scalar]:
    """The scalars of a tree."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Map):
            pending.extend(node.items.values())
        elif isinstance(node, Seq):
            pending.extend(node.items)
        elif isinstance(node, Scalar):
            yield node


ABSENT = Node("", 0)
"""What :meth:`Node.at` gives where there is nothing: false, without text or items."""
