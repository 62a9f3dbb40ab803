"""Every route is told, or how many there are."""

from __future__ import annotations

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.graph import Graph
from lineage.impact import CARRIES, impact
from lineage.questions.routes import Routes, routes
from lineage.vocabulary import RELATIONS, Relation
from questions.large_worlds import chain
from questions.random_worlds import World, told, worlds
from worlds import name_of, ref, world


def of(graph: Graph, root: str, artifact: str, limit: int = 10, **how: bool) -> Routes:
    ends = [graph.number[ref(n).id] for n in (root, artifact)]
    return routes(graph, ends[:1], ends[1], limit=limit, **how)


def names(graph: Graph, found: Routes) -> list[list[str]]:
    return [[name_of(graph.edges[step[0]].subject) for step in route] for route in found.routes]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(told.filter(lambda e: e[1] not in {"SAME_AS", "MIRROR_OF"}), max_size=25),
    st.sampled_from(["s1", "d1"]),
    st.sampled_from(["m1", "x1"]),
)
def test_equals_the_simple_paths_that_networkx_lists(
    edges: list[tuple[str, str, str, str]], root: str, target: str
) -> None:
    flow = nx.DiGraph()
    flow.add_nodes_from([root, target])
    flow.add_edges_from(
        (e[2], e[0])
        for e in edges
        if RELATIONS[Relation(e[1])].transmits in CARRIES and e[0] != e[2]
    )
    if not nx.has_path(flow, root, target):
        return
    graph = world(*{e[:3]: e for e in edges}.values())
    expected = list(nx.all_simple_paths(flow, root, target))
    found = of(graph, root, target, limit=10_000)
    assert sorted(names(graph, found)) == sorted(path[1:] for path in expected)
    assert [len(r) for r in found.routes] == sorted(len(p) - 1 for p in expected)
    assert (found.total, found.exact) == (len(expected), True)
    few = of(graph, root, target, limit=1)
    assert (few.total, few.exact, len(few.routes)) == (len(expected), True, 1)


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_the_first_route_is_as_long_as_the_shortest_explanation_or_shorter_by_names(
    random: World,
) -> None:
    graph, policy = random.graph, random.policy
    for root in range(0, len(graph), 3):
        for a in impact(graph, [root], policy).affected:
            found = routes(
                graph, [root], a.number, policy, limit=3, informed=a.effect.value == "informs"
            )
            assert found.total >= 1
            assert found.routes
            if a.certainty == "possible":
                assert len(found.routes[0]) <= a.distance


def test_both_routes_of_a_diamond_are_listed() -> None:
    graph = world(
        ("d1", "SUBSET_OF", "s1"),
        ("d2", "DERIVED_FROM", "s1"),
        ("m1", "TRAINED_ON", "d1"),
        ("m1", "TRAINED_ON", "d2"),
        ("x1", "DEPLOYS", "m1"),
    )
    found = of(graph, "s1", "x1")
    assert (found.total, found.exact) == (2, True)
    assert sorted(names(graph, found)) == [["d1", "m1", "x1"], ["d2", "m1", "x1"]]


def test_more_routes_than_anybody_could_list_are_counted_exactly() -> None:
    steps = 200
    graph = world(
        *(
            edge
            for n in range(steps)
            for edge in (
                (f"d{n}a", "DERIVED_FROM", f"d{n}" if n else "s1"),
                (f"d{n}b", "DERIVED_FROM", f"d{n}" if n else "s1"),
                (f"d{n + 1}", "DERIVED_FROM", f"d{n}a"),
                (f"d{n + 1}", "DERIVED_FROM", f"d{n}b"),
            )
        )
    )
    found = of(graph, "s1", f"d{steps}", limit=4)
    assert (found.total, found.exact) == (2**steps, True)
    assert {len(route) for route in found.routes} == {2 * steps}
    assert len(set(found.routes)) == 4


def test_on_a_cycle_few_routes_are_counted_and_many_are_at_least_so_many() -> None:
    cycle = [("d1", "GENERATED_BY", "m1"), ("m1", "TRAINED_ON", "d1"), ("x1", "DEPLOYS", "m1")]
    graph = world(("d1", "DERIVED_FROM", "s1"), *cycle)
    found = of(graph, "s1", "x1")
    assert (found.total, found.exact) == (1, True)
    assert names(graph, found) == [["d1", "m1", "x1"]]
    many = [(f"d2{n}", "DERIVED_FROM", "s1") for n in range(2_000)]
    many += [("d1", "DERIVED_FROM", f"d2{n}") for n in range(2_000)]
    found = of(world(*cycle, *many), "s1", "x1", limit=3)
    assert (found.total, found.exact, len(found.routes)) == (2_000, False, 3)


def test_names_of_a_thing_are_no_routes_of_their_own() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s1"),
        ("m1", "SAME_AS", "m2"),
        ("m2", "SAME_AS", "m1"),
        ("x1", "DEPLOYS", "m1"),
        ("x1", "DEPLOYS", "m2"),
        ("x1", "BUNDLES", "m2"),
        ("s2", "SAME_AS", "s1"),
        ("s1", "SAME_AS", "s2"),
    )
    found = of(graph, "s1", "x1")
    assert (found.total, found.exact) == (1, True)
    assert [len(step) for step in found.routes[0]] == [1, 3]
    assert of(graph, "s1", "s2") == Routes(1, True, ((),))


def test_a_claim_to_redo_has_routes_too() -> None:
    graph = world(
        ("m1", "EVALUATED_ON", "s1"),
        ("d1", "SUBSET_OF", "s1"),
        ("m1", "EVALUATED_ON", "d1"),
        ("x1", "DEPLOYS", "m1"),
    )
    found = of(graph, "s1", "x1", informed=True)
    assert names(graph, found) == [["m1", "x1"], ["d1", "m1", "x1"]]


def test_a_route_of_100_000_steps() -> None:
    graph = chain(100_000)
    found = routes(graph, [graph.number["test://world/s"]], graph.number["test://world/m100000"])
    assert (found.total, found.exact) == (1, True)
    assert len(found.routes[0]) == 100_000
