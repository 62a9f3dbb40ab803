"""Nanotron configs (YAML): pretraining of language models in stages, each with its data."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.base import Claim, Document, Findings, Ingestor, selector_of
from ingest.paths import as_path
from ingest.reading import Map, Node
from lineage.records import Extract
from lineage.vocabulary import Kind, Relation

_HUB = "hf_dataset_or_datasets"
_FOLDER = "dataset_folder"


def recognise(document: Document) -> Claim | None:
    """Stages of data beside how tokens and machines are divided."""
    root = document.tree
    data = [stage.at("data", "dataset") for stage in _stages(root)]
    known = any(part.at(_HUB) or part.at(_FOLDER) for part in data)
    if known and root.at("tokens") and root.at("parallelism"):
        return Claim(3, "stages of data beside tokens and parallelism")
    return None


def read(document: Document) -> Extract:
    """All facts of one config."""
    found = Findings(document)
    root = document.tree
    checkpoints = root.at("checkpoints")
    model = found.output(
        Kind.MODEL, location=checkpoints.at("checkpoints_path"), at=root.at("general", "run")
    )
    found.copy(model, root.at("s3_upload", "upload_s3_path"), "upload")
    for start in (
        root.at("model", "init_method", "path"),
        checkpoints.at("resume_checkpoint_path"),
    ):
        found.input(model, Relation.FINE_TUNED_FROM, start, hub=False)
    tokenizer = root.at("tokenizer")
    found.input(
        model, Relation.TOKENIZED_WITH, tokenizer.at("tokenizer_name_or_path"),
        selector=selector_of(tokenizer, "tokenizer_revision"),
    )  # fmt: skip
    stages = _stages(root)
    for stage in stages:
        data = stage.at("data", "dataset")
        part = selector_of(data, "hf_dataset_config_name", "hf_dataset_splits")
        for node, share in _parts(data):
            # a share is one of its stage, not of the whole training
            found.input(
                model, Relation.TRAINED_ON, node, hub=bool(data.at(_HUB)), selector=part,
                share=share if len(stages) == 1 else None,
            )  # fmt: skip
    found.leave_out(*(stage.at("name") for stage in stages))
    return found.extract()


def _stages(root: Node) -> list[Node]:
    """The stages of a training, of the list that holds them or of its first form."""
    listed = root.at("data_stages").elements()
    return [stage for stage in (*listed, root) if isinstance(stage.at("data", "dataset"), Map)]


def _parts(data: Node) -> Iterator[tuple[Node, float | None]]:
    """The data of a stage, each with how much of the tokens it gives."""
    named = data.at(_HUB) or data.at(_FOLDER)
    if isinstance(named, Map):
        weights = {name: value.number for name, value in named.entries()}
        nodes = [value.saying(name) for name, value in named.entries()]
    else:
        nodes = [node for node in named.elements() if node.text]
        listed = [node.number for node in data.at("dataset_weights").elements()]
        known = len(listed) == len(nodes)
        weights = {n.text: w for n, w in zip(nodes, listed, strict=False)} if known else {}
    total = sum(weight or 0 for weight in weights.values())
    for node in nodes:
        weight = weights.get(node.text)
        shown = node if data.at(_HUB) else as_path(node)
        yield shown, weight / total if weight and total else None


INGESTOR = Ingestor(
    name="nanotron",
    title="Nanotron config",
    description="Pretrainings of nanotron: data sets by stage with shares, tokenizer, "
    "starting weights and where checkpoints go.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
