"""What a scan of a repository passed by: the files that it could not read, or that hold nothing.

Kept as the trace of one document of Lineage's own for each repository, so that a later scan
need not look into the same bytes again, nor open a file whose mark it has, and the coverage
report can tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from lineage.records import OWN_REPOSITORY, DocumentRef, Reading
from lineage.trace import fingerprint

FORMAT = "scan"
"""The format of such a document."""


@dataclass(slots=True)
class Passed:
    """What was passed by in a repository.

    Attributes:
        readers: fingerprint of the code that looked.
        others: the digest of each file that no ingestor claimed.
        beside: what each of those was looked at with, if anything, with marks.
        marks: what each of those and each document is known by, unopened; see
            :mod:`lineage.scan.marks`.
        unreadable: why each file that could not be read could not.
        links: links to folders that lead out of what was scanned.
        without_format: how many files have an ending that no format has.
    """

    readers: str = ""
    others: dict[str, str] = field(default_factory=dict)
    beside: dict[str, dict[str, str]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    without_format: int = 0

    def reading(self, repository: str) -> Reading:
        """The record as a store keeps it."""
        text = json.dumps(
            {f.name: getattr(self, f.name) for f in fields(self)}, separators=(",", ":")
        )
        return Reading(record_of(repository), trace=text)


def record_of(repository: str) -> DocumentRef:
    """The document that holds a repository's record: it states nothing, so has no digest."""
    return DocumentRef(OWN_REPOSITORY, f"scan/{repository}", FORMAT, FORMAT)


def parsed_passed(text: str) -> Passed:
    """A record from what a store kept; an empty one where that cannot be read or is of old."""
    empty = Passed(fingerprint())
    try:
        told: Mapping[str, object] = json.loads(text)
        passed = Passed(**told)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return empty
    if any(
        type(getattr(passed, f.name)) is not type(getattr(empty, f.name)) for f in fields(empty)
    ):
        return empty
    if passed.readers != empty.readers:
        passed.readers, passed.others, passed.beside = empty.readers, {}, {}
    return passed
