"""Commands in shell text, read and never run: words, variables the text itself sets, options.

``DATA="a b"; python train.py --data $DATA`` is a command with the option ``--data`` and two
values, each with its line. What only running would tell (``$1``, ``$(date)``, the environment)
stays as text that reads as a placeholder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from ingest.commands.words import Array, Break, Here, Part, Word, words
from ingest.reading import Map, Node, Scalar, Seq

MAX_TEXT = 20_000
"""Longest value of a variable, in characters."""

MAX_WORDS = 20_000
"""Most words of a command or of a variable."""

MAX_LOOP = 100
"""Most words that a loop goes over; beyond, its variable stays one that only running tells."""

_NOT_ONE_WORD = frozenset("$`*?{}[]")
_KEYWORDS = frozenset("then do else elif if while until time exec sudo ! { }".split())
_DECLARING = frozenset("export local readonly declare typeset".split())


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words in order."""

    words: tuple[Scalar, ...]

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.words[0].line if self.words else 0

    def runs(self, *programs: str) -> bool:
        """Whether a word is one of these programs, or a path or module that ends so."""
        return any(
            word.text == program or word.text.endswith((f"/{program}", f".{program}"))
            for word in self.words
            for program in programs
        )

    @property
    def options(self) -> Map:
        """The values of each option, ``-`` for ``_``: ``--data_path a b`` and ``--data-path=a``."""
        items: dict[str, Node] = {}
        current = Seq("", self.line)
        for word in self.words:
            text = word.text
            if text.startswith("-") and not _is_number(text) and len(text) > 1:
                name, given, value = text.lstrip("-").partition("=")
                name = name.replace("_", "-")
                current = Seq(f"--{name} (line {self.line})", word.line)
                items[name] = current
                if not given:
                    continue
                text = value
            key = f"{current.key.replace(' ', f'[{len(current.items)}] ', 1)}"
            current.items.append(Scalar(key, word.line, text, quoted=True))
        return Map("", self.line, items)


@lru_cache(maxsize=8)
def commands(text: str, first_line: int = 1) -> tuple[Command, ...]:
    """The commands of a shell text, in order, with the variables set before each put in."""
    shell = _Shell()
    shell.run(text, first_line)
    return tuple(shell.found)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@dataclass(slots=True)
class _Shell:
    """The variables that a text has set so far, and the commands it has named."""

    values: dict[str, tuple[Scalar, ...]] = field(default_factory=dict)
    loops: dict[str, tuple[Scalar, ...]] = field(default_factory=dict)
    found: list[Command] = field(default_factory=list)
    depth: int = 0

    def run(self, text: str, first_line: int) -> None:
        """Reads a text, command by command."""
        pending: list[Word | Array] = []
        given: Here | None = None
        for token in (*words(text, first_line), Break()):
            if isinstance(token, Here):
                given = token
            elif not isinstance(token, Break):
                pending.append(token)
            elif pending:
                self.command(pending, given)
                pending, given = [], None

    def command(self, parts: list[Word | Array], given: Here | None = None) -> None:
        """One command: assignments at its start, then words; ``given`` is what it reads."""
        if self.loop(parts):
            return
        made: list[Scalar] = []
        for part in parts:
            if isinstance(part, Array):
                held = tuple(s for word in part.words for s in self.expanded(word))
                before = self.values.get(part.name, ()) if part.adds else ()
                self.values[part.name] = (*before, *held)[:MAX_WORDS]
                continue
            name = part.assigns
            if name and (not made or made[0].text in _DECLARING):
                value = self.text(part.without(f"{name}="))
                self.values[name] = (Scalar("", part.line, value, quoted=True),)
                continue
            if not made and part.plain in _KEYWORDS:
                continue
            if len(made) < MAX_WORDS:
                made.extend(self.expanded(part))
        if made and made[0].text == "read" and given is not None:
            inside = (token for token in words(given.text, given.line) if isinstance(token, Word))
            self.values[made[-1].text] = tuple(s for word in inside for s in self.expanded(word))
        if made and made[0].text not in _DECLARING:
            self.found.append(Command(tuple(made)))
            self.inner(made)

    def loop(self, parts: list[Word | Array]) -> bool:
        """The head of a loop over words: its variable alone is each of them in turn."""
        words = [part for part in parts if isinstance(part, Word)]
        if len(words) != len(parts) or [w.plain for w in words[:1]] != ["for"]:
            return False
        if len(words) < 4 or words[2].plain != "in":
            return False
        over = [value for word in words[3:] for value in self.expanded(word)]
        if 0 < len(over) <= MAX_LOOP and not any(
            _NOT_ONE_WORD & set(value.value) for value in over
        ):
            self.values.pop(words[1].plain, None)
            self.loops[words[1].plain] = tuple(over)
        return True

    def inner(self, made: list[Scalar]) -> None:
        """The text that a shell is asked to run: ``bash -c "…"``."""
        for flag, word in pairwise(made):
            if flag.text in {"-c", "-lc"} and " " in word.text and self.depth < 3:
                self.depth += 1
                self.run(word.value, word.line)
                self.depth -= 1

    def expanded(self, word: Word) -> Iterator[Scalar]:
        """The words that a word stands for."""
        if len(word.parts) == 1 and word.parts[0].variable:
            part = word.parts[0]
            if part.name in {"@", "*"}:
                return  # what the script is given, which is none of an option's values
            if part.name in self.loops and part.name not in self.values:
                yield from self.loops[part.name]
                return
            held = self.values.get(part.name)
            if held is not None:
                for value in held:
                    if part.quoted:
                        yield value
                    else:
                        yield from (
                            Scalar("", value.line, piece, quoted=True)
                            for piece in value.value.split()
                        )
                return
        yield Scalar("", word.line, self.text(word), quoted=True)

    def text(self, word: Word) -> str:
        """A word's text with the variables that are known put in."""
        made = "".join(self.part(part) for part in word.parts)
        return made if len(made) <= MAX_TEXT else word.plain[:MAX_TEXT]

    def part(self, part: Part) -> str:
        """The text of a part of a word."""
        if not part.variable:
            return part.text
        held = self.values.get(part.name)
        if held is not None:
            return " ".join(value.value for value in held)
        return part.default if part.default is not None else part.written


__all__ = ["MAX_TEXT", "MAX_WORDS", "Command", "commands"]
