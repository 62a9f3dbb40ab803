"""Where to cut: dominators, and the smallest set that frees every deployment."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.errors import NotFoundError
from lineage.graph import Graph
from lineage.impact import CARRIES
from lineage.questions import Exposed, Leverage, leverage
from lineage.vocabulary import RELATIONS, Kind, Relation
from questions.random_worlds import told
from worlds import name_of, ref, world

plain = told.filter(lambda e: e[1] not in {"SAME_AS", "MIRROR_OF"})


def of(
    graph: Graph, *names: str, kinds: tuple[Kind, ...] = (Kind.MODEL,), cost: str | None = None
) -> Leverage:
    return leverage(graph, [graph.number[ref(n).id] for n in names], kinds=kinds, cost=cost)


def names(found: Leverage) -> list[str]:
    return [name_of(step.id) for step in found.plan]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(plain, max_size=40),
    st.sets(st.sampled_from(["s1", "s2", "d1"]), min_size=1),
    st.sampled_from([(Kind.MODEL,), (Kind.MODEL, Kind.DATASET), tuple(Kind)]),
)
def test_equals_plain_references_by_networkx(
    edges: list[tuple[str, str, str, str]], roots: set[str], kinds: tuple[Kind, ...]
) -> None:
    edges = [*edges, *((r, "EVALUATED_ON", r, "declared") for r in roots)]
    flow = nx.DiGraph()
    flow.add_nodes_from(n for e in edges for n in (e[0], e[2]))
    flow.add_edges_from(
        (e[2], e[0]) for e in edges if RELATIONS[Relation(e[1])].transmits in CARRIES
    )
    flow.add_edges_from(("root", r) for r in roots)
    graph = world(*{e[:3]: e for e in edges}.values())
    found = of(graph, *sorted(roots), kinds=kinds)
    makeable = {Kind.MODEL: "m", Kind.DATASET: "d"}
    letters = {makeable[k] for k in kinds} if len(kinds) < 3 else set("sdmcpgr")

    def below(without: set[str]) -> set[str]:
        kept = flow.subgraph(set(flow) - without)
        return nx.descendants(kept, "root") - roots

    every = below(set())
    freed = {n: every - below({n}) for n in every}
    assert {name_of(c.id): c.freed.things for c in found.chokes} == {
        n: len(lost) for n, lost in freed.items() if len(lost) > 1 and n[0] in letters
    }
    for choke in found.chokes:
        lost = freed[name_of(choke.id)]
        assert choke.freed.deployments == sum(n[0] == "x" for n in lost)
    served = {n for n in every if n[0] == "x"}
    cuttable = sorted(n for n in every if n[0] in letters)
    direct = served & below(set(cuttable))
    assert {name_of(graph.nodes[n].id) for n in found.direct} == direct
    cut = set(names(found))
    assert not (below(cut) & served) - direct
    assert found.remaining.things == len(below(cut))
    for fewer in combinations(cuttable, len(cut) - 1) if cut else ():
        assert (below(set(fewer)) & served) - direct, "no smaller set does"
    done: set[str] = set()
    for step in found.plan:
        before = below(done)
        done.add(name_of(step.id))
        assert step.freed.things == len(before - below(done))


def test_one_retraining_frees_what_stands_on_it() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s1"),
        ("m2", "FINE_TUNED_FROM", "m1"),
        ("m3", "FINE_TUNED_FROM", "m1"),
        ("x1", "DEPLOYS", "m2"),
        ("x2", "DEPLOYS", "m3"),
    )
    found = of(graph, "s1")
    assert names(found) == ["m1"]
    assert found.plan[0].freed == Exposed(3, 2, 5, 0, 2)
    assert found.remaining.things == 0
    assert [name_of(c.id) for c in found.chokes] == ["m1", "m2", "m3"]


def test_two_names_of_a_model_are_cut_together() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s1"),
        ("m2", "TRAINED_ON", "s1"),
        ("m1", "SAME_AS", "m2"),
        ("m2", "SAME_AS", "m1"),
        ("x1", "DEPLOYS", "m1"),
        ("x1", "DEPLOYS", "m2"),
    )
    found = of(graph, "s1")
    assert names(found) == ["m1"]
    assert found.plan[0].freed == Exposed(1, 1, 2, 0, 1)


def test_another_name_of_the_source_cannot_be_retrained() -> None:
    graph = world(("d1", "MIRROR_OF", "s1"), ("m1", "TRAINED_ON", "d1"), ("x1", "DEPLOYS", "m1"))
    assert names(of(graph, "s1")) == ["m1"]


def test_a_service_that_stands_on_the_source_itself_is_told() -> None:
    graph = world(
        ("x1", "DEPLOYS", "s1"),
        ("x2", "BUNDLES", "x1"),
        ("m1", "TRAINED_ON", "s1"),
        ("x3", "DEPLOYS", "m1"),
    )
    found = of(graph, "s1")
    assert {name_of(graph.nodes[n].id) for n in found.direct} == {"x1", "x2"}
    assert names(found) == ["m1"]
    assert found.remaining.deployments == 2


def test_the_cheapest_instead_of_the_fewest() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s1"),
        ("m2", "FINE_TUNED_FROM", "m1"),
        ("m3", "FINE_TUNED_FROM", "m1"),
        ("x1", "DEPLOYS", "m2"),
        ("x2", "DEPLOYS", "m3"),
        properties={"m1": {"gpu_hours": 90_000}, "m2": {"gpu_hours": 4.5}, "m3": {"gpu_hours": 7}},
    )
    assert names(of(graph, "s1")) == ["m1"]
    cheapest = of(graph, "s1", cost="gpu_hours")
    assert names(cheapest) == ["m2", "m3"]
    assert [step.cost for step in cheapest.plan] == [4.5, 7.0]
    assert cheapest.without_cost == 0
    nobody = of(graph, "s1", cost="euros")
    assert (names(nobody), nobody.without_cost) == (["m1"], 1)


def test_nothing_served_needs_no_plan_and_nothing_named_is_an_error() -> None:
    graph = world(("m1", "TRAINED_ON", "s1"), ("m1", "FINE_TUNED_FROM", "m1"))
    found = of(graph, "s1")
    assert (found.plan, found.direct, found.affected.models) == ((), (), 1)
    with pytest.raises(NotFoundError):
        leverage(graph, [])
