"""What a scan tells of a file, and what earlier scans told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from lineage.records import DocumentRow, Reading
from lineage.trace import consulted_in

UNCLAIMED = "no ingestor claims its content"


class Outcome(StrEnum):
    """What became of a file."""

    READ = "read"
    UNCHANGED = "unchanged"
    NOT_RECOGNISED = "not recognised"
    UNREADABLE = "unreadable"


class Scanned(NamedTuple):
    """One file that was looked at.

    ``reading`` is there when it was read; ``reason`` says why it was not, or why the ingestor
    claimed it. ``sha256`` is there when its content was looked at; ``UNCHANGED`` says that a
    document is as it was when it was last read. ``mark`` is what to know the file by, unopened:
    see :mod:`lineage.scan.marks`. ``consulted`` are the other places that were looked at before
    no ingestor claimed it, each with a mark of its state.
    """

    path: str
    repository: str
    outcome: Outcome
    reason: str
    reading: Reading | None = None
    sha256: str | None = None
    mark: str | None = None
    consulted: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier scans of a repository told, by path.

    ``documents`` are those that a store holds; ``others`` the digests of files that no ingestor
    claimed, and ``beside`` what those were looked at with, if anything. A file that is as it was
    there is not read again, and not even opened where ``marks`` has its mark.
    """

    documents: Mapping[str, DocumentRow] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)

    def sha256(self, path: str) -> str | None:
        """The digest of a file's content as it was last looked at, if it was."""
        document = self.documents.get(path)
        return (document.sha256 if document else None) or self.others.get(path)

    def consulted(self, path: str) -> Mapping[str, str] | None:
        """What a known file was looked at with, with marks; None where other code read it."""
        document = self.documents.get(path)
        if document and document.sha256:
            return consulted_in(document.trace)
        return self.beside.get(path, {})

    def as_it_was(self, path: str, repository: str, mark: str | None) -> Scanned:
        """What a scan tells of a known file that is as it was, and so is all it depends on."""
        document, digest = self.documents.get(path), self.sha256(path)
        if document and document.sha256:
            reason = f"{document.format}: as it was"
            return Scanned(path, repository, Outcome.UNCHANGED, reason, None, digest, mark)
        consulted = self.beside.get(path)
        return Scanned(
            path, repository, Outcome.NOT_RECOGNISED, UNCLAIMED, None, digest, mark, consulted
        )
