"""What a job of Azure Machine Learning trains, evaluates and makes, and of what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.azureml.flow import Flow, Origin, is_literal, is_number
from ingest.azureml.outputs import Outputs
from ingest.azureml.references import binding_of, is_left_open, not_given, reference
from ingest.azureml.roles import TEACHERS, is_value, role_of
from ingest.azureml.steps import Step, is_setting, steps_of
from ingest.base import Findings
from ingest.commands import commands
from ingest.commands.names import Purpose, is_old_hub_id, names_model, split_of
from ingest.commands.programs import program_of
from ingest.commands.trainings import Training, settings, training_of
from ingest.reading import ABSENT, Map, Node
from lineage.identity import is_placeholder
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_OF_LANGUAGE = ("text_classification", "text_classification_multilabel", "text_ner")
_CLASS_IMAGES = "with_prior_preservation"


def read_job(found: Findings, root: Node) -> None:
    """All facts of a job: its trainings, else what it evaluates or derives."""
    found.leave_out(root.at("name"))  # of the run
    steps = steps_of(found.document, root)
    flow = Flow(root, {step.name: step for step in steps})
    reader = _Job(found, root, flow)
    for step in steps:
        if step.purpose is Purpose.TRAIN:
            reader.training(step)
    trains = bool(reader.models)
    for step in steps:
        if step.purpose in {Purpose.EVALUATE, Purpose.PREDICT}:
            reader.evaluation(step)
        if not trains and step.purpose in {Purpose.PREPARE, Purpose.PREDICT, Purpose.EVALUATE}:
            reader.derivation(step)
        elif step.purpose is None and not trains:
            reader.unclear(step)


@dataclass(slots=True)
class _Job:
    found: Findings
    root: Node
    flow: Flow
    models: dict[tuple[str, str], Ref] = field(default_factory=dict)

    def training(self, step: Step) -> None:
        """A step that trains: its models, each from all that goes in."""
        uses = list(self.uses(step))
        stated = self.stated(step)
        placed = stated.output and not is_placeholder(stated.output.text)
        if not (uses or stated.uses or step.models or placed):
            return
        for model in self.made(step, stated):
            for relation, origin in uses:
                self.relate(model, relation, origin, step)
            self.options(model, stated, {origin.node.text for _, origin in uses})
            self.searched(model, step)
            if step.node.at("inputs", _CLASS_IMAGES).is_true:
                self.found.describe(
                    model, step.node.at("inputs", _CLASS_IMAGES), synthetic_class_images=True
                )

    def made(self, step: Step, stated: Training) -> Iterator[Ref]:
        """The models of a step, each under the name that the job gives it."""
        names = step.models
        for name in names:
            ref = Outputs(self.found, self.flow).model(step, name)
            self.models[step.name, name] = ref
            yield ref
        if not names:
            registered = step.node.at("outputs", "registered_model", "name")
            registered = registered or Outputs(self.found, self.flow).registered_as(step)
            at = step.node if step.node.line else self.root
            ref = self.found.output(Kind.MODEL, name=registered, location=stated.output, at=at)
            self.models[step.name, ""] = ref
            yield ref

    def uses(self, step: Step) -> Iterator[tuple[Relation, Origin]]:
        """What goes into a training, each in its role."""
        split = any(split_of(name) == "train" for name in step.inputs)
        for name, value in step.inputs.items():
            if is_setting(name, value) or is_number(value):
                continue
            for origin in self.flow.origins(name, value):
                if is_literal(origin) and not is_value(step, name, origin):
                    continue
                yield role_of(name, origin, split=split), origin
        for node in step.fetched:
            yield Relation.TRAINED_ON, Origin(step.name, node, ABSENT)

    def relate(self, model: Ref, relation: Relation, origin: Origin, step: Step) -> None:
        """One edge, to a thing with a name or to a model of an earlier step."""
        made = self.models.get(origin.made) if origin.made else None
        kind = Kind.MODEL
        if relation in {Relation.TRAINED_ON, Relation.EVALUATED_ON, Relation.DERIVED_FROM}:
            kind = Kind.DATASET
        version, evidence = None, Evidence.DECLARED
        if origin.made and made is None:
            return
        if made is not None:
            target = made
        elif is_left_open(origin.node):
            target = not_given(self.found, origin.name, origin.node, kind)
        elif origin.name in TEACHERS and is_literal(origin):
            target = self.found.named(origin.node, kind)  # a connection to a service
        elif kind is Kind.MODEL and is_literal(origin):
            text = origin.node.text
            of_hub = not step.fine_tunes or "/" in text or is_old_hub_id(text)
            target = (self.found.artifact if of_hub else self.found.named)(origin.node, kind)
        else:
            target, version, evidence = reference(self.found, origin.node, kind)
        told = relation is not Relation.TRAINED_ON or split_of(origin.name) == "train"
        if not told and evidence is Evidence.DECLARED and step.type not in {"finetuning"}:
            evidence = Evidence.INFERRED
        if target == model:
            return
        through = f"through {', '.join(origin.through)}" if origin.through else None
        selector = "; ".join(part for part in (version, through) if part) or None
        at = origin.node if origin.node.line else step.node
        self.found.relate(model, relation, target, at, evidence=evidence, selector=selector)

    def stated(self, step: Step) -> Training:
        """What the command's own options say, its references to inputs put in."""
        own = step.node.at("command") or step.node.at("trial", "command")
        text = own.text  # a component's options stand in its own file
        for name, value in step.inputs.items():
            literal = value.text if not isinstance(value, Map) else value.at("default").text
            if literal and not binding_of(value):
                text = text.replace(f"${{{{inputs.{name}}}}}", literal)
        runs = [c for c in commands(text, own.line) if program_of(c).endswith(".py")]
        if not runs:
            return training_of(settings(ABSENT))
        return training_of(settings(runs[-1].options), program_of(runs[-1]))

    def options(self, model: Ref, stated: Training, known: set[str]) -> None:
        """Models and data that the command names itself rather than through inputs."""
        for use in stated.uses:
            text = use.node.text
            if is_placeholder(text) or "${{" in text or "$[[" in text or text in known:
                continue
            self.found.input(
                model,
                use.relation,
                use.node,
                kind=use.kind,
                hub=use.hub,
                selector=use.selector,
                evidence=use.evidence,
            )

    def searched(self, model: Ref, step: Step) -> None:
        """Pre-trained models that automated training chooses from, where they are of the hub."""
        if step.type != "automl":
            return
        parts = [step.node.at("training_parameters"), *step.node.at("search_space").elements()]
        parts.append(step.node.at("search_space"))
        for part in parts:
            names = part.at("model_name")
            for node in (*names.elements(), *names.at("values").elements()):
                of_language = step.node.at("task").text in _OF_LANGUAGE
                if node.text and ("/" in node.text or of_language):
                    self.found.input(model, Relation.FINE_TUNED_FROM, node)

    def evaluation(self, step: Step) -> None:
        """A step that measures a model on data which no training set aside."""
        measured = step.purpose is Purpose.EVALUATE
        later = [s for s in self.flow.steps.values() if s.purpose is Purpose.EVALUATE]
        if not measured and not later:
            return
        models: list[Ref] = []
        data: list[Origin] = []
        told = False
        for name, value in step.inputs.items():
            if is_setting(name, value) or is_number(value):
                continue
            for origin in self.flow.origins(name, value):
                told |= origin.held_out or origin.predicted
                if origin.made in self.models:
                    models.append(self.models[origin.made])
                elif is_literal(origin) or origin.held_out or origin.predicted:
                    models.extend(m for (s, _), m in self.models.items() if s in origin.through)
                elif origin.kind.text.endswith("_model") or names_model(name):
                    models.append(reference(self.found, origin.node, Kind.MODEL)[0])
                else:
                    data.append(origin)
        for model in dict.fromkeys(models):
            for origin in data:
                self.relate(model, Relation.EVALUATED_ON, origin, step)
        if models and not data and not told:
            self.found.skip("on what the model is measured is not told", step.node)

    def derivation(self, step: Step) -> None:
        """A step that makes data: from what goes in, its outputs that no step goes on with."""
        for name, node in step.outputs.items():
            kept = node.at("name") or node.at("path") or binding_of(node)
            if not kept and self.flow.uses(step.name, name):
                continue
            made = Outputs(self.found, self.flow).data_set(step, name, node)
            for origin in (
                *(Origin(name, url, ABSENT) for url in step.fetched),
                *(o for k, v in step.inputs.items() for o in self.inputs(k, v)),
            ):
                if origin.kind.text.endswith("_model") or names_model(origin.name):
                    relation = Relation.GENERATED_BY
                else:
                    relation = Relation.DERIVED_FROM
                self.relate(made, relation, origin, step)

    def inputs(self, name: str, value: Node) -> Iterator[Origin]:
        """Data and models that go into a step under a name."""
        if not is_setting(name, value) and not is_number(value):
            yield from (o for o in self.flow.origins(name, value) if not is_literal(o))

    def unclear(self, step: Step) -> None:
        """Reports data that goes into a step of which nothing tells what it is for."""
        for name, value in step.inputs.items():
            for origin in self.inputs(name, value):
                self.found.skip(f"what “{name}” is used for is not told", origin.node)
