"""OpenLineage events (JSON; one, a list, or one on each line): runs, jobs and data sets.

An event names what a run read and what it wrote. Events of one run add up; what is said twice
is one fact. Where a job or a data set carries its lineage explicitly, that is what counts.
"""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.openlineage.events import FACETS, any_data, events, is_facet, says_so, works
from ingest.openlineage.names import is_named
from ingest.openlineage.reader import WorkReader, read_data_set, read_entries, read_origins
from ingest.parsed import parsed
from ingest.reading import ABSENT, Node, parse_json_lines
from lineage.records import Extract
from lineage.vocabulary import Kind

_WORDS = ('"eventType"', '"eventTime"', *(f'"{facet}"' for facet in FACETS))


def recognise(document: Document) -> Claim | None:
    """Events with data sets, or lineage facets that name their schema."""
    if not any(word in document.text for word in _WORDS):
        return None
    root = _parsed(document).tree
    if is_facet(root):
        return Claim(2, "a lineage facet of OpenLineage")
    told = list(events(root))
    if not told:
        return None
    return Claim(3 if any(map(says_so, told)) else 2, "events of OpenLineage")


def _parsed(document: Document) -> Document:
    if document.name.endswith(".json"):
        return document
    return parsed(document, parse_json_lines(document.text, document.path))


def read(document: Document) -> Extract:
    """All facts of all events."""
    document = _parsed(document)
    found = Findings(document)
    root = document.tree
    if is_facet(root):
        _read_facet(found, root)
        return found.extract()
    told = list(events(root))
    for work in works([event for event in told if not is_named(event.at("dataset"))]):
        WorkReader(found, work).read()
    for event in told:
        if is_named(event.at("dataset")):
            read_data_set(found, event)
    if not any(is_named(e.at("dataset")) or any_data(e) for e in told):
        found.skip("these events name no data sets", root)
    return found.extract()


def _read_facet(found: Findings, root: Node) -> None:
    """Facets alone: of a job, or of a data set that the file does not name."""
    read_entries(found, root.at("lineage"), ABSENT)
    whole = root.at("lineage")
    if whole.at("inputs") or whole.at("fields") or root.at("columnLineage", "fields"):
        read_origins(found, found.output(Kind.DATASET, at=whole or root), root, ABSENT)


INGESTOR = Ingestor(
    name="openlineage",
    title="OpenLineage events",
    description="Events of runs, jobs and data sets: what each output was made from, other names "
    "of data sets, the parts that were read, run ids and times.",
    endings=(".json", ".jsonl", ".ndjson"),
    recognise=recognise,
    read=read,
)
