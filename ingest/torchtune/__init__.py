"""torchtune recipe configs (YAML): checkpoints, tokenizer, data set components, output folder.

A data set is mostly the name of a component whose default says which data it is; the table of
defaults is ``ingest/data/torchtune.json``.
"""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.interpolation import resolved
from ingest.reading import Map, Node, Seq
from ingest.torchtune.comments import downloads
from ingest.torchtune.sections import folder, section
from ingest.torchtune.training import Training
from lineage.records import Extract
from lineage.vocabulary import Kind, Relation


def recognise(document: Document) -> Claim | None:
    """Sections that are built from a ``_component_``, torchtune's own or the user's."""
    parts: list[Node] = [part for _, part in document.tree.entries() if isinstance(part, Map | Seq)]
    parts += [inner for part in parts for _, inner in part.entries()]
    parts += [inner for part in parts for inner in part.elements()]
    named = [name for part in parts if (name := part.at("_component_").text)]
    if any(name.startswith("torchtune.") for name in named):
        return Claim(3, "is built from components of torchtune")
    return Claim(1, "is built from components") if len(named) >= 2 else None


def read(document: Document) -> Extract:
    """All facts of one config."""
    found = Findings(document)
    root = resolved(document.tree)
    if root.at("dataset") or root.at("datasets") or root.at("optimizer"):
        Training(found, root).read()
    elif list(root.at("tasks").listed()):
        _evaluation(found, root)
    elif root.at("quantizer", "_component_") and not root.at("prompt"):
        _quantisation(found, root)
    else:
        _leave_out_own(found, root)
    downloads(found, root)
    return found.extract()


def _evaluation(found: Findings, root: Node) -> None:
    """Measures a model that exists, and makes none."""
    weights = folder(root, "checkpointer")
    if not weights:
        found.skip("the model that is evaluated is not named", root.at("tasks"))
        return
    _leave_out_own(found, root)
    subject = found.artifact(weights, Kind.MODEL, hub=False)
    for task in root.at("tasks").listed():
        if task.text:
            found.relate(subject, Relation.EVALUATED_ON, found.named(task, Kind.DATASET), task)


def _leave_out_own(found: Findings, root: Node) -> None:
    """What a recipe that makes no model says of its tokenizer and where it writes."""
    checkpointer = section(root, "checkpointer")
    found.leave_out(root.at("output_dir"), checkpointer.at("output_dir"), root.at("tokenizer"))


def _quantisation(found: Findings, root: Node) -> None:
    place = section(root, "checkpointer").at("output_dir") or root.at("output_dir")
    model = found.output(Kind.MODEL, location=place, at=root.at("quantizer"))
    found.input(model, Relation.QUANTIZED_FROM, folder(root, "checkpointer"), hub=False)


INGESTOR = Ingestor(
    name="torchtune",
    title="torchtune config",
    description="Recipes of torchtune: the checkpoints training starts from, teachers, reference "
    "and reward models, tokenizer, data set components with their defaults, output folder.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
