"""The words of a shell text: quotes, comments, variables and where commands end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_ASSIGNS = re.compile(r"([A-Za-z_]\w*)\+?=")
_ARRAY = re.compile(r"([A-Za-z_]\w*)(\+?)=\(")
_VARIABLE = re.compile(
    r"\$(?:(?P<bare>\w+|[@*#?!-])"
    r"|\{(?P<name>\w+)(?:\[[@*]\])?(?::?[-=](?P<default>[^${}]*))?\}"
    r"|(?P<other>\{[^}]*\}?))"
)
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_GAP = re.compile(r"<[A-Za-z](?:[\w ./:-]*\w)?>")
"""A value that somebody has still to fill in: ``<path to the model>``."""
_QUOTED = re.compile(r"""'[^']*'|"[^"$`\\]*\"""")
"""Quotation marks around what means itself."""
_REDIRECTION = re.compile(r"\d*(?:>>?|<)(?:&\d?|\|)?[ \t]*")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word: text, or a variable with what it is when nothing sets it.

    ``written`` is a variable as the text has it: ``$X`` or ``${X}``.
    """

    text: str = ""
    name: str = ""
    default: str | None = None
    quoted: bool = False
    written: str = ""

    @property
    def variable(self) -> bool:
        """Whether it is a variable."""
        return bool(self.name)


@dataclass(slots=True)
class Word:
    """One word, with its line."""

    line: int
    parts: list[Part] = field(default_factory=list)

    @property
    def plain(self) -> str:
        """Its text, with variables as they are written."""
        return "".join(part.written if part.variable else part.text for part in self.parts)

    @property
    def assigns(self) -> str:
        """The variable it sets, if it begins as an assignment does."""
        first = self.parts[0] if self.parts else Part()
        match = _ASSIGNS.match(first.text) if not first.quoted else None
        return match[1] if match else ""

    def without(self, start: str) -> Word:
        """The same word without its first characters."""
        first, *others = self.parts
        return Word(self.line, [Part(first.text[len(start) :], quoted=first.quoted), *others])


@dataclass(slots=True)
class Array:
    """An assignment of several words: ``NAME=(a b)``; ``adds`` for ``NAME+=(c)``."""

    name: str
    adds: bool
    words: list[Word]


@dataclass(slots=True)
class Here:
    """A text that is given to a command: the lines after ``<<EOF``."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where a command ends."""


def words(text: str, first_line: int = 1) -> Iterator[Word | Array | Here | Break]:
    """The words of a text in order, and the ends of commands."""
    lexer = _Lexer(text, first_line)
    while lexer.position < len(text):
        array = _ARRAY.match(text, lexer.position) if lexer.word is None else None
        if array:
            lexer.position = array.end()
            yield Array(array[1], bool(array[2]), list(lexer.inside()))
        else:
            yield from lexer.step()
    yield from lexer.ended()


