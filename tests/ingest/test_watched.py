"""A tree that remembers what was looked at in it."""

from __future__ import annotations

import os
from pathlib import Path

from ingest.base import Folder, is_as_noted, watched


def test_names_in_no_encoding_are_noted_too(tmp_path: Path) -> None:
    folder = Folder(tmp_path.resolve())
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.yaml")).write_text("a: 1\n")
    seen = watched(folder)
    assert len(seen.entries(".")) == 1
    ((place, noted),) = seen.consulted.items()
    assert is_as_noted(folder, place, noted)
    (tmp_path / "another.yaml").write_text("a: 1\n")
    assert not is_as_noted(folder, place, noted)
