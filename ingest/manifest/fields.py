"""The keys that become properties: what each takes, and the groups that several kinds share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from lineage.governance import LEGAL_RECORDS
from lineage.vocabulary import DATA_CATEGORIES


class Takes(StrEnum):
    """What a key takes. Each also takes ``UNKNOWN``."""

    TEXT = "a text"
    TEXTS = "a text or a list of texts"
    DATE = "a date (YYYY, YYYY-MM or YYYY-MM-DD)"
    COUNT = "a whole number"
    TRUTH = "true or false"
    TERM = "one term of a list"
    TERMS = "one or several terms of a list"
    PARTY = "a party: its id in this manifest, or its full id"
    THINGS = "things: their ids in this manifest, or their full ids"


@dataclass(frozen=True, slots=True)
class Field:
    """A key that becomes a property.

    Attributes:
        key: the key in the manifest.
        takes: what it takes.
        says: what it means, in one sentence.
        terms: the terms to choose from, each with its meaning.
        stored: the property's name, where it is not the key.
        matters: whether it is stored as UNKNOWN where the manifest does not say.
    """

    key: str
    takes: Takes
    says: str
    terms: Mapping[str, str] | None = None
    stored: str = ""
    matters: bool = False

    @property
    def property(self) -> str:
        """The name of the property in the graph."""
        return self.stored or self.key


_FACT_STATUS = {
    "primary": "read in the original: an order, a contract, a filing, the code",
    "press": "only news reports say so",
    "unverified": "could not be checked against its text",
}

ANY = (
    Field(
        "name",
        Takes.TEXT,
        "The name for people; the id stays the name in the graph.",
        stored="display_name",
    ),
    Field("note", Takes.TEXT, "Anything a reader should know."),
    Field("evidence", Takes.TEXTS, "Where it can be checked: addresses, file names, contracts."),
    Field("fact_status", Takes.TERM, "How well the facts are established.", _FACT_STATUS),
    Field("fictional", Takes.TRUTH, "True for an example that is made up."),
)
"""What every item may say."""

ARTIFACT = (
    *ANY,
    Field("also_called", Takes.TEXTS, "Other names, too general to join anything by."),
    Field("status", Takes.TEXT, "What became of it: in use, withdrawn, deleted."),
    Field("deleted_on", Takes.DATE, "When it was deleted."),
    Field("deletion_certified_on", Takes.DATE, "When its deletion was certified to somebody."),
)
"""What every artifact may say."""

LEGAL_RECORD = Field(
    "legal_records",
    Takes.TERMS,
    "Records that a law asks for and that there are: a written release, an impact assessment.",
    LEGAL_RECORDS,
)
"""Of whatever a law asks for a record of."""

CONTENT = (
    *ARTIFACT,
    Field("digest", Takes.TEXT, "The digest of its bytes, as sha256:HEX."),
    Field("data_categories", Takes.TERMS, "Categories of personal data (DPV).", DATA_CATEGORIES),
    Field("special_category", Takes.TRUTH, "Whether it holds data of GDPR art. 9."),
    Field("jurisdictions", Takes.TEXTS, "Where the people concerned are, or the data is held."),
    Field("records", Takes.COUNT, "How many records it has."),
    Field("records_note", Takes.TEXT, "How that number is to be read: about, at least."),
    LEGAL_RECORD,
)
"""What sources, data sets and models may say of their content."""


def mattering(fields: tuple[Field, ...], *keys: str) -> tuple[Field, ...]:
    """The fields, of which those with these keys matter."""
    return tuple(replace(field, matters=field.key in keys) for field in fields)


LICENCE = Field("licence", Takes.TEXT, "Its licence, by SPDX id where it has one.", matters=True)
"""Of data sets and models."""
