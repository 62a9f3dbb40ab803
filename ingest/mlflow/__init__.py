"""MLflow: the records of a tracking store (``mlruns``, a database), ``MLmodel``, ``MLproject``.

A run's ``meta.yaml`` is read with the records in the folders below it; a data set's, a logged
model's and a registered model's ``meta.yaml`` for itself. Runs and models are joined by the
ids that MLflow gives them, which are unique everywhere.
"""

from __future__ import annotations

import posixpath

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.mlflow.database import is_database, read_database, tables_of
from ingest.mlflow.files import read_data, read_lone_input, read_run
from ingest.mlflow.models import read_logged, read_mlmodel, read_registered
from ingest.mlflow.projects import is_project, read_project
from ingest.parsed import parsed
from ingest.reading import Map, Node
from lineage.records import Extract

_RUN = ("run_id", "run_uuid")


def recognise(document: Document) -> Claim | None:
    """The names MLflow gives its files, with the keys that go with each; the tables of a store."""
    if document.name.endswith((".db", ".sqlite", ".sqlite3")):
        if is_database(document.content) and {"runs", "experiments"} <= tables_of(document.content):
            return Claim(3, "the tables of a tracking store")
        return None
    root = document.tree
    if not isinstance(root, Map):
        return None
    if document.name == "MLmodel":
        return Claim(3, "a model with its flavours") if root.at("flavors") else None
    if document.name == "MLproject":
        return Claim(3, "a project with its entry points") if is_project(root) else None
    if document.name != "meta.yaml":
        return None
    what = _record(document, root)
    return Claim(3, f"the record of {what}") if what else None


def _record(document: Document, root: Node) -> str | None:
    """Which of the store's records this is."""

    def has(*keys: str) -> bool:
        return all(key in dict(root.entries()) for key in keys)

    folder = posixpath.basename(posixpath.dirname(document.parent))
    if any(has(key, "experiment_id") for key in _RUN) and has("lifecycle_stage"):
        return "a run"
    if has("model_id", "experiment_id", "artifact_location"):
        return "a logged model"
    if has("experiment_id", "artifact_location", "lifecycle_stage"):
        return "an experiment"
    if has("name", "digest", "source", "source_type") and folder == "datasets":
        return "a data set"
    if has("source_type", "source_id", "destination_type", "destination_id"):
        return "an input or output" if folder in {"inputs", "outputs"} else None
    if has("name", "version", "source") and has("run_id"):
        return "a version of a registered model"
    if has("name", "creation_timestamp", "last_updated_timestamp"):
        return "a registered model"
    return None


def read(document: Document) -> Extract:
    """All facts of one file."""
    if document.name.endswith((".db", ".sqlite", ".sqlite3")):
        found = Findings(parsed(document))
        read_database(found, document.content)
        return found.extract()
    found = Findings(document)
    root = document.tree
    what = document.name if document.name.startswith("ML") else _record(document, root)
    if what == "MLmodel":
        read_mlmodel(found, root)
    elif what == "MLproject":
        read_project(found, root)
    elif what == "a run":
        read_run(found, root)
    elif what == "a data set":
        read_data(found, root)
    elif what == "an input or output":
        read_lone_input(found, root)
    elif what == "a logged model":
        read_logged(found, root)
    elif what is not None and what.endswith("registered model"):
        read_registered(found, root)
    elif what == "an experiment":  # it only groups runs
        found.leave_out(root)
    return found.extract()


INGESTOR = Ingestor(
    name="mlflow",
    title="MLflow runs, data sets and models",
    description="Runs of MLflow with the data sets they were given and in which role, logged and "
    "registered models and the runs they come from, what projects train on by default; folders, "
    "databases, MLmodel and MLproject files.",
    endings=("meta.yaml", "MLmodel", "MLproject", ".db", ".sqlite", ".sqlite3"),
    recognise=recognise,
    read=read,
)
