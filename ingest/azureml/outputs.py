"""What the outputs of a job are called: registered names, places, or names of their own."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.azureml.flow import Flow
from ingest.azureml.references import asset_name, asset_ref, binding_of, reference
from ingest.azureml.steps import Step
from ingest.base import Findings
from ingest.reading import ABSENT, Node
from lineage.identity import is_placeholder
from lineage.records import Ref
from lineage.vocabulary import Kind, Relation

_REGISTERED_AS = ("registered_model_name", "output_model_name")


@dataclass(frozen=True, slots=True)
class Outputs:
    """The outputs of a job's steps, some of which the job gives on as its own."""

    found: Findings
    flow: Flow

    def model(self, step: Step, name: str) -> Ref:
        """An output that is a model: by what it is registered as, where it goes, its own name."""
        node = step.outputs[name]
        bound = binding_of(node).split(".")
        whole, label = node, f"{step.name}.outputs.{name}" if step.name else name
        if bound[:2] == ["parent", "outputs"] and len(bound) > 2:
            whole, label = self.flow.root.at("outputs", bound[2]), bound[2]
        place = whole.at("path")
        if binding_of(place) or is_placeholder(place.text):
            place = ABSENT
        registered = whole.at("name") or node.at("name")
        asset = asset_name(place.text)
        if asset and not registered:
            registered, place = place.saying(asset), ABSENT
        registered = registered or self.registration(step, name) or self.registered_as(step)
        at = (node if node.line else step.node).saying(label)
        ref = self.found.output(
            Kind.MODEL, name=registered or at, step_output=label if registered else None
        )
        if registered.text:
            known = asset_ref(registered.text, Kind.MODEL)
            self.found.relate(ref, Relation.SAME_AS, known, registered)
        if place.text:
            target, _, _ = reference(self.found, place, Kind.COPY)
            self.found.describe(target, place, copy_kind="output", location=place.text)
            self.found.relate(target, Relation.COPY_OF, ref, place)
        return ref

    def registration(self, step: Step, name: str) -> Node:
        """The name under which a later step registers an output."""
        bound = f"parent.jobs.{step.name}.outputs.{name}"
        for other in self.flow.steps.values():
            if other.registers and any(binding_of(v) == bound for v in other.inputs.values()):
                for key, value in other.inputs.items():
                    given = [o.node for o in self.flow.origins(key, value)]
                    if key.endswith("name") and given and given[0].text:
                        return given[0]
        return ABSENT

    def registered_as(self, step: Step) -> Node:
        """The name under which a step is told to register what it trains."""
        given = [o.node for key in _REGISTERED_AS if (value := step.inputs.get(key))
                 for o in self.flow.origins(key, value)]  # fmt: skip
        return next((node for node in given if node.text), ABSENT)

    def data_set(self, step: Step, name: str, node: Node) -> Ref:
        """A data set that a step makes: registered, at a place, or under the output's name."""
        bound = binding_of(node).split(".")
        label, whole = f"{step.name}.outputs.{name}" if step.name else name, node
        if bound[:2] == ["parent", "outputs"] and len(bound) > 2:
            label, whole = bound[2], self.flow.root.at("outputs", bound[2])
        registered, place = whole.at("name"), whole.at("path")
        at = (node if node.line else step.node).saying(label)
        if place.text and not binding_of(place) and not registered:
            ref, _, _ = reference(self.found, place, Kind.DATASET)
            self.found.describe(ref, place, produced=True)
            return ref
        ref = self.found.output(Kind.DATASET, name=registered or at)
        if registered.text:
            asset = asset_ref(registered.text, Kind.DATASET)
            self.found.relate(ref, Relation.SAME_AS, asset, registered)
        return ref
