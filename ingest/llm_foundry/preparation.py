"""Commands that make a data set or a model out of another, without training."""

from __future__ import annotations

from ingest.base import Findings, selector_of
from ingest.commands import commands
from ingest.paths import as_path
from ingest.reading import ABSENT, Map, Node
from lineage.vocabulary import Kind, Relation

CONVERTERS = (
    "convert_dataset_hf.py",
    "convert_dataset_json.py",
    "convert_text_to_mds.py",
    "convert_finetuning_dataset.py",
    "convert_delta_to_json.py",
)
"""Scripts of LLM Foundry that write a data set."""

EXPORTER = "convert_composer_to_hf.py"
"""The script of LLM Foundry that writes a checkpoint in the hub's format."""

_FROM = (
    "data-files", "dataset", "path", "input-folder", "delta-table-name", "composer-path",
)  # fmt: skip
_TO = ("out-root", "output-folder", "json-output-folder", "hf-output-path")


def preparation(found: Findings, text: Node) -> None:
    """Each conversion: what is made, from which data or weights, with which tokenizer."""
    for command in commands(text.text, text.line):
        options = command.options
        exports = command.runs(EXPORTER)
        if not (exports or command.runs(*CONVERTERS)):
            continue
        source, target = _first(options, _FROM), _first(options, _TO)
        if not target:
            found.skip("a conversion whose result is not named", command.line)
            continue
        kind = Kind.MODEL if exports else Kind.DATASET
        made = found.artifact(as_path(target), kind, hub=False)
        found.describe(made, target, produced=True)
        part = selector_of(options, "data-subset", "splits")
        found.input(made, Relation.DERIVED_FROM, source, kind=kind, hub=not exports, selector=part)
        found.input(made, Relation.TOKENIZED_WITH, _first(options, ("tokenizer",)))


def _first(options: Map, names: tuple[str, ...]) -> Node:
    """The value of the first of these options that has one."""
    return next((node for name in names if (node := options.at(name, 0))), ABSENT)
