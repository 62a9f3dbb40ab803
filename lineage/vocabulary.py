"""The words of the project, each defined once.

Kinds, relations and evidence classes are closed lists: the graph schema, the documentation
and the legend of the page are derived from them. Terms for purposes, legal bases and
categories of data are those of the W3C Data Privacy Vocabulary (DPV 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

UNKNOWN = "UNKNOWN"
"""The value of a governance property that nobody has established. Never read as "none"."""


class Kind(StrEnum):
    """What a node is. The value is its label in the graph."""

    SOURCE = "Source"
    DATASET = "Dataset"
    MODEL = "Model"
    COPY = "Copy"
    DEPLOYMENT = "Deployment"
    RUN = "Run"
    PARTY = "Party"
    GRANT = "Grant"
    REVOCATION = "Revocation"
    DOCUMENT = "Document"
    DECISION = "Decision"


KINDS: Mapping[Kind, str] = {
    Kind.SOURCE: "where data came from: an export, feed, crawl, upload stream or purchase",
    Kind.DATASET: "a body of data, derived or not",
    Kind.MODEL: "weights: base, fine-tune, adapter, merge, quantisation or embedding index",
    Kind.COPY: "a place where an artifact's bytes also are: checkpoint, cache, backup, hub push",
    Kind.DEPLOYMENT: "a service or product in which a model is in use",
    Kind.RUN: "one training, evaluation or processing job (prov:Activity)",
    Kind.PARTY: "an organisation or person: provider, controller, processor, recipient",
    Kind.GRANT: "the right by which data is held: agreement, licence, consent, legal basis",
    Kind.REVOCATION: "an order, withdrawal, complaint or expiry that ends a right",
    Kind.DOCUMENT: "one file that asserts facts",
    Kind.DECISION: "a recorded decision that something is not carried on, with its reason",
}

ARTIFACT_KINDS = frozenset(
    {Kind.SOURCE, Kind.DATASET, Kind.MODEL, Kind.COPY, Kind.DEPLOYMENT, Kind.RUN}
)
"""The kinds that lineage passes through; each node of them is also an ``Artifact``."""

KIND_PRECEDENCE: tuple[Kind, ...] = (
    Kind.COPY,
    Kind.DEPLOYMENT,
    Kind.RUN,
    Kind.SOURCE,
    Kind.MODEL,
    Kind.DATASET,
    Kind.PARTY,
    Kind.GRANT,
    Kind.REVOCATION,
    Kind.DOCUMENT,
    Kind.DECISION,
)
"""Which kind a node has when documents disagree: the most specific statement first.

