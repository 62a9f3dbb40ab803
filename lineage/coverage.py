"""What the graph does not know: how much of each document was understood, and what has no origin.

Computed from the traces that stores keep beside documents, and from a graph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from lineage.graph import Graph
from lineage.impact import Policy, unknown_inputs, without_origin
from lineage.passes import FORMAT, parsed_passed
from lineage.records import OWN_REPOSITORY, DocumentRow, NodeRow
from lineage.trace import Trace, parsed_trace

STATES_RIGHTS = frozenset({
    "croissant", "cyclonedx", "data_provenance", "dta_provenance", "hf_dataset_card",
    "hf_model_card", "lineage", "spdx3",
})  # fmt: skip
"""The formats that have a place for licences and personal data, and are asked for them."""


@dataclass(slots=True)
class FormatCoverage:
    """How much of the documents of one format was understood; counts of documents and scalars.

    ``untraced`` documents were read by an earlier release, which did not count. ``rights`` says
    how many things the documents describe and what they leave open of their rights
    (:func:`~lineage.trace.rights_left_open`); empty for formats that have no place for rights.
    """

    format: str
    documents: int = 0
    untraced: int = 0
    leaves: int = 0
    mapped: int = 0
    ignored: int = 0
    not_understood: int = 0
    skipped: int = 0
    rights: Counter[str] = field(default_factory=Counter)

    def add(self, trace: Trace) -> None:
        """Counts one document."""
        self.documents += 1
        self.untraced += not trace.readers
        self.leaves += trace.leaves
        self.mapped += trace.mapped
        self.ignored += trace.ignored
        self.not_understood += trace.not_understood
        self.skipped += trace.skipped_in_all
        if self.format in STATES_RIGHTS:
            self.rights.update(trace.rights)


@dataclass(frozen=True, slots=True)
class UnmappedKey:
    """A key that was not understood: where, how often, and in how many documents."""

    format: str
    key: str
    values: int
    documents: int


@dataclass(frozen=True, slots=True)
class Noticed:
    """A place that was not understood or a file that was not read, and why."""

    repository: str
    path: str
    line: int | None
    reason: str


@dataclass(slots=True)
class Coverage:
    """What a store knows and does not know.

    Attributes:
        formats: by name.
        keys: the most common keys that were not understood, those of most documents first.
        skipped: places that ingestors saw and did not understand.
        unreadable: files that could not be read at the last scan; what they said before, if
            anything, still counts.
        not_followed: links to folders outside of what was scanned.
        not_recognised: files of an ending that some format has, claimed by no ingestor.
        without_format: files of other endings.
        artifacts: how many things lineage passes through.
        unknown_origin: those of them whose own origin nobody stated.
        standing_on_unknown: how many stand, at any distance, on something of unknown origin.
        unresolved: references that name nothing: placeholders and templates, one for each place.
    """

    formats: list[FormatCoverage] = field(default_factory=list)
    keys: list[UnmappedKey] = field(default_factory=list)
    skipped: list[Noticed] = field(default_factory=list)
    unreadable: list[Noticed] = field(default_factory=list)
    not_followed: list[Noticed] = field(default_factory=list)
    not_recognised: int = 0
    without_format: int = 0
    artifacts: int = 0
    unknown_origin: list[NodeRow] = field(default_factory=list)
    standing_on_unknown: int = 0
    unresolved: list[NodeRow] = field(default_factory=list)

    @property
    def total(self) -> FormatCoverage:
        """All formats together."""
        names = ("documents", "untraced", "leaves", "mapped", "ignored", "not_understood")
        sums = {n: sum(getattr(f, n) for f in self.formats) for n in (*names, "skipped")}
        rights = Counter[str]()
        for row in self.formats:
            rights.update(row.rights)
        return FormatCoverage("all", **sums, rights=rights)


def coverage(documents: Sequence[DocumentRow], graph: Graph) -> Coverage:
    """What is known of all documents of a store, and of the graph made of them.

    Args:
        documents: with their traces, as :meth:`~lineage.store.base.Store.documents` gives them.
        graph: of the same store.
    """
    report = Coverage()
    _read_documents(report, (d for d in documents if d.repository != OWN_REPOSITORY and d.sha256))
    for document in documents:
        if document.repository == OWN_REPOSITORY and document.format == FORMAT:
            _read_scan(report, document)
    policy = Policy()
    report.artifacts = int(graph.is_artifact.sum())
    report.standing_on_unknown = int((unknown_inputs(graph, policy) & graph.is_artifact).sum())
    origins = without_origin(graph, policy) & graph.is_artifact
    for number in np.flatnonzero(origins).tolist():
        node = graph.nodes[number]
        unresolved = node.namespace.startswith("unknown://")
        (report.unresolved if unresolved else report.unknown_origin).append(node)
    return report


def _read_documents(report: Coverage, documents: Iterable[DocumentRow]) -> None:
    formats: dict[str, FormatCoverage] = {}
    values: Counter[tuple[str, str]] = Counter()
    holders: Counter[tuple[str, str]] = Counter()
    for document in documents:
        trace = parsed_trace(document.trace)
        formats.setdefault(document.format, FormatCoverage(document.format)).add(trace)
        for key, count in trace.keys.items():
            values[document.format, key] += count
            holders[document.format, key] += 1
        report.skipped += [
            Noticed(document.repository, document.path, line, why) for line, why in trace.skipped
        ]
    report.formats = [formats[name] for name in sorted(formats)]
    order = sorted(values, key=lambda k: (-holders[k], -values[k], k))
    report.keys = [UnmappedKey(*k, values[k], holders[k]) for k in order]


def _read_scan(report: Coverage, document: DocumentRow) -> None:
    passed = parsed_passed(document.trace)
    repository = document.path.removeprefix(f"{FORMAT}/")
    report.not_recognised += len(passed.others)
    report.without_format += passed.without_format
    report.unreadable += [
        Noticed(repository, path, None, why) for path, why in sorted(passed.unreadable.items())
    ]
    report.not_followed += [
        Noticed(repository, path, None, "a link to a folder outside; not followed")
        for path in sorted(passed.links)
    ]