class _Lexer:
    def __init__(self, text: str, line: int):
        self.text, self.line, self.position = text, line, 0
        self.word: Word | None = None
        self.dropping = False

    def ended(self) -> Iterator[Word]:
        """The word that ends here, if there is one and it is not where output goes."""
        word, self.word = self.word, None
        if word is not None and self.dropping:
            self.dropping = False
        elif word is not None:
            yield word

    def add(self, part: Part) -> None:
        """Adds to the word at hand, which may begin here."""
        if self.word is None:
            self.word = Word(self.line)
        self.word.parts.append(part)

    def inside(self) -> Iterator[Word]:
        """The words up to a closing bracket."""
        while self.position < len(self.text) and self.text[self.position] != ")":
            yield from (token for token in self.step() if isinstance(token, Word))
        yield from self.ended()
        self.position += 1

    def step(self) -> Iterator[Word | Here | Break]:
        """Reads one character, quotation, variable or comment."""
        char = self.text[self.position]
        if char in " \t\r":
            self.position += 1
            yield from self.ended()
        elif char == "\n":
            yield from self.newline()
        elif char == "\\":
            self.escape()
        elif char == "#" and self.word is None:
            end = self.text.find("\n", self.position)
            self.position = len(self.text) if end < 0 else end
        elif quoted := _QUOTED.match(self.text, self.position):
            self.add(Part(quoted.group()[1:-1], quoted=True))
            self.line += quoted.group().count("\n")
            self.position = quoted.end()
        elif char in "'\"":
            self.quotation(char)
        elif char in "$`":
            self.variable(quoted=False)
        elif char in ";|&()":
            yield from self.ended()
            self.position += 1
            yield Break()
        elif match := _HEREDOC.match(self.text, self.position):
            yield from self.ended()
            yield self.heredoc(match)
        elif match := _GAP.match(self.text, self.position):
            self.add(Part(match[0], quoted=True))
            self.position = match.end()
        elif char in "<>" and (match := _REDIRECTION.match(self.text, self.position)):
            self.redirection(match)
            yield from self.ended()
            self.dropping = not match.group().rstrip().endswith(tuple("0123456789"))
        else:
            end = self.position + 1
            while end < len(self.text) and self.text[end] not in " \t\r\n\\'\"$`;|&()<>":
                end += 1
            self.add(Part(self.text[self.position : end]))
            self.position = end

    def newline(self) -> Iterator[Word | Break]:
        self.position += 1
        yield from self.ended()
        self.line += 1
        yield Break()

    def escape(self) -> None:
        following = self.text[self.position + 1 : self.position + 2]
        if following == "\n":
            self.line += 1
        elif following == "\r" and self.text[self.position + 2 : self.position + 3] == "\n":
            self.line += 1
            self.position += 1
        elif following:
            self.add(Part(following, quoted=True))
        self.position += 2

    def redirection(self, match: re.Match[str]) -> None:
        if self.word is not None and self.word.plain.isdigit():
            self.word = None
        self.position = match.end()

    def heredoc(self, match: re.Match[str]) -> Here:
        end = re.compile(rf"^\s*{match[2]}\s*$", re.MULTILINE).search(self.text, match.end())
        position = end.start() if end else len(self.text)
        here = Here(self.line, self.text[match.end() : position])
        self.line += self.text.count("\n", self.position, position)
        self.position = end.end() if end else position
        return here

    def quotation(self, mark: str) -> None:
        """A quoted piece: literal in single quotes, with variables in double ones."""
        self.position += 1
        self.add(Part("", quoted=True))
        assert self.word is not None
        before = len(self.word.parts) - 1
        text: list[str] = []
        while self.position < len(self.text) and self.text[self.position] != mark:
            char = self.text[self.position]
            following = self.text[self.position + 1 : self.position + 2]
            if mark == '"' and char in "$`":
                self.add(Part("".join(text), quoted=True))
                text = []
                self.variable(quoted=True)
                continue
            if mark == '"' and char == "\\" and following in {'"', "\\", "$", "`", "\n"}:
                self.position += 1
                char = "" if following == "\n" else following
                self.line += following == "\n"
            self.line += char == "\n"
            text.append(char)
            self.position += 1
        self.add(Part("".join(text), quoted=True))
        self.position += 1
        self.word.parts[before:] = [
            part for part in self.word.parts[before:] if part.text or part.name
        ] or [Part("", quoted=True)]

    def variable(self, *, quoted: bool) -> None:
        """A variable; a command's output stays text that no value can be."""
        if self.text.startswith(("$(", "`"), self.position):
            end = self.closing()
            self.line += self.text.count("\n", self.position, end)
            self.add(Part("$(command)", quoted=quoted))
            self.position = end
            return
        match = _VARIABLE.match(self.text, self.position)
        if match is None:
            self.add(Part("$", quoted=quoted))
            self.position += 1
            return
        name = match["bare"] or match["name"] or match["other"].strip("{}") or "?"
        self.add(Part("", name, match["default"], quoted, match[0]))
        self.position = match.end()

    def closing(self) -> int:
        """Where a command's output that opens here ends."""
        if self.text[self.position] == "`":
            end = self.text.find("`", self.position + 1)
            return len(self.text) if end < 0 else end + 1
        depth = 0
        for match in re.compile(r"[()]").finditer(self.text, self.position):
            depth += 1 if match.group() == "(" else -1
            if depth == 0:
                return match.end()
        return len(self.text)
