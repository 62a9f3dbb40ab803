"""Detectron2 configs: YAML with upper-case keys (yacs), and lazy configs in Python.

The YAML is also that of projects built on it or alike: maskrcnn-benchmark, FastReID, SlowFast.
"""

from __future__ import annotations

from ingest.base import Claim, Document, Ingestor
from ingest.detectron2 import lazy, yacs
from lineage.records import Extract


def recognise(document: Document) -> Claim | None:
    """A model and data sets in either syntax."""
    if document.name.endswith(".py"):
        return lazy.recognise(document)
    return yacs.recognise(document)


def read(document: Document) -> Extract:
    """All facts of one config."""
    return lazy.read(document) if document.name.endswith(".py") else yacs.read(document)


INGESTOR = Ingestor(
    name="detectron2",
    title="Detectron2 config",
    description="YAML and lazy Python configs of Detectron2 and its relatives, bases included: "
    "weights, registered data sets, proposal files, output folder.",
    endings=(".yaml", ".yml", ".py"),
    recognise=recognise,
    read=read,
)
