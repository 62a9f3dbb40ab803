"""What to scan: the files below each path, repository by repository."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from pathlib import Path

from ingest.base import Folder
from lineage.errors import UsageError
from lineage.records import OWN_REPOSITORY
from lineage.repository import Repository, repository_of

NOT_ENTERED = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", ".tox"})
"""Folders of these names are not entered."""

_BY_NAME = attrgetter("name")


@dataclass(frozen=True)
class Target:
    """One path to scan: its files, its repository and the tree that may be read.

    ``files`` are places of the file system, as text: there are many.
    """

    repository: Repository
    folder: Folder
    files: Sequence[str]
    whole: bool

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths of the files, in the repository."""
        return frozenset(map(self.path_of, self.files))

    def covers(self, path: str) -> bool:
        """Whether a scan of this target would find a file at the path, were there one."""
        prefix = f"{self.folder.prefix}/" if self.folder.prefix else ""
        return (self.whole and path.startswith(prefix)) or path in self.paths

    def path_of(self, file: str) -> str:
        """The file's path in the repository, with what no text may hold made visible."""
        path = file[self._skipped :]
        return readable_path(path if os.sep == "/" else path.replace(os.sep, "/"))

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
            result.append(Target(home, Folder(home.root), (str(real),), whole=False))
            continue
        groups = _walked(real, Repository(repository, real) if repository else None)
        for home, files in sorted(groups.items(), key=lambda g: str(g[0].root)):
            inside = real if real.is_relative_to(home.root) else home.root
            prefix = inside.relative_to(home.root).as_posix()
            folder = Folder(inside, "" if prefix == "." else prefix)
            result.append(Target(home, folder, files, whole=True))
    return result


def _walked(top: Path, named: Repository | None) -> dict[Repository, list[str]]:
    """The files below a folder in order of path, and what is not entered, by repository.

    Not entered are links to folders, and folders that cannot be opened. The repository of what
    lies in no git one below ``top`` is that of ``top``.
    """
    found: dict[Repository, list[str]] = {}
    pending = [(str(top), named or repository_of(top))]
    while pending:
        place, home = pending.pop()
        try:
            with os.scandir(place) as listed:
                entries = sorted(listed, key=_BY_NAME)
        except OSError:
            found.setdefault(home, []).append(place)
            continue
        if named is None and any(e.name == ".git" and os.path.exists(e) for e in entries):
            home = repository_of(Path(place))
        files = [e.path for e in entries if not e.is_dir(follow_symlinks=False)]
        if files:
            found.setdefault(home, []).extend(files)
        pending += [
            (e.path, home)
            for e in reversed(entries)
            if e.is_dir(follow_symlinks=False) and e.name not in NOT_ENTERED
        ]
    return found
