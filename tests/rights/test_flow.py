"""How facts flow: as a plain reference says, by rules that are data, stopped by decisions."""

from __future__ import annotations

import random
from datetime import date

import pytest

from lineage.governance import capabilities_of, jurisdiction_of
from lineage.graph import Graph
from lineage.licences import read_licence
from lineage.rights.facts import known
from lineage.rights.flow import Flow, flow
from lineage.rights.rules import Rules, default_rules
from lineage.vocabulary import UNKNOWN, Relation
from worlds import Told, name_of, world

DAY = date(2026, 1, 1)
RELATIONS = (
    "TRAINED_ON", "DERIVED_FROM", "SUBSET_OF", "FINE_TUNED_FROM", "DISTILLED_FROM", "DEPLOYS",
    "SAME_AS", "MIRROR_OF", "COPY_OF", "TOKENIZED_WITH", "EVALUATED_ON", "INITIALISED_FROM",
    "GENERATED_BY", "CALIBRATED_ON",
)  # fmt: skip
CATEGORIES = ("Picture", "Voice", "FacialPrint", "Location", "ChildData", UNKNOWN)

Properties = dict[str, dict[str, object]]
Facts = dict[str, set[str]]


def facts_of(graph: Graph, at: date = DAY) -> Flow:
    return flow(known(graph, ()), default_rules(), at)


def random_world(seed: int) -> tuple[list[Told], Properties, list[dict[str, object]]]:
    """Edges with cycles and aliases, own facts, and decisions about some of the nodes."""
    chance = random.Random(seed)
    names = [f"{chance.choice('sdmxc')}{i}" for i in range(chance.randint(2, 12))]
    told: list[Told] = []
    for _ in range(chance.randint(1, 22)):
        one, other = chance.choice(names), chance.choice(names)
        relation = chance.choice(RELATIONS)
        told.append((one, relation, other))
        if relation == "SAME_AS":
            told.append((other, relation, one))
    said: Properties = {}
    for name in {n for t in told for n in (t[0], t[2])}:
        mine: dict[str, object] = {}
        if chance.random() < 0.4:
            mine["data_categories"] = chance.sample(CATEGORIES, chance.randint(1, 2))
        if chance.random() < 0.2:
            mine["capabilities"] = ["face recognition"]
        if chance.random() < 0.2:
            mine["jurisdictions"] = [chance.choice(["US-IL", "Germany", UNKNOWN])]
        if chance.random() < 0.3:
            mine["licence"] = chance.choice(["MIT", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "odd"])
        said[name] = mine
    decided: list[dict[str, object]] = []
    for number in range(chance.randint(0, 2)):
        about, source = chance.choice(sorted(said)), chance.choice(sorted(said))
        decision: dict[str, object] = {
            "about": about,
            "removes": chance.sample(["Picture", "FacialPrint", "condition:non-commercial"], 1),
            "only_from": [source] if chance.random() < 0.5 else [],
        }
        if chance.random() < 0.8:
            decision["reason"] = "blurred"
        if chance.random() < 0.3:
            decision["until"] = "2020"
        decided.append(decision)
        told.append((f"k{number}", "DECIDES", about))
        said[f"k{number}"] = {
            "removes": decision["removes"],
            **({"reason": "blurred"} if "reason" in decision else {}),
            **({"until": "2020"} if "until" in decision else {}),
            **({"only_from": [f"test://world/{source}"]} if decision["only_from"] else {}),
        }
    return told, said, decided


def reference(
    told: list[Told], said: Properties, decided: list[dict[str, object]], rules: Rules
) -> Facts:
    """The same by plain sets, one edge at a time, until nothing changes."""
    names = {n for t in told if t[1] != "DECIDES" for n in (t[0], t[2])}
    facts: Facts = {name: set() for name in names}
    for name in names:
        mine = said.get(name, {})
        facts[name] |= {f"category:{c}" for c in mine.get("data_categories", ())}
        facts[name] |= {f"jurisdiction:{jurisdiction_of(j)}" for j in mine.get("jurisdictions", ())}
        facts[name] |= {f"capability:{c}" for c in capabilities_of(mine.get("capabilities", ()))}
        if "licence" in mine:
            facts[name] |= {f"condition:{c}" for c in read_licence(str(mine["licence"])).conditions}
    same: dict[str, set[str]] = {n: {n} for n in names}
    for one, relation, other, *_ in told:
        if relation == "SAME_AS":
            joined = same[one] | same[other]
            for name in joined:
                same[name] = joined
    stops = [
        (same.get(str(d["about"]), {str(d["about"])}), d)
        for d in decided
        if "reason" in d and "until" not in d
    ]

    def stopped(subject: str, thing: str, fact: str) -> bool:
        if same[subject] & same[thing]:
            return False
        for about, decision in stops:
            removed = {str(r) if ":" in str(r) else f"category:{r}" for r in decision["removes"]}
            inputs = set().union(*(same.get(str(i), {str(i)}) for i in decision["only_from"]))
            if subject in about and fact in removed and (not inputs or thing in inputs):
                return True
        return False

    while True:
        before = sum(map(len, facts.values()))
        for subject, name, thing, *_ in told:
            if name == "DECIDES":
                continue
            relation = Relation(name)
            for fact in sorted(facts[thing]):
                goes = relation in rules.carry[fact.partition(":")[0]]
                if goes and not stopped(subject, thing, fact):
                    facts[subject].add(fact)
            for d in rules.derive:
                made = relation in d.along and d.source in facts[thing] and d.when in facts[subject]
                if made and not stopped(subject, thing, d.gives):
                    facts[subject].add(d.gives)
        if sum(map(len, facts.values())) == before:
            return facts


