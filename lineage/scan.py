"""From paths to readings: finds files, asks the ingestors, reads what they recognise.

Nothing outside the given paths is opened: links that lead out are reported, not followed.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from pathlib import Path

from ingest.base import Claim, Document, Folder, Ingestor, Watched, ingestors, watched
from ingest.reading import MAX_BYTES
from lineage.errors import InputError, UsageError
from lineage.identity import Scope
from lineage.records import OWN_REPOSITORY, DocumentRef, DocumentRow, Reading
from lineage.repository import Repository, repository_of
from lineage.trace import parsed_trace, trace_of

NOT_ENTERED = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", ".tox"})
"""Folders of these names are not entered."""

UNCLAIMED = "no ingestor claims its content"


class Outcome(StrEnum):
    """What became of a file."""

    READ = "read"
    UNCHANGED = "unchanged"
    NOT_RECOGNISED = "not recognised"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Scanned:
    """One file that was looked at.

    ``reading`` is there when it was read; ``reason`` says why it was not, or why the ingestor
    claimed it. ``sha256`` is there when its content was looked at and nothing else of the tree
    decided; ``UNCHANGED`` says that a document is as it was when it was last read.
    """

    path: str
    repository: str
    outcome: Outcome
    reason: str
    reading: Reading | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier scans of a repository told, by path.

    ``documents`` are those that a store holds; ``others`` the digests of files that no ingestor
    claimed. A file that is as it was there is not read again.
    """

    documents: Mapping[str, DocumentRow] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """One path to scan: its files, its repository and the tree that may be read."""

    repository: Repository
    folder: Folder
    files: tuple[Path, ...]
    whole: bool

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths of the files, in the repository."""
        return frozenset(map(self.path_of, self.files))

    def covers(self, path: str) -> bool:
        """Whether a scan of this target would find a file at the path, were there one."""
        prefix = f"{self.folder.prefix}/" if self.folder.prefix else ""
        return path in self.paths or (self.whole and path.startswith(prefix))

    def path_of(self, file: Path) -> str:
        """The file's path in the repository, with what no text may hold made visible."""
        return readable_path(str(file)[self._skipped :].replace(os.sep, "/"))

    @cached_property
    def _skipped(self) -> int:
        """How much of a file's place leads to the repository."""
        return len(os.path.join(self.repository.root, ""))


def readable_path(path: str) -> str:
    """A path with what no text may hold made visible."""
    if path.isascii() and path.isprintable():
        return path
    readable = path.encode("utf-8", "backslashreplace").decode()
    return re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\x{ord(m[0]):02x}", readable)


def targets(paths: Sequence[Path], repository: str | None = None) -> list[Target]:
    """What to scan, one target a repository below each path.

    Args:
        paths: files and folders.
        repository: a name for the repository instead of the one found; then each folder given
            is taken for a repository's root.

    Raises:
        UsageError: a path that does not exist, or a name that is taken.
    """
    if repository == OWN_REPOSITORY:
        raise UsageError(
            f"“{repository}” is the name under which joins and decisions are kept",
            remedy="Choose another name for --repository.",
        )
    result: list[Target] = []
    for path in paths:
        if not path.exists():
            raise UsageError("there is no such file or folder", location=str(path))
        real = path.resolve()
        if real.is_file():
            home = Repository(repository, real.parent) if repository else repository_of(real.parent)
            result.append(Target(home, Folder(home.root), (real,), whole=False))
            continue
        groups: dict[Repository, list[Path]] = {}
        named = Repository(repository, real) if repository else None
        for folder, files_there in groupby(_walked(real), key=lambda file: file.parent):
            groups.setdefault(named or _home(folder, real), []).extend(files_there)
        for home, files in sorted(groups.items(), key=lambda g: str(g[0].root)):
            inside = real if real.is_relative_to(home.root) else home.root
            prefix = inside.relative_to(home.root).as_posix()
            result.append(
                Target(
                    home, Folder(inside, "" if prefix == "." else prefix), tuple(files), whole=True
                )
            )
    return result


