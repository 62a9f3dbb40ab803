"""Answers that are narrower than the whole, each beside it: rights, parts, shares, times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.errors import NotFoundError, UsageError
from lineage.export.words import served
from lineage.graph import Graph
from lineage.graph.times import as_of, parsed_time
from lineage.impact import Impact, Policy, explanations, impact
from lineage.impact.dose import doses
from lineage.impact.part import disjoint, narrowed
from lineage.impact.windows import windows
from lineage.records import Snapshot
from lineage.vocabulary import RELATIONS, Relation
from worlds import NOW, name_of, reading, ref, snapshot, world

VERIFIED = {"grant_kind": "agreement", "verification": "verified"}


def names(answer: Impact) -> set[str]:
    return {name_of(a.id) for a in answer.affected}


def falls(graph: Graph, *roots: str, destroy: bool = False) -> set[str]:
    return names(impact(graph, [graph.number[ref(r).id] for r in roots], destroy=destroy))


HELD = (
    ("s1", "COVERED_BY", "g1"),
    ("s2", "COVERED_BY", "g1"),
    ("s2", "COVERED_BY", "g2"),
    ("m1", "TRAINED_ON", "s1"),
    ("m2", "TRAINED_ON", "s2"),
)


def test_a_use_that_another_right_covers_goes_on() -> None:
    graph = world(*HELD, properties={"g1": VERIFIED, "g2": VERIFIED})
    assert falls(graph, "g1") == {"s1", "m1"}
    answer = impact(graph, [graph.number[ref("g1").id]])
    assert answer.spared == ((ref("s2").id, (ref("g2").id,)),)
    assert falls(graph, "g1", "g2") == {"s1", "s2", "m1", "m2"}


def test_an_order_to_destroy_takes_it_all() -> None:
    graph = world(*HELD, properties={"g1": VERIFIED, "g2": VERIFIED})
    assert falls(graph, "g1", destroy=True) == {"s1", "s2", "m1", "m2"}
    ordered = world(
        *HELD,
        ("r1", "REVOKES", "g1"),
        properties={"g1": VERIFIED, "g2": VERIFIED, "r1": {"cause": "order"}},
    )
    assert falls(ordered, "r1") == {"s1", "s2", "m1", "m2"}
    withdrawn = world(
        *HELD,
        ("r1", "REVOKES", "g1"),
        properties={"g1": VERIFIED, "g2": VERIFIED, "r1": {"cause": "withdrawal"}},
    )
    assert falls(withdrawn, "r1") == {"s1", "m1"}


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"grant_kind": "agreement", "verification": "claimed"},
        {"grant_kind": "agreement", "verification": "refused"},
        {"grant_kind": "agreement", "verification": "UNKNOWN"},
        {"grant_kind": "none", "verification": "verified"},
        {"grant_kind": "UNKNOWN", "verification": "verified"},
        {**VERIFIED, "valid_to": "2025-12"},
        {**VERIFIED, "valid_to": "UNKNOWN"},
        {**VERIFIED, "valid_from": "2027"},
        {**VERIFIED, "valid_from": "UNKNOWN"},
    ],
)
def test_what_is_not_known_to_be_a_right_in_force_covers_nothing(other: dict[str, object]) -> None:
    graph = world(*HELD, properties={"g1": VERIFIED, "g2": other})
    assert falls(graph, "g1") == {"s1", "s2", "m1", "m2"}


def test_a_right_in_force_to_the_month_covers() -> None:
    other = {**VERIFIED, "valid_from": "2026-01", "valid_to": "2026"}
    graph = world(*HELD, properties={"g1": VERIFIED, "g2": other})
    assert falls(graph, "g1") == {"s1", "m1"}


def test_a_right_that_was_revoked_itself_covers_nothing() -> None:
    graph = world(
        *HELD, ("r1", "REVOKES", "g2"), properties={"g1": VERIFIED, "g2": VERIFIED, "r1": {}}
    )
    assert falls(graph, "g1") == {"s1", "s2", "m1", "m2"}


def test_a_party_takes_the_rights_it_gave_and_the_data_it_provided() -> None:
    told = (*HELD, ("g1", "GRANTED_BY", "p1"), ("s2", "PROVIDED_BY", "p1"))
    graph = world(*told, properties={"g1": VERIFIED, "g2": VERIFIED})
    assert falls(graph, "p1") == {"s1", "s2", "m1", "m2"}
    graph = world(*told[:-1], properties={"g1": VERIFIED, "g2": VERIFIED})
    assert falls(graph, "p1") == {"s1", "m1"}


def with_parts(taken: Snapshot, **selectors: str) -> Graph:
    """The graph in which the edge from each named subject uses the given part."""
    return Graph(
        replace(
            taken,
            edges=tuple(
                replace(e, selector=selectors.get(name_of(e.subject))) for e in taken.edges
            ),
        )
    )


def test_a_part_reaches_what_may_have_used_it() -> None:
    told = [(m, "TRAINED_ON", "d1") for m in ("m1", "m2", "m3", "m4")]
    graph = with_parts(
        snapshot(reading(told)), m1="split=train", m2="split=test", m3="split=test[:10%]"
    )
    root = graph.number[ref("d1").id]
    narrower = narrowed(graph, [root], "split=train")
    assert names(impact(narrower.graph, [root])) == {"m1", "m3", "m4"}
    assert names(impact(graph, [root])) == {"m1", "m2", "m3", "m4"}
    assert (len(narrower.left_out), len(narrower.unsaid)) == (1, 1)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("split=train", "split=test", True),
        ("split=train", "split=train", False),
        ("split=train,test", "split=test", False),
        ("split=train; name=en", "split=train; name=de", True),
        ("split=train[:10%]", "split=test", False),
        ("split=train+test", "split=dev", False),
        ("name=en", "split=test", False),
        ("files of 2014", "split=test", False),
        ("data_files=a/*.json", "data_files=b.json", False),
        ("", "split=test", False),
    ],
)
def test_parts_are_apart_only_where_they_surely_are(one: str, other: str, apart: bool) -> None:
    assert disjoint(one, other) is apart
    assert disjoint(other, one) is apart


def shared(told: dict[tuple[str, str], float | None], relation: str = "TRAINED_ON") -> Graph:
    taken = snapshot(reading([(a, relation, b) for a, b in told]))
    by_names = {(ref(a).id, ref(b).id): share for (a, b), share in told.items()}
    return Graph(
        replace(
            taken,
            edges=tuple(replace(e, share=by_names[e.subject, e.object]) for e in taken.edges),
        )
    )


def dose(graph: Graph, root: str, of: str) -> tuple[float, float]:
    answer = impact(graph, [graph.number[ref(root).id]])
    return doses(graph, answer, Policy()).bounds(graph.number[ref(of).id])


def test_shares_multiply_along_a_path_and_add_over_paths() -> None:
    graph = shared(
        {
            ("d1", "s1"): 0.5, ("d1", "s2"): 0.5, ("d2", "s1"): 0.25, ("d2", "s2"): 0.75,
            ("m1", "d1"): 0.6, ("m1", "d2"): 0.4,
        },
        "DERIVED_FROM",
    )  # fmt: skip
    low, high = dose(graph, "s1", "m1")
    assert low == pytest.approx(0.6 * 0.5 + 0.4 * 0.25) == high


def test_what_nobody_weighed_lies_between_bounds() -> None:
    graph = shared({("m1", "s1"): None, ("m1", "s2"): None, ("m2", "s1"): 0.3, ("m2", "s2"): None})
    assert dose(graph, "s1", "m1") == (0, 1)
    assert dose(graph, "s1", "m2") == (pytest.approx(0.3), pytest.approx(0.3))


def test_shares_of_data_say_nothing_of_a_tainted_base_model() -> None:
    taken = snapshot(
        reading(
            [
                ("m2", "TRAINED_ON", "s2"),
                ("m2", "FINE_TUNED_FROM", "m1"),
                ("m1", "TRAINED_ON", "s1"),
            ]
        )
    )
    edges = tuple(replace(e, share=1.0) if e.object == ref("s2").id else e for e in taken.edges)
    assert dose(Graph(replace(taken, edges=edges)), "s1", "m2") == (0, 1)


def test_since_when_a_model_served_is_unknown_where_nobody_says() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s1"),
        ("x1", "DEPLOYS", "m1"),
        ("x2", "DEPLOYS", "m1"),
        properties={
            "x1": {"in_use_from": "2019-03", "in_use_to": "2020", "users": 1200, "purpose": "login"}
        },
    )
    found = windows(graph, impact(graph, [graph.number[ref("s1").id]]).affected)
    assert [(name_of(w.id), w.since, w.until, w.users) for w in found] == [
        ("x2", "UNKNOWN", "UNKNOWN", "UNKNOWN"),
        ("x1", "2019-03", "2020", "1200"),
    ]
    assert served(found) == [
        "x2: in use from an unknown day to an unknown day, for a purpose nobody has stated, by "
        "people nobody has counted.",
        "x1: in use from 2019-03 to 2020, for login, by 1200 people.",
    ]


def dated(taken: Snapshot, **dates: tuple[str, str | None]) -> Graph:
    """The graph in which the edge of each subject was first and last said on given days."""
    edges = []
    for e in taken.edges:
        first, gone = dates.get(name_of(e.subject), (NOW, None))
        at = "T00:00:00.000000+00:00"
        edges.append(
            replace(
                e,
                first_seen=first + at if len(first) == 10 else first,
                retracted_at=gone + at if gone else None,
                active=gone is None,
            )
        )
    return Graph(replace(taken, edges=tuple(edges)))


def test_as_of_a_day_the_graph_is_as_it_was() -> None:
    graph = dated(
        snapshot(reading([("m1", "TRAINED_ON", "s1"), ("m2", "TRAINED_ON", "s1")])),
        m1=("2020-01-01", "2022-01-01"),
        m2=("2021-06-01", None),
    )
    root = graph.number[ref("s1").id]
    current = Policy(counts_retracted=False)

    def at(day: str, policy: Policy | None = None) -> set[str]:
        return names(impact(as_of(graph, parsed_time(day)), [root], policy))

    assert at("2020-06-01") == {"m1"}
    assert at("2021-12-31", current) == {"m1", "m2"}
    assert at("2022-06-01", current) == {"m2"}
    assert at("2022-06-01") == {"m1", "m2"}
    view = as_of(graph, parsed_time("2020-06-01"))
    answer = impact(view, [root])
    assert answer.undetermined + answer.cleared == 0, "what was not there yet is not counted"
    assert answer.as_of == "2020-06-01T23:59:59+00:00"
    with pytest.raises(NotFoundError, match="nothing is known of 2019-12-31"):
        as_of(graph, parsed_time("2019-12-31"))


def test_times_are_days_or_moments() -> None:
    assert parsed_time("2026-03-31") == datetime(2026, 3, 31, 23, 59, 59, 999_999, UTC)
    assert parsed_time("2026-03-31T12:00:00+02:00").astimezone(UTC).hour == 10
    with pytest.raises(UsageError, match="is no date"):
        parsed_time("last March")


def test_the_digest_is_of_what_is_said() -> None:
    told = [("m1", "TRAINED_ON", "s1"), ("x1", "DEPLOYS", "m1")]
    one, other = world(*told), world(*reversed(told))
    answers = [impact(g, [g.number[ref("s1").id]]) for g in (one, other)]
    assert answers[0].digest == answers[1].digest
    more = world(*told, ("m2", "TRAINED_ON", "s1"))
    assert impact(more, [more.number[ref("s1").id]]).digest != answers[0].digest


node = st.sampled_from(["s1", "d1", "d2", "m1", "m2", "x1", "c1"])
lineage = st.sampled_from([r.value for r in Relation if RELATIONS[r].transmits.value != "nothing"])


@settings(max_examples=150)
@given(st.lists(st.tuples(node, lineage, node), min_size=1, max_size=20))
def test_every_affected_thing_is_explained_in_as_many_steps_as_it_is_far(
    told: list[tuple[str, str, str]],
) -> None:
    graph = world(*told, ("d1", "DERIVED_FROM", "s1"))
    answer = impact(graph, [graph.number[ref("s1").id]])
    found = list(explanations(graph, answer, Policy()))
    assert [e.artifact.id for e in found] == [a.id for a in answer.affected]
    for explanation in found:
        assert explanation.root == ref("s1").id
        assert len(explanation.steps) == explanation.artifact.distance
        at = explanation.root
        for step in explanation.steps:
            assert step.object == at
            assert step.assertions[0].subject == step.subject
            at = step.subject
        assert at == explanation.artifact.id
