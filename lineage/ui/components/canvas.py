"""The picture as a page component, drawn by the vis-network that pyvis brings along."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import streamlit as st

from lineage.drawing.picture import Picture

_HERE = Path(__file__).parent
_HTML = """
<div class="lineage-picture"><div class="frame">
  <div class="bar"><span class="count"></span>
    <button data-do="fit">Show all</button>
    <button data-do="in" aria-label="Zoom in">+</button>
    <button data-do="out" aria-label="Zoom out">−</button>
    <button data-do="full">Full screen</button></div>
  <div class="stage" tabindex="0" role="application" aria-label="Picture of the lineage.
 Arrow keys walk along the arrows and columns, Enter chooses, plus and minus zoom,
 0 shows all, Home goes back."></div>
  <div class="say" aria-live="polite"></div>
  <details class="legend"><summary>What shapes, borders and arrows mean</summary><ul></ul></details>
</div></div>
"""


def _library() -> str:
    folder = files("pyvis") / "templates" / "lib"
    newest = max(f.name for f in folder.iterdir() if f.name.startswith("vis-"))
    return (folder / newest / "vis-network.min.js").read_text("utf-8")


_LIBRARY = st.components.v2.component(
    "lineage_drawing_library", html="", js=_library() + "\nexport default function () {}\n"
)
_CANVAS = st.components.v2.component(
    "lineage_canvas",
    html=_HTML,
    css=(_HERE / "canvas.css").read_text("utf-8"),
    js=(files("lineage.drawing") / "cards.js").read_text("utf-8")
    + (_HERE / "canvas.js").read_text("utf-8"),
)


def canvas(
    key: str,
    picture: Picture,
    words: str,
    chosen: str | None,
    on_click: Callable[[str], None],
    *,
    click_does: str,
) -> None:
    """Draws a picture.

    The library travels in a component of its own that never changes, so that a click does not
    send it again.

    Args:
        key: a name for it, unique on the page.
        picture: what to draw.
        words: how much of what is drawn.
        chosen: the id of the card to mark.
        on_click: called with the id of a card that was clicked or entered.
        click_does: what a click is for, to tell the user.
    """

    def told() -> None:
        target = st.session_state[key].get("clicked")
        if isinstance(target, str):
            on_click(target)

    _LIBRARY(key="drawing-library", height=1)
    height = min(560.0, max(220.0, picture.layout.height * 0.84 + 130))
    data = {
        "picture": picture.as_data(),
        "words": words,
        "chosen": chosen,
        "height": round(height),
        "hint": f"Click a card {click_does}. With the keyboard: Tab to the picture, walk with the "
        "arrow keys, choose with Enter.",
    }
    _CANVAS(key=key, data=data, on_clicked_change=told)
