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
    own_name,
    report_unread,
    tags,
)
from ingest.reading import Map, Node, Scalar
from lineage.identity import hub_ref, is_placeholder, named, output_ref, unknown
from lineage.records import Extract, Ref, Skipped
from lineage.vocabulary import Evidence, Kind, Relation

_RELATIONS = {
    "finetune": Relation.FINE_TUNED_FROM,
    "adapter": Relation.ADAPTER_OF,
    "merge": Relation.MERGED_FROM,
    "quantized": Relation.QUANTIZED_FROM,
}
_QUANTISED = re.compile(r"\b(gguf|ggml|gptq|awq|exl[23]|bitsandbytes|quantized)\b", re.IGNORECASE)
_BASE_LABELS = re.compile(
    r"(base|parent|language|pre-?trained|foundation) model|fine-?tuned from( model)?"
)
_TRAIN_LABELS = re.compile(r"(training|train|fine-?tuning) (data(set)?s?|corpus)|trained on")
_TEST_LABELS = re.compile(
    r"(eval(uation)?|test(ing)?|validation) (data(set)?s?|corpus)|evaluated on"
)
_NAME = r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*"
_MENTION = rf"(?:\[[^\]]*\]\(https?://(?:huggingface\.co|hf\.co)/({_NAME})\)|[`*\"“]*({_NAME})\b)"
_SENTENCES = (
    (
        rf"fine-?tuned\s+(?:version\s+of|from|on\s+top\s+of)\s+(?:the\s+)?{_MENTION}",
        Relation.FINE_TUNED_FROM,
    ),
    (rf"quantized\s+version\s+of\s+(?:the\s+)?{_MENTION}", Relation.QUANTIZED_FROM),
    (rf"model\s+files\s+for\s+(?:\w+\s)?{_MENTION}", Relation.QUANTIZED_FROM),
    (rf"(?:lora|qlora|peft)\s+adapter\s+(?:for|of)\s+(?:the\s+)?{_MENTION}", Relation.ADAPTER_OF),
    (rf"distilled\s+(?:version\s+of|from)\s+(?:the\s+)?{_MENTION}", Relation.DISTILLED_FROM),
)
_TRAINER = re.compile(
    r"fine-?tuned version of .{1,300}? on (?:the|an) (\S+) dataset", re.IGNORECASE
)
_DATASET_LINK = re.compile(r"https?://(?:huggingface\.co|hf\.co)/datasets/([\w.-]+(?:/[\w.-]+)?)")


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
        _bases_in_prose(found, card, model)
    _data_in_prose(found, card, model, data)
    report_unread(found, card)
    return found.extract()


def _itself(found: Findings, document: Document, card: Card) -> Ref:
    front = card.front
    name, on_hub = own_name(document, card, Kind.MODEL)
    ref = (
        hub_ref(name, Kind.MODEL)
        if on_hub and name
        else output_ref(name or document.stem, Kind.MODEL, document.scope)
    )
    found.describe(
        ref,
        front,
        produced=True,
        stated=bool(name),
        **licence(front),
        task=front.at("pipeline_tag").text or None,
        library=front.at("library_name").text or None,
        superseded_by=front.at("new_version").text or None,
    )
    return ref


def _bases(found: Findings, card: Card, model: Ref) -> bool:
    """Base models, with the relation that is declared, or that the rest of the card shows."""
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
    return bool(bases)


def _guess(card: Card, model: Ref, count: int) -> Relation:
    """The hub's own rules for a base model without a stated relation."""
    words = {tag.text.lower() for tag in card.front.at("tags").elements()}
    if card.front.at("library_name").text == "peft" or words & {"lora", "adapter", "peft"}:
        return Relation.ADAPTER_OF
    if count > 1 or words & {"merge", "mergekit"}:
        return Relation.MERGED_FROM
    if card.front.at("quantized_by") or _QUANTISED.search(f"{' '.join(words)} {model.name}"):
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
            if data.at("type"):
                found.input(model, Relation.EVALUATED_ON, data.at("type"), selector=part)
            elif data.at("name"):
                ref = found.named(data.at("name"), Kind.DATASET)
                found.relate(model, Relation.EVALUATED_ON, ref, data.at("name"), selector=part)
            else:
                found.skip("a result without a data set", result)


