"""Data sets that the hub's library makes of files: ``json`` with ``data_files`` is no name."""

from __future__ import annotations

from ingest.paths import as_path
from ingest.reading import Map, Node

BUILDERS = frozenset({
    "json", "jsonl", "csv", "parquet", "arrow", "text", "pandas", "xml", "webdataset",
    "imagefolder", "audiofolder", "videofolder", "generator",
})  # fmt: skip
"""What ``datasets.load_dataset`` takes in the place of a data set's name."""


def files_of(name: Node, options: Node) -> list[Node] | None:
    """The files or the folder that a builder is given; None where a data set is named."""
    if name.text.lower() not in BUILDERS:
        return None
    given = options.at("data_files") or options.at("data_dir")
    listed = [part for _, part in given.entries()] if isinstance(given, Map) else [given]
    return [as_path(file) for part in listed for file in part.elements() if file.text]
