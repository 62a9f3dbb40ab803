"""The whole of a store as columns: what a graph is made of, at some tens of bytes an assertion.

Rows of Python objects would take a hundred times as much at millions of assertions. Texts that
repeat are kept once and numbered; nodes and documents are in order of id, assertions in order
of object, subject, relation and document, so that the same content has the same columns
whatever the order it was written in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lineage.records import Moment, Value
from lineage.vocabulary import Evidence, Kind, Relation

KINDS: tuple[Kind, ...] = tuple(Kind)
RELATIONS: tuple[Relation, ...] = tuple(Relation)
EVIDENCES: tuple[Evidence, ...] = tuple(Evidence)

EDGE_FIELDS = (
    "subject relation object document place line evidence selector share "
    "active first_seen last_seen retracted_at"
).split()
"""The columns of assertions, as stores hand them over."""


Class = tuple[int, int, int]
"""Of an assertion: numbers of its relation and its evidence, and 1 while it still stands."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Everything in a store at one version.

    With n nodes, m assertions and d documents:

    Attributes:
        store, moment: where the store is, and which version of it.
        taken_at: when it was read.
        node_id: n texts in order. ``node_split`` says how long each one's namespace is.
        node_kind: n numbers into :data:`KINDS`.
        node_properties: n numbers into ``property_sets``, JSON texts.
        subject, object: m node numbers.
        code: m numbers into ``classes``.
        document, place, line: m numbers into ``document_id`` and ``places``; -1 for no line.
        first_seen, last_seen: m numbers into ``times``.
        retracted: pairs of columns, the assertions that were retracted and when (into ``times``).
        selected: likewise those with a selector, into ``selectors``.
        shared: those with a share, and ``shares``.
        document_id: d texts in order; the other columns of documents follow it.
    """

    store: str
    moment: Moment
    taken_at: datetime
    node_id: pa.LargeStringArray
    node_split: NDArray[np.uint16]
    node_kind: NDArray[np.uint8]
    node_properties: NDArray[np.int32]
    property_sets: pa.LargeStringArray
    subject: NDArray[np.int32]
    object: NDArray[np.int32]
    code: NDArray[np.uint8]
    classes: tuple[Class, ...]
    document: NDArray[np.int32]
    place: NDArray[np.int32]
    places: pa.LargeStringArray
    line: NDArray[np.int32]
    first_seen: NDArray[np.int32]
    last_seen: NDArray[np.int32]
    times: pa.LargeStringArray
    retracted: NDArray[np.int32]
    retracted_at: NDArray[np.int32]
    selected: NDArray[np.int32]
    selector: NDArray[np.int32]
    selectors: pa.LargeStringArray
    shared: NDArray[np.int32]
    share: NDArray[np.float64]
    document_id: pa.LargeStringArray
    repository: pa.LargeStringArray
    path: pa.LargeStringArray
    sha256: pa.LargeStringArray
    format: pa.LargeStringArray
    revision: pa.LargeStringArray
    read_at: pa.LargeStringArray


def properties_text(properties: Any) -> str:
    """Properties as canonical JSON."""
    return json.dumps(dict(properties), sort_keys=True, ensure_ascii=False)


def properties_of(text: str) -> dict[str, Value]:
    """Properties from their JSON."""
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(text).items()
    }
