"""Compiled pipelines: what each model is trained on, followed back through the tasks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ingest.base import Findings
from ingest.commands.names import Purpose, names_model, purpose_of, split_of
from ingest.commands.programs import program_of
from ingest.commands.trainings import Training, Use, settings, training_of
from ingest.containers import artifact
from ingest.containers.programs import loaded_in
from ingest.kubeflow.tasks import Source, Task
from ingest.reading import ABSENT, Map, Node
from lineage.identity import is_path, is_placeholder
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_PLACE = re.compile(
    r"(^|_)(ur[il]|source|src|bucket|gcs|s3|table|bq|bigquery|input|csv|file|folder|dir|path|"
    r"location|data|dataset)s?(_|$)"
)
_NO_PLACE = re.compile(
    r"(^|_)(output|out|dest|destination|target|export|save|model|project|pipeline|service|"
    r"serving|image|endpoint|log|tensorboard|region|api|host|registry|webhook|tracking|root)(_|$)"
)
_CODE = re.compile(r"\.(ya?ml|py|sh|ipynb|json|toml|whl)$|github\.com/[^/]+/[^/]+(\.git)?$")
_MOST = 300
"""Most outputs that one artifact is followed through."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an artifact comes from: a value of a task, or a model that a task makes."""

    name: str
    node: Node
    hub: bool = False
    made: Source | None = None
    through: tuple[str, ...] = ()
    selector: str | None = None
    split: str | None = None
    evidence: Evidence = Evidence.DECLARED


def read_pipeline(found: Findings, tasks: list[Task], name: Node) -> None:
    """All facts of a pipeline: its trainings, else what data it makes."""
    reader = _Pipeline(found, {task.name: task for task in tasks}, name)
    for task in tasks:
        if reader.purpose(task) is Purpose.TRAIN:
            reader.training(task)
    used = reader.used()
    for task in tasks:
        if task.imported:
            found.leave_out(*task.parameters.values())  # its address is taken where it is used
            if not any((task.name, key) in used for key in task.outputs):
                found.skip("no step is given what this one imports", task.imported)
        found.report_rest("kubeflow", *task.parameters.values())
        if reader.purpose(task) is Purpose.EVALUATE:
            reader.evaluation(task)
        if not reader.models and reader.purpose(task) is Purpose.PREPARE:
            reader.preparation(task)


