"""Stages of ``dvc.yaml`` and ``dvc.lock``: what each makes of what."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ingest.base import Findings
from ingest.commands import commands
from ingest.commands.trainings import Training, program_of, settings, training_of
from ingest.dvc.artifacts import artifact, digest_of, is_code, paths
from ingest.dvc.templates import Values, filled, instances, values_of
from ingest.reading import ABSENT, Node
from lineage.errors import InputError
from lineage.identity import is_path
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_OUTS = ("outs", "outs_no_cache", "outs_persist")
_REPORT = re.compile(
    r"(metrics?|scores?|plots?|roc|prc|confusion|report|eval)[\w.-]*\.(json|ya?ml|csv|tsv|html|md)$"
    r"|\.(png|svg|jpe?g|html)$",
    re.IGNORECASE,
)


def read_pipeline(found: Findings, root: Node) -> None:
    """All facts of a pipeline, or of the lock that says what it did."""
    folder = found.document.parent
    plan = _plan(found, root)
    values = values_of(found, plan, folder)
    known = _Known(_declared_kinds(plan), _reports(plan, values, folder), plan is not ABSENT)
    if found.document.name == "dvc.lock":
        values = {}
    for _, stage in root.at("stages").entries():
        found.leave_out(stage.at("cmd"), stage.at("do", "cmd"), stage.at("params"))
        for bound, body in instances(stage, values):
            _Stage(found, body, bound, known).read()
    for entry in root.at("datasets").elements():
        _remote_set(found, entry)


def _plan(found: Findings, root: Node) -> Node:
    """The pipeline itself; for a lock, the one beside it, when the tree has it."""
    if found.document.name != "dvc.lock":
        return root
    beside = found.document.sibling(posixpath.join(found.document.parent, "dvc.yaml"))
    try:
        return beside.tree if beside else ABSENT
    except InputError:  # it is reported as a document of its own
        return ABSENT


@dataclass(frozen=True, slots=True)
class _Known:
    """What the pipeline as a whole says of paths: declared kinds, and metrics and plots."""

    kinds: Mapping[str, Kind]
    reports: frozenset[str]
    complete: bool

    def is_report(self, path: str) -> bool:
        """Whether an output is, or holds, what the pipeline lists as metrics or plots."""
        if not self.complete and _REPORT.search(path):
            return True
        return any(r == path or r.startswith(f"{path}/") for r in self.reports)


def _declared_kinds(plan: Node) -> dict[str, Kind]:
    """Kinds that the ``artifacts`` section declares, by path."""
    return {
        posixpath.normpath(entry.at("path").text): (
            Kind.MODEL if entry.at("type").text == "model" else Kind.DATASET
        )
        for _, entry in plan.at("artifacts").entries()
        if entry.at("path") and entry.at("type")
    }


def _reports(plan: Node, values: Values, folder: str) -> frozenset[str]:
    """Repository paths of all metrics and plots, of the pipeline and of its stages."""
    found: set[str] = set()
    stages = [i for _, stage in plan.at("stages").entries() for i in instances(stage, values)]
    for bound, body in ((values, plan), *stages):
        inside = "" if body is plan else filled(body.at("wdir"), bound).text
        for key in ("metrics", "plots", "metrics_no_cache", "plots_no_cache"):
            for node in paths(body.at(key)):
                text = filled(node, bound).text
                found.add(posixpath.normpath(posixpath.join(folder, inside, text)))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Stage:
    """One stage, with the values its templates may name."""

    found: Findings
    body: Node
    values: Values
    known: _Known

    def read(self) -> None:
        """What the stage makes of its dependencies; without outputs, what it measures."""
        deps = [(ref, node) for ref, node in self.named("deps") if not is_code(node.text)]
        for ref, node in deps:
            digest = self.digest("deps", node)
            if digest:
                self.found.describe(ref, node, digest=digest)
        outs = [
            (ref, node)
            for key in _OUTS
            for ref, node in self.named(key)
            if not self.known.is_report(ref.name)
        ]
        for ref, node in outs:
            self.found.describe(ref, node, produced=True, digest=self.digest("outs", node))
            self.made(ref, deps)
            self.started(ref)
        if not outs and any(self.body.at(key) for key in ("metrics", "plots", "outs")):
            self.measured(deps)

    def made(self, out: Ref, deps: list[tuple[Ref, Node]]) -> None:
        """An output of the stage: a model is trained on data, data is derived from data."""
        model = out.kind is Kind.MODEL
        for ref, node in deps:
            if ref.kind is Kind.MODEL:
                relation = Relation.FINE_TUNED_FROM if model else Relation.GENERATED_BY
            else:
                relation = Relation.TRAINED_ON if model else Relation.DERIVED_FROM
            self.found.relate(out, relation, ref, node)

    def started(self, out: Ref) -> None:
        """What the options of the command name that is no path: the hub's models and data."""
        for use in self.said().uses if out.kind is Kind.MODEL else ():
            if use.hub and not is_path(use.node.text):
                self.found.input(
                    out, use.relation, use.node, kind=use.kind, selector=use.selector,
                    evidence=use.evidence,
                )  # fmt: skip

    def said(self) -> Training:
        """What the options of the stage's commands say."""
        lines = [filled(line, self.values) for line in self.body.at("cmd").elements()]
        runs = [run for line in lines for run in commands(line.text, line.line) if run.words]
        program = program_of(runs[-1]) if runs else ""
        return training_of(settings(*(run.options for run in runs)), program)

    def measured(self, deps: list[tuple[Ref, Node]]) -> None:
        """A stage that writes metrics only evaluates its models on its data."""
        models = [ref for ref, _ in deps if ref.kind is Kind.MODEL]
        for model in models:
            for ref, node in deps:
                if ref.kind is Kind.DATASET:
                    self.found.relate(
                        model, Relation.EVALUATED_ON, ref, node, evidence=Evidence.INFERRED
                    )

    def named(self, key: str) -> Iterator[tuple[Ref, Node]]:
        """The artifacts of a section, each with the node that names it."""
        wdir = filled(self.body.at("wdir"), self.values).text
        folder = posixpath.join(self.found.document.parent, wdir)
        for node in paths(self.body.at(key)):
            path = filled(node, self.values)
            yield artifact(self.found, path, folder, self.known.kinds), path

    def digest(self, key: str, node: Node) -> str | None:
        """The digest that a lock records of a path."""
        for entry in self.body.at(key).elements():
            if entry.at("path").text == node.text:
                return digest_of(entry)
        return None


def _remote_set(found: Findings, entry: Node) -> None:
    """An entry of the ``datasets`` section: stages name it ``ds://NAME``."""
    name, url = entry.at("name"), entry.at("url")
    if not name or not url:
        found.skip("a data set without a name or url", entry)
        return
    ref = found.artifact(name.saying(f"ds://{name.text}"), Kind.DATASET)
    found.relate(ref, Relation.DERIVED_FROM, found.artifact(url, Kind.DATASET, hub=False), url)
