"""The commits of a repository that HEAD stands on: which there are, when, in which order."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dulwich.errors import NotGitRepository
from dulwich.objects import ObjectID
from dulwich.repo import ParentsProvider, Repo, UnsupportedExtension, UnsupportedVersion

from lineage.errors import InputError, UsageError
from lineage.history.objects import DAMAGE, Objects, is_folder
from lineage.scan import Target

_LATEST = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its id, when it was made (UTC), and the ids of what it stands on.

    ``tree`` is the tree of the scanned repository's root, None where the commit has no such
    folder.
    """

    id: str
    at: datetime
    parents: tuple[str, ...]
    tree: ObjectID | None


class History:
    """The history of a scanned repository. Use :func:`history_of`; close it at the end."""

    def __init__(self, target: Target, repo: Repo, head: ObjectID, base: tuple[bytes, ...]):
        self.target = target
        self.head = head.decode()
        self.objects = Objects(repo.object_store)
        self._repo = repo
        self._base = base
        shallow = repo.get_shallow()
        self.shallow = tuple(sorted(id_.decode() for id_ in shallow))
        self._parents = ParentsProvider(repo.object_store, grafts={}, shallows=shallow)

    def close(self) -> None:
        """Closes the files of the repository."""
        self._repo.close()

    def has(self, id_: str) -> bool:
        """Whether the repository has this commit."""
        try:
            return ObjectID(id_.encode()) in self._repo.object_store
        except DAMAGE:
            return False

    def commit(self, id_: str) -> Commit:
        """A commit by its id.

        Raises:
            InputError: it is missing or damaged.
        """
        found = self.objects.commit(ObjectID(id_.encode()))
        tree: ObjectID | None = found.tree
        for name in self._base:
            mode, tree = self.objects.tree(tree).get(name, (0, None)) if tree else (0, None)
            tree = tree if is_folder(mode) else None
        return Commit(
            id_,
            datetime.fromtimestamp(min(max(int(found.commit_time), 0), _LATEST), UTC),
            tuple(p.decode() for p in self._parents.get_parents(found.id, found)),
            tree,
        )

    def since(self, done: str | None) -> list[Commit]:
        """The commits that HEAD stands on and ``done`` does not, each after its parents.

        Where dates run backwards a few that ``done`` stands on may be among them.

        Raises:
            InputError: a commit is missing or damaged.
        """
        found: dict[str, Commit] = {}
        old: set[str] = set()
        pending: list[tuple[float, str, Commit]] = []
        met: set[str] = set()
        fresh: set[str] = set()  # those of the pending that are not known to be old

        def meet(ids: Iterable[str]) -> None:
            for id_ in ids:
                if id_ not in met:
                    met.add(id_)
                    commit = self.commit(id_)
                    heapq.heappush(pending, (-commit.at.timestamp(), id_, commit))
                    fresh.update({id_} - old)

        if done is not None:
            old.add(done)
            meet([done])
        meet([self.head])
        while fresh:
            _, id_, commit = heapq.heappop(pending)
            fresh.discard(id_)
            if id_ in old:
                old.update(commit.parents)
                fresh.difference_update(commit.parents)
            else:
                found[id_] = commit
            meet(commit.parents)
        return _oldest_first(found)


def _oldest_first(found: dict[str, Commit]) -> list[Commit]:
    """Commits in order of date, but each after its parents (Kahn's algorithm)."""
    waits = {id_: sum(p in found for p in c.parents) for id_, c in found.items()}
    children: dict[str, list[str]] = {id_: [] for id_ in found}
    for id_, commit in found.items():
        for parent in commit.parents:
            if parent in found:
                children[parent].append(id_)
    ready = [(found[id_].at, id_) for id_, n in waits.items() if not n]
    heapq.heapify(ready)
    order: list[Commit] = []
    while ready:
        _, id_ = heapq.heappop(ready)
        order.append(found[id_])
        for child in children[id_]:
            waits[child] -= 1
            if not waits[child]:
                heapq.heappush(ready, (found[child].at, child))
    return order


def history_of(target: Target) -> History | None:
    """The history of a scanned repository; None for what lies in no git repository.

    Raises:
        UsageError: it has no commit yet.
        InputError: git's own files cannot be read.
    """
    root = target.repository.root
    top = next((f for f in (root, *root.parents) if (f / ".git").exists()), None)
    if top is None:
        return None
    try:
        repo = Repo(str(top))
        head = repo.head()
    except KeyError as error:
        raise UsageError(
            "the repository has no commit yet, so no history",
            location=str(top),
            remedy="Leave out --history.",
        ) from error
    except (NotGitRepository, UnsupportedExtension, UnsupportedVersion, *DAMAGE) as error:
        raise InputError(
            f"the repository cannot be opened: {type(error).__name__} {error}",
            location=str(top),
            remedy="A partial or damaged clone has no whole history: clone it anew, or leave out "
            "--history.",
        ) from error
    return History(target, repo, head, _parts(root.relative_to(top)))


def _parts(path: Path) -> tuple[bytes, ...]:
    return tuple(part.encode("utf-8", "surrogateescape") for part in path.parts)


def histories(targets: Iterable[Target]) -> list[History]:
    """The histories of all repositories among what is scanned; other folders have none.

    Raises:
        UsageError: none of them is a git repository, or one has no commit yet.
        InputError: git's own files cannot be read.
    """
    chosen = list(targets)
    found = [history for target in chosen if (history := history_of(target)) is not None]
    if not found:
        raise UsageError(
            "nothing here is the working tree of a git repository, so there is no history",
            location=", ".join(str(t.repository.root) for t in chosen) or None,
            remedy="Give a clone with its files checked out, or leave out --history.",
        )
    return found
