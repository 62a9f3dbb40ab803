"""The page on plug-ins is true: its package is installed with pip and used."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from plugin import install

PAGE = (Path(__file__).parents[2] / "docs/plugins.md").read_text(encoding="utf-8")
LINEAGE = str(Path(sys.executable).parent / "lineage")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def runs(home: Path, site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [LINEAGE, *arguments, "--store", str(home / "store.sqlite")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )


def test_the_package_of_the_page_is_installed_and_used(tmp_path: Path) -> None:
    site = install(tmp_path, "acme_train", block("python"))
    configs = tmp_path / "configs"
    configs.mkdir()
    (configs / "faces.train").write_text(block("text"))
    done = runs(tmp_path, site, "ingest", str(configs))
    assert done.returncode == 0, done.stderr
    assert "acme_train" in done.stdout
    answer = json.loads(
        runs(tmp_path, site, "impact", "s3://acme-lake/faces/2021", "--format", "json").stdout
    )
    assert [a["name"] for a in answer["affected"]] == ["resnet50-faces (faces.train)"]
    report = json.loads(runs(tmp_path, site, "coverage", "--format", "json").stdout)
    (row,) = report["formats"]
    assert (row["format"], row["leaves"], row["mapped"]) == ("acme_train", 4, 3)


def test_a_plug_in_that_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    site = install(tmp_path, "broken", "import nothing_of_this_name\n")
    (tmp_path / "a.yaml").write_text("a: 1\n")
    done = runs(tmp_path, site, "ingest", str(tmp_path / "a.yaml"))
    assert done.returncode == 3
    assert "plug-in “broken” cannot be loaded" in done.stderr
    assert "Traceback" not in done.stderr
