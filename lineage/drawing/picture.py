"""A picture of some things of a graph: cards in columns, arrows in the direction data flowed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lineage.drawing.cards import WIDTH, Card, group_name
from lineage.drawing.groups import Cluster, Item, clustered
from lineage.drawing.palette import Line, looks
from lineage.graph import Graph
from lineage.impact import Policy
from lineage.layout import Box, Layout, layered
from lineage.vocabulary import KINDS, Kind, Relation, Transmits

CAP = 1_000
"""The most cards ever drawn at once."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """From what something came from, to it. ``words`` are the relations, for people."""

    start: str
    end: str
    line: Line
    words: str
    headless: bool = False


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the picture from left to right, with its heading."""

    left: float
    right: float
    title: str
    short: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn, and how much of what there is.

    ``drawn`` and ``total`` count things, inside groups too. ``of`` says what is asked about:
    when it changes, so does the view.
    """

    of: str
    cards: tuple[Card, ...]
    arrows: tuple[Arrow, ...]
    layout: Layout
    zones: tuple[Zone, ...]
    drawn: int
    total: int

    @property
    def groups(self) -> int:
        """How many cards are groups."""
        return sum(card.is_group for card in self.cards)

    def as_data(self) -> dict[str, object]:
        """The picture for the drawing in the browser: plain values only."""
        places = self.layout.places
        kinds = {card.kind for card in self.cards}
        return {
            "of": self.of,
            "cards": [
                c.as_data(places[c.id].x, places[c.id].y, places[c.id].column) for c in self.cards
            ],
            "arrows": [
                {
                    "id": f"{at}",
                    "from": a.start,
                    "to": a.end,
                    "line": a.line.value,
                    "words": a.words,
                    "headless": a.headless,
                }
                for at, a in enumerate(self.arrows)
            ],
            "zones": [
                {"left": z.left, "right": z.right, "title": z.title, "short": z.short}
                for z in self.zones
            ],
            "kinds": {kind.value: KINDS[kind] for kind in Kind if kind in kinds},
            "looks": looks(),
        }


@dataclass(frozen=True, slots=True)
class Headings:
    """The titles of a picture's zones: left of, at, and right of what is asked about."""

    before: str
    focus: str
    after: str


def compose(
    graph: Graph,
    items: Sequence[Item],
    notes: Mapping[str, str],
    headings: Headings,
    *,
    of: str,
    policy: Policy,
    opened: Collection[str] = (),
    counted: Collection[str] | None = None,
) -> Picture:
    """Groups, caps, places and joins the items.

    Args:
        graph: where they are from.
        items: what to draw, in order of importance.
        notes: a few more words for the captions, by id.
        headings: titles of the zones.
        of: what is asked about, as one text.
        policy: tells what arrows transmit.
        opened: ids of groups to show open.
        counted: the ids that the "N of M" is about; all items when None.
    """
    clusters = sorted(clustered(items, opened), key=_importance)[:CAP]
    cards = tuple(_card(graph, cluster, notes) for cluster in clusters)
    home = {item.id: cluster.id for cluster in clusters for item in cluster.items}
    ring = {cluster.id: cluster.items[0].ring for cluster in clusters}
    arrows = _arrows(graph, home, ring, policy)
    middle = _depth_before(ring)
    boxes = [Box(c.id, WIDTH, c.height, _column_floor(ring[c.id], middle)) for c in cards]
    layout = layered(boxes, [(a.start, a.end) for a in arrows])
    counts = set(counted) if counted is not None else {item.id for item in items}
    return Picture(
        of,
        cards,
        arrows,
        layout,
        _zones(layout, clusters, headings),
        sum(1 for id_ in counts if id_ in home),
        len(counts),
    )


def _importance(cluster: Cluster) -> tuple[bool, int, str, str]:
    """Groups first, for they stand for many; then what is near."""
    item = cluster.items[0]
    return len(cluster.items) == 1 and item.ring != 0, abs(item.ring), item.kind.value, item.id


def _depth_before(ring: Mapping[str, int]) -> int:
    return -min([0, *ring.values()])


def _column_floor(ring: int, middle: int) -> int:
    return 0 if ring < 0 else middle if ring == 0 else middle + 1


def _card(graph: Graph, cluster: Cluster, notes: Mapping[str, str]) -> Card:
    first = cluster.items[0]
    members = tuple(item.id for item in cluster.items)
    if len(members) > 1:
        return Card(
            cluster.id, group_name(first.kind, len(members)), first.kind, first.state, members
        )
    name = graph.shown(graph.number[first.id])
    return Card(first.id, name, first.kind, first.state, members, notes.get(first.id, ""))


def _arrows(
    graph: Graph, home: Mapping[str, str], ring: Mapping[str, int], policy: Policy
) -> tuple[Arrow, ...]:
    """One arrow for all assertions between the same two cards; the best known one decides."""
    lines: dict[tuple[str, str], tuple[Line, set[str], bool]] = {}
    order = list(Line)
    for id_ in home:
        edges = graph.upstream.of(np.array([graph.number[id_]]))
        for edge in (graph.edges[int(e)] for e in edges):
            if edge.object not in home or home[edge.object] == home[edge.subject]:
                continue
            start, end = home[edge.object], home[edge.subject]
            same = policy.transmits[edge.relation] == Transmits.IDENTIFIES
            if edge.relation == Relation.REVOKES or (
                same and (ring[start], start) > (ring[end], end)
            ):
                start, end = end, start
            line = _line(edge.active, policy.proves[edge.evidence], policy.transmits[edge.relation])
            known, words, headless = lines.get((start, end), (line, set(), same))
            lines[start, end] = (
                min(known, line, key=order.index),
                words | {edge.relation.role.replace("_", " ")},
                headless and same,
            )
    return tuple(
        Arrow(start, end, line, ", ".join(sorted(words)), headless)
        for (start, end), (line, words, headless) in sorted(lines.items())
    )


def _line(active: bool, proves: bool, transmits: Transmits) -> Line:
    if transmits == Transmits.NOTHING:
        return Line.GOVERNANCE
    if transmits == Transmits.INFORMS:
        return Line.INFORMS
    if not active:
        return Line.RETRACTED
    return Line.STATED if proves else Line.INFERRED


def _zones(layout: Layout, clusters: Sequence[Cluster], headings: Headings) -> tuple[Zone, ...]:
    rings: dict[int, set[int]] = {}
    for cluster in clusters:
        column = layout.places[cluster.id].column
        rings.setdefault(column, set()).update(item.ring for item in cluster.items)
    zones = [Zone(c.left, c.right, *_titles(rings[c.number], headings)) for c in layout.columns]
    joined: list[Zone] = []
    for zone in zones:
        if joined and joined[-1].title == zone.title:
            joined[-1] = Zone(joined[-1].left, zone.right, zone.title, zone.short)
        else:
            joined.append(zone)
    return tuple(joined)


def _titles(rings: set[int], headings: Headings) -> tuple[str, str]:
    """A zone's heading, and what is left of it where there is little room."""
    least, most = min(rings), max(rings)
    if most < 0:
        return headings.before, headings.before
    if 0 in rings:
        return headings.focus, headings.focus
    if least < 0:
        least = min(r for r in rings if r > 0)
    steps = f"{least}" if least == most else f"{least}–{most}"
    return f"{headings.after}: {steps} step{'s' if most > 1 else ''} away", steps
