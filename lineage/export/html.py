"""An impact answer as one HTML file that needs no network: counts, table, and a pyvis picture.

Every name reaches the file through :func:`html.escape` or as JSON, and the screen as text. A
content security policy in the file forbids every request.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files

from pyvis.network import Network

from lineage.drawing.picture import Picture
from lineage.drawing.scenes import blast_picture
from lineage.errors import LineageError
from lineage.export.impact import COLUMNS, rows
from lineage.export.words import caveats, headline
from lineage.graph import Graph
from lineage.impact import CERTAINTIES, Impact
from lineage.vocabulary import TRANSMITS, Transmits

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
_OUTSIDE = re.compile(
    r"<link\b[^>]*\bhref=\"https?://[^>]*>|<script\b[^>]*\bsrc=\"https?://[^>]*>\s*</script>",
    re.DOTALL,
)
_TITLES = {
    "kind": "By kind",
    "effect": "By effect",
    "certainty": "By certainty",
    "distance": "By steps",
    "risk": "By risk",
    "unknown": "Unknown properties",
}


def impact_report(answer: Impact, graph: Graph) -> str:
    """The report: title, counts, coverage, policy, version, table, picture and words.

    Args:
        answer: what was asked and found.
        graph: the snapshot that it was found in.

    Raises:
        LineageError: the installed pyvis does not make the page that this release knows.
    """
    picture = blast_picture(graph, answer)
    page = _OUTSIDE.sub("", _network(picture).generate_html(notebook=False))
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>Blast radius</title><style>{_file('report.css')}</style>"
    )
    above = _above(answer, graph, picture)
    below = f"{_legend()}{_table(answer, graph)}{_words()}<script>{_drawing(picture)}</script>"
    for mark, text in (
        ("<head>", f"<head>{head}"),
        ("<body>", f"<body>{above}"),
        ("</body>", f"{below}</body>"),
    ):
        at = page.rfind(mark) if mark == "</body>" else page.find(mark)
        if at < 0:
            raise LineageError(
                "the installed pyvis makes pages that this release does not know",
                remedy="Install pyvis 0.3.2: pip install 'pyvis==0.3.2'",
            )
        page = page[:at] + text + page[at + len(mark) :]
    return "<!DOCTYPE html>\n" + page.replace("<html>", '<html lang="en">', 1)


def _network(picture: Picture) -> Network:
    """The picture for pyvis: placed boxes and arrows, which the drawing then turns into cards."""
    network = Network(height="520px", width="100%", directed=True, cdn_resources="in_line")
    for card in picture.cards:
        place = picture.layout.places[card.id]
        network.add_node(
            card.id, label="\n".join(card.lines), shape="box", x=place.x, y=place.y, physics=False
        )
    for arrow in picture.arrows:
        network.add_edge(arrow.start, arrow.end, arrows="to")
    network.set_options(
        json.dumps(
            {
                "physics": {"enabled": False},
                "interaction": {"dragNodes": False, "hover": True, "zoomView": True},
            }
        )
    )
    return network


def _drawing(picture: Picture) -> str:
    data = json.dumps(picture.as_data()).replace("<", "\\u003c")
    return f"{_file('cards.js')}\nvar lineagePicture = {data};\n{_file('report.js')}"


def _above(answer: Impact, graph: Graph, picture: Picture) -> str:
    facts = [
        *caveats(answer, graph),
        f"Store {answer.store}, version {answer.version}, read {answer.taken_at}; policy "
        f"{answer.policy}; complete: {'yes' if answer.complete else 'no'}.",
        "Asked about: " + ", ".join(answer.roots),
    ]
    counts = "".join(
        _counts(title, answer.counts[key]) for key, title in _TITLES.items() if answer.counts[key]
    )
    drawn = f"{picture.drawn:,} of {picture.total:,} affected drawn"
    return (
        f"<h1>{escape(headline(answer, graph))}</h1><ul class=facts>"
        f"{''.join(f'<li>{escape(fact)}</li>' for fact in facts)}</ul>"
        f"<div class=counts>{counts}</div>"
        f"<h2>Picture</h2><p>{drawn}; the table below has all of them. Data flows from left to "
        "right. Drag to move, turn the wheel to zoom.</p>"
    )


def _counts(title: str, counts: Mapping[str, int]) -> str:
    lines = "".join(f"<tr><td>{escape(name)}</td><td>{n:,}</td></tr>" for name, n in counts.items())
    return f"<table><caption>{title}</caption>{lines}</table>"


def _legend() -> str:
    return "<h2>Signs</h2><ul id=legend></ul>"


def _table(answer: Impact, graph: Graph) -> str:
    heads = "".join(f"<th scope=col>{column}</th>" for column in COLUMNS)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(str(row[column]))}</td>" for column in COLUMNS) + "</tr>"
        for row in rows(answer, graph)
    )
    return (
        f"<h2>Affected: {len(answer.affected):,} rows</h2><div class=wide><table class=rows>"
        f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _words() -> str:
    lines = [(w.value, meaning) for w, meaning in CERTAINTIES.items()]
    lines += [(w.value, TRANSMITS[w]) for w in Transmits if w != Transmits.NOTHING]
    lines.append(("distance", "how many assertions lead from what is revoked to it"))
    return (
        "<h2>Words</h2><dl>"
        + "".join(f"<dt>{escape(word)}</dt><dd>{escape(meaning)}</dd>" for word, meaning in lines)
        + "</dl>"
    )


def _file(name: str) -> str:
    return (files("lineage.drawing") / name).read_text("utf-8")
