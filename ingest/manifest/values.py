"""Checks of single values: each gives the property's value, or says what is wrong and why."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date

from ingest.manifest.fields import Field, Takes
from ingest.manifest.table import PERIODS
from ingest.reading import Map, Node, Scalar, Seq
from lineage.records import MAX_TEXT, Value
from lineage.vocabulary import UNKNOWN, Evidence

_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class UnfitError(Exception):
    """A value that a manifest cannot have at this place; the text says what to do."""

    def __init__(self, reason: str, node: Node):
        super().__init__(reason)
        self.reason = reason
        self.node = node


def suggestion(text: str, known: Iterable[str], otherwise: str = "") -> str:
    """“ Did you mean …?” for the nearest known word, or ``otherwise``."""
    by_fold = {word.casefold(): word for word in known}
    near = difflib.get_close_matches(text.casefold(), by_fold, n=1, cutoff=0.6)
    if near:
        return f" Did you mean “{by_fold[near[0]]}”?"
    return f" {otherwise}" if otherwise else ""


def is_unknown(node: Node) -> bool:
    """Whether a value is the word UNKNOWN, in any case."""
    return isinstance(node, Scalar) and node.text.upper() == UNKNOWN


def text_of(node: Node, key: str) -> str:
    """A text on one line.

    Raises:
        UnfitError: a list, a mapping, nothing, or what no store can hold.
    """
    if not isinstance(node, Scalar):
        raise UnfitError(f"“{key}” takes a text, not {_shape(node)}.", node)
    if not node:
        raise UnfitError(
            f"“{key}” is empty. Write UNKNOWN if nobody knows, or leave the key out.", node
        )
    text = " ".join(node.text.split())
    if len(text) > MAX_TEXT:
        raise UnfitError(f"“{key}” is longer than {MAX_TEXT:,} characters.", node)
    if _CONTROL.search(text):
        raise UnfitError(f"“{key}” has control characters.", node)
    return text


def value_of(field: Field, node: Node) -> Value:
    """The property's value; UNKNOWN stays UNKNOWN, an empty list says “known to be none”.

    Raises:
        UnfitError: it is not what the field takes.
    """
    if is_unknown(node):
        return UNKNOWN
    if field.takes in (Takes.TEXTS, Takes.TERMS, Takes.THINGS):
        return _several(field, node)
    return _single(field, node)


def evidence_of(node: Node) -> Evidence:
    """An evidence class; ``declared`` where the manifest does not say.

    Raises:
        UnfitError: there is no such class.
    """
    if not node:
        return Evidence.DECLARED
    return Evidence(_term(text_of(node, "evidence"), [e.value for e in Evidence], "evidence", node))


def share_of(node: Node) -> float | None:
    """A weight from 0 to 1, or None where the manifest does not say.

    Raises:
        UnfitError: no number, or out of range.
    """
    if not node:
        return None
    if node.number is None or not 0 <= node.number <= 1:
        raise UnfitError("“share” takes a number from 0 to 1; for 30 % write 0.3.", node)
    return node.number


def reversed_periods(values: Mapping[str, Value]) -> list[tuple[str, str, str]]:
    """Pairs of dates that run backwards: the two keys, and what is wrong with them."""
    reversed_pairs = []
    for start, end in PERIODS:
        first, last = str(values.get(start, UNKNOWN)), str(values.get(end, UNKNOWN))
        shared = min(len(first), len(last))
        if UNKNOWN not in (first, last) and last[:shared] < first[:shared]:
            reason = (
                f"“{end}” ({last}) is before “{start}” ({first}). Both count as UNKNOWN until"
                " one is corrected."
            )
            reversed_pairs.append((start, end, reason))
    return reversed_pairs


def _several(field: Field, node: Node) -> Value:
    if isinstance(node, Map):
        raise UnfitError(f"“{field.key}” takes {field.takes.value}, not a mapping.", node)
    if isinstance(node, Scalar) and not node:
        text_of(node, field.key)
    texts = []
    for element in node.elements():
        if is_unknown(element):
            raise UnfitError(
                f"UNKNOWN stands in the list of “{field.key}”. Write “{field.key}: UNKNOWN” if"
                " the list is not known, and leave it out of a list that is.",
                element,
            )
        text = text_of(element, field.key)
        if field.terms is not None:
            text = _term(text, field.terms, field.key, element)
        texts.append(text)
    return tuple(texts)


def _single(field: Field, node: Node) -> Value:
    text = text_of(node, field.key)
    if field.takes is Takes.DATE:
        return _date(text, field.key, node)
    if field.takes is Takes.COUNT:
        return _count(text, field.key, node)
    if field.takes is Takes.TRUTH:
        if not (node.is_true or node.is_false):
            raise UnfitError(f"“{field.key}” takes true, false or UNKNOWN, not “{text}”.", node)
        return node.is_true
    if field.terms is not None:
        return _term(text, field.terms, field.key, node)
    return text


def _term(text: str, terms: Iterable[str], key: str, node: Node) -> str:
    known = list(terms)
    if text not in known:
        raise UnfitError(
            f"“{key}” has no term “{text}”.{suggestion(text, known)} It takes: {', '.join(known)}.",
            node,
        )
    return text


def _date(text: str, key: str, node: Node) -> str:
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        raise UnfitError(
            f"“{key}” takes a date as YYYY, YYYY-MM or YYYY-MM-DD, or UNKNOWN; “{text}” is none.",
            node,
        ) from None
    return text


def _count(text: str, key: str, node: Node) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise UnfitError(f"“{key}” takes a whole number or UNKNOWN; “{text}” is none.", node)
    return int(text)


def _shape(node: Node) -> str:
    if isinstance(node, Map):
        return "a mapping"
    return "a list" if isinstance(node, Seq) else "nothing"
