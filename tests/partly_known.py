"""A store that knows a part: one config that was read, one that could not be, and others."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from lineage.cli import main

CONFIG = "base_model: org/base\ndatasets:\n  - path: /path/to/data\nmystery: 1\nlearning_rate: 2\n"


def partly_known(tmp_path: Path) -> Path:
    """Makes the configs and the store below an empty folder; gives the store's file."""
    folder = tmp_path / "configs"
    folder.mkdir()
    (folder / "good.yaml").write_text(f"{CONFIG}output_dir: ./out\n")
    (folder / "bad.yaml").write_text("a: [1\n")
    (folder / "other.yaml").write_text("loggers: []\n")
    (folder / "code.txt").write_text("x")
    (folder / "away").symlink_to(tmp_path.parent)
    store = tmp_path / "store.sqlite"
    done = CliRunner().invoke(main, ["ingest", str(folder), "--store", str(store)])
    assert done.exit_code == 3
    return store
