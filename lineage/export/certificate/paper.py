"""The certificate as a PDF: A4, numbered pages, tables whose heads repeat.

The type is Times, which every reader has; a sign that it lacks is written as <U+…>, and the page
in HTML has it as it is.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    HRFlowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from lineage.export.certificate.content import Part

_SIDE, _TOP = 22 * mm, 20 * mm
_WIDTH = A4[0] - 2 * _SIDE - 12  # a frame keeps 6 points on each side
_TEXT = ParagraphStyle("text", fontName="Times-Roman", fontSize=10.5, leading=14)
_STYLES = {
    "text": ParagraphStyle("body", _TEXT, alignment=TA_JUSTIFY, spaceAfter=3 * mm),
    "title": ParagraphStyle(
        "title", _TEXT, fontName="Times-Bold", fontSize=17, leading=22, alignment=TA_CENTER
    ),
    "under": ParagraphStyle("under", _TEXT, alignment=TA_CENTER, spaceAfter=3 * mm),
    "heading": ParagraphStyle(
        "heading", _TEXT, fontName="Times-Bold", fontSize=12, spaceBefore=6 * mm,
        spaceAfter=2 * mm, keepWithNext=1,
    ),
    "value": ParagraphStyle("value", _TEXT, fontSize=9.5, leading=13, splitLongWords=1),
    "name": ParagraphStyle("name", _TEXT, textColor=colors.HexColor("#444444")),
    "cell": ParagraphStyle("cell", _TEXT, fontSize=8, leading=9.6, splitLongWords=1),
    "head": ParagraphStyle("head", _TEXT, fontName="Times-Bold", fontSize=8.5, leading=10),
    "line": ParagraphStyle("line", _TEXT, fontSize=8.5, leading=10),
}  # fmt: skip


def as_pdf(title: str, under: str, parts: Sequence[Part], foot: str) -> bytes:
    """The PDF's bytes."""
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_SIDE,
        rightMargin=_SIDE,
        topMargin=_TOP,
        bottomMargin=_TOP + 4 * mm,
        title=title,
        subject=under,
        creator="lineage",
        author="",
    )
    story: list[Any] = [
        Paragraph(_safe(title.upper()), _STYLES["title"]),
        Paragraph(_safe(under), _STYLES["under"]),
        HRFlowable(width="100%", thickness=1.2, color=colors.black, spaceAfter=4 * mm),
    ]
    for number, part in enumerate(parts, 1):
        story += _part(number, part)
    document.build(story, canvasmaker=_numbered(foot))
    return out.getvalue()


def _part(number: int, part: Part) -> list[Any]:
    found: list[Any] = [Paragraph(f"{number}. {_safe(part.heading)}", _STYLES["heading"])]
    found += [Paragraph(_safe(p), _STYLES["text"]) for p in part.paragraphs]
    if part.pairs:
        rows = [
            [Paragraph(_safe(name), _STYLES["name"]), Paragraph(_safe(value), _STYLES["value"])]
            for name, value in part.pairs
        ]
        table = Table(rows, colWidths=[_WIDTH * 0.3, _WIDTH * 0.7])
        table.setStyle(_style(("LEFTPADDING", (0, 0), (0, -1), 0)))
        found.append(table)
    if part.columns:
        head = [Paragraph(_safe(c), _STYLES["head"]) for c in part.columns]
        body = [[Paragraph(_safe(cell), _STYLES["cell"]) for cell in row] for row in part.rows]
        table = Table(
            [head, *body], colWidths=[_WIDTH * w for w in part.widths], repeatRows=1, splitInRow=1
        )
        table.setStyle(
            _style(
                ("LINEABOVE", (0, 0), (-1, 0), 0.9, colors.black),
                ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
                ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.HexColor("#999999")),
            )
        )
        found.append(table)
    if part.lines:
        lines = Table(
            [[Paragraph(_safe(line), _STYLES["line"]) for line in part.lines]],
            colWidths=[_WIDTH / len(part.lines)] * len(part.lines),
        )
        gap = [("LINEABOVE", (at, 0), (at, 0), 0.7, colors.black) for at in range(len(part.lines))]
        lines.setStyle(TableStyle([*gap, ("LEFTPADDING", (0, 0), (-1, -1), 2)]))
        found.append(KeepTogether([Spacer(1, 22 * mm), lines]))
    return found


def _style(*more: tuple[Any, ...]) -> TableStyle:
    return TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            *more,
        ]
    )


def _safe(text: str) -> str:
    """Text for a paragraph: no markup, no sign that the type lacks, lines kept."""
    shown = "".join(
        c if c == "\n" or (c.isprintable() and _has(c)) else f"<U+{ord(c):04X}>" for c in text
    )
    return escape(shown).replace("\n", "<br/>")


def _has(sign: str) -> bool:
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _numbered(foot: str) -> type[Canvas]:
    """A canvas that writes "page n of m" and the foot on each page, once it knows how many."""

    class Numbered(Canvas):  # type: ignore[misc]
        """Keeps each page until the number of all is known."""

        def __init__(self, *args: Any, **kwargs: Any):
            super().__init__(*args, **kwargs)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            """Keeps the page."""
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            """Writes all pages with their foot."""
            for number, page in enumerate(self._kept, 1):
                self.__dict__.update(page)
                self.setFont("Times-Roman", 8)
                self.setFillColor(colors.HexColor("#444444"))
                self.drawString(_SIDE, 12 * mm, foot)
                self.drawRightString(A4[0] - _SIDE, 12 * mm, f"Page {number} of {len(self._kept)}")
                super().showPage()
            super().save()

    return Numbered
