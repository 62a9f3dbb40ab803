"""OLMo configs (YAML) and those that OLMo-core writes beside a run (JSON).

Hundreds of shards are a few data sets: ``shards`` collapses them. Labels of tasks that a model
is measured on name no data; they are kept as a property.
"""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.interpolation import resolved
from ingest.olmo.data import Mixture, evaluators
from ingest.reading import ABSENT, Map, Node
from lineage.identity import is_placeholder
from lineage.records import Extract, Ref
from lineage.vocabulary import Kind, Relation

_OF_TRAINING = frozenset({
    "evaluators", "save_folder", "load_path", "fsdp", "ddp", "softmax_auxiliary_loss", "run_name",
    "device_train_microbatch_size", "global_train_batch_size", "max_duration", "optimizer",
    "scheduler", "remote_save_folder", "activation_checkpointing", "eval_interval", "seed",
})  # fmt: skip
_KNOWN = frozenset({
    "data", "dataset", "tokenizer", "load_path", "save_folder", "remote_save_folder",
    "sharded_checkpointer", "activation_checkpointing", "restore_dataloader", "evaluators",
})  # fmt: skip


def recognise(document: Document) -> Claim | None:
    """Data that is paths of shards, beside a tokenizer's identifier and keys of a run."""
    root = document.tree
    written = ("model", "dataset", "trainer", "data_loader")
    if any(root.at(key, "_CLASS_").text.startswith("olmo_core.") for key in written):
        return Claim(3, "was written by OLMo-core")
    keys = _OF_TRAINING.intersection(key for key, _ in root.entries())
    data = root.at("data")
    if not isinstance(data, Map) or root.at("train_loader") or len(keys) < 4:
        return None
    named = any(data.at(key) for key in ("paths", "datasets", "custom_dataset", "memmap_dtype"))
    if named and root.at("tokenizer", "identifier"):
        return Claim(3, f"a tokenizer's identifier, data paths and {len(keys)} keys of OLMo")
    if named and root.at("model", "d_model"):
        return Claim(2, f"data paths and {len(keys)} keys of OLMo")
    return None


def read(document: Document) -> Extract:
    """All facts of one config."""
    found = Findings(document)
    root = resolved(document.tree)
    trainer = root.at("trainer") if root.at("trainer", "save_folder") else root
    run = root.at("run_name")
    # what is saved in a folder is uploaded, and stays there
    saved = (root.at("remote_save_folder"), trainer.at("save_folder"))
    places = [place for place in map(_known, saved) if place]
    place = places[0] if places else ABSENT
    tokenizer = root.at("tokenizer", "identifier") or root.at("dataset", "tokenizer", "identifier")
    mixture = Mixture(found, root.at("data") or root.at("dataset"), tokenizer.text)
    labels, measured = evaluators(root)
    model = found.output(
        Kind.MODEL,
        name=ABSENT if place else _known(run),
        location=place,
        at=trainer.at("save_folder") or run,
        run=run.text or None,
        evaluation_tasks=labels or None,
    )
    for other in places[1:]:
        found.copy(model, other, "output folder")
    _start(found, trainer, model, places)
    found.input(model, Relation.TOKENIZED_WITH, tokenizer)
    mixture.read(model)
    for evaluator in measured:
        Mixture(found, evaluator, tokenizer.text).measured(model)
    found.report_unread(root, _KNOWN)
    return found.extract()


def _known(node: Node) -> Node:
    """A value that this document answers; absent where only running would tell."""
    return ABSENT if is_placeholder(node.text) else node


def _start(found: Findings, trainer: Node, model: Ref, places: list[Node]) -> None:
    """The checkpoint it starts from, unless that is one of its own."""
    path = trainer.at("load_path")
    if any(f"{path.text}/".startswith(f"{place.text.rstrip('/')}/") for place in places):
        found.skip("it resumes from a checkpoint of its own; where it began is not named", path)
    else:
        found.input(model, Relation.FINE_TUNED_FROM, path, hub=False)


INGESTOR = Ingestor(
    name="olmo",
    title="OLMo config",
    description="Pretraining with OLMo: the checkpoint it starts from, shards collapsed to data "
    "sets, mixtures, tokenizer, data of evaluators, output folder.",
    endings=(".yaml", ".yml", ".json"),
    recognise=recognise,
    read=read,
)