A path that one config writes (a copy of its model) and another reads (as a model) is a copy.
"""


class Transmits(StrEnum):
    """What a relationship passes on from the thing it points at to the thing that points."""

    CONTAMINATES = "contaminates"
    EXPOSES = "exposes"
    INFORMS = "informs"
    IDENTIFIES = "identifies"
    NOTHING = "nothing"


TRANSMITS: Mapping[Transmits, str] = {
    Transmits.CONTAMINATES: "the weights or the records carry it: delete, purge or retrain",
    Transmits.EXPOSES: "a deployment serves it: withdraw from service",
    Transmits.INFORMS: "a claim about it rests on it: the artifact stays, the claim is redone",
    Transmits.IDENTIFIES: "the same thing under another name",
    Transmits.NOTHING: "says who, by what right, or that two are distinct; passes nothing on",
}


CARRIES = (Transmits.CONTAMINATES, Transmits.EXPOSES, Transmits.IDENTIFIES)
"""What the blast radius spreads by. ``informs`` goes one step further, and no more."""


class Relation(StrEnum):
    """A relationship type. It points from the derived thing to what it came from."""

    DERIVED_FROM = "DERIVED_FROM"
    SUBSET_OF = "SUBSET_OF"
    MIRROR_OF = "MIRROR_OF"
    COPY_OF = "COPY_OF"
    SAME_AS = "SAME_AS"
    TRAINED_ON = "TRAINED_ON"
    FINE_TUNED_FROM = "FINE_TUNED_FROM"
    ADAPTER_OF = "ADAPTER_OF"
    MERGED_FROM = "MERGED_FROM"
    QUANTIZED_FROM = "QUANTIZED_FROM"
    DISTILLED_FROM = "DISTILLED_FROM"
    CALIBRATED_ON = "CALIBRATED_ON"
    REWARDED_BY = "REWARDED_BY"
    GENERATED_BY = "GENERATED_BY"
    INITIALISED_FROM = "INITIALISED_FROM"
    TOKENIZED_WITH = "TOKENIZED_WITH"
    EVALUATED_ON = "EVALUATED_ON"
    BUNDLES = "BUNDLES"
    DEPLOYS = "DEPLOYS"
    PROVIDED_BY = "PROVIDED_BY"
    COVERED_BY = "COVERED_BY"
    GRANTED_BY = "GRANTED_BY"
    REVOKES = "REVOKES"
    DISTINCT_FROM = "DISTINCT_FROM"
    HELD_BY = "HELD_BY"
    GRANTED_TO = "GRANTED_TO"
    SUPERSEDES = "SUPERSEDES"
    DECIDES = "DECIDES"

    @property
    def role(self) -> str:
        """The relation as a role of an input, in lower case: ``trained_on``."""
        return self.value.lower()


@dataclass(frozen=True, slots=True)
class RelationTerm:
    """What a relation means and what it transmits under the default policy."""

    transmits: Transmits
    definition: str


_C, _E, _I, _S, _N = (
    Transmits.CONTAMINATES,
    Transmits.EXPOSES,
    Transmits.INFORMS,
    Transmits.IDENTIFIES,
    Transmits.NOTHING,
)

RELATIONS: Mapping[Relation, RelationTerm] = {
    Relation.DERIVED_FROM: RelationTerm(_C, "data made from other data (prov:wasDerivedFrom)"),
    Relation.SUBSET_OF: RelationTerm(_C, "a part of other data: a split, filter or sample"),
    Relation.MIRROR_OF: RelationTerm(_S, "the same content published elsewhere"),
    Relation.COPY_OF: RelationTerm(_C, "a place where the bytes also are"),
    Relation.SAME_AS: RelationTerm(_S, "another name of the same thing; stated both ways"),
    Relation.TRAINED_ON: RelationTerm(_C, "weights fitted to the data"),
    Relation.FINE_TUNED_FROM: RelationTerm(_C, "training continued from these weights"),
    Relation.ADAPTER_OF: RelationTerm(_C, "adapter weights (LoRA and the like) for a base model"),
    Relation.MERGED_FROM: RelationTerm(_C, "weights combined from these weights"),
    Relation.QUANTIZED_FROM: RelationTerm(_C, "the same weights in fewer bits"),
    Relation.DISTILLED_FROM: RelationTerm(_C, "a student trained on this teacher's outputs"),
    Relation.CALIBRATED_ON: RelationTerm(_C, "quantisation or pruning tuned on the data"),
    Relation.REWARDED_BY: RelationTerm(_C, "optimised against this reward model or judge"),
    Relation.GENERATED_BY: RelationTerm(_C, "data made by a model: synthetic, pseudo-labels"),
    Relation.INITIALISED_FROM: RelationTerm(_C, "some layers or vectors start from these weights"),
    Relation.TOKENIZED_WITH: RelationTerm(_I, "text was cut by this tokenizer"),
    Relation.EVALUATED_ON: RelationTerm(_I, "a metric was measured on the data"),
    Relation.BUNDLES: RelationTerm(_C, "a package or pipeline that contains it"),
    Relation.DEPLOYS: RelationTerm(_E, "a service or product in which the model is in use"),
    Relation.PROVIDED_BY: RelationTerm(_N, "the party it was received from"),
    Relation.COVERED_BY: RelationTerm(_N, "the right by which it is held"),
    Relation.GRANTED_BY: RelationTerm(_N, "the party that gave the right"),
    Relation.REVOKES: RelationTerm(_N, "the right or source that the revocation ends"),
    Relation.DISTINCT_FROM: RelationTerm(_N, "somebody decided that the two are not the same"),
    Relation.HELD_BY: RelationTerm(_N, "the party that holds it or a copy of it"),
    Relation.GRANTED_TO: RelationTerm(_N, "the party to which the right was given"),
    Relation.SUPERSEDES: RelationTerm(_N, "the earlier version of the right that it replaces"),
    Relation.DECIDES: RelationTerm(_N, "what a recorded decision is about"),
}


class Evidence(StrEnum):
    """How an assertion is known."""

    DECLARED = "declared"
    INHERITED = "inherited"
    DEFAULT = "default"
    INFERRED = "inferred"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class EvidenceTerm:
    """Whether an evidence class proves an assertion, and what it means."""

    proves: bool
    definition: str


EVIDENCE: Mapping[Evidence, EvidenceTerm] = {
    Evidence.DECLARED: EvidenceTerm(True, "the document says so at this place"),
    Evidence.INHERITED: EvidenceTerm(True, "a document that this one includes says so"),
    Evidence.DEFAULT: EvidenceTerm(True, "the named component's documented default says so"),
    Evidence.INFERRED: EvidenceTerm(False, "we concluded it from names, paths or digests"),
    Evidence.COMMENT: EvidenceTerm(False, "prose or a comment says so; it may be stale"),
}


class Verification(StrEnum):
    """What is known of a grant (each a different thing)."""

    VERIFIED = "verified"
    CLAIMED = "claimed"
    UNKNOWN = "unknown"
    REFUSED = "refused"


GRANT_KINDS: Mapping[str, str] = {
    "agreement": "a contract between the parties",
    "licence": "a public licence, by its SPDX id where it has one",
    "consent": "the consent of the people concerned, by a notice",
    "legal-basis": "another legal basis (contract, legal obligation, legitimate interest …)",
    "statutory": "an exception in a statute",
    "none": "known to be none: nobody ever gave a right",
}

PARTY_ROLES: Mapping[str, str] = {
    "provider": "gave the data",
    "controller": "decides why and how personal data is processed",
    "processor": "processes personal data on a controller's behalf",
    "recipient": "received the data or a copy of it",
    "broker": "passes data of others on",
    "regulator": "supervises, investigates, orders",
    "developer": "built the model",
    "deployer": "puts the model to use",
    "data-subject-group": "the people the data is about",
}

REVOCATION_CAUSES: Mapping[str, str] = {
    "withdrawal": "consent withdrawn by the people concerned (GDPR art. 7(3))",
    "expiry": "the right ended with its term",
    "breach": "a condition of the right was broken",
    "order": "an authority ordered deletion or destruction",
    "licence-change": "the licence was changed or withdrawn",
    "takedown": "the publisher withdrew the data",
    "complaint": "a person or body asked for erasure (GDPR art. 17)",
}

DATA_CATEGORIES: Mapping[str, str] = {
    "Picture": "photographs of people (pd:Picture)",
    "FacialPrint": "face templates and embeddings (pd:FacialPrint)",
    "Biometric": "biometric data (pd:Biometric)",
    "Voice": "recordings of voices (pd:VoiceCommunicationRecording)",
    "Location": "where people were (pd:Location)",
    "Demographic": "age, gender, origin and the like (pd:Demographic)",
    "Identifier": "names, account names, document numbers (pd:Identifying)",
    "Contact": "addresses, telephone numbers, e-mail (pd:Contact)",
    "Health": "health data (pd:Health)",
    "SexualOrientation": "sex life and orientation (pd:Sexual)",
    "Ethnicity": "ethnic origin (pd:EthnicOrigin)",
    "Communication": "messages and posts (pd:Communication)",
    "Behavioural": "what people did (pd:Behavioral)",
    "ChildData": "data about children",
    "NonPersonal": "no personal data (dpv:NonPersonalData)",
    UNKNOWN: "nobody has said",
}

SPECIAL_CATEGORIES = frozenset(
    {"FacialPrint", "Biometric", "Health", "SexualOrientation", "Ethnicity"}
)
"""Categories that GDPR art. 9 treats as special."""
