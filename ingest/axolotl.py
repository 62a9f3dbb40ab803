"""Axolotl training configs (YAML): base model, adapters, data sets, prepared data, output."""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor, selector_of
from ingest.builders import BUILDERS
from ingest.reading import Map, Node, Scalar
from lineage.records import Extract, Ref
from lineage.vocabulary import Evidence, Kind, Relation

_MARKERS = frozenset({
    "datasets", "pretraining_dataset", "test_datasets", "sequence_len", "micro_batch_size",
    "sample_packing", "val_set_size", "dataset_prepared_path", "lora_model_dir", "num_epochs",
    "pad_to_sequence_len", "train_on_inputs", "evals_per_epoch", "saves_per_epoch", "adapter",
    "lora_r", "lora_target_linear", "load_in_4bit", "base_model_config", "warmup_ratio",
})  # fmt: skip
_TEACHERS = (
    "kd_teacher", "kd_teacher_model", "kd_online_server_model", "gkd_teacher", "teacher_model",
)  # fmt: skip
_KNOWN = frozenset({
    "base_model", "base_model_config", "base_model_ignore_patterns", "tokenizer_config",
    "processor_config", "tokenizer_type", "adapter", "lora_model_dir", "datasets",
    "pretraining_dataset", "test_datasets", "dataset_prepared_path", "push_dataset_to_hub",
    "resume_from_checkpoint", "output_dir", "hub_model_id", "reward_model", "model_type",
    *_TEACHERS,
})  # fmt: skip
_PART = ("name", "split", "revision", "data_files", "shards", "shards_idx")


def recognise(document: Document) -> Claim | None:
    """A mapping with a base model and keys of Axolotl's schema (a merge recipe has others)."""
    root = document.tree
    if not root.at("base_model").text or root.at("merge_method"):
        return None
    if any(p.text.startswith("axolotl.") for p in root.at("plugins").elements()):
        return Claim(3, "names Axolotl plug-ins")
    keys = _MARKERS.intersection(key for key, _ in root.entries())
    if len(keys) >= 2:
        return Claim(2, f"base_model with {len(keys)} keys of Axolotl")
    listed = [d for key in ("datasets", "pretraining_dataset") for d in root.at(key).elements()]
    if any(d.at("path") for d in listed):
        return Claim(1, "base_model with a list of data sets that have a path")
    return None


def read(document: Document) -> Extract:
    """All facts of one config."""
    found = Findings(document)
    root = document.tree
    model = found.output(
        Kind.MODEL,
        location=root.at("output_dir"),
        hub_id=root.at("hub_model_id"),
        at=root.at("base_model"),
        adapter=root.at("adapter").text or None,
    )
    _models(found, root, model)
    _data(found, root, model)
    found.report_unread(root, _KNOWN)
    return found.extract()


def _models(found: Findings, root: Node, model: Ref) -> None:
    base, config = root.at("base_model"), root.at("base_model_config")
    revision = root.at("revision_of_model").text
    tokenizer = root.at("tokenizer_config")
    if root.at("reinit_weights").is_true:
        if not tokenizer:
            found.input(model, Relation.TOKENIZED_WITH, base, evidence=Evidence.DEFAULT)
    else:
        found.input(
            model,
            Relation.FINE_TUNED_FROM,
            base,
            selector=f"revision={revision}" if revision else None,
        )
    found.input(model, Relation.TOKENIZED_WITH, tokenizer)
    if not tokenizer and config.text != base.text:
        found.input(model, Relation.TOKENIZED_WITH, config, evidence=Evidence.DEFAULT)
    found.input(model, Relation.TOKENIZED_WITH, root.at("processor_config"))
    found.input(model, Relation.FINE_TUNED_FROM, root.at("lora_model_dir"), selector="adapter")
    checkpoint = root.at("resume_from_checkpoint")
    if not (
        checkpoint.is_true or checkpoint.is_false or _inside(checkpoint, root.at("output_dir"))
    ):
        found.input(model, Relation.FINE_TUNED_FROM, checkpoint)
    for function in root.at("trl", "reward_funcs").elements():
        if "/" in function.text:
            found.input(model, Relation.REWARDED_BY, function)
    reward = root.at("reward_model")  # true: what is trained here is a reward model
    if not (reward.is_true or reward.is_false):
        found.input(model, Relation.REWARDED_BY, reward)
    for key in ("reward_model_path", "reward_model_name_or_path"):
        found.input(model, Relation.REWARDED_BY, root.at("trl", key))
    _teachers(found, root, model)


def _inside(path: Node, folder: Node) -> bool:
    """Whether a checkpoint is one that this very training wrote."""
    return bool(folder) and f"{path.text.rstrip('/')}/".startswith(f"{folder.text.rstrip('/')}/")


def _teachers(found: Findings, root: Node, model: Ref) -> None:
    teachers = [root.at(key) for key in _TEACHERS if root.at(key)]
    for teacher in teachers:
        found.input(model, Relation.DISTILLED_FROM, teacher)
    for key in ("kd_trainer", "gkd_trainer"):
        if root.at(key).is_true and not teachers:
            found.skip("the teacher of this distillation is not named", root.at(key))


def _data(found: Findings, root: Node, model: Ref) -> None:
    """Data sets, what is held out of them, and where their prepared form is kept."""
    trained = _sets(found, root, "datasets", model, Relation.TRAINED_ON)
    streamed = _sets(found, root, "pretraining_dataset", model, Relation.TRAINED_ON)
    tested = _sets(found, root, "test_datasets", model, Relation.EVALUATED_ON)
    held_out = root.at("val_set_size")
    if not tested and (held_out.number or 0) > 0:
        for data in trained:
            found.relate(
                model,
                Relation.EVALUATED_ON,
                data,
                held_out,
                evidence=Evidence.INFERRED,
                selector=f"held out of the training data: val_set_size={held_out.text}",
            )
    published = root.at("push_dataset_to_hub")
    for data in dict.fromkeys((*trained, *streamed, *tested)):
        found.copy(data, root.at("dataset_prepared_path"), "prepared data")
        if published:
            prepared = found.artifact(published, Kind.DATASET)
            found.describe(prepared, published, produced=True)
            found.relate(prepared, Relation.DERIVED_FROM, data, published)


def _sets(found: Findings, root: Node, key: str, model: Ref, relation: Relation) -> list[Ref]:
    value = root.at(key)
    entries = [value] if isinstance(value, Map) else list(value.elements())
    return [ref for entry in entries for ref in _set(found, entry, model, relation)]


def _set(found: Findings, entry: Node, model: Ref, relation: Relation) -> list[Ref]:
    """One entry: a hub id or path, or a file format whose files are the data."""
    path = entry if isinstance(entry, Scalar) else entry.at("path")
    files = list(entry.at("data_files").elements())
    if path.text == "synthetic" and entry.at("type").text in {"", "synthetic"}:
        return []
    if files and (not path or path.text.lower() in BUILDERS):
        part = selector_of(entry, "split", "shards", "shards_idx")
        refs = [found.input(model, relation, file, hub=False, selector=part) for file in files]
        return [ref for ref in refs if ref]
    if not path:
        found.skip("a data set without a path", entry)
        return []
    ref = found.input(model, relation, path, selector=selector_of(entry, *_PART))
    return [ref] if ref else []


INGESTOR = Ingestor(
    name="axolotl",
    title="Axolotl config",
    description="Fine-tuning configs of Axolotl: base model, adapter, tokenizer, teacher, data "
    "sets with their parts, prepared data, output folder and hub id.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
