"""What the tests of ingestors are given."""

from __future__ import annotations

from pathlib import Path

import pytest

from reading_helper import Tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """An empty folder to write configs into and to read them from."""
    return Tree(tmp_path)
