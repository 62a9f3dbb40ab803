"""What is tested is what is installed."""

from __future__ import annotations

import os
from importlib.metadata import distribution
from pathlib import Path

import lineage
from lineage.demo import demo_root

PARTS = (
    "lineage/py.typed",
    "lineage/drawing/cards.js",
    "lineage/ui/components/canvas.js",
    "lineage/demo_documents/okcupid/record/lineage.yaml",
    "ingest/axolotl.py",
)


def test_the_wheel_holds_all_its_parts_and_not_the_page_of_the_source_tree() -> None:
    installed = {str(f) for f in distribution("lineage-explorer").files or ()}
    if os.environ.get("LINEAGE_REQUIRE_ALL") == "1":
        assert "site-packages" in Path(lineage.__file__).parts
        assert set(PARTS) <= installed
    assert "app.py" not in installed


def test_the_demo_is_found_wherever_it_is_installed() -> None:
    assert (demo_root() / "okcupid/record/lineage.yaml").is_file()
    assert (demo_root() / "face-recognition/datasets.lineage.yaml").is_file()
