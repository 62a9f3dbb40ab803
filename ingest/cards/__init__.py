"""What model cards and data set cards have in common: Markdown with YAML front matter.

Not an ingestor: the two readers of cards share how a card is recognised, how its body is taken
apart, what it is called, and how its licence is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.base import Document, Findings
from ingest.reading import ABSENT, Map, Node, Scalar
from lineage.errors import InputError
from lineage.identity import is_placeholder
from lineage.vocabulary import UNKNOWN, Kind

MODEL_KEYS = frozenset({
    "pipeline_tag", "library_name", "base_model", "base_model_relation", "model-index", "widget",
    "inference", "datasets", "metrics", "new_version", "quantized_by", "model_creator",
    "finetuned_from", "model_name", "model_type", "co2_eq_emissions",
})  # fmt: skip
DATASET_KEYS = frozenset({
    "source_datasets", "task_ids", "size_categories", "annotations_creators", "language_creators",
    "multilinguality", "dataset_info", "configs", "pretty_name", "task_categories",
    "paperswithcode_id", "train-eval-index", "viewer", "language_bcp47",
})  # fmt: skip
_SPACE_KEYS = frozenset({"sdk", "app_file", "sdk_version", "app_port"})
_ANY_KEY = re.compile(
    rf"^({'|'.join(map(re.escape, sorted(MODEL_KEYS | DATASET_KEYS)))}|licen[sc]es?|tags):",
    re.MULTILINE,
)
_TEMPLATE = re.compile(r"\A---\s*\n(?:#[^\n]*\n)*\s*\{\{?\s*\w*card_data", re.MULTILINE)
_TITLE = re.compile(r"^#+\s*(model|data ?set)\s+card\b", re.IGNORECASE | re.MULTILINE)
DATASET_PATH = re.compile(r"(?:^|/)datasets/(?:([\w.-]+)/)?([\w.-]+)/README\.md$", re.IGNORECASE)
CACHE_PATH = re.compile(r"(?:^|/)(models|datasets)--(?:([\w.-]+?)--)?([\w.-]+)/snapshots/[^/]+/")
_MODEL_FILES = frozenset({"model_card.md", "modelcard.md", "model-card.md"})
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_FIELD = re.compile(
    r"\s*(?:[-*+]\s+)?(?:\*\*|__)\s*([^*_:]{2,60}?)\s*(?::\s*(?:\*\*|__)|(?:\*\*|__)\s*:)\s*(.*)$|"
    r"\s*(?:[-*+]\s+)?([A-Za-z][\w -]{2,30}):\s+(\S.*)$|"
    r"\s*\|\s*(?:\*\*)?([\w -]{2,30}?)(?:\*\*)?\s*\|([^|]+)\|\s*$"
)
"""A labelled line: the label bold, or plain, or in the first cell of a table's row."""
_MODEL_TAGS = frozenset({
    "generated_from_trainer", "generated_from_keras_callback", "mergekit", "lazymergekit",
    "text-generation-inference", "gguf-my-repo", "llama-cpp", "autotrain", "template:sd-lora",
})  # fmt: skip
"""Tags that programs write into cards of models, and nobody gives a post."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a card's body, with the lines below it up to the next heading.

    ``above`` are the headings that this one is under, but for the card's own title.
    """

    title: str
    line: int
    lines: tuple[str, ...]
    above: tuple[str, ...] = ()

    @property
    def titles(self) -> str:
        """Its heading and those that it is under, in lower case."""
        return "\n".join((*self.above, self.title)).lower()

    @property
    def text(self) -> str:
        """The lines as one text, without HTML comments."""
        return re.sub(r"<!--.*?-->", "", "\n".join(self.lines), flags=re.DOTALL).strip()


@dataclass(frozen=True, slots=True)
class Card:
    """A card taken apart: its front matter and the sections of its body."""

    front: Node
    sections: tuple[Section, ...]
    body: str

    @property
    def title(self) -> str:
        """The first heading of the body."""
        return next((s.title for s in self.sections if s.title), "")

    def fields(self) -> Iterator[tuple[str, Node]]:
        """Lines such as ``**Training data:** SQuAD``: the label in lower case, and its value."""
        for section in self.sections:
            for offset, line in enumerate(section.lines, start=1):
                match = _FIELD.match(line)
                if match:
                    name, value = [g for g in match.groups() if g is not None]
                    label = re.sub(r"\s*\[optional\]$", "", name.strip().lower())
                    yield label, Scalar(f"“{name.strip()}”", section.line + offset, value, True)


