"""Boxes do not overlap, arrows go right, and the same question gives the same picture."""

from __future__ import annotations

import time

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from lineage.layout import Box, Layout, layered

BOXES = st.lists(
    st.tuples(st.floats(20, 300), st.floats(20, 90), st.integers(0, 3)), min_size=1, max_size=40
).map(lambda sizes: [Box(f"n{i}", w, h, least) for i, (w, h, least) in enumerate(sizes)])


@st.composite
def pictures(draw: st.DrawFn, cyclic: bool) -> tuple[list[Box], list[tuple[str, str]]]:
    boxes = draw(BOXES)
    ends = st.integers(0, len(boxes) - 1)
    pairs = draw(st.lists(st.tuples(ends, ends), max_size=80))
    if not cyclic:
        pairs = [(min(p), max(p)) for p in pairs if p[0] != p[1]]
    return boxes, [(f"n{a}", f"n{b}") for a, b in pairs]


def overlaps(boxes: list[Box], layout: Layout) -> list[tuple[str, str]]:
    found = []
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            p, q = layout.places[one.id], layout.places[other.id]
            if (
                abs(p.x - q.x) < (one.width + other.width) / 2 - 1e-6
                and abs(p.y - q.y) < (one.height + other.height) / 2 - 1e-6
            ):
                found.append((one.id, other.id))
    return found


@given(pictures(cyclic=True))
def test_every_box_has_a_place_and_none_overlap_even_on_cycles(
    picture: tuple[list[Box], list[tuple[str, str]]],
) -> None:
    boxes, arrows = picture
    layout = layered(boxes, arrows)
    assert set(layout.places) == {box.id for box in boxes}
    assert overlaps(boxes, layout) == []


@given(pictures(cyclic=False))
def test_without_cycles_all_arrows_go_right(
    picture: tuple[list[Box], list[tuple[str, str]]],
) -> None:
    boxes, arrows = picture
    width = {box.id: box.width for box in boxes}
    places = layered(boxes, arrows).places
    for a, b in arrows:
        assert places[a].x + width[a] / 2 < places[b].x - width[b] / 2


@given(pictures(cyclic=True))
def test_the_same_question_gives_the_same_picture(
    picture: tuple[list[Box], list[tuple[str, str]]],
) -> None:
    boxes, arrows = picture
    assert layered(boxes, arrows) == layered(boxes, list(reversed(arrows)))


def test_things_on_one_cycle_share_a_column() -> None:
    places = layered(
        [Box(n, 10, 10) for n in "abcd"], [("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")]
    ).places
    assert [places[n].column for n in "abcd"] == [0, 1, 1, 2]


def test_a_box_stands_no_further_left_than_asked() -> None:
    places = layered([Box("a", 10, 10), Box("b", 10, 10, 2), Box("c", 10, 10)], [("b", "c")]).places
    assert places["a"].column < places["b"].column < places["c"].column


def test_a_tall_column_becomes_several_files() -> None:
    boxes = [Box("root", 100, 40), *(Box(f"n{i}", 100, 40) for i in range(100))]
    layout = layered(boxes, [("root", f"n{i}") for i in range(100)])
    assert len({round(layout.places[f"n{i}"].x) for i in range(100)}) > 5
    assert overlaps(boxes, layout) == []


def test_a_thousand_boxes_are_placed_at_once() -> None:
    graph = nx.gnp_random_graph(1000, 0.002, seed=7, directed=True)
    boxes = [Box(str(n), 190, 48) for n in range(1000)]
    arrows = [(str(min(e)), str(max(e))) for e in graph.edges]
    best = min(_timed(boxes, arrows) for _ in range(5))
    assert best < 0.3, f"{best:.3f} s; 0.1 s on an idle machine"


def _timed(boxes: list[Box], arrows: list[tuple[str, str]]) -> float:
    began = time.perf_counter()
    layered(boxes, arrows)
    return time.perf_counter() - began
