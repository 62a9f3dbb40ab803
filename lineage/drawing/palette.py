"""How kinds and states look: each state by border, mark and word, so that colour is only a help.

Text has a contrast of at least 4.5:1 on its card, borders of at least 3:1 on the picture and
on the card, in both themes; a test holds the palette to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from lineage.vocabulary import Kind


class State(StrEnum):
    """What the answer says of a thing in the picture."""

    REVOKED = "revoked"
    PROVEN = "proven"
    POSSIBLE = "possible"
    CLAIM = "claim"
    UNKNOWN = "unknown"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class StateLook:
    """A state's word, mark and border (line pattern in pixels; empty is solid)."""

    word: str
    mark: str
    meaning: str
    width: float
    dashes: tuple[int, ...] = ()


STATES: Mapping[State, StateLook] = {
    State.REVOKED: StateLook("revoked", "✕", "what is revoked: the question starts here", 3),
    State.PROVEN: StateLook("proven", "!", "affected, by stated facts alone", 2.5),
    State.POSSIBLE: StateLook(
        "possible", "?", "affected, if something inferred or said in a comment holds", 2.5, (9, 5)
    ),
    State.CLAIM: StateLook(
        "claim only", "i", "it stays; a metric or other claim about it must be redone", 2, (2, 4)
    ),
    State.UNKNOWN: StateLook(
        "origin unknown",
        "∅",
        "nobody has said what it, or something it stands on, came from",
        2,
        (10, 4, 2, 4),
    ),
    State.CONTEXT: StateLook("", "", "shown for orientation; not part of the count", 1.5),
}

SHAPES: Mapping[Kind, str] = {
    Kind.SOURCE: "drum",
    Kind.DATASET: "cylinder",
    Kind.MODEL: "hexagon",
    Kind.COPY: "stack",
    Kind.DEPLOYMENT: "pill",
    Kind.RUN: "chevron",
    Kind.PARTY: "octagon",
    Kind.GRANT: "document",
    Kind.REVOCATION: "notch",
    Kind.DOCUMENT: "document",
    Kind.DECISION: "document",
}
"""The outline of each kind's card; :file:`cards.js` draws them."""


class Line(StrEnum):
    """How well an arrow of the picture is known."""

    STATED = "stated"
    INFERRED = "inferred"
    INFORMS = "informs"
    RETRACTED = "retracted"
    GOVERNANCE = "governance"


@dataclass(frozen=True, slots=True)
class LineLook:
    """An arrow's width, line pattern and meaning."""

    meaning: str
    width: float
    dashes: tuple[int, ...] = ()


LINES: Mapping[Line, LineLook] = {
    Line.STATED: LineLook("a document says so", 1.6),
    Line.INFERRED: LineLook("inferred, or said in a comment", 1.6, (8, 5)),
    Line.INFORMS: LineLook("passes on a claim only (metric, tokenizer)", 1.4, (2, 4)),
    Line.RETRACTED: LineLook("no document says so any longer; it still counts", 1.6, (12, 4, 2, 4)),
    Line.GOVERNANCE: LineLook("who gave it, by what right; or decided to be distinct", 1.0),
}


@dataclass(frozen=True, slots=True)
class Paint:
    """The colours of one state's card."""

    fill: str
    border: str
    text: str


@dataclass(frozen=True, slots=True)
class Theme:
    """All colours of a picture."""

    name: str
    background: str
    band: str
    heading: str
    line: str
    focus: str
    states: Mapping[State, Paint]


LIGHT = Theme(
    "light",
    background="#ffffff",
    band="#f3f5f8",
    heading="#3f4752",
    line="#5b6470",
    focus="#0b57d0",
    states={
        State.REVOKED: Paint("#7a1020", "#7a1020", "#ffffff"),
        State.PROVEN: Paint("#fdeceb", "#b3261e", "#1b1d21"),
        State.POSSIBLE: Paint("#fff4df", "#8f5600", "#1b1d21"),
        State.CLAIM: Paint("#ecf3fd", "#2b5fae", "#1b1d21"),
        State.UNKNOWN: Paint("#f5effb", "#76469f", "#1b1d21"),
        State.CONTEXT: Paint("#ffffff", "#6a7380", "#1b1d21"),
    },
)

DARK = Theme(
    "dark",
    background="#0e1117",
    band="#161b24",
    heading="#c3cad4",
    line="#8d97a5",
    focus="#8ab4ff",
    states={
        State.REVOKED: Paint("#ffb3ab", "#ffb3ab", "#2d0406"),
        State.PROVEN: Paint("#3a1517", "#ff8379", "#f4f5f7"),
        State.POSSIBLE: Paint("#33260c", "#f0b248", "#f4f5f7"),
        State.CLAIM: Paint("#14243d", "#7fb1ff", "#f4f5f7"),
        State.UNKNOWN: Paint("#281b36", "#c79cf0", "#f4f5f7"),
        State.CONTEXT: Paint("#1b2029", "#8f99a6", "#f4f5f7"),
    },
)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours given as ``#rrggbb``, as WCAG 2 defines it."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def looks() -> dict[str, object]:
    """Everything that :file:`cards.js` needs to know, ready for JSON."""
    return {
        "states": {state.value: asdict(look) for state, look in STATES.items()},
        "lines": {line.value: asdict(look) for line, look in LINES.items()},
        "themes": {theme.name: asdict(theme) for theme in (LIGHT, DARK)},
    }
