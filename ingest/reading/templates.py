"""YAML that a template engine has still to fill in: Jinja, Helm, Cookiecutter.

The gaps of a template are texts of YAML only where they stand in quotes. Elsewhere a stand-in
takes each one's place while the rest is read, and the gap itself is the value that was read.
"""

from __future__ import annotations

import re

_NOTE = re.compile(r"\{#[^{}\n]{0,500}#\}")
_GAP = re.compile(r"\{\{(?:[^{}\n]|\}(?!\})|\{(?!\{)){0,500}?\}\}|\{%[^{}\n]{0,500}%\}")
_ALONE = re.compile(rf"^[ \t]*(?:{_GAP.pattern})[ \t]*$", re.MULTILINE)
_STAND_IN = re.compile("\ue000(\\d+)\ue001")


class Template:
    """A text whose gaps are filled with stand-ins; lines that only steer the engine are empty."""

    def __init__(self, text: str):
        self._gaps: list[str] = []
        self.text = _GAP.sub(self._stand_in, _ALONE.sub("", _NOTE.sub("", text)))

    @classmethod
    def of(cls, text: str) -> Template | None:
        """The template that a text is; None for one without gaps."""
        if "\ue000" in text or not _GAP.search(text):
            return None
        return cls(text)

    def told(self, value: str) -> str:
        """A value with its gaps as the text has them."""
        return _STAND_IN.sub(lambda m: self._gaps[int(m[1])], value)

    def _stand_in(self, gap: re.Match[str]) -> str:
        self._gaps.append(gap[0])
        return f"\ue000{len(self._gaps) - 1}\ue001"
