"""The certificate as one HTML page that needs no network and prints well."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files

from lineage.export.certificate.content import Part

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_html(title: str, under: str, parts: Sequence[Part], foot: str) -> str:
    """The page. Every text reaches it escaped."""
    style = (files("lineage.export.certificate") / "certificate.css").read_text("utf-8")
    body = "".join(_part(number, part) for number, part in enumerate(parts, 1))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body><main>"
        f"<header><h1>{escape(title)}</h1><p>{escape(under)}</p></header>{body}"
        f"<footer>{escape(foot)}</footer></main></body></html>\n"
    )


def _part(number: int, part: Part) -> str:
    paragraphs = "".join(f"<p>{_text(p)}</p>" for p in part.paragraphs)
    pairs = "".join(
        f"<tr><th scope=row>{escape(name)}</th><td>{_text(value)}</td></tr>"
        for name, value in part.pairs
    )
    table = ""
    if part.columns:
        columns = "".join(f'<col style="width:{w:.0%}">' for w in part.widths)
        heads = "".join(f"<th scope=col>{escape(c)}</th>" for c in part.columns)
        rows = "".join(
            f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in part.rows
        )
        table = (
            f"<table class=rows><colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )
    lines = "".join(f"<div class=line>{escape(line)}</div>" for line in part.lines)
    return (
        f"<section><h2>{number}. {escape(part.heading)}</h2>{paragraphs}"
        + (f"<table class=pairs>{pairs}</table>" if pairs else "")
        + table
        + (f"<div class=lines>{lines}</div>" if lines else "")
        + "</section>"
    )


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")
