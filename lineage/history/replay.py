"""What every commit changed in what documents say, and so from when until when they said it.

A fact holds from the earliest commit that states it to the latest one that does not while one
that it stands on does. Each step from a parent to a child is looked at alone, so neither the
order of commits nor branches and merges make a difference; whatever is found of a fact is united
by :func:`lineage.store.past.recalled`. Where a revision of a document cannot be read, the
document still says what it said before, as in any ingest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dulwich.objects import ObjectID

from lineage.history.commits import Commit, History
from lineage.history.reading import NOTHING, Facts, Reader, Said, unreadable
from lineage.history.tree import changes
from lineage.records import DocumentRef
from lineage.scan import Outcome, Scanned, readable_path
from lineage.store.past import Past, Row, recalled, said_until

_MOST_FACTS = 20_000
"""As many facts of the past are held before they are handed on."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What a commit made of a document: as it was read, or None where it went."""

    path: str
    commit: Commit
    scanned: Scanned | None

    @property
    def place(self) -> str:
        """Where it stands: ``PATH@COMMIT``, the commit by its first letters."""
        return f"{self.path}@{self.commit.id[:7]}"


@dataclass(slots=True)
class Step:
    """One commit: the documents it changed, and pasts that are complete enough to be kept."""

    commit: Commit
    revisions: list[Revision] = field(default_factory=list)
    pasts: list[Past] = field(default_factory=list)


class Replay:
    """Goes through the commits of a repository that HEAD stands on and ``done`` does not."""

    def __init__(self, history: History, done: str | None):
        self.commits: Sequence[Commit] = history.since(done)
        self._history = history
        self._by_id = {commit.id: commit for commit in self.commits}
        self._reader = Reader(history)
        self._before: dict[tuple[str, ObjectID], Facts] = {}
        self._since: dict[str, dict[str, datetime]] = defaultdict(dict)
        self._pasts: dict[str, Past] = {}
        self._old: dict[str, Commit] = {}

    def steps(self) -> Iterator[Step]:
        """Each commit after those it stands on.

        Raises:
            InputError: a commit or a tree is missing or damaged.
        """
        for commit in self.commits:
            step = Step(commit)
            parents = [self._commit(id_) for id_ in commit.parents]
            news: set[str] | None = None
            for parent in [*parents] or (None,):
                changed = self._step(parent, commit)
                news = changed if news is None else news & changed
            step.revisions = list(self._revisions(commit, parents, sorted(news or ())))
            if sum(len(p.edges) + len(p.mentions) for p in self._pasts.values()) > _MOST_FACTS:
                step.pasts = self._taken()
            yield step

    def rest(self, now: datetime) -> list[Past]:
        """The pasts that no step has handed on, and since when HEAD says what it says.

        A store that knows HEAD's documents as they are only dates those back; one that knows
        them as gone or otherwise was told so by the files as they are ``now``.
        """
        head = self._history.commit(self._history.head)
        for path, since in self._since.items():
            said = self._reader.at(head, path)
            self._end(path, self._facts(path, said), set(since), (head.id, now), now)
        self._since.clear()
        return self._taken()

    def _taken(self) -> list[Past]:
        taken = list(self._pasts.values())
        self._pasts.clear()
        return taken

    def _commit(self, id_: str) -> Commit:
        """A parent; all documents of one that was replayed earlier are read, to know them."""
        if id_ in self._by_id:
            return self._by_id[id_]
        if id_ not in self._old:
            commit = self._old[id_] = self._history.commit(id_)
            for path in self._reader.documents(commit):
                self._reader.at(commit, path)
        return self._old[id_]

    def _step(self, parent: Commit | None, commit: Commit) -> set[str]:
        """Notes what a commit says otherwise than its parent; gives the documents."""
        old_tree = parent.tree if parent else None
        differ = changes(self._history.objects, old_tree, commit.tree)
        found: set[str] = set()
        for path in sorted(self._reader.concerned(list(differ))):
            old = self._reader.at(parent, path) if parent else None
            new = self._reader.at(commit, path)
            if old is new:
                continue
            found.add(path)
            was = self._facts(path, old)
            if new is not None and unreadable(new):
                key = (path, new.content)
                self._before[key] = was.or_else(self._before.get(key, NOTHING))
            now = self._facts(path, new)
            self._begin(path, was, now, commit.at)
            if parent is not None:
                gone = (was.mentions.keys() - now.mentions.keys()) | (
                    was.edges.keys() - now.edges.keys()
                )
                self._end(path, was, gone, (parent.id, parent.at), max(commit.at, parent.at))
        return found

    def _facts(self, path: str, said: Said | None) -> Facts:
        if said is None:
            return NOTHING
        return self._before.get((path, said.content), NOTHING) if unreadable(said) else said.facts

    def _begin(self, path: str, was: Facts, now: Facts, at: datetime) -> None:
        since = self._since[path]
        for old, new in ((was.mentions, now.mentions), (was.edges, now.edges)):
            for key in new.keys() - old.keys():
                since[key] = min(at, since.get(key, at))

    def _end(
        self, path: str, was: Facts, gone: set[str], last: tuple[str, datetime], until: datetime
    ) -> None:
        """Notes that facts were said until some time.

        Args:
            path: the document.
            was: what it said.
            gone: the keys of the facts.
            last: the id of the last commit that says so, and its time.
            until: when it no longer said so.
        """
        revision, at = last
        ended = (_rows(was.mentions, gone), _rows(was.edges, gone))
        if not any(ended):
            return
        since = self._since[path]
        name = readable_path(path)
        repository = self._history.target.repository.name
        document = DocumentRef(repository, name, "", was.format, revision)
        past = self._pasts.setdefault(path, Past(document, _text(until), {}, {}))
        if (past.at, past.document.revision or "") < (_text(until), revision):
            past.document, past.at = document, _text(until)
        begun = {key: _text(min(since.pop(key, at), at)) for key in gone}
        for mention in ended[0]:
            spoken = said_until(mention, begun[mention.key], _text(until))
            past.mentions[mention.key] = recalled(past.mentions.get(mention.key), spoken)
        for edge in ended[1]:
            said = said_until(edge, begun[edge.key], _text(until))
            past.edges[edge.key] = recalled(past.edges.get(edge.key), said)

    def _revisions(
        self, commit: Commit, parents: Sequence[Commit], paths: Sequence[str]
    ) -> Iterator[Revision]:
        for path in paths:
            said = self._reader.at(commit, path)
            if said is not None and said.scanned.outcome != Outcome.NOT_RECOGNISED:
                yield Revision(readable_path(path), commit, said.scanned)
            elif any(self._facts(path, self._reader.at(p, path)).format for p in parents):
                yield Revision(readable_path(path), commit, None)


def _rows(rows: Mapping[str, Row], keys: set[str]) -> list[Row]:
    return [row for key, row in rows.items() if key in keys]


def _text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
