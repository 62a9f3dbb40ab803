"""What the commands of a project do with models: train, assemble, evaluate, pack."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from ingest.inheriting import overlaid, relined
from ingest.ini import parse_ini
from ingest.interpolation import resolved
from ingest.reading import ABSENT, Map, Node, Scalar
from ingest.spacy.commands import Command, Line, Options, is_data, options, split_of
from ingest.spacy.paths import artifact
from ingest.spacy.pipeline import Pipeline
from ingest.spacy.project import Project, annotated
from lineage.errors import InputError
from lineage.identity import is_placeholder, normalised_path
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation


def read_project(project: Project) -> None:
    """All facts of a project's file."""
    project.survey()
    lines = [(command, line) for command in project.listed for line in command.lines]
    for command, line in lines:
        _Making(project, command, line).read()
    for command, line in lines:
        _use(project, command, line)
    for command in project.listed:
        project.leave_out_known(command.deps)


@dataclass(frozen=True, slots=True)
class _Making:
    """One line of a script that may make a model."""

    project: Project
    command: Command
    line: Line

    def read(self) -> None:
        spacy, prodigy = options(self.line.spacy), options(self.line.prodigy)
        words = spacy.words
        if words[:1] == ("train",) and len(words) > 1:
            self.trained(words[1], spacy, spacy.values.get("output", spacy.values.get("o", "")))
        elif words[:1] == ("assemble",) and len(words) > 2:
            model = self.project.made(self.command, self.line, words[2], "")
            self.pipeline(model, words[1], spacy.values, assembles=True)
        elif words[:1] == ("pretrain",) and len(words) > 2:
            model = self.project.made(self.command, self.line, words[2], "")
            self.pretrained(model, words[1], spacy.values)
        elif words[:2] == ("init", "vectors") and len(words) > 4:
            self.vectors(self.project.made(self.command, self.line, words[4], ""), words[3])
        elif prodigy.words[:1] == ("train",):
            self.annotations(prodigy)
        elif not words and not prodigy.words:
            self.by_script()

    def trained(self, file: str, spacy: Options, output: str) -> None:
        model = self.project.made(self.command, self.line, output, "model-best")
        if not self.pipeline(model, file, spacy.values):
            self.by_dependencies(model)

    def config(self, file: str, values: dict[str, str]) -> tuple[Node, bool]:
        """A config with the values of the command line, and whether the tree has the config."""
        found, at = self.project.found, self.line.at
        path = posixpath.join(self.project.folder, file)
        document = None if is_placeholder(file) else found.document.sibling(path)
        tree: Node = Map("", at.line)
        try:
            if document is not None:
                tree = relined(parse_ini(document.text, document.path), at.line)
        except InputError as error:
            found.skip(f"the config “{file}” cannot be read: {error}", at)
        for key, value in values.items():
            if "." in key:
                tree = overlaid(tree, _nested(key, Scalar(at.key, at.line, value)))
        try:
            return resolved(tree), document is not None
        except InputError:
            return ABSENT, False

    def pipeline(
        self, model: Ref, file: str, values: dict[str, str], *, assembles: bool = False
    ) -> bool:
        """What the config says; where the tree does not have it, what the line lets guess."""
        root, known = self.config(file, values)
        evidence = Evidence.DECLARED if values else Evidence.INHERITED
        pipeline = Pipeline(
            self.project.found, model, self.project.folder, evidence, self.project.roots, assembles
        )
        said = pipeline.read(root)
        if not known:
            for key, value in values.items():
                if key.startswith("components."):
                    continue  # said above
                if normalised_path(value or "-") in self.project.models or key.endswith("_source"):
                    relation = Relation.MERGED_FROM if assembles else Relation.FINE_TUNED_FROM
                    pipeline.weights(relation, self.line.at.saying(value), key)
        if not assembles:
            self.downloads(model, file, known=known)
        return said or assembles

    def downloads(self, model: Ref, file: str, *, known: bool) -> None:
        """Packages that the project downloads for a config that the tree does not have.

        Either a script makes the config of them, or nothing else of the project uses them.
        """
        for name, at in self.project.downloaded.items():
            users = [
                command
                for command in self.project.listed
                for line in command.lines
                if name in line.words and line.spacy[:1] != ("download",)
            ]
            makes = any(
                normalised_path(output.text) == normalised_path(file)
                for command in users
                for output in command.outputs
            )
            if makes or (not known and not users):
                relation = Relation.FINE_TUNED_FROM if makes else Relation.INITIALISED_FROM
                ref = artifact(self.project.found, at.saying(name), Kind.MODEL, "")
                self.project.found.relate(model, relation, ref, at, evidence=Evidence.INFERRED)

    def by_script(self) -> None:
        """A script of the project's own that is given a config and data may train on them."""
        words, project = self.line.words, self.project
        known = {*project.flow.sources, *project.assets}
        data = [word for word in words if posixpath.normpath(word) in known]
        configured = any(word.endswith(".cfg") and not word.startswith("-") for word in words)
        if not data or not configured:
            return
        model = project.made(self.command, self.line, "", "")
        for word in data:
            for ref, node in project.roots(self.line.at.saying(word)):
                project.found.relate(
                    model, Relation.TRAINED_ON, ref, node, evidence=Evidence.INFERRED
                )

    def by_dependencies(self, model: Ref) -> None:
        """Data that the command depends on, or else that the project prepares."""
        project, evidence = self.project, Evidence.DECLARED
        data = [d for d in self.command.deps if project.is_data(d.text)]
        if not data:
            evidence = Evidence.INFERRED
            data = [
                output
                for command in project.listed
                for output in command.outputs
                if posixpath.normpath(output.text) in project.flow.sources
            ]
        for node in data:
            tested = split_of(node.text) in {"dev", "test"}
            relation = Relation.EVALUATED_ON if tested else Relation.TRAINED_ON
            for ref, _ in project.roots(node):
                project.found.relate(model, relation, ref, node, evidence=evidence)
        if not data:
            reason = f"the training data of “{self.command.name}” is not named"
            project.found.skip(reason, self.line.at)

    def pretrained(self, model: Ref, file: str, values: dict[str, str]) -> None:
        root, _ = self.config(file, values)
        raw = root.at("corpora", "pretrain", "path") or root.at("paths", "raw_text")
        for ref, node in self.project.roots(raw) if raw.text else []:
            self.project.found.relate(model, Relation.TRAINED_ON, ref, node, selector="pretraining")
        vectors = root.at("initialize", "vectors") or root.at("paths", "vectors")
        if vectors.text:
            ref = artifact(self.project.found, vectors, Kind.MODEL, self.project.folder)
            self.project.found.relate(model, Relation.INITIALISED_FROM, ref, vectors)

    def vectors(self, model: Ref, path: str) -> None:
        """Vectors from a file of vectors, or from text that the project trains them on."""
        for ref, node in self.project.roots(self.line.at.saying(path)):
            made = posixpath.normpath(path) in self.project.flow.sources
            relation = Relation.TRAINED_ON if made else Relation.INITIALISED_FROM
            self.project.found.relate(model, relation, ref, node)

    def annotations(self, prodigy: Options) -> None:
        """A training of Prodigy's names data sets that Prodigy holds."""
        output = prodigy.words[1] if len(prodigy.words) > 1 else ""
        model = self.project.made(self.command, self.line, output, "model-best")
        for name, tested in annotated(prodigy.values):
            relation = Relation.EVALUATED_ON if tested else Relation.TRAINED_ON
            for ref, node in self.project.roots(self.line.at.saying(f"prodigy:{name}")):
                self.project.found.relate(model, relation, ref, node, selector=f"Prodigy: {name}")
        base = prodigy.values.get("base-model", prodigy.values.get("m", ""))
        if base:
            ref = self.project.model(self.line.at.saying(base))
            self.project.found.relate(model, Relation.FINE_TUNED_FROM, ref, self.line.at)


def _use(project: Project, command: Command, line: Line) -> None:
    """What is done with finished models: evaluating and packing them."""
    words = options(line.spacy).words
    if words[:1] == ("evaluate",) and len(words) > 2:
        model = project.model(line.at.saying(words[1]))
        for ref, node in project.roots(line.at.saying(words[2])):
            project.found.relate(model, Relation.EVALUATED_ON, ref, node)
    elif words[:1] == ("package",) and len(words) > 1:
        model = project.model(line.at.saying(words[1]))
        for output in command.outputs:
            if is_data(output.text):
                project.copy(model, output, "package")


def _nested(key: str, value: Node) -> Node:
    for step in reversed(key.split(".")):
        value = Map("", value.line, {step: value})
    return value