def _home(folder: Path, top: Path) -> Repository:
    """The repository of a folder below ``top``: a git one, or all of ``top`` for the rest."""
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists():
            return repository_of(candidate)
        if candidate == top:
            break
    return repository_of(top)


def _walked(top: Path) -> Iterator[Path]:
    """The files below a folder in order of path, and each folder that is not entered.

    Those are links to folders, and folders that cannot be opened.
    """
    pending = [str(top)]
    while pending:
        place = pending.pop()
        try:
            with os.scandir(place) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError:
            yield Path(place)
            continue
        folder, inner = Path(place), []
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                yield folder / entry.name
            elif entry.name not in NOT_ENTERED:
                inner.append(entry.path)
        pending += reversed(inner)


def scan(target: Target, known: Known | None = None) -> Iterator[Scanned]:
    """Looks at each file of a target, in order of path."""
    for file in target.files:
        yield look_at(file, target, known or Known())


def look_at(file: Path, target: Target, known: Known) -> Scanned:
    """Looks at one file: reads it, unless it is known and as it was."""
    path, repository = target.path_of(file), target.repository.name
    candidates = readers_of(file.name)
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
    file: Path, path: str, target: Target, known: Known, candidates: Sequence[Ingestor]
) -> Scanned:
    repository = target.repository.name
    try:
        content = _content(file, target.folder)
    except IsADirectoryError:
        return Scanned(path, repository, *_other(file, target.folder))
    folder = watched(target.folder)
    document = Document(Scope(repository, path), content, folder)
    digest = document.sha256
    before = known.documents.get(path)
    if before is not None and before.sha256 == digest:
        trace = parsed_trace(before.trace)
        if trace.holds(target.folder):
            reason = f"{before.format}: as it was"
            return Scanned(path, repository, Outcome.UNCHANGED, reason, sha256=digest)
    if known.others.get(path) == digest:
        return Scanned(path, repository, Outcome.NOT_RECOGNISED, UNCLAIMED, sha256=digest)
    return understand(document, folder, candidates, target.repository.revision)


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
        alone = None if tree.consulted else digest
        return Scanned(path, repository, Outcome.NOT_RECOGNISED, UNCLAIMED, sha256=alone)
    ingestor, why = claim
    extract = ingestor.read(document)
    trace = trace_of(ingestor.name, extract, tree.consulted)
    source = DocumentRef(repository, path, digest, ingestor.name, revision)
    reading = Reading(source, extract, trace.text())
    return Scanned(path, repository, Outcome.READ, f"{ingestor.name}: {why.why}", reading, digest)


def _other(file: Path, folder: Folder) -> tuple[Outcome, str]:
    """What became of something that is no file of any format."""
    if not file.is_dir():
        return Outcome.NOT_RECOGNISED, "no format has this ending"
    if not file.is_symlink():
        return Outcome.UNREADABLE, f"{file.name}: the folder cannot be opened"
    inside = file.resolve().is_relative_to(folder.root)
    where = "of the scanned one, read at its own place" if inside else "outside; not followed"
    return Outcome.NOT_RECOGNISED, f"a link to a folder {where}"


def _content(file: Path, folder: Folder) -> bytes:
    try:
        real = folder.real(str(file))
        if real is None:
            raise InputError(
                "a link that leads out of the scanned folder; not followed", location=file.name
            )
        there = os.stat(real)
        if stat.S_ISDIR(there.st_mode):
            raise IsADirectoryError(real)
        if not stat.S_ISREG(there.st_mode):  # a pipe would keep the reader waiting for ever
            raise InputError("not an ordinary file; not opened", location=file.name)
        size = there.st_size
        if size > MAX_BYTES:
            raise InputError(
                f"the file has {size:,} bytes; documents of up to {MAX_BYTES:,} are read",
                location=file.name,
            )
        with open(real, "rb") as opened:
            return opened.read()
    except IsADirectoryError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be opened: {reason}", location=file.name) from error


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
