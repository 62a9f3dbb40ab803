"""What a document says at a commit. Read once for the same bytes and the same files beside them."""

from __future__ import annotations

import posixpath
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dulwich.objects import ObjectID

from ingest.base import Document, is_as_noted, watched
from lineage.errors import InputError
from lineage.history.commits import Commit, History
from lineage.history.objects import is_file, is_link
from lineage.history.tree import Change, CommitTree, entry_at, files_of
from lineage.identity import Scope
from lineage.records import Reading
from lineage.scan import (
    NOT_ENTERED,
    Outcome,
    Scanned,
    attempt,
    readable_path,
    readers_of,
    understand,
)
from lineage.store.rows import Edge, Mention, edges, mentions

_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says, by key; ``format`` is empty where it says nothing."""

    format: str = ""
    mentions: Mapping[str, Mention] = field(default_factory=dict)
    edges: Mapping[str, Edge] = field(default_factory=dict)

    def or_else(self, other: Facts) -> Facts:
        """What this one or another says."""
        return Facts(
            self.format or other.format,
            {**other.mentions, **self.mentions},
            {**other.edges, **self.edges},
        )


NOTHING = Facts()


@dataclass(frozen=True, slots=True)
class Said:
    """What came of reading one content at one path; of a link that leads nowhere, the link.

    ``consulted`` are the other places that were looked at, with a mark of their state.
    """

    scanned: Scanned
    content: ObjectID
    facts: Facts
    consulted: Mapping[str, str]


class Reader:
    """Reads documents of a scanned repository as they were at its commits.

    Paths are those of git, decoded with ``surrogateescape``.
    """

    def __init__(self, history: History):
        self._history = history
        self._kept: OrderedDict[tuple[str, ObjectID], list[Said]] = OrderedDict()
        self._readers_of_place: dict[str, set[str]] = defaultdict(set)

    def wants(self, path: str) -> bool:
        """Whether a scan would look into a file at this path."""
        target = self._history.target
        folder, name = posixpath.split(path)
        below = folder[len(target.folder.prefix) :].split("/") if target.whole else ()
        return (
            bool(readers_of(name))
            and target.covers(readable_path(path))
            and NOT_ENTERED.isdisjoint(below)
        )

    def concerned(self, changes: Iterable[Change]) -> set[str]:
        """The documents that may say something else where these paths differ.

        Those themselves, and those that were read with one of them at any commit so far.
        """
        found: set[str] = set()
        for change in changes:
            if self.wants(change.path):
                found.add(change.path)
            found |= self._readers_of_place.get(change.path, set())
            if change.moved:
                for above in _above(change.path):
                    found |= self._readers_of_place.get(above, set())
            if change.link:
                for place, readers in self._readers_of_place.items():
                    if place.startswith(f"{change.path}/"):
                        found |= readers
        return found

    def documents(self, commit: Commit) -> Iterator[str]:
        """The paths that a scan of the commit would look into."""
        objects = self._history.objects
        return (path for path in files_of(objects, commit.tree) if self.wants(path))

    def at(self, commit: Commit, path: str) -> Said | None:
        """What the file at a path says at a commit; None where there is none."""
        target = self._history.target
        tree = CommitTree(self._history.objects, commit.tree, target.folder.prefix)
        raw = entry_at(self._history.objects, commit.tree, path)
        if raw is None or not (is_file(raw[0]) or is_link(raw[0])):
            return None
        found = raw if is_file(raw[0]) else tree.find(path)
        if found is not None and not is_file(found[0]):
            return None
        content = (found or raw)[1]
        for said in self._kept.get((path, content), ()):
            if all(is_as_noted(tree, place, noted) for place, noted in said.consulted.items()):
                self._kept.move_to_end((path, content))
                return said
        said = self._read(commit, path, content, tree, lost=found is None)
        self._kept.setdefault((path, content), []).append(said)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        for place in tree.places - {path}:
            self._readers_of_place[place].add(path)
        return said

    def _read(
        self, commit: Commit, path: str, content: ObjectID, tree: CommitTree, *, lost: bool
    ) -> Said:
        name = readable_path(path)
        repository = self._history.target.repository.name
        folder = watched(tree)

        def look() -> Scanned:
            if lost:
                raise InputError(
                    "a link that leads out of the scanned folder, or nowhere; not followed",
                    location=posixpath.basename(name),
                )
            try:
                found = self._history.objects.blob(content)
            except InputError as error:
                error.location = posixpath.basename(name)
                raise
            document = Document(Scope(repository, name), found, folder)
            return understand(document, folder, readers_of(posixpath.basename(path)), commit.id)

        scanned = attempt(name, repository, look)
        return Said(scanned, content, _facts(scanned.reading), folder.consulted)


def _facts(reading: Reading | None) -> Facts:
    if reading is None:
        return NOTHING
    return Facts(
        reading.document.format,
        {row.key: row for row in mentions(reading)},
        {row.key: row for row in edges(reading)},
    )


def _above(path: str) -> Iterator[str]:
    """The folders that hold a path, the nearest first, the root last."""
    while path:
        path = posixpath.dirname(path)
        yield path


def unreadable(said: Said | None) -> bool:
    """Whether there is a file, and it cannot be read."""
    return said is not None and said.scanned.outcome == Outcome.UNREADABLE
