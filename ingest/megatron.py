"""Megatron-LM and its forks: launch scripts (shell) and lists of arguments (YAML).

Scripts are read, never run: variables that the script sets are put in, the rest are unknowns.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.commands import commands
from ingest.commands.programs import program_of
from ingest.parsed import parsed
from ingest.paths import as_path, weighted
from ingest.reading import ABSENT, Map, Node, Scalar, Seq
from lineage.identity import is_placeholder, normalised_path
from lineage.records import Extract, Ref
from lineage.vocabulary import Evidence, Kind, Relation

_ARCHITECTURE = frozenset({
    "tensor-model-parallel-size", "pipeline-model-parallel-size", "micro-batch-size", "num-layers",
    "hidden-size", "num-attention-heads", "seq-length", "max-position-embeddings", "train-iters",
    "lr-decay-style", "global-batch-size", "ffn-hidden-size", "position-embedding-type",
    "train-samples", "use-distributed-optimizer", "swiglu", "untie-embeddings-and-output-weights",
})  # fmt: skip
_DATA = frozenset({
    "data-path", "train-data-path", "valid-data-path", "test-data-path", "data-args-path",
    "per-split-data-args-path", "train-data", "valid-data", "train-weighted-split-paths",
})  # fmt: skip
_USES = (
    ("data-path", Relation.TRAINED_ON),
    ("train-data-path", Relation.TRAINED_ON),
    ("train-data", Relation.TRAINED_ON),
    ("valid-data-path", Relation.EVALUATED_ON),
    ("valid-data", Relation.EVALUATED_ON),
    ("test-data-path", Relation.EVALUATED_ON),
)
_LISTS = (
    "data-args-path", "per-split-data-args-path", "train-weighted-split-paths",
    "train-weighted-split-paths-path",
)  # fmt: skip
_TOKENIZERS = ("tokenizer-model", "tokenizer-name-or-path", "vocab-file", "merge-file")
_PROGRAMS = re.compile(r"(^|/)(pretrain_\w+|tasks/main)\.py$")
_ENDINGS = (".sh", ".bash", ".sbatch", ".slurm")


def recognise(document: Document) -> Claim | None:
    """Commands or lists of arguments with options of Megatron's architecture and places."""
    best = max((len(_ARCHITECTURE & _keys(run)) for run in _runs(document)), default=None)
    return None if best is None else Claim(2, f"{best} options of Megatron-LM's architecture")


def read(document: Document) -> Extract:
    """All facts of each training in a script or list."""
    script = document.name.endswith(_ENDINGS)
    found = Findings(parsed(document) if script else document)
    for options in _runs(document):
        if _keys(options) & (_DATA | {"load"}):
            _run(found, options)
    return found.extract()


def _keys(options: Map) -> set[str]:
    return {key for key, _ in options.entries()}


def _runs(document: Document) -> Iterator[Map]:
    """The options of each command of Megatron's; of a YAML list of arguments, of its only one."""
    if document.name.endswith(_ENDINGS):
        for command in commands(document.text):
            keys = _keys(command.options)
            named = _PROGRAMS.search(program_of(command)) and keys & (_DATA | {"load", "save"})
            if named or len(_ARCHITECTURE & keys) >= 3:
                yield command.options
        return
    root = document.tree
    for part in (root, *(value for _, value in root.entries())):
        items = {
            key.lstrip("-").replace("_", "-"): value
            for key, value in part.entries()
            if "\x1f" not in key
        }
        listed = any(key.startswith("--") for key, _ in part.entries())
        if len(_ARCHITECTURE & items.keys()) >= 3 and (
            listed or "tensor-model-parallel-size" in items
        ):
            yield Map(part.key, part.line, {key: _values(value) for key, value in items.items()})


def _values(value: Node) -> Node:
    """An argument's values: a list, or the words of a text."""
    if isinstance(value, Scalar):
        return Seq(value.key, value.line, [value.saying(word) for word in value.text.split()])
    return value


def _run(found: Findings, options: Map) -> None:
    """A training; or, with nothing to train on or to save, a checkpoint that is measured."""
    load = as_path(options.at("load", 0) or options.at("pretrained-checkpoint", 0))
    measured = [key for key, relation in _USES if relation is Relation.EVALUATED_ON]
    used = _keys(options) & (_DATA | {"save"})
    if not load or not used or used - set(measured):
        _training(found, options)
        return
    model = found.artifact(load, Kind.MODEL, hub=False)
    found.describe(model, load)
    for key in measured:
        for path in options.at(key).elements():
            found.input(model, Relation.EVALUATED_ON, as_path(path), hub=False)


def _training(found: Findings, options: Map) -> None:
    place, load = as_path(options.at("save", 0)), as_path(options.at("load", 0))
    model = found.output(Kind.MODEL, location=place, at=place or load or options)
    same = bool(place and load) and normalised_path(place.text) == normalised_path(load.text)
    if same:
        found.skip("it loads what it saves; where the run began is not named", load)
    else:
        found.input(model, Relation.FINE_TUNED_FROM, load, hub=False)
    start = as_path(options.at("pretrained-checkpoint", 0))
    found.input(model, Relation.FINE_TUNED_FROM, start, hub=False)
    teacher = as_path(options.at("export-kd-teacher-load", 0))
    found.input(model, Relation.DISTILLED_FROM, teacher, hub=False)
    name = next((node for key in _TOKENIZERS if (node := options.at(key, 0))), ABSENT)
    found.input(model, Relation.TOKENIZED_WITH, name)
    _data(found, options, model)


def _data(found: Findings, options: Map, model: Ref) -> None:
    for key, relation in _USES:
        for path, share in weighted(options.at(key).elements()):
            data = found.input(model, relation, as_path(path), hub=False, share=share)
            if data is not None and key == "data-path":
                _held_out(found, model, data, options.at("split", 0))
    for key in _LISTS:
        for node in options.at(key).elements():
            if key == "data-args-path" and _listed(found, node, model):
                continue
            found.skip(f"data named in “{key}” is not read", node)


def _held_out(found: Findings, model: Ref, data: Ref, split: Node) -> None:
    """Parts of the training data that are kept for validation and test."""
    if any(part.strip("0. ") for part in split.text.split(",")[1:]):
        found.relate(
            model,
            Relation.EVALUATED_ON,
            data,
            split,
            evidence=Evidence.INFERRED,
            selector=f"held out of the training data: split={split.text}",
        )


def _listed(found: Findings, node: Node, model: Ref) -> bool:
    """Whether the weights and paths stand in a file of the scanned tree, which is then read."""
    document = (
        None
        if is_placeholder(node.text)
        else found.document.sibling(posixpath.join(found.document.parent, node.text))
    )
    if document is None:
        return False
    words = [node.saying(word) for word in document.text.split()]
    for path, share in weighted(words):
        found.input(
            model,
            Relation.TRAINED_ON,
            as_path(path),
            hub=False,
            share=share,
            evidence=Evidence.INHERITED,
        )
    return True


INGESTOR = Ingestor(
    name="megatron",
    title="Megatron-LM script",
    description="Trainings with Megatron-LM: data prefixes with their weights, checkpoints that "
    "are loaded and saved, tokenizer, teacher.",
    endings=(*_ENDINGS, ".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
