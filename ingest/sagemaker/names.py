"""What names in SageMaker documents stand for: addresses, ARNs, resources and steps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.base import Findings
from ingest.reading import Node
from lineage.identity import is_placeholder, output_ref, ref_in, unknown
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

PUBLIC_HUB = "SageMakerPublicHub"
"""The hub of models that every account sees."""

_ARN = re.compile(r"arn:[\w-]+:sagemaker:[\w-]*:\w*:(?P<type>[\w-]+)/(?P<name>.+)")
_STEP = re.compile(r"\$\{Steps\.(?P<step>[\w-]+)(?P<property>[^}]*)\}")
_OUTPUT = re.compile(r"Outputs\[\\?['\"]?(?P<output>[^'\"\]\\]+)")
_WEIGHTS = re.compile(r"(^|/)model\.tar\.gz$|ModelArtifacts|\.(safetensors|ckpt|pth)$")
_CONTAINER = re.compile(r"^(file://)?/opt/(ml|program)(/|$)")


@dataclass(slots=True)
class Names:
    """Looks up names while a document is read; knows what the steps before made.

    ``steps`` holds what a step makes, by step and output (``""`` for its only or main one);
    ``places`` what is written to an address; ``defaulted`` the keys whose value is a default.
    """

    found: Findings
    steps: dict[tuple[str, str], Ref] = field(default_factory=dict)
    places: dict[str, Ref] = field(default_factory=dict)
    defaulted: set[str] = field(default_factory=set)

    def artifact(self, node: Node, kind: Kind) -> Ref:
        """The artifact that an address, an ARN or a reference to a step names."""
        text = node.text
        step = _STEP.search(text)
        if step:
            return self.made(step) or self.unknown(node, kind)
        arn = _ARN.match(text)
        if arn:
            return self.by_arn(arn, kind)
        written = self.places.get(_address(text))
        return written or self.below(node, self.found.artifact(node, kind, hub=False))

    def below(self, node: Node, ref: Ref) -> Ref:
        """The same artifact, as a part of what the document writes to a place above it."""
        above = [place for place in self.places if _address(node.text).startswith(f"{place}/")]
        whole = self.places[max(above, key=len)] if above else ref
        if whole != ref:
            self.found.relate(ref, Relation.SUBSET_OF, whole, node, evidence=Evidence.INFERRED)
        return ref

    def made(self, step: re.Match[str]) -> Ref | None:
        """What a step makes, when a property of it is named."""
        output = _OUTPUT.search(step["property"])
        name = output["output"] if output else ""
        return self.steps.get((step["step"], name)) or self.steps.get((step["step"], ""))

    def unknown(self, node: Node, kind: Kind) -> Ref:
        """Something that only a run tells."""
        return unknown(kind, node.text, self.found.document.scope, node.key)

    def by_arn(self, arn: re.Match[str], kind: Kind) -> Ref:
        """A resource by its ARN; neither the account nor the region is kept."""
        parts = arn["name"].split("/")
        if arn["type"] == "hub-content" and len(parts) >= 3:
            hub, content, name = parts[:3]
            kind = Kind.DATASET if content.lower() == "dataset" else kind
            if hub == PUBLIC_HUB:
                return ref_in(f"sagemaker://{PUBLIC_HUB}", name, kind)
            return self.resource(f"hubs/{hub}", name, kind)
        return self.resource(f"{arn['type']}s", arn["name"], kind)

    def resource(self, collection: str, name: str, kind: Kind) -> Ref:
        """A resource by its name, which means one thing within a repository only."""
        return ref_in(
            f"sagemaker://{self.found.document.scope.repository}/{collection}", name, kind
        )

    def named(self, node: Node, collection: str, kind: Kind) -> Ref:
        """A resource by a scalar: a name, an ARN, or a reference to the step that makes it."""
        if _STEP.search(node.text) or _ARN.match(node.text) or is_placeholder(node.text):
            return self.artifact(node, kind)
        return self.resource(collection, node.text, kind)

    def output(self, node: Node, kind: Kind, name: str) -> Ref:
        """What is written to an address; by ``name`` where only a run tells the address."""
        if not node.text or is_placeholder(node.text):
            return output_ref(name, kind, self.found.document.scope)
        return self.found.artifact(node, kind, hub=False)

    def input(
        self,
        subject: Ref,
        relation: Relation,
        node: Node,
        kind: Kind,
        *,
        selector: str | None = None,
        evidence: Evidence = Evidence.DECLARED,
    ) -> Ref | None:
        """Asserts that ``subject`` came from what a scalar names; nothing for an empty one."""
        if not node.text or is_local(node):
            return None
        target = self.artifact(node, kind)
        self.relate(subject, relation, target, node, selector=selector, evidence=evidence)
        return target

    def relate(
        self,
        subject: Ref,
        relation: Relation,
        target: Ref,
        node: Node,
        *,
        selector: str | None = None,
        evidence: Evidence = Evidence.DECLARED,
    ) -> None:
        """Asserts a relationship; one that rests on a parameter's default says so."""
        if subject == target:
            return
        if node.key in self.defaulted and evidence is Evidence.DECLARED:
            evidence = Evidence.DEFAULT
        self.found.relate(subject, relation, target, node, selector=selector, evidence=evidence)

    def written(self, node: Node, ref: Ref) -> None:
        """Remembers what is written to an address, for those who read it there."""
        if node.text:
            self.places.setdefault(_address(node.text), ref)


def version_of(node: Node) -> str | None:
    """The version that the ARN of a hub's content ends with."""
    match = re.search(r":hub-content/[^/]+/[^/]+/[^/]+/([\d.]+)$", node.text)
    return f"version={match[1]}" if match else None


def is_local(node: Node) -> bool:
    """Whether a value is a path inside a container, where a channel is mounted."""
    return _CONTAINER.match(node.text) is not None


def is_weights(node: Node) -> bool:
    """Whether an address or a reference is of a model's weights."""
    return _WEIGHTS.search(node.text) is not None


def _address(text: str) -> str:
    return text.rstrip("/")
