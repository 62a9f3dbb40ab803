"""DVC pipelines and data files: ``dvc.yaml``, ``dvc.lock`` and ``*.dvc``.

Paths are relative to the folder of the file that names them, and become paths of the
repository. Digests are identity: the same bytes elsewhere are the same thing.
"""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.dvc.pipeline import read_pipeline
from ingest.dvc.tracked import read_tracked
from lineage.records import Extract

_STAGE_KEYS = frozenset({"cmd", "deps", "outs", "foreach", "matrix", "do", "wdir"})


def recognise(document: Document) -> Claim | None:
    """The names DVC gives its files, with the keys that go with each."""
    root = document.tree
    if document.name.endswith(".dvc"):
        entries = [*root.at("outs").elements(), *root.at("deps").elements()]
        return Claim(3, "tracked data") if any(e.at("path") for e in entries) else None
    stages = [stage for _, stage in root.at("stages").entries()]
    fits = any(_STAGE_KEYS & {key for key, _ in stage.entries()} for stage in stages)
    if document.name == "dvc.lock":
        return Claim(3, "locked stages") if fits else None
    known = fits or root.at("artifacts") or root.at("datasets")
    return Claim(3, "stages of a pipeline") if known else None


def read(document: Document) -> Extract:
    """All facts of one file."""
    found = Findings(document)
    if document.name.endswith(".dvc"):
        read_tracked(found, document.tree)
    else:
        read_pipeline(found, document.tree)
    return found.extract()


INGESTOR = Ingestor(
    name="dvc",
    title="DVC pipeline or data file",
    description="Pipelines, their locks and tracked files of DVC: what each stage makes of what, "
    "digests, imports. Code, parameters, metrics and plots are no artifacts.",
    endings=("dvc.yaml", "dvc.lock", ".dvc"),
    recognise=recognise,
    read=read,
)
