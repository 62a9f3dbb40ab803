"""Stores to look at, and a browser to look with."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from lineage.graph import Graph
from ui.story import story, write


@pytest.fixture
def story_store(tmp_path: Path) -> tuple[Path, Graph]:
    """The story's store and graph."""
    path = tmp_path / "story.sqlite"
    return path, write(path, story())


@pytest.fixture
def hostile_store(tmp_path: Path) -> tuple[Path, Graph]:
    """The story with datasets whose names try to be markup."""
    path = tmp_path / "hostile.sqlite"
    return path, write(path, story(hostile=True))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        found = shutil.which(name)
        if found:
            return found
    words = "no Chromium on the PATH; get one with: apt install chromium"
    if os.environ.get("LINEAGE_REQUIRE_ALL") == "1":
        pytest.fail(words)
    pytest.skip(words)
