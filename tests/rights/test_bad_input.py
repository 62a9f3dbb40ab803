"""What cannot be, or is not known: one message each, with its place and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.base import Document, Folder, watched
from ingest.manifest import INGESTOR
from lineage.errors import InputError
from lineage.identity import Scope
from lineage.records import Extract
from lineage.rights.rules import rules_of


def manifest(text: str, tmp_path: Path) -> Extract:
    scope = Scope("acme/ml", "lineage.yaml")
    return INGESTOR.read(Document(scope, text.encode(), watched(Folder(tmp_path))))


HEAD = "lineage: 1\nnamespace: acme\n"

MISTAKES = {
    "contradictory purposes": (
        "grants:\n  - id: g\n    kind: consent\n    purposes: [CommercialResearch]\n"
        "    prohibited_purposes: [ResearchAndDevelopment]\n",
        7,
        "allows CommercialResearch and forbids ResearchAndDevelopment, which takes it in. The "
        "prohibition counts. Correct one of them.",
    ),
    "a purpose outside of the vocabulary": (
        "grants:\n  - id: g\n    kind: consent\n    purposes: [Comercial Reserch]\n",
        6,
        "“Comercial Reserch” is no purpose of the vocabulary. Did you mean “CommercialResearch”? "
        "It is kept as stated, and allows nothing.",
    ),
    "a licence that SPDX does not know": (
        "datasets:\n  - id: d\n    licence: The Acme Licence\n",
        5,
        "SPDX knows no licence “The Acme Licence”. It is kept as stated, and read as no "
        "permission. Write its SPDX id, or say under “grants” what it allows.",
    ),
    "a legal basis that is none": (
        "grants:\n  - id: g\n    kind: legal-basis\n    legal_basis: Because\n",
        6,
        "“Because” is no legal basis of the vocabulary.",
    ),
    "dates in the wrong order": (
        "grants:\n  - id: g\n    kind: licence\n    valid_from: 2020-05\n    valid_to: 2019\n",
        7,
        "“valid_to” (2019) is before “valid_from” (2020-05). Both count as UNKNOWN until one is "
        "corrected.",
    ),
    "a decision without a reason": (
        "datasets: [{id: d}]\ndecisions:\n  - id: k\n    about: d\n    removes: [Picture]\n",
        5,
        "A decision without a “reason” is not applied. Say why.",
    ),
    "a decision on nothing that there is": (
        "datasets: [{id: d}]\ndecisions:\n  - id: k\n    about: d\n    removes: [Faces]\n"
        "    reason: they are gone\n",
        7,
        "“Faces” is no category of data, condition or purpose; nothing is removed.",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_one_clear_message_with_its_place_and_what_to_do(case: str, tmp_path: Path) -> None:
    text, line, message = MISTAKES[case]
    (skipped,) = manifest(HEAD + text, tmp_path).skipped
    assert skipped.line == line
    assert message in skipped.reason


def test_it_is_kept_as_stated_all_the_same(tmp_path: Path) -> None:
    extract = manifest(
        f"{HEAD}grants: [{{id: g, kind: consent, purposes: [Love], licence: Odd One}}]\n", tmp_path
    )
    said = dict(extract.statements[0].properties)
    assert (said["purposes"], said["licence"]) == (("Love",), "Odd One")


def test_reversed_dates_count_as_unknown_and_not_as_no_dates(tmp_path: Path) -> None:
    extract = manifest(
        f"{HEAD}grants: [{{id: g, kind: licence, valid_from: 2020, valid_to: 2019}}]\n", tmp_path
    )
    said = dict(extract.statements[0].properties)
    assert (said["valid_from"], said["valid_to"]) == ("UNKNOWN", "UNKNOWN")


RULES = {
    "an unknown rule": (
        '[rule.right-expird]\nseverity = "low"\n',
        1,
        "there is no rule “right-expird”. Did you mean “right-expired”?",
    ),
    "an unknown rule that is switched off": (
        '[[switched_off]]\nrule = "no-rights"\nreason = "x"\nuntil = "2027-01-01"\n',
        2,
        "there is no rule “no-rights”. Did you mean “no-right”?",
    ),
    "switched off without a reason": (
        '[[switched_off]]\nrule = "no-right"\nuntil = "2027-01-01"\n',
        1,
        "“no-right” is switched off without a reason",
    ),
    "switched off without an end": (
        '[[switched_off]]\nrule = "no-right"\nreason = "x"\n',
        1,
        "“no-right” is switched off without an end: until = 2027-01-31",
    ),
    "an unknown severity": (
        '[rule.no-right]\nseverity = "grave"\n',
        2,
        "there is no severity “grave”. There are: low, medium, high, critical.",
    ),
    "an unknown check": (
        '[rule.mine]\ncheck = "no-rigth"\nwhat = "a"\nsettles = "b"\n',
        2,
        "there is no check “no-rigth”. Did you mean “no-right”?",
    ),
    "an unknown fact": (
        '[rule.mine]\nhas = ["category:Voices"]\nwhat = "a"\nsettles = "b"\n',
        2,
        "there is no category “Voices”. Did you mean “Voice”?",
    ),
    "an unknown relationship": (
        '[carry.category]\nalong = ["TRAIND_ON"]\n',
        2,
        "there is no relationship “TRAIND_ON”. Did you mean “TRAINED_ON”?",
    ),
    "an unknown key": (
        '[rule.no-right]\nseverty = "low"\n',
        2,
        "there is no key of the rule “no-right” “severty”. Did you mean “severity”?",
    ),
    "no TOML": ("[rule\n", 1, "not valid TOML"),
}


@pytest.mark.parametrize("case", RULES)
def test_a_mistake_in_a_file_of_rules_is_told_with_its_line(case: str, tmp_path: Path) -> None:
    text, line, message = RULES[case]
    file = tmp_path / "rules.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError) as raised:
        rules_of(file)
    assert raised.value.location == f"{file}:{line}"
    assert message in raised.value.message


def test_a_file_of_rules_that_is_not_there_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the rules cannot be read"):
        rules_of(tmp_path / "none.toml")