@dataclass(slots=True)
class _Pipeline:
    found: Findings
    tasks: dict[str, Task]
    name: Node
    models: dict[Source, Ref] = field(default_factory=dict)
    purposes: dict[str, Purpose | None] = field(default_factory=dict)
    named: dict[str, list[Origin]] = field(default_factory=dict)

    def purpose(self, task: Task) -> Purpose | None:
        """What a task is for."""
        if task.name not in self.purposes:
            self.purposes[task.name] = self.told(task)
        return self.purposes[task.name]

    def told(self, task: Task) -> Purpose | None:
        """What a task is for: by what it makes, then by its names."""
        named = purpose_of(task.program) or purpose_of(task.name.rpartition("/")[2])
        if task.imported:
            return None
        if task.models and named in {None, Purpose.TRAIN, Purpose.PREPARE}:
            fetches = named is Purpose.PREPARE and not (task.artifacts or self.data_of(task))
            return None if fetches else Purpose.TRAIN
        if named is Purpose.TRAIN and task.data and split_of(task.data[0]) and not task.models:
            return Purpose.PREPARE
        if named is None and task.data:
            return Purpose.PREPARE
        return named

    def stated(self, task: Task) -> Training:
        """What a task's parameters and its container's options say."""
        runs = (c for c in task.container.commands if program_of(c).endswith((".py", ".R")))
        given = Map("", 0, dict(task.parameters))
        stated = training_of(settings(given, *(command.options for command in runs)))
        loaded = loaded_in(task.container.words, data=True)
        return replace(stated, uses=(*stated.uses, *loaded))

    def data_of(self, task: Task) -> list[Origin]:
        """The data that a task names itself."""
        if task.name not in self.named:
            self.named[task.name] = self.told_data(task)
        return self.named[task.name]

    def told_data(self, task: Task) -> list[Origin]:
        """The data that a task names in its parameters and its options."""
        made = [
            Origin(task.name, use.node, use.hub, selector=use.selector, evidence=use.evidence)
            for use in self.stated(task).uses
            if use.kind is Kind.DATASET and _is_known(use.node)
        ]
        seen = {origin.node.text for origin in made}
        for key, node in task.parameters.items():
            spelled = key.lower().replace("-", "_")
            placed = _PLACE.search(spelled) and not _NO_PLACE.search(spelled)
            if placed and node.text not in seen and _is_known(node) and _is_place(node):
                seen.add(node.text)
                made.append(Origin(key, node, split=split_of(key)))
        return made

    def origins(self, source: Source, seen: set[Source] | None = None) -> Iterator[Origin]:
        """Where an artifact comes from; no output is followed twice."""
        seen = set() if seen is None else seen
        task = self.tasks.get(source[0])
        if task is None or source in seen or len(seen) > _MOST:
            return
        seen.add(source)
        if source[1] in task.forwards:
            yield from self.origins(task.forwards[source[1]], seen)
            return
        if task.imported:
            yield Origin(source[1], task.imported)
            return
        trains = self.purpose(task) is Purpose.TRAIN
        if source in self.models or (source[1] in task.models and trains):
            yield Origin(source[1], ABSENT, made=source)
            return
        if trains and not task.models and source[1] not in task.outputs:
            yield Origin(source[1], ABSENT, made=(task.name, ""))  # told in a parameter
            return
        found = list(self.data_of(task))
        for key, before in task.artifacts.items():
            if not names_model(key):
                found.extend(self.origins(before, seen))
        split = split_of(source[1])
        for origin in found:
            through = (*origin.through, task.name)
            yield replace(origin, through=through, split=split or origin.split)

    def training(self, task: Task) -> None:
        """A task that trains: its models, each from all that goes in."""
        stated = self.stated(task)
        inputs = list(self.inputs(task))
        own = self.data_of(task)
        bases = [use for use in stated.uses if use.kind is Kind.MODEL and _is_known(use.node)]
        evaluated = {use.node.text for use in stated.uses if use.relation is Relation.EVALUATED_ON}
        if not (inputs or own or bases or task.models):
            return
        for model in self.made(task, stated):
            for use in bases:
                self.use(model, use)
            for origin in own:
                held_out = origin.node.text in evaluated or origin.split in {"validation", "test"}
                self.relate(model, _role(held_out), origin)
            for relation, origin in inputs:
                self.relate(model, relation, origin)

    def inputs(self, task: Task) -> Iterator[tuple[Relation, Origin]]:
        """The artifacts that a training is given, each in its role."""
        for key, source in task.artifacts.items():
            producer = self.tasks.get(source[0])
            imported = producer is not None and bool(producer.imported)
            kinds = [o for k, o in producer.outputs.items() if k == source[1]] if producer else []
            is_model = any(o.is_model for o in kinds) or names_model(key)
            for origin in self.origins(source):
                if origin.made or (imported and is_model):
                    yield Relation.FINE_TUNED_FROM, origin
                else:
                    held_out = (split_of(key) or origin.split) in {"validation", "test"}
                    yield _role(held_out), origin

    def made(self, task: Task, stated: Training) -> Iterator[Ref]:
        """The models of a training, each under a name of its own."""
        at = task.node if task.node.line else self.name
        if not task.models:
            place = stated.output if _is_known(stated.output) else ABSENT
            name = at.saying(f"{task.name}.outputs") if not place else ABSENT
            ref = self.found.output(Kind.MODEL, location=place, name=name)
            self.models[task.name, ""] = ref
            yield ref
        for key in task.models:
            name = at.saying(f"{task.name}.outputs.{key}")
            ref = self.found.output(Kind.MODEL, name=name, pipeline=self.name.text or None)
            self.models[task.name, key] = ref
            yield ref

    def evaluation(self, task: Task) -> None:
        """A task that measures models of the pipeline on data."""
        models: list[Ref] = []
        data: list[Origin] = []
        for source in task.artifacts.values():
            for origin in self.origins(source):
                if origin.made in self.models:
                    models.append(self.models[origin.made])
                elif origin.node.text:
                    data.append(origin)
        for model in dict.fromkeys(models):
            for origin in (*data, *self.data_of(task)):
                self.relate(model, Relation.EVALUATED_ON, origin, evidence=Evidence.INFERRED)

    def preparation(self, task: Task) -> None:
        """In a pipeline without a training, a task that makes data no other task goes on with."""
        used = self.used()
        for key in task.data:
            if (task.name, key) in used:
                continue
            origins = list(self.origins((task.name, key)))
            if not origins:
                continue
            at = task.node if task.node.line else self.name
            name = at.saying(f"{task.name}.outputs.{key}")
            ref = self.found.output(Kind.DATASET, name=name)
            for origin in origins:
                self.relate(ref, Relation.DERIVED_FROM, origin)

    def used(self) -> set[Source]:
        """The outputs that tasks are given."""
        return {source for task in self.tasks.values() for source in task.artifacts.values()}

    def use(self, model: Ref, use: Use) -> None:
        self.found.input(
            model,
            use.relation,
            use.node,
            kind=use.kind,
            hub=use.hub,
            selector=use.selector,
            evidence=use.evidence,
        )

    def relate(
        self,
        model: Ref,
        relation: Relation,
        origin: Origin,
        evidence: Evidence = Evidence.DECLARED,
    ) -> None:
        """One edge, with the tasks on the way."""
        through = tuple(dict.fromkeys(origin.through))
        parts = (origin.selector, f"through {', '.join(through)}" if through else None)
        selector = "; ".join(part for part in parts if part) or None
        if origin.made:
            target = self.models.get(origin.made)
            if target is not None and target != model:
                self.found.relate(model, relation, target, self.name, evidence=evidence)
            return
        if not origin.node.text:
            return
        of_model = relation is Relation.FINE_TUNED_FROM
        kind = Kind.MODEL if of_model else Kind.DATASET
        target = artifact(self.found, origin.node, kind, hub=origin.hub or of_model)
        evidence = origin.evidence if evidence is Evidence.DECLARED else evidence
        self.found.relate(
            model, relation, target, origin.node, evidence=evidence, selector=selector
        )


def _role(held_out: bool) -> Relation:
    return Relation.EVALUATED_ON if held_out else Relation.TRAINED_ON


def _is_known(node: Node) -> bool:
    """Whether a value says something: nothing that only a run fills, no place within a task."""
    text = node.text
    inside = text.startswith(("/tmp/inputs/", "/tmp/outputs/"))  # noqa: S108
    return bool(text) and "{{" not in text and not inside and not is_placeholder(text)


def _is_place(node: Node) -> bool:
    """Whether a value is a place of data: an address or a path, no code, not gone with a task."""
    text = node.text
    passing = text.startswith("/tmp/")  # noqa: S108
    return ("://" in text or is_path(text)) and not passing and not _CODE.search(text)


def named(parts: Iterable[Node]) -> Node:
    """The first of these names that there is."""
    return next((part for part in parts if part.text), ABSENT)
