"""In-context tasks: what a model is measured on."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.reading import Node


def task_data(tasks: Node) -> Iterator[Node]:
    """The files of the tasks that name one."""
    for task in tasks.elements():
        if task.at("dataset_uri").text:
            yield task.at("dataset_uri")


def task_labels(tasks: Node) -> tuple[str, ...]:
    """The labels of the tasks that name no file."""
    labels = (t.at("label").text for t in tasks.elements() if not t.at("dataset_uri"))
    return tuple(dict.fromkeys(label for label in labels if label))
