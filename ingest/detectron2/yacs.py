"""The YAML syntax: upper-case sections, and ``_BASE_`` for the file it is based on."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from ingest.base import Claim, Document, Findings
from ingest.detectron2.facts import data, weights
from ingest.inheriting import overlaid, relined
from ingest.parsed import parsed
from ingest.reading import ABSENT, Map, Node, Scalar
from lineage.errors import InputError
from lineage.records import Extract, Ref
from lineage.vocabulary import Evidence, Kind, Relation

_SECTIONS = frozenset({
    "DATALOADER", "INPUT", "SOLVER", "TEST", "OUTPUT_DIR", "VERSION", "CUDNN_BENCHMARK", "TRAIN",
    "DATA", "LOSS", "NUM_GPUS", "RNG_SEED", "VIS_PERIOD", "SEED", "BN",
})  # fmt: skip
_WEIGHTS = (
    (("MODEL", "WEIGHTS"), ""),
    (("MODEL", "WEIGHT"), ""),
    (("MODEL", "PRETRAINED"), ""),
    (("MODEL", "BACKBONE", "PRETRAIN_PATH"), "into the backbone"),
    (("MODEL", "BACKBONE", "WEIGHTS"), "into the backbone"),
    (("MODEL", "PRETRAIN_PATH"), ""),
    (("MODEL", "RESUME_PATH"), ""),
    (("TRAIN", "CHECKPOINT_FILE_PATH"), ""),
)
_DATA = (
    (("DATASETS", "TRAIN"), Relation.TRAINED_ON, None),
    (("DATASETS", "NAMES"), Relation.TRAINED_ON, None),
    (("DATASETS", "TEST"), Relation.EVALUATED_ON, None),
    (("DATASETS", "VAL"), Relation.EVALUATED_ON, None),
    (("DATASETS", "TESTS"), Relation.EVALUATED_ON, None),
    (("DATASETS", "PROPOSAL_FILES_TRAIN"), Relation.TRAINED_ON, "proposals"),
    (("DATASETS", "PROPOSAL_FILES_TEST"), Relation.EVALUATED_ON, "proposals"),
    (("DATASETS", "TRAIN_LABEL"), Relation.TRAINED_ON, None),
    (("DATASETS", "TRAIN_UNLABEL"), Relation.TRAINED_ON, "unlabelled"),
)
_MOST_BASES = 30


def recognise(document: Document) -> Claim | None:
    """A model and data sets under upper-case keys; files called ``Base…`` are parts of others."""
    if re.match(r"_?base([-_.]|$)", document.stem, re.IGNORECASE):
        return None
    root = document.tree
    keys = {key for key, _ in root.entries()}
    if not keys or not all(key.isupper() or key == "_BASE_" for key in keys if key[:1].isalpha()):
        return None
    sections = isinstance(root.at("MODEL"), Map) and isinstance(root.at("DATASETS"), Map)
    if root.at("_BASE_").text.endswith((".yaml", ".yml")):
        return Claim(3 if sections else 2, "_BASE_ with upper-case sections")
    if sections:
        return Claim(2, "MODEL and DATASETS in upper case")
    if isinstance(root.at("MODEL"), Map) and root.at("TRAIN", "DATASET").text and keys & _SECTIONS:
        return Claim(2, "MODEL, DATA and TRAIN in upper case")
    if isinstance(root.at("MODEL"), Map) and any(root.at(*p).text for p, _ in _WEIGHTS):
        return Claim(1, "MODEL with weights, in upper case")
    return None


def read(document: Document) -> Extract:
    """All facts of one config."""
    found = Findings(parsed(document, *document.trees))
    root, inherited = _composed(found, document)
    own = document.tree

    def evidence(*path: str) -> Evidence:
        return Evidence.INHERITED if inherited and not own.at(*path) else Evidence.DECLARED

    model = found.output(Kind.MODEL, location=root.at("OUTPUT_DIR"), at=own)
    for path, part in _WEIGHTS:
        weights(found, model, root.at(*path), evidence(*path), part)
    for path, relation, share in _DATA:
        data(found, model, relation, root.at(*path), evidence(*path), share)
    _bootstrapped(found, model, root, evidence)
    _slowfast(found, model, root, evidence("TRAIN", "DATASET"))
    if root.at("MODEL", "BACKBONE", "PRETRAIN").is_true and not root.at(*_WEIGHTS[3][0]):
        found.skip("the pretrained backbone is not named", root.at("MODEL", "BACKBONE", "PRETRAIN"))
    return found.extract()


def _bootstrapped(
    found: Findings, model: Ref, root: Node, evidence: Callable[..., Evidence]
) -> None:
    """DensePose trains on pictures without labels, which another model labels on the way."""
    for entry in root.at("BOOTSTRAP_DATASETS").elements():
        known = evidence("BOOTSTRAP_DATASETS")
        data(found, model, Relation.TRAINED_ON, entry.at("DATASET"), known, "labelled by a model")
    labels = root.at("BOOTSTRAP_MODEL", "WEIGHTS")
    if labels.text:
        teacher = found.artifact(labels, Kind.MODEL, hub=False)
        known = evidence("BOOTSTRAP_MODEL", "WEIGHTS")
        found.relate(model, Relation.DISTILLED_FROM, teacher, labels, evidence=known)


def _slowfast(found: Findings, model: Ref, root: Node, evidence: Evidence) -> None:
    """SlowFast names a loader, and the folder it reads from."""
    loader, folder = root.at("TRAIN", "DATASET"), root.at("DATA", "PATH_TO_DATA_DIR")
    data(found, model, Relation.TRAINED_ON, folder or loader, evidence, loader.text or None)
    tested = root.at("TEST", "DATASET")
    if tested.text:
        data(found, model, Relation.EVALUATED_ON, folder or tested, evidence, tested.text)


def _composed(found: Findings, document: Document) -> tuple[Node, bool]:
    """A config over all its bases, and whether it has one."""
    root = document.tree
    line = root.at("_BASE_").line
    chain, current, seen = [root], document, {document.path}
    while current.tree.at("_BASE_").text and len(chain) < _MOST_BASES:
        name = current.tree.at("_BASE_").text
        base = _base(current, name)
        if base is None or base.path in seen:
            found.skip(f"the base “{name}” is not in the scanned tree", line)
            break
        try:
            chain.append(relined(base.tree, line))
        except InputError as error:
            found.skip(f"the base “{name}” cannot be read: {error}", line)
            break
        seen.add(base.path)
        current = base
    composed: Node = Scalar("", root.line)
    for part in reversed(chain):
        composed = overlaid(composed, part)
    return (composed if isinstance(composed, Map) else ABSENT), len(chain) > 1


def _base(document: Document, name: str) -> Document | None:
    if "://" in name:
        return None
    return document.sibling(posixpath.join(document.parent, name))