def is_template(document: Document) -> bool:
    """Whether a card is a template still to be filled in."""
    return _TEMPLATE.match(document.text.replace("\r\n", "\n")) is not None


def kind_of_card(document: Document) -> tuple[Kind, bool] | None:
    """What a Markdown file is a card of, and whether that is beyond doubt; None for no card."""
    text = document.text
    titled = _TITLE.search(text)
    by_title = Kind.MODEL if document.name.lower() in _MODEL_FILES else None
    if titled is not None:
        by_title = Kind.MODEL if titled[1].lower() == "model" else Kind.DATASET
    if is_template(document):
        return by_title or (Kind.DATASET if "pretty_name" in text else Kind.MODEL), True
    front = _front(document)
    keys = {key for key, _ in front.entries()}
    if keys & _SPACE_KEYS:
        return None
    if _in_dataset_folder(document) and (keys & (DATASET_KEYS | {"license"}) or by_title):
        return Kind.DATASET, True
    model, dataset = len(keys & MODEL_KEYS), len(keys & DATASET_KEYS)
    if model != dataset and keys:
        return (Kind.MODEL if model > dataset else Kind.DATASET), bool(
            by_title or max(model, dataset) > 1
        )
    if by_title is not None:
        return by_title, bool(keys)
    if _MODEL_TAGS & {tag.text for tag in front.at("tags").elements()}:
        return Kind.MODEL, True
    return None


def _front(document: Document) -> Node:
    """The front matter; broken front matter of what is surely a card is an error."""
    try:
        return document.tree
    except InputError:
        head = document.text[3:].partition("\n---")[0]
        if len(_ANY_KEY.findall(head)) >= 2:
            raise
        return ABSENT


def _in_dataset_folder(document: Document) -> bool:
    cached = CACHE_PATH.search(document.path)
    return bool(DATASET_PATH.search(document.path)) or (
        cached is not None and cached[1] == "datasets"
    )


def card_of(document: Document) -> Card:
    """A card taken apart; code blocks are left out of its sections."""
    front, body, line = document.front_matter
    sections: list[Section] = []
    above: list[tuple[int, str]] = []
    title, start, lines, fenced = "", line - 1, list[str](), False
    for number, text in enumerate(body.split("\n"), start=line):
        if text.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(text)
        if heading:
            sections.append(Section(title, start, tuple(lines), _outer(above)))
            title, start, lines = heading[2], number, []
            level = len(heading[1])
            above = [*(h for h in above if h[0] < level), (level, title)]
        else:
            lines.append("" if fenced else text)
    sections.append(Section(title, start, tuple(lines), _outer(above)))
    return Card(front if isinstance(front, Map) else ABSENT, tuple(sections), body)


def _outer(headings: list[tuple[int, str]]) -> tuple[str, ...]:
    """The headings above the last one that are below the title of the whole."""
    return tuple(title for level, title in headings[:-1] if level > 1)


def licence(front: Node) -> dict[str, object]:
    """The licence as stated: nothing where none is, UNKNOWN where the card says unknown."""
    texts = [text for key in ("license", "licenses", "licence") for text in _texts(front.at(key))]
    stated = tuple(dict.fromkeys(_known(text) for text in texts))
    value = stated[0] if len(stated) == 1 else stated
    return {
        "licence": value or None,
        "licence_name": front.at("license_name").text or front.at("license_details").text or None,
        "licence_link": front.at("license_link").text or None,
    }


def _known(text: str) -> str:
    return (
        UNKNOWN
        if text.lower() in {"unknown", "more information needed"} or is_placeholder(text)
        else text
    )


def _texts(node: Node) -> list[str]:
    """Every text under a node: older cards give a licence for each configuration."""
    inner = [text for _, value in node.entries() for text in _texts(value)]
    return inner or [
        text
        for item in node.elements()
        for text in ([item.text] if item.text else _texts(item) if item is not node else [])
    ]


def tags(front: Node, prefix: str) -> Iterator[Node]:
    """The tags with a prefix such as ``dataset:``, without it."""
    for tag in front.at("tags").elements():
        if tag.text.startswith(prefix):
            yield tag.saying(tag.text.removeprefix(prefix))


def stated(texts: Iterator[Node] | Node) -> tuple[str, ...] | None:
    """The texts of a list, or None for an empty one."""
    nodes = texts.elements() if isinstance(texts, Node) else texts
    return tuple(node.text for node in nodes if node.text) or None


def report_unread(found: Findings, card: Card) -> None:
    """Reports lineage-like keys of the front matter that no reader of cards knows."""
    found.report_unread(card.front, MODEL_KEYS | DATASET_KEYS | {"dataset", "dataset_tags"})
