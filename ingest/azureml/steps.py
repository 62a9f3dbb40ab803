"""Steps of a job: what each is for, what it is given, what it makes, and from where it comes.

A pipeline's steps hand data on by references. What a step makes has no name outside the run
unless it is registered or given a place, so it is followed back to where the data came from.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ingest.azureml.references import bound_in, is_model_type
from ingest.base import Document
from ingest.commands import commands
from ingest.commands.names import Purpose, names_model, purpose_of, spelled, split_of
from ingest.commands.programs import program_of
from ingest.reading import ABSENT, Map, Node
from lineage.errors import InputError

_DATA_NAME = re.compile(
    r"(?<![a-z])(data|datasets?|csv|train|training|valid|validation|val|eval|evaluation|test|"
    r"predictions?|preds?|scores?|scoring|metrics?|reports?|results?|plots?|logs?|labels?|"
    r"transformed|processed|prepared|prepped|prep|split|features?|metadata|images?)(?![a-z])"
)
_SETTING_NAME = re.compile(
    r"(?<![a-z])(config|configs|configuration|settings?|params|parameters|yaml|deepspeed|script|"
    r"code|requirements|schema|prompt|compute|ds_finetune)(?![a-z])"
)
_SETTING_FILE = re.compile(
    r"(config|settings|zero\d|deepspeed|params)[\w.-]*\.(json|ya?ml)$|\.(ya?ml|py|sh|toml|ini|cfg)$"
)
_FETCHED = re.compile(
    r"\b(?:wget|curl|azcopy|gsutil|aws)\b[^\n;|&]{0,300}?((?:https?|s3|gs)://[^\s'\";|&]+)"
)
_CODE_URL = re.compile(r"\.(sh|py|whl|deb|git|yml|yaml)$|github\.com/[^/]+/[^/]+$|get-pip")
_DIRECT = ("training_data", "validation_data", "test_data", "model", "student_model")
_BEFORE = {"training_data": "training", "validation_data": "validation", "test_data": "test"}
"""Sections of ``data`` in the first form of automated training, by what they are called now."""

_NO_PROGRAM = frozenset(
    "echo ls cat head tail env printenv sleep pip conda find tree wc df".split()
)
_REGISTERS = re.compile(r"(?<![a-z])(register|registration)(?![a-z])")
_CHECKPOINTS = re.compile(r"checkpoints?|ckpts?")
_FINE_TUNES = re.compile(r"fine[_-]?tun(e|ing)", re.IGNORECASE)
_TRAINS = re.compile(r"\b([Tt]rain(s|ing)?|[Ff]ine-?tun(e|es|ing))\b")


def is_setting(name: str, node: Node) -> bool:
    """Whether an input is a setting or code rather than data or a model."""
    path = (node.at("path") or node).text
    if _SETTING_FILE.search(path.lower()):
        return True
    return bool(_SETTING_NAME.search(spelled(name))) and not is_model_type(node.at("type"))


@dataclass
class Step:
    """One step of a job, or the only one."""

    name: str
    node: Node
    component: Node
    inputs: dict[str, Node] = field(default_factory=dict)
    outputs: dict[str, Node] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """Its declared type, such as command, sweep, automl or pipeline."""
        return self.node.at("type").text

    @property
    def command(self) -> Node:
        """The command it runs, of its own or of its component."""
        for part in (self.node, self.node.at("trial"), self.component):
            for path in (("command",), ("args",), ("task", "program_arguments")):
                if part.at(*path).text:
                    return part.at(*path)
        return ABSENT

    @cached_property
    def program(self) -> str:
        """The script that it runs."""
        for part in (self.node, self.component):
            for path in (("entry", "file"), ("task", "entry_script")):
                if part.at(*path).text:
                    return part.at(*path).text
        programs = [program_of(command) for command in commands(self.command.text, 1)]
        named = [p for p in programs if p and p not in _NO_PROGRAM]
        return named[-1] if named else ""

    @property
    def registers(self) -> bool:
        """Whether it registers a model under a name."""
        return bool(_REGISTERS.search(spelled(self.name)))

    @property
    def component_name(self) -> str:
        """What its component is called, or the path or address of one that is elsewhere."""
        component = (self.component.at("name") or self.node.at("component")).text
        return re.sub(r"/(versions|labels)/[^/]*$|[:@][^:@/]*$", "", component)

    @property
    def fine_tunes(self) -> bool:
        """Whether its component is called one that trains a model further."""
        return bool(_FINE_TUNES.search(self.component_name))

    @cached_property
    def purpose(self) -> Purpose | None:
        """What it is for: by its type, its names and what it makes."""
        if self.type in {"automl", "finetuning", "distillation"}:
            return Purpose.TRAIN
        for name in (self.program, self.name, self.component_name):
            purpose = purpose_of(posixpath.basename(name).replace(".yml", "").replace(".yaml", ""))
            if purpose is not None:
                makes = self.makes_model and not self.registers
                if purpose is not Purpose.TRAIN and makes:
                    return Purpose.TRAIN
                return purpose
        if self.registers:
            return None
        of_training = any(split_of(name) == "train" for name in self.inputs)
        if self.makes_model or self.type == "sweep" or (of_training and not self.outputs):
            return Purpose.TRAIN
        if self.outputs:
            return Purpose.PREPARE
        if self.program and _TRAINS.search(self.node.at("description").text):
            return Purpose.TRAIN
        return None

    @cached_property
    def makes_model(self) -> bool:
        """Whether an output is declared a model, or called one while data goes in."""
        if any(is_model_type(node.at("type")) for node in self.outputs.values()):
            return True
        return any(self.is_model(name) for name in self.outputs)

    def is_model(self, name: str) -> bool:
        """Whether an output of the step is a model, by its type or its name."""
        kind = self.outputs[name].at("type")
        return is_model_type(kind) or (
            names_model(name)
            and kind.text not in {"mltable", "uri_file"}
            and not re.search(r"pred|metric|score|report|result|evaluation|data$", spelled(name))
        )

    @cached_property
    def models(self) -> list[str]:
        """The outputs that are models; of a training without one, any that is no data.

        Checkpoints that are kept next to a model are states of it on the way.
        """
        sure = [name for name in self.outputs if self.is_model(name)]
        sure = [name for name in sure if not _CHECKPOINTS.search(spelled(name))] or sure
        if sure or self.purpose is not Purpose.TRAIN:
            return sure
        return [name for name in self.outputs if not _DATA_NAME.search(spelled(name))]

    @property
    def fetched(self) -> Iterator[Node]:
        """What its command downloads."""
        inherited = not (self.node.at("command") or self.node.at("trial"))
        at = self.node.at("component") or self.node if inherited else self.command
        for match in _FETCHED.finditer(self.command.text):
            if not _CODE_URL.search(match[1]):
                yield at.saying(match[1])

    def uses_in_command(self, what: str) -> list[str]:
        """The names of inputs or outputs that the command refers to."""
        return bound_in(self.command.text, what)


def steps_of(document: Document, root: Node) -> list[Step]:
    """The steps of a job: those of a pipeline, or the job itself as the only one."""
    jobs = list(root.at("jobs").entries())
    if not jobs:
        step = _step(document, "", root)
        return [step]
    return [_step(document, name, node) for name, node in jobs if isinstance(node, Map)]


def _step(document: Document, name: str, node: Node) -> Step:
    component = _component(document, node)
    step = Step(name, node, component)
    declared = dict(component.at("inputs").entries())
    step.inputs = {key: value for key, value in declared.items() if value.at("default")}
    step.inputs |= dict(node.at("inputs").entries())
    step.outputs = dict(component.at("outputs").entries()) | {
        key: _with_type(value, component.at("outputs", key))
        for key, value in node.at("outputs").entries()
    }
    for key in _DIRECT:
        if node.at(key):
            step.inputs.setdefault(key, node.at(key))
    for key, split in _BEFORE.items():
        if node.at("data", split, "data"):
            step.inputs.setdefault(key, node.at("data", split, "data"))
    teacher = node.at("teacher_model_endpoint_connection", "name")
    if teacher.text:
        step.inputs["teacher_model"] = teacher
    return step


def _with_type(value: Node, declared: Node) -> Node:
    """An output as a step writes it, with the type that its component declares."""
    if not declared.at("type") or value.at("type"):
        return value
    items = {"type": declared.at("type")}
    if isinstance(value, Map):
        items |= value.items
    elif value.text:
        items["path"] = value
    return Map(value.key, value.line, items)


def _component(document: Document, node: Node) -> Node:
    """A step's component: written in place, or in a file of the scanned tree."""
    for part in (node, node.at("trial")):
        given = part.at("component") if part is node else part
        if isinstance(given, Map) and part is node:
            return given
        path = given.text.removeprefix("file:")
        if not path.endswith((".yml", ".yaml")) or "://" in path or path.startswith("azureml:"):
            continue
        beside = document.sibling(posixpath.join(document.parent, path))
        try:
            return beside.tree if beside else ABSENT
        except InputError:  # it is reported as a document of its own
            return ABSENT
    return ABSENT
