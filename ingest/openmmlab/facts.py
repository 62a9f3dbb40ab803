"""What the parts of the reader share: the findings, the config and its model."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.base import Findings
from ingest.literals import Unknown
from ingest.openmmlab.inheritance import Config
from ingest.paths import as_path
from ingest.reading import Node
from lineage.identity import named
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_REGISTRIES = ("torchvision://", "open-mmlab://", "openmmlab://", "mmcls://", "modelzoo://")


@dataclass(frozen=True, slots=True)
class Facts:
    """Asserts facts of one config's model, with the evidence that their places give."""

    found: Findings
    config: Config
    model: Ref

    def evidence(self, node: Node) -> Evidence:
        """Declared, or inherited from a base."""
        return Evidence.INHERITED if self.config.inherited(node) else Evidence.DECLARED

    def data(self, relation: Relation, node: Node, selector: str | None, kind: str) -> None:
        """A data set, which its loader takes for one of this type."""
        if self.unread(node):
            return
        ref = self.found.artifact(as_path(node), Kind.DATASET, hub=False)
        self.found.describe(ref, node, dataset_type=kind or None)
        self.found.relate(
            self.model, relation, ref, node, evidence=self.evidence(node), selector=selector
        )

    def weights(self, relation: Relation, node: Node, part: str | None = None) -> None:
        """Weights by path or address, by a name of a library's registry, or on a hub."""
        if self.unread(node):
            return
        text = node.text
        if text.startswith(_REGISTRIES):
            ref = named(text, Kind.MODEL)
        else:
            path = text.endswith(".py") and "::" not in text
            ref = self.found.artifact(node, Kind.MODEL, hub=not path)
        self.found.relate(
            self.model, relation, ref, node, evidence=self.evidence(node), selector=part
        )

    def unread(self, node: Node) -> bool:
        """Whether a value says nothing: it is empty, or only running the file would tell."""
        if isinstance(node, Unknown):
            self.found.skip(f"only running the file would tell: {node.source[:80]}", node)
        return not node.text


def type_of(node: Node) -> str:
    """The class that a part names: by its name, or as the object imported."""
    kind = node.at("type")
    return (kind.source if isinstance(kind, Unknown) else kind.text).rpartition(".")[2]
