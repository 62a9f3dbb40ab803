"""AI Toolkit jobs (YAML): adapters and tunings of image and video models."""

from __future__ import annotations

import posixpath

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.paths import as_path
from ingest.reading import ABSENT, Map, Node
from lineage.records import Extract
from lineage.vocabulary import Kind, Relation

_DATA = ("folder_path", "dataset_path", "path")
_MODELS = (
    ("refiner_name_or_path", Relation.INITIALISED_FROM),
    ("vae_path", Relation.INITIALISED_FROM),
    ("assistant_lora_path", Relation.INITIALISED_FROM),
    ("te_name_or_path", Relation.INITIALISED_FROM),
)


def recognise(document: Document) -> Claim | None:
    """A job whose processes name a model beside folders of data."""
    root = document.tree
    if not root.at("job").text:
        return None
    processes = [p for p in _processes(root) if p.at("model", "name_or_path").text]
    if any(isinstance(p.at("train"), Map) and p.at("datasets") for p in processes):
        return Claim(3, "a job with a model and data sets of AI Toolkit")
    return None


def read(document: Document) -> Extract:
    """All facts of each process of the job."""
    found = Findings(document)
    name = document.tree.at("config", "name")
    for process in _processes(document.tree):
        model = process.at("model")
        network = process.at("network", "type").text
        hub = process.at("save", "hf_repo_id")
        pushed = process.at("save", "push_to_hub").is_true
        folder = process.at("training_folder")
        place = name.saying(posixpath.join(folder.text, name.text)) if name.text else folder
        made = found.output(
            Kind.MODEL, location=place, hub_id=hub if pushed else ABSENT, at=model,
            adapter=network or None,
        )  # fmt: skip
        start = Relation.ADAPTER_OF if network else Relation.FINE_TUNED_FROM
        found.input(made, start, model.at("name_or_path"))
        for key, relation in _MODELS:
            found.input(made, relation, model.at(key))
        for data in process.at("datasets").elements():
            for key in _DATA:
                found.input(made, Relation.TRAINED_ON, as_path(data.at(key)), hub=False)
        if not pushed:
            found.leave_out(hub)
    return found.extract()


def _processes(root: Node) -> list[Node]:
    return [p for p in root.at("config", "process").elements() if isinstance(p, Map)]


INGESTOR = Ingestor(
    name="ai_toolkit",
    title="AI Toolkit job",
    description="Trainings of AI Toolkit: the image or video model, folders of data, and the "
    "adapter or model that is made.",
    endings=(".yaml", ".yml", ".json"),
    recognise=recognise,
    read=read,
)
