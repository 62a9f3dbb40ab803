"""What the stated properties of an artifact give reason to worry about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lineage.records import Value
from lineage.vocabulary import SPECIAL_CATEGORIES, UNKNOWN


@dataclass(frozen=True, slots=True)
class Concern:
    """The risks of an artifact, and the names of its properties that nobody has established."""

    risks: frozenset[str]
    unknowns: frozenset[str]


def concern_of(properties: Mapping[str, Value]) -> Concern:
    """What the properties of an artifact give reason to worry about."""
    stated = {
        *_texts(properties.get("data_categories")),
        *_texts(properties.get("special_category")),
    }
    risks = {
        "biometric" if c in {"FacialPrint", "Biometric"} else "special category"
        for c in stated
        if c in SPECIAL_CATEGORIES
    }
    if "ChildData" in stated:
        risks.add("children")
    if any("biometric" in c.casefold() for c in _texts(properties.get("capabilities"))):
        risks.add("biometric")
    unknowns = (name for name, value in properties.items() if value == UNKNOWN)
    return Concern(frozenset(risks), frozenset(unknowns))


def _texts(value: Value | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (str(value),)
