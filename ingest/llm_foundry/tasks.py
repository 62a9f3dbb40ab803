"""In-context tasks: what a model is measured on."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.base import Findings
from ingest.paths import as_path
from ingest.reading import ABSENT, Node
from lineage.errors import InputError
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation


def task_labels(tasks: Node) -> tuple[str, ...]:
    """The labels of the tasks that name no file."""
    return tuple(dict.fromkeys(label.text for label in _labels(tasks)))


def measured(found: Findings, tasks: Node, subject: Ref, *, labels: bool) -> None:
    """What a model is measured on: tasks that are listed here, or in a file.

    Args:
        found: what to tell.
        tasks: the list, or the path of the file that has it.
        subject: the model.
        labels: whether a task that names no data counts as a benchmark of that name.
    """
    listed, evidence = tasks, Evidence.DECLARED
    if tasks.text:
        listed, evidence = _of_file(found, tasks), Evidence.INHERITED
        if not listed:
            found.skip("the list of tasks is not in the scanned tree", tasks)
            found.input(subject, Relation.EVALUATED_ON, as_path(tasks), hub=False)
    for data in _data(listed):
        at = tasks.saying(data.text) if tasks.text else data
        found.input(subject, Relation.EVALUATED_ON, at, hub=False, evidence=evidence)
    for label in _labels(listed) if labels else ():
        at = tasks.saying(label.text) if tasks.text else label
        benchmark = found.named(at, Kind.DATASET)
        found.relate(subject, Relation.EVALUATED_ON, benchmark, at, evidence=evidence)


def _of_file(found: Findings, path: Node) -> Node:
    """The list of tasks that a file of the scanned tree has."""
    document = found.document.beside(path.text)
    try:
        return document.tree.at("icl_tasks") if document else ABSENT
    except InputError as error:
        found.skip(f"the list of tasks cannot be read: {error}", path)
        return ABSENT


def _data(tasks: Node) -> Iterator[Node]:
    """The files of the tasks that name one."""
    for task in tasks.elements():
        if task.at("dataset_uri").text:
            yield task.at("dataset_uri")


def _labels(tasks: Node) -> Iterator[Node]:
    """The labels of the tasks that name no file."""
    for task in tasks.elements():
        if task.at("label").text and not task.at("dataset_uri"):
            yield task.at("label")
