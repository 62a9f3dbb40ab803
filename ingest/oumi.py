"""Oumi configs (YAML): training, evaluation and quantisation of one model."""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor, selector_of
from ingest.interpolation import resolved
from ingest.paths import as_path
from ingest.reading import Map, Node, Seq
from lineage.identity import normalised_path
from lineage.records import Extract, Ref
from lineage.vocabulary import Kind, Relation

_SPLITS = (
    ("train", Relation.TRAINED_ON),
    ("validation", Relation.EVALUATED_ON),
    ("test", Relation.EVALUATED_ON),
)
_TEACHERS = ("gkd", "gold")


def recognise(document: Document) -> Claim | None:
    """A model's name beside data sets by split, tasks with a backend, or a method of quantising."""
    root = document.tree
    if not root.at("model", "model_name").text:
        return None
    listed = [root.at("data", split, "datasets") for split, _ in _SPLITS]
    if any(entry.at("dataset_name") for part in listed for entry in part.elements()):
        return Claim(3, "a model's name beside data sets by split")
    if any(task.at("evaluation_backend") for task in root.at("tasks").elements()):
        return Claim(3, "a model's name beside tasks with a backend")
    if root.at("method").text and root.at("output_path").text:
        return Claim(2, "a model's name beside a method of quantising")
    return None


def read(document: Document) -> Extract:
    """All facts of one config."""
    found = Findings(document)
    root = resolved(document.tree)
    if isinstance(root.at("data"), Map):
        _training(found, root)
    elif isinstance(root.at("tasks"), Seq):
        _evaluation(found, root)
    else:
        made = found.output(Kind.MODEL, location=root.at("output_path"))
        found.input(made, Relation.QUANTIZED_FROM, root.at("model", "model_name"))
    return found.extract()


def _training(found: Findings, root: Node) -> None:
    part, settings = root.at("model"), root.at("training")
    place = settings.at("output_dir")
    model = found.output(
        Kind.MODEL,
        location=place,
        at=part.at("model_name"),
        adapter="lora" if settings.at("use_peft").is_true else None,
    )
    _weights(found, part, model)
    checkpoint = settings.at("resume_from_checkpoint")
    own = place and f"{normalised_path(checkpoint.text)}/".startswith(
        f"{normalised_path(place.text)}/"
    )
    if not own:
        found.input(model, Relation.FINE_TUNED_FROM, checkpoint, hub=False)
    for how in _TEACHERS:
        teacher = settings.at(how, "teacher_model_name_or_path")
        found.input(model, Relation.DISTILLED_FROM, teacher)
    for split, relation in _SPLITS:
        entries = list(root.at("data", split, "datasets").elements())
        total = sum(entry.at("mixture_proportion").number or 0 for entry in entries)
        for entry in entries:
            weight = entry.at("mixture_proportion").number
            share = weight / total if weight is not None and total > 0 else None
            _data_set(found, entry, model, relation, share)


def _weights(found: Findings, part: Node, model: Ref) -> None:
    """What it starts from, unless only the architecture is taken; its tokenizer."""
    name, revision = part.at("model_name"), part.at("model_revision").text
    if not part.at("load_pretrained_weights").is_false:
        version = f"revision={revision}" if revision else None
        found.input(model, Relation.FINE_TUNED_FROM, name, selector=version)
    found.input(model, Relation.FINE_TUNED_FROM, part.at("adapter_model"), selector="adapter")
    found.input(model, Relation.TOKENIZED_WITH, part.at("tokenizer_name"))


def _data_set(
    found: Findings, entry: Node, model: Ref, relation: Relation, share: float | None
) -> None:
    """A data set of the hub, or one of Oumi's classes with the data that it is given."""
    name, path = entry.at("dataset_name"), entry.at("dataset_path")
    given = entry.at("dataset_kwargs", "hf_dataset_path")
    part = selector_of(entry, "subset", "split")
    if path.text:
        found.input(model, relation, as_path(path), hub=False, selector=part, share=share)
        found.leave_out(name)  # the class that reads it
    elif given.text:
        found.input(model, relation, given, selector=part, share=share)
        found.leave_out(name)
    elif "/" in name.text:
        found.input(model, relation, name, selector=part, share=share)
    elif name.text:
        ref = found.named(name, Kind.DATASET)
        found.relate(model, relation, ref, name, selector=part, share=share)
    else:
        found.skip("a data set without a name", entry)


def _evaluation(found: Findings, root: Node) -> None:
    """Measures a model that exists; where it writes are results."""
    part = root.at("model")
    subject = found.artifact(part.at("adapter_model") or part.at("model_name"), Kind.MODEL)
    found.leave_out(root.at("output_dir"), part.at("model_name"))
    for task in root.at("tasks").elements():
        name = task.at("task_name") or task.at("evaluation_backend")
        if name.text:
            ref = found.named(name, Kind.DATASET)
            found.relate(subject, Relation.EVALUATED_ON, ref, name)
        found.leave_out(task.at("evaluation_backend"))


INGESTOR = Ingestor(
    name="oumi",
    title="Oumi config",
    description="Training, evaluation and quantisation with Oumi: base and teacher models, "
    "adapters, data sets by split with their proportions, tasks, output folder.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
