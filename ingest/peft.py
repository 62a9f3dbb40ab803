"""Saved adapters (``adapter_config.json``) of PEFT, and of the Adapters library.

The folder is an adapter for a base model.
"""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.reading import ABSENT, Map
from lineage.identity import is_path
from lineage.records import Extract
from lineage.vocabulary import Kind, Relation


def recognise(document: Document) -> Claim | None:
    """The file of this name that has a kind of adapter and a base model."""
    root = document.tree
    by_name = document.name == "adapter_config.json"
    if root.at("peft_type").text and "base_model_name_or_path" in dict(root.entries()):
        return Claim(3 if by_name else 2, "peft_type with a base")
    if by_name and root.at("model_name").text and isinstance(root.at("config"), Map):
        return Claim(3, "an adapter's config with the name of its model")
    return None


def read(document: Document) -> Extract:
    """The adapter, its base, and weights that it was initialised from."""
    found = Findings(document)
    root = document.tree
    base = root.at("base_model_name_or_path") or root.at("model_name")
    kind = root.at("peft_type") or root.at("config", "architecture")
    first = kind or base
    folder = first.saying(document.parent) if document.parent else ABSENT
    model = found.output(Kind.MODEL, location=folder, at=first, adapter=kind.text or None)
    revision = root.at("revision").text
    part = f"revision={revision}" if revision else None
    if base.text:
        found.input(model, Relation.ADAPTER_OF, base, selector=part)
    else:
        found.skip("the adapter does not name its base", root.at("base_model_name_or_path"))
    tokenizer = root.at("tokenizer_name_or_path")  # prompt tuning starts from a text's tokens
    found.input(model, Relation.TOKENIZED_WITH, tokenizer)
    for _, mixed in root.at("adapters").entries():  # X-LoRA weighs several adapters
        found.input(model, Relation.MERGED_FROM, mixed)
    start = root.at("init_lora_weights")
    if is_path(start.text):
        found.input(model, Relation.INITIALISED_FROM, start)
    return found.extract()


INGESTOR = Ingestor(
    name="peft",
    title="PEFT adapter",
    description="Saved adapters of PEFT and of Adapters: the base model and its revision, other "
    "adapters that are mixed in; the folder is the model.",
    endings=("adapter_config.json",),
    recognise=recognise,
    read=read,
)
