"""Settings of a training program (YAML, JSON) in the names that most programs share.

What a key means is concluded from its name, so every edge is inferred, and a file counts only
where nothing else claims it and it names both a base model and data beside how to train.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.commands.spellings import BASES, OUTPUTS, OVERRIDES, TRAIN
from ingest.commands.trainings import Training, settings, training_of
from ingest.reading import ABSENT, Map, Node
from lineage.identity import is_placeholder
from lineage.records import Extract
from lineage.vocabulary import Evidence, Kind, Relation

_HOW = frozenset({
    "learning-rate", "lr", "num-train-epochs", "num-epochs", "epochs", "max-epochs", "max-steps",
    "max-train-steps", "total-epochs", "batch-size", "train-batch-size",
    "per-device-train-batch-size", "per-device-batch-size", "micro-batch-size",
    "global-batch-size", "gradient-accumulation-steps", "warmup-steps", "warmup-ratio",
    "weight-decay", "lr-scheduler", "lr-scheduler-type", "optimizer", "optim", "max-grad-norm",
    "max-seq-length", "gradient-checkpointing", "ppo-mini-batch-size", "mixed-precision", "bf16",
    "fp16", "load-in-4bit", "lora-r", "lora-rank", "lora-alpha",
})  # fmt: skip
"""Settings of how a model is trained: three make a file one of a training, or one and an output."""


def recognise(document: Document) -> Claim | None:
    """A base model and data by names that mean nothing else, beside how to train."""
    given = _given(document.tree)
    how = _HOW & given.items.keys()
    enough = 1 if any(given.at(key).text for key in OUTPUTS) else 3
    if len(how) < enough or not isinstance(document.tree, Map):
        return None
    based = any(given.at(key).text for key in BASES)
    trained = any(TRAIN.fullmatch(key) for key in given.items)
    if not (based and trained and _says(training_of(given))):
        return None
    return Claim(1, f"a base model and data beside {len(how)} settings of a training")


def read(document: Document) -> Extract:
    """All facts of one file."""
    found = Findings(document)
    training = training_of(_given(document.tree))
    model = found.output(
        Kind.MODEL, location=training.output, hub_id=training.hub_id, at=training.base
    )
    for use in training.uses:
        for node in use.node.listed():
            target = found.artifact(node, use.kind, hub=use.hub)
            if target != model:
                found.relate(
                    model, use.relation, target, node,
                    evidence=Evidence.INFERRED, selector=use.selector,
                )  # fmt: skip
    return found.extract()


def _given(root: Node) -> Map:
    """The settings by their own names, and those whose place tells what they are."""
    at = ((option, key.split(".")) for key, option in OVERRIDES.items() if "." in key)
    placed = {option: node for option, steps in at if (node := _in_effect(root, steps))}
    return Map("", root.line, {**settings(root).items, **placed})


def _in_effect(root: Node, steps: Sequence[str]) -> Node:
    """What stands at a place; nothing where a section around it is switched off."""
    around = [root.at(*steps[:end]) for end in range(1, len(steps))]
    off = any(part.at(key).is_false for part in around for key in ("enable", "enabled"))
    node = root.at(*steps)
    return ABSENT if off or not any(n.text for n in node.elements()) else node


def _says(training: Training) -> bool:
    """Whether a base and data to train on are named, both by more than a gap to fill."""
    named = {use.relation for use in training.uses if not is_placeholder(use.node.text)}
    return {Relation.FINE_TUNED_FROM, Relation.TRAINED_ON} <= named


INGESTOR = Ingestor(
    name="usual_settings",
    title="Settings in the usual names",
    description="Files of settings that no other format claims and that name a base model and "
    "data by what most training programs call them.",
    endings=(".yaml", ".yml", ".json"),
    recognise=recognise,
    read=read,
)
