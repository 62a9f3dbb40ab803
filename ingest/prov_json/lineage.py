"""What came from what: the derivations that are stated, and those that activities imply."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple

from ingest.prov_json.kinds import (
    Nature,
    is_held_out,
    is_measure,
    is_model,
    nature_of,
    spaced,
    tests,
    trains,
)
from ingest.prov_json.statements import Statement, Statements, Thing, short, values
from ingest.reading import Node
from lineage.vocabulary import Evidence, Kind, Relation

_MOST_PAIRS = 10_000
"""Above so many pairs of what went in and what came out, the activity itself stands between."""
_MOST_LINKS = 100_000

_MODEL_ROLES: tuple[tuple[str, Relation], ...] = (
    (r"\bteacher\b|\bdistil", Relation.DISTILLED_FROM),
    (r"\btokeni[sz]er\b", Relation.TOKENIZED_WITH),
    (r"\breward\b|\bjudge\b", Relation.REWARDED_BY),
    (r"\bquanti[sz]", Relation.QUANTIZED_FROM),
    (r"\bmerg(e|es|ed|ing)\b", Relation.MERGED_FROM),
    (r"\b(lora|adapter|peft)\b", Relation.ADAPTER_OF),
)
"""What a model's role, or the activity that used it, says of two models."""


class Use(NamedTuple):
    """An entity that an activity used: its id, the place, and its role there."""

    id: str
    node: Node
    role: str


