"""What an ingestor is, and how all of them are found."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Literal

import ingest
from ingest.base.document import Document
from lineage.errors import InputError
from lineage.records import (
    Extract,
)

ENTRY_POINT_GROUP = "lineage.ingestors"


@dataclass(frozen=True, slots=True)
class Claim:
    """An ingestor's claim on a document.

    ``strength``: 3 when name and content both fit, 2 when content alone does beyond doubt,
    1 when it is likely. The strongest claim wins; among equals the first in order of name.
    """

    strength: Literal[1, 2, 3]
    why: str


@dataclass(frozen=True)
class Ingestor:
    """A format: how to recognise its documents and how to read them.

    Attributes:
        name: the format's short name, the same as its module's.
        title: its name for people.
        description: one sentence: what it reads, and what it takes from it.
        endings: endings of file names worth opening (``.yaml``), or whole names (``dvc.lock``).
        recognise: a claim on the document, or None.
        read: all facts of the document; pure, and never raises for what it merely does not
            understand: that is an entry in ``skipped``.
    """

    name: str
    title: str
    description: str
    endings: tuple[str, ...]
    recognise: Callable[[Document], Claim | None]
    read: Callable[[Document], Extract]


@cache
def ingestors() -> tuple[Ingestor, ...]:
    """Every ingestor of this package and of installed plug-ins, in order of name.

    Raises:
        InputError: a plug-in cannot be loaded, or two have one name.
    """
    found: dict[str, Ingestor] = {}
    candidates: list[tuple[str, object]] = []
    for module in pkgutil.iter_modules(ingest.__path__):
        loaded = importlib.import_module(f"ingest.{module.name}")
        if hasattr(loaded, "INGESTOR"):
            candidates.append((f"ingest.{module.name}", loaded.INGESTOR))
    for point in entry_points(group=ENTRY_POINT_GROUP):
        try:
            candidates.append((point.value, point.load()))
        except Exception as error:
            raise InputError(
                f"the ingestor plug-in “{point.name}” cannot be loaded: {error}",
                location=point.value,
                remedy="Update or uninstall the package that brings it.",
            ) from error
    for origin, ingestor in candidates:
        if not isinstance(ingestor, Ingestor):
            raise InputError("does not export an Ingestor", location=origin)
        if ingestor.name in found:
            raise InputError(f"a second ingestor is called “{ingestor.name}”", location=origin)
        found[ingestor.name] = ingestor
    return tuple(found[name] for name in sorted(found))
