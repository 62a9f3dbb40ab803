"""Registered models, logged models and runs of MLflow."""

from __future__ import annotations

from typing import Any

from lineage.verifiers.looking import Outcome, Seen, Where, missing


def look(place: str, where: Where) -> Seen:
    """Looks for ``mlflow://models/NAME-OR-ID``, ``mlflow://runs/ID`` or ``mlflow://…/NAME``."""
    if where.mlflow is None:
        return Outcome.UNTOLD, "which MLflow registry is not known: --mlflow URI"
    try:
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException
    except ImportError:
        return missing("mlflow-skinny")
    client: Any = MlflowClient(tracking_uri=where.mlflow, registry_uri=where.mlflow)
    kind, _, name = place.removeprefix("mlflow://").rpartition("/")
    try:
        if kind == "runs":
            run = client.get_run(name)
            stage = run.info.lifecycle_stage
            return Outcome.PRESENT, (
                "the run is there" if stage == "active" else f"{stage}, and not yet collected"
            )
        if name.startswith("m-") and kind == "models":
            client.get_logged_model(name)
            return Outcome.PRESENT, "the logged model is there"
        versions = client.search_model_versions(f"name='{_plain(name)}'")
        client.get_registered_model(name)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return Outcome.ABSENT, f"{where.mlflow} has none of this name"
        raise
    return Outcome.PRESENT, f"registered, with {len(versions)} versions"


def _plain(name: str) -> str:
    return name.replace("'", "")
