"""The words of law and of consent, as data: purposes, legal bases, conditions, jurisdictions.

Purposes, consent status and legal bases are terms of the W3C Data Privacy Vocabulary (DPV 2 with
its extensions for AI and the GDPR); codes of other vocabularies (ODRL's AI profile, IETF AIPREF,
Fideslang) are read as the purpose that they name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose: the broader ones it belongs to, and what it means."""

    parents: tuple[str, ...]
    says: str


def _p(says: str, *parents: str) -> Purpose:
    return Purpose(parents, says)


PURPOSES: Mapping[str, Purpose] = {
    "ResearchAndDevelopment": _p("research, and the making of new products and methods"),
    "AcademicResearch": _p("research at a university or the like", "ResearchAndDevelopment"),
    "CommercialPurpose": _p("anything done in trade, or to be sold"),
    "NonCommercialPurpose": _p("anything done without a commercial aim"),
    "CommercialResearch": _p(
        "research by or for a company", "ResearchAndDevelopment", "CommercialPurpose"
    ),
    "NonCommercialResearch": _p(
        "research without a commercial aim", "ResearchAndDevelopment", "NonCommercialPurpose"
    ),
    "DataMining": _p("analysing data for patterns (ODRL data-mining)"),
    "ModelTraining": _p("fitting a model to data (ai:ModelTraining)", "DataMining"),
    "ModelFineTuning": _p("training a model further (ai:ModelFineTuning)", "ModelTraining"),
    "GenerativeModelTraining": _p("training a model that generates content", "ModelTraining"),
    "ModelEvaluation": _p("measuring a model on data", "DataMining"),
    "Indexing": _p("making data findable (ODRL index)", "DataMining"),
    "Search": _p("answering searches with it (AIPREF search)"),
    "BiometricIdentification": _p("telling who a person is by face, voice or gait"),
    "FaceRecognition": _p("telling who a person is by the face", "BiometricIdentification"),
    "EmotionRecognition": _p("inferring emotions from a face or voice"),
    "Verification": _p("verifying information about a person", "EnforceSecurity"),
    "IdentityVerification": _p("verifying who somebody is", "Verification"),
    "AgeVerification": _p("verifying how old somebody is", "Verification"),
    "EnforceSecurity": _p("security of data, people or premises"),
    "IdentityAuthentication": _p("letting in by identity", "EnforceSecurity"),
    "EnforceAccessControl": _p("controlling who gets in", "EnforceSecurity"),
    "MisusePreventionAndDetection": _p("preventing and finding abuse", "EnforceSecurity"),
    "FraudPreventionAndDetection": _p(
        "preventing and finding fraud", "MisusePreventionAndDetection"
    ),
    "ServiceProvision": _p("providing a service or product"),
    "RequestedServiceProvision": _p("providing what the person asked for", "ServiceProvision"),
    "ServiceOptimisation": _p("making a service better", "ServiceProvision"),
    "ImproveExistingProductsAndServices": _p(
        "improving what there is already", "ServiceOptimisation"
    ),
    "Personalisation": _p("adapting something to a person"),
    "ServicePersonalisation": _p(
        "adapting a service to a person", "ServiceProvision", "Personalisation"
    ),
    "ProvidePersonalisedRecommendations": _p("recommending to a person", "ServicePersonalisation"),
    "PersonalisedAdvertising": _p(
        "advertising adapted to a person", "Personalisation", "Advertising"
    ),
    "Marketing": _p("promoting, selling, distributing"),
    "Advertising": _p("calling attention to a product", "Marketing"),
    "DirectMarketing": _p("marketing addressed to the individual", "Marketing"),
    "SellProducts": _p("selling products or services", "ServiceProvision"),
    "SellDataToThirdParties": _p("selling data to others", "SellProducts"),
    "CommunicationManagement": _p("providing or managing communication"),
    "CustomerManagement": _p("managing past, present and future customers"),
    "CustomerCare": _p("helping customers", "CustomerManagement"),
    "CreditChecking": _p("assessing solvency", "CustomerManagement"),
    "HumanResourceManagement": _p("managing people at work"),
    "PersonnelHiring": _p("hiring people", "HumanResourceManagement"),
    "FulfilmentOfObligation": _p("carrying out an obligation"),
    "LegalCompliance": _p("carrying out a legal obligation", "FulfilmentOfObligation"),
    "PublicBenefit": _p("benefit to the public"),
    "ImproveHealthcare": _p("better health care", "PublicBenefit"),
    "ProtectionOfPublicSecurity": _p("public security", "PublicBenefit"),
    "LawEnforcement": _p("police and prosecution", "PublicBenefit"),
}
"""The purposes of use, by their DPV name, each with its broader purposes."""

