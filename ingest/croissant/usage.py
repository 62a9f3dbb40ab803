"""The terms of use that a description gives in codes: an offer in ODRL, or terms of DUO.

What a code stands for is kept as a purpose of the vocabulary, any other code as it is stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.croissant.terms import Vocabulary, local, texts
from ingest.reading import Map, Node
from lineage.governance import purpose_of

_DUO = {
    "DUO_0000042": ("permitted", "ResearchAndDevelopment"),
    "DUO_0000006": ("permitted", "ImproveHealthcare"),
    "DUO_0000018": ("prohibited", "CommercialPurpose"),
    "DUO_0000046": ("prohibited", "CommercialPurpose"),
}
"""Terms of the Data Use Ontology: general and biomedical research use; no commercial use."""
_ODRL = {"commercialize": "CommercialPurpose", "commercialise": "CommercialPurpose"}
_DUO_TERM = re.compile(r"DUO[_:](\d{7})")


def usage(words: Vocabulary, node: Node) -> dict[str, object]:
    """The uses that a data set's terms permit and prohibit."""
    found: dict[str, list[str]] = {"permitted": [], "prohibited": []}
    for item in words.each(node, "usageInfo"):
        for kind, use in (*_duo(item), *_odrl(words, item)):
            if use not in found[kind]:
                found[kind].append(use)
    return {
        "permitted_uses": tuple(found["permitted"]) or None,
        "prohibited_uses": tuple(found["prohibited"]) or None,
    }


def _duo(item: Node) -> Iterator[tuple[str, str]]:
    stated = [item.text, item.at("@id").text, *(t.text for t in texts(item.at("termCode")))]
    for text in stated:
        match = _DUO_TERM.search(text)
        if match and (known := _DUO.get(f"DUO_{match[1]}")):
            yield known


def _odrl(words: Vocabulary, item: Node) -> Iterator[tuple[str, str]]:
    if not isinstance(item, Map):
        return
    for term, kind in (("permission", "permitted"), ("prohibition", "prohibited")):
        for rule in words.each(item, term):
            for action in words.each(rule, "action"):
                name = local(action.text or action.at("@id").text)
                if name:
                    yield kind, _ODRL.get(name) or purpose_of(name) or name
