"""What a config's comments say was downloaded, and into which folder."""

from __future__ import annotations

import re

from ingest.base import Findings
from ingest.paths import as_path
from ingest.reading import Node, Scalar
from ingest.torchtune.sections import HOLDERS
from lineage.identity import normalised_path
from lineage.vocabulary import Evidence, Kind, Relation

_DOWNLOAD = re.compile(r"#.*\btune download (?P<name>[\w.-]+/[\w.-]+)(?P<rest>.*)")
_INTO = re.compile(r"--output-dir[ =]+[\"']?(?P<path>[^\s\"']+)")


def downloads(found: Findings, root: Node) -> None:
    """Comments say which hub model was downloaded into a folder; only folders in use count."""
    folders: dict[str, Node] = {}
    holders = [root, *(root.at(name) for name in HOLDERS)]
    for _, section in (pair for holder in holders for pair in holder.entries()):
        folder = as_path(section.at("checkpoint_dir"))
        if folder:
            folders.setdefault(normalised_path(folder.text), folder)
    for number, line in enumerate(found.document.text.splitlines(), 1):
        said = _DOWNLOAD.match(line.lstrip()) if "tune download" in line else None
        if said is None:
            continue
        into = _INTO.search(said["rest"])
        path = into["path"] if into else f"/tmp/{said['name'].rpartition('/')[2]}"  # noqa: S108
        used = folders.get(normalised_path(path))
        if used is not None:
            at = Scalar("(comment)", number, said["name"], quoted=True)
            copy = found.artifact(used, Kind.MODEL, hub=False)
            original = found.artifact(at, Kind.MODEL)
            found.relate(copy, Relation.COPY_OF, original, at, evidence=Evidence.COMMENT)
