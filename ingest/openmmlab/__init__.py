"""Configs of the OpenMMLab family (Python): mmpretrain, mmdetection, XTuner and others.

``inheritance`` puts a config together with its bases, ``weights`` finds what its model starts
from or learns from, ``datasets`` what it is trained and evaluated on.
"""

from __future__ import annotations

import re

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.openmmlab.datasets import read_datasets
from ingest.openmmlab.facts import Facts
from ingest.openmmlab.inheritance import Config, config_of
from ingest.openmmlab.weights import read_weights
from ingest.parsed import parsed
from ingest.reading import Map
from lineage.errors import InputError
from lineage.records import Extract
from lineage.vocabulary import Evidence, Kind, Relation

_LOOKS = re.compile(
    r"^(_base_\s*=\s*(\[|\(|['\"])|\s*with read_base\(\)|(model|algorithm)\s*=\s*(dict\(|\{))", re.M
)
_LOADERS = ("train_dataloader", "val_dataloader", "test_dataloader", "data")
_RUNNER = (
    "optim_wrapper", "optimizer", "train_cfg", "runner", "total_epochs", "lr_config",
    "param_scheduler", "default_hooks", "default_scope", "work_dir", "workflow", "evaluation",
)  # fmt: skip
_MODELS = ("model", "algorithm")


def recognise(document: Document) -> Claim | None:
    """A model with a way to run it, the bases included; parts of configs are no documents.

    Where a base is not there to tell, weights to load show that a config is a whole one.
    """
    if not _LOOKS.search(document.text):
        return None
    try:
        config = config_of(document)
    except InputError:
        return None
    values = config.values
    if config.missing and values.at("load_from").text:
        return Claim(1, "weights that a training loads, with a base outside the tree")
    if not any(isinstance(values.at(key), Map) and values.at(key) for key in _MODELS):
        return None
    if not any(values.at(key) for key in _LOADERS):
        return None
    if config.base_line or config.missing:
        return Claim(2, "inherits a model and data through _base_ or read_base()")
    runs = [key for key in _RUNNER if key in values.items]
    return Claim(2, f"a model, data and {len(runs)} keys of a runner") if runs else None


def read(document: Document) -> Extract:
    """All facts of one config and of what it inherits."""
    config = config_of(document)
    found = Findings(parsed(document, config.values))
    for reason in config.missing:
        found.skip(reason, config.base_line or None)
    root = config.values
    if _trains(config):
        model = found.output(Kind.MODEL, name=root.saying(document.stem))
        _places(found, config, document)
    else:
        model = found.output(Kind.MODEL, at=root.at("test_dataloader") or root)
    facts = Facts(found, config, model)
    read_weights(facts)
    read_datasets(facts)
    return found.extract()


def _trains(config: Config) -> bool:
    """Whether it can train: the runner makes no weights where only data to measure on is given.

    What is in a base outside the tree is not known, and may be data to train on.
    """
    root = config.values
    measures = root.at("val_dataloader") or root.at("test_dataloader")
    trains = root.at("train_dataloader") or root.at("data", "train") or root.at("train_cfg")
    return bool(trains or config.missing or not measures)


def _places(found: Findings, config: Config, document: Document) -> None:
    """The folder of checkpoints: as given, or the one that the training tool makes."""
    root = config.values
    stated = root.at("work_dir")
    place = stated or root.saying(f"work_dirs/{document.stem}")
    model = found.output(Kind.MODEL, name=root.saying(document.stem))
    folder = found.artifact(place, Kind.COPY, hub=False)
    if folder.namespace.startswith("unknown://"):
        return
    found.describe(folder, place, copy_kind="output folder", location=folder.name)
    evidence = Evidence.DECLARED if stated else Evidence.DEFAULT
    found.relate(folder, Relation.COPY_OF, model, place, evidence=evidence)


INGESTOR = Ingestor(
    name="openmmlab",
    title="OpenMMLab config",
    description="Python configs of mmpretrain, mmdetection and their family, bases included: "
    "weights a model starts from, teachers, data sets with their parts, work folder.",
    endings=(".py",),
    recognise=recognise,
    read=read,
)
