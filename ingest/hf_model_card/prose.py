"""What the prose of a model card says of bases and data: evidence of the class *comment*."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.base import Findings
from ingest.cards import Card, Section
from ingest.commands.names import split_of
from ingest.reading import Node, Scalar
from lineage.identity import hub_ref, is_placeholder, named, unknown
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_NAME = r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}"
_HUB = (
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/"
    r"(?!(?:datasets|spaces|docs|blog|papers|collections|models|posts|tasks|learn)\b)"
)
_SIZED = (
    r"(?:[a-z0-9]{1,20}-){1,6}(?:tiny|mini|small|base|medium|large|xl|xxl|uncased|cased|\d{1,3}b)"
    r"(?:-[\w.]{1,30}){0,6}"
)
"""A name without an organisation that can be nothing but a model's."""
_MENTION = (
    rf"[`*\"“]{{0,3}}(?:\[[^\]\n]{{0,200}}\]\({_HUB}([A-Za-z0-9][\w.-]*(?:/[\w.-]+)?)[^)\n]*\)|"
    rf"{_HUB}({_NAME})|(?!and/or\b|https?:)({_NAME})(?![\w/])|({_SIZED})\b(?!/))"
)
_BASE_LABELS = re.compile(
    r"(base|parent|language|original|pre-?trained|foundation) (model|checkpoint|policy)|"
    r"fine-?tuned from( model)?|sentence transformer body|"
    r"mod[eè]le de base|modelo base|basismodell"
)
_BARE_MODEL = re.compile(r"(?=[^\s/]*[-\d])[A-Za-z][\w.-]{2,80}")
"""A model's name without an organisation, where a label says that it is one."""
_TRAIN_LABELS = re.compile(
    r"(training|train|fine-?tuning) (data(set)?s?|corpus)|trained on|"
    r"training and (evaluation|validation|test(ing)?) data"
)
_TEST_LABELS = re.compile(
    r"(eval(uation)?|test(ing)?|validation) (data(set)?s?|corpus)|evaluated on"
)
_CALIBRATION_LABELS = re.compile(r"calibration (data(set)?s?)|(gptq|awq) dataset")
_TUNED = r"fine-?tun(?:ed|e|ing)\s+"
_SENTENCES = (
    (rf"{_TUNED}(?:version|checkpoint)\s+of\s+(?:the\s+)?{_MENTION}", Relation.FINE_TUNED_FROM),
    (rf"{_TUNED}(?:from|on\s+top\s+of)\s+(?:the\s+)?{_MENTION}", Relation.FINE_TUNED_FROM),
    (rf"{_TUNED}(?:the\s+)?(?:pre-?trained\s+)?{_MENTION}", Relation.FINE_TUNED_FROM),
    (rf"us(?:e|ed|ing)\s+the\s+pre-?trained\s+{_MENTION}", Relation.FINE_TUNED_FROM),
    (rf"is\s+(?:the|an?)\s+{_MENTION}\s+model,?\s+fine-?tuned", Relation.FINE_TUNED_FROM),
    (rf"model\s+(?:is|was)\s+based\s+on\s+(?:the\s+)?{_MENTION}", Relation.FINE_TUNED_FROM),
    (rf"quanti[sz]ed\s+(?:version|model)\s+of\s+(?:the\s+)?{_MENTION}", Relation.QUANTIZED_FROM),
    (rf"quanti[sz]ations?\s+of\s+(?:the\s+)?{_MENTION}", Relation.QUANTIZED_FROM),
    (rf"model\s+files\s+for\s+(?:\w+\s)?{_MENTION}", Relation.QUANTIZED_FROM),
    (rf"converted\s+to\s+[\w ]{{2,30}}\s+from\s+{_MENTION}", Relation.QUANTIZED_FROM),
    (rf"(?:lora|qlora|peft)\s+adapter\s+(?:for|of)\s+(?:the\s+)?{_MENTION}", Relation.ADAPTER_OF),
    (rf"lora\s+adapt(?:ion|ation|er)\s+weights\s+for\s+{_MENTION}", Relation.ADAPTER_OF),
)
_BESIDE_BASES = (
    (rf"distilled\W+(?:version\s+of|from)\s+(?:the\s+)?{_MENTION}", Relation.DISTILLED_FROM),
    (rf"{_MENTION}\s+as\s+(?:the|a|its)\s+teacher", Relation.DISTILLED_FROM),
    (rf"with\s+(?:the|our|a)\s+(?:new\s+)?reward\s+model\s+{_MENTION}", Relation.REWARDED_BY),
)
"""What a model learnt from besides the weights that it started from."""
_MERGED = re.compile(r"\bmerge\s+of\b|\bmodels\s+merged\b", re.IGNORECASE)
_LISTED = re.compile(rf"^\s*[-*+]\s+{_MENTION}", re.MULTILINE)
_MERGE_BASE = rf"using\s+{_MENTION}\s+as\s+(?:a|the)\s+base"
_BARE = r"[A-Za-z0-9][\w./-]{1,95}"
_DATASET_LINK = re.compile(r"https?://(?:huggingface\.co|hf\.co)/datasets/([\w.-]+(?:/[\w.-]+)?)")
_DATASET = (
    rf"(?:\[[^\]\n]{{0,200}}\]\({_DATASET_LINK.pattern}[^)\n]*\)|[`*]{{0,3}}({_NAME})[`*]{{0,3}})"
)
_TRAINER = re.compile(
    r"fine-?tuned version of [^\n]{1,300}? on (?:the|an) ([^\n]{1,300}?) datasets?\b", re.IGNORECASE
)
_TRAINED = re.compile(
    rf"(?:trained|tuned)\b(?:\s+from\s+\S+)?\s+on\s+(?:the\s+|an?\s+)?{_DATASET}\s+data ?set",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    r"(?:trained|tuned)\s+on\s+[^.\n]{0,80}?\b(?:subset|version|portion|part|split)\s+of\s+(?:the\s+)?"
    r"[`*\"“]{0,3}([A-Z][\w.+-]{1,40}(?:/[\w.-]{1,60})?)[`*\"”]{0,3}\s*(?:\([^)\n]{0,100}\)\s*)?"
    r"data ?sets?\b"
)
"""“fine-tuned on a cleaned subset of the PIPPA (…) dataset”."""

