"""What a licence asks for: SPDX ids and expressions, the hub's own names, and plain words.

A string that SPDX does not know is kept as stated and marked; nothing of it is read as a
permission. Which conditions an id carries follows from the id itself, as SPDX spells it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from lineage.vocabulary import UNKNOWN

if TYPE_CHECKING:
    from license_expression import LicenseExpression, Licensing

Conditions = frozenset[str]
"""Terms of :data:`lineage.governance.CONDITIONS`."""

_NONE: Conditions = frozenset()

_BY_ID: tuple[tuple[re.Pattern[str], Conditions], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), frozenset(conditions.split()))
    for pattern, conditions in (
        (r"cc0-.*|unlicense|pddl-.*|wtfpl|0bsd|mit-0|cc-pddc|blessing", ""),
        (r"cc-by-nc-nd-.*", "attribution non-commercial no-derivatives"),
        (r"cc-by-nc-sa-.*", "attribution non-commercial share-alike"),
        (r"cc-by-nc-.*", "attribution non-commercial"),
        (r"cc-by-nd-.*", "attribution no-derivatives"),
        (r"cc-by-sa-.*|odbl-.*", "attribution share-alike"),
        (r"cc-by-.*|odc-by-.*|cdla-permissive-.*|etalab-.*|ogl-.*", "attribution"),
        (r"c-uda-.*|cdla-sharing-.*", "attribution share-alike"),
        (r"(a|l)?gpl-.*|eupl-.*|osl-.*|mpl-.*|epl-.*|gfdl-.*|cddl-.*", "attribution share-alike"),
        (r"polyform-noncommercial-.*|prosperity-.*|hippocratic-.*", "non-commercial"),
    )
)
_OTHERWISE: Conditions = frozenset({"attribution"})
"""What an id of SPDX asks for that none of these patterns knows: notices are kept."""

_HUB: tuple[tuple[re.Pattern[str], Conditions], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), frozenset(conditions.split()))
    for pattern, conditions in (
        (r"creativeml-openrail-m|.*openrail.*|bigscience-.*rail.*|bigcode-.*", "use-restricted"),
        (r"llama[\d.-]*|gemma|deepfloyd-if-license|open-mdw|fair-noncommercial-.*",
         "use-restricted"),
        (r"apple-amlr|apple-ascl|intel-research|h-research|fair-noncommercial-.*",
         "research-only non-commercial"),
        (r"cc-by-nc(-sa|-nd)?", "attribution non-commercial"),
        (r"cc-by(-sa|-nd)?|cc", "attribution"),
        (r"gpl|lgpl|agpl", "attribution share-alike"),
        (r"bsd|afl|pddl|cc0", "attribution"),
    )
)  # fmt: skip
"""Names that the Hugging Face hub and others give to licences, outside SPDX."""

_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"non[\s_-]?commercial|prohibit\w* commercial|no commercial|not for commercial",
                re.I), "non-commercial"),
    (re.compile(r"research[\s_-](purposes[\s_-])?only|only for (academic )?research|"
                r"(academic|research) (use|purposes?)( only)?|research-only", re.I),
     "research-only"),
    (re.compile(r"no[\s_-]?deriv", re.I), "no-derivatives"),
    (re.compile(r"share[\s_-]?alike|copyleft", re.I), "share-alike"),
)  # fmt: skip
_NO_RIGHT = re.compile(
    r"none|proprietary|all rights reserved|unlicensed|closed|confidential|no licen[cs]e.*", re.I
)
_UNTOLD = re.compile(
    r"unknown|unspecified|undefined|others?|various|mixed|n/?a|not specified|"
    r"not applicable|more information needed|",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as read.

    Attributes:
        stated: the string as it stands.
        spdx: its SPDX expression, in SPDX's own spelling; None where SPDX does not know it.
        conditions: what it asks for, as far as it was understood.
        known: whether a licence is stated at all: “other” and “unknown” say nothing.
        gives: whether it gives others a right; “proprietary” and “none” do not.
    """

    stated: str
    spdx: str | None
    conditions: Conditions
    known: bool = True
    gives: bool = True


@cache
def read_licence(stated: str) -> Licence:
    """What a licence string says."""
    text = " ".join(stated.split())
    if text == UNKNOWN or _UNTOLD.fullmatch(text):
        return Licence(stated, None, frozenset({"unread"}), known=False, gives=False)
    if _NO_RIGHT.fullmatch(text):
        return Licence(stated, None, _NONE, gives=False)
    spdx = _spdx(text)
    if spdx is not None:
        return Licence(stated, *spdx)
    named = next((found for pattern, found in _HUB if pattern.fullmatch(text)), None)
    worded = frozenset(term for pattern, term in _WORDS if pattern.search(text))
    inside = re.fullmatch(r"([\w.+-]+)\s*\([^()]*\)", text)
    if inside and not worded and _spdx(inside[1]):
        return Licence(stated, None, read_licence(inside[1]).conditions)
    conditions = (named or _NONE) | worded
    return Licence(stated, None, conditions if conditions else frozenset({"unread"}))


def read_licences(stated: Iterable[str]) -> list[Licence]:
    """Each of several licences that all apply, each once."""
    return [read_licence(text) for text in dict.fromkeys(stated)]


def conditions_of(identifier: str) -> Conditions:
    """What a licence of this SPDX id asks for."""
    return next((found for pattern, found in _BY_ID if pattern.fullmatch(identifier)), _OTHERWISE)


@cache
def _licensing() -> Licensing:
    """SPDX's list, read once it is needed: it takes a twentieth of a second."""
    from license_expression import get_spdx_licensing

    return get_spdx_licensing()


def _spdx(text: str) -> tuple[str, Conditions] | None:
    """The expression in SPDX's spelling and its conditions; None where SPDX does not know it."""
    from license_expression import ExpressionError, ExpressionParseError

    try:
        parsed = _licensing().parse(text, validate=True)
    except (ExpressionError, ExpressionParseError, TypeError, ValueError):
        return None
    return (str(parsed), _of_expression(parsed)) if parsed is not None else None


def _of_expression(parsed: LicenseExpression) -> Conditions:
    """Of alternatives what all of them ask for, of a sum what any of its parts asks for."""
    parts = [_of_expression(part) for part in parsed.args]
    if not parts:
        return conditions_of(getattr(parsed, "license_symbol", parsed).key)
    if parsed.operator.strip() == "OR":
        return frozenset.intersection(*parts)
    return frozenset.union(*parts)
