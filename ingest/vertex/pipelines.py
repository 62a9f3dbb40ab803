"""Pipeline runs: the tasks of a compiled pipeline, with the values that a run gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ingest.base import Findings
from ingest.commands.trainings import Training, command_of, settings, training_of
from ingest.reading import ABSENT, Map, Node
from ingest.vertex.jobs import told
from ingest.vertex.names import artifact, field
from lineage.identity import output_ref
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

Values = Mapping[str, Node]
"""Parameters with the values they have in this run."""

_MAX_DEPTH = 20
_KINDS = {
    "system.Dataset": Kind.DATASET, "google.VertexDataset": Kind.DATASET,
    "google.BQTable": Kind.DATASET, "system.Model": Kind.MODEL, "google.VertexModel": Kind.MODEL,
    "google.UnmanagedContainerModel": Kind.MODEL, "google.BQMLModel": Kind.MODEL,
    "google.VertexEndpoint": Kind.DEPLOYMENT,
}  # fmt: skip
_UNTYPED = frozenset({"system.Artifact", ""})
_HELD_OUT = re.compile(r"(^|_)(valid(ation)?|val|eval(uation)?|test(ing)?|dev|holdout)(_|$)")
_CALLED = {
    "large_model_reference": "base_model",
    "reference_model_path": "base_model",
    "preference_dataset": "train_data",
    "prompt_dataset": "train_data",
    "data_source_csv_filenames": "train_data",
    "data_source_bigquery_table_path": "train_data",
    "gcs_source": "train_data",
    "bq_source": "train_data",
    "teacher_model_reference": "teacher_model",
}
"""Parameters of Google's own pipelines, as the arguments of a training program are called."""


def pipeline_job(found: Findings, root: Node) -> None:
    """A run of a pipeline: what its tasks make of what, or what its template is told."""
    runtime, spec = field(root, "runtimeConfig"), field(root, "pipelineSpec")
    given = dict(field(runtime, "parameterValues").entries())
    for name, value in field(runtime, "parameters").entries():
        given.setdefault(name, next((v for _, v in value.entries()), ABSENT))
    pipeline = _Pipeline(found, spec, field(runtime, "inputArtifacts"))
    top = _Scope("", field(spec, "root"), {**_defaults(field(spec, "root")), **given}, {})
    tasks = list(pipeline.tasks(top))
    # where the service writes, and defaults: those that this run does not keep among them
    found.leave_out(field(runtime, "gcsOutputDirectory"), *_defaults(field(spec, "root")).values())
    for task in tasks:
        pipeline.relate(task)
    training = _training(given)
    settings_of_run = (field(runtime, key) for key in ("parameterValues", "parameters"))
    found.report_rest("vertex", *settings_of_run)
    if not tasks and training.uses:
        names = ("model_display_name", "large_model_display_name", "tuned_model_display_name")
        shown = next((given[n] for n in names if n in given), field(root, "displayName"))
        model = found.output(Kind.MODEL, name=shown, location=training.output, at=root)
        for use in training.uses:
            _use(found, model, use.relation, artifact(found, use.node, use.kind), use.node)


@dataclass(frozen=True, slots=True)
class _Scope:
    """A graph of tasks, with the values and artifacts that it is given."""

    prefix: str
    component: Node
    values: Values
    artifacts: Mapping[str, Ref]


@dataclass(frozen=True, slots=True)
class _Task:
    """One task that runs a program, with what it is given."""

    name: str
    component: Node
    values: Values
    artifacts: Mapping[str, tuple[Ref, Node]]


