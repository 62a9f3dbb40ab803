"""Which program a command runs, and commands from other forms than a shell's text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from ingest.commands import Command, commands
from ingest.reading import Node, Scalar

_PROGRAM = re.compile(r"[\w./-]+\.(py|R|r|jl)$")


def program_of(command: Command) -> str:
    """The script or module that a command runs; the launchers before it are none."""
    texts = [word.text for word in command.words]
    scripts = [text for text in texts if _PROGRAM.fullmatch(text)]
    if scripts:
        return scripts[0]
    modules = [after for before, after in pairwise(texts) if before == "-m"]
    return modules[-1] if modules else texts[0] if texts else ""


def with_variables(text: str, first_line: int, variables: Mapping[str, str]) -> Sequence[Command]:
    """The commands of a shell text, once those of these variables that it names are set.

    What a variable holds counts as said on the first line of the text.
    """
    used = {n: v for n, v in variables.items() if re.search(rf"\$\{{?{re.escape(n)}\b", text)}
    setting = [f"{name}={shlex.quote(value)}" for name, value in used.items() if "\n" not in value]
    return commands("; ".join([*setting, text]), first_line)


def command_of(words: Iterable[Node]) -> Command:
    """A command from words that a list gives one by one."""
    return Command(
        tuple(
            word if isinstance(word, Scalar) else Scalar(word.key, word.line, word.text, True)
            for word in words
            if word.text
        )
    )


__all__ = ["command_of", "program_of", "with_variables"]
