"""From a place to what looks at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Outcome(StrEnum):
    """What a look showed."""

    PRESENT = "present"
    ABSENT = "absent"
    UNTOLD = "could not tell"


Seen = tuple[Outcome, str]
"""An outcome, and how it is known."""


@dataclass(frozen=True, slots=True)
class Where:
    """What the user says of where things are.

    Attributes:
        roots: the folder of each repository on this machine.
        mlflow: the URI of the MLflow registry.
    """

    roots: Mapping[str, Path] = field(default_factory=dict)
    mlflow: str | None = None


def look(place: str, where: Where) -> Seen:
    """Looks at one place: ``file://REPOSITORY//PATH``, ``s3://``, ``gs://``, ``hf://``, ``mlflow://``.

    Never raises: what goes wrong on the way is "could not tell", with why.
    """
    from lineage.verifiers import hub, local, objects, registry

    looks: Mapping[str, Callable[[str, Where], Seen]] = {
        "file": local.look,
        "s3": objects.look,
        "s3a": objects.look,
        "s3n": objects.look,
        "gs": objects.look,
        "gcs": objects.look,
        "hf": hub.look,
        "mlflow": registry.look,
    }
    scheme = place.partition("://")[0]
    if scheme not in looks:
        return Outcome.UNTOLD, f"there is no way to look at {scheme}:// places"
    try:
        return looks[scheme](place, where)
    except Exception as error:
        return Outcome.UNTOLD, f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"


def missing(library: str) -> Seen:
    """That a library is needed which is not installed."""
    return (
        Outcome.UNTOLD,
        f"{library} is not installed: pip install 'lineage-explorer[verify]'",
    )
