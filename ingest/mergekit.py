"""Mergekit recipes (YAML): merges of models, slices and modules, mixtures of experts, chains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.reading import ABSENT, Map, Node, Scalar
from lineage.identity import is_placeholder
from lineage.records import Extract, Ref
from lineage.vocabulary import Kind, Relation

_PARTS = ("models", "slices", "modules")
_WEIGHTED = frozenset({"linear", "ties", "dare_ties", "dare_linear", "task_arithmetic",
                       "breadcrumbs", "breadcrumbs_ties", "della", "della_linear"})  # fmt: skip
_TOKENIZER_WORDS = frozenset({"union", "base", "zero", "none"})
_KNOWN = frozenset({"models", "slices", "modules", "base_model", "experts", "tokenizer_source",
                    "tokenizer", "genome", "shared_experts", "out_path"})  # fmt: skip


def recognise(document: Document) -> Claim | None:
    """A merge method with models, experts with a gate, or the genome of an evolved merge."""
    recipes = [root for root in document.trees if isinstance(root, Map)]
    for root in recipes:
        if root.at("merge_method").text and any(root.at(part) for part in _PARTS):
            return Claim(3, "a merge method with models")
        experts = list(root.at("experts").elements())
        if root.at("base_model") and experts and all(e.at("source_model") for e in experts):
            return Claim(3, "a base model with experts")
        if root.at("genome", "merge_method") and root.at("genome", "models"):
            return Claim(3, "the genome of an evolved merge")
    return None


def read(document: Document) -> Extract:
    """All facts of each recipe in the file."""
    found = Findings(document)
    made: dict[str, Ref] = {}
    for root in document.trees:
        if isinstance(root, Map) and root:
            _Recipe(found, root, _output(found, root, made), made).read()
    return found.extract()


def _output(found: Findings, root: Node, made: dict[str, Ref]) -> Ref:
    """A recipe of a chain has a name or place that later ones use; others are named by the file."""
    name, place = root.at("name"), root.at("out_path")
    if place.text and not is_placeholder(place.text):
        made[place.text] = found.output(Kind.MODEL, location=place)
        return made[place.text]
    if name.text and len(found.document.trees) > 1:
        made[name.text] = found.output(Kind.MODEL, name=name)
        return made[name.text]
    at = root.at("merge_method") or root
    return found.output(Kind.MODEL, at=at, merge_method=root.at("merge_method").text or None)


@dataclass(frozen=True, slots=True)
class _Recipe:
    """One recipe and the model it makes."""

    found: Findings
    root: Node
    model: Ref
    made: dict[str, Ref]

    def read(self) -> None:
        genome = self.root.at("genome")
        root = genome if isinstance(genome, Map) else self.root
        listed = list(self.entries(root))
        shares = self.shares(root, [entry for entry, _ in listed])
        for (entry, part), share in zip(listed, shares, strict=True):
            self.source(entry.at("model") or entry.at("source_model") or entry, part, share)
            if isinstance(entry.at("model"), Scalar) and entry.at("lora").text:
                self.merged(entry.at("lora"), f"adapter on {entry.at('model').text}", None)
        base = root.at("base_model")
        names = {_path(entry.at("model") or entry).text for entry, _ in listed}
        if base and _path(base).text not in names:
            self.source(base, "base", self.base_share(root, base))
        self.tokenizer(root)
        for task in self.root.at("tasks").elements():
            name = task.at("name") or task
            if name.text:
                ref = self.found.named(name, Kind.DATASET)
                self.found.relate(self.model, Relation.EVALUATED_ON, ref, name)
        self.found.report_unread(self.root, _KNOWN)

    def entries(self, root: Node) -> Iterator[tuple[Node, str | None]]:
        """The models of a merge, each with the part that is used of it."""
        for entry in root.at("models").elements():
            yield entry, None
        for key in ("experts", "shared_experts"):
            for entry in root.at(key).elements():
                yield entry, "expert" if key == "experts" else "shared expert"
        modules = [module for _, module in root.at("modules").entries()]
        for holder in (root, *modules):
            for part in holder.at("slices").elements():
                for source in part.at("sources").elements():
                    layers = [n.text for n in source.at("layer_range").elements()]
                    yield source, f"layers {'-'.join(layers)}" if layers else None
            if holder is not root:
                for entry in holder.at("models").elements():
                    yield entry, None

    def shares(self, root: Node, entries: list[Node]) -> list[float | None]:
        """Each model's weight among all, where each has one number."""
        unknown: list[float | None] = [None] * len(entries)
        weights = [entry.at("parameters", "weight").number for entry in entries]
        method = root.at("merge_method").text
        interpolated = self.interpolation(root)
        if interpolated is not None and len(entries) == 2:
            base = _path(root.at("base_model")).text
            return [
                1 - interpolated if _path(e.at("model")).text == base else interpolated
                for e in entries
            ]
        if root.at("slices") or method not in _WEIGHTED:
            return unknown
        known = [w for w in weights if w is not None and w >= 0]
        if len(known) != len(entries) or not sum(known):
            return unknown
        if root.at("base_model") and method != "linear":
            return unknown  # weights are of differences from the base
        return [w / sum(known) for w in known]

    def interpolation(self, root: Node) -> float | None:
        """How far a slerp lies from the base, where it is one number."""
        value = root.at("parameters", "t").number
        if root.at("merge_method").text not in {"slerp", "nuslerp"} or value is None:
            return None
        return value if 0 <= value <= 1 else None

    def base_share(self, root: Node, base: Node) -> float | None:
        interpolated = self.interpolation(root)
        listed = {_path(e.at("model")).text for e in root.at("models").elements()}
        alone = interpolated is not None and _path(base).text not in listed
        return 1 - interpolated if alone and interpolated is not None else None

    def source(self, node: Node, part: str | None, share: float | None) -> None:
        """A model as mergekit writes it: ``model@revision+adapter``, or keys for the same."""
        path = _path(node)
        if not path.text:
            self.found.skip("a model without a name", node)
            return
        model, _, adapter = path.text.partition("+")
        revision = node.at("model", "revision").text or node.at("revision").text
        if "://" not in model and "@" in model:
            model, _, revision = model.partition("@")
        said = [p for p in (part, f"revision={revision}" if revision else None) if p]
        self.merged(path.saying(model), "; ".join(said) or None, share)
        lora = node.at("lora")
        lora = path.saying(adapter.partition("@")[0]) if adapter else _path(lora)
        if lora.text:
            self.merged(lora, f"adapter on {model}", None)

    def merged(self, node: Node, part: str | None, share: float | None) -> None:
        ref = self.made.get(node.text) or self.found.artifact(node, Kind.MODEL)
        if ref != self.model:
            self.found.relate(
                self.model, Relation.MERGED_FROM, ref, node, selector=part, share=share
            )

    def tokenizer(self, root: Node) -> None:
        """The tokenizer's source, and of single tokens that come from elsewhere."""
        sources = [root.at("tokenizer_source"), root.at("tokenizer", "source")]
        tokens = root.at("tokenizer", "tokens")
        sources += [entry.at("source") for _, entry in tokens.entries()]
        for node in sources:
            path = _path(node)
            text = re.sub(r"^model:", "", path.text)
            if not text or text in _TOKENIZER_WORDS or is_placeholder(text):
                continue
            if text in self.made:
                target = self.made[text]
            else:
                target = self.found.artifact(path.saying(text), Kind.MODEL)
            self.found.relate(self.model, Relation.TOKENIZED_WITH, target, path)


def _path(node: Node) -> Node:
    """The scalar that names a model: itself, or under ``model`` or ``path``, at any depth."""
    for _ in range(4):
        if not isinstance(node, Map):
            return node
        node = node.at("path") or node.at("model")
    return ABSENT


INGESTOR = Ingestor(
    name="mergekit",
    title="Mergekit recipe",
    description="Merges of models: all sources with their weights, layers and adapters, mixtures "
    "of experts, chains of merges, the tokenizer's source.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
