"""Which repository a folder belongs to, and at which revision it stands.

Git is asked two harmless questions (no hook, filter or monitor of the repository runs); where
it cannot answer, a folder is a repository of its own.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SAFE_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository: its name, its root folder, and the revision checked out there."""

    name: str
    root: Path
    revision: str | None = None


@cache
def repository_of(folder: Path) -> Repository:
    """The repository that a real folder lies in.

    A git repository is named by its remote (``github.com/org/name``), or without one by its
    first commit; any other folder by its name and a digest of its place, so that two folders of
    one name are never taken for one.
    """
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists():
            return _git(candidate)
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:8]
    return Repository(f"{_plain(folder.name) or 'folder'}-{digest}", folder)


def _git(root: Path) -> Repository:
    revision = _ask(root, "rev-parse", "--verify", "HEAD")
    remote = _ask(root, "config", "--get", "remote.origin.url")
    name = _remote_name(remote) if remote else None
    if name is None:
        first = _ask(root, "rev-list", "--max-parents=0", "HEAD")
        key = first.splitlines()[-1] if first else str(root)
        name = f"{_plain(root.name)}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
    return Repository(name, root, revision)


def _ask(root: Path, *question: str) -> str | None:
    try:
        answer = subprocess.run(
            [*_SAFE_GIT, "-C", str(root), *question],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None if answer.returncode == 0 else None


def _remote_name(url: str) -> str | None:
    """``github.com/org/name`` of any spelling of a remote, without credentials."""
    match = re.fullmatch(
        r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^@/\s]+@)?([\w.-]+\.[A-Za-z]+)(?::\d+)?[:/](.+?)(?:\.git)?/?",
        url,
    )
    return f"{match[1].lower()}/{_plain(match[2])}" if match else None


def _plain(text: str) -> str:
    return re.sub(r"[^\w./-]", "-", text).strip("/")