def _bases_in_prose(found: Findings, card: Card, model: Ref) -> None:
    for label, value in card.fields():
        match = re.search(_MENTION, value.text)
        if _BASE_LABELS.fullmatch(label) and match:
            _from_prose(found, model, Relation.FINE_TUNED_FROM, value.saying(match[1] or match[2]))
    for section in card.sections:
        for pattern, relation in _SENTENCES:
            for match in re.finditer(pattern, section.text, re.IGNORECASE):
                _from_prose(
                    found, model, relation, _at(section.title, section.line, match[1] or match[2])
                )


def _from_prose(found: Findings, model: Ref, relation: Relation, node: Node) -> None:
    ref = hub_ref(node.text.rstrip("."), Kind.MODEL)
    if ref != model:
        found.relate(model, relation, ref, node, evidence=Evidence.COMMENT)


def _at(title: str, line: int, text: str) -> Node:
    return Scalar(f"“{title}”", line, text, True)


def _data_in_prose(found: Findings, card: Card, model: Ref, declared: list[Ref]) -> None:
    known = {_plain(ref.name): ref for ref in declared}
    for label, value in card.fields():
        for labels, relation in (
            (_TRAIN_LABELS, Relation.TRAINED_ON),
            (_TEST_LABELS, Relation.EVALUATED_ON),
        ):
            if labels.fullmatch(label):
                _prose_set(found, model, relation, value, known)
    for section in card.sections:
        title = section.title.lower()
        for labels, relation in (
            (_TEST_LABELS, Relation.EVALUATED_ON),
            (_TRAIN_LABELS, Relation.TRAINED_ON),
        ):
            if labels.search(title):
                for match in _DATASET_LINK.finditer(section.text):
                    node = _at(section.title, section.line, match[1].rstrip("."))
                    _said(found, model, relation, node, known)
        trainer = _TRAINER.search(section.text)
        if trainer and not declared:
            _trainer_set(found, model, _at(section.title, section.line, trainer[1]))


def _trainer_set(found: Findings, model: Ref, node: Node) -> None:
    """The sentence that the Trainer writes: “… on the squad dataset”, “on an unknown dataset”."""
    if node.text.lower() in {"unknown", "none", "generator"}:
        ref = unknown(Kind.DATASET, node.text, found.document.scope, "training data")
    else:
        ref = found.artifact(node, Kind.DATASET)
    found.relate(model, Relation.TRAINED_ON, ref, node, evidence=Evidence.COMMENT)


def _prose_set(
    found: Findings, model: Ref, relation: Relation, value: Node, known: dict[str, Ref]
) -> None:
    """The data a labelled line names: links, or a short bare name."""
    links = [match[1].rstrip(".") for match in _DATASET_LINK.finditer(value.text)]
    for link in links:
        _said(found, model, relation, value.saying(link), known)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", value.text).strip(" .`")
    if not links and text and len(text.split()) <= 5 and not is_placeholder(value.text):
        _said(found, model, relation, value.saying(text), known)


def _said(
    found: Findings, model: Ref, relation: Relation, node: Node, known: dict[str, Ref]
) -> None:
    """One data set of the prose; under a declared name it is the declared one."""
    same = known.get(_plain(node.text))
    if same is not None and relation is Relation.TRAINED_ON:
        return
    on_hub = re.fullmatch(rf"{_NAME}|[a-z0-9_.-]+", node.text) is not None
    ref = same or (hub_ref(node.text, Kind.DATASET) if on_hub else named(node.text, Kind.DATASET))
    found.relate(model, relation, ref, node, evidence=Evidence.COMMENT)


def _plain(name: str) -> str:
    """A name without what spellings differ in: ``squad_v2`` and ``SQuAD 2.0`` are one."""
    text = re.sub(r"(?<=\d)\.0\b", "", name.rpartition("/")[2].lower())
    return re.sub(r"v(?=\d)|[^a-z0-9]", "", text)


INGESTOR = Ingestor(
    name="hf_model_card",
    title="Hugging Face model card",
    description="Cards of models: base models with their relation, training data, results, "
    "licence; what only the prose says is kept as weak evidence.",
    endings=(".md",),
    recognise=recognise,
    read=read,
)
