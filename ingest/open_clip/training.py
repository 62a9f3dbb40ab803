"""One training: its data, what it starts from, what it writes."""

from __future__ import annotations

import posixpath
import re

from ingest.base import Findings
from ingest.paths import as_path
from ingest.reading import ABSENT, Map, Node
from ingest.tables import table
from lineage.identity import is_path, is_placeholder
from lineage.vocabulary import Evidence, Kind, Relation

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_PATTERN = re.compile(r"[{*?]")


class Training:
    """A training of OpenCLIP, from its options."""

    def __init__(self, found: Findings, options: Map):
        self.found, self.options = found, options
        self.place = self.folder()
        self.model = found.output(
            Kind.MODEL,
            location=self.place,
            at=self.first("model") or options,
            architecture=self.first("model").text or None,
        )

    def first(self, key: str) -> Node:
        """The first value of an option."""
        return self.options.at(key, 0)

    def folder(self) -> Node:
        """Where it writes: a folder of the run's name below that of the logs."""
        name = self.first("name") or self.first("exp-name")
        above = self.first("logs") or self.first("output-dir")
        if not name or is_placeholder(name.text):
            return above if self.first("output-dir") else ABSENT
        return name.saying(posixpath.join(above.text or "logs", name.text))

    def read(self) -> None:
        """All facts of the training."""
        self.data()
        self.weights()
        teacher, tag = self.first("distill-model"), self.first("distill-pretrained")
        self.start(Relation.DISTILLED_FROM, teacher, tag)
        self.found.copy(self.model, self.first("remote-sync"), "output folder")

    def data(self) -> None:
        """Sources that are trained on, with what they are upsampled by, and measured on."""
        if self.first("dataset-type").text == "synthetic":
            return
        keys = ("train-data", "data-dir", "imagenet-train")
        key = next((key for key in keys if self.first(key)), "train-data")
        value = self.first(key)
        sources = [part.strip() for part in value.text.split("::") if part.strip()]
        factors = self.first("train-data-upsampling-factors").text.split("::")
        for position, source in enumerate(sources):
            factor = factors[position] if len(factors) == len(sources) and factors[position] else ""
            node = as_path(value.saying(shards(source)))
            self.found.input(
                self.model,
                Relation.TRAINED_ON,
                node,
                hub=False,
                selector=f"upsampled={factor}" if factor else None,
            )
        for key in (
            "val-data",
            "imagenet-v2",
            *(k for k in self.options.items if k[-4:] == "-val"),
        ):
            for source in self.first(key).text.split("::"):
                node = as_path(self.first(key).saying(shards(source)))
                self.found.input(self.model, Relation.EVALUATED_ON, node, hub=False)

    def weights(self) -> None:
        """Pretrained weights by tag or path, a model of the hub, a checkpoint."""
        model, tag = self.first("model"), self.first("pretrained")
        if model.text.startswith("hf-hub:"):
            hub = model.saying(model.text.removeprefix("hf-hub:"))
            self.found.input(self.model, Relation.FINE_TUNED_FROM, hub)
        self.start(Relation.FINE_TUNED_FROM, model, tag)
        resume = self.first("resume")
        own = bool(self.place) and f"{resume.text}/".startswith(f"{self.place.text}/")
        if resume.text and resume.text != "latest" and not own:
            self.found.input(self.model, Relation.FINE_TUNED_FROM, as_path(resume), hub=False)
        if "pretrained-image" in self.options.items and not self.first("pretrained-image").is_false:
            at = self.first("pretrained-image") or self.options
            self.found.skip("the weights of the pretrained image tower are not named", at)

    def start(self, relation: Relation, model: Node, tag: Node) -> None:
        """Relates to the weights that a tag stands for with its architecture, or to a path."""
        known = table("open_clip").get(f"{model.text.replace('/', '-')}/{tag.text.lower()}")
        if known:
            weights = tag.saying(known[0]["model"])
            self.found.input(self.model, relation, weights, evidence=Evidence.DEFAULT)
        elif "/" in tag.text or is_path(tag.text) or is_placeholder(tag.text):
            self.found.input(self.model, relation, tag)
        elif tag.text:
            name = tag.saying("/".join(part for part in (model.text, tag.text) if part))
            self.found.relate(self.model, relation, self.found.named(name, Kind.MODEL), tag)
            self.found.skip(f"which weights the tag “{tag.text}” stands for is not known", tag)


def shards(source: str) -> str:
    """The folder of shards: of ``pipe:aws s3 cp s3://b/x/{000..999}.tar -``, ``s3://b/x``."""
    if source.startswith("pipe:"):
        address = _ADDRESS.search(source)
        words = source.removeprefix("pipe:").split()
        source = address[0] if address else words[-1] if words else ""
    pattern = _PATTERN.search(source)
    if pattern is None or source.startswith("$") or "${" in source:
        return source
    return posixpath.dirname(source[: pattern.start()]) or source
