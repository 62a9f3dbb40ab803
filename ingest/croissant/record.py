"""What a description says of the data set as a whole: name, rights, care, and its pages."""

from __future__ import annotations

import re

from ingest.base import Findings
from ingest.croissant.terms import PAPER, Pages, Vocabulary, text, texts, types_of
from ingest.croissant.usage import usage
from ingest.reading import ABSENT, Map, Node
from lineage.identity import is_placeholder
from lineage.records import Ref
from lineage.vocabulary import UNKNOWN, Kind, Relation

_PAGE_OF_ONE = re.compile(
    r"https?://(www\.)?("
    r"(huggingface\.co|hf\.co)/datasets/[\w.-]+|"
    r"kaggle\.com/(datasets/)?[\w.-]+/[\w.-]+/?$|"
    r"zenodo\.org/records?/\d+/?$|"
    r"openml\.org/(d/\d+|search\?(.*&)?type=data&(.*&)?id=\d+)|"
    r"(dx\.)?doi\.org/10\.)"
)
"""Pages that are of one data set each; any other page may tell of several."""
_DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.I)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_LICENCE_PAGES = (
    (re.compile(r"https?://choosealicense\.com/licenses/([\w.-]+)/?"), r"\1"),
    (re.compile(r"https?://(?:www\.)?spdx\.org/licenses/([\w.+-]+?)(?:\.html|\.json)?/?"), r"\1"),
    (
        re.compile(r"https?://(?:www\.)?creativecommons\.org/licenses/([a-z-]+)/([\d.]+)(?:/\S*)?"),
        r"cc-\1-\2",
    ),
    (
        re.compile(r"https?://(?:www\.)?creativecommons\.org/publicdomain/zero/([\d.]+)(?:/\S*)?"),
        r"cc0-\1",
    ),
    (
        re.compile(
            r"https?://(?:www\.)?opensource\.org/licenses?/([\w.-]+?)(?:-license(?:\.php)?)?/?"
        ),
        r"\1",
    ),
)
_UNTOLD = frozenset({"unknown", "undefined", "other", "not specified", "unspecified"})
_CATEGORIES = {
    "gender": "Demographic",
    "age": "Demographic",
    "culture": "Demographic",
    "socio-economic status": "Demographic",
    "geography": "Location",
    "health or medical data": "Health",
}
"""The Responsible-AI words for personal data, as categories."""
_MOST = 400


def read_record(found: Findings, words: Vocabulary, node: Node) -> Ref:
    """The data set itself, with its rights and what is said of how it was made."""
    name = text(words.at(node, "name"))
    data = found.output(Kind.DATASET, name=name, at=name or node)
    personal = list(texts(words.at(node, "personalSensitiveInformation")))
    url = text(words.at(node, "url"))
    found.describe(
        data,
        name or node,
        produced=True,
        stated=bool(name),
        version=text(words.at(node, "version")).text or None,
        location=url.text if "://" in url.text and not is_placeholder(url.text) else None,
        published=text(words.at(node, "datePublished")).text or None,
        live=_truth(words.at(node, "isLiveDataset")),
        licence=_licence(words, node),
        **usage(words, node),
        creators=_organisations(words, node, "creator"),
        publishers=_organisations(words, node, "publisher"),
        citation=_prose(words.at(node, "citeAs")),
        synthetic=_truth(words.at(node, "hasSyntheticData", "isSyntheticData")),
        data_collection=_prose(words.at(node, "dataCollection")),
        collection_type=tuple(t.text[:_MOST] for t in texts(words.at(node, "dataCollectionType")))
        or None,
        annotation_tools=tuple(
            t.text[:_MOST] for t in texts(words.at(node, "machineAnnotationTools"))
        )
        or None,
        personal_information=_prose(words.at(node, "personalSensitiveInformation")),
        data_categories=tuple(
            sorted({_CATEGORIES[t.text.lower()] for t in personal if t.text.lower() in _CATEGORIES})
        )
        or None,
        uses=_prose(words.at(node, "dataUseCases", "useCases")),
        limitations=_prose(words.at(node, "dataLimitations")),
        biases=_prose(words.at(node, "dataBiases")),
        maintenance=_prose(words.at(node, "dataReleaseMaintenancePlan", "dataReleaseMaintenance")),
    )
    return data


def _truth(node: Node) -> bool | None:
    value = text(node)
    return True if value.is_true else False if value.is_false else None


def _prose(node: Node) -> str | None:
    """A statement in words: its start, without addresses of people."""
    said = " ".join(item.text for item in texts(node))
    said = " ".join(_EMAIL.sub("", said).split())
    if said.lower() in _UNTOLD:
        return UNKNOWN
    return (said if len(said) <= _MOST else f"{said[: _MOST - 1]}…") or None


def _licence(words: Vocabulary, node: Node) -> str | tuple[str, ...] | None:
    """The licences as stated, by the short name that their page stands for."""
    stated = []
    for item in words.each(node, "license"):
        told = item
        if isinstance(item, Map):
            told = text(words.at(item, "url", "@id") or words.at(item, "name"))
        if told.text:
            stated.append(_short(told.text))
    unique = tuple(dict.fromkeys(stated))
    return unique[0] if len(unique) == 1 else unique or None


def _short(licence: str) -> str:
    for page, name in _LICENCE_PAGES:
        if match := page.fullmatch(licence):
            licence = match.expand(name)
    return UNKNOWN if licence.lower() in _UNTOLD or is_placeholder(licence) else licence


def _organisations(words: Vocabulary, node: Node, term: str) -> tuple[str, ...] | None:
    """Names of organisations; those of people are not kept."""
    return (
        tuple(
            text(words.at(item, "name")).text
            for item in words.each(node, term)
            if types_of(item) & {"Organization", "Organisation"} and text(words.at(item, "name"))
        )
        or None
    )


def own_pages(found: Findings, words: Vocabulary, node: Node, data: Ref) -> Pages:
    """Other names of the data set: its page on a registry, its DOI, pages that are the same."""
    pages = [url for url in texts(words.at(node, "url")) if _PAGE_OF_ONE.match(url.text)]
    pages += [_doi(item) for item in texts(words.at(node, "identifier"))]
    for item in words.each(node, "sameAs"):
        page = item if item.text else text(words.at(item, "@id", "url"))
        if PAPER.match(page.text):
            found.skip("a page that is said to be the data set is a paper's", page)
        elif "://" in page.text:
            pages.append(page)
    refs = []
    for page in pages:
        ref = found.artifact(page, Kind.DATASET) if page.text else data
        if ref == data or ref.namespace.startswith(("unknown://", "file://")):
            continue
        if ref.kind is not Kind.DATASET:
            found.skip("a data set's page is one of a model", page)
            continue
        refs.append(ref)
        found.relate(data, Relation.SAME_AS, ref, page)
        found.relate(ref, Relation.SAME_AS, data, page)
    return frozenset(refs)


def _doi(node: Node) -> Node:
    match = _DOI.fullmatch(node.text)
    return node.saying(f"https://doi.org/{match[1]}") if match else ABSENT
