"""Croissant metadata of data sets (JSON-LD of MLCommons, versions 0.8 to 1.1).

A data set's name is its own only within the file; its page on a hub or registry says which one
it is. What it came from stands in PROV terms, and in ``isBasedOn`` of schema.org.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.croissant.files import read_files
from ingest.croissant.provenance import read_provenance
from ingest.croissant.record import own_pages, read_record
from ingest.croissant.terms import NO_DATA, Vocabulary, local, types_of
from ingest.parsed import parsed
from ingest.reading import Map, Node, Seq, parse_json
from lineage.records import Extract

_VOCABULARY = re.compile(r"https?://(www\.)?mlcommons\.org/(croissant|schema)\b")
_DESCRIBES = frozenset({"conformsTo", "distribution", "recordSet"})


def recognise(document: Document) -> Claim | None:
    """A data set of schema.org that uses, or conforms to, the vocabulary of Croissant."""
    document = _as_json(document)
    if "mlcommons.org/" not in document.text:
        return None
    root = document.tree
    if not any(_says_croissant(node) for node in (root, *_data_sets(root))):
        return None
    fits = re.search(r"croissant|metadata", document.name, re.IGNORECASE)
    return Claim(3 if fits else 2, "a data set described in Croissant")


def _as_json(document: Document) -> Document:
    if document.name.endswith(".json"):
        return document
    return parsed(document, parse_json(document.text, document.path))


def _data_sets(root: Node) -> Sequence[Node]:
    """The data sets that a file describes: itself, or those of its graph or list.

    Of several in a graph, those without files, records or a version of Croissant are only
    mentioned there, as what others came from.
    """
    graph = root.at("@graph")
    holders = root.elements() if isinstance(root, Seq) else graph.elements()
    sets = [
        node for node in (root, *holders) if isinstance(node, Map) and "Dataset" in types_of(node)
    ]
    described = [node for node in sets if {local(key) for key, _ in node.entries()} & _DESCRIBES]
    return described or sets


def _says_croissant(node: Node) -> bool:
    """Whether its context or what it conforms to names the vocabulary."""
    if not isinstance(node, Map) or not _data_sets(node):
        return False
    said = [node.at("@context"), *(v for k, v in node.entries() if k.endswith("conformsTo"))]
    pending, seen = said, 0
    while pending and seen < 1_000:
        value, seen = pending.pop(), seen + 1
        if _VOCABULARY.match(value.text):
            return True
        if isinstance(value, Map):
            pending.extend(value.items.values())
        elif isinstance(value, Seq):
            pending.extend(value.items)
    return False


def read(document: Document) -> Extract:
    """All facts of each data set in the file."""
    document = _as_json(document)
    found = Findings(document)
    words = Vocabulary(document.tree)
    graph = document.tree.at("@graph").elements()
    found.leave_out(*(node for node in graph if types_of(node) & NO_DATA))
    for node in _data_sets(document.tree):
        data = read_record(found, words, node)
        pages = own_pages(found, words, node, data)
        read_files(found, words, node, data, pages)
        read_provenance(found, words, node, data)
    return found.extract()


INGESTOR = Ingestor(
    name="croissant",
    title="Croissant metadata",
    description="Descriptions of data sets in Croissant: what each was derived from, its pages on "
    "hubs, its files with their digests, licence, and what it says of personal data.",
    endings=(".json", ".jsonld"),
    recognise=recognise,
    read=read,
)
