"""Risk: an order that can be explained, in words, and never a bare number.

What is held comes first, then how well its right is checked, then how many services may be
using it, then how far it reaches: category × verification × exposure × reach.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lineage.vocabulary import SPECIAL_CATEGORIES, UNKNOWN

_BIOMETRIC = frozenset({"FacialPrint", "Biometric"})
CATEGORIES = (
    "children's data",
    "biometric data",
    "special category",
    "category unknown",
    "personal data",
    "no personal data",
)
"""What is held, the riskiest first. What nobody has named may be anything but the first three."""

VERIFICATIONS = ("none", "refused", "unknown", "claimed", "verified")
"""How the right is checked, the riskiest first."""


@dataclass(frozen=True, slots=True)
class Risk:
    """The risk of one thing: where it stands in the order, and the words that explain it."""

    order: tuple[int, int, int, int]
    words: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The words as one line."""
        return " · ".join(self.words)


def risk_of(
    categories: Iterable[str],
    made: Iterable[str],
    verification: str,
    reach: int,
    in_use: int,
) -> Risk:
    """The risk of a thing.

    Args:
        categories: the categories of data that it holds.
        made: those that were made from it: face templates from photographs.
        verification: how its right is checked: a word of :data:`VERIFICATIONS`.
        reach: how many models and services stand on it.
        in_use: how many of these services may be in use.
    """
    alone = _category(frozenset(categories))
    held = min(alone, _category(frozenset(made)) if frozenset(made) else alone)
    checked = VERIFICATIONS.index(verification) if verification in VERIFICATIONS else 2
    rights = {
        "none": "no right",
        "refused": "right refused",
        "unknown": "right unknown",
        "claimed": "right claimed, not checked",
        "verified": "right verified",
    }
    words = (
        CATEGORIES[held] + (" is made from it" if held < alone else ""),
        rights[VERIFICATIONS[checked]],
        f"{in_use:,} service{'' if in_use == 1 else 's'} may be using it",
        f"{reach:,} model{'' if reach == 1 else 's'} and services stand on it",
    )
    return Risk((held, checked, -in_use, -reach), words)


def _category(categories: frozenset[str]) -> int:
    if "ChildData" in categories:
        return 0
    if categories & _BIOMETRIC:
        return 1
    if categories & SPECIAL_CATEGORIES:
        return 2
    if UNKNOWN in categories or not categories:
        return 3
    return 5 if categories == {"NonPersonal"} else 4
