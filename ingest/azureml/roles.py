"""What the inputs of a training are for, by their types and names."""

from __future__ import annotations

import posixpath

from ingest.azureml.flow import Origin
from ingest.azureml.steps import Step
from ingest.commands.names import names_model, split_of
from lineage.vocabulary import Relation

TEACHERS = frozenset({"teacher_model", "teacher_model_path"})
"""Inputs that name the model whose answers a training learns from."""

_PLAIN = frozenset({"training_data", "validation_data", "model", "student_model", "teacher_model"})
_BASES = frozenset({"model", "model_name", "base_model", "base_model_name"})


def is_value(step: Step, name: str, origin: Origin) -> bool:
    """Whether a plain word under a name is data or a model all the same."""
    if step.type in {"finetuning", "distillation"}:
        return name in _PLAIN
    if name in {"huggingface_id", "hf_model_id"} or (step.fine_tunes and name in _BASES):
        return True
    return name == "model_name" and "/" in origin.node.text


def role_of(name: str, origin: Origin, *, split: bool) -> Relation:
    """What an input is for, by its type and its name.

    Where the data for training is an input of its own (``split``), the name of the data
    tells what an input is for whose name does not.
    """
    if name in TEACHERS:
        return Relation.DISTILLED_FROM
    declared = origin.kind.text
    if "tokenizer" in name:
        return Relation.TOKENIZED_WITH
    if origin.made or declared.endswith("_model") or "/models/" in origin.node.text:
        return Relation.FINE_TUNED_FROM
    named = names_model(name) or name in {"huggingface_id", "hf_model_id"}
    if named and not declared.startswith("mltable") and split_of(name) is None:
        return Relation.FINE_TUNED_FROM
    part = split_of(name)
    if part is None and split:
        part = split_of(posixpath.basename(origin.node.text.rstrip("/")))
    return Relation.EVALUATED_ON if part in {"validation", "test"} else Relation.TRAINED_ON
