"""Nodes, assertions and documents of columns, each made into a row when it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lineage.engine.arrays import HIDDEN
from lineage.engine.topology import Topology
from lineage.records import DocumentRow, EdgeRow, NodeRow, Value
from lineage.store.columns import (
    EVIDENCES,
    KINDS,
    RELATIONS,
    Columns,
    properties_of,
)
from lineage.vocabulary import Relation

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int16]


_AT_ONCE = 10_000
"""So many assertions are made at once when all are gone through."""

_FEW = 8
"""So few texts are looked up faster one by one."""

RELATION_CODES: dict[Relation, int] = {relation: code for code, relation in enumerate(RELATIONS)}
"""The number of each relation in ``Graph.relation``."""


def place_of(texts: pa.LargeStringArray, text: str) -> int:
    """Where a text stands, or would, among texts in order: found by halving."""
    wanted, low, high = text.encode(), 0, len(texts)
    while low < high:
        middle = (low + high) // 2
        if texts[middle].as_py().encode() < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def place_in(texts: pa.LargeStringArray, text: str) -> int | None:
    """Where a text stands among texts in order; None when it is not there."""
    place = place_of(texts, text)
    return place if place < len(texts) and texts[place].as_py() == text else None


def taken(base: NDArray[Any], appended: NDArray[Any], numbers: NDArray[Any]) -> NDArray[Any]:
    """Values of a column that goes on in another array, without making one of the two."""
    if not len(appended) or not len(numbers) or numbers.max() < len(base):
        return np.asarray(base[numbers])
    inside = numbers < len(base)
    result = np.empty(len(numbers), base.dtype)
    result[inside] = base[numbers[inside]]
    result[~inside] = appended[numbers[~inside] - len(base)]
    return result


class Nodes(Sequence[NodeRow]):
    """The nodes by number: those of the columns, and those that became otherwise since."""

    def __init__(self, columns: Columns, later: Mapping[int, NodeRow], count: int):
        self._columns, self._later, self._count = columns, later, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, number: int) -> NodeRow: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[NodeRow]: ...
    def __getitem__(self, number: int | slice) -> NodeRow | Sequence[NodeRow]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(self._count))]
        number = range(self._count)[int(number)]
        if number in self._later:
            return self._later[number]
        columns = self._columns
        node, split = columns.node_id[number].as_py(), int(columns.node_split[number])
        properties = columns.property_sets[int(columns.node_properties[number])].as_py()
        return NodeRow(
            node,
            KINDS[columns.node_kind[number]],
            node[:split],
            node[split + 1 :],
            _properties(properties),
        )


@lru_cache(maxsize=50_000)
def _properties(text: str) -> Mapping[str, Value]:
    """Properties from their JSON; the same few sets stand at most nodes."""
    return MappingProxyType(properties_of(text))


class Edges(Sequence[EdgeRow]):
    """The assertions by number. Iteration passes over those that are left out of this view."""

    def __init__(self, columns: Columns, topology: Topology, later: Sequence[EdgeRow]):
        self._columns, self._topology, self._later = columns, topology, later

    def __len__(self) -> int:
        return self._topology.edges

    def __iter__(self) -> Iterator[EdgeRow]:
        shown = np.flatnonzero(self._topology.code != HIDDEN)
        for first in range(0, len(shown), _AT_ONCE):
            yield from self.rows(shown[first : first + _AT_ONCE])

    @overload
    def __getitem__(self, number: int) -> EdgeRow: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[EdgeRow]: ...
    def __getitem__(self, number: int | slice) -> EdgeRow | Sequence[EdgeRow]:
        if isinstance(number, slice):
            return self.rows(np.arange(*number.indices(len(self))))
        return self.rows(np.array([range(len(self))[int(number)]]))[0]

    def rows(self, numbers: NDArray[np.integer[Any]]) -> list[EdgeRow]:
        """Some assertions: many at once are made faster than one by one."""
        base = len(self._columns.code)
        made = iter(self._made(numbers[numbers < base]))
        return [next(made) if n < base else self._later[n - base] for n in numbers.tolist()]

    def _made(self, numbers: NDArray[np.integer[Any]]) -> Iterator[EdgeRow]:
        c = self._columns
        classes = [c.classes[code] for code in c.code[numbers].tolist()]
        columns = zip(
            _texts(c.node_id, c.subject[numbers]),
            [RELATIONS[relation] for relation, _, _ in classes],
            _texts(c.node_id, c.object[numbers]),
            _texts(c.document_id, c.document[numbers]),
            _texts(c.places, c.place[numbers]),
            [None if line < 0 else line for line in c.line[numbers].tolist()],
            [EVIDENCES[evidence] for _, evidence, _ in classes],
            _sparse(numbers, c.selected, c.selector, c.selectors),
            _sparse(numbers, c.shared, c.share),
            [bool(active) for _, _, active in classes],
            _texts(c.times, c.first_seen[numbers]),
            _texts(c.times, c.last_seen[numbers]),
            _sparse(numbers, c.retracted, c.retracted_at, c.times),
            strict=True,
        )
        for subject, relation, target, document, *rest in columns:
            key = "\x1f".join((subject, relation.value, target, document))
            digest = hashlib.sha256(key.encode()).hexdigest()[:32]
            yield EdgeRow(digest, subject, relation, target, document, *rest)


def _texts(texts: pa.LargeStringArray, places: NDArray[Any]) -> list[str]:
    if len(places) < _FEW:
        return [texts[place].as_py() for place in places.tolist()]
    distinct, at = np.unique(places, return_inverse=True)
    said = texts.take(pa.array(distinct)).to_pylist()  # each text once, in however many rows
    return [said[place] for place in at.tolist()]


def _sparse(
    numbers: NDArray[Any],
    places: NDArray[Any],
    values: NDArray[Any],
    texts: pa.LargeStringArray | None = None,
) -> list[Any]:
    """The values of a sparse column at some places, None where it has none."""
    if not len(places):
        return [None] * len(numbers)
    at = np.searchsorted(places, numbers.astype(places.dtype))  # of one type: else all are copied
    there = np.flatnonzero(at < len(places))
    there = there[places[at[there]] == numbers[there]]
    found = values[at[there]]
    result: list[Any] = [None] * len(numbers)
    told = found.tolist() if texts is None else _texts(texts, found)
    for place, value in zip(there.tolist(), told, strict=True):
        result[place] = value
    return result


class Numbers(Mapping[str, int]):
    """The number of each node by its id."""

    def __init__(self, columns: Columns, later: Mapping[str, int]):
        self._ids, self._later = columns.node_id, later

    def __len__(self) -> int:
        return len(self._ids) + len(self._later)

    def __iter__(self) -> Iterator[str]:
        yield from self._ids.to_pylist()
        yield from self._later

    def __getitem__(self, node: str) -> int:
        if not isinstance(node, str):  # as a dict answers: nothing else is an id
            raise KeyError(node)
        number = self._later.get(node)
        if number is None:
            number = place_in(self._ids, node)
        if number is None:
            raise KeyError(node)
        return number


class Documents(Mapping[str, DocumentRow]):
    """The documents by id, without their traces."""

    def __init__(self, columns: Columns, later: Mapping[str, DocumentRow]):
        self._columns, self._later = columns, later

    @cached_property
    def _new(self) -> list[str]:
        return [d for d in self._later if place_in(self._columns.document_id, d) is None]

    def __len__(self) -> int:
        return len(self._columns.document_id) + len(self._new)

    def __iter__(self) -> Iterator[str]:
        yield from self._columns.document_id.to_pylist()
        yield from self._new

    def __getitem__(self, document: str) -> DocumentRow:
        if document in self._later:
            return self._later[document]
        place = place_in(self._columns.document_id, document)
        if place is None:
            raise KeyError(document)
        c = self._columns
        rest = (c.repository, c.path, c.sha256, c.format, c.revision, c.read_at)
        return DocumentRow(document, *(column[place].as_py() for column in rest))
