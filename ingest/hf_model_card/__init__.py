"""Model cards of the Hugging Face hub: README.md with YAML front matter and prose.

What the front matter declares is declared. What only the prose says is evidence of the class
*comment*: it may be stale, and proves nothing.
"""

from __future__ import annotations

import re

from ingest.base import Claim, Document, Findings, Ingestor, selector_of
from ingest.cards import (
    Card,
    card_of,
    is_template,
    kind_of_card,
    licence,
    report_unread,
    tags,
)
from ingest.cards.naming import own_ref
from ingest.hf_model_card.prose import read_bases, read_data, read_teachers
from ingest.reading import Map, Node
from lineage.identity import unknown
from lineage.records import Extract, Ref, Skipped
from lineage.vocabulary import Kind, Relation

_RELATIONS = {
    "finetune": Relation.FINE_TUNED_FROM,
    "adapter": Relation.ADAPTER_OF,
    "merge": Relation.MERGED_FROM,
    "quantized": Relation.QUANTIZED_FROM,
}
_QUANTISED = re.compile(r"\b(gguf|ggml|gptq|awq|exl[23]|bitsandbytes|quantized)\b", re.IGNORECASE)
_FEWER_BITS = re.compile(
    r"(^|[-._ ])(w\d+a\d+|int[48]|fp8|nf4|[348]-?bits?)($|[-._ ])", re.IGNORECASE
)
"""Names of quantised models; as tags, these words are those of adapters too."""


_TUNED_FROM = re.compile(r"fine-?tuned from( model)?")


def recognise(document: Document) -> Claim | None:
    """Front matter with keys of model cards, or the title of one."""
    card = kind_of_card(document)
    if card is None or card[0] is not Kind.MODEL:
        return None
    named_so = document.name.lower() in {"readme.md", "modelcard.md", "model_card.md"}
    return Claim(3 if card[1] and named_so else 2 if card[1] else 1, "a model card")


def read(document: Document) -> Extract:
    """All facts of one card."""
    if is_template(document):
        return Extract(skipped=(Skipped("a template of a model card: it states nothing yet", 2),))
    found = Findings(document)
    card = card_of(document)
    front = card.front
    model = _itself(found, document, card)
    bases = _bases(found, card, model)
    data = _data(found, front, model)
    _evaluations(found, front, model)
    if not bases:
        read_bases(found, card, model)
    read_teachers(found, card, model, bases)
    read_data(found, card, model, data)
    report_unread(found, card)
    return found.extract()


def _itself(found: Findings, document: Document, card: Card) -> Ref:
    front = card.front
    ref, stated = own_ref(document, card, Kind.MODEL)
    found.describe(
        ref,
        front,
        produced=True,
        stated=stated,
        **licence(front),
        task=front.at("pipeline_tag").text or None,
        library=front.at("library_name").text or None,
        superseded_by=front.at("new_version").text or None,
    )
    return ref


def _bases(found: Findings, card: Card, model: Ref) -> list[str]:
    """Base models, with the relation that is declared or that the rest of the card shows."""
    front = card.front
    bases = [b for key in ("base_model", "finetuned_from") for b in front.at(key).listed()]
    declared = _RELATIONS.get(front.at("base_model_relation").text)
    guess = _guess(card, model, len(bases))
    for base in bases:
        found.input(model, declared or guess, base)
    for tag in tags(front, "base_model:"):
        word, colon, rest = tag.text.partition(":")
        relation = _RELATIONS.get(word) if colon else None
        name = tag.saying(rest) if relation else tag
        if relation or name.text not in {base.text for base in bases}:
            found.input(model, relation or declared or guess, name)
        bases.append(name)
    return [base.text for base in bases if base.text]


def _guess(card: Card, model: Ref, count: int) -> Relation:
    """The hub's own rules for a base model without a stated relation."""
    words = {tag.text.lower() for tag in card.front.at("tags").elements()}
    if card.front.at("library_name").text == "peft" or words & {"lora", "adapter", "peft"}:
        return Relation.ADAPTER_OF
    if count > 1 or words & {"merge", "mergekit"}:
        return Relation.MERGED_FROM
    if any(_TUNED_FROM.fullmatch(label) and value.text for label, value in card.fields()):
        return Relation.FINE_TUNED_FROM
    called = f"{model.name} {card.title}"
    if card.front.at("quantized_by") or _QUANTISED.search(f"{' '.join(words)} {called}"):
        return Relation.QUANTIZED_FROM
    if _FEWER_BITS.search(called):
        return Relation.QUANTIZED_FROM
    return Relation.FINE_TUNED_FROM


def _data(found: Findings, front: Node, model: Ref) -> list[Ref]:
    nodes = [
        *front.at("datasets").listed(),
        *front.at("dataset").listed(),
        *tags(front, "dataset:"),
    ]
    refs = []
    for node in nodes:
        name = node.at("name") if isinstance(node, Map) else node
        ref = found.input(model, Relation.TRAINED_ON, name)
        if ref is None:
            found.skip("a training data set without a name", node)
        else:
            refs.append(ref)
    return refs


def _evaluations(found: Findings, front: Node, model: Ref) -> None:
    """The model index holds results only: nothing in it was trained on."""
    for entry in front.at("model-index").elements():
        for result in entry.at("results").elements():
            data = result.at("dataset")
            part = selector_of(data, "config", "split", "revision")
            node = data.at("type") or data.at("name")
            if node:
                ref = _evaluated(found, front, data, node)
                found.relate(model, Relation.EVALUATED_ON, ref, node, selector=part)
            else:
                found.skip("a result without a data set", result)


def _evaluated(found: Findings, front: Node, data: Node, node: Node) -> Ref:
    """The data of a result: ``type`` is its id on the hub, ``name`` what people call it.

    Sentence Transformers make the type from the name that somebody gave the evaluation.
    """
    if node.text.lower() in {"unknown", "none"}:
        return unknown(Kind.DATASET, node.text, found.document.scope, node.key)
    made_up = front.at("library_name").text == "sentence-transformers" and "/" not in node.text
    if data.at("type") and not made_up:
        return found.artifact(node, Kind.DATASET)
    return found.named(node, Kind.DATASET)


INGESTOR = Ingestor(
    name="hf_model_card",
    title="Hugging Face model card",
    description="Cards of models: base models with their relation, training data, results, "
    "licence; what only the prose says is kept as weak evidence.",
    endings=(".md",),
    recognise=recognise,
    read=read,
)