@dataclass(frozen=True, slots=True)
class _Pipeline:
    """Looks up the components of a compiled pipeline."""

    found: Findings
    spec: Node
    given: Node

    def component(self, task: Node) -> Node:
        """The component that a task runs."""
        name = field(task, "componentRef", "name").text
        return field(self.spec, "components").at(name)

    def executor(self, component: Node) -> Node:
        """What runs a component."""
        label = field(component, "executorLabel").text
        return field(self.spec, "deploymentSpec", "executors").at(label)

    def tasks(self, scope: _Scope, depth: int = 0) -> Iterator[_Task]:
        """The tasks that run programs, in a graph and those inside it."""
        for name, task in field(scope.component, "dag", "tasks").entries():
            component = self.component(task)
            values = dict(self.values(scope, task, component))
            artifacts = dict(self.inputs(scope, task, depth))
            if not field(component, "dag"):
                if not field(self.executor(component), "importer"):
                    yield _Task(f"{scope.prefix}{name}", component, values, artifacts)
            elif depth < _MAX_DEPTH:
                inner = {key: ref for key, (ref, _) in artifacts.items()}
                below = _Scope(f"{scope.prefix}{name}.", component, values, inner)
                yield from self.tasks(below, depth + 1)

    def values(self, scope: _Scope, task: Node, component: Node) -> Iterator[tuple[str, Node]]:
        """The parameters of a task, as far as they are known before it runs."""
        yield from _defaults(component).items()
        for name, source in field(task, "inputs", "parameters").entries():
            outer = field(source, "componentInputParameter")
            if outer.text:
                yield name, scope.values.get(outer.text, ABSENT)
            else:
                runtime = field(source, "runtimeValue")
                held = field(runtime, "constantValue") or field(runtime, "constant")
                yield name, field(held, "stringValue") or held

    def inputs(
        self, scope: _Scope, task: Node, depth: int
    ) -> Iterator[tuple[str, tuple[Ref, Node]]]:
        """The artifacts that a task is given."""
        for name, source in field(task, "inputs", "artifacts").entries():
            outer = field(source, "componentInputArtifact")
            made = field(source, "taskOutputArtifact")
            producer, key = field(made, "producerTask"), field(made, "outputArtifactKey")
            ref = (
                scope.artifacts.get(outer.text)
                if outer.text
                else self.made(scope, producer.text, key.text, depth)
            )
            if ref is not None:
                yield name, (ref, outer if outer.text else producer)

    def made(self, scope: _Scope, task_name: str, key: str, depth: int) -> Ref | None:
        """The artifact that a task of a graph makes, or imports."""
        task = field(scope.component, "dag", "tasks").at(task_name)
        component = self.component(task)
        importer = field(self.executor(component), "importer")
        if importer:
            return self.imported(scope, task, component, importer)
        selectors = field(component, "dag", "outputs", "artifacts").at(key)
        inner = next(field(selectors, "artifactSelectors").elements(), ABSENT)
        if inner and depth < _MAX_DEPTH:
            below = _Scope(f"{scope.prefix}{task_name}.", component, {}, {})
            subtask = field(inner, "producerSubtask").text
            return self.made(below, subtask, field(inner, "outputArtifactKey").text, depth + 1)
        definition = field(component, "outputDefinitions", "artifacts").at(key)
        kind = _kind(key, definition)
        name = f"{scope.prefix}{task_name}.{key}"
        return output_ref(name, kind, self.found.document.scope) if kind else None

    def imported(self, scope: _Scope, task: Node, component: Node, importer: Node) -> Ref | None:
        """The artifact at the address that an importer is told."""
        uri = field(importer, "artifactUri")
        parameter = field(uri, "runtimeParameter").text or "uri"
        values = dict(self.values(scope, task, component))
        held = field(uri, "constantValue") or field(uri, "constant")
        node = field(held, "stringValue") or held
        node = node if node.text else values.get(parameter, ABSENT)
        kind = _kind("", field(importer, "typeSchema")) or Kind.DATASET
        return artifact(self.found, node, kind) if node.text else None

    def relate(self, task: _Task) -> None:
        """What a task makes of what it is given."""
        outputs = []
        for key, definition in field(task.component, "outputDefinitions", "artifacts").entries():
            kind = _kind(key, definition)
            if kind:
                ref = output_ref(f"{task.name}.{key}", kind, self.found.document.scope)
                self.found.describe(ref, definition, produced=True)
                outputs.append(ref)
        training = _training(task.values, *self.options(task))
        given = list(task.artifacts.items())
        for made in outputs:
            for name, (ref, node) in given:
                held_out = _HELD_OUT.search(name) is not None
                _use(self.found, made, _relation(made, ref, held_out=held_out), ref, node)
            for use in training.uses:
                ref = artifact(self.found, use.node, use.kind, hub=use.hub)
                relation = use.relation
                if made.kind is not Kind.MODEL:
                    relation = _relation(made, ref, held_out=False)
                _use(self.found, made, relation, ref, use.node, use.selector)
        if not outputs:
            self.measured([pair for _, pair in given])

    def options(self, task: _Task) -> Iterator[Node]:
        """The options that the container of a task is run with."""
        container = field(self.executor(task.component), "container")
        words = [*field(container, "command").elements(), *field(container, "args").elements()]
        if words:
            yield command_of(words).options

    def measured(self, given: list[tuple[Ref, Node]]) -> None:
        """A task that makes neither data nor a model measures its models on its data."""
        for model, _ in given:
            for data, node in given:
                if model.kind is Kind.MODEL and data.kind is Kind.DATASET:
                    self.found.relate(
                        model, Relation.EVALUATED_ON, data, node, evidence=Evidence.INFERRED
                    )


def _defaults(component: Node) -> dict[str, Node]:
    """The defaults of a component's parameters."""
    parameters = field(component, "inputDefinitions", "parameters")
    return {
        name: field(definition, "defaultValue")
        for name, definition in parameters.entries()
        if field(definition, "defaultValue")
    }


def _kind(name: str, definition: Node) -> Kind | None:
    """What an artifact is by its type; by its name, where its type says nothing."""
    schema = field(definition, "artifactType") or definition
    title = field(schema, "schemaTitle").text
    if title in _KINDS or title not in _UNTYPED:
        return _KINDS.get(title)
    if "model" in name:
        return Kind.MODEL
    return Kind.DATASET if re.search(r"data|train|test|examples|features", name) else None


def _relation(made: Ref, ref: Ref, *, held_out: bool) -> Relation:
    """How an output of a task came from an input, by what both are."""
    if made.kind is Kind.DEPLOYMENT:
        return Relation.DEPLOYS
    if made.kind is Kind.MODEL:
        if ref.kind is Kind.MODEL:
            return Relation.FINE_TUNED_FROM
        return Relation.EVALUATED_ON if held_out else Relation.TRAINED_ON
    return Relation.GENERATED_BY if ref.kind is Kind.MODEL else Relation.DERIVED_FROM


def _training(values: Values, *options: Node) -> Training:
    """What parameters and options say, by what the arguments of training programs are called."""
    specs = values.get("worker_pool_specs", ABSENT)
    if specs:
        return told(Map("", specs.line, {"workerPoolSpecs": specs}))
    items = {_CALLED.get(name, name): value for name, value in values.items()}
    return training_of(settings(Map("", 0, items), *options))


def _use(
    found: Findings,
    made: Ref,
    relation: Relation,
    ref: Ref,
    node: Node,
    selector: str | None = None,
) -> None:
    if ref != made:
        default = node.key.endswith(".defaultValue")
        evidence = Evidence.DEFAULT if default else Evidence.DECLARED
        found.relate(made, relation, ref, node, evidence=evidence, selector=selector)
