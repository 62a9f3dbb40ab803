"""A training: what it starts from, its loaders, what it writes."""

from __future__ import annotations

import re

from ingest.base import Findings
from ingest.llm_foundry.loaders import loader
from ingest.llm_foundry.tasks import measured, task_labels
from ingest.reading import ABSENT, Node
from lineage.identity import is_placeholder
from lineage.records import Ref
from lineage.vocabulary import Kind, Relation

_KNOWN = frozenset({
    "model", "tokenizer", "tokenizer_name", "train_loader", "eval_loader", "eval_loaders",
    "load_path", "save_folder", "starting_checkpoint_load_path", "reference_model", "rewards",
})  # fmt: skip
_CHECKPOINTS = ("load_path", "starting_checkpoint_load_path")


def training(found: Findings, job: Node, name: Node) -> None:
    """All facts of one training."""
    run = job.at("run_name") or name
    place = _formatted(job.at("save_folder"), run)
    model = found.output(
        Kind.MODEL,
        name=run if not place and not is_placeholder(run.text) else ABSENT,
        location=place,
        at=job.at("model"),
        adapter="lora" if job.at("model", "peft_config") else None,
        evaluation_tasks=task_labels(job.at("icl_tasks")) or None,
    )
    _weights(found, job, model, place)
    tokenizer(found, job, model)
    loader(found, job.at("train_loader"), model, Relation.TRAINED_ON)
    for key in ("eval_loader", "eval_loaders"):
        value = job.at(key)
        for part in (*value.elements(), *([value] if value.at("dataset") else [])):
            loader(found, part, model, Relation.EVALUATED_ON)
    measured(found, job.at("icl_tasks"), model, labels=False)
    exported = job.at("callbacks", "hf_checkpointer", "save_folder")
    found.copy(model, _formatted(exported, run), "hub format")
    found.report_unread(job, _KNOWN)


def _formatted(path: Node, run: Node) -> Node:
    """A folder with the run's name put in; none where another part is only known when it runs."""
    text = path.text.replace("{run_name}", run.text) if run else path.text
    if not text or is_placeholder(text) or re.search(r"\{\w+\}", text):
        return ABSENT
    return path.saying(text)


def _weights(found: Findings, job: Node, model: Ref, place: Node) -> None:
    """Pretrained weights, unless only the architecture is used; checkpoints; judges."""
    part = job.at("model")
    name, revision = part.at("pretrained_model_name_or_path"), part.at("revision").text
    if not part.at("pretrained").is_false:
        found.input(
            model,
            Relation.FINE_TUNED_FROM,
            name,
            selector=f"revision={revision}" if revision else None,
        )
    found.leave_out(name)  # without the weights, it is only an architecture
    if part.at("use_pretrained").is_true:
        found.input(model, Relation.FINE_TUNED_FROM, part.at("pretrained_model_name"))
    found.input(
        model, Relation.FINE_TUNED_FROM, part.at("pretrained_lora_id_or_path"), selector="adapter"
    )
    for node in (*(job.at(key) for key in _CHECKPOINTS), part.at("pretrained_checkpoint")):
        own = bool(place) and f"{node.text}/".startswith(f"{place.text.rstrip('/')}/")
        if not own:
            found.input(model, Relation.FINE_TUNED_FROM, node, hub=False)
    reference = job.at("reference_model")
    for node in (
        *_of_model(reference),
        *(n for _, r in job.at("rewards").entries() for n in _of_model(r)),
    ):
        inside = node.key.startswith(reference.key) and bool(reference)
        if node.text != name.text:
            found.input(
                model,
                Relation.REWARDED_BY,
                node,
                selector="reference model" if inside else None,
            )


def _of_model(part: Node) -> list[Node]:
    """The weights that a judge or reference is made of."""
    nodes = (part.at("model_config", "pretrained_model_name_or_path"), part.at("load_path"))
    return [node for node in nodes if node]


def tokenizer(found: Findings, job: Node, model: Ref) -> None:
    """The tokenizer; for tiktoken, the model or encoding whose it is."""
    part = job.at("tokenizer")
    name = part.at("name") or part.at("args", "tokenizer_name") or job.at("tokenizer_name")
    if name.text == "tiktoken":
        keys = ("model_name", "encoding_name", "name")
        whose = next((node for key in keys if (node := part.at("kwargs", key))), name)
        found.relate(model, Relation.TOKENIZED_WITH, found.named(whose, Kind.MODEL), whose)
    else:
        found.input(model, Relation.TOKENIZED_WITH, name)
