"""Plans: what each artifact gets and why; and on random graphs, that carrying them out is enough.

networkx is the independent oracle of what is left after a plan was carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.errors import InputError
from lineage.graph import Graph
from lineage.impact import CARRIES, Impact, Policy, impact
from lineage.plan import (
    ACTIONS,
    PLANS,
    Action,
    Alternative,
    Brings,
    Plan,
    RemediationPolicy,
    Role,
    Scope,
    Step,
    alternatives,
    make_plan,
    policy_of,
)
from lineage.vocabulary import UNKNOWN, Kind
from worlds import Told, name_of, world

_GONE = {Brings.GONE, Brings.TOLD}


def planned(
    graph: Graph, *roots: str, part: str = "", ours: tuple[str, ...] = (), **options: object
) -> Plan:
    answer = answered(graph, *roots)
    policy = RemediationPolicy(**options)  # type: ignore[arg-type]
    return make_plan(graph, answer, policy, Scope(part, ours))


def answered(graph: Graph, *roots: str) -> Impact:
    return impact(graph, [graph.number[f"test://world/{r}"] for r in roots])


def actions(plan: Plan) -> dict[str, str]:
    return {name_of(s.artifact): s.action.value for s in plan.steps if s.role is not Role.TOLD}


def step(plan: Plan, name: str) -> Step:
    return next(s for s in plan.steps if name_of(s.artifact) == name)


def test_data_made_of_nothing_else_goes_and_a_mixture_is_purged() -> None:
    graph = world(
        ("d1", "DERIVED_FROM", "s"), ("d2", "DERIVED_FROM", "d1"), ("d2", "DERIVED_FROM", "d9"),
        ("d3", "SUBSET_OF", "d2"),
    )  # fmt: skip
    plan = planned(graph, "s")
    assert actions(plan) == {"s": "delete", "d1": "delete", "d2": "purge", "d3": "rebuild"}
    assert step(plan, "d2").takes == ("test://world/d9",)
    assert step(plan, "d2").without == ("test://world/d1",)
    assert "d9 can be used again, without d1" in step(plan, "d2").why


def test_a_model_that_only_helped_to_make_the_data_is_nothing_to_make_it_of() -> None:
    graph = world(("d1", "DERIVED_FROM", "s"), ("d1", "DERIVED_FROM", "m9"))
    assert actions(planned(graph, "s"))["d1"] == "delete"


def test_models_get_what_is_cheapest_and_enough() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s"), ("m1", "TRAINED_ON", "d9"),
        ("m2", "TRAINED_ON", "s"), ("m2", "FINE_TUNED_FROM", "m9"),
        ("m3", "TRAINED_ON", "s"), ("m3", "ADAPTER_OF", "m9"),
        ("m4", "QUANTIZED_FROM", "m1"),
        ("m5", "QUANTIZED_FROM", "m2"),
        ("m6", "TRAINED_ON", "s"),
        ("m7", "EVALUATED_ON", "s"),
        ("m8", "TOKENIZED_WITH", "m6"),
        ("x1", "DEPLOYS", "m1"), ("x7", "DEPLOYS", "m7"),
    )  # fmt: skip
    assert actions(planned(graph, "s")) == {
        "s": "delete", "m1": "retrain", "m2": "roll-back", "m3": "drop-adapter",
        "m4": "rebuild", "m5": "delete", "m6": "delete", "m7": "re-evaluate", "m8": "re-issue",
        "x1": "withdraw", "x7": "re-issue",
    }  # fmt: skip


def test_a_sharded_training_needs_only_its_shards() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s"), ("m1", "TRAINED_ON", "d9"),
        properties={"m1": {"training_layout": "SISA shards"}},
    )  # fmt: skip
    plan = planned(graph, "s")
    assert actions(plan)["m1"] == "retrain-shard"
    assert step(plan, "m1").options == ("retrain",)


def test_unlearning_is_chosen_only_where_a_policy_accepts_it() -> None:
    graph = world(("m1", "TRAINED_ON", "s"), ("m1", "TRAINED_ON", "d9"))
    assert actions(planned(graph, "s"))["m1"] == "retrain"
    assert actions(planned(graph, "s", accepts_unlearning=True))["m1"] == "unlearn"


def test_a_possible_one_may_be_kept_out_of_use_instead() -> None:
    graph = world(("m1", "TRAINED_ON", "s", "comment"))
    assert actions(planned(graph, "s"))["m1"] == "delete"
    assert actions(planned(graph, "s", suppress_possible=True))["m1"] == "suppress"


def test_each_copy_has_a_step_of_its_own() -> None:
    graph = world(("m1", "TRAINED_ON", "s"), ("c1", "COPY_OF", "m1"), ("c2", "COPY_OF", "m1"))
    plan = planned(graph, "s")
    assert [step(plan, c).action for c in ("c1", "c2")] == [Action.DELETE] * 2
    assert set(step(plan, "m1").after) == {step(plan, "c1").id, step(plan, "c2").id}


def test_what_others_hold_they_are_told_to_delete() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s"), ("c1", "COPY_OF", "m1"),
        properties={"c1": {"held_by": "party://them"}, "m1": {"held_by": "party://us"}},
    )  # fmt: skip
    assert actions(planned(graph, "s", ours=("party://us",)))["c1"] == "notify"
    assert actions(planned(graph, "s"))["c1"] == "delete"
    assert step(planned(graph, "s"), "c1").owner == "party://them"


def test_what_is_said_to_be_gone_is_confirmed() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s"), ("x1", "DEPLOYS", "m1"), ("x2", "DEPLOYS", "m1"),
        properties={
            "m1": {"status": "deleted", "deletion_certified_on": "2026-04-07"},
            "x1": {"in_use_to": "2019-05"}, "x2": {"in_use_to": UNKNOWN},
        },
    )  # fmt: skip
    plan = planned(graph, "s")
    assert (actions(plan)["m1"], actions(plan)["x1"]) == ("confirm", "confirm")
    assert actions(plan)["x2"] == "withdraw"
    assert "2026-04-07" in step(plan, "m1").why
    assert "until when it is in use is not known" in step(plan, "x2").doubts


def test_an_unknown_input_is_nothing_to_train_on() -> None:
    from worlds import Ref, reading, snapshot

    told = reading([("m1", "TRAINED_ON", "s")])
    unknown = Ref(Kind.DATASET, "unknown://repo/config.yml:data", "?")
    import dataclasses

    more = dataclasses.replace(told.extract.assertions[0], object=unknown)
    extract = dataclasses.replace(told.extract, assertions=(*told.extract.assertions, more))
    graph = Graph(snapshot(dataclasses.replace(told, extract=extract)))
    assert actions(planned(graph, "s"))["m1"] == "delete"


def test_a_part_leaves_the_rest() -> None:
    graph = world(("d1", "DERIVED_FROM", "d0"), ("m1", "TRAINED_ON", "d1"))
    assert actions(planned(graph, "d0", part="2021")) == {
        "d0": "purge", "d1": "rebuild", "m1": "retrain",
    }  # fmt: skip


def test_effort_is_what_is_known_and_the_rest_is_counted() -> None:
    graph = world(
        ("d1", "DERIVED_FROM", "s"), ("d1", "DERIVED_FROM", "d9"), ("m1", "TRAINED_ON", "d1"),
        ("m2", "FINE_TUNED_FROM", "m1"), ("m2", "TRAINED_ON", "d9"),
        properties={"d1": {"records": 3_000_000}, "m1": {"training_hours": 40.0}},
    )  # fmt: skip
    plan = planned(graph, "s", hours_per_million_records=2.0)
    assert [step(plan, n).hours for n in ("d1", "m1", "m2", "s")] == [6.0, 40.0, None, None]
    assert plan.hours == 46.0
    assert plan.unknown_effort == 2
    assert [name_of(next(s.artifact for s in plan.steps if s.id == c)) for c in plan.critical] == [
        "d1", "m1", "m2",
    ]  # fmt: skip


def test_the_date_decides_what_is_in_service() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s"), ("x1", "DEPLOYS", "m1"), properties={"x1": {"in_use_to": "2026"}}
    )
    answer = answered(graph, "s")
    assert actions(make_plan(graph, answer, today=date(2026, 5, 1)))["x1"] == "withdraw"
    assert actions(make_plan(graph, answer, today=date(2027, 5, 1)))["x1"] == "confirm"


def sides(graph: Graph, *roots: str) -> dict[str, Alternative]:
    found = alternatives(graph, answered(graph, *roots), RemediationPolicy(), Scope())
    return {a.name: a for a in found}


def test_alternatives_stand_side_by_side() -> None:
    """Both services stay if one data set is purged, and all models on it are trained again."""
    graph = world(
        ("d1", "DERIVED_FROM", "s"), ("d1", "DERIVED_FROM", "d9"),
        ("m1", "TRAINED_ON", "d1"), ("m1", "TRAINED_ON", "d8"),
        ("m2", "TRAINED_ON", "d1"), ("m2", "TRAINED_ON", "d7"),
        ("m3", "TRAINED_ON", "d1"), ("x1", "DEPLOYS", "m1"), ("x2", "DEPLOYS", "m2"),
    )  # fmt: skip
    found = sides(graph, "s")
    assert (found["delete all"].kept, found["delete all"].taken_out) == (0, 0)
    assert (found["policy"].kept, found["policy"].taken_out) == (4, 1)
    fewest = found["retrain the fewest"]
    assert (fewest.kept, fewest.taken_out) == (3, 1)
    assert actions(fewest.plan)["m3"] == "delete", "it serves nobody"
    assert found["purge a part"].kept == 5


def test_the_cut_is_not_made_where_nothing_would_be_left() -> None:
    graph = world(
        ("d1", "DERIVED_FROM", "s"),
        ("m1", "TRAINED_ON", "d1"), ("m1", "TRAINED_ON", "d8"),
        ("m2", "TRAINED_ON", "d1"), ("m2", "TRAINED_ON", "d7"),
        ("x1", "DEPLOYS", "m1"), ("x2", "DEPLOYS", "m2"),
    )  # fmt: skip
    fewest = sides(graph, "s")["retrain the fewest"]
    assert (fewest.taken_out, actions(fewest.plan)["d1"]) == (2, "delete")


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ({}, "must be 1"),
        ({"remediation": 1, "name": "x", "order": ["retrain"]}, "must end with “delete”"),
        ({"remediation": 1, "name": "x", "order": ["burn", "delete"]}, "burn"),
        ({"remediation": 1, "name": "x", "order": ["accept", "delete"]}, "does not choose"),
        ({"remediation": 1, "name": "x", "order": ["delete"], "hours": {"delete": -1}}, "negative"),
        ({"remediation": 1, "name": "x", "order": ["delete"], "speed": 3}, "“speed” means nothing"),
        ({"remediation": 1, "order": ["delete"]}, "name"),
        ([], "must be 1"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(value: object, what: str) -> None:
    with pytest.raises(InputError, match=what):
        policy_of(value)


def test_a_policy_is_data_and_can_be_replaced() -> None:
    for policy in PLANS.values():
        assert policy_of(policy.as_json()) == policy
    graph = world(("m1", "TRAINED_ON", "s"), ("m1", "TRAINED_ON", "d9"))
    own = policy_of({"remediation": 1, "name": "own", "order": ["delete"]})
    plan = make_plan(graph, answered(graph, "s"), own)
    assert actions(plan)["m1"] == "delete"
    assert (plan.policy, plan.policy_digest) == ("own", own.digest())
    assert step(plan, "m1").options == ("retrain",)


NAMES = [f"{letter}{n}" for letter in "sddmmmmccxx" for n in range(3)]
TWO = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES))
RELATIONS = {
    ("d", "d"): ("DERIVED_FROM", "SUBSET_OF", "MIRROR_OF", "SAME_AS"),
    ("d", "s"): ("DERIVED_FROM",), ("d", "m"): ("GENERATED_BY", "DERIVED_FROM"),
    ("d", "c"): ("DERIVED_FROM",),
    ("m", "d"): ("TRAINED_ON", "EVALUATED_ON", "CALIBRATED_ON"), ("m", "s"): ("TRAINED_ON",),
    ("m", "m"): (
        "FINE_TUNED_FROM", "ADAPTER_OF", "MERGED_FROM", "QUANTIZED_FROM", "DISTILLED_FROM",
        "TOKENIZED_WITH", "SAME_AS", "REWARDED_BY", "INITIALISED_FROM",
    ),
    ("m", "c"): ("FINE_TUNED_FROM", "TRAINED_ON", "MERGED_FROM"),
    ("c", "m"): ("COPY_OF", "SAME_AS"), ("c", "d"): ("COPY_OF", "SAME_AS"),
    ("c", "c"): ("COPY_OF",),
    ("x", "m"): ("DEPLOYS",), ("x", "c"): ("DEPLOYS",),
}  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Told], list[str]]:
    """A graph with cycles, copies and other names, and what of it is revoked."""
    told: list[Told] = []
    for a, b in draw(st.lists(TWO, min_size=1, max_size=28)):
        allowed = RELATIONS.get((a[0], b[0]), ())
        if a != b and allowed:
            relation = draw(st.sampled_from(allowed))
            evidence = draw(st.sampled_from(("declared", "declared", "inferred")))
            told.append((a, relation, b, evidence))
            if relation == "SAME_AS":
                told.append((b, relation, a, evidence))
    used = sorted({n for t in told for n in (t[0], t[2]) if n[0] in "sdm"})
    return told, draw(st.lists(st.sampled_from(used), min_size=1, max_size=2)) if used else []


def carried_out(graph: Graph, plan: Plan, roots: Sequence[str]) -> set[str]:
    """Carries a plan out step by step; gives what of the affected is left and not clean."""
    carrying = set(Policy().relations(*CARRIES))
    made = nx.DiGraph()
    made.add_nodes_from(n.id for n in graph.nodes)
    made.add_edges_from((e.subject, e.object) for e in graph.edges if e.relation in carrying)
    affected = {r for root in roots for r in nx.ancestors(made, root)} | set(roots)
    dirty = set(affected)
    of = {s.id: s for s in plan.steps}
    alike: dict[str, list[str]] = {}
    for s in plan.steps:
        if s.role is Role.NAME:
            alike.setdefault(s.after[0], []).append(s.artifact)
    done: set[str] = set()
    for s in plan.steps:
        assert set(s.after) <= done, "a step comes before one that it rests on"
        assert all(of[b].wave < s.wave for b in s.after) or s.role is Role.NAME
        done.add(s.id)
        if s.role in {Role.NAME, Role.TOLD, Role.INFORMED}:
            continue
        names = [s.artifact, *alike.get(s.id, [])]
        brings = ACTIONS[s.action].brings
        if brings in _GONE:
            made.remove_nodes_from(names)
            dirty -= set(names)
        elif brings is Brings.CLEAN:
            assert not set(s.takes) & dirty, "it is built again from something that is not clean"
            for name in names:
                made.remove_edges_from(list(made.out_edges(name)))
                made.add_edges_from((name, input_) for input_ in s.takes)
            dirty -= set(names)
    for name in affected - dirty:
        if name in made:
            assert not nx.descendants(made, name) & dirty, "it still stands on what is not clean"
    return {n for n in dirty if n in made}


@settings(max_examples=400)
@given(worlds(), st.sampled_from(["", "a part"]), st.sampled_from(["policy", "delete", "fewest"]))
def test_a_plan_covers_the_blast_radius_in_order_and_leaves_nothing_reachable(
    drawn: tuple[list[Told], list[str]], part: str, way: str
) -> None:
    told, roots = drawn
    if not roots:
        return
    graph = world(*told)
    answer = answered(graph, *roots)
    scope = Scope(part)
    if way == "fewest":
        found = alternatives(graph, answer, RemediationPolicy(), scope)
        plan = next(a.plan for a in found if a.name == "retrain the fewest")
    else:
        policy = PLANS["delete"] if way == "delete" else PLANS["keep"]
        plan = make_plan(graph, answer, policy, scope)
    covered = [s.artifact for s in plan.steps if s.role is not Role.TOLD]
    wanted = {a.id for a in answer.affected} | set(answer.roots)
    assert sorted(covered) == sorted(wanted), "each once, and nothing else"
    left = carried_out(graph, plan, answer.roots)
    assert left == set()
    _in_order(graph, plan)
    assert Plan.of_json(plan.as_json()) == plan
    assert len({s.id for s in plan.steps}) == len(plan.steps)


def _in_order(graph: Graph, plan: Plan) -> None:
    """Services first; leaves go before what they came from, roots are built before their leaves."""
    at = {s.artifact: s for s in plan.steps if s.role in {Role.AFFECTED, Role.REVOKED}}
    made = nx.DiGraph((e.subject, e.object) for e in graph.edges)
    cycle = {n: i for i, part in enumerate(nx.strongly_connected_components(made)) for n in part}
    for e in graph.edges:
        made_of, of = at.get(e.subject), at.get(e.object)
        if made_of is None or of is None or cycle[e.subject] == cycle[e.object]:
            continue
        brings = ACTIONS[made_of.action].brings, ACTIONS[of.action].brings
        if e.relation.value == "DEPLOYS" and made_of.action is Action.WITHDRAW:
            assert made_of.wave < of.wave
        elif e.relation.value in {"EVALUATED_ON", "TOKENIZED_WITH"}:
            continue
        elif brings == (Brings.GONE, Brings.GONE) and of.action is not Action.WITHDRAW:
            assert made_of.wave < of.wave, (made_of, of)
        elif brings == (Brings.CLEAN, Brings.CLEAN) and of.artifact in made_of.takes:
            assert of.wave < made_of.wave


def test_within_a_cycle_what_is_built_from_comes_first() -> None:
    graph = world(
        ("d0", "DERIVED_FROM", "d1"), ("d0", "GENERATED_BY", "m1"), ("m1", "TRAINED_ON", "d0"),
        ("m1", "TRAINED_ON", "d1"), ("c0", "SAME_AS", "m1"), ("m1", "SAME_AS", "c0"),
    )  # fmt: skip
    plan = planned(graph, "d0", part="a part")
    assert carried_out(graph, plan, ["test://world/d0"]) == set()
