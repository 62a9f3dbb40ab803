"""What a tracking store records, however it is kept, and the facts that follow from it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.base import Findings, selector_of
from ingest.builders import BUILDERS
from ingest.reading import ABSENT, Map, Node, parse_json
from lineage.errors import InputError
from lineage.identity import has_address, is_path, is_placeholder, named, output_ref, ref_in
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_DATA = "mlflow://datasets"
_RUNS = "mlflow://runs"
_MODELS = "mlflow://models"

_EVALUATED = re.compile(r"eval|valid|(^|[\W_])val([\W_]|$)|test|hold.?out|(^|[\W_])dev([\W_]|$)")
_TRAINED = re.compile(r"train|tune|tuning|(^|[\W_])fit")
_USED = re.compile(r"infer|predict|scor|serv|monitor")
_PARENTS = frozenset({"base_model", "base_model_name", "base_model_name_or_path", "_name_or_path",
                      "model_name_or_path", "pretrained_model_name_or_path", "pretrained_model",
                      "init_checkpoint"})  # fmt: skip
_GIVEN = frozenset({"dataset_name", "dataset_path", "train_dataset", "train_file", "train_data",
                    "training_data", "train_data_path"})  # fmt: skip

PARAMETERS = tuple(sorted(_PARENTS | _GIVEN))
"""Names of parameters that by custom say what a run started from."""


@dataclass(frozen=True, slots=True)
class Data:
    """A data set's record."""

    name: Node
    digest: Node
    source_type: Node
    source: Node


@dataclass(frozen=True, slots=True)
class Given:
    """A data set that a run was given, and what for."""

    data: Ref
    context: Node
    at: Node


@dataclass(slots=True)
class Run:
    """A run with all that was recorded of it."""

    id: str
    name: Node
    at: Node
    given: list[Given] = field(default_factory=list)
    models_in: list[tuple[Ref, Node]] = field(default_factory=list)
    models_out: list[tuple[Ref, Node]] = field(default_factory=list)
    parameters: Sequence[tuple[str, Node]] = ()
    logged_model: bool = False
    artifacts: Node = field(default_factory=lambda: ABSENT)
    deleted: bool = False


def run_known_by(run_id: str) -> Ref:
    """What a run made, by the run's id."""
    return ref_in(_RUNS, run_id, Kind.MODEL)


def model_known_by(model_id: str) -> Ref:
    """A logged model, by its id."""
    return ref_in(_MODELS, model_id, Kind.MODEL)


def data_known_by(data: Data, record: str) -> Ref:
    """A data set by its name and digest, as MLflow knows it; by its record without them."""
    if not data.name.text:
        return ref_in(_DATA, record, Kind.DATASET)
    return ref_in(f"{_DATA}/{data.digest.text or record}", data.name.text, Kind.DATASET)


def read_recorded_data(found: Findings, data: Data, ref: Ref, *, alone: bool) -> None:
    """A data set and where it was loaded from.

    The only record of a place is another name of what lies there. One of several, or one of a
    part, was made from it.
    """
    found.describe(ref, data.name, mlflow_digest=data.digest.text or None)
    try:
        source = parse_json(data.source.text, found.document.path) if data.source else ABSENT
    except InputError:
        found.skip("the source of a data set is not the JSON that MLflow writes", data.source)
        return
    origins = list(_origins(found, data, source))
    for origin, part in origins:
        if origin == ref:
            continue
        if alone and part is None and len(origins) == 1:
            found.relate(ref, Relation.SAME_AS, origin, data.source)
            found.relate(origin, Relation.SAME_AS, ref, data.source)
        else:
            found.relate(ref, Relation.DERIVED_FROM, origin, data.source, selector=part)
    if not origins:
        why = "only code" if source.at("tags") else "no place that this reader knows"
        found.skip(f"the source of the data set “{data.name.text}” names {why}", data.source)


def _origins(found: Findings, data: Data, source: Node) -> list[tuple[Ref, str | None]]:
    """What the JSON of a source names: a place, a table, a data set on the hub."""

    def placed(node: Node) -> Node:
        return data.source.saying(node.text)

    if data.source_type.text == "hugging_face":
        return _on_the_hub(found, data, source)
    table = source.at("delta_table_name") or source.at("table_name")
    part = selector_of(source, "delta_table_version")
    if table.text:
        return [(found.named(placed(table), Kind.DATASET), part)]
    place = source.at("uri") or source.at("url") or source.at("path")
    if place.text:
        return [(found.artifact(placed(place), Kind.DATASET, hub=False), part)]
    return []


