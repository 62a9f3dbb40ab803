"""Tasks of a compiled pipeline: of the present form, and of workflows of the first version."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.commands.names import names_model
from ingest.containers import Container
from ingest.reading import ABSENT, Map, Node, Seq

_DEEP = 20
_MOST = 5_000
"""Most graphs and tasks that a pipeline is unfolded into."""

_ARGUMENT = re.compile(r"\{\{\s*(?:inputs|workflow)\.parameters\.([\w.-]+)\s*\}\}")
_FROM_TASK = re.compile(
    r"\{\{\s*tasks\.([\w.-]+)\.outputs\.(?:artifacts|parameters)\.([\w.-]+)\s*\}\}"
)
_MODEL_TYPES = re.compile(r"(^|\.)\w*Model$")
_NO_DATA = re.compile(r"Metrics|HTML|Markdown|Metadata")
_REPORT = re.compile(r"metric|ui[_-]metadata|report|plot|chart|log|mlpipeline", re.IGNORECASE)

Source = tuple[str, str]
"""A task and the key of its output."""


@dataclass(frozen=True, slots=True)
class Output:
    """An output of a task: a model, data, or a report."""

    name: str
    type: str

    @property
    def is_model(self) -> bool:
        """Whether it is a model, by its declared type or its name."""
        if _MODEL_TYPES.search(self.type):
            return True
        return self.type in {"", "system.Artifact", "Artifact"} and names_model(self.name)

    @property
    def is_report(self) -> bool:
        """Whether it is what a person reads: metrics, a page, a picture."""
        return bool(_NO_DATA.search(self.type) or _REPORT.search(self.name))


@dataclass(frozen=True, slots=True)
class Task:
    """One task, with what it is given and what it makes.

    ``forwards`` are the outputs of a graph within the pipeline: each is made by a task in it.
    """

    name: str
    node: Node
    program: str
    parameters: Mapping[str, Node]
    artifacts: Mapping[str, Source]
    outputs: Mapping[str, Output]
    imported: Node
    container: Container
    forwards: Mapping[str, Source] = field(default_factory=dict)

    @property
    def models(self) -> list[str]:
        """The outputs that are models."""
        return [key for key, output in self.outputs.items() if output.is_model]

    @property
    def data(self) -> list[str]:
        """The outputs that are data."""
        return [k for k, o in self.outputs.items() if not (o.is_model or o.is_report)]


def tasks_of_specification(root: Node) -> list[Task]:
    """The tasks of a compiled pipeline, those of its inner graphs among them."""
    defaults = {
        name: given.at("defaultValue")
        for name, given in root.at("root", "inputDefinitions", "parameters").entries()
        if given.at("defaultValue")
    }
    return list(_Specification(root).tasks(root.at("root", "dag"), defaults, {}, "", 0))


@dataclass(frozen=True, slots=True)
class _Specification:
    root: Node
    count: Iterator[int] = field(default_factory=itertools.count)

    def tasks(
        self,
        dag: Node,
        given: Mapping[str, Node],
        handed: Mapping[str, Source],
        prefix: str,
        depth: int,
    ) -> Iterator[Task]:
        """The tasks of a graph, with what the graph itself is given."""
        if depth > _DEEP:
            return
        for name, node in dag.at("tasks").entries():
            if next(self.count) > _MOST:
                return
            component = self.root.at("components", node.at("componentRef", "name").text)
            parameters = dict(self.parameters(node, component, given))
            artifacts = dict(self.artifacts(node, handed, prefix))
            if component.at("dag"):
                inner = f"{prefix}{name}/"
                yield from self.tasks(component.at("dag"), parameters, artifacts, inner, depth + 1)
                yield Task(
                    f"{prefix}{name}", node, "", {}, {}, {}, ABSENT, Container(ABSENT, ABSENT),
                    _forwarded(component.at("dag"), inner),
                )  # fmt: skip
                continue
            yield self.task(f"{prefix}{name}", node, component, parameters, artifacts)

    def task(
        self,
        name: str,
        node: Node,
        component: Node,
        parameters: dict[str, Node],
        artifacts: dict[str, Source],
    ) -> Task:
        """A task that a container or an importer runs."""
        label = component.at("executorLabel").text
        executor = self.root.at("deploymentSpec", "executors", label)
        importer = executor.at("importer")
        uri = importer.at("artifactUri")
        imported = uri.at("constant") or uri.at("constantValue", "stringValue")
        argument = uri.at("runtimeParameter").text
        if importer and not imported:
            imported = parameters.get(argument, ABSENT)
        outputs = {
            key: Output(key, _schema(value))
            for key, value in component.at("outputDefinitions", "artifacts").entries()
        }
        container = Container(executor.at("container"), ABSENT)
        program = node.at("componentRef", "name").text.removeprefix("comp-")
        return Task(name, node, program, parameters, artifacts, outputs, imported, container)

    def parameters(
        self, node: Node, component: Node, given: Mapping[str, Node]
    ) -> Iterator[tuple[str, Node]]:
        """The parameters of a task that are known, its component's defaults among them."""
        for name, declared in component.at("inputDefinitions", "parameters").entries():
            if declared.at("defaultValue"):
                yield name, declared.at("defaultValue")
        for name, value in node.at("inputs", "parameters").entries():
            constant = value.at("runtimeValue", "constant")
            constant = constant or value.at("runtimeValue", "constantValue", "stringValue")
            argument = value.at("componentInputParameter").text
            if constant:
                yield name, constant
            elif argument in given:
                yield name, given[argument]

    def artifacts(
        self, node: Node, handed: Mapping[str, Source], prefix: str
    ) -> Iterator[tuple[str, Source]]:
        """Which task makes each artifact that a task is given, or tells it in a parameter.

        Steps that are told each other's paths hand data on as parameters.
        """
        for name, value in node.at("inputs", "parameters").entries():
            told = value.at("taskOutputParameter")
            if told.at("producerTask").text:
                source = f"{prefix}{told.at('producerTask').text}"
                yield name, (source, told.at("outputParameterKey").text)
        for name, value in node.at("inputs", "artifacts").entries():
            made = value.at("taskOutputArtifact")
            if made.at("producerTask").text:
                source = f"{prefix}{made.at('producerTask').text}"
                yield name, (source, made.at("outputArtifactKey").text)
            elif value.at("componentInputArtifact").text in handed:
                yield name, handed[value.at("componentInputArtifact").text]


