"""A job that only measures models: it makes none."""

from __future__ import annotations

from ingest.base import Findings
from ingest.llm_foundry.loaders import loader
from ingest.llm_foundry.tasks import measured
from ingest.reading import Node
from lineage.identity import unknown
from lineage.records import Ref
from lineage.vocabulary import Kind, Relation


def evaluation(found: Findings, job: Node) -> None:
    """What each model is measured on."""
    for entry in job.at("models").elements():
        subject = _subject(found, entry)
        # a label, and a tokenizer that the finished model came with
        found.leave_out(entry.at("model_name"), entry.at("tokenizer"))
        measured(found, job.at("icl_tasks"), subject, labels=True)
        for part in job.at("eval_loaders").elements():
            loader(found, part, subject, Relation.EVALUATED_ON)
        if job.at("eval_loader"):
            loader(found, job.at("eval_loader"), subject, Relation.EVALUATED_ON)


def _subject(found: Findings, entry: Node) -> Ref:
    """The model that is measured: a checkpoint, a hub model, or one behind a service."""
    part = entry.at("model")
    if entry.at("load_path"):
        return found.artifact(entry.at("load_path"), Kind.MODEL, hub=False)
    name = part.at("pretrained_model_name_or_path")
    if name and not part.at("pretrained").is_false:
        return found.artifact(name, Kind.MODEL)
    if part.at("version").text:
        return found.named(part.at("version"), Kind.MODEL)
    found.skip("the weights that are evaluated are not named", entry)
    return unknown(Kind.MODEL, entry.at("model_name").text, found.document.scope, entry.key)
