"""The store in files: a run with the records in its folder, and the data sets beside it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ingest.base import Document, Findings
from ingest.mlflow.facts import (
    PARAMETERS,
    Data,
    Given,
    Run,
    context_of,
    data_known_by,
    model_known_by,
    read_recorded_data,
    read_recorded_run,
    run_known_by,
)
from ingest.reading import ABSENT, Node, Scalar
from lineage.errors import InputError
from lineage.records import Ref
from lineage.vocabulary import Relation

_MOST_RECORDS = 50


def read_run(found: Findings, root: Node) -> None:
    """All facts of a run: its record, its inputs and outputs, some tags and parameters."""
    document = found.document
    name = root.at("run_name") or _one_value(document, "tags", "mlflow.runName")
    run = Run(
        id=(root.at("run_id") or root.at("run_uuid")).text,
        name=name,
        at=root.at("run_id") or root.at("run_uuid") or root,
        logged_model=_logged_a_model(document),
        artifacts=root.at("artifact_uri"),
        deleted=root.at("lifecycle_stage").text == "deleted",
        parameters=[(key, _one_value(document, "params", key)) for key in PARAMETERS],
    )
    found.leave_out(root.at("run_uuid"), root.at("artifact_uri"))
    for place, record in _records(found, document.parent, "inputs"):
        _input(found, run, place, record)
    for place, record in _records(found, document.parent, "outputs"):
        if record.at("destination_id").text:
            model = model_known_by(record.at("destination_id").text)
            run.models_out.append((model, place))
    read_recorded_run(found, run)


def _input(found: Findings, run: Run, place: Node, record: Node) -> None:
    """A data set given to the run, or a model. The record's own id of the run is no guide."""
    if "MODEL" in record.at("source_type").text + record.at("destination_type").text:
        ends = [record.at("source_id").text, record.at("destination_id").text]
        model = next((text for text in reversed(ends) if text and text != run.id), "")
        if model:
            run.models_in.append((model_known_by(model), place))
        return
    if record.at("source_id").text:
        data = _data(found, posixpath.dirname(found.document.parent), record, place)
        run.given.append(Given(data, context_of(record.at("tags")), place))


def _records(found: Findings, folder: str, part: str) -> Iterator[tuple[Node, Node]]:
    """The records in a folder of the run, each with the place it is known by."""
    inside = posixpath.join(folder, part)
    for name in found.document.folder.entries(inside):
        place = Scalar(f"{part}/{name}", 0, name, quoted=True)
        record = _tree(found.document, posixpath.join(inside, name, "meta.yaml"))
        if record is None:
            found.skip(f"{part}/{name}/meta.yaml cannot be read", place)
        elif record:
            yield place, record


def _tree(document: Document, path: str) -> Node | None:
    """The tree of another record; ABSENT where there is none, None where it cannot be read."""
    other = document.sibling(path)
    try:
        return other.tree if other else ABSENT
    except InputError:
        return None


def _data(found: Findings, experiment: str, record: Node, place: Node) -> Ref:
    """The data set that a record's id means, from the records beside the run."""
    number = record.at("source_id").text
    path = posixpath.join(experiment, "datasets", number, "meta.yaml")
    tree = (_tree(found.document, path) or ABSENT) if "/" not in number else ABSENT
    if not tree.at("name").text:
        found.skip(f"the data set {number} has no record of its own", place)
    return data_known_by(_recorded(tree), number)


def _recorded(root: Node) -> Data:
    return Data(root.at("name"), root.at("digest"), root.at("source_type"), root.at("source"))


def _one_value(document: Document, part: str, name: str) -> Node:
    """A file that holds one value: a tag, a parameter."""
    file = document.sibling(posixpath.join(document.parent, part, name))
    try:
        text = file.text.strip() if file else ""
    except InputError:
        return ABSENT
    if not text or len(text) > 500 or "\n" in text:
        return ABSENT
    return Scalar(f"{part}/{name}", 0, text, quoted=True)


def _logged_a_model(document: Document) -> bool:
    """Whether the run's tags or its files show a model that it logged."""
    tags = posixpath.join(document.parent, "tags", "mlflow.log-model.history")
    if document.folder.holds(tags):
        return True
    files = posixpath.join(document.parent, "artifacts")
    names = document.folder.entries(files)
    return any(document.folder.holds(posixpath.join(files, n, "MLmodel")) for n in names)


def read_data(found: Findings, root: Node) -> None:
    """A data set's record."""
    data = _recorded(root)
    own = posixpath.basename(found.document.parent)
    read_recorded_data(found, data, data_known_by(data, own), alone=_is_alone(found, data, own))


def _is_alone(found: Findings, data: Data, own: str) -> bool:
    """Whether no other data set of the experiment is recorded with the same source."""
    folder = posixpath.dirname(found.document.parent)
    others = [n for n in found.document.folder.entries(folder) if n != own]
    if len(others) > _MOST_RECORDS:
        return False
    trees = [_tree(found.document, posixpath.join(folder, n, "meta.yaml")) for n in others]
    return all(tree is not None and tree.at("source").text != data.source.text for tree in trees)


def read_lone_input(found: Findings, root: Node) -> None:
    """An input or output whose run has no record in the tree: the run is the folder's name."""
    folder = posixpath.dirname(posixpath.dirname(found.document.parent))
    if found.document.folder.holds(posixpath.join(folder, "meta.yaml")):
        found.leave_out(root)  # it is read with its run
        return
    run = Run(posixpath.basename(folder), ABSENT, root.at("source_id"))
    if posixpath.basename(posixpath.dirname(found.document.parent)) == "outputs":
        model = root.at("destination_id")
        if model.text:
            made = model_known_by(model.text)
            found.relate(made, Relation.COPY_OF, run_known_by(run.id), model)
        return
    if root.at("source_type").text == "DATASET" and root.at("source_id").text:
        data = _data(found, posixpath.dirname(folder), root, root.at("source_id"))
        run.given.append(Given(data, context_of(root.at("tags")), root.at("source_id")))
        read_recorded_run(found, run)
