"""A job that only measures models: it makes none."""

from __future__ import annotations

from ingest.base import Findings
from ingest.llm_foundry.loaders import loader
from ingest.llm_foundry.tasks import task_data
from ingest.reading import ABSENT, Node
from lineage.errors import InputError
from lineage.identity import unknown
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation


def evaluation(found: Findings, job: Node) -> None:
    """What each model is measured on."""
    for entry in job.at("models").elements():
        subject = _subject(found, entry)
        _tasks(found, job.at("icl_tasks"), subject)
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


def _tasks(found: Findings, tasks: Node, subject: Ref) -> None:
    """Tasks that are listed here, or in a file of the scanned tree."""
    listed, evidence = tasks, Evidence.DECLARED
    if tasks.text:
        document = found.document.beside(tasks.text)
        try:
            listed = document.tree.at("icl_tasks") if document else ABSENT
        except InputError as error:
            found.skip(f"the list of tasks cannot be read: {error}", tasks)
            return
        evidence = Evidence.INHERITED
        if not listed:
            found.skip("the list of tasks is not in the scanned tree", tasks)
    for node in task_data(listed):
        at = tasks.saying(node.text) if tasks.text else node
        found.input(subject, Relation.EVALUATED_ON, at, hub=False, evidence=evidence)
    for task in listed.elements():
        if task.at("label").text and not task.at("dataset_uri"):
            at = tasks.saying(task.at("label").text) if tasks.text else task.at("label")
            data = found.named(at, Kind.DATASET)
            found.relate(subject, Relation.EVALUATED_ON, data, at, evidence=evidence)
