"""As much of Jsonnet as settings are written in: never evaluated, only read.

Locals that are literals, objects or lists are put in, texts joined by ``+`` are joined, and
``std.extVar("X")`` is ``${X}``, a gap. Any other expression has no text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.reading import ABSENT, MAX_DEPTH, MAX_NODES, Map, Node, Scalar, Seq
from lineage.errors import InputError

_TOKEN = re.compile(
    r"(?P<space>\s+|//[^\n]*|\#[^\n]*|/\*.*?\*/)"
    r"|(?P<text>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')"
    r"|(?P<number>-?\d[\d.eE+-]*)"
    r"|(?P<name>[A-Za-z_][\w.]*)"
    r"|(?P<sign>\+::?:?|::?:?|[-{}\[\](),;=+*/%<>!&|$^~?@.])",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MAX_TEXT = 20_000
_ENDS = frozenset({",", "}", "]", ")", ";", ""})


def parse_jsonnet(text: str, path: str) -> Node:
    """The object that a text ends in.

    Raises:
        InputError: it is no Jsonnet, too deep or too large.
    """
    reader = _Reader(path)
    reader.tokenise(text)
    while reader.sees("local"):
        reader.local(0)
    return reader.value("", 0)


@dataclass(slots=True)
class _Reader:
    path: str
    tokens: list[tuple[str, str, int]] = field(default_factory=list)
    at: int = 0
    made: int = 0
    locals: dict[str, Node] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def tokenise(self, text: str) -> None:
        """The words and signs of a text, each with its line."""
        position, line = 0, 1
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise InputError("not valid Jsonnet", location=f"{self.path}:{line}")
            if match.lastgroup != "space":
                self.tokens.append((match.lastgroup or "", match[0], line))
            line += match[0].count("\n")
            position = match.end()

    @property
    def token(self) -> tuple[str, str, int]:
        """The next word or sign; an empty one at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "", 0)

    def sees(self, text: str) -> bool:
        """Whether the next word or sign is this one."""
        return self.token[1] == text and self.token[0] != "text"

    def taken(self, text: str) -> bool:
        """Takes this word or sign if it is the next."""
        if self.sees(text):
            self.at += 1
            return True
        return False

    def local(self, depth: int) -> None:
        """``local name = value;``; a function is passed over."""
        self.at += 1
        name = self.token[1]
        self.at += 1
        if self.taken("="):
            before = self.made
            self.locals[name] = self.value(name, depth + 1)
            whole = not isinstance(self.locals[name], Scalar)
            self.sizes[name] = self.made - before if whole else 0
        self.passed_over()
        self.taken(";")

    def passed_over(self) -> bool:
        """Passes over the rest of an expression, and tells whether there was any."""
        start, depth = self.at, 0
        while self.token[0] != "end":
            sign = self.token[1] if self.token[0] == "sign" else ""
            if depth == 0 and sign in _ENDS - {""}:
                break
            depth += (sign in {"{", "[", "("}) - (sign in {"}", "]", ")"})
            self.at += 1
        return self.at > start

    def value(self, key: str, depth: int) -> Node:
        """A value with what is joined to it."""
        self.made += 1
        if depth > MAX_DEPTH or self.made > MAX_NODES:
            raise InputError("too deep or too large", location=f"{self.path}:{self.token[2]}")
        made = self.term(key, depth)
        while self.taken("+"):
            more = self.term(key, depth)
            if isinstance(made, Scalar) and isinstance(more, Scalar):
                made = Scalar(key, made.line, (made.value + more.value)[:_MAX_TEXT], quoted=True)
            else:
                made = made if isinstance(made, Map) else ABSENT
        return ABSENT if self.passed_over() else made

    def term(self, key: str, depth: int) -> Node:
        """A literal, an object, a list, what a name stands for, or a gap."""
        group, text, line = self.token
        if text in _ENDS and group != "text":
            return ABSENT
        self.at += 1
        if group == "text":
            return Scalar(key, line, _ESCAPED.sub(r"\1", text[1:-1]), quoted=True)
        if text == "{":
            return self.object(key, line, depth)
        if text == "[":
            return self.list(key, line, depth)
        if group == "number" or text in {"true", "false", "null"}:
            return Scalar(key, line, text)
        if text == "std.extVar" and self.taken("("):
            name = self.token[1].strip("'\"")
            self.at += 1
            self.taken(")")
            return Scalar(key, line, f"${{{name}}}", quoted=True)
        held = self.locals.get(text, ABSENT)
        self.made += self.sizes.get(text, 0)  # what is put in counts each time
        return Scalar(key, line, held.text, quoted=True) if isinstance(held, Scalar) else held

    def object(self, key: str, line: int, depth: int) -> Node:
        """The fields of an object; those of computed names are passed over."""
        items: dict[str, Node] = {}
        while self.token[0] != "end" and not self.taken("}"):
            if self.taken(","):
                continue
            if self.sees("local"):
                self.local(depth)
                continue
            group, text, _ = self.token
            name = text[1:-1] if group == "text" else text
            self.at += 1
            if group not in {"text", "name"} or not re.fullmatch(r"\+?::?:?", self.token[1]):
                self.passed_over()
                continue
            self.at += 1
            items[name] = self.value(f"{key}.{name}" if key else name, depth + 1)
        return Map(key, line, items)

    def list(self, key: str, line: int, depth: int) -> Node:
        """The items of a list."""
        items: list[Node] = []
        while self.token[0] != "end" and not self.taken("]"):
            if not self.taken(","):
                before = self.at
                items.append(self.value(f"{key}[{len(items)}]", depth + 1))
                self.at += self.at == before
        return Seq(key, line, items)
