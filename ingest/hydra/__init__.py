"""Hydra configs (lightning-hydra-template and alike) and Lightning command-line configs (YAML).

``composition`` puts the files that a defaults list chooses together, ``components`` says what
the components mean.
"""

from __future__ import annotations

import re

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.hydra.components import Components, data_nodes, target
from ingest.hydra.composition import Composed, composed, has_defaults, is_global
from ingest.reading import ABSENT, Map, Node
from lineage.identity import is_placeholder
from lineage.records import Extract, Ref
from lineage.vocabulary import Kind, Relation

_GROUPS = re.compile(
    r"^(override\s+|optional\s+)*/?(experiment/)?(data|datamodule|dataset|datasets|model|task|module)(@|$|/)"
)
_MODELS = (
    "model",
    "module",
    "net",
    "network",
    "encoder",
    "system",
    "task",
    "lit_module",
    "algorithm",
)
_CHECKPOINTS = ("ckpt_path", "resume_from_checkpoint", "checkpoint_path", "ckpt", "pretrained_ckpt")
_EVALUATES = re.compile(
    r"^(eval|evaluate|evaluation|test|predict|infer|inference|validate)\b", re.I
)
_OTHERS = ("litgpt.", "nemo.", "torchtune.", "fairseq.")


def recognise(document: Document) -> Claim | None:
    """A defaults list that chooses data or a model, or a trainer with model and data classes."""
    root = document.tree
    if not isinstance(root, Map) or any(t.startswith(_OTHERS) for t in _targets(root)):
        return None
    if _lightning(root):
        return Claim(2, "model or data by class_path, beside a trainer")
    if not has_defaults(root) or (root.at("task", "_name") or root.at("criterion")):
        return None
    chooses = [
        k for e in root.at("defaults").elements() for k, _ in e.entries() if _GROUPS.match(k)
    ]
    own = any(target(root.at(key)) for key in ("data", "datamodule", "model"))
    if not chooses and not own:
        return None
    return Claim(2 if is_global(document) else 1, "a defaults list that chooses data or a model")


def _targets(root: Node) -> list[str]:
    return [target(value) for _, value in root.entries() if isinstance(value, Map)]


def _lightning(root: Node) -> bool:
    """Whether this is a config of Lightning's command line."""
    parts = [root.at(key) for key in ("model", "data")]
    inside = any(root.at(key, "model", "class_path") for key in ("fit", "validate", "test"))
    typed = any(part.at("class_path").text for part in parts)
    seeded = "seed_everything" in {key for key, _ in root.entries()}
    mapped = any(isinstance(part, Map) and part for part in parts)
    return inside or (isinstance(root.at("trainer"), Map) and mapped and (typed or seeded))


def read(document: Document) -> Extract:
    """All facts of one config with what its defaults add."""
    found = Findings(document)
    root = document.tree
    if _lightning(root):
        runs = [root.at(key) for key in ("fit", "validate", "test") if root.at(key)]
        for run in runs if not root.at("model") and runs else [root]:
            _job(found, Composed(run), document)
        return found.extract()
    whole = composed(document)
    for reason, line in whole.missing:
        found.skip(reason, line or None)
    _job(found, whole, document)
    return found.extract()


def _job(found: Findings, whole: Composed, document: Document) -> None:
    """What one job trains or evaluates."""
    root = whole.values
    checkpoint = next((root.at(k) for k in _CHECKPOINTS if root.at(k).text), ABSENT)
    trains = not (
        _EVALUATES.match(document.stem)
        or _EVALUATES.match(root.at("task_name").text or "-")
        or root.at("train").is_false
    )
    tests = not root.at("test").is_false or not trains
    model = _model(found, root, checkpoint, trains)
    parts = Components(found, model, frozenset(whole.lines), trains, tests)
    for node in data_nodes(root):
        parts.data(node)
    if trains:
        for key in _MODELS:
            parts.weights(root.at(key), (key,))
        if checkpoint.text not in {"last", "best", "hpc"}:
            found.input(
                model, Relation.FINE_TUNED_FROM, checkpoint, evidence=parts.evidence(checkpoint)
            )


def _model(found: Findings, root: Node, checkpoint: Node, trains: bool) -> Ref:
    """What a training makes; for an evaluation, the checkpoint that it is of."""
    if not trains and checkpoint:
        ref = found.artifact(checkpoint, Kind.MODEL)
        found.describe(ref, checkpoint)
        return ref
    folder = root.at("callbacks", "model_checkpoint", "dirpath")
    for callback in root.at("trainer", "callbacks").elements():
        folder = folder or callback.at("init_args", "dirpath")
    if is_placeholder(folder.text) or folder.line == 0:
        folder = ABSENT
    return found.output(Kind.MODEL, location=folder, at=found.document.tree)


INGESTOR = Ingestor(
    name="hydra",
    title="Hydra or Lightning config",
    description="Training configs composed by Hydra, and Lightning's command-line configs: data "
    "modules and what they read, weights, teachers, tokenizers, checkpoints.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
