"""Data set cards of the Hugging Face hub: README.md with YAML front matter."""

from __future__ import annotations

import re

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.cards import Card, card_of, is_template, kind_of_card, licence, report_unread
from ingest.cards import stated as texts_of
from ingest.cards.naming import own_ref
from ingest.reading import Node, Scalar
from lineage.identity import named, unknown
from lineage.records import Extract, Ref, Skipped
from lineage.vocabulary import UNKNOWN, Kind, Relation

_CATEGORIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"face-(detection|recognition|verification|identification)|facial-|face_(recognition|detection)",
        ("Biometric", "Picture"),
    ),
    (
        r"(iris|fingerprint|gait|palm)-recognition|biometric|person-re-?identification",
        ("Biometric",),
    ),
    (r"speaker-|speech|voice-|audio-emotion", ("Voice",)),
)
"""Tasks that tell what the records are, and the categories of personal data they mean."""


def recognise(document: Document) -> Claim | None:
    """Front matter with keys of data set cards, or a card in a folder ``datasets/NAME``."""
    card = kind_of_card(document)
    if card is None or card[0] is not Kind.DATASET:
        return None
    named_so = document.name.lower() == "readme.md"
    return Claim(3 if card[1] and named_so else 2 if card[1] else 1, "a data set card")


def read(document: Document) -> Extract:
    """All facts of one card."""
    if is_template(document):
        return Extract(
            skipped=(Skipped("a template of a data set card: it states nothing yet", 2),)
        )
    found = Findings(document)
    card = card_of(document)
    front = card.front
    data = _itself(found, document, card)
    for source in front.at("source_datasets").listed():
        _source(found, data, source)
    found.leave_out(*(c for c in front.at("configs").elements() if isinstance(c, Scalar)))
    report_unread(found, card)
    return found.extract()


def _itself(found: Findings, document: Document, card: Card) -> Ref:
    front = card.front
    ref, stated = own_ref(document, card, Kind.DATASET)
    found.describe(
        ref,
        front,
        produced=True,
        stated=stated,
        **licence(front),
        pretty_name=_unless_unknown(front.at("pretty_name")),
        papers_with_code=front.at("paperswithcode_id").text or None,
        annotations=texts_of(front.at("annotations_creators")),
        synthetic=_synthetic(front),
        **_personal(card),
    )
    return ref


def _unless_unknown(node: Node) -> str | None:
    return None if "more information needed" in node.text.lower() else node.text or None


def _synthetic(front: Node) -> bool | None:
    words = {tag.text.lower() for tag in front.at("tags").elements()}
    return True if words & {"synthetic", "synthetic-data", "distilabel"} else None


def _personal(card: Card) -> dict[str, object]:
    """Categories of personal data, from tasks and from the section about personal information."""
    tasks = " ".join(
        item.text.lower()
        for key in ("task_ids", "task_categories", "tags")
        for item in card.front.at(key).elements()
    )
    found = {
        category
        for pattern, categories in _CATEGORIES
        if re.search(pattern, tasks)
        for category in categories
    }
    section = next(
        (s for s in card.sections if re.search(r"personal|sensitive", s.title, re.I)), None
    )
    if section is None:
        return {"data_categories": tuple(sorted(found)) or None}
    text = section.text
    if not text or re.fullmatch(
        r"\[?\s*(more information needed|needs more information)\.?\s*\]?.*", text, re.IGNORECASE
    ):
        return {"data_categories": tuple(sorted(found)) or UNKNOWN, "personal_information": UNKNOWN}
    return {
        "data_categories": tuple(sorted(found)) or None,
        "personal_information": "described in the card",
    }


def _source(found: Findings, data: Ref, source: Node) -> None:
    """``original`` is no source; ``extended|x`` is x; ``other-x`` is on no hub."""
    text = source.text
    kind, bar, name = text.partition("|")
    if text.lower() in {"original", "none", "no"}:
        return
    if text.lower() in {"extended", "other"}:
        origin = unknown(Kind.DATASET, text, found.document.scope, source.key)
    elif (name if bar else text).startswith("other"):
        origin = named(text, Kind.DATASET)
    else:
        origin = found.artifact(
            source.saying(name if bar and kind == "extended" else text), Kind.DATASET
        )
    found.relate(data, Relation.DERIVED_FROM, origin, source)


INGESTOR = Ingestor(
    name="hf_dataset_card",
    title="Hugging Face data set card",
    description="Cards of data sets: what they were made from, licence, personal data; what a card "
    "says is unknown stays UNKNOWN.",
    endings=(".md",),
    recognise=recognise,
    read=read,
)
