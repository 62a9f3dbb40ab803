"""Weights & Biases: runs (``config.yaml``, ``wandb-metadata.json``), artifacts and sweeps.

A run's two records are of one model: it is called by where it was written, in the run's own
folder. A sweep lists what may be tried, so no lineage is in it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.commands.names import names_model
from ingest.commands.trainings import Training, command_of, settings, training_of
from ingest.reading import ABSENT, Map, Node
from lineage.errors import InputError
from lineage.identity import hub_ref, is_placeholder, normalised_path, output_ref, ref_in
from lineage.records import Extract, Ref
from lineage.vocabulary import Kind, Relation

_METADATA = "wandb-metadata.json"
_RUN = re.compile(r"(?:offline-)?run-\d{8}_\d{6}-(?P<id>\w+)$")
_ARTIFACT = re.compile(
    r"^(wandb-artifact:///?)?(?P<name>[\w./-]+):(?P<version>v\d+|latest|[\w-]+)$"
)
_DOWNLOADED = re.compile(r"(?P<name>.+?)(?:[:-](?P<version>v\d+))?")
_RECORDED = frozenset({"os", "python", "startedAt", "heartbeatAt", "codePath", "executable", "host",
                       "state", "cpu_count", "gpu", "git", "program", "email"})  # fmt: skip
_METHODS = frozenset({"grid", "random", "bayes"})


def recognise(document: Document) -> Claim | None:
    """A run's wrapped values, the record of its command, an artifact's manifest, or a sweep."""
    root = document.tree
    if _is_config(root):
        return Claim(3 if document.name == "config.yaml" else 2, "the recorded values of a run")
    if _is_metadata(root):
        return Claim(3 if document.name == _METADATA else 2, "the recorded command of a run")
    if _is_manifest(root):
        return Claim(3 if document.name == "wandb_manifest.json" else 2, "an artifact's manifest")
    if _is_sweep(root):
        return Claim(2, "a sweep: a method and parameters to try")
    return None


def read(document: Document) -> Extract:
    """All facts of one record."""
    found = Findings(document)
    root = document.tree
    if _is_config(root) or _is_metadata(root):
        _Run(found, root).read()
    elif _is_manifest(root):
        _manifest(found, root)
    elif _is_sweep(root):
        found.skip("a sweep lists what may be tried: no lineage here", root)
        found.leave_out(root)
    return found.extract()


def _is_config(root: Node) -> bool:
    values = [value for key, value in root.entries() if key != "wandb_version"]
    wrapped = bool(values) and all("value" in dict(value.entries()) for value in values)
    return wrapped and bool(root.at("wandb_version") or root.at("_wandb"))


def _is_metadata(root: Node) -> bool:
    keys = {key for key, _ in root.entries()}
    return bool(root.at("program").text) and len(keys & _RECORDED) >= 4 and "startedAt" in keys


def _is_manifest(root: Node) -> bool:
    policy = root.at("storagePolicy").text.startswith("wandb-storage-policy")
    return policy and isinstance(root.at("contents"), Map)


def _is_sweep(root: Node) -> bool:
    tries = any(
        key in dict(parameter.entries())
        for _, parameter in root.at("parameters").entries()
        for key in ("value", "values", "min", "max", "distribution", "parameters")
    )
    return root.at("method").text in _METHODS and tries


@dataclass(frozen=True, slots=True)
class _Run:
    """One record of a run, and the other one beside it."""

    found: Findings
    root: Node

    def read(self) -> None:
        """The model of a run with what this record says it used."""
        whole = _told(*self.records())
        said = _told(self.root)
        used = list(_used(self.found, self.root)) if _is_config(self.root) else []
        if _is_metadata(self.root):
            self.found.leave_out(self.root.at("root"))  # the folder that the program ran in
        if not whole.trains and whole.base:
            subject = self.found.artifact(whole.base, Kind.MODEL)
        elif said.uses or used or whole.output:
            subject = self.model(whole)
        else:
            return
        for use in said.uses:
            if use.relation is Relation.FINE_TUNED_FROM and not whole.trains:
                continue
            target = self.target(use.node, use.kind, hub=use.hub)
            self.found.relate(
                subject,
                use.relation,
                target,
                use.node,
                evidence=use.evidence,
                selector=_version(use.node) or use.selector,
            )
        for node, kind, version in used:
            relation = Relation.FINE_TUNED_FROM if kind is Kind.MODEL else Relation.TRAINED_ON
            target = self.logged(node.text, kind)
            self.found.relate(subject, relation, target, node, selector=version)

    def records(self) -> Iterator[Node]:
        """This record, and the run's other one where the tree has it: the values first."""
        document = self.found.document
        other = _METADATA if _is_config(self.root) else "config.yaml"
        beside = document.sibling(posixpath.join(document.parent, other))
        try:
            tree = beside.tree if beside else ABSENT
        except InputError:  # it is reported as a document of its own
            tree = ABSENT
        known = _is_config(tree) or _is_metadata(tree)
        pair = [self.root, tree] if known else [self.root]
        yield from sorted(pair, key=_is_metadata)

    def model(self, whole: Training) -> Ref:
        """What the run made: one thing for both of its records."""
        document = self.found.document
        inside = posixpath.basename(document.parent) == "files"
        folder = posixpath.dirname(document.parent) if inside else document.parent
        scope = replace(document.scope, path=folder or document.path)
        output, hub = whole.output, whole.hub_id
        own = _told(self.root)
        stated = bool(output.text) and not is_placeholder(output.text)
        if "/" in hub.text and not is_placeholder(hub.text):
            ref, here = hub_ref(hub.text, Kind.MODEL), own.hub_id
        elif stated:
            path = output.text if "://" in output.text else normalised_path(output.text)
            ref, here = output_ref(path, Kind.MODEL, scope), own.output
        else:
            run = _RUN.search(folder)
            ref, here = output_ref(run["id"] if run else "run", Kind.MODEL, scope), ABSENT
        named = stated or ref.namespace != scope.outputs
        self.found.describe(ref, here or self.root, produced=True, stated=named)
        self.found.copy(ref, own.output, "output folder")
        return ref

    def target(self, node: Node, kind: Kind, *, hub: bool) -> Ref:
        """What a value names: an artifact of the service by its version, or anything else."""
        logged = _ARTIFACT.match(node.text) if ":" in node.text else None
        if logged and (
            "artifact://" in node.text or re.fullmatch(r"v\d+|latest", logged["version"])
        ):
            return self.logged(logged["name"], kind)
        return self.found.artifact(node, kind, hub=hub)

    def logged(self, name: str, kind: Kind) -> Ref:
        """An artifact of the service, whose name means one thing within a repository only."""
        name = name.strip("/").rpartition("/")[2]
        return ref_in(f"wandb://{self.found.document.scope.repository}", name, kind)