class Link(NamedTuple):
    """A fact of lineage between two entities."""

    subject: str
    relation: Relation
    object: str
    at: Node
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Derivations:
    """The derivations of a document."""

    said: Statements
    _natures: dict[str, Nature] = field(default_factory=dict)

    def nature(self, identity: str) -> Nature:
        """What an entity is; one that is only mentioned is told by its id."""
        if identity not in self._natures:
            thing = self.said.entities.get(identity) or Thing(identity)
            self._natures[identity] = nature_of(thing)
        return self._natures[identity]

    def kind(self, identity: str) -> Kind:
        """The kind an entity is taken for."""
        return self.nature(identity).kind or Kind.DATASET

    def links(self) -> list[Link]:
        """Every fact of lineage of the document."""
        stated = list(self.stated())
        pairs = {(link.subject, link.object) for link in stated}
        implied = [
            link
            for link in islice(chain(self.processed(), self.informed(), self.split()), _MOST_LINKS)
            if (link.subject, link.object) not in pairs
        ]
        attributed = list(islice(self.attributed(), _MOST_LINKS))
        return [*stated, *implied, *attributed, *self.members([*stated, *implied])]

    def stated(self) -> Iterator[Link]:
        """Derivations, influences and specialisations between entities."""
        for statement in self.said.of("wasDerivedFrom"):
            subject, other = statement.subject.text, statement.object.text
            if self.nature(subject).kind is None and self.nature(other).kind is None:
                continue
            activity = next((node.text for node in values(statement.record, "prov:activity")), "")
            relation = self.between(subject, Use(other, statement.object, ""), activity)
            types = {short(node.text) for node in values(statement.record, "prov:type")}
            if types & {"Revision", "WasRevisionOf"}:
                relation = Relation.DERIVED_FROM
            yield Link(subject, relation, other, statement.object, Evidence.DECLARED)
        for statement in self.said.of("wasInfluencedBy", "specializationOf", "mentionOf"):
            subject, other = statement.subject.text, statement.object.text
            if not self.are_entities(subject, other):
                continue
            relation = Relation.DERIVED_FROM
            if statement.relation == "wasInfluencedBy":
                relation = self.between(subject, Use(other, statement.object, ""), "")
            yield Link(subject, relation, other, statement.object, Evidence.INFERRED)

    def are_entities(self, *identities: str) -> bool:
        """Whether these are entities: named as such, or not named as anything else."""
        others = self.said.activities.keys() | self.said.agents.keys()
        return all(i in self.said.entities or i not in others for i in identities)

    def uses(self) -> dict[str, list[Use]]:
        """What each activity used that may pass something on."""
        found: dict[str, list[Use]] = defaultdict(list)
        for statement in self.said.of("used"):
            identity = statement.object.text
            if self.nature(identity).kind is not None:
                found[statement.subject.text].append(
                    Use(identity, statement.object, _role(statement))
                )
        return found

    def made(self) -> dict[str, list[str]]:
        """What each activity made that may carry something."""
        found: dict[str, list[str]] = defaultdict(list)
        for statement in self.said.of("wasGeneratedBy"):
            if self.nature(statement.subject.text).kind is not None:
                found[statement.object.text].append(statement.subject.text)
        return found

    def processed(self) -> Iterator[Link]:
        """What an activity made came from what it used; a measurement is of what it used."""
        made = self.made()
        for activity, uses in self.uses().items():
            thing = self.said.activities.get(activity) or Thing(activity)
            if tests(thing):
                yield from self.measured(uses)
            outputs = made.get(activity, [])
            if len(outputs) * len(uses) > _MOST_PAIRS:
                yield from _through(activity, outputs, uses)
                continue
            for output in outputs:
                if tests(thing) and is_measure(self.said.entities.get(output) or Thing(output)):
                    continue
                for use in uses:
                    if use.id != output:
                        relation = self.between(output, use, activity)
                        yield Link(output, relation, use.id, use.node, Evidence.INFERRED)

    def measured(self, uses: list[Use]) -> Iterator[Link]:
        """An evaluation's models were measured on its data."""
        models = [use for use in uses if self.kind(use.id) is Kind.MODEL]
        for model in models:
            for use in uses:
                if self.kind(use.id) is Kind.DATASET:
                    yield Link(model.id, Relation.EVALUATED_ON, use.id, use.node, Evidence.INFERRED)

    def informed(self) -> Iterator[Link]:
        """An activity used something that another had made, without a word of what it was."""
        made, uses = self.made(), self.uses()
        for statement in self.said.of("wasInformedBy"):
            later, earlier = statement.subject.text, statement.object.text
            handed = made.get(earlier, [])
            if len(handed) != 1 or {use.id for use in uses.get(later, [])} & set(handed):
                continue
            for output in made.get(later, []):
                if output != handed[0]:
                    use = Use(handed[0], statement.object, "")
                    relation = self.between(output, use, later)
                    yield Link(output, relation, handed[0], statement.object, Evidence.INFERRED)

    def split(self) -> Iterator[Link]:
        """A run whose parts use and make apart: what some made came from what others used.

        Loggers of experiments note a part for the data and one for the models, each of them
        informed by the run.
        """
        made, uses = self.made(), self.uses()
        parts: dict[str, set[str]] = defaultdict(set)
        for statement in self.said.of("wasInformedBy"):
            parts[statement.object.text].add(statement.subject.text)
        for run, informed in parts.items():
            if run in made or len(informed) < 2:
                continue
            given = [use for part in sorted({run, *informed} - made.keys())
                     for use in uses.get(part, [])]  # fmt: skip
            for part in sorted(informed - uses.keys()):
                for output in made.get(part, []):
                    if self.kind(output) is Kind.MODEL:
                        for use in given:
                            relation = self.between(output, use, run)
                            yield Link(output, relation, use.id, use.node, Evidence.INFERRED)

    def attributed(self) -> Iterator[Link]:
        """Data was written by the model that it is attributed to, or that did the activity."""
        made = self.made()
        for statement in self.said.of("wasAttributedTo", "wasAssociatedWith"):
            agent = statement.object.text
            if not is_model(self.said.agents.get(agent)):
                continue
            told = statement.relation == "wasAttributedTo"
            written = [statement.subject.text] if told else made.get(statement.subject.text, [])
            for output in written:
                if self.nature(output).kind is Kind.DATASET:
                    evidence = Evidence.DECLARED if told else Evidence.INFERRED
                    yield Link(output, Relation.GENERATED_BY, agent, statement.object, evidence)

    def members(self, links: list[Link]) -> Iterator[Link]:
        """A collection holds its members; one that is used elsewhere is a part of it."""
        used = {link.object for link in links}
        made = {link.subject for link in links}
        for statement in self.said.of("hadMember"):
            whole, part = statement.subject.text, statement.object.text
            if part in used:
                yield Link(part, Relation.SUBSET_OF, whole, statement.object, Evidence.DECLARED)
            if part not in used or part in made or whole in used:
                yield Link(whole, Relation.BUNDLES, part, statement.object, Evidence.DECLARED)

    def between(self, subject: str, use: Use, activity: str) -> Relation:
        """What descent is between two entities, by what they are and what was done."""
        younger, older = self.nature(subject), self.nature(use.id)
        if younger.kind is None or older.kind is None:
            return Relation.DERIVED_FROM
        action = self.said.activities.get(activity) or (Thing(activity) if activity else None)
        if younger.kind is Kind.MODEL and older.kind is Kind.MODEL:
            words = spaced(f"{short(use.role)} {action.words if action else ''}")
            found = (relation for pattern, relation in _MODEL_ROLES if re.search(pattern, words))
            return next(found, Relation.FINE_TUNED_FROM)
        if younger.kind is Kind.MODEL:
            if is_held_out(use.role, self.said.entities.get(use.id) or Thing(use.id)):
                return Relation.EVALUATED_ON
            sure = trains(action) or (younger.typed and older.typed)
            return Relation.TRAINED_ON if sure else Relation.DERIVED_FROM
        return Relation.GENERATED_BY if older.kind is Kind.MODEL else Relation.DERIVED_FROM


def _through(activity: str, outputs: list[str], uses: list[Use]) -> Iterator[Link]:
    """What a large activity made came from it, and it from what it used."""
    at = uses[0].node
    for output in outputs:
        yield Link(output, Relation.DERIVED_FROM, activity, at, Evidence.INFERRED)
    for use in uses:
        yield Link(activity, Relation.DERIVED_FROM, use.id, use.node, Evidence.INFERRED)


def _role(statement: Statement) -> str:
    return " ".join(node.text for node in values(statement.record, "prov:role"))
