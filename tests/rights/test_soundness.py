"""Unknown is never permission: what no answer may ever do, on graphs that nobody chose."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lineage.graph import Graph
from lineage.impact import Policy, impact
from lineage.records import NodeRow
from lineage.rights import Finding, rights
from lineage.rights.sources import CLAIMED, PERMITTED, sources
from lineage.vocabulary import UNKNOWN
from worlds import reading, snapshot

DAY = date(2026, 1, 1)
DATA = ("Picture", "Location", "NonPersonal")
PURPOSES = ("ModelTraining", "CommercialResearch", "IdentityVerification")
ASPECTS = {
    **dict.fromkeys(
        ("no-right", "right-unverified", "input-unnamed", "origin-unknown"), "origin and right"
    ),
    **dict.fromkeys(
        ("no-consent", "special-category", "child-data", "categories-unknown"), "people"
    ),
}
"""Rules that say more or less of the same: a fact may turn one into another, never into none."""

World = dict[str, Any]
"""Sources, grants on them, data sets made of them, a model, a service."""


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A model and its service on one to three chains of data with rights of all kinds."""
    world: World = {"told": [("m", "TRAINED_ON", "d0"), ("x", "DEPLOYS", "m")], "said": {}}
    world["said"]["m"] = draw(
        st.sampled_from([{}, {"capabilities": ["face recognition"]}, {"licence": "MIT"}])
    )
    world["said"]["x"] = draw(
        st.sampled_from([{}, {"purpose": ["identity verification"]}, {"commercial": True}])
    )
    world["sources"] = []
    for number in range(draw(st.integers(1, 3))):
        source, made = f"s{number}", f"d{number}"
        world["sources"].append(source)
        world["told"].append((made, "DERIVED_FROM", source))
        if number:
            world["told"].append(("m", "TRAINED_ON", made))
        said: dict[str, object] = {}
        if draw(st.booleans()):
            said["data_categories"] = draw(st.lists(st.sampled_from(DATA), min_size=1, max_size=2))
        if draw(st.booleans()):
            said["licence"] = draw(st.sampled_from(["MIT", "CC-BY-4.0", "CC-BY-NC-4.0", UNKNOWN]))
        world["said"][source] = said
        for kind in draw(st.lists(st.sampled_from(["agreement", "consent"]), max_size=2)):
            name = f"g{number}{kind}"
            world["told"].append((source, "COVERED_BY", name))
            world["said"][name] = {
                "grant_kind": kind,
                "purposes": draw(st.lists(st.sampled_from(PURPOSES), max_size=2)),
                "legal_basis": draw(st.sampled_from(["Consent", "ExplicitConsent", "Contract"])),
                "verification": draw(st.sampled_from(["verified", "claimed", UNKNOWN])),
            }
    return world


def graph_of(world: World) -> Graph:
    return Graph(snapshot(reading(dict.fromkeys(world["told"]), properties=world["said"])))


def findings(world: World) -> list[Finding]:
    graph = graph_of(world)
    subjects = [graph.number[f"test://world/{n}"] for n in ("m", "x")]
    return list(rights(graph, subjects, DAY).findings)


def prints(found: list[Finding]) -> set[str]:
    return {f.fingerprint for f in found}


def aspects(found: list[Finding]) -> dict[str, int]:
    result: dict[str, int] = {}
    for f in found:
        aspect = ASPECTS.get(f.rule, f.rule)
        result[aspect] = max(result.get(aspect, 0), int(f.severity))
    return result


def changed(world: World, told: list[tuple[str, ...]], said: dict[str, dict[str, object]]) -> World:
    merged = {**world["said"]}
    for name, more in said.items():
        merged[name] = {**merged.get(name, {}), **more}
    return {**world, "told": [*world["told"], *told], "said": merged}


RESTRICTIONS = ("prohibit", "none", "revoke the right", "revoke the source", "expire", "condition")


def restricted(world: World, what: str, source: str, purpose: str) -> World | None:
    """The world with one restriction more; None where there is nothing to restrict."""
    grants = sorted(n for n in world["said"] if n.startswith(f"g{source[1:]}"))
    if what == "none":
        new = f"g9{source}"
        return changed(
            world,
            [(source, "COVERED_BY", new)],
            {new: {"grant_kind": "none", "none_of": "agreement", "purposes": []}},
        )
    if what == "revoke the source":
        return changed(world, [("r", "REVOKES", source)], {"r": {"cause": "takedown"}})
    if not grants:
        return None
    grant = grants[0]
    if what == "revoke the right":
        return changed(world, [("r", "REVOKES", grant)], {"r": {"cause": "withdrawal"}})
    more: dict[str, dict[str, object]] = {
        "prohibit": {"prohibited_purposes": [purpose]},
        "expire": {"valid_to": "2020"},
        "condition": {"conditions": ["non-commercial", "no-onward-transfer"]},
    }
    return changed(world, [], {grant: more[what]})


