"""Settings that a command is given as ``key=value``, in the manner of Hydra and OmegaConf."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.commands.spellings import OVERRIDES
from ingest.reading import Map, Node, Scalar, Seq

_OVERRIDE = re.compile(r"[+]{0,2}(?P<key>[A-Za-z_]\w*(?:\.\w+)*)=(?P<value>.*)", re.DOTALL)


def overrides(words: Iterable[Scalar]) -> Map:
    """The settings of a command that are known by their keys, as options are spelt."""
    items: dict[str, Node] = {}
    for word in words:
        said = _OVERRIDE.fullmatch(word.text)
        name = OVERRIDES.get(said["key"]) if said else None
        if said and name:
            listed = [word.saying(value) for value in _values(said["value"])]
            items.setdefault(name, Seq(f"--{name} (line {word.line})", word.line, [*listed]))
    return Map("", 0, items)


def _values(text: str) -> list[str]:
    """The texts of a value, or of a list of them: ``[.5,a,.5,b]`` mixes ``a`` and ``b``."""
    inside = text.strip().removeprefix("[").removesuffix("]")
    values = [part.strip().strip("'\"") for part in inside.split(",")]
    return [value for value in values if value and not re.fullmatch(r"[\d.]+|null|None", value)]
