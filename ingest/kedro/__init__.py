"""Kedro: data catalogues (YAML), and the pipelines (Python, never executed) between them.

A catalogue has places and no lineage; a pipeline has lineage and no places. Both name data
sets, and a name means one thing in a project.
"""

from __future__ import annotations

import re

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.interpolation import resolved
from ingest.kedro.entries import looks_like_catalogue, read_catalogue
from ingest.kedro.pipelines import read_pipelines
from ingest.parsed import parsed
from lineage.records import Extract

_IMPORTED = re.compile(r"^\s*(from\s+kedro[\w.]*\s+import|import\s+kedro)\b", re.MULTILINE)
_NODE = re.compile(r"\b[Nn]ode(\s*\(|\s+as\s)")


def recognise(document: Document) -> Claim | None:
    """Entries with types of data sets, or nodes made with Kedro's own function."""
    if document.name.endswith(".py"):
        made = _IMPORTED.search(document.text) and _NODE.search(document.text)
        return Claim(3, "nodes of a Kedro pipeline") if made else None
    likeness = looks_like_catalogue(document.tree)
    if likeness is None:
        return None
    named = document.name.startswith("catalog") or "/catalog" in f"/{document.parent}"
    if named:
        return Claim(3, "a catalogue's name, and entries with types of data sets")
    return Claim(2, "entries with types of Kedro's data sets") if likeness else None


def read(document: Document) -> Extract:
    """All facts of a catalogue, or of the pipelines in a module."""
    if document.name.endswith(".py"):
        found = Findings(parsed(document))
        read_pipelines(found)
    else:
        found = Findings(document)
        read_catalogue(found, resolved(document.tree))
    return found.extract()


INGESTOR = Ingestor(
    name="kedro",
    title="Kedro catalogue or pipeline",
    description="Catalogues of Kedro: the data sets and models of a project and where each lies; "
    "pipelines: what each node makes of what, as far as the text says it.",
    endings=(".yml", ".yaml", ".py"),
    recognise=recognise,
    read=read,
)
