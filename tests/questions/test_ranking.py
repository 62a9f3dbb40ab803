"""Every source at once, exactly as each by itself."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from by_hand import MONDAY
from graph.test_later import steps
from lineage.errors import UsageError
from lineage.graph import Graph
from lineage.graph.times import as_of, parsed_time
from lineage.impact import Policy, impact
from lineage.questions import Exposed, Ranking, rank
from lineage.questions.counted import exposed_by, people_of
from lineage.records import Reading
from lineage.store.embedded import EmbeddedStore
from lineage.vocabulary import UNKNOWN, Kind
from questions.large_worlds import chain, fan_out
from questions.random_worlds import POLICIES, World, worlds
from worlds import name_of, reading, ref, world


def by_id(ranking: Ranking) -> dict[str, Exposed]:
    return {row.id: row.exposed for row in ranking.top()}


def one_by_one(graph: Graph, ranking: Ranking, policy: Policy) -> dict[str, Exposed]:
    return {
        graph.nodes[int(n)].id: exposed_by(graph, impact(graph, [int(n)], policy))
        for n in ranking.numbers
    }


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_all_at_once_equals_each_by_itself(random: World) -> None:
    ranking = rank(random.graph, tuple(Kind), random.policy)
    assert len(ranking) == len(random.graph)
    assert by_id(ranking) == one_by_one(random.graph, ranking, random.policy)


@settings(max_examples=60, deadline=None)
@given(steps, st.sampled_from(POLICIES[:2]))
def test_kept_up_to_date_equals_ranked_anew(written: list[list[Reading]], policy: Policy) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = EmbeddedStore.open(Path(folder) / "store.sqlite")
        graph = Graph(store.columns())
        ranking = rank(graph, tuple(Kind), policy)
        for day, batch in enumerate(written):
            store.write(batch, MONDAY + timedelta(days=day))
            graph = graph.updated(store.changes(graph.version))
            ranking = ranking.updated(graph)
            anew = Graph(store.columns())
            assert by_id(ranking) == by_id(rank(anew, tuple(Kind), policy))
            assert by_id(ranking) == one_by_one(graph, ranking, policy)
        store.close()


def test_only_what_reaches_a_change_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    from lineage.questions import ranking as module

    graph = world(*((f"m{n}", "TRAINED_ON", f"s{n}") for n in range(9)))
    before = rank(graph)
    cut = int(graph.downstream.of([graph.number[ref("s3").id]])[0])
    counted: list[int] = []
    counts = module._counts

    def noted(graph: Graph, numbers: object, policy: Policy) -> object:
        counted.extend(numbers)  # type: ignore[arg-type]
        return counts(graph, numbers, policy)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_counts", noted)
    after = before.updated(graph.without([cut]))
    assert [name_of(graph.nodes[n].id) for n in counted] == ["s3"]
    assert by_id(after)[ref("s3").id].things == 0
    assert sum(e.things for e in by_id(after).values()) == 8


def test_a_graph_with_another_past_is_ranked_from_scratch() -> None:
    one, other = world(("m1", "TRAINED_ON", "s1")), world(("m2", "TRAINED_ON", "s2"))
    assert by_id(rank(one).updated(other)) == {ref("s2").id: Exposed(1, 0, 1, 0, 0)}


def test_people_whose_number_nobody_states_are_unknown_and_never_none() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s1"),
        *((f"x{n}", "DEPLOYS", "m1") for n in range(4)),
        properties={
            "x0": {"users": ("1,200",)},
            "x1": {"users": 30},
            "x2": {"users": UNKNOWN},
            "x3": {"users": ("staff",)},
        },
    )
    (row,) = rank(graph).top("people")
    assert row.exposed == Exposed(1, 4, 5, 1230, 2)


@pytest.mark.parametrize(
    ("stated", "number"),
    [
        (("12 000",), 12000),
        ("3_000", 3000),
        (4.0, 4),
        (0, 0),
        ("users of Acme", None),
        ("2 hospitals", None),
        (True, None),
        (-3, None),
        (("1", "2"), None),
        ("9" * 30, None),
    ],
)
def test_only_a_number_is_a_number_of_people(stated: object, number: int | None) -> None:
    assert people_of({"users": stated}) == number  # type: ignore[dict-item]


def test_the_order_is_by_what_was_asked_for() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s1"),
        ("m2", "TRAINED_ON", "s1"),
        ("m3", "TRAINED_ON", "s2"),
        ("x1", "DEPLOYS", "m3"),
        ("x2", "DEPLOYS", "m3"),
        ("d1", "SUBSET_OF", "s3"),
        ("d2", "SUBSET_OF", "s3"),
        ("d3", "SUBSET_OF", "s3"),
        ("d4", "SUBSET_OF", "s3"),
    )
    ranking = rank(graph)
    assert [name_of(r.id) for r in ranking.top("models")] == ["s1", "s2", "s3"]
    assert [name_of(r.id) for r in ranking.top("deployments")] == ["s2", "s1", "s3"]
    assert [name_of(r.id) for r in ranking.top("things")] == ["s3", "s2", "s1"]
    assert [name_of(r.id) for r in ranking.top("people", 1)] == ["s2"]
    with pytest.raises(UsageError, match="nothing is ranked by"):
        ranking.top("fame")


def test_a_self_loop_a_cycle_and_nothing_at_all() -> None:
    graph = world(
        ("s1", "DERIVED_FROM", "s1"), ("m1", "TRAINED_ON", "d1"), ("d1", "GENERATED_BY", "m1")
    )
    found = by_id(rank(graph, tuple(Kind)))
    assert found[ref("s1").id].things == 0
    assert found[ref("d1").id] == Exposed(1, 0, 1, 0, 0)
    assert rank(world()).top() == []


def test_sources_that_were_not_there_yet_are_not_ranked(tmp_path: Path) -> None:
    store = EmbeddedStore.open(tmp_path / "store.sqlite")
    store.write([reading([("m1", "TRAINED_ON", "s1")], "a")], MONDAY)
    store.write([reading([("m1", "TRAINED_ON", "s2")], "b")], MONDAY + timedelta(days=7))
    then = as_of(Graph.of(store), parsed_time((MONDAY + timedelta(days=1)).isoformat()))
    assert [name_of(r.id) for r in rank(then).top()] == ["s1"]
    store.close()


def test_a_long_chain_and_a_wide_fan_are_counted_whole() -> None:
    assert rank(chain(100_000)).top()[0].exposed.models == 100_000
    assert rank(fan_out(1_000_000)).top()[0].exposed == Exposed(1_000_000, 0, 1_000_000, 0, 0)
