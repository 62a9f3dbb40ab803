"""Text that may hold names from documents, shown as text: no HTML, no Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import streamlit as st

Part = str | dict[str, str]
"""Words of ours, or a piece with a style of its own."""

Style = Literal["headline", "title", "step", "line", "note", "small", "place", "warning", "item"]
Block = tuple[Style, list[Part]]

_HERE = Path(__file__).parent
_PROSE = st.components.v2.component(
    "lineage_prose",
    html='<div class="prose"></div>',
    css=(_HERE / "prose.css").read_text("utf-8"),
    js=(_HERE / "prose.js").read_text("utf-8"),
)


def block(style: Style, *parts: Part) -> Block:
    """A paragraph, heading or list item."""
    return style, list(parts)


def name(text: str) -> Part:
    """The name of something."""
    return {"text": text, "style": "name"}


def code(text: str) -> Part:
    """A path, a key, an id."""
    return {"text": text, "style": "code"}


def tag(text: str) -> Part:
    """A short word with a border."""
    return {"text": text, "style": "tag"}


def marked(text: str, style: Literal["unknown", "gone"]) -> Part:
    """A word that must not be missed: something unknown, or no longer said."""
    return {"text": text, "style": style}


def went(text: str, target: str) -> Part:
    """A name that can be pressed; the page is told of the target."""
    return {"text": text, "style": "name", "go": target}


def prose(key: str, blocks: Sequence[Block], on_went: Callable[[str], None] | None = None) -> None:
    """Shows text.

    Args:
        key: a name for it, unique on the page.
        blocks: the paragraphs.
        on_went: called with the target of a pressed name.
    """
    full_key = f"prose-{key}"

    def told() -> None:
        target = st.session_state[full_key].get("went")
        if on_went and isinstance(target, str):
            on_went(target)

    _PROSE(
        key=full_key,
        data={"blocks": [[style, parts] for style, parts in blocks]},
        on_went_change=told,
    )
