"""Fairseq configs (YAML, Hydra): data with its subsets, checkpoints, pretrained encoders."""

from __future__ import annotations

import re

from ingest.base import Claim, Document, Findings, Ingestor, selector_of
from ingest.interpolation import resolved
from ingest.paths import as_path
from ingest.reading import ABSENT, Map, Node
from lineage.identity import is_path, is_placeholder
from lineage.records import Extract, Ref
from lineage.vocabulary import Kind, Relation

_SECTIONS = ("criterion", "optimization", "checkpoint", "dataset", "distributed_training", "common")
_WEIGHTS = re.compile(
    r"^(w2v_path|(pre)?trained_?(encoder|decoder|model|checkpoint|weights)?_?(path|file)?|"
    r"(encoder|decoder|hubert|speech|text|ckpt|no_pretrained|load_pretrained\w*)_?(path|from|ckpt)|"
    r"load_(pre)?trained\w*_from|pretrained\w*|from_pretrained|lm_path|hubert_path|init_from|"
    r"checkpoint_path|restore_\w*_file|model_path)$"
)
_TOKENIZERS = ("sentencepiece_model", "bpe_codes", "gpt2_encoder_json", "gpt2_vocab_bpe",
               "tokenizer_model", "vocab_file")  # fmt: skip
_OWN = frozenset({"checkpoint_last.pt", "checkpoint_best.pt", "x.pt"})


def recognise(document: Document) -> Claim | None:
    """A task by its name, beside sections of Fairseq's schema."""
    root = document.tree
    sections = [key for key in _SECTIONS if isinstance(root.at(key), Map)]
    task = root.at("task")
    if not isinstance(task, Map) or "_target_" in dict(task.entries()):
        return None
    names = [key for key in ("task", "model", "criterion") if root.at(key, "_name").text]
    if names and sections:
        return Claim(3, f"{names[0]}._name with {len(sections)} sections of Fairseq")
    listed = {k for entry in root.at("defaults").elements() for k, _ in entry.entries()}
    if len(sections) >= 3 and (task.at("data") or "task" in listed):
        return Claim(2, f"a task with {len(sections)} sections of Fairseq")
    return None


def read(document: Document) -> Extract:
    """All facts of one config."""
    found = Findings(document)
    root = resolved(document.tree)
    folder = root.at("checkpoint", "save_dir")
    at = root.at("task", "_name") or document.tree
    tested = root.at("common_eval", "path")
    trains = bool(root.at("optimization") or root.at("model") or root.at("criterion"))
    if tested.text and not trains:
        model = found.artifact(tested, Kind.MODEL)
        found.describe(model, tested)
    else:
        model = found.output(Kind.MODEL, location=folder, at=at)
    _data(found, root, model, trains=trains)
    _weights(found, root, model)
    return found.extract()


def _data(found: Findings, root: Node, model: Ref, *, trains: bool) -> None:
    task, dataset = root.at("task"), root.at("dataset")
    valid = dataset.at("valid_subset")
    for node in _paths(task.at("data")):
        if trains:
            part = selector_of(dataset, "train_subset")
            found.input(model, Relation.TRAINED_ON, as_path(node), hub=False, selector=part)
            if valid.text and not root.at("dataset", "disable_validation").is_true:
                part = selector_of(dataset, "valid_subset")
                found.input(model, Relation.EVALUATED_ON, as_path(node), hub=False, selector=part)
        else:
            part = selector_of(dataset, "gen_subset")
            found.input(model, Relation.EVALUATED_ON, as_path(node), hub=False, selector=part)
    for key in ("label_dir", "text_data", "unpaired_text", "kmeans_label_dir", "km_label_dir"):
        node = task.at(key)
        if node.text and not is_placeholder(node.text):
            found.input(model, Relation.TRAINED_ON, as_path(node), hub=False, selector=key)


def _paths(node: Node) -> list[Node]:
    """Folders, in older configs joined with colons."""
    if "://" in node.text or is_placeholder(node.text) or ":" not in node.text:
        return [node] if node.text else []
    return [node.saying(part) for part in node.text.split(":") if part]


def _weights(found: Findings, root: Node, model: Ref) -> None:
    checkpoint = root.at("checkpoint")
    start = checkpoint.at("finetune_from_model")
    found.input(model, Relation.FINE_TUNED_FROM, start, hub=False)
    restored = checkpoint.at("restore_file")
    if restored.text and restored.text not in _OWN:
        found.input(model, Relation.FINE_TUNED_FROM, restored, hub=False)
    _walk(found, root.at("model"), model, "")
    for section in ("task", "bpe", "tokenizer"):
        for key in _TOKENIZERS:
            node = root.at(section, key)
            if not is_placeholder(node.text):
                found.input(model, Relation.TOKENIZED_WITH, node, hub=False)
    judge = root.at("criterion")
    for key, value in judge.entries():
        if "teacher" in key and is_path(value.text):
            found.input(model, Relation.DISTILLED_FROM, value, hub=False)


def _walk(found: Findings, node: Node, model: Ref, inside: str) -> None:
    """Pretrained weights anywhere in the model's section."""
    for key, value in node.entries():
        if isinstance(value, Map):
            _walk(found, value, model, key)
        elif "teacher" in key or "teacher" in inside:
            if is_path(value.text):
                found.input(model, Relation.DISTILLED_FROM, value, hub=False)
        elif _WEIGHTS.match(key) and (is_path(value.text) or value.text == "???"):
            found.input(model, Relation.FINE_TUNED_FROM, value or ABSENT, hub=False)


INGESTOR = Ingestor(
    name="fairseq",
    title="Fairseq config",
    description="Fairseq's Hydra configs: data with its subsets, labels, restored checkpoints, "
    "pretrained encoders, vocabularies, folder of checkpoints.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
