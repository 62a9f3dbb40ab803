"""Hyperparameters: the models and data that the script of a job is told by name."""

from __future__ import annotations

from ingest.commands.trainings import settings, training_of
from ingest.reading import ABSENT, Map, Node
from ingest.sagemaker.names import Names, is_local
from lineage.records import Ref
from lineage.vocabulary import Kind

_CALLED = {
    "student_id": "base_model",
    "student_model_name_or_path": "base_model",
    "teacher_id": "teacher_model",
    "tokenizer_id": "tokenizer_name",
}
"""Hyperparameters of the SDK's examples, as the settings of training programs are called."""


def hyperparameters(names: Names, given: Node, model: Ref) -> None:
    """Models and data that the script of a job is told by name."""
    values = told(given)
    items = {_CALLED.get(key, key): value for key, value in values.items()}
    program = values.get("sagemaker_program", ABSENT).text
    for use in training_of(settings(Map("", given.line, items)), program).uses:
        node = use.node
        if is_local(node):  # a channel's mount: the channel is read as itself
            continue
        if "${Steps." in node.text or node.text.startswith("arn:"):
            target = names.artifact(node, use.kind)
        else:
            target = names.found.artifact(node, use.kind, hub=use.hub)
        if target.namespace.startswith("file://") and use.kind is Kind.DATASET:
            names.found.skip(f"the path “{target.name}” is inside the job's container", node)
            continue
        names.relate(
            model, use.relation, target, node, selector=use.selector, evidence=use.evidence
        )
    if values.get("use_pretrained_model", ABSENT).text in {"1", "True", "true"}:
        names.found.skip(
            "it starts from the algorithm's own pretrained weights, which are not named",
            values["use_pretrained_model"],
        )


def told(given: Node) -> dict[str, Node]:
    """Hyperparameters by name, ``_`` for ``-``, without the SDK's quotation marks."""
    return {key.strip("-").replace("-", "_"): _plain(value) for key, value in given.entries()}


def _plain(node: Node) -> Node:
    """A value as it was before the Python SDK wrote it as JSON."""
    text = node.text
    if len(text) > 1 and text[0] == text[-1] == '"':
        return node.saying(text[1:-1].replace('\\"', '"'))
    return node
