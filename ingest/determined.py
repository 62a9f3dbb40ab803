"""Determined AI experiments (YAML): the entrypoint's options, data, hyperparameters, checkpoints.

An experiment keeps its checkpoints under ids of its own; what people call it by is its ``name``.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.commands import Command
from ingest.commands.names import Purpose, purpose_of
from ingest.commands.programs import command_of, program_of, with_variables
from ingest.commands.trainings import Training, Use, settings, training_of
from ingest.reading import ABSENT, Map, Node, Seq
from lineage.identity import output_ref, ref_in
from lineage.records import Extract, Ref
from lineage.vocabulary import Evidence, Kind, Relation

_SEARCHERS = frozenset({
    "single", "random", "grid", "adaptive", "adaptive_asha", "adaptive_simple", "async_halving",
    "sync_halving", "asha", "pbt", "custom",
})  # fmt: skip
_SECTIONS = frozenset({
    "entrypoint", "hyperparameters", "resources", "max_restarts", "min_validation_period",
    "min_checkpoint_period", "records_per_epoch", "bind_mounts", "checkpoint_storage",
    "checkpoint_policy", "environment", "data", "profiling", "scheduling_unit", "optimizations",
    "perform_initial_validation",
})  # fmt: skip
_OF_DATA = frozenset({"url", "urls", "uri", "path", "paths", "files"})
_CONFIGS = ("config_file", "conf_file", "model_yaml", "merge_config")
_SOURCES = (
    ("source_checkpoint_uuid", "determined://checkpoints"),
    ("source_trial_id", "determined://trials"),
)


def recognise(document: Document) -> Claim | None:
    """A searcher that Determined has, with other sections of an experiment."""
    root = document.tree
    searcher = root.at("searcher")
    sections = {key for key, _ in root.entries()} & _SECTIONS
    if searcher.at("name").text not in _SEARCHERS or not sections:
        return None
    if searcher.at("metric") or "entrypoint" in sections:
        return Claim(3, f"a searcher with {len(sections)} sections of an experiment")
    return None


def read(document: Document) -> Extract:
    """All facts of one experiment."""
    found = Findings(document)
    root = document.tree
    runs = [command for command in _commands(root) if command.words]
    last = runs[-1] if runs else command_of(())
    program = program_of(last)
    stated = training_of(settings(last.options), program)
    configured = training_of(settings(_data(root), root.at("hyperparameters")), program)
    uses = _once((*stated.uses, *configured.uses))
    if not any(use.kind is Kind.DATASET for use in uses):
        uses += _task(root)
    purpose = purpose_of(program)
    if purpose is Purpose.PREDICT and not stated.output:
        _generated(found, root, uses)
    elif not stated.trains and stated.base:
        model = found.artifact(stated.base, Kind.MODEL)
        _relate(found, model, [u for u in uses if u.relation is Relation.EVALUATED_ON])
    else:
        _trained(found, root, stated, uses)
    _report(found, root, uses)
    return found.extract()


def _name(root: Node) -> Node:
    """What the experiment is called: by its name, before there were names by its description."""
    described = root.at("description")
    return root.at("name") or (described if re.fullmatch(r"\S+", described.text) else ABSENT)


def _data(root: Node) -> Node:
    """The section of data; where it says ``url`` or ``path``, it is that of the data."""
    section = root.at("data")
    if not isinstance(section, Map):
        return section
    named = {key: f"data_{key}" if key in _OF_DATA else key for key in section.items}
    items = {named[key]: value for key, value in section.items.items()}
    return Map(section.key, section.line, items)


def _commands(root: Node) -> Iterator[Command]:
    """What the experiment runs: a shell text, or a list of words."""
    entry = root.at("entrypoint")
    if isinstance(entry, Seq):
        words = list(entry.elements())
        texts = [w.text for w in words]
        if texts[:1] and posixpath.basename(texts[0]) in {"sh", "bash"} and "-c" in texts:
            yield from with_variables(words[-1].text, words[-1].line, _variables(root))
        else:
            yield command_of(words)
    elif entry.text:
        yield from with_variables(entry.text, entry.line, _variables(root))


def _variables(root: Node) -> dict[str, str]:
    """What the experiment sets in its environment, for the entrypoint's own references."""
    listed = root.at("environment", "environment_variables")
    nodes = [*listed.elements(), *(n for _, v in listed.entries() for n in v.elements())]
    pairs = (node.text.partition("=") for node in nodes)
    return {name: value for name, equals, value in pairs if equals}


