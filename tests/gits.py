"""Git repositories made by hand, without git: commits of small trees, and a tree checked out."""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import Repo

DAY_0 = datetime(2020, 1, 1, 12, tzinfo=UTC)

RUN = "model_name_or_path: org/m\nstage: sft\ndataset: notes\ntemplate: x\noutput_dir: saves/a\n"
"""A training whose data a table beside it explains."""


class Link(str):
    """A symbolic link that leads there."""


Files = Mapping[str | bytes, str | bytes]


def config(*data: str) -> str:
    """A fine-tuning config that trains on this data."""
    lines = "".join(f"  - path: {d}\n    type: alpaca\n" for d in data)
    return f"base_model: org/base\ndatasets:\n{lines}output_dir: ./out\n"


def day(number: float) -> datetime:
    """A moment so many days after the first."""
    return DAY_0 + timedelta(days=number)


class Git:
    """A repository in a folder; each commit is given all its files."""

    def __init__(self, folder: Path, remote: str | None = "https://example.org/team/configs.git"):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.repo = Repo.init(str(folder))
        if remote:
            settings = self.repo.get_config()
            settings.set((b"remote", b"origin"), b"url", remote.encode())
            settings.write_to_path()
        self.head: str | None = None

    def close(self) -> None:
        """Closes the files of the repository."""
        self.repo.close()

    def commit(
        self, files: Files, at: float | datetime, parents: Sequence[str] | None = None
    ) -> str:
        """Commits these files and nothing else, on HEAD or on the parents; HEAD moves there."""
        when = at if isinstance(at, datetime) else day(at)
        commit = Commit()
        commit.tree = self._tree(
            {k.encode() if isinstance(k, str) else k: v for k, v in files.items()}
        )
        over = parents if parents is not None else [self.head] if self.head else []
        commit.parents = [p.encode() for p in over]
        commit.author = commit.committer = b"Somebody <somebody@example.org>"
        commit.commit_time = commit.author_time = int(when.timestamp())
        commit.commit_timezone = commit.author_timezone = 0
        commit.message = b"change\n"
        self.repo.object_store.add_object(commit)
        self.repo.refs[b"HEAD"] = commit.id
        self.head = commit.id.decode()
        return self.head

    def _tree(self, files: Mapping[bytes, str | bytes]) -> bytes:
        tree, folders = Tree(), {}
        for path, content in files.items():
            name, _, rest = path.partition(b"/")
            if rest:
                folders.setdefault(name, {})[rest] = content
                continue
            blob = Blob.from_string(content.encode() if isinstance(content, str) else content)
            self.repo.object_store.add_object(blob)
            mode = stat.S_IFLNK if isinstance(content, Link) else 0o100644
            tree.add(name, mode, blob.id)
        for name, inner in folders.items():
            tree.add(name, 0o040000, self._tree(inner))
        self.repo.object_store.add_object(tree)
        return tree.id

    def checkout(self, files: Files) -> None:
        """Makes the folder hold these files and nothing else."""
        for old in sorted(self.folder.rglob("*"), reverse=True):
            if ".git" in old.relative_to(self.folder).parts:
                continue
            if old.is_dir() and not old.is_symlink():
                old.rmdir()
            else:
                old.unlink()
        for path, content in files.items():
            name = path if isinstance(path, str) else path.decode("utf-8", "surrogateescape")
            place = self.folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Link):
                place.symlink_to(content)
            else:
                place.write_bytes(content.encode() if isinstance(content, str) else content)

    def commits(self, *files: Files) -> list[str]:
        """Commits one tree a day, from the first day on, and checks the last one out."""
        made = [self.commit(tree, number) for number, tree in enumerate(files)]
        self.checkout(files[-1])
        return made