TRAINING, BIOMETRIC, COMMERCIAL = "ModelTraining", "BiometricIdentification", "CommercialPurpose"

_SYNONYMS = {
    "aitraining": "ModelTraining",
    "trainai": "ModelTraining",
    "trainaisystem": "ModelTraining",
    "training": "ModelTraining",
    "genai": "GenerativeModelTraining",
    "traingenai": "GenerativeModelTraining",
    "finetuning": "ModelFineTuning",
    "tdm": "DataMining",
    "textanddatamining": "DataMining",
    "index": "Indexing",
    "research": "ResearchAndDevelopment",
    "commercial": "CommercialPurpose",
    "noncommercial": "NonCommercialPurpose",
    "biometricidentification": "BiometricIdentification",
    "facialrecognition": "FaceRecognition",
}
"""Codes and common words for a purpose, by their letters alone."""


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A legal basis: what it means, and whether it can carry special categories of data."""

    says: str
    special: bool = False


LEGAL_BASES: Mapping[str, LegalBasis] = {
    "Consent": LegalBasis("consent, GDPR art. 6(1)(a)"),
    "ExplicitConsent": LegalBasis("explicit consent, GDPR art. 9(2)(a)", special=True),
    "ParentalConsent": LegalBasis("consent by a parent, GDPR art. 8; COPPA"),
    "Contract": LegalBasis("a contract with the person, GDPR art. 6(1)(b)"),
    "LegalObligation": LegalBasis("a legal obligation, GDPR art. 6(1)(c)"),
    "VitalInterest": LegalBasis("vital interests, GDPR art. 6(1)(d)"),
    "PublicInterest": LegalBasis("a public task, GDPR art. 6(1)(e)"),
    "LegitimateInterest": LegalBasis("legitimate interests, GDPR art. 6(1)(f)"),
    "A9-2-b": LegalBasis("employment and social security law, GDPR art. 9(2)(b)", special=True),
    "A9-2-c": LegalBasis("vital interests, GDPR art. 9(2)(c)", special=True),
    "A9-2-d": LegalBasis("legitimate activities of a non-profit, GDPR art. 9(2)(d)", special=True),
    "A9-2-e": LegalBasis("made public by the person, GDPR art. 9(2)(e)", special=True),
    "A9-2-f": LegalBasis("legal claims, GDPR art. 9(2)(f)", special=True),
    "A9-2-g": LegalBasis("substantial public interest, GDPR art. 9(2)(g)", special=True),
    "A9-2-h": LegalBasis("medicine, GDPR art. 9(2)(h)", special=True),
    "A9-2-i": LegalBasis("public health, GDPR art. 9(2)(i)", special=True),
    "A9-2-j": LegalBasis("research in the public interest, GDPR art. 9(2)(j)", special=True),
    "WrittenRelease": LegalBasis("a written release, 740 ILCS 14/15(b)", special=True),
}
"""Legal bases by their DPV name, or that of its GDPR extension."""

CONSENT_STATUS: Mapping[str, bool] = {
    "ConsentGiven": True,
    "RenewedConsentGiven": True,
    "ConsentRequested": False,
    "ConsentRequestDeferred": False,
    "ConsentRefused": False,
    "ConsentWithdrawn": False,
    "ConsentRevoked": False,
    "ConsentExpired": False,
    "ConsentInvalidated": False,
    "ConsentUnknown": False,
}
"""DPV's consent status, and whether processing may rest on it. Unknown is not valid."""

CONDITIONS: Mapping[str, str] = {
    "attribution": "the source must be named, and its notices kept",
    "share-alike": "what is made from it must be passed on under the same terms",
    "non-commercial": "no commercial use",
    "no-derivatives": "nothing may be made from it",
    "research-only": "for research only",
    "use-restricted": "the licence lists uses that are forbidden (RAIL and the like)",
    "retention-limit": "it must be deleted after a time",
    "no-onward-transfer": "it must not be passed on to others",
    "unread": "terms that nobody has read: the licence is not known to SPDX",
}
"""The conditions that a right comes with."""

LEGAL_RECORDS: Mapping[str, str] = {
    "written-release": "a written release signed by the people (BIPA § 15(b)(3))",
    "notice": "a notice that informed the people before collection",
    "explicit-consent": "explicit consent of the people (GDPR art. 9(2)(a))",
    "retention-schedule": "a public schedule for retention and destruction (BIPA § 15(a))",
    "destruction-schedule": "destruction within a year after the purpose ended (CUBI (c)(3))",
    "dpia": "a data protection impact assessment (GDPR art. 35)",
    "technical-documentation": "technical documentation (EU AI Act art. 11, annex IV)",
    "risk-management": "a risk management system (EU AI Act art. 9)",
    "origin-of-data": "the origin of the data and its original purpose (EU AI Act art. 10(2)(b))",
}
"""Records that laws ask for; which law asks for which is data of the rules."""

