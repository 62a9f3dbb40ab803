"""What a manifest says of rights that cannot all be true, or that no vocabulary knows.

It is kept as stated, and allows nothing; each is reported at its place with what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.base import Findings
from ingest.manifest.layout import Item
from ingest.manifest.values import is_unknown
from ingest.reading import Node, Scalar
from lineage.governance import (
    CONDITIONS,
    LEGAL_BASES,
    contradictions,
    legal_basis_of,
    nearest_purpose,
    purpose_of,
)
from lineage.licences import read_licence
from lineage.vocabulary import DATA_CATEGORIES, Kind

_NO_BASIS = re.compile(r"none( known)?", re.IGNORECASE)


def report_rights(item: Item, findings: Findings) -> None:
    """Reports what is odd in the rights of one item."""
    for node, reason in _oddities(item):
        findings.skip(reason, node)


def _oddities(item: Item) -> Iterator[tuple[Node, str]]:
    node = item.node
    licence = node.at("licence")
    stated = isinstance(licence, Scalar) and licence.text and not is_unknown(licence)
    if stated and read_licence(licence.text).conditions == {"unread"}:
        yield (
            licence,
            f"SPDX knows no licence “{licence.text}”. It is kept as stated, and read as no "
            "permission. Write its SPDX id, or say under “grants” what it allows.",
        )
    if item.section.kind is Kind.GRANT:
        yield from _of_grant(node)
    if item.section.kind is Kind.DECISION:
        yield from _of_decision(node)


def _of_grant(node: Node) -> Iterator[tuple[Node, str]]:
    allowed, forbidden = node.at("purposes"), node.at("prohibited_purposes")
    for purposes in (allowed, forbidden):
        for purpose in purposes.elements():
            if not is_unknown(purpose) and purpose_of(purpose.text) is None:
                yield (
                    purpose,
                    f"“{purpose.text}” is no purpose of the vocabulary. Did you mean "
                    f"“{nearest_purpose(purpose.text)}”? It is kept as stated, and allows nothing.",
                )
    for one, other in contradictions(
        [p.text for p in allowed.elements()], [p.text for p in forbidden.elements()]
    ):
        yield (
            forbidden,
            f"This right allows {one} and forbids {other}, which takes it in. The prohibition "
            "counts. Correct one of them.",
        )
    basis = node.at("legal_basis")
    known = is_unknown(basis) or _NO_BASIS.fullmatch(basis.text) or legal_basis_of(basis.text)
    if basis.text and not known:
        yield (
            basis,
            f"“{basis.text}” is no legal basis of the vocabulary. It is kept as stated, and "
            f"carries nothing. There are: {', '.join(LEGAL_BASES)}.",
        )


def _of_decision(node: Node) -> Iterator[tuple[Node, str]]:
    if not node.at("reason").text:
        yield node, "A decision without a “reason” is not applied. Say why."
    for term in node.at("removes").elements():
        name = term.text.partition(":")[2] or term.text
        if name not in DATA_CATEGORIES and name not in CONDITIONS and purpose_of(name) is None:
            yield (
                term,
                f"“{term.text}” is no category of data, condition or purpose; nothing is removed.",
            )