@pytest.mark.parametrize("hundred", range(5))
def test_propagation_equals_a_plain_reference(hundred: int) -> None:
    for seed in range(hundred * 100, hundred * 100 + 100):
        told, said, decided = random_world(seed)
        graph = world(*told, properties=said)
        flowed = facts_of(graph)
        for name, facts in reference(told, said, decided, default_rules()).items():
            number = graph.number[f"test://world/{name}"]
            stated = {f for f in flowed.at(number) if f.partition(":")[0] in _STATED}
            unsaid = {f"category:{UNKNOWN}", f"jurisdiction:{UNKNOWN}"}  # of origins: below
            assert stated - unsaid == facts - unsaid, (seed, name)
            assert facts & unsaid <= stated, (seed, name)


_STATED = {"category", "condition", "jurisdiction", "capability"}


@pytest.mark.parametrize("hundred", range(5))
def test_each_fact_has_a_path_that_exists_and_begins_where_it_is_said(hundred: int) -> None:
    for seed in range(hundred * 100, hundred * 100 + 100):
        told, said, _ = random_world(seed)
        graph = world(*told, properties=said)
        flowed = facts_of(graph)
        for number in range(len(graph)):
            for fact in flowed.at(number):
                steps, derived = flowed.path(fact, number)
                at = number
                for edge in steps:
                    assert int(graph.subject[edge]) == at, (seed, fact)
                    at = int(graph.object[edge])
                if derived is None:
                    assert at in flowed.known.own[fact], (seed, fact)
                else:
                    assert derived.gives == fact
                    assert flowed.has(derived.source, at), (seed, fact)


def test_a_photograph_is_personal_data_and_the_template_made_of_it_is_biometric() -> None:
    graph = world(
        ("m", "TRAINED_ON", "d"),
        ("m2", "FINE_TUNED_FROM", "m"),
        properties={
            "d": {"data_categories": ["Picture"]},
            "m": {"capabilities": ["face recognition"]},
        },
    )
    flowed = facts_of(graph)
    holders = {name_of(graph.nodes[n].id) for n in flowed.nodes("category:FacialPrint")}
    assert holders == {"m", "m2"}, "the rule sits on the derivation, not on the photograph"
    steps, derived = flowed.path("category:FacialPrint", graph.number["test://world/m2"])
    assert derived is not None
    assert derived.id == "face-template"
    assert [graph.edges[e].relation.value for e in steps] == ["FINE_TUNED_FROM", "TRAINED_ON"]


def test_a_detector_of_faces_makes_no_template() -> None:
    graph = world(
        ("m", "TRAINED_ON", "d"),
        properties={
            "d": {"data_categories": ["Picture"]},
            "m": {"capabilities": ["face detection"]},
        },
    )
    assert not len(facts_of(graph).nodes("category:FacialPrint"))


BLURRED: Properties = {
    "d": {"data_categories": ["Picture"]},
    "k": {"removes": ["Picture"], "reason": "faces blurred", "decided_on": "2025-01-01"},
}


def pictured(graph: Graph, at: date = DAY) -> set[str]:
    flowed = facts_of(graph, at)
    return {name_of(graph.nodes[n].id) for n in flowed.nodes("category:Picture")}


def test_a_recorded_decision_stops_a_fact_and_all_that_came_of_it() -> None:
    told: list[Told] = [
        ("d2", "DERIVED_FROM", "d"),
        ("m", "TRAINED_ON", "d2"),
        ("k", "DECIDES", "d2"),
    ]
    graph = world(*told, properties=BLURRED)
    assert pictured(graph) == {"d"}
    assert pictured(graph, date(2024, 1, 1)) == {"d", "d2", "m"}, "nobody had decided it yet"
    without = {**BLURRED, "k": {"removes": ["Picture"]}}
    assert pictured(world(*told, properties=without)) == {"d", "d2", "m"}, "no reason, no effect"
    ended = {**BLURRED, "k": {**BLURRED["k"], "until": "2025-06"}}
    assert pictured(world(*told, properties=ended)) == {"d", "d2", "m"}, "it has ended"


def test_a_decision_on_one_relationship_leaves_the_other_inputs_alone() -> None:
    graph = world(
        ("d3", "DERIVED_FROM", "d"),
        ("d3", "DERIVED_FROM", "d2"),
        ("k", "DECIDES", "d3"),
        properties={
            **BLURRED,
            "d2": {"data_categories": ["Picture"]},
            "k": {**BLURRED["k"], "only_from": ["test://world/d"]},
        },
    )
    assert "d3" in pictured(graph)
    flowed = facts_of(graph)
    steps, _ = flowed.path("category:Picture", graph.number["test://world/d3"])
    assert [name_of(graph.edges[e].object) for e in steps] == ["d2"]


def test_what_nobody_has_said_of_an_origin_flows_as_unknown() -> None:
    flowed = facts_of(world(("m", "TRAINED_ON", "d"), ("x", "DEPLOYS", "m")))
    assert len(flowed.nodes(f"category:{UNKNOWN}")) == 3
    assert len(flowed.nodes("lack:special-basis")) == 3
