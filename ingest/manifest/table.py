"""What a manifest may say, as data: sections, their keys, and the relations of each kind.

The reader, the JSON Schema and the tests of the documentation are derived from these tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.manifest.fields import (
    ANY,
    ARTIFACT,
    CONTENT,
    LEGAL_RECORD,
    LICENCE,
    Field,
    Takes,
    mattering,
)
from lineage.governance import CONDITIONS, CONSENT_STATUS
from lineage.vocabulary import (
    GRANT_KINDS,
    PARTY_ROLES,
    REVOCATION_CAUSES,
    Kind,
    Relation,
    Verification,
)

VERSION = "1"
"""The version of the manifest's format, the value of its key ``lineage``."""


@dataclass(frozen=True, slots=True)
class Section:
    """A list of the manifest: items of one kind.

    Attributes:
        key: the key of the list.
        kind: the kind of its items.
        scheme: the scheme of their namespace: ``lineage`` in ``lineage://acme``.
        says: what the list is for, in one sentence.
        fields: the keys that become properties.
        relations: the keys that become relationships.
        located: whether ``location`` names places where the bytes of an item are.
    """

    key: str
    kind: Kind
    scheme: str
    says: str
    fields: tuple[Field, ...]
    relations: Mapping[str, Relation]
    located: bool = False

    def field(self, key: str) -> Field | None:
        """The field of that key."""
        return next((field for field in self.fields if field.key == key), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that an item of this section may have."""
        fixed = ("id", "is", "properties", *(("location",) if self.located else ()))
        return (*fixed, *(field.key for field in self.fields), *self.relations)


def _roles(*relations: Relation) -> Mapping[str, Relation]:
    return {relation.role: relation for relation in relations}


_HELD = (Relation.PROVIDED_BY, Relation.COVERED_BY)

SECTIONS: tuple[Section, ...] = (
    Section(
        "parties",
        Kind.PARTY,
        "party",
        "Organisations and people.",
        (
            *ANY,
            Field("role", Takes.TERMS, "What the party is in this story.", PARTY_ROLES),
            Field("contact", Takes.TEXT, "How to reach it."),
            Field("jurisdiction", Takes.TEXTS, "Whose law it is under."),
            Field("interest_in", Takes.TEXTS, "In whom it holds an interest: as investor, owner."),
        ),
        {},
    ),
    Section(
        "sources",
        Kind.SOURCE,
        "lineage",
        "Where data came from.",
        (
            *mattering(CONTENT, "records", "data_categories"),
            Field("collected_from", Takes.TEXTS, "From whom, or from where, it was collected."),
            Field("collected_on", Takes.DATE, "When it was collected.", matters=True),
            Field("received_on", Takes.DATE, "When it was received.", matters=True),
            Field("received_by", Takes.PARTY, "Who received it."),
            Field("channel", Takes.TEXT, "How it was handed over: an API, a disk, an e-mail."),
        ),
        _roles(Relation.DERIVED_FROM, Relation.SUBSET_OF, Relation.MIRROR_OF, *_HELD),
        located=True,
    ),
    Section(
        "datasets",
        Kind.DATASET,
        "lineage",
        "Bodies of data, derived or not.",
        (
            *CONTENT,
            LICENCE,
            Field("synthetic", Takes.TRUTH, "Whether a model made it."),
            Field("held_by", Takes.PARTY, "Who holds it."),
        ),
        _roles(
            Relation.DERIVED_FROM,
            Relation.SUBSET_OF,
            Relation.MIRROR_OF,
            Relation.GENERATED_BY,
            Relation.TOKENIZED_WITH,
            Relation.BUNDLES,
            *_HELD,
        ),
        located=True,
    ),
    Section(
        "models",
        Kind.MODEL,
        "lineage",
        "Weights, adapters, embedding indexes.",
        (
            *CONTENT,
            LICENCE,
            Field("capabilities", Takes.TEXTS, "What it can do: biometric identification, say."),
            Field("count", Takes.COUNT, "How many models stand behind this one name."),
            Field("made_on", Takes.DATE, "When it was trained or made."),
            Field("commercial", Takes.TRUTH, "Whether it is used in trade."),
            Field("held_by", Takes.PARTY, "Who holds it."),
        ),
        _roles(
            Relation.TRAINED_ON,
            Relation.FINE_TUNED_FROM,
            Relation.ADAPTER_OF,
            Relation.MERGED_FROM,
            Relation.QUANTIZED_FROM,
            Relation.DISTILLED_FROM,
            Relation.CALIBRATED_ON,
            Relation.REWARDED_BY,
            Relation.INITIALISED_FROM,
            Relation.DERIVED_FROM,
            Relation.TOKENIZED_WITH,
            Relation.EVALUATED_ON,
            Relation.MIRROR_OF,
            Relation.BUNDLES,
            *_HELD,
        ),
        located=True,
    ),
    Section(
        "copies",
        Kind.COPY,
        "lineage",
        "Places where bytes also are.",
        (
            *ARTIFACT,
            Field(
                "kind",
                Takes.TEXT,
                "Backup, cache, checkpoint, mirror, hub push.",
                stored="copy_kind",
            ),
            Field("retention", Takes.TEXT, "How long it is kept."),
            Field("held_by", Takes.PARTY, "Who holds it."),
            Field("received_on", Takes.DATE, "When its holder received it."),
            Field("channel", Takes.TEXT, "How it was handed over: an API, a disk, an e-mail."),
        ),
        {"of": Relation.COPY_OF, **_roles(*_HELD)},
        located=True,
    ),
    Section(
        "deployments",
        Kind.DEPLOYMENT,
        "lineage",
        "Services and products in use.",
        (
            *ARTIFACT,
            Field("in_use_from", Takes.DATE, "Since when it is in use.", matters=True),
            Field("in_use_to", Takes.DATE, "Until when it was in use.", matters=True),
            Field("purpose", Takes.TEXTS, "What it is used for.", matters=True),
            Field("users", Takes.TEXTS, "Who uses it, or is subject to it.", matters=True),
            Field("operated_by", Takes.PARTY, "Who operates it."),
            Field("endpoint", Takes.TEXT, "Where it is served."),
            Field("commercial", Takes.TRUTH, "Whether it is offered or used in trade."),
            Field("jurisdictions", Takes.TEXTS, "Where its users, or those subject to it, are."),
            LEGAL_RECORD,
            Field(
                "licence", Takes.TEXT, "The licence of the product, by SPDX id where it has one."
            ),
        ),
        _roles(Relation.DEPLOYS, Relation.COVERED_BY),
    ),
    Section(
        "grants",
        Kind.GRANT,
        "grant",
        "Rights by which data is held.",
        (
            *ANY,
            Field(
                "kind",
                Takes.TERM,
                "What right it is; none is known to be none.",
                GRANT_KINDS,
                stored="grant_kind",
                matters=True,
            ),
            Field(
                "none_of",
                Takes.TERM,
                "Of a right that is none: which one there would have had to be.",
                {kind: GRANT_KINDS[kind] for kind in ("agreement", "licence", "consent")},
            ),
            Field("purposes", Takes.TEXTS, "What it allows (DPV).", matters=True),
            Field("prohibited_purposes", Takes.TEXTS, "What it forbids (DPV)."),
            Field("legal_basis", Takes.TEXT, "The legal basis (DPV).", matters=True),
            Field(
                "consent_status",
                Takes.TERM,
                "What became of the consent (DPV).",
                {
                    term: "valid for processing" if valid else "not valid for processing"
                    for term, valid in CONSENT_STATUS.items()
                },
            ),
            Field("licence", Takes.TEXT, "The licence, by SPDX id where it has one."),
            Field("conditions", Takes.TERMS, "What it asks for.", CONDITIONS),
            Field("valid_from", Takes.DATE, "From when it holds."),
            Field("valid_to", Takes.DATE, "Until when it holds."),
            Field(
                "verification",
                Takes.TERM,
                "Whether somebody checked it.",
                {v.value: "" for v in Verification if v is not Verification.UNKNOWN},
                matters=True,
            ),
            Field("verified_by", Takes.TEXT, "Who checked it, or refused it."),
            Field("verified_on", Takes.DATE, "When it was checked."),
            Field("verified_what", Takes.TEXT, "What was checked: the text, the signature."),
            Field("retain_until", Takes.DATE, "Until when what it covers may be kept."),
            Field(
                "onward_transfer",
                Takes.TERM,
                "Whether what it covers may be passed on to others.",
                {"permitted": "it may", "forbidden": "it may not"},
            ),
            LEGAL_RECORD,
            Field("text_at", Takes.TEXT, "Where its text is kept: a path, an address."),
            Field("text_digest", Takes.TEXT, "The digest of its text, as sha256:HEX."),
            Field("scope", Takes.TEXT, "Which part of the data it covers."),
        ),
        _roles(Relation.GRANTED_BY, Relation.GRANTED_TO, Relation.SUPERSEDES),
    ),
    Section(
        "revocations",
        Kind.REVOCATION,
        "revocation",
        "What ended a right.",
        (
            *ANY,
            Field("cause", Takes.TERM, "Why it ended.", REVOCATION_CAUSES),
            Field("issued_by", Takes.PARTY, "Who said so."),
            Field("received_on", Takes.DATE, "When it was received."),
            Field("deadline", Takes.DATE, "By when it must be carried out."),
            Field("scope", Takes.TEXT, "Which part it concerns; the whole where it does not say."),
        ),
        _roles(Relation.REVOKES),
    ),
    Section(
        "decisions",
        Kind.DECISION,
        "decision",
        "What somebody decided is not carried on, and why.",
        (
            *ANY,
            Field(
                "removes",
                Takes.TEXTS,
                "What is not carried on: categories of data, conditions, purposes.",
            ),
            Field(
                "only_from", Takes.THINGS, "The inputs that it is about; all where none is named."
            ),
            Field("reason", Takes.TEXT, "Why. A decision without a reason is not applied."),
            Field("decided_by", Takes.TEXT, "Who decided."),
            Field("decided_on", Takes.DATE, "When it was decided."),
            Field("until", Takes.DATE, "Until when it holds."),
        ),
        {"about": Relation.DECIDES},
    ),
)
"""The sections, in the order in which a manifest reads best."""

PERIODS = (
    ("in_use_from", "in_use_to"),
    ("valid_from", "valid_to"),
    ("valid_from", "retain_until"),
    ("decided_on", "until"),
)
"""Pairs of dates of which the second must not be before the first."""

TOP_KEYS = ("lineage", "namespace", *(section.key for section in SECTIONS), "aliases")
"""The keys of a manifest."""