def _on_the_hub(found: Findings, data: Data, source: Node) -> list[tuple[Ref, str | None]]:
    path = source.at("path")
    files = source.at("data_files")
    if path.text in BUILDERS and files:
        named_files = [n for v in dict(files.entries()).values() for n in v.elements()]
        nodes = [data.source.saying(n.text) for n in named_files or files.elements() if n.text]
        return [(found.artifact(node, Kind.DATASET, hub=False), None) for node in nodes]
    if not path.text:
        return []
    part = selector_of(source, "config_name", "data_dir", "data_files", "split", "revision")
    return [(found.artifact(data.source.saying(path.text), Kind.DATASET), part)]


def read_recorded_run(found: Findings, run: Run) -> None:
    """What a run made, of which data, and what it evaluated."""
    kind = Kind.MODEL if _made_a_model(run) else Kind.RUN
    name = run.name.text or run.id
    stored = output_ref(name, kind, found.document.scope)
    model = ref_in(f"{stored.namespace}/{run.id}", name, kind) if _is_store(found) else stored
    found.describe(
        model,
        run.name or run.at,
        produced=True,
        stated=bool(run.name),
        display_name=run.name.text or None,
        lifecycle="deleted" if run.deleted else None,
    )
    alias = ref_in(_RUNS, run.id, kind) if run.id else model
    if alias != model:
        found.relate(model, Relation.SAME_AS, alias, run.at)
        found.relate(alias, Relation.SAME_AS, model, run.at)
    evaluated = [ref for ref, _ in run.models_in] or [model]
    for given in run.given:
        relation, evidence, part = _role(found, given, model.kind)
        if relation is None:
            continue
        subjects = evaluated if relation is Relation.EVALUATED_ON else [model]
        for subject in subjects:
            found.relate(subject, relation, given.data, given.at, evidence=evidence, selector=part)
    for logged, at in run.models_out:
        found.relate(logged, Relation.COPY_OF, model, at)
    if kind is Kind.MODEL:
        _parameters(found, run, model)
    _artifacts(found, run, model)


def _is_store(found: Findings) -> bool:
    """Whether the document holds many runs, of which several may have one name."""
    return found.document.name != "meta.yaml"


def _made_a_model(run: Run) -> bool:
    """Whether anything says that a model came out of a run; without data nothing may."""
    if run.models_out or run.logged_model:
        return True
    only_evaluated = all(_EVALUATED.search(g.context.text.lower()) for g in run.given)
    return bool(run.given) and not only_evaluated


def _role(
    found: Findings, given: Given, kind: Kind
) -> tuple[Relation | None, Evidence, str | None]:
    """What a data set was given for. Without a context it may be anything: training, to be safe."""
    context = given.context.text.lower()
    part = f"context={given.context.text}" if context else None
    if "calibrat" in context:
        return Relation.CALIBRATED_ON, Evidence.DECLARED, part
    if _EVALUATED.search(context):
        return Relation.EVALUATED_ON, Evidence.DECLARED, part
    if _TRAINED.search(context):
        return Relation.TRAINED_ON, Evidence.DECLARED, part
    if _USED.search(context):
        found.skip(f"data for “{context}” is neither trained nor evaluated on", given.at)
        return None, Evidence.DECLARED, None
    trained = Relation.TRAINED_ON if kind is Kind.MODEL else Relation.EVALUATED_ON
    return trained, Evidence.INFERRED, part


def _parameters(found: Findings, run: Run, model: Ref) -> None:
    """Parameters are free text: what one names by custom is inferred, never stated."""
    for name, node in run.parameters:
        text = node.text
        if not text or is_placeholder(text) or text.lower() in {"false", "true"}:
            continue
        parent = name in _PARENTS
        kind = Kind.MODEL if parent else Kind.DATASET
        relation = Relation.FINE_TUNED_FROM if parent else Relation.TRAINED_ON
        bare = "/" not in text and not is_path(text)
        ref = named(text, kind) if bare else found.artifact(node, kind)
        found.relate(model, relation, ref, node, evidence=Evidence.INFERRED)


def _artifacts(found: Findings, run: Run, model: Ref) -> None:
    """The folder of a run's files: the one beside its record, or one in a bucket."""
    if model.kind is not Kind.MODEL:
        return
    beside = posixpath.join(found.document.parent, "artifacts")
    if not _is_store(found) and found.document.folder.holds(beside):
        found.copy(model, run.at.saying(f"./{beside}"), "artifacts of the run")
        return
    text = run.artifacts.text
    if "://" in text and has_address(text.lower()):
        found.copy(model, run.artifacts, "artifacts of the run")


def context_of(tags: Node) -> Node:
    """The tag that says what a data set was given for."""
    return tags.at("mlflow.data.context") if isinstance(tags, Map) else ABSENT
