"""What the steps of a job hand to each other, followed back to where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ingest.azureml.references import binding_of, is_left_open
from ingest.azureml.steps import Step, is_setting
from ingest.commands.names import Purpose, names_model, split_of
from ingest.reading import ABSENT, Map, Node

_MOST = 300
"""Most outputs that one value is followed through."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an input comes from: a value that names it, or a model that a step makes.

    ``held_out`` marks data that a training set aside; ``through`` names the steps on the way.
    """

    name: str
    node: Node
    kind: Node
    made: tuple[str, str] | None = None
    held_out: bool = False
    predicted: bool = False
    through: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flow:
    """The steps of a job and the values that they hand to each other."""

    root: Node
    steps: dict[str, Step]

    def origins(
        self, name: str, value: Node, seen: set[tuple[str, str]] | None = None
    ) -> Iterator[Origin]:
        """Where a value that a step is given comes from; no output is followed twice."""
        bound = binding_of(value).split(".")
        if bound[0] == "parent" and bound[1:2] == ["inputs"] and len(bound) > 2:
            given = self.root.at("inputs", bound[2])
            if given.line:
                yield from self.given(bound[2], given)
            return
        if bound[0] == "parent" and bound[1:2] == ["jobs"] and len(bound) > 4:
            yield from self.made(bound[2], bound[4], set() if seen is None else seen)
            return
        if bound[0] == "inputs" and len(bound) > 1:
            given = self.root.at("inputs", bound[1])
            if given.line and given is not value:
                yield from self.given(bound[1], given)
            return
        yield from self.given(name, value)

    def uses(self, step: str, output: str) -> bool:
        """Whether another step makes something of this output."""
        return f"parent.jobs.{step}.outputs.{output}" in self.bound

    @cached_property
    def bound(self) -> frozenset[str]:
        """Everything that inputs of steps with outputs refer to."""
        making = [step for step in self.steps.values() if step.outputs]
        return frozenset(binding_of(value) for step in making for value in step.inputs.values())

    def given(self, name: str, value: Node) -> Iterator[Origin]:
        """A value that is written down: a place, an asset, or one left open; no settings."""
        if is_setting(name, value):
            return
        if isinstance(value, Map):
            kind = value.at("type")
            place = value.at("path") or (value.at("default") if kind else ABSENT)
            if place.text:
                yield Origin(name, place, kind)
            elif is_left_open(value):
                yield Origin(name, value, kind)
        elif value.text:
            yield Origin(name, value, ABSENT)

    def made(self, step_name: str, output: str, seen: set[tuple[str, str]]) -> Iterator[Origin]:
        """Where what a step makes comes from: itself for a model, its data's origin for data."""
        step = self.steps.get(step_name)
        if step is None or (step_name, output) in seen or len(seen) > _MOST:
            return
        seen.add((step_name, output))
        if output in step.models:
            yield Origin(output, ABSENT, ABSENT, made=(step_name, output))
            return
        purpose = step.purpose
        for node in step.fetched:
            yield Origin(output, node, ABSENT, through=(step_name,))
        for origin in self.data(step, output, seen):
            yield Origin(
                origin.name,
                origin.node,
                origin.kind,
                origin.made,
                origin.held_out or purpose is Purpose.TRAIN,
                origin.predicted or purpose in {Purpose.PREDICT, Purpose.EVALUATE},
                (*origin.through, step_name),
            )

    def data(self, step: Step, output: str, seen: set[tuple[str, str]]) -> Iterator[Origin]:
        """The data that goes into a step; of its splits the one that the output is called by."""
        inputs = {
            name: value
            for name, value in step.inputs.items()
            if not is_setting(name, value) and not is_number(value)
        }
        split = split_of(output)
        same = {name: value for name, value in inputs.items() if split and split_of(name) == split}
        for name, value in (same or inputs).items():
            for origin in self.origins(name, value, seen):
                if origin.made is None and not is_literal(origin) and not names_model(origin.name):
                    yield origin


def is_number(value: Node) -> bool:
    """Whether a value is a number or a switch."""
    return bool(value.text) and (value.number is not None or value.is_true or value.is_false)


def is_literal(origin: Origin) -> bool:
    """Whether a value is a plain word, which names a setting and no place."""
    text = origin.node.text
    if not text or origin.kind or origin.through:
        return False
    return not (text.startswith("azureml:") or "://" in text or origin.node.key.endswith(".path"))
