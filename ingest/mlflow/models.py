"""Logged and registered models, and ``MLmodel`` files: which run each comes from."""

from __future__ import annotations

from ingest.base import Findings
from ingest.mlflow.facts import model_known_by, run_known_by
from ingest.reading import ABSENT, Node
from lineage.identity import has_address, ref_in
from lineage.records import Ref
from lineage.vocabulary import Kind, Relation


def read_logged(found: Findings, root: Node) -> None:
    """A logged model: a place where what its run made also is."""
    name = root.at("name")
    model = found.output(Kind.MODEL, name=name, at=root.at("model_id"))
    logged(
        found, model, root.at("model_id"), root.at("source_run_id"), root.at("artifact_location")
    )


def logged(found: Findings, model: Ref, number: Node, run: Node, place: Node) -> None:
    """What is recorded of a logged model: its id, its run, its files where they are in a bucket."""
    if number.text:
        known = model_known_by(number.text)
        found.relate(model, Relation.SAME_AS, known, number)
        found.relate(known, Relation.SAME_AS, model, number)
    if run.text:
        found.relate(model, Relation.COPY_OF, run_known_by(run.text), run)
    if "://" in place.text and has_address(place.text.lower()):
        found.copy(model, place, "artifacts of the model")


def read_registered(found: Findings, root: Node) -> None:
    """A registered model, or one version of it."""
    name = root.at("name")
    if not name.text:
        found.skip("a registered model without a name", name or root)
        return
    model = registered(found, name)
    if root.at("version"):
        version(
            found,
            model,
            version=root.at("version"),
            run=root.at("run_id"),
            source=root.at("source"),
            model_id=root.at("model_id"),
        )


def registered(found: Findings, name: Node) -> Ref:
    """A model of the registry that this repository keeps, by the name that is unique there."""
    ref = ref_in(f"mlflow://{found.document.scope.repository}", name.text, Kind.MODEL)
    found.describe(ref, name, produced=True)
    return ref


def version(
    found: Findings, model: Ref, *, version: Node, run: Node, source: Node, model_id: Node
) -> None:
    """A version of a registered model is a copy of what its run made, or of a place's content."""
    part = f"version={version.text}"
    text = source.text
    _ = run.text  # the same run as a source in it
    if model_id.text or text.startswith("models:/m-"):
        number = model_id.text or text.removeprefix("models:/").strip("/")
        found.relate(
            model, Relation.COPY_OF, model_known_by(number), model_id or source, selector=part
        )
    elif run.text or text.startswith("runs:/"):
        number = run.text or text.removeprefix("runs:/").partition("/")[0]
        found.relate(model, Relation.COPY_OF, run_known_by(number), run or source, selector=part)
    elif text.startswith("models:/"):
        other = text.removeprefix("models:/").partition("/")[0].partition("@")[0]
        ref = ref_in(model.namespace, other, Kind.MODEL)
        if other and ref != model:
            found.relate(model, Relation.COPY_OF, ref, source, selector=part)
    elif text:
        ref = found.artifact(source, Kind.MODEL, hub=False)
        found.relate(model, Relation.COPY_OF, ref, source, selector=part)
    else:
        found.skip(f"{part} of “{model.name}” names neither a run nor a source", version)


def read_mlmodel(found: Findings, root: Node) -> None:
    """A model's folder: its run, and the published model that a flavour says it started from."""
    path = root.at("artifact_path")
    named = path if path and "/" not in path.text else root.at("model_id")
    model = found.output(Kind.MODEL, name=named, at=root.at("flavors"))
    logged(found, model, root.at("model_id"), root.at("run_id"), ABSENT)
    folder = found.document.parent
    if folder:
        found.copy(model, root.at("flavors").saying(f"./{folder}"), "model folder")
    of_run = [run_known_by(root.at("run_id").text)] if root.at("run_id").text else []
    for _, flavour in root.at("flavors").entries():
        adapter = flavour.at("peft_adaptor") or flavour.at("peft")
        relation = Relation.ADAPTER_OF if adapter else Relation.FINE_TUNED_FROM
        source = flavour.at("source_model_name")
        revision = flavour.at("source_model_revision").text
        part = f"revision={revision}" if revision else None
        for made in (model, *of_run):
            found.input(made, relation, source, selector=part)
        tokenizer = flavour.at("tokenizer_name") or flavour.at("source_tokenizer_name")
        found.input(model, Relation.TOKENIZED_WITH, tokenizer)
    found.report_unread(root.at("metadata"), ())
