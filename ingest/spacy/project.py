"""``project.yml``: its assets, what its commands make of them, and the models it makes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.base import Findings
from ingest.reading import Node
from ingest.spacy.commands import Command, Flow, Line, commands, is_data, options
from ingest.spacy.paths import artifact, inside
from lineage.identity import is_placeholder, normalised_path, output_ref
from lineage.records import Ref
from lineage.vocabulary import Kind, Relation

MAKE_MODELS = frozenset({"train", "pretrain", "assemble"})
"""Commands of spaCy that write a pipeline or weights of one."""


@dataclass(slots=True)
class Project:
    """One project's file: what its paths are, and where data goes back to."""

    found: Findings
    root: Node
    listed: list[Command] = field(default_factory=list)
    flow: Flow = field(default_factory=Flow)
    models: dict[str, Ref] = field(default_factory=dict)
    assets: dict[str, Node] = field(default_factory=dict)
    downloaded: dict[str, Node] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The project's folder."""
        return self.found.document.parent

    def survey(self) -> None:
        """What there is: assets, downloads, and which data is made of which."""
        self.listed = list(commands(self.root))
        self._read_assets()
        lines = [line for command in self.listed for line in command.lines]
        for line in lines:
            words = options(line.spacy).words
            if words[:1] == ("download",) and len(words) > 1:
                self.downloaded.setdefault(words[1], line.at)
        self._annotations(lines)
        for command in self.listed:
            if not any(makes_model(line) for line in command.lines):
                self.flow.add(command, {*self.assets, *self.flow.sources})

    def _read_assets(self) -> None:
        for entry in self.root.at("assets").elements():
            place = entry.at("dest")
            if not place.text:
                continue
            self.assets[posixpath.normpath(place.text)] = place
            ref = artifact(self.found, place, Kind.DATASET, self.folder)
            checksum = entry.at("checksum").text
            self.found.describe(ref, place, digest=f"md5:{checksum}" if checksum else None)
            origin = entry.at("url") or entry.at("git", "repo")
            if origin and not is_placeholder(origin.text):
                source = self.found.artifact(origin, Kind.DATASET, hub=False)
                part = entry.at("git", "path").text
                self.found.relate(ref, Relation.COPY_OF, source, origin, selector=part or None)

    def _annotations(self, lines: Iterable[Line]) -> None:
        """Data sets that Prodigy holds under a name, and the files it writes of them."""
        for line in lines:
            prodigy = options(line.prodigy)
            if prodigy.words[:1] == ("db-in",) and len(prodigy.words) > 2:
                name = f"prodigy:{prodigy.words[1]}"
                self.flow.sources.setdefault(name, []).append(prodigy.words[2])
            if prodigy.words[:1] == ("data-to-spacy",) and len(prodigy.words) > 1:
                for name, tested in annotated(prodigy.values):
                    file = "dev.spacy" if tested else "train.spacy"
                    path = posixpath.normpath(posixpath.join(prodigy.words[1], file))
                    self.flow.sources.setdefault(path, []).append(f"prodigy:{name}")

    def made(self, command: Command, line: Line, output: str, name: str) -> Ref:
        """The model that a command makes: as its outputs call it, or as the tool does."""
        folder = normalised_path(output) if output else ""
        stated = [
            node
            for node in command.outputs
            if (inside(node.text, folder) and is_data(node.text))
            if folder or node.text.endswith("model-best")
        ]
        usual = posixpath.join(folder, name) if name else folder
        node = stated[0] if stated else line.at.saying(usual)
        path = normalised_path(node.text) if node.text else command.name
        ref = output_ref(path, Kind.MODEL, self.found.document.scope)
        self.found.describe(ref, node, produced=True, stated=bool(node.text))
        self.models[path] = ref
        if node.text and not is_placeholder(node.text):
            self.copy(ref, node, "output folder")
        return ref

    def model(self, node: Node) -> Ref:
        """A model that the project makes, or one from elsewhere."""
        path = normalised_path(node.text)
        return self.models.get(path) or artifact(self.found, node, Kind.MODEL, self.folder)

    def copy(self, of: Ref, node: Node, what: str) -> None:
        """A path where an artifact's bytes, or what was prepared of them, also are."""
        place = artifact(self.found, node, Kind.COPY, self.folder)
        self.found.describe(place, node, copy_kind=what, location=place.name)
        self.found.relate(place, Relation.COPY_OF, of, node)

    def roots(self, node: Node) -> list[tuple[Ref, Node]]:
        """The data sets that a path goes back to; the path itself becomes a copy of them."""
        if is_placeholder(node.text) or "://" in node.text:
            return [(artifact(self.found, node, Kind.DATASET, self.folder), node)]
        refs: dict[Ref, None] = {}
        for root in self.flow.roots(node.text):
            asset = next((n for p, n in self.assets.items() if inside(root, p)), None)
            said = node.saying(asset.text if asset is not None else root)
            ref = artifact(self.found, said, Kind.DATASET, self.folder)
            refs[ref] = None
            if ref.name != normalised_path(node.text) and not node.text.startswith("prodigy:"):
                self.copy(ref, node, "prepared data")
        return [(ref, node) for ref in refs]

    def leave_out_known(self, nodes: Iterable[Node]) -> None:
        """Of what a command needs, its code, and what another command or an asset accounts for."""
        known = [*self.flow.sources, *self.assets, *self.models]
        for node in nodes:
            path = posixpath.normpath(node.text)
            if not is_data(path) or any(inside(path, k) or inside(k, path) for k in known):
                self.found.leave_out(node)

    def is_data(self, path: str) -> bool:
        """Whether a path is data rather than code, a report or a model of the project."""
        return is_data(path) and not any(inside(path, model) for model in self.models)


def makes_model(line: Line) -> bool:
    """Whether a line trains or assembles a pipeline."""
    return line.spacy[:1] in {(t,) for t in MAKE_MODELS} or line.prodigy[:1] == ("train",)


_TASKS = frozenset(
    {"ner", "textcat", "textcat-multilabel", "tagger", "parser", "senter", "spancat", "coref"}
)


def annotated(values: dict[str, str]) -> list[tuple[str, bool]]:
    """The data sets that Prodigy is told of, and whether each is to evaluate on."""
    names = [n for key, value in values.items() if key in _TASKS for n in value.split(",") if n]
    return [(name.removeprefix("eval:"), name.startswith("eval:")) for name in names]
