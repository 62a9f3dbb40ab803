"""Commands of a spaCy project: the words of their scripts, and which files they make of which."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.reading import Node
from ingest.spacy.paths import inside

_CODE = re.compile(r"\.(py|cfg|sh|ini|toml|ipynb|md|ya?ml)$|^(scripts?|src)(/|$)")
_REPORT = re.compile(
    r"(^|/)(metrics?|scores?|results?|plots?|figures?)([./_-]|$)|metrics[\w.-]*\.json$|\.(png|svg|html|log)$"
)
_SPLIT = re.compile(
    r"(?<![a-z])(train(?:ing)?|dev|eval(?:uation)?|valid(?:ation)?|test)(?![a-z])", re.I
)
_SAME = {
    "training": "train",
    "eval": "dev",
    "evaluation": "dev",
    "valid": "dev",
    "validation": "dev",
}
_MODEL = re.compile(r"(^|/)model-(best|last)(/|$)")
_OPERATORS = frozenset({"&&", "||", ";", "|"})


@dataclass(frozen=True, slots=True)
class Line:
    """One command of a shell line: its words, and the node it stands in."""

    words: tuple[str, ...]
    at: Node

    @property
    def spacy(self) -> tuple[str, ...]:
        """The words after ``spacy``, for a command of spaCy; else none."""
        return self._after("spacy")

    @property
    def prodigy(self) -> tuple[str, ...]:
        """The words after ``prodigy``, for a command of Prodigy; else none."""
        return self._after("prodigy")

    def _after(self, program: str) -> tuple[str, ...]:
        words = self.words
        if words[:1] == (program,):
            return words[1:]
        if len(words) > 2 and words[0].startswith("python") and words[1:3] == ("-m", program):
            return words[3:]
        return ()


@dataclass(frozen=True, slots=True)
class Options:
    """Positional words, and options with their values."""

    words: tuple[str, ...]
    values: dict[str, str]


def options(words: tuple[str, ...]) -> Options:
    """A command's words, sorted into positional ones and options."""
    plain: list[str] = []
    values: dict[str, str] = {}
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if not word.startswith("-") or word == "-":
            plain.append(word)
            continue
        name, equals, value = word.partition("=")
        following = words[position] if position < len(words) else ""
        if not equals and following and (not following.startswith("-") or following == "-1"):
            value = following
            position += 1
        values[name.lstrip("-")] = value
    return Options(tuple(plain), values)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a project."""

    name: str
    lines: tuple[Line, ...]
    deps: tuple[Node, ...]
    outputs: tuple[Node, ...]


def commands(root: Node) -> Iterator[Command]:
    """The commands of a project's file, its variables filled in."""
    for entry in root.at("commands").elements():
        lines = tuple(line for s in entry.at("script").elements() for line in _lines(s))
        made = (n for k in ("outputs", "outputs_no_cache") for n in entry.at(k).elements())
        deps = tuple(entry.at("deps").elements())
        yield Command(entry.at("name").text, lines, deps, tuple(made))


def _lines(node: Node) -> Iterator[Line]:
    text = node.text.replace("\\\n", " ").replace("\n", " ; ")
    try:
        words = shlex.split(text, comments=False)
    except ValueError:
        words = text.split()
    part: list[str] = []
    for word in [*words, ";"]:
        if word not in _OPERATORS:
            part.append(word)
        elif part:
            yield Line(tuple(part), node)
            part = []


def is_data(path: str) -> bool:
    """Whether a path can be data: neither code nor a report."""
    return bool(path) and not _CODE.search(path) and not _REPORT.search(path)


def split_of(path: str) -> str | None:
    """Which split a path is called after: ``train``, ``dev`` or ``test``."""
    found = _SPLIT.findall(posixpath.basename(path.rstrip("/"))) or _SPLIT.findall(path)
    word = found[-1].lower() if found else None
    return _SAME.get(word, word) if word else None


@dataclass(slots=True)
class Flow:
    """Which data each file of a project was made from."""

    sources: dict[str, list[str]] = field(default_factory=dict)

    def add(self, command: Command, known: set[str]) -> None:
        """The outputs of a command that is no training, each with what it was made from."""
        deps = [d.text for d in command.deps if is_data(d.text) and not _MODEL.search(d.text)]
        for output in command.outputs:
            path = posixpath.normpath(output.text)
            if not is_data(output.text) or path in self.sources:
                continue
            from_lines = [
                source
                for line in command.lines
                if any(inside(path, w) or inside(w, path) for w in line.words if "/" in w)
                for word in line.words
                for source in _named_by(word, [*deps, *known])
                if not inside(source, path) and not inside(path, source)
            ]
            sources = list(dict.fromkeys(from_lines)) or deps
            self.sources[path] = _same_split(path, sources)

    def roots(self, path: str, seen: frozenset[str] = frozenset()) -> list[str]:
        """What a file goes back to: files that no command makes."""
        path = posixpath.normpath(path)
        if path in seen:
            return []
        made = self.sources.get(path)
        if made is None:
            made = next((s for p, s in self.sources.items() if inside(path, p)), None)
        if made is None:
            within = [p for p in self.sources if inside(p, path)]
            made = within or None
        if not made:
            return [path]
        found = [root for source in made for root in self.roots(source, seen | {path})]
        return list(dict.fromkeys(found)) or [path]


def _named_by(word: str, paths: list[str]) -> list[str]:
    """The known paths that a word of a script names, or that lie in what it names."""
    word = word.partition("=")[2] if word.startswith("-") and "=" in word else word
    if "/" not in word and "." not in word:
        return []
    exact = [p for p in paths if inside(word, p)]
    return exact or [p for p in paths if inside(p, word)]


def _same_split(path: str, sources: list[str]) -> list[str]:
    """Of several sources those called after the same split, where there are any."""
    split = split_of(path)
    same = [s for s in sources if split_of(s) == split]
    return same if split and same else sources
