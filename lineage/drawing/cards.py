"""The card of a thing: its name broken into lines that fit, and its size."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from lineage.drawing.palette import SHAPES, STATES, State
from lineage.vocabulary import Kind

WIDTH = 190.0
NAME_SIZE = 13
_TEXT_WIDTH = 146.0
_HEIGHTS = {1: 48.0, 2: 64.0}
_NARROW = frozenset("iIl.,:;'|!jtfr()[]{}/ -`\"")
_WIDE = frozenset("mwMW@%&")
_BREAKS = frozenset("-_/. :,")


@dataclass(frozen=True, slots=True)
class Card:
    """One thing, or a group of alike things, in a picture.

    ``members`` are the ids that the card stands for; a single one unless it is a group.
    """

    id: str
    name: str
    kind: Kind
    state: State
    members: tuple[str, ...]
    note: str = ""

    @property
    def is_group(self) -> bool:
        """Whether it stands for several things."""
        return len(self.members) > 1

    @property
    def lines(self) -> tuple[str, ...]:
        """The name as it is written on the card."""
        return fitted(self.name)

    @property
    def caption(self) -> str:
        """The second, smaller text: kind, state and what else matters."""
        if self.is_group:
            return " · ".join(p for p in (STATES[self.state].word, "click to open") if p)
        return " · ".join(p for p in (self.kind.value, STATES[self.state].word, self.note) if p)

    @property
    def height(self) -> float:
        """The card's height in pixels."""
        return _HEIGHTS[len(self.lines)]

    def as_data(self, x: float, y: float, column: int) -> dict[str, object]:
        """The card for the drawing in the browser: plain values only."""
        return {
            "id": self.id,
            "name": self.name,
            "lines": list(self.lines),
            "caption": self.caption,
            "shape": SHAPES[self.kind],
            "kind": self.kind.value,
            "state": self.state.value,
            "group": len(self.members) if self.is_group else 0,
            "x": round(x, 1),
            "y": round(y, 1),
            "w": WIDTH,
            "h": self.height,
            "column": column,
        }


def group_name(kind: Kind, count: int) -> str:
    """What a group of alike things is called: ``12 models``."""
    word = kind.value.lower()
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{count:,} {plural}"


def fitted(name: str, width: float = _TEXT_WIDTH) -> tuple[str, ...]:
    """A name in one or two lines; a longer one keeps its beginning and its end."""
    shown = "".join("�" if unicodedata.category(c) in {"Cc", "Cf"} else c for c in name)
    if _measured(shown) <= width:
        return (shown,)
    first = _beginning(shown, width)
    rest = shown[len(first) :].lstrip(" ")
    if _measured(rest) > width:
        rest = "…" + _ending(rest, width - _measured("…"))
    return (first.rstrip(" "), rest)


def _measured(text: str) -> float:
    return sum(map(_character, text)) * NAME_SIZE


def _character(char: str) -> float:
    if char in _NARROW:
        return 0.31
    if char in _WIDE or unicodedata.east_asian_width(char) in "WF":
        return 1.0 if char not in _WIDE else 0.84
    return 0.62 if char.isupper() else 0.53


def _beginning(text: str, width: float) -> str:
    """As much of the beginning as fits, up to a natural break in its second half."""
    used, cut = 0.0, 0
    for at, char in enumerate(text):
        used += _character(char) * NAME_SIZE
        if used > width:
            break
        cut = at + 1
    breaks = [at + 1 for at in range(cut // 2, cut) if text[at] in _BREAKS]
    return text[: breaks[-1] if breaks else cut]


def _ending(text: str, width: float) -> str:
    used, cut = 0.0, len(text)
    for at in range(len(text) - 1, -1, -1):
        used += _character(text[at]) * NAME_SIZE
        if used > width:
            break
        cut = at
    return text[cut:]