_ADAPTER = re.compile(r"\b(q?lora|adapter)\b", re.IGNORECASE)
_CALIBRATED = re.compile(rf"calibrat\w+[^.\n]{{0,80}}?\(?{_DATASET_LINK.pattern}", re.IGNORECASE)
_CALIBRATION_NAMES = re.compile(
    rf"calibrat\w+\s+(?:was\s+)?(?:used|on|with|using|data(?:set)?s?:?)\s+(?:the\s+)?"
    rf"(?P<names>`{_BARE}`(?:\s*(?:,|and|plus|\+|&)+\s*(?:the\s+)?`{_BARE}`)*)",
    re.IGNORECASE,
)
"""Names as code after a word of calibration: “Calibration used `a` plus `b`”."""

_IMATRIX = re.compile(
    r"imatrix\b[^.\n]{0,60}?\bdata ?set\s+(?:from|of|at)?\s*\[[^\]\n]{0,100}\]"
    r"\((https?://[^)\s]{1,300})\)",
    re.IGNORECASE,
)
"""The text that llama.cpp weighed the importance of weights on: “imatrix … dataset from [here]”."""

_SPLIT_LINE = re.compile(
    rf"^\s*[-*+]\s+\W{{0,3}}(?P<split>[A-Za-z][\w -]{{0,30}}?)\W{{0,3}}\s*:\W{{0,5}}"
    rf"[^\n]{{0,80}}?{_DATASET_LINK.pattern}",
    re.MULTILINE,
)
"""A line of a list that names a split, then links to data: “- Train 1: https://…”."""

_UNTOLD = frozenset({"unknown", "none", "generator"})
_NO_NAME = re.compile(
    r"\b(of|for|using|with|from|to|in|on|is|are|was|were|we|see|task|tasks|own|following|custom|"
    r"private|various|several|same|this|our|my|its|a|tokens|hours|samples|images|examples|pairs|"
    r"sentences|rows|public|publicly|large|small|more|information)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(train(ing)?|test|dev|validation|eval(uation)?) ?(set|split|data ?set|data|corpus)?s?$|"
    r"\b(data ?sets?|corpus)$",
    re.IGNORECASE,
)
"""The part of a data set that a text names after it."""


