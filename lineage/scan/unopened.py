"""Tells, without opening them, which files are as an earlier scan noted them.

What a document was read with (files it names, folders it lists, places where there was nothing)
is looked at as well, each place once for all documents.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from stat import S_ISREG

from ingest.base import mark_of_digest, state_of
from lineage.scan.marks import mark_of
from lineage.scan.scanned import Known
from lineage.scan.targets import Target


def files_to_open(target: Target, known: Known) -> Sequence[str]:
    """The files of a target that are not known, or may not be as they were; in the same order."""
    if not known.marks:
        return target.files
    places = _Places(target, known)
    return [file for file in target.files if not places.is_as_it_was(file)]


class _Places:
    """The places of a target during one scan."""

    def __init__(self, target: Target, known: Known):
        self._target = target
        self._known = known
        self._states: dict[str, str] = {}

    def is_as_it_was(self, file: str) -> bool:
        """Whether reading a file would tell what is known of it."""
        path = self._target.path_of(file)
        if self._unopened(path, file) is None:
            return False
        consulted = self._known.consulted(path)
        return consulted is not None and all(
            self._state(place) == noted for place, noted in consulted.items()
        )

    def _unopened(self, path: str, place: str) -> str | None:
        """The digest of a file's content, where its mark tells it.

        A link is not trusted: it has no mark of its own, and may lead anywhere.
        """
        mark, sha256 = self._known.marks.get(path), self._known.sha256(path)
        if mark is None or sha256 is None:
            return None
        try:
            there = os.lstat(place)
        except (OSError, ValueError):
            return None
        as_noted = S_ISREG(there.st_mode) and mark_of(there, sha256) == mark
        return sha256 if as_noted else None

    def _state(self, place: str) -> str:
        """The state of a place that a document was read with, as its trace would note it."""
        if place not in self._states:
            action, _, path = place.partition(" ")
            real = self._target.folder.place(path) if action == "read" else None
            sha256 = self._unopened(path, real) if real else None
            state = mark_of_digest(sha256) if sha256 else state_of(self._target.folder, place)
            self._states[place] = state
        return self._states[place]