_EU = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
JURISDICTIONS: Mapping[str, str] = {
    "EEA": "",
    "EU": "EEA",
    **dict.fromkeys(_EU, "EU"),
    "IS": "EEA",
    "LI": "EEA",
    "NO": "EEA",
    "GB": "",
    "CH": "",
    "US": "",
    "US-IL": "US",
    "US-TX": "US",
    "US-WA": "US",
    "US-CA": "US",
    "US-NY": "US",
    "CA": "",
    "BR": "",
    "IN": "",
    "CN": "",
    "JP": "",
    "AU": "",
}
"""Jurisdictions by ISO code, each with the one that contains it. Others stand for themselves."""

_JURISDICTION_NAMES = {
    "usa": "US",
    "unitedstates": "US",
    "unitedstatesofamerica": "US",
    "illinois": "US-IL",
    "texas": "US-TX",
    "washington": "US-WA",
    "california": "US-CA",
    "europeanunion": "EU",
    "uk": "GB",
    "unitedkingdom": "GB",
    "germany": "DE",
    "france": "FR",
    "ireland": "IE",
    "netherlands": "NL",
}


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.partition(":")[2].lower() or text.lower())


@cache
def _purposes_by_letters() -> Mapping[str, str]:
    return {**{_letters(name): name for name in PURPOSES}, **_SYNONYMS}


def purpose_of(text: str) -> str | None:
    """The purpose that a text names, however it is spelled; None for one outside the vocabulary."""
    return _purposes_by_letters().get(_letters(text))


def nearest_purpose(text: str) -> str:
    """The purpose whose name is most like a text."""
    known = _purposes_by_letters()
    near = difflib.get_close_matches(_letters(text), known, n=1, cutoff=0.0)
    return known[near[0]]


@cache
def broader(purpose: str) -> frozenset[str]:
    """A purpose and all that it belongs to."""
    parents = PURPOSES[purpose].parents if purpose in PURPOSES else ()
    return frozenset({purpose}).union(*(broader(p) for p in parents))


def permits(purposes: Iterable[str], use: str) -> bool:
    """Whether one of these purposes, as stated, takes in a use. What is no term permits nothing."""
    known = {p for text in purposes if (p := purpose_of(text))}
    return bool(known & broader(use))


def contradictions(permitted: Iterable[str], prohibited: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of a permitted and a prohibited purpose of which the prohibition takes in the first.

    To prohibit a part of what is permitted is no contradiction.
    """
    bans = list(prohibited)
    return [
        (allowed, ban)
        for allowed in permitted
        for ban in bans
        if (a := purpose_of(allowed)) and (b := purpose_of(ban)) and b in broader(a)
    ]


def legal_basis_of(text: str) -> str | None:
    """The legal basis that a text names, however it is spelled."""
    by_letters = {_letters(name): name for name in LEGAL_BASES}
    by_letters["explicitlyexpressedconsent"] = by_letters["a92a"] = "ExplicitConsent"
    return by_letters.get(_letters(text))


def jurisdiction_of(text: str) -> str:
    """The code of a jurisdiction that a text names; the text itself where it has none."""
    plain = text.strip().upper().replace("_", "-")
    if plain in JURISDICTIONS:
        return plain
    return _JURISDICTION_NAMES.get(_letters(text), text.strip())


def containing(jurisdiction: str) -> frozenset[str]:
    """A jurisdiction and those that contain it."""
    outer = JURISDICTIONS.get(jurisdiction, "")
    return frozenset({jurisdiction}) | (containing(outer) if outer else frozenset())


_BIOMETRIC = re.compile(
    r"biometric|(face|facial)[\s_-]?(recogni|identif|verif|match|embed|search|template)|"
    r"(speaker|voice|iris|gait|palm|fingerprint)[\s_-]?(recogni|identif|verif)|"
    r"person[\s_-]?re-?ident",
    re.IGNORECASE,
)
_EMOTION = re.compile(r"emotion|mood|sentiment of faces", re.IGNORECASE)


def capabilities_of(texts: Iterable[str]) -> frozenset[str]:
    """The capabilities that matter to law among those stated: ``biometric``, ``emotion``."""
    found = set()
    for text in texts:
        if _BIOMETRIC.search(text):
            found.add("biometric")
        if _EMOTION.search(text):
            found.add("emotion")
    return frozenset(found)
