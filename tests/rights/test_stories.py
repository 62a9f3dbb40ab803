"""What a careful lawyer would list. The words come first; the findings must say the same."""

from __future__ import annotations

import re

from lineage.rights import rights
from rights.stories import TODAY, answer, demo, one, told

PHOTOS = "Photographs and profile data of OkCupid users"
SET = "The recipient's data set"
MODELS = "Face recognition models trained on it"
IN_USE = "Whatever these models were used in"

THE_LAWYERS_LIST = """
1. There was no agreement on the transfer: nothing gave the recipient a right to the photographs.
2. The people in the photographs gave no consent, neither to the training of models nor to
   being identified by their faces, and there is no other legal basis.
3. Face templates were made of their faces: biometric data, without a basis of art. 9(2).
4. In what the models were used, by whom, for what and for how long is not known.
5. Where the people were is not known, so that neither the biometric laws of Illinois and Texas
   nor those of the EU can be ruled out.
6. Whether profile data revealed a special category (on a dating site!) is not known.
"""


def test_the_okcupid_story_yields_exactly_what_a_careful_lawyer_would_list() -> None:
    found = answer(demo(), "lineage://okcupid/clarifai-face-models")
    assert told(found) == {
        ("no-right", PHOTOS),
        ("no-consent", PHOTOS),
        ("special-category", SET),
        ("use-unknown", IN_USE),
        ("biometric-law-open", MODELS),
        ("categories-unknown", PHOTOS),
    }
    assert len(found.findings) == len(re.findall(r"^\d\.", THE_LAWYERS_LIST, re.MULTILINE))


def test_each_says_why_and_what_is_known_is_told_from_what_is_not() -> None:
    found = answer(demo(), "lineage://okcupid/clarifai-face-models")
    agreement = one(found, "no-right")
    assert "No agreement on the transfer" in agreement.what
    assert (agreement.certainty, agreement.severity.word) == ("proven", "critical")
    consent = one(found, "no-consent")
    assert "gave no consent for biometric identification and model training" in consent.what
    assert consent.certainty == "proven"
    biometric = one(found, "special-category")
    assert "FacialPrint" in biometric.what
    assert biometric.severity.word == "critical"
    use = one(found, "use-unknown")
    assert use.what.endswith("not known: since when, until when, for what, by whom.")
    assert use.certainty == "unknown", "nobody knows: that is no proof"
    law = one(found, "biometric-law-open")
    assert all(name in law.what for name in ("BIPA", "CUBI", "GDPR art. 9", "AI Act"))


def test_the_chain_leads_from_the_model_to_the_photographs_document_by_document() -> None:
    found = answer(demo(), "lineage://okcupid/clarifai-face-models")
    steps = one(found, "no-right").path
    assert [(e.subject.rpartition("/")[2], e.object.rpartition("/")[2]) for e in steps] == [
        ("clarifai-face-models", "clarifai-okcupid-set"),
        ("clarifai-okcupid-set", "okcupid-user-photos"),
    ]
    assert all(e.document.endswith("lineage.yaml") and e.line for e in steps)
    (covered,) = one(found, "no-right").because
    assert covered.object == "grant://okcupid/no-agreement"


def test_the_mit_package_wraps_non_commercial_weights() -> None:
    found = answer(demo(), "deepface (PyPI package)")
    lost = one(found, "licence-lost")
    assert lost.name == "deepface (PyPI package)"
    assert "is under MIT" in lost.what
    assert "“insightface/buffalo_l”, which is under “non-commercial research only”" in lost.what
    assert lost.certainty == "proven"


def test_non_commercial_images_of_megaface_are_under_commercial_models() -> None:
    name = "Commercial face recognition that used MegaFace"
    conflict = one(answer(demo(), name), "licence-conflict")
    assert conflict.name == name
    assert "69% of images prohibit commercial use" in conflict.what
    assert conflict.certainty == "possible", "the page does not say which of them trained on it"


def test_ms_celeb_was_withdrawn_and_its_people_were_never_asked() -> None:
    found = answer(demo(), "lineage://face-recognition/arcface_torch/ms1mv2_r50")
    withdrawn = one(found, "right-revoked")
    assert withdrawn.name == "MS-Celeb-1M"
    assert "Microsoft withdrew MS-Celeb-1M" in withdrawn.what
    assert withdrawn.certainty == "proven"
    consent = one(found, "no-consent", "MS-Celeb-1M")
    assert "No consent was sought" in consent.what
    assert {("no-right", "web-image-search"), ("special-category", "MS-Celeb-1M")} <= told(found)


def test_a_name_that_only_suggests_ms_celeb_makes_the_finding_possible() -> None:
    found = answer(demo(), "lineage://face-recognition/arcface_torch/ms1mv3_r50")
    assert one(found, "right-revoked").certainty == "possible"


def test_what_was_passed_on_without_a_right_is_found_where_it_is_held() -> None:
    found = answer(demo(), "Photo verification")
    passed = one(found, "onward-transfer")
    assert passed.name == "The export, as Fictiva holds it"
    assert "was given to “Clarifai”" in passed.what
    hearsay = one(found, "right-unverified")
    assert "is claimed: nobody has checked it" in hearsay.what


def test_consent_to_one_thing_is_none_to_another() -> None:
    found = answer(demo(), "Match list")
    outside = one(found, "purpose-outside")
    assert (
        "used for model training, which is outside of what “Consent to personalised matches”"
        in (outside.what)
    )


def test_of_what_stands_on_checked_rights_alone_nothing_is_said_of_rights() -> None:
    found = answer(demo(), "Keywords for stock portraits")
    assert {rule for rule, _ in told(found)} <= {"use-unknown", "purpose-unknown"}


def test_nobody_who_was_not_asked_about_is_in_the_answer() -> None:
    ids = {f.place for f in answer(demo(), "Spam desk").findings}
    assert not any("okcupid" in id_ for id_ in ids)


def test_asked_of_everything_each_is_said_once_where_it_arises() -> None:
    found = rights(demo(), [], TODAY)
    assert [f.name for f in found.findings if f.rule == "right-revoked"] == ["MS-Celeb-1M"]
    prints = [f.fingerprint for f in found.findings]
    assert len(prints) == len(set(prints))
    special = {f.name for f in found.findings if f.rule == "special-category"}
    assert SET in special
    assert "MS1MV2" not in special, "it came from MS-Celeb-1M, where it is said already"