def read_bases(found: Findings, card: Card, model: Ref) -> None:
    """The base models that only labelled lines, sentences and lists name."""
    for label, value in card.fields():
        if _BASE_LABELS.fullmatch(label):
            name = _mentioned(re.search(_MENTION, value.text))
            alone = value.text.strip(" `*")
            if not name and _BARE_MODEL.fullmatch(alone):
                name = alone
            quantised = label == "original model" and bool(card.front.at("quantized_by"))
            relation = Relation.QUANTIZED_FROM if quantised else Relation.FINE_TUNED_FROM
            if not quantised and _ADAPTER.search(card.title):
                relation = Relation.ADAPTER_OF
            _base(found, model, relation, value.saying(name))
    for section in card.sections:
        for pattern, relation in _SENTENCES:
            for match in re.finditer(pattern, section.text, re.IGNORECASE):
                _base(found, model, relation, _at(section, _mentioned(match)))
        if _MERGED.search(f"{section.title}\n{section.text}"):
            for match in _LISTED.finditer(section.text):
                _base(found, model, Relation.MERGED_FROM, _at(section, _mentioned(match)))
        for match in re.finditer(_MERGE_BASE, section.text):
            _base(found, model, Relation.MERGED_FROM, _at(section, _mentioned(match)))


def read_teachers(found: Findings, card: Card, model: Ref, bases: list[str]) -> None:
    """Teachers and reward models, but for those that are declared as bases."""
    for section in card.sections:
        for pattern, relation in _BESIDE_BASES:
            for match in re.finditer(pattern, section.text, re.IGNORECASE):
                name = _mentioned(match)
                if name not in bases:
                    _base(found, model, relation, _at(section, name))


def read_data(found: Findings, card: Card, model: Ref, declared: list[Ref]) -> None:
    """The data that labelled lines, sections, tables and sentences name."""
    known = {_plain(ref.name): ref for ref in declared}
    for label, value in card.fields():
        for labels, relation in (
            (_CALIBRATION_LABELS, Relation.CALIBRATED_ON),
            (_TRAIN_LABELS, Relation.TRAINED_ON),
            (_TEST_LABELS, Relation.EVALUATED_ON),
        ):
            if labels.fullmatch(label):
                _labelled(found, model, relation, value, known)
                break
        if label == "sources":
            _listed(found, model, value, known)
    for section in card.sections:
        under = _relation_of(section.titles)
        if under is not None:
            for match in _DATASET_LINK.finditer(section.text):
                _said(found, model, under, _at(section, match[1].rstrip(".")), known)
        for match in _CALIBRATED.finditer(section.text):
            _said(found, model, Relation.CALIBRATED_ON, _at(section, match[1].rstrip(".")), known)
        for match in _CALIBRATION_NAMES.finditer(section.text):
            for name in re.findall(r"`([^`]+)`", match["names"]):
                _said(found, model, Relation.CALIBRATED_ON, _at(section, name), known)
        for match in _IMATRIX.finditer(section.text):
            at = _at(section, match[1])
            ref = found.artifact(at, Kind.DATASET)
            found.relate(model, Relation.CALIBRATED_ON, ref, at, evidence=Evidence.COMMENT)
        for match in _SPLIT_LINE.finditer(section.text) if under is None else ():
            split = split_of(re.sub(r"\d+", "", match["split"]).strip().replace(" ", "_"))
            if split:
                role = Relation.TRAINED_ON if split == "train" else Relation.EVALUATED_ON
                _said(found, model, role, _at(section, match[2].rstrip(".")), known)
        for name in _calibration_column(section):
            _said(found, model, Relation.CALIBRATED_ON, _at(section, name), known)
        if not declared:
            _trained(found, model, section, known)
    if not found.has(Relation.TRAINED_ON):
        _untold(found, card, model)


def _relation_of(titles: str) -> Relation | None:
    """What the data under a heading is to the model."""
    if _TRAIN_LABELS.search(titles):
        return Relation.TRAINED_ON
    return Relation.EVALUATED_ON if _TEST_LABELS.search(titles) else None


