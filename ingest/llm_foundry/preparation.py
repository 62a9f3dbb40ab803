"""Commands that make a data set out of another, before a job trains."""

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

_FROM = ("data-files", "dataset", "path", "input-folder", "delta-table-name")
_TO = ("out-root", "output-folder", "json-output-folder")


def preparation(found: Findings, text: Node) -> None:
    """Each conversion: the data set that is made, from which, with which tokenizer."""
    for command in commands(text.text, text.line + ("\n" in text.text)):
        options = command.options
        if not command.runs(*CONVERTERS):
            continue
        source, target = _first(options, _FROM), _first(options, _TO)
        if not target:
            found.skip("a conversion whose result is not named", command.line)
            continue
        made = found.artifact(as_path(target), Kind.DATASET, hub=False)
        found.describe(made, target, produced=True)
        part = selector_of(options, "data-subset", "splits")
        found.input(made, Relation.DERIVED_FROM, source, selector=part)
        found.input(made, Relation.TOKENIZED_WITH, _first(options, ("tokenizer",)))


def _first(options: Map, names: tuple[str, ...]) -> Node:
    """The value of the first of these options that has one."""
    return next((node for name in names if (node := options.at(name, 0))), ABSENT)