def _task(root: Node) -> list[Use]:
    """A benchmark whose data is known by the task's name, where no data is named otherwise."""
    task = root.at("data", "task")
    if not task.text:
        return []
    return [Use(Relation.TRAINED_ON, task, Kind.DATASET, evidence=Evidence.INFERRED)]


def _once(uses: tuple[Use, ...]) -> list[Use]:
    """The first mention of each thing in each role."""
    return list({(use.relation, use.node.text): use for use in reversed(uses)}.values())[::-1]


def _trained(found: Findings, root: Node, stated: Training, uses: list[Use]) -> None:
    """A training: its model by the output of its options, else by the experiment's name."""
    sources = list(_sources(root))
    name = _name(root)
    if stated.output or stated.hub_id:
        model = found.output(Kind.MODEL, location=stated.output, hub_id=stated.hub_id, at=name)
    elif uses or sources:
        model = found.output(Kind.MODEL, name=name, at=name or root)
    else:
        at = root.at("entrypoint") or root
        found.skip("neither data nor a model is named; they may stand in the program", at)
        return
    if name.text:
        found.describe(model, name, produced=True, stated=False, experiment=name.text)
    _relate(found, model, uses)
    for node, namespace in sources:
        target = ref_in(namespace, node.text, Kind.MODEL)
        found.relate(model, Relation.FINE_TUNED_FROM, target, node)
    _mounted(found, root, uses)


def _report(found: Findings, root: Node, uses: list[Use]) -> None:
    """Reports configs that are named, and keys that look like lineage and were not read."""
    for key in _CONFIGS:
        for node in root.at("hyperparameters", key).elements():
            if node.text:
                found.skip(f"“{key}” names another config; what it says is not read here", node)
    read_texts = {use.node.text.removeprefix("./") for use in uses}
    for block in (root.at("data"), root.at("hyperparameters")):
        known = {key for key, value in block.entries() if value.text in read_texts}
        found.report_unread(block, known)


def _sources(root: Node) -> Iterator[tuple[Node, str]]:
    """The checkpoint or trial that a search starts from."""
    for key, namespace in _SOURCES:
        node = root.at("searcher", key)
        if node.text:
            yield node, namespace


def _relate(found: Findings, model: Ref, uses: list[Use]) -> None:
    for use in uses:
        found.input(
            model,
            use.relation,
            use.node,
            kind=use.kind,
            hub=use.hub,
            selector=use.selector,
            evidence=use.evidence,
        )


def _generated(found: Findings, root: Node, uses: list[Use]) -> None:
    """A program that predicts or samples: what it makes comes from the models it loads."""
    name = _name(root)
    bases = [use for use in uses if use.relation is Relation.FINE_TUNED_FROM]
    sources = list(_sources(root))
    if not bases and not sources:
        return
    made = output_ref(name.text or found.document.stem, Kind.DATASET, found.document.scope)
    found.describe(made, name or root, produced=True, stated=False)
    for use in bases:
        target = found.artifact(use.node, Kind.MODEL)
        found.relate(made, Relation.GENERATED_BY, target, use.node, evidence=Evidence.INFERRED)
    for node, namespace in sources:
        target = ref_in(namespace, node.text, Kind.MODEL)
        found.relate(made, Relation.GENERATED_BY, target, node, evidence=Evidence.INFERRED)


def _mounted(found: Findings, root: Node, uses: list[Use]) -> None:
    """The machine's folders behind the paths that a container sees."""
    for mount in root.at("bind_mounts").elements():
        inside, host = mount.at("container_path").text.rstrip("/"), mount.at("host_path")
        for use in uses:
            path = use.node.text
            if use.kind is Kind.DATASET and inside and f"{path}/".startswith(f"{inside}/"):
                data = found.artifact(use.node, Kind.DATASET, hub=use.hub)
                place = host.text.rstrip("/") + path[len(inside) :]
                found.copy(data, host.saying(place) if host.text else ABSENT, "bind mount")


INGESTOR = Ingestor(
    name="determined",
    title="Determined AI experiment",
    description="Experiments of Determined: base model, data, tokenizer and output in the options "
    "of the entrypoint, in data and in hyperparameters, checkpoints that a search starts from.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