@settings(max_examples=100)
@given(
    worlds(),
    st.sampled_from(RESTRICTIONS),
    st.sampled_from(["s0", "s1", "s2"]),
    st.sampled_from(PURPOSES),
)
def test_adding_a_restriction_never_removes_a_finding(
    world: World, what: str, source: str, purpose: str
) -> None:
    assume(source in world["sources"])
    after = restricted(world, what, source, purpose)
    assume(after is not None)
    assert after is not None
    assert prints(findings(world)) <= prints(findings(after))


@settings(max_examples=60)
@given(worlds(), st.sampled_from(["s0", "s1", "s2"]), st.sampled_from(["FacialPrint", "ChildData"]))
def test_a_graver_category_may_move_a_finding_up_and_never_makes_it_less(
    world: World, source: str, category: str
) -> None:
    assume(source in world["sources"])
    assume("data_categories" in world["said"][source])  # else it is no longer unknown
    stated = [*world["said"][source]["data_categories"], category]
    after = changed(world, [], {source: {"data_categories": stated}})
    before = aspects(findings(world))
    now = aspects(findings(after))
    assert all(now.get(aspect, 0) >= severity for aspect, severity in before.items())


UNKNOWNS = ("an input of the model", "an input of the data", "the use", "the check", "the licence")


def less_known(world: World, what: str, source: str) -> World | None:
    """The world with one thing more that nobody knows; None where that would change nothing."""
    if what == "an input of the model":
        return changed(world, [("m", "TRAINED_ON", "d9")], {})
    if what == "an input of the data":
        return changed(world, [(f"d{source[1:]}", "DERIVED_FROM", "d9")], {})
    if what == "the use":
        return changed(world, [], {"x": {"in_use_to": UNKNOWN, "users": UNKNOWN}})
    if what == "the check":
        grants = [n for n in world["said"] if n.startswith("g")]
        return changed(world, [], {g: {"verification": UNKNOWN} for g in grants})
    if "licence" in world["said"][source]:
        return None
    return changed(world, [], {source: {"licence": UNKNOWN}})


@settings(max_examples=100)
@given(worlds(), st.sampled_from(UNKNOWNS), st.sampled_from(["s0", "s1", "s2"]))
def test_adding_an_unknown_never_makes_an_answer_cleaner(
    world: World, what: str, source: str
) -> None:
    assume(source in world["sources"])
    after = less_known(world, what, source)
    assume(after is not None)
    assert after is not None
    assert prints(findings(world)) <= prints(findings(after))


@settings(max_examples=60)
@given(worlds(), st.sampled_from(["s0", "s1", "s2"]))
def test_to_unsay_what_allowed_something_never_makes_an_answer_cleaner(
    world: World, source: str
) -> None:
    """What was allowed and is no longer known to be: the licence, the categories, a right."""
    assume(source in world["sources"])
    for name in ("licence", "data_categories"):
        value = world["said"][source].get(name)
        if value in (None, UNKNOWN) or value not in ("MIT", "CC-BY-4.0", ["NonPersonal"]):
            continue
        if any(n.startswith(f"g{source[1:]}") for n in world["said"]):
            continue  # then another right may still cover it
        after = changed(world, [], {source: {name: UNKNOWN}})
        before, now = aspects(findings(world)), aspects(findings(after))
        assert all(now.get(aspect, 0) >= severity for aspect, severity in before.items())


@settings(max_examples=80)
@given(worlds())
def test_every_path_exists_and_every_document_says_so(world: World) -> None:
    graph = graph_of(world)
    stated = {(e.subject, e.relation, e.object, e.document, e.line) for e in graph.edges}
    for f in findings(world):
        assert all(
            (e.subject, e.relation, e.object, e.document, e.line) in stated
            for e in (*f.path, *f.because)
        )
        assert all(document in graph.documents for document in f.documents)
        at = f.subject
        up = f.path and f.path[0].subject == at
        for edge in f.path:
            near, far = (edge.subject, edge.object) if up else (edge.object, edge.subject)
            assert near == at
            at = far
        assert at == f.place


@settings(max_examples=80)
@given(worlds())
def test_only_a_verified_right_in_force_is_ever_called_a_permission(world: World) -> None:
    graph = graph_of(world)
    for row in sources(rights(graph, [], DAY)):
        for word in (row.right, row.consent, *row.uses.values()):
            if word == PERMITTED:
                assert any(g.verification == "verified" and g.gives for g in row.grants)
            if word == CLAIMED:
                assert any(g.gives for g in row.grants)


@settings(max_examples=60)
@given(worlds())
def test_what_is_revoked_is_found_in_all_that_falls_with_it(world: World) -> None:
    """The blast radius of a withdrawn source and the finding that it was withdrawn agree."""
    after = changed(world, [("r", "REVOKES", "s0")], {"r": {"cause": "takedown"}})
    graph = graph_of(after)
    source = graph.number["test://world/s0"]
    falls = {a.number for a in impact(graph, [source], Policy()).affected}
    for number in range(len(graph)):
        node: NodeRow = graph.nodes[number]
        if not graph.is_artifact[number] or number == source:
            continue
        found = {f.rule for f in rights(graph, [number], DAY).findings}
        assert ("right-revoked" in found) == (number in falls), node.id