def _forwarded(dag: Node, inner: str) -> dict[str, Source]:
    """Which inner task makes each artifact that a graph gives on."""
    made: dict[str, Source] = {}
    for key, value in dag.at("outputs", "artifacts").entries():
        for selector in value.at("artifactSelectors").elements():
            task = selector.at("producerSubtask").text
            made[key] = (f"{inner}{task}", selector.at("outputArtifactKey").text)
    return made


def _schema(value: Node) -> str:
    """The declared type of an artifact."""
    kind = value.at("artifactType")
    return kind.at("schemaTitle").text or kind.at("instanceSchema").text.rpartition("title: ")[2]


def tasks_of_workflow(root: Node) -> list[Task]:
    """The tasks of a workflow of the first version, from its entry on."""
    templates = {t.at("name").text: t for t in root.at("spec", "templates").elements()}
    given = {
        p.at("name").text: p.at("value")
        for p in root.at("spec", "arguments", "parameters").elements()
        if p.at("value")
    }
    entry = templates.get(root.at("spec", "entrypoint").text, ABSENT)
    return list(_of_template(entry, templates, given, "", itertools.count()))


def _of_template(
    template: Node,
    templates: Mapping[str, Node],
    given: Mapping[str, Node],
    prefix: str,
    count: Iterator[int],
) -> Iterator[Task]:
    """The tasks of a template's graph, those of the graphs it calls among them."""
    if prefix.count("/") > _DEEP:
        return
    for node in template.at("dag", "tasks").elements():
        if next(count) > _MOST:
            return
        name = f"{prefix}{node.at('name').text}"
        called = templates.get(node.at("template").text, ABSENT)
        parameters: dict[str, Node] = {}
        artifacts: dict[str, Source] = {}
        for argument in (
            *node.at("arguments", "parameters").elements(),
            *node.at("arguments", "artifacts").elements(),
        ):
            value = argument.at("value") or argument.at("from")
            made = _FROM_TASK.fullmatch(value.text)
            if made:
                artifacts[argument.at("name").text] = (f"{prefix}{made[1]}", made[2])
            elif value:
                parameters[argument.at("name").text] = filled(value, given)
        if called.at("dag"):
            yield from _of_template(called, templates, parameters, f"{name}/", count)
            continue
        outputs = {
            o.at("name").text: Output(o.at("name").text, "")
            for o in called.at("outputs", "artifacts").elements()
            if o.at("name").text
        }
        inside = _with_parameters(called.at("container"), parameters or given)
        yield Task(
            name, node, node.at("template").text, parameters, artifacts, outputs, ABSENT,
            Container(inside, ABSENT),
        )  # fmt: skip


def filled(value: Node, given: Mapping[str, Node]) -> Node:
    """A text with the references to parameters replaced by what those are."""
    if "{{" not in value.text:
        return value
    text = _ARGUMENT.sub(lambda m: given[m[1]].text if m[1] in given else m[0], value.text)
    return value.saying(text)


def _with_parameters(container: Node, given: Mapping[str, Node]) -> Node:
    """A container, its words with what the task is given."""
    if not isinstance(container, Map):
        return container
    items = dict(container.items)
    for key in ("command", "args"):
        words = container.at(key)
        items[key] = Seq(words.key, words.line, [filled(w, given) for w in words.elements()])
    return Map(container.key, container.line, items)
