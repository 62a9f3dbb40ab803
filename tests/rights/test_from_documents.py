"""Rights as cards and records state them: claimed, audited, or not said at all."""

from __future__ import annotations

from datetime import date

import pytest

from lineage.rights import rights
from lineage.rights.sources import Source, sources
from worlds import world

DAY = date(2026, 1, 1)


def row(**said: object) -> Source:
    """The row of a data set of which documents say this, with a model trained on it."""
    said.setdefault("data_categories", ["NonPersonal"])
    graph = world(("m", "TRAINED_ON", "d"), properties={"d": said})
    return next(s for s in sources(rights(graph, [], DAY)) if s.name == "d")


@pytest.mark.parametrize(
    ("said", "right", "use"),
    [
        ({}, "unknown", "unknown"),
        ({"licence": "UNKNOWN"}, "unknown", "unknown"),
        ({"licence": "other"}, "unknown", "unknown"),
        ({"licence": "MIT"}, "claimed", "claimed"),
        ({"licence": "MIT", "licence_verified_by": "An auditor"}, "permitted", "permitted"),
        ({"licence": "The Acme Licence"}, "claimed", "unknown"),
        ({"licence": "MIT", "prohibited_uses": ["ModelTraining"]}, "claimed", "prohibited"),
        ({"permitted_uses": ["ImproveHealthcare"]}, "claimed", "not permitted"),
        ({"permitted_uses": ["dance"]}, "claimed", "not permitted"),
    ],
)
def test_a_stated_licence_is_claimed_and_an_audited_one_is_verified(
    said: dict[str, object], right: str, use: str
) -> None:
    found = row(**said)
    assert (found.right, found.uses["ModelTraining"]) == (right, use)


def test_a_consent_of_which_only_the_place_is_known_allows_nothing_yet() -> None:
    found = row(data_categories=["Picture"], consent_documents=["https://a.example/consent"])
    assert (found.consent, found.verification) == ("claimed", "claimed")
    assert found.uses["ModelTraining"] == "unknown", "for which purposes is not said"
    assert {"purpose-unknown", "right-unverified"} <= {f.rule for f in found.findings}


def test_where_a_record_says_it_was_collected_the_people_are() -> None:
    graph = world(
        ("m", "TRAINED_ON", "d"),
        properties={
            "d": {"data_categories": ["Picture"], "collected_in": ["FR"]},
            "m": {"capabilities": ["face recognition"]},
        },
    )
    found = {f.rule for f in rights(graph, [graph.number["test://world/m"]], DAY).findings}
    assert "gdpr-biometric" in found
    assert "biometric-law-open" not in found, "it is known where they are"


def test_what_a_bill_of_materials_calls_sensitive_is_personal_of_an_unknown_kind() -> None:
    graph = world(
        ("d2", "DERIVED_FROM", "d"),
        properties={
            "d": {"data_categories": ["NonPersonal"], "licence": "MIT"},
            "d2": {"sensitive_personal_information": "yes"},
        },
    )
    found = rights(graph, [graph.number["test://world/d2"]], DAY).findings
    assert ("categories-unknown", "d2") in {(f.rule, f.name) for f in found}