def _mentioned(match: re.Match[str] | None) -> str:
    """The name that a pattern with a mention in it found."""
    name = next((group for group in match.groups() if group), "") if match else ""
    return name.rstrip(".")


def _base(found: Findings, model: Ref, relation: Relation, node: Node) -> None:
    if not node.text:
        return
    ref = hub_ref(node.text, Kind.MODEL)
    if _plain(ref.name) != _plain(model.name):
        found.relate(model, relation, ref, node, evidence=Evidence.COMMENT)


def _at(section: Section, text: str) -> Node:
    return Scalar(f"“{section.title}”", section.line, text, True)


def _calibration_column(section: Section) -> Iterator[str]:
    """The data sets in the column of a table that says what a quantisation was tuned on."""
    column = None
    for line in section.lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|"):
            column = None
        elif column is None:
            told = [bool(_CALIBRATION_LABELS.fullmatch(cell.lower())) for cell in cells]
            column = told.index(True) if any(told) else len(cells)
        elif column < len(cells):
            for match in _DATASET_LINK.finditer(cells[column]):
                yield match[1].removesuffix("/viewer")


def _trained(found: Findings, model: Ref, section: Section, known: dict[str, Ref]) -> None:
    """Sentences such as the Trainer's: “… on the squad dataset”, “on an unknown dataset”."""
    for match in _TRAINER.finditer(section.text):
        for part in re.split(r",\s+(?:the\s+)?|\s+and\s+the\s+", match[1]):
            link = _DATASET_LINK.search(part)
            name = link[1] if link else part.strip(" `*")
            if name.lower() not in _UNTOLD and _names(name):
                _said(found, model, Relation.TRAINED_ON, _at(section, name), known)
    for match in _TRAINED.finditer(section.text):
        _said(found, model, Relation.TRAINED_ON, _at(section, _mentioned(match)), known)
    for match in _PART_OF.finditer(section.text.replace("\n", " ")):
        _said(found, model, Relation.TRAINED_ON, _at(section, match[1].rstrip(".")), known)


def _untold(found: Findings, card: Card, model: Ref) -> None:
    """The Trainer's “on an unknown dataset”, where nothing else in the card names the data."""
    for section in card.sections:
        for match in _TRAINER.finditer(section.text):
            name = match[1].strip(" `*")
            if name.lower() in _UNTOLD:
                ref = unknown(Kind.DATASET, name, found.document.scope, "training data")
                at = _at(section, name)
                found.relate(model, Relation.TRAINED_ON, ref, at, evidence=Evidence.COMMENT)


def _labelled(
    found: Findings, model: Ref, relation: Relation, value: Node, known: dict[str, Ref]
) -> None:
    """The data a labelled line names: links, or short bare names."""
    links = [match[1].rstrip(".") for match in _DATASET_LINK.finditer(value.text)]
    for link in links:
        _said(found, model, relation, value.saying(link), known)
    if links or is_placeholder(value.text):
        return
    quoted = re.findall(rf"`({_NAME})`", value.text)
    for name in quoted:
        _said(found, model, relation, value.saying(name), known)
    if quoted:
        return
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", value.text)
    text = re.sub(r"\([^)]*\)|<!--.*?-->", "", text)
    for part in re.split(r"[,;+&]\s|\sand\s", text):
        name = _PART.sub("", part.strip(" .`*")).strip()
        if _plain(name) in known or _names(name):
            _said(found, model, relation, value.saying(name), known)


def _listed(found: Findings, model: Ref, value: Node, known: dict[str, Ref]) -> None:
    """The linked sources of a spaCy pipeline, one on each line of a table's cell."""
    for line in re.split(r"<br ?/?>", value.text):
        match = re.match(r"\s*\[([^\]]+)\]\(https?://", line)
        if match:
            _said(found, model, Relation.TRAINED_ON, value.saying(match[1]), known)


def _names(text: str) -> bool:
    """Whether a text is short enough, and shaped, to be the name of a data set."""
    return 0 < len(text.split()) <= 4 and not _NO_NAME.search(text) and "](" not in text


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
