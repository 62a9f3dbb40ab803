"""Up to where the history of a repository was replayed, kept beside what it told.

One document of Lineage's own for each repository. It states nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from lineage.history.commits import History
from lineage.records import OWN_REPOSITORY, DocumentRef, Reading
from lineage.store.base import Store
from lineage.trace import fingerprint

FORMAT = "git history"
"""The format of such a document."""


@dataclass(slots=True)
class Replayed:
    """Up to where the history of a repository was replayed.

    Attributes:
        readers: fingerprint of the code that read it.
        shallow: the commits at which the clone ended.
        heads: for each folder or file that was asked for, the commit it was replayed up to.
        unreadable: for each of those, the revisions that could not be read, with the reason.
    """

    readers: str = field(default_factory=fingerprint)
    shallow: tuple[str, ...] = ()
    heads: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, dict[str, str]] = field(default_factory=dict)

    def reading(self, repository: str, head: str) -> Reading:
        """The record as a store keeps it."""
        text = json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        return Reading(DocumentRef(*_place(repository), digest, FORMAT, head), trace=text)


def _place(repository: str) -> tuple[str, str]:
    return OWN_REPOSITORY, f"{FORMAT}/{repository}"


def replayed(store: Store, history: History) -> Replayed:
    """What was replayed of a repository; nothing where it was read or cloned otherwise since."""
    repository = history.target.repository.name
    path = _place(repository)[1]
    new = Replayed(shallow=history.shallow)
    rows = [d for d in store.documents(OWN_REPOSITORY) if d.path == path]
    try:
        told: Mapping[str, object] = json.loads(rows[0].trace if rows else "{}")
        old = Replayed(**told)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return new
    same = old.readers == new.readers and tuple(old.shallow) == new.shallow
    return old if same else new


def scope_of(history: History) -> str:
    """What was asked for of the repository: a folder, or one file."""
    target = history.target
    return f"{target.folder.prefix}/" if target.whole else "\n".join(sorted(target.paths))
