"""Looking at files: reads what an ingestor recognises, and says why not of all others."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ingest.base import Claim, Document, Folder, Ingestor, Watched, ingestors, is_as_noted, watched
from ingest.reading import MAX_BYTES
from lineage.errors import InputError
from lineage.identity import Scope
from lineage.records import DocumentRef, Reading
from lineage.scan.marks import can_be_marked, mark_of
from lineage.scan.scanned import UNCLAIMED, Known, Outcome, Scanned
from lineage.scan.targets import Target
from lineage.trace import trace_of


def scan(target: Target, known: Known | None = None) -> Iterator[Scanned]:
    """Looks at each file of a target, in order of path."""
    for file in target.files:
        yield look_at(file, target, known or Known())


def look_at(file: str, target: Target, known: Known) -> Scanned:
    """Looks into one file: reads it, unless it is known and as it was."""
    path, repository = target.path_of(file), target.repository.name
    candidates = readers_of(os.path.basename(file))
    if not candidates:
        return Scanned(path, repository, *_other(file, target.folder))
    return attempt(path, repository, lambda: _read(file, path, target, known, candidates))


def attempt(path: str, repository: str, look: Callable[[], Scanned]) -> Scanned:
    """What a look at a file tells; a file that cannot be read is told as such."""
    try:
        return look()
    except InputError as error:
        return Scanned(path, repository, Outcome.UNREADABLE, str(error))
    except Exception as error:  # an ingestor's defect must not stop the others' work
        reason = f"the reader failed ({type(error).__name__}: {error}); please report this"
        return Scanned(path, repository, Outcome.UNREADABLE, reason)


def _read(
    file: str, path: str, target: Target, known: Known, candidates: Sequence[Ingestor]
) -> Scanned:
    repository = target.repository.name
    try:
        content, there = _content(file, target.folder)
    except IsADirectoryError:
        return Scanned(path, repository, *_other(file, target.folder))
    folder = watched(target.folder)
    document = Document(Scope(repository, path), content, folder)
    digest = document.sha256
    mark = mark_of(there, digest) if there else None
    consulted = known.consulted(path) if known.sha256(path) == digest else None
    if consulted is not None and all(
        is_as_noted(target.folder, place, noted) for place, noted in consulted.items()
    ):
        return known.as_it_was(path, repository, mark)
    return understand(document, folder, candidates, target.repository.revision)._replace(mark=mark)


def readers_of(name: str) -> list[Ingestor]:
    """The ingestors that look into files of such a name.

    Raises:
        InputError: a plug-in cannot be loaded.
    """
    return [i for i in ingestors() if name.endswith(i.endings)]


def understand(
    document: Document, tree: Watched, candidates: Sequence[Ingestor], revision: str | None
) -> Scanned:
    """Reads a document by the ingestor that claims it best.

    Args:
        document: the document, whose tree is ``tree``.
        tree: remembers what is looked at besides the document.
        candidates: the ingestors to ask.
        revision: the revision at which it is read.

    Raises:
        InputError: it cannot be read as what it claims to be.
    """
    path, repository = document.path, document.scope.repository
    digest = document.sha256
    claim = _best_claim(candidates, document)
    if claim is None:
        consulted = dict(sorted(tree.consulted.items())) or None
        return Scanned(
            path, repository, Outcome.NOT_RECOGNISED, UNCLAIMED, None, digest, None, consulted
        )
    ingestor, why = claim
    extract = ingestor.read(document)
    trace = trace_of(ingestor.name, extract, tree.consulted)
    source = DocumentRef(repository, path, digest, ingestor.name, revision)
    reading = Reading(source, extract, trace.text())
    return Scanned(path, repository, Outcome.READ, f"{ingestor.name}: {why.why}", reading, digest)


def _other(file: str, folder: Folder) -> tuple[Outcome, str]:
    """What became of something that is no file of any format."""
    if not os.path.isdir(file):
        return Outcome.NOT_RECOGNISED, "no format has this ending"
    if not os.path.islink(file):
        return Outcome.UNREADABLE, f"{os.path.basename(file)}: the folder cannot be opened"
    inside = Path(file).resolve().is_relative_to(folder.root)
    where = "of the scanned one, read at its own place" if inside else "outside; not followed"
    return Outcome.NOT_RECOGNISED, f"a link to a folder {where}"


def _content(file: str, folder: Folder) -> tuple[bytes, os.stat_result | None]:
    """A file's content, and its state just before it was read where that can be its mark."""
    name = os.path.basename(file)
    try:
        real = folder.real(file)
        if real is None:
            raise InputError(
                "a link that leads out of the scanned folder; not followed", location=name
            )
        there = os.stat(real)
        if stat.S_ISDIR(there.st_mode):
            raise IsADirectoryError(real)
        if not stat.S_ISREG(there.st_mode):  # a pipe would keep the reader waiting for ever
            raise InputError("not an ordinary file; not opened", location=name)
        if there.st_size > MAX_BYTES:
            raise InputError(
                f"the file has {there.st_size:,} bytes; documents of up to {MAX_BYTES:,} are read",
                location=name,
            )
        with open(real, "rb") as opened:
            there = os.fstat(opened.fileno())  # of what is read: another may have been put there
            known_by = real == file and can_be_marked(there)
            content = opened.read()
            return content, there if known_by and len(content) == there.st_size else None
    except IsADirectoryError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be opened: {reason}", location=name) from error


def _best_claim(
    candidates: Sequence[Ingestor], document: Document
) -> tuple[Ingestor, Claim] | None:
    """The strongest claim; among equals the first ingestor in order of name."""
    claims = [(i, claim) for i in candidates if (claim := i.recognise(document)) is not None]
    best = min(claims, key=lambda c: (-c[1].strength, c[0].name), default=None)
    if best is not None and len(candidates) > 1:
        # What other ingestors looked at was not understood by that.
        document.forget_looks()
        best[0].recognise(document)
    return best
