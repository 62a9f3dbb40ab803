"""PEFT adapters (``adapter_config.json``): the folder is an adapter for a base model."""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.reading import ABSENT
from lineage.identity import is_path
from lineage.records import Extract
from lineage.vocabulary import Kind, Relation


def recognise(document: Document) -> Claim | None:
    """The file of this name that has a kind of adapter and a base model."""
    root = document.tree
    if root.at("peft_type").text and "base_model_name_or_path" in dict(root.entries()):
        return Claim(3 if document.name == "adapter_config.json" else 2, "peft_type with a base")
    return None


def read(document: Document) -> Extract:
    """The adapter, its base, and weights that it was initialised from."""
    found = Findings(document)
    root = document.tree
    base, kind = root.at("base_model_name_or_path"), root.at("peft_type")
    folder = kind.saying(document.parent) if document.parent else ABSENT
    model = found.output(Kind.MODEL, location=folder, at=kind, adapter=kind.text)
    revision = root.at("revision").text
    part = f"revision={revision}" if revision else None
    if base.text:
        found.input(model, Relation.ADAPTER_OF, base, selector=part)
    else:
        found.skip("the adapter does not name its base", root.at("base_model_name_or_path"))
    tokenizer = root.at("tokenizer_name_or_path")  # prompt tuning starts from a text's tokens
    found.input(model, Relation.TOKENIZED_WITH, tokenizer)
    start = root.at("init_lora_weights")
    if is_path(start.text):
        found.input(model, Relation.INITIALISED_FROM, start)
    return found.extract()


INGESTOR = Ingestor(
    name="peft",
    title="PEFT adapter",
    description="Saved adapters of PEFT: the base model and its revision; the folder is the model.",
    endings=("adapter_config.json",),
    recognise=recognise,
    read=read,
)
