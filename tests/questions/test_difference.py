"""What is only here, only there, in both, and in both but otherwise."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.graph import Graph
from lineage.impact import impact
from lineage.questions import ancestry
from lineage.questions.difference import Difference, difference, of_ancestry, of_impact
from questions.random_worlds import World, worlds
from worlds import name_of, ref, world


def between(graph: Graph, one: str, other: str) -> Difference:
    return difference(
        *(of_ancestry(ancestry(graph, graph.number[ref(n).id])) for n in (one, other))
    )


def test_two_models_share_a_base_and_differ_in_data() -> None:
    graph = world(
        ("m1", "FINE_TUNED_FROM", "m9"),
        ("m2", "FINE_TUNED_FROM", "m9"),
        ("m1", "TRAINED_ON", "d1"),
        ("m2", "TRAINED_ON", "d2"),
        ("m1", "TRAINED_ON", "d3"),
        ("m2", "TRAINED_ON", "d3", "comment"),
    )
    found = between(graph, "m1", "m2")
    parts = (found.only_left, found.only_right, found.changed, found.same)
    assert [[name_of(row.id) for row in part] for part in parts] == [
        ["d1"],
        ["d2"],
        ["d3"],
        ["m9"],
    ]
    (changed,) = found.changed
    assert changed.left is not None
    assert changed.right is not None
    assert (changed.left.certainty, changed.right.certainty) == ("proven", "possible")


@settings(max_examples=40, deadline=None)
@given(worlds(), st.integers(0, 99), st.integers(0, 99))
def test_every_row_of_both_answers_is_in_one_part(random: World, one: int, other: int) -> None:
    graph = random.graph
    answers = [impact(graph, [n % len(graph)], random.policy) for n in (one, other)]
    left, right = ({a.id for a in answer.affected} for answer in answers)
    found = difference(*map(of_impact, answers))
    ids = [{row.id for row in part} for part in (found.only_left, found.only_right)]
    assert ids == [left - right, right - left]
    shared = [row.id for row in (*found.changed, *found.same)]
    assert sorted(shared) == sorted(left & right)
    for row in found.same:
        assert row.left is not None
        assert row.right is not None
        assert (row.left.certainty, row.left.effect) == (row.right.certainty, row.right.effect)


def test_what_was_not_there_says_nothing() -> None:
    graph = world(("m1", "TRAINED_ON", "s1"))
    found = difference(of_impact(None), of_impact(impact(graph, [graph.number[ref("s1").id]])))
    assert [name_of(row.id) for row in found.only_right] == ["m1"]
    assert difference(of_ancestry(None), of_ancestry(None)).same == ()
