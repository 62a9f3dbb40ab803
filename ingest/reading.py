"""Safe reading of untrusted text into trees that remember where each value stood.

Every format ends as the same three node types. Each scalar stays the text it was, so that ids
such as ``0123456``, ``1.10`` or ``NO`` survive. Size, depth, number of nodes and alias
expansion are bounded *before* anything is built; nothing is ever executed or resolved.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from lineage.errors import InputError

MAX_BYTES = 20_000_000
MAX_DEPTH = 100
MAX_NODES = 400_000

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

    @property
    def text(self) -> str:
        """The scalar's text, stripped; empty for null."""
        return "" if not self.quoted and self.value in _NULLS else self.value.strip()

    def __bool__(self) -> bool:
        """Whether the text is neither null nor empty."""
        return bool(self.text)

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


ABSENT = Node("", 0)
"""What :meth:`Node.at` gives where there is nothing: false, without text or items."""


class _Builder:
    """Builds a tree from a stream of starts, ends and scalars, within the limits."""

    def __init__(self, where: str):
        self.where = where
        self.roots: list[Node] = []
        self.count = 0
        self._stack: list[Node] = []
        self._keys: list[str | None] = []

    def fail(self, reason: str, line: int) -> InputError:
        return InputError(reason, location=f"{self.where}:{line}")

    def scalar(self, value: str, line: int, *, quoted: bool) -> None:
        if self._stack and isinstance(self._stack[-1], Map) and self._keys[-1] is None:
            self._keys[-1] = value
            return
        self._place(Scalar(self._path(), line, value, quoted))

    def start(self, line: int, *, mapping: bool) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise self.fail(f"nested deeper than {MAX_DEPTH} levels", line)
        if self._stack and isinstance(self._stack[-1], Map) and self._keys[-1] is None:
            raise self.fail("a mapping or list is used as a key", line)
        node: Node = Map(self._path(), line) if mapping else Seq(self._path(), line)
        self._place(node, opening=True)
        self._stack.append(node)
        self._keys.append(None)

    def end(self) -> Node:
        node = self._stack.pop()
        self._keys.pop()
        if self._stack and isinstance(self._stack[-1], Map):
            self._keys[-1] = None
        if isinstance(node, Map):
            _apply_merge_keys(node)
        return node

    def splice(self, anchored: Node, line: int) -> None:
        """A copy of an anchored value at this place (a YAML alias)."""
        if self._stack and isinstance(self._stack[-1], Map) and self._keys[-1] is None:
            if not isinstance(anchored, Scalar):
                raise self.fail("a mapping or list is used as a key", line)
            self._keys[-1] = anchored.value
            return
        if any(anchored is open_node for open_node in self._stack):
            raise self.fail("an alias refers to the value it is part of", line)
        self._place(self._copied(anchored, self._path(), line))

    def _copied(self, node: Node, key: str, line: int) -> Node:
        self._counted(line)
        if isinstance(node, Map):
            return Map(
                key,
                node.line,
                {
                    k: self._copied(v, f"{key}.{k}" if key else k, line)
                    for k, v in node.items.items()
                },
            )
        if isinstance(node, Seq):
            return Seq(
                key,
                node.line,
                [self._copied(v, f"{key}[{i}]", line) for i, v in enumerate(node.items)],
            )
        assert isinstance(node, Scalar)
        return Scalar(key, node.line, node.value, node.quoted)

    def _counted(self, line: int) -> None:
        self.count += 1
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


def decoded(content: bytes, where: str) -> str:
    """Text of a file: UTF-8, or UTF-16 with its mark.

    Raises:
        InputError: too large, binary, or in no encoding that configs use.
    """
    if len(content) > MAX_BYTES:
        raise InputError(
            f"the file has {len(content):,} bytes; documents of up to {MAX_BYTES:,} are read",
            location=where,
        )
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\0" in content[:8192]:
        raise InputError("the file is binary", location=where)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            "the file is not text in UTF-8 or UTF-16", location=f"{where}:{line}"
        ) from error


