"""Where the models and data sets of a bill of materials came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ingest.base import Findings
from ingest.cyclonedx.about import describe_data
from ingest.cyclonedx.inventory import Inventory, components, hub_of, kind_of
from ingest.reading import Map, Node
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_EVALUATION = re.compile(
    r"(^|[\W_])(eval\w*|test(ing|s|set)?|validat\w*|held[ -]?out|benchmark\w*|dev)([\W_]|$)", re.I
)
_TRAINING = re.compile(r"(^|[\W_])(pre|fine[ -]?)?(train\w*|tun(ing|e|ed))([\W_]|$)", re.IGNORECASE)
_PARENT_NAMES = re.compile(
    r"(.*[:./])?(base|parent|source|foundation)[_ -]?models?|(.*[:./])?fine[_ -]?tuned[_ -]?from",
    re.IGNORECASE,
)
_DATA_NAMES = re.compile(
    r"(.*[:./])?((pre|fine[_ -]?)?(train(ing)?|tuning)[_ -]?)?(data ?sets?|data)", re.IGNORECASE
)
_BY_RELATION = {
    "adapter": Relation.ADAPTER_OF,
    "quantized": Relation.QUANTIZED_FROM,
    "merge": Relation.MERGED_FROM,
    "finetune": Relation.FINE_TUNED_FROM,
}
_NAME = re.compile(r"[\w-][\w.-]*(/[\w.-]+)?|https?://\S+")
_NOTHING = re.compile(r"(none|null|n/?a|unknown|not specified|no)", re.IGNORECASE)
_DEEP = 20
_MOST_PAIRS = 10_000


def role_of_data(*texts: str) -> tuple[Relation, Evidence]:
    """A card lists data to train on and to evaluate with: only words tell which is which."""
    said = " ".join(texts)
    if _EVALUATION.search(said) and not _TRAINING.search(said):
        return Relation.EVALUATED_ON, Evidence.INFERRED
    return Relation.TRAINED_ON, Evidence.DECLARED


def relation_between(subject: Ref, target: Ref) -> Relation:
    """How one artifact came from another, by what both are."""
    if subject.kind is Kind.MODEL:
        return Relation.TRAINED_ON if target.kind is Kind.DATASET else Relation.FINE_TUNED_FROM
    return Relation.GENERATED_BY if target.kind is Kind.MODEL else Relation.DERIVED_FROM


def _measured(_model: Ref, _data: Ref) -> Relation:
    return Relation.EVALUATED_ON


class LineageReader:
    """Reads each place of a document where lineage stands."""

    def __init__(self, found: Findings, inventory: Inventory):
        self.found = found
        self.inventory = inventory
        self.sources: set[Ref] = set()
        self._said: set[tuple[Ref, Ref]] = set()

    def card(self, component: Node, model: Ref) -> None:
        """The data sets of a model card, and parents and data among its properties."""
        on_hub = model.namespace.startswith("hf://") or hub_of(component, Kind.MODEL) is not None
        for entry in component.at("modelCard", "modelParameters", "datasets").elements():
            self.card_data(entry, model, on_hub=on_hub)
        for holder in (component, component.at("modelCard")):
            for item in holder.at("properties").elements():
                self.noted(item, model)
        self.tags(component, model)

    def card_data(self, entry: Node, model: Ref, *, on_hub: bool) -> None:
        """One data set of a card: a reference, a description in place, or a name alone."""
        at = entry.at("ref") or entry
        if entry.at("type").text in {"configuration", "source-code", "definition"}:
            self.found.leave_out(entry)
            return
        if at.text:
            known = self.inventory.at(at.text)
            named = not entry.at("ref") and known is None and _NAME.fullmatch(at.text)
            data: Ref | None = (
                self.found.artifact(at, Kind.DATASET)
                if named
                else self.inventory.referred(at, Kind.DATASET)
            )
            words = [at.text, *self.inventory.words_of(data)]
        else:
            data = self.inventory.data_set(entry, hub=on_hub)
            words = [entry.at("name").text, entry.at("description").text]
            at = entry.at("contents", "url") or entry.at("name")
        if data is None:
            self.found.skip("a data set without a name or a place", entry)
            return
        if isinstance(entry, Map) and not entry.at("ref"):
            describe_data(self.found, data, entry)
        role, evidence = role_of_data(*words)
        self.related(model, role, data, at, evidence=evidence)

    def noted(self, item: Node, model: Ref) -> None:
        """A property whose name says that its value is a parent, or the training data."""
        name, value = item.at("name").text, item.at("value")
        parent = _PARENT_NAMES.fullmatch(name)
        if not parent and not _DATA_NAMES.fullmatch(name):
            self.found.leave_out(value)
            return
        kind = Kind.MODEL if parent else Kind.DATASET
        role = Relation.FINE_TUNED_FROM if parent else Relation.TRAINED_ON
        listed = value.saying(re.sub(r"[\[\]'\"]", "", value.text))
        for part in listed.listed():
            if _NOTHING.fullmatch(part.text):
                continue
            if _NAME.fullmatch(part.text):
                self.related(model, role, self.found.artifact(part, kind), part)
            else:
                self.found.skip(f"“{name}” is no name that this reader knows", item)

    def tags(self, component: Node, model: Ref) -> None:
        """Tags in the manner of the hub: ``dataset:x``, ``base_model:quantized:y``."""
        exact: set[str] = set()
        parents: list[tuple[Node, Relation | None]] = []
        for tag in component.at("tags").elements():
            word, _, rest = tag.text.partition(":")
            how, _, name = rest.partition(":")
            if word == "dataset" and rest:
                data = self.found.artifact(tag.saying(rest), Kind.DATASET)
                self.related(model, Relation.TRAINED_ON, data, tag)
            elif word == "base_model" and how in _BY_RELATION and name:
                exact.add(name)
                parents.append((tag.saying(name), _BY_RELATION[how]))
            elif word == "base_model" and rest:
                parents.append((tag.saying(rest), None))
        for parent, role in parents:
            if role or parent.text not in exact:
                ref = self.found.artifact(parent, Kind.MODEL)
                self.related(model, role or Relation.FINE_TUNED_FROM, ref, parent)

    def pedigree(self, component: Node, ref: Ref, depth: int = 0) -> None:
        """Ancestors it came from, and descendants that came from it."""
        family = component.at("pedigree")
        for ancestor in family.at("ancestors").elements():
            other = self.inventory.relative(ancestor, ref.kind)
            if other is None:
                self.found.skip("an ancestor without a name", ancestor)
                continue
            hub = hub_of(ancestor, other.kind)
            revision = hub[2] if hub else ancestor.at("version").text
            self.related(
                ref,
                relation_between(ref, other),
                other,
                ancestor.at("name") or ancestor,
                selector=f"version={revision}" if revision else None,
            )
            if depth < _DEEP:
                self.pedigree(ancestor, other, depth + 1)
        for descendant in family.at("descendants").elements():
            other = self.inventory.relative(descendant, ref.kind)
            if other is not None:
                at = descendant.at("name") or descendant
                self.found.relate(other, relation_between(other, ref), ref, at)
        for variant in family.at("variants").elements():
            self.found.skip("a variant: which of the two came from the other is not said", variant)
        if family.at("notes").text:
            self.found.skip("its notes may say more of where it came from", family.at("notes"))

    def parts(self, component: Node, ref: Ref) -> None:
        """The models and data sets that a component consists of."""
        for part in components(component):
            other = self.inventory.relative(part, ref.kind) if kind_of(part) else None
            if other is not None:
                self.related(ref, Relation.BUNDLES, other, part.at("name") or part)

    def dependencies(self, root: Node) -> None:
        """What depends on what: of artifacts, that one came from the other is a conclusion."""
        for entry in root.at("dependencies").elements():
            subject = self.inventory.at(entry.at("ref").text)
            if subject is None:
                self.found.leave_out(entry)
            for on in entry.at("dependsOn").elements() if subject else ():
                target = self.inventory.at(on.text)
                if target is None:  # what the bill does not list may still be named for sure
                    given = hub_of(Map(on.key, on.line, {"bom-ref": on}), Kind.MODEL)
                    target = given[0] if given else None
                if subject is None or target is None:
                    continue
                role = relation_between(subject, target)
                if role is Relation.TRAINED_ON:
                    role, _ = role_of_data(on.text, *self.inventory.words_of(target))
                elif role is Relation.FINE_TUNED_FROM:
                    role = Relation.DERIVED_FROM
                if (subject, target) not in self._said:
                    self.related(subject, role, target, on, evidence=Evidence.INFERRED)

    def beside(self) -> None:
        """Data that is listed next to the only model, where nothing says what it is to it."""
        models = {ref for _, ref in self.inventory.listed if ref.kind is Kind.MODEL}
        told = any(ref.kind is Kind.DATASET for pair in self._said for ref in pair)
        if len(models) != 1 or told:
            return
        model = models.pop()
        for component, ref in self.inventory.listed:
            if ref.kind is Kind.DATASET:
                role, _ = role_of_data(*self.inventory.words_of(ref))
                at = component.at("name") or component
                self.related(model, role, ref, at, evidence=Evidence.INFERRED)

    def formulation(self, root: Node) -> None:
        """What each task of each workflow made of what."""
        for formula in root.at("formulation").elements():
            for workflow in formula.at("workflows").elements():
                for step in (workflow, *workflow.at("tasks").elements()):
                    self.task(step)

    def task(self, task: Node) -> None:
        """Outputs of a task came from its inputs; a test measures models on data."""
        given = list(self.resources(task, "inputs"))
        made = list(self.resources(task, "outputs"))
        roles: Callable[[Ref, Ref], Relation] = relation_between
        if not made and "test" in {kind.text for kind in task.at("taskTypes").elements()}:
            made = [(ref, at) for ref, at in given if ref.kind is Kind.MODEL]
            given = [(ref, at) for ref, at in given if ref.kind is Kind.DATASET]
            roles = _measured
        if len(made) * len(given) > _MOST_PAIRS:
            self.found.skip("a task of too many inputs and outputs to tell which made which", task)
            return
        for subject, _ in made:
            for target, at in given:
                self.related(subject, roles(subject, target), target, at)

    def resources(self, task: Node, side: str) -> Iterator[tuple[Ref, Node]]:
        """The models and data sets on a side of a task."""
        for item in task.at(side).elements():
            node = item.at("resource", "ref")
            ref = self.inventory.at(node.text)
            if ref is not None:
                yield ref, node

    def related(
        self,
        subject: Ref,
        role: Relation,
        target: Ref,
        at: Node,
        *,
        evidence: Evidence = Evidence.DECLARED,
        selector: str | None = None,
    ) -> None:
        """An edge, unless it would say that a thing came from itself."""
        if subject != target:
            self._said.add((subject, target))
            if role is not Relation.BUNDLES:
                self.sources.add(target)
            self.found.relate(subject, role, target, at, evidence=evidence, selector=selector)
