"""Things are counted once, and each place of a copy for itself."""

from __future__ import annotations

from lineage.graph import Graph
from lineage.impact import impact
from lineage.questions import ancestry
from worlds import reading, ref, snapshot, world


def test_a_copy_whose_name_comes_first_is_not_taken_for_the_thing() -> None:
    graph = world(
        ("m2", "FINE_TUNED_FROM", "c1"),
        ("c1", "SAME_AS", "m1"),
        ("m1", "SAME_AS", "c1"),
    )
    counts = ancestry(graph, graph.number[ref("m2").id]).counts
    assert counts["kind"] == {"Model": 1, "Copy": 1}
    assert counts["total"]["made_from"] == 2


def test_what_only_a_gone_assertion_about_another_name_leads_to_is_counted_so() -> None:
    graph = Graph(
        snapshot(
            reading([("d1", "SAME_AS", "s1"), ("s1", "SAME_AS", "d1"), ("m1", "TRAINED_ON", "d1")]),
            retracted=[("m1", "TRAINED_ON", "d1")],
        )
    )
    assert impact(graph, [graph.number[ref("s1").id]]).retracted_used == 1
