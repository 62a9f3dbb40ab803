"""What a card's model or data set is called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.base import Document
from ingest.cards import CACHE_PATH, DATASET_PATH, Card
from lineage.identity import hub_ref, is_placeholder, output_ref
from lineage.records import Ref
from lineage.vocabulary import Kind

_ON_HUB = re.compile(r"[\w.-]+/[\w.-]+")
_CARD_FOR = re.compile(
    r"(?:model|data ?set) card(?:\s+(?:for|of)\s+|\s*[:\N{EN DASH}\N{EM DASH}-]\s*)", re.IGNORECASE
)
_ONE_WORD = re.compile(r"[\w.-]{3,}(/[\w.-]+)?")
_WITH_NAME = re.compile(r".*\s-\s+([\w.-]+/[\w.-]+)")
"""A title that ends in the name, as training scripts write it."""
_NO_MODEL = re.compile(r"(datasets|spaces|docs|blog|papers|collections|posts|tasks|models)(/|$)")
"""Parts of the hub where no model is."""
_GENERAL_FOLDERS = frozenset({
    "", ".", "docs", "doc", "src", "tests", "test", "templates", "cards", "fixtures", "examples",
    "main", "model", "models", "datasets", "data",
})  # fmt: skip


def own_ref(document: Document, card: Card, kind: Kind) -> tuple[Ref, bool]:
    """What a card is about, and whether its name is stated or made from the file's."""
    name, on_hub = own_name(document, card, kind)
    if on_hub and name:
        return hub_ref(name, kind), True
    return output_ref(name or document.stem, kind, document.scope), bool(name)


def own_name(document: Document, card: Card, kind: Kind) -> tuple[str, bool]:
    """The card's own name, and whether it is a name on the hub; empty when nothing tells.

    Where the file lies decides; then a mention in the body that ends as the folder, the index or
    the title does; then what the front matter or the title calls it; then the folder.
    """
    placed = _placed(document, kind)
    if placed:
        return placed, True
    front = card.front
    folder = document.parent.rpartition("/")[2]
    index = front.at("model-index", 0, "name").text
    if not index and not front.at("quantized_by"):  # there, it is the original's name
        index = front.at("model_name").text
    title = _title(card)
    known = {_plain(n) for n in (folder, *map(_last, (index, title))) if n}
    others = {base.text for base in front.at("base_model").listed()}
    mentions = [m for m in _mentions(card.body, kind) if m not in others]
    same = [m for m in mentions if _plain(m.rpartition("/")[2]) in known]
    if same:
        return next((m for m in same if "/" in m), same[0]), True
    if _ON_HUB.fullmatch(title) and title not in others:
        return title, True
    if index and " " not in index and not is_placeholder(index):
        return index, bool(_ON_HUB.fullmatch(index))
    if document.name.lower() != "readme.md":  # a card among other files, in any folder
        called = next((v.text.strip(" `*") for k, v in card.fields() if k == "model name"), "")
        for name in (called, title):
            if _ONE_WORD.fullmatch(name) and not is_placeholder(name):
                return name, bool(_ON_HUB.fullmatch(name))
    if folder.lower() not in _GENERAL_FOLDERS:
        return folder, False
    pretty = front.at("pretty_name").text
    if pretty and not is_placeholder(pretty) and "needed" not in pretty.lower():
        return pretty, False
    used = {m for m in mentions if "/" in m} if front and kind is Kind.MODEL else set()
    if len(used) == 1:
        return used.pop(), True
    if index and not re.search(r"[<>{}\[\]]", index):
        return index, False
    return (title if re.fullmatch(r"[\w.-]{3,}", title) else ""), False


def _placed(document: Document, kind: Kind) -> str:
    """The name that a clone of the hub, its cache, or a folder of data sets gives a card."""
    hub, organisation = document.scope.repository.partition("huggingface.co/")[1:]
    if hub and not document.parent:
        return organisation.removeprefix("datasets/")
    cached = CACHE_PATH.search(document.path)
    if cached:
        return "/".join(part for part in cached.groups()[1:] if part)
    layout = DATASET_PATH.search(document.path) if kind is Kind.DATASET else None
    return "/".join(part for part in layout.groups() if part) if layout else ""


def _title(card: Card) -> str:
    """What the title calls it, without the words that make it a title."""
    title = _CARD_FOR.sub("", card.title[:300]).strip(" `")
    ended = _WITH_NAME.fullmatch(title)
    return ended[1] if ended else title


def _last(name: str) -> str:
    """A name without its organisation; a title that mentions one is no such name."""
    return name if " " in name else name.rpartition("/")[2]


def _plain(name: str) -> str:
    """A name by its letters and digits: titles write spaces where names have hyphens."""
    return re.sub(r"[\W_]", "", name.casefold())


def _mentions(body: str, kind: Kind) -> Iterator[str]:
    """What the body loads, links to or downloads, of the card's own kind."""
    name = r"([A-Za-z0-9][\w.-]*(?:/[\w.-]+)?)"
    call = (
        r"load_dataset" if kind is Kind.DATASET else r"from_pretrained|SentenceTransformer|pipeline"
    )
    place = r"huggingface\.co/datasets/" if kind is Kind.DATASET else r"huggingface\.co/"
    for pattern in (
        rf"(?:{call})\([^)]{{0,200}}?[\"']{name}[\"']",
        rf"{place}{name}",
        rf"(?:model\w{{0,30}}|repo_id|checkpoint)\s*=\s*[\"']{name}[\"']",
        rf"(?:download|serve|--model|--hf-repo|-hf)\s+{name}",
    ):
        for match in re.finditer(pattern, body):
            if not _NO_MODEL.match(match[1]):
                yield match[1].rstrip(".")
