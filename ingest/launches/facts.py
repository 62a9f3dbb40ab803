"""The facts of one launch."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from ingest.base import Document, Findings
from ingest.commands.names import Purpose
from ingest.commands.trainings import Training, Use
from ingest.launches.launch import Launch
from ingest.paths import as_path
from ingest.reading import ABSENT, Node, Scalar
from lineage.errors import InputError
from lineage.identity import is_placeholder, normalised_path, output_ref, ref_in
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation


def read_launch(found: Findings, launch: Launch, made: dict[str, Ref], document: Document) -> None:
    """Its facts, and that what a file configures is read there.

    ``made`` holds what the launches before it wrote, by its place.
    """
    if launch.says:
        _Reader(found, launch, made).read()
    if launch.is_configured(document):
        text = f"what “{launch.config.text}” configures is read there, not here"
        found.skip(text, launch.config)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one launch."""

    found: Findings
    launch: Launch
    made: dict[str, Ref]

    def read(self) -> None:
        """Its model with what it learned from; for an evaluation, what is measured on what."""
        training, purpose = self.launch.training, self.launch.purpose
        if self.launch.prepares:
            self.prepared(training)
        elif purpose is Purpose.PREDICT:
            self.generated(training)
        elif self.launch.trains or not training.base:
            model = self.model(training)
            if training.output.text:
                self.made.setdefault(normalised_path(training.output.text), model)
            for use in training.uses:
                self.relate(model, use)
        else:
            model = self.target(next(u for u in training.uses if u.node is training.base))
            for use in training.uses:
                if use.relation is Relation.EVALUATED_ON:
                    self.relate(model, use)

    def model(self, training: Training) -> Ref:
        """The model that is trained; each one that has no name of its own is one of its line."""
        config = self.launch.config.text or None
        named = (training.output, training.hub_id)
        if any(node.text and not is_placeholder(node.text) for node in named):
            return self.found.output(
                Kind.MODEL, location=training.output, hub_id=training.hub_id, config=config
            )
        line = self.launch.line
        name = f"{self.found.document.stem}, line {line}"
        ref = output_ref(name, Kind.MODEL, self.found.document.scope)
        at = Scalar(self.launch.program, line, self.launch.program)
        self.found.describe(ref, at, produced=True, stated=False, config=config)
        return ref

    def prepared(self, training: Training) -> None:
        """Tokens that Megatron's tools make of texts, under the name that its trainings read."""
        given = self.launch.given
        prefix = as_path(given.at("output-prefix", 0))
        made = self.found.output(Kind.DATASET, location=prefix)
        keys = [node.text for node in given.at("json-keys").elements()] or ["text"]
        for key in keys:
            self.found.copy(made, prefix.saying(f"{prefix.text}_{key}_document"), "indexed data")
        for node in given.at("input").elements():
            text = as_path(node)
            self.found.input(
                made, Relation.DERIVED_FROM, text, hub=False, evidence=Evidence.INFERRED
            )
        for use in training.uses:
            if use.relation is Relation.TOKENIZED_WITH:
                self.relate(made, use)

    def generated(self, training: Training) -> None:
        """Data that a model makes, where both are named."""
        if not training.output.text or is_placeholder(training.output.text):
            return
        made = self.found.artifact(training.output, Kind.DATASET, hub=False)
        self.found.describe(made, training.output, produced=True)
        for use in training.uses:
            relation = Relation.GENERATED_BY if use.kind is Kind.MODEL else Relation.DERIVED_FROM
            if use.relation is not Relation.TOKENIZED_WITH:
                self.relate(made, use, relation)

    def relate(self, subject: Ref, use: Use, relation: Relation | None = None) -> None:
        """One edge for each thing that an option names."""
        for node in use.node.listed() if use.kind is Kind.DATASET else (use.node,):
            name, _, part = node.text.partition("#")
            numbered = self.launch.tool == "swift" and part.isdigit()
            selector = f"rows={part}" if numbered else use.selector
            target = self.target(use, node.saying(name) if numbered else node)
            if target != subject:
                self.found.relate(
                    subject, relation or use.relation, target, node,
                    evidence=Evidence.INFERRED, selector=selector,
                )  # fmt: skip

    def target(self, use: Use, node: Node | None = None) -> Ref:
        """What an option names, in the registry that its program looks it up in."""
        node = node or use.node
        if normalised_path(node.text) in self.made and "$" in node.text:
            # a place that only running tells is still the same place within one script
            return self.made[normalised_path(node.text)]
        given = self.launch.given
        plain = not is_placeholder(node.text) and "://" not in node.text
        if use.kind is Kind.DATASET and given.at("stage") and given.at("template"):
            return self.alias(node)
        hub_like = plain and re.fullmatch(r"[\w.-]+/[\w.-]+", node.text)
        if self.launch.tool == "swift" and hub_like and "use-hf" not in given.items:
            return ref_in(f"modelscope://{use.kind.value.lower()}s", node.text, use.kind)
        return self.found.artifact(node, use.kind, hub=use.hub)

    def alias(self, node: Node) -> Ref:
        """A data set that LLaMA-Factory lists under a name of its own."""
        folder = self.launch.given.at("dataset-dir", 0).text or "data"
        listing = self.found.document.beside(posixpath.join(folder, "dataset_info.json"))
        try:
            entry = listing.tree.at(node.text) if listing else ABSENT
        except InputError:  # it is reported as a document of its own
            entry = ABSENT
        hub, file = entry.at("hf_hub_url"), entry.at("file_name")
        if hub.text:
            return self.found.artifact(node.saying(hub.text), Kind.DATASET)
        if file.text:
            path = node.saying(posixpath.join(folder, file.text))
            return self.found.artifact(as_path(path), Kind.DATASET, hub=False)
        return self.found.named(node, Kind.DATASET)
