"""Rights as they stand on a day, in their versions; licences, laws, and rules of one's own."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lineage.governance import broader, contradictions, nearest_purpose, permits, purpose_of
from lineage.graph import Graph
from lineage.licences import read_licence
from lineage.rights import Rights, Rules, rights, rules_of
from lineage.rights.grants import Grant, Standing
from lineage.rights.risk import risk_of
from lineage.rights.sources import permission, sources
from lineage.rights.worklist import worklist
from lineage.vocabulary import UNKNOWN
from worlds import Told, world

DAY = date(2026, 1, 1)
PHOTOS = {"data_categories": ["Picture"], "jurisdictions": ["FR"]}
CONSENT = {
    "grant_kind": "consent",
    "legal_basis": "Consent",
    "purposes": ["ModelTraining"],
    "verification": "verified",
}


def judged(
    told: list[Told],
    said: dict[str, dict[str, object]],
    about: str = "m",
    at: date = DAY,
    rules: Rules | None = None,
) -> Rights:
    graph: Graph = world(*told, properties=said)
    return rights(graph, [graph.number[f"test://world/{about}"]], at, rules)


def found(answer: Rights) -> set[tuple[str, str]]:
    return {(f.rule, f.name) for f in answer.findings}


TRAINED: list[Told] = [("m", "TRAINED_ON", "s"), ("s", "COVERED_BY", "g")]


def with_grant(**more: object) -> Rights:
    return judged(TRAINED, {"s": PHOTOS, "g": {**CONSENT, **more}})


def test_a_verified_consent_to_the_use_leaves_nothing_to_find() -> None:
    assert with_grant().findings == ()


CASES = {
    "right-unverified": {"verification": "claimed"},
    "right-refused": {"verification": "refused"},
    "right-expired": {"valid_to": "2025"},
    "purpose-outside": {"purposes": ["ServicePersonalisation"]},
    "purpose-unknown": {"purposes": UNKNOWN},
    "retention-over": {"retain_until": "2025-06"},
    "rights-contradict": {"prohibited_purposes": ["DataMining"]},
}


@pytest.mark.parametrize("rule", CASES)
def test_each_defect_of_a_right_is_found_by_its_rule(rule: str) -> None:
    assert rule in {r for r, _ in found(with_grant(**CASES[rule]))}


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        ({}, Standing.IN_FORCE),
        ({"valid_to": "2026"}, Standing.IN_FORCE),
        ({"valid_to": "2026-01"}, Standing.IN_FORCE),
        ({"valid_to": "2025-12-31"}, Standing.EXPIRED),
        ({"valid_from": "2026-01-02"}, Standing.NOT_YET),
        ({"valid_from": "2026"}, Standing.IN_FORCE),
        ({"valid_to": UNKNOWN}, Standing.UNKNOWN),
        ({"verification": "refused"}, Standing.REFUSED),
        ({"consent_status": "ConsentWithdrawn"}, Standing.REVOKED),
        ({"consent_status": "ConsentUnknown"}, Standing.UNKNOWN),
        ({"kind": "none"}, Standing.NONE),
        ({"replaced_by": ((1, "2025"),)}, Standing.SUPERSEDED),
        ({"replaced_by": ((1, "2027"),)}, Standing.IN_FORCE),
    ],
)
def test_how_a_right_stands_on_a_day(said: dict[str, Any], standing: Standing) -> None:
    grant = Grant(0, 0, "g", **{"kind": "agreement", **said})
    assert grant.standing(DAY) is standing


def test_a_use_that_another_right_still_covers_is_not_hit_by_the_end_of_the_first() -> None:
    told: list[Told] = [*TRAINED, ("s", "COVERED_BY", "g2"), ("r", "REVOKES", "g")]
    said = {"s": PHOTOS, "g": CONSENT, "r": {"cause": "expiry"}}
    assert found(judged(told, {**said, "g2": CONSENT})) == set()
    narrow = {**CONSENT, "purposes": ["Marketing"]}
    assert ("right-revoked", "s") in found(judged(told, {**said, "g2": narrow}))
    ordered = {**said, "g2": CONSENT, "r": {"cause": "order"}}
    assert ("right-revoked", "s") in found(judged(told, ordered)), "an order is not outweighed"


def test_a_licence_that_changed_after_the_training_is_judged_as_then_and_as_now() -> None:
    told: list[Told] = [*TRAINED, ("s", "COVERED_BY", "g2"), ("g2", "SUPERSEDES", "g")]
    said: dict[str, dict[str, object]] = {
        "s": {"data_categories": ["NonPersonal"]},
        "m": {"made_on": "2023-05", "commercial": True},
        "g": {"grant_kind": "licence", "licence": "MIT", "verification": "verified"},
        "g2": {
            "grant_kind": "licence",
            "licence": "CC-BY-NC-4.0",
            "verification": "verified",
            "valid_from": "2024-01-01",
        },
    }
    now = judged(told, said)
    (changed,) = [f for f in now.findings if f.rule == "right-changed"]
    assert changed.what == (
        "When “m” was trained (2023-05), “s” was held by the licence “g”; now “g2” holds."
    )
    then = judged(told, said, at=date(2023, 5, 31))
    assert "right-changed" not in {r for r, _ in found(then)}


def test_of_an_ended_right_it_is_said_how_it_stood_at_the_training() -> None:
    said = {"s": PHOTOS, "g": {**CONSENT, "valid_to": "2025"}, "m": {"made_on": "2024-07"}}
    (expired,) = [f for f in judged(TRAINED, said).findings if f.rule == "right-expired"]
    assert expired.what.endswith("when “m” was trained (2024-07) it was in force.")
    unknown = {**said, "m": {}}
    (open_,) = [f for f in judged(TRAINED, unknown).findings if f.rule == "right-expired"]
    assert open_.what.endswith("how it stood when it was used for training is not known.")


def test_none_and_unknown_and_nothing_recorded_are_three_things() -> None:
    def what(**said: object) -> str:
        answer = judged(TRAINED, {"s": {}, "g": said})
        return next(f.what for f in answer.findings if f.rule == "no-right")

    assert "known to be no right" in what(grant_kind="none", none_of="agreement")
    assert "nobody knows the kind" in what(grant_kind=UNKNOWN)
    bare = judged([("m", "TRAINED_ON", "s")], {"s": {}})
    assert "No right to “s” is known" in next(f.what for f in bare.findings if f.rule == "no-right")


def test_who_else_holds_a_copy_must_be_allowed_to() -> None:
    told: list[Told] = [
        ("m", "TRAINED_ON", "s"),
        ("s", "COVERED_BY", "g"),
        ("s", "HELD_BY", "p1"),
        ("c", "COPY_OF", "s"),
        ("c", "HELD_BY", "p2"),
    ]
    said = {"s": PHOTOS, "g": CONSENT}
    (passed,) = judged(told, said, "c").findings
    assert (passed.rule, passed.name, passed.certainty) == ("onward-transfer", "c", "unknown")
    allowed = {"s": PHOTOS, "g": {**CONSENT, "onward_transfer": "permitted"}}
    assert judged(told, allowed, "c").findings == ()
    banned = {"s": PHOTOS, "g": {**CONSENT, "conditions": ["no-onward-transfer"]}}
    (sure,) = judged(told, banned, "c").findings
    assert sure.certainty == "proven"


def test_biometric_laws_ask_for_their_records_where_the_people_are() -> None:
    def laws(places: list[str], **more: object) -> set[str]:
        said = {
            "s": {"data_categories": ["Picture"], "jurisdictions": places},
            "g": {**CONSENT, "legal_basis": "ExplicitConsent",
                  "purposes": ["ModelTraining", "BiometricIdentification"], **more},
            "m": {"capabilities": ["face recognition"]},
        }  # fmt: skip
        return {r for r, _ in found(judged(TRAINED, said))}

    assert "bipa" in laws(["Illinois"])
    assert "bipa" not in laws(["US-TX"])
    assert "cubi" in laws(["US-TX"])
    assert {"gdpr-biometric", "ai-act-biometric"} <= laws(["France"])
    assert "biometric-law-open" in laws(["US"]), "which state is not known"
    assert "biometric-law-open" in laws([])
    assert laws(["JP"]) == set()


def test_childrens_data_needs_a_parent() -> None:
    children = {"data_categories": ["ChildData", "Picture"], "jurisdictions": ["FR"]}
    rule = ("child-data", "s")
    assert rule in found(judged(TRAINED, {"s": children, "g": CONSENT}))
    parents = {**CONSENT, "legal_basis": "ParentalConsent"}
    assert rule not in found(judged(TRAINED, {"s": children, "g": parents}))


OWN = """\
name = "ours"
[rule.no-voices-in-marketing]
severity = "critical"
has = ["category:Voice", "jurisdiction:FR"]
unless = ["capability:biometric"]
what = "voices from France"
settles = "another source"
[rule.no-right]
severity = "low"
raise = {}
[[switched_off]]
rule = "no-consent"
reason = "in review"
until = "2026-06-30"
artifact = "test://world/s"
"""


def test_a_users_rule_is_found_where_its_facts_first_meet(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(OWN, "utf-8")
    rules = rules_of(path)
    said = {"s": {"data_categories": ["Voice"], "jurisdictions": ["FR"]}}
    told: list[Told] = [("d", "DERIVED_FROM", "s"), ("m", "TRAINED_ON", "d")]
    answer = judged(told, said, rules=rules)
    assert ("no-voices-in-marketing", "s") in found(answer)
    assert ("no-voices-in-marketing", "d") not in found(answer)
    assert answer.rules == "ours"
    assert {f.rule: f.severity.word for f in answer.findings}["no-right"] == "low"
    ((off, by),) = answer.silenced
    assert (off.rule, by.reason, by.place) == ("no-consent", "in review", f"{path}:11")
    later = judged(told, said, rules=rules, at=date(2026, 7, 1))
    assert ("no-consent", "s") in found(later)


def test_every_rule_says_what_it_is_and_how_well_its_law_was_checked() -> None:
    from lineage.rights.checks import CHECKS

    for rule in rules_of(None).rules.values():
        assert rule.what
        assert rule.settles
        assert rule.check in CHECKS or rule.check == "not-understood"
        assert not rule.verified, "none of these texts was at hand"


def test_purposes_form_a_hierarchy() -> None:
    assert permits(["ResearchAndDevelopment"], "CommercialResearch")
    assert not permits(["CommercialResearch"], "ResearchAndDevelopment")
    assert not permits(["nonsense"], "ModelTraining")
    assert broader("PersonalisedAdvertising") >= {"Advertising", "Marketing", "Personalisation"}
    assert purpose_of("dpv:Identity-verification") == "IdentityVerification"
    assert purpose_of("train-ai") == purpose_of("train_ai_system") == "ModelTraining"
    assert nearest_purpose("biometric identifcation") == "BiometricIdentification"
    assert contradictions(["ModelFineTuning"], ["ModelTraining"])
    assert not contradictions(["ModelTraining"], ["ModelFineTuning"]), "a part may be forbidden"


@pytest.mark.parametrize(
    ("stated", "spdx", "conditions"),
    [
        ("mit", "MIT", {"attribution"}),
        ("cc-by-nc-sa-4.0", "CC-BY-NC-SA-4.0", {"attribution", "non-commercial", "share-alike"}),
        ("MIT OR CC-BY-NC-4.0", "MIT OR CC-BY-NC-4.0", {"attribution"}),
        ("MIT AND CC-BY-NC-4.0", "MIT AND CC-BY-NC-4.0", {"attribution", "non-commercial"}),
        ("CC0-1.0", "CC0-1.0", set()),
        ("non-commercial research only", None, {"non-commercial", "research-only"}),
        ("openrail", None, {"use-restricted"}),
        ("The Acme Licence", None, {"unread"}),
    ],
)
def test_what_a_licence_asks_for(stated: str, spdx: str | None, conditions: set[str]) -> None:
    licence = read_licence(stated)
    assert (licence.spdx, set(licence.conditions)) == (spdx, conditions)
    assert licence.known
    assert licence.gives


@pytest.mark.parametrize("stated", ["unknown", "other", "UNKNOWN", "Unspecified", ""])
def test_a_licence_that_is_not_told_gives_nothing(stated: str) -> None:
    assert not read_licence(stated).known
    assert not read_licence(stated).gives


def test_a_licence_that_spdx_does_not_know_is_no_permission() -> None:
    grant = Grant(
        None, 0, "l", "licence", conditions=frozenset({"unread"}), verification="verified"
    )
    assert permission([grant], "ModelTraining", DAY, ["NonPersonal"]) == UNKNOWN.lower()


def test_the_order_of_risk_can_be_told_in_words() -> None:
    def order(*categories: str, made: tuple[str, ...] = (), check: str = "verified") -> Any:
        return risk_of(categories, made, check, 1, 1).order

    assert order("ChildData") < order("FacialPrint") < order("Health") < order(UNKNOWN)
    assert order(UNKNOWN) < order("Picture") < order("NonPersonal")
    assert order("Picture", made=("FacialPrint",)) < order("Health")
    assert order("Picture", check="none") < order("Picture", check="claimed")
    assert risk_of(["Picture"], ["FacialPrint"], "none", 2, 1).sentence == (
        "biometric data is made from it · no right · 1 service may be using it · "
        "2 models and services stand on it"
    )


def test_the_worklist_asks_first_for_what_settles_most_and_says_whom() -> None:
    told: list[Told] = [
        ("m", "TRAINED_ON", "s"),
        ("m", "TRAINED_ON", "s2"),
        ("x", "DEPLOYS", "m"),
        ("s", "PROVIDED_BY", "p"),
    ]
    said = {
        "s": {"data_categories": ["FacialPrint"], "jurisdictions": ["FR"]},
        "s2": {"data_categories": ["NonPersonal"]},
        "p": {"contact": "privacy@p.example"},
    }
    rows = worklist(judged(told, said))
    assert (rows[0].name, rows[0].severity.word, rows[0].in_use) == ("s", "critical", 1)
    assert rows[0].ask == ("p <privacy@p.example>",)
    assert [r.name for r in rows].index("s") < [r.name for r in rows].index("s2")
    (nobody,) = [r for r in rows if r.name == "s2" and r.fact == "licence"]
    assert nobody.ask == ("the author of config.yml (repo)",)


def test_in_the_matrix_only_uses_that_are_made_of_a_source_are_judged() -> None:
    said = {"s": PHOTOS, "g": CONSENT, "x": {"purpose": ["marketing"]}}
    told: list[Told] = [*TRAINED, ("x", "DEPLOYS", "m"), ("m2", "TRAINED_ON", "s2")]
    graph = world(*told, properties=said)
    rows = {r.name: r for r in sources(rights(graph, [], DAY))}
    assert rows["s"].uses == {"ModelTraining": "permitted", "Marketing": "not permitted"}
    assert rows["s2"].uses == {"ModelTraining": "unknown"}


def test_the_file_of_rules_in_the_documentation_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/rules.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "rules.toml"
    path.write_text(example, "utf-8")
    rules = rules_of(path)
    assert {"no-voices-in-marketing", "washington", "no-right"} <= rules.rules.keys()
    assert rules.rules["no-voices-in-marketing"].verified
    said = {
        "s": {"data_categories": ["Picture"], "jurisdictions": ["Washington"]},
        "m": {"capabilities": ["face recognition"]},
    }
    answer = judged([("m", "TRAINED_ON", "s")], said, rules=rules)
    assert ("washington", "m") in found(answer)