def _told(*records: Node) -> Training:
    """What the records of a run say, by what the settings of training programs are called."""
    blocks: list[Node] = []
    program = ""
    for record in records:
        if not _is_metadata(record):
            blocks.append(_unwrapped(record))
        # later versions of the library keep the command among the values, too
        environments = record.at("_wandb", "value", "e").entries()
        for command in (record, *(environment for _, environment in environments)):
            program = command.at("program").text or program
            blocks.append(command_of(command.at("args").elements()).options)
    return training_of(settings(*blocks), program)


def _unwrapped(record: Node) -> Map:
    """A run's values by their names; what the Hub's library calls its base is a base."""
    items = {
        key: entry.at("value")
        for key, entry in record.entries()
        if key not in {"_wandb", "wandb_version"} and not _is_artifact(entry.at("value"))
    }
    if items.get("do_train", ABSENT).is_false:  # a default: scripts call the Trainer themselves
        items = {key: value for key, value in items.items() if key not in {"do_train", "do_eval"}}
    base = items.pop("_name_or_path", ABSENT)
    if base.text and "model_name_or_path" not in items:
        items["model_name_or_path"] = base
    return Map("", record.line, items)


def _is_artifact(value: Node) -> bool:
    return value.at("_type").text == "artifactVersion"


def _used(found: Findings, record: Node) -> Iterator[tuple[Node, Kind, str | None]]:
    """Artifacts that a run's values hold: its name, what it is taken for, its version."""
    for key, entry in record.entries():
        value = entry.at("value")
        name = value.at("sequenceName")
        if _is_artifact(value) and name.text:
            called = f"{key} {value.at('usedAs').text} {name.text}"
            version = value.at("version").text
            found.leave_out(value)  # the service's own numbers of the same artifact
            kind = Kind.MODEL if names_model(called) else Kind.DATASET
            yield name, kind, f"version={version}" if version else None


def _version(node: Node) -> str | None:
    match = _ARTIFACT.match(node.text) if "artifact://" in node.text else None
    return f"version={match['version']}" if match else None


def _manifest(found: Findings, root: Node) -> None:
    """An artifact, and the folders of what it refers to elsewhere."""
    match = _DOWNLOADED.fullmatch(posixpath.basename(found.document.parent))
    name, version = (match["name"], match["version"]) if match else ("", None)
    kind = Kind.MODEL if names_model(name) else Kind.DATASET
    scope = found.document.scope
    made = (
        ref_in(f"wandb://{scope.repository}", name, kind)
        if name
        else output_ref(found.document.stem, kind, scope)
    )
    found.describe(made, root, produced=True, stated=bool(name), artifact_version=version)
    relation = Relation.BUNDLES if kind is Kind.MODEL else Relation.DERIVED_FROM
    folders: dict[str, Node] = {}
    for _, entry in root.at("contents").entries():
        node = entry.at("ref")
        if "://" in node.text and not node.text.startswith("wandb-artifact:"):
            folders.setdefault(posixpath.dirname(node.text), node)
    for address, node in folders.items():
        found.relate(made, relation, found.artifact(node.saying(address), kind), node)


INGESTOR = Ingestor(
    name="wandb",
    title="Weights & Biases run, artifact or sweep",
    description="Recorded runs: base models, data, used artifacts and outputs by the values and "
    "the command that a run recorded; artifacts by what they refer to. Sweeps hold no lineage.",
    endings=(".yaml", ".yml", _METADATA, "wandb_manifest.json"),
    recognise=recognise,
    read=read,
)