_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse_yaml(text: str, where: str, first_line: int = 1) -> list[Node]:
    """The documents of a YAML stream.

    Args:
        text: the stream.
        where: the file's name, for messages.
        first_line: the line of the file at which ``text`` begins.

    Raises:
        InputError: not YAML, or beyond a limit; with file and line.
    """
    builder = _Builder(where)
    anchors: dict[str, Node] = {}
    opened: list[str | None] = []
    shift = first_line
    try:
        for event in yaml.parse(_UNPRINTABLE.sub("\ufffd", text), Loader=yaml.CSafeLoader):
            line = (event.start_mark.line if event.start_mark else 0) + shift
            if isinstance(event, yaml.ScalarEvent):
                quoted = not event.implicit[0]
                builder.scalar(event.value, line, quoted=quoted)
                if event.anchor:
                    anchors[event.anchor] = Scalar("", line, event.value, quoted)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                builder.start(line, mapping=isinstance(event, yaml.MappingStartEvent))
                opened.append(event.anchor)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                node = builder.end()
                anchor = opened.pop()
                if anchor:
                    anchors[anchor] = node
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in anchors:
                    reason = (
                        "an alias refers to the value it is part of"
                        if event.anchor in opened
                        else f"unknown alias *{event.anchor}"
                    )
                    raise builder.fail(reason, line)
                builder.splice(anchors[event.anchor], line)
            elif isinstance(event, yaml.DocumentStartEvent):
                anchors.clear()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = (mark.line if mark else 0) + shift
        problem = getattr(error, "problem", None) or "not readable"
        raise InputError(f"not valid YAML: {problem}", location=f"{where}:{line}") from error
    return builder.roots


_JSON_TOKEN = re.compile(
    r'[ \t\r]+|(?P<newline>\n)|(?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")'
    r"|(?P<open>[{\[])|(?P<close>[}\]])"
    r"|(?P<mark>[,:])|(?P<word>[-+.\w]+)"
)
_JSON_WORD = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|true|false|null|NaN|-?Infinity")


def parse_json(text: str, where: str) -> Node:
    """One JSON value, read without recursion, with lines.

    Raises:
        InputError: not JSON, or beyond a limit; with file and line.
    """
    builder = _Builder(where)
    position, line = 0, 1
    closers: list[str] = []
    expect_value, done = True, False
    after_open = False
    while position < len(text):
        match = _JSON_TOKEN.match(text, position)
        if match is None:
            raise builder.fail(f"not valid JSON: unexpected {text[position]!r}", line)
        position = match.end()
        kind, piece = match.lastgroup, match.group()
        if kind is None:
            continue
        if kind == "newline":
            line += 1
            continue
        in_key = bool(closers) and closers[-1] == "}" and builder._keys[-1] is None
        if kind == "close":
            pending = bool(closers) and closers[-1] == "}" and not in_key
            if not closers or piece != closers[-1] or pending or (expect_value and not after_open):
                raise builder.fail(f"not valid JSON: unexpected {piece!r}", line)
            closers.pop()
            builder.end()
            expect_value, after_open, done = False, False, not closers
        elif kind == "mark":
            if done or expect_value or not closers:
                raise builder.fail(f"not valid JSON: unexpected {piece!r}", line)
            if (piece == ":") != (closers[-1] == "}" and not in_key):
                raise builder.fail(f"not valid JSON: unexpected {piece!r}", line)
            expect_value, after_open = True, False
        elif done or not expect_value:
            raise builder.fail(f"not valid JSON: unexpected {piece[:20]!r}", line)
        elif kind == "open":
            builder.start(line, mapping=piece == "{")
            closers.append("}" if piece == "{" else "]")
            expect_value, after_open = True, True
        else:
            if in_key and kind != "string":
                reason = f"not valid JSON: a key must be a string, not {piece[:20]!r}"
                raise builder.fail(reason, line)
            if kind == "word" and not _JSON_WORD.fullmatch(piece):
                raise builder.fail(f"not valid JSON: unexpected {piece[:20]!r}", line)
            value = _json_string(piece, builder, line) if kind == "string" else piece
            builder.scalar(value, line, quoted=kind == "string")
            expect_value, after_open, done = False, False, not closers
    if not done:
        raise builder.fail("not valid JSON: the text ends too early", line)
    return builder.roots[0]


def _json_string(token: str, builder: _Builder, line: int) -> str:
    try:
        value = json.loads(token)
    except json.JSONDecodeError as error:
        raise builder.fail(f"not valid JSON: {error.msg}", line) from error
    return str(value)


_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


def parse_front_matter(text: str, where: str) -> tuple[Node, str, int]:
    """The YAML front matter of a Markdown text, its body, and the body's first line.

    The front matter is :data:`ABSENT` where there is none.

    Raises:
        InputError: the front matter is not valid YAML.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    opening = _FENCE.match(lines)
    if opening is None:
        return ABSENT, lines, 1
    closing = _FENCE.search(lines, opening.end())
    if closing is None:
        return ABSENT, lines, 1
    roots = parse_yaml(lines[opening.end() + 1 : closing.start()], where, first_line=2)
    body_line = lines[: closing.end()].count("\n") + 2
    return (roots[0] if roots else ABSENT), lines[closing.end() + 1 :], body_line
