"""``config.cfg``: what a spaCy pipeline is trained on and which weights its parts start from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingest.base import Findings
from ingest.reading import Map, Node, Scalar
from ingest.spacy.paths import artifact
from lineage.identity import hub_ref, is_path
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_PATHS = ("path", "file", "input_file", "data_path", "corpus_path", "name")


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Asserts what a resolved config says of one model.

    ``roots`` gives what a path of prepared data was made from: the data sets to name.
    """

    found: Findings
    model: Ref
    folder: str
    evidence: Evidence
    roots: Callable[[Node], list[tuple[Ref, Node]]]
    assembles: bool = False

    def read(self, root: Node) -> bool:
        """All facts; whether the training data was named."""
        trained = False
        if not self.assembles:
            trained = self.corpus(root, "train", Relation.TRAINED_ON)
            self.corpus(root, "dev", Relation.EVALUATED_ON)
        if root.at("pretraining"):
            self.corpus(root, "pretrain", Relation.TRAINED_ON)
        for key in ("vectors", "init_tok2vec"):
            node = root.at("initialize", key)
            node = node if node.line else root.at("paths", key)  # the usual reference
            self.weights(Relation.INITIALISED_FROM, node, key)
        self.sources(root)
        for name, component in root.at("components").entries():
            self.transformers(component.at("model"), name)
            self.language_model(component.at("model"), name)
        for name, component in root.at("initialize", "components").entries():
            self.loaders(component, name)
        return trained

    def corpus(self, root: Node, name: str, relation: Relation) -> bool:
        """The files of one corpus; where its reader has none, the path of that name."""
        named = root.at("training", f"{name}_corpus").text
        section = root.at(*named.split(".")) if named else root.at("corpora", name)
        nodes = [section.at(key) for key in _PATHS if section.at(key).text] or [
            root.at("paths", name)
        ]
        said = False
        for node in nodes[:1]:
            if not node.text or node.is_false:
                continue
            for ref, _ in self.roots(node):
                self.found.relate(self.model, relation, ref, node, evidence=self.evidence)
                said = True
        return said

    def weights(self, relation: Relation, node: Node, part: str | None = None) -> None:
        """Weights or vectors by path or by the name of a package."""
        if node.text and not isinstance(node, Map):
            ref = artifact(self.found, node, Kind.MODEL, self.folder)
            self.found.relate(
                self.model, relation, ref, node, evidence=self.evidence, selector=part
            )

    def sources(self, root: Node) -> None:
        """Components taken from other pipelines: as they are, or to train on."""
        frozen = {item.text for item in root.at("training", "frozen_components").elements()}
        components = list(root.at("components").entries())
        sources = {c.at("source").text for _, c in components} - {""}
        composed = len(sources) > 1 and not any(c.at("model") for _, c in components)
        for name, component in components:
            kept = self.assembles or composed or name in frozen
            relation = Relation.MERGED_FROM if kept else Relation.FINE_TUNED_FROM
            self.weights(relation, component.at("source"), f"component={name}")

    def transformers(self, model: Node, name: str) -> None:
        """A transformer of the hub, at any depth of a component's model."""
        kind = model.at("@architectures").text
        node = model.at("name")
        called = "Transformer" in kind or (not kind and "transformer" in name)
        if called and isinstance(node, Scalar) and node.text:
            if is_path(node.text):
                ref = artifact(self.found, node, Kind.MODEL, self.folder)
            else:
                ref = hub_ref(node.text, Kind.MODEL)
            self.found.relate(
                self.model, Relation.FINE_TUNED_FROM, ref, node,
                evidence=self.evidence, selector=f"component={name}",
            )  # fmt: skip
        for _, inner in model.entries():
            if isinstance(inner, Map):
                self.transformers(inner, name)

    def language_model(self, model: Node, name: str) -> None:
        """A language model that a component asks."""
        service = model.at("@llm_models").text
        if service:
            node = model.at("name") or model.at("@llm_models")
            self.found.relate(
                self.model, Relation.BUNDLES, self.found.named(node, Kind.MODEL), node,
                evidence=self.evidence, selector=f"component={name}",
            )  # fmt: skip

    def loaders(self, component: Node, name: str) -> None:
        """Weights, pieces of words and knowledge bases that are loaded when training begins."""
        for key, loader in component.entries():
            node = loader.at("name") or loader.at("path")
            if "encoder" in key and node.text:
                self.hub(Relation.FINE_TUNED_FROM, node, f"component={name}")
            elif "piecer" in key and node.text:
                self.hub(Relation.TOKENIZED_WITH, node, f"component={name}")
            knowledge = loader.at("kb_path")
            if knowledge.text:
                ref = artifact(self.found, knowledge, Kind.DATASET, self.folder)
                self.found.relate(
                    self.model, Relation.BUNDLES, ref, knowledge,
                    evidence=self.evidence, selector=f"component={name}",
                )  # fmt: skip

    def hub(self, relation: Relation, node: Node, part: str) -> None:
        """A model of the hub, or of a path."""
        path = is_path(node.text)
        ref = (
            artifact(self.found, node, Kind.MODEL, self.folder)
            if path
            else hub_ref(node.text, Kind.MODEL)
        )
        self.found.relate(self.model, relation, ref, node, evidence=self.evidence, selector=part)


def as_they_are(found: Findings, folder: str) -> Callable[[Node], list[tuple[Ref, Node]]]:
    """The data at a path itself, where nothing tells what it was made from."""

    def roots(node: Node) -> list[tuple[Ref, Node]]:
        return [(artifact(found, node, Kind.DATASET, folder), node)]

    return roots


def unnamed(root: Node) -> Iterator[Node]:
    """The paths that a config leaves to the command line."""
    for key in ("train", "dev"):
        node = root.at("paths", key)
        if node.line and not node.text:
            yield node
