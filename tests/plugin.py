"""A third-party package that brings an ingestor, made and installed by pip without a network."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path


def wheel(folder: Path, name: str, source: str) -> Path:
    """A wheel of one module, with its entry point."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    parts = {
        f"{name}.py": source,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[lineage.ingestors]\n{name} = {name}:INGESTOR\n",
    }
    parts[f"{info}/RECORD"] = "".join(f"{part},,\n" for part in (*parts, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as packed:
        for part, text in parts.items():
            packed.writestr(part, text)
    return path


def install(folder: Path, name: str, source: str) -> Path:
    """Installs such a package with pip into a folder of its own; gives the folder."""
    site = folder / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--no-index", "--no-deps", "--target", site, wheel(folder, name, source)],
        check=True,
    )  # fmt: skip
    return site
