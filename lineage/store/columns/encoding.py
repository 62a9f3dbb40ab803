"""Texts as numbers, columns that are mostly empty, and classes: how columns stay small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lineage.engine.arrays import HIDDEN
from lineage.errors import StoreError
from lineage.store.columns.table import Class


def dictionary_of(texts: Sequence[str | None]) -> pa.DictionaryArray:
    """Texts with each distinct one kept once."""
    return pa.array(texts, pa.large_string()).dictionary_encode()


def encoded(numbers: NDArray[Any], texts: pa.LargeStringArray) -> pa.DictionaryArray:
    """Texts by number; -1 stands for none."""
    indices = pa.array(numbers.astype(np.int32), mask=numbers < 0)
    return pa.DictionaryArray.from_arrays(indices, texts)


def dense(places: NDArray[np.int32], values: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """A sparse column with -1 for what is not there."""
    column = np.full(count, -1, np.int32)
    column[places] = values
    return column


def one(column: pa.ChunkedArray) -> Any:
    """A column in one piece."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return column.combine_chunks() if column.num_chunks else pa.array([], column.type)


def numbers_of(
    column: pa.ChunkedArray,
    among: pa.Array,
    known: tuple[pa.Array, NDArray[np.int32]] | None = None,
) -> NDArray[np.int32]:
    """The place of each text among others, each of which stands there once; -1 for none.

    ``known`` are texts whose places are known already: often just those of the column.
    """
    encoded = one(column)
    if not len(encoded):
        return np.empty(0, np.int32)
    if known is not None and encoded.dictionary.equals(known[0]):
        places = known[1]
    else:
        places = pc.index_in(encoded.dictionary, value_set=among).fill_null(-1).to_numpy()
    codes = encoded.indices.fill_null(-1).to_numpy()
    numbers: NDArray[np.int32] = np.append(places, -1).astype(np.int32)[codes]
    return numbers


def in_order(first: NDArray[np.int32], second: NDArray[np.int32], *rest: NDArray[np.int32]) -> Any:
    """The order of rows by columns, none of them negative but -1.

    Two columns are one number: seldom are rows alike in both, and only those are sorted on.
    """
    key = (first.astype(np.int64) << 32) + second
    order = np.argsort(key)
    key = key[order]
    same = np.flatnonzero(key[1:] == key[:-1])
    tied = np.union1d(same, same + 1)
    among = order[tied]
    columns = (*(column[among] for column in reversed(rest)), key[tied])
    order[tied] = among[np.lexsort(columns)]
    return order


def numbered(
    column: pa.ChunkedArray, order: NDArray[np.int64] | None
) -> tuple[pa.LargeStringArray, NDArray[np.int32]]:
    """The distinct texts of a column in order, and each row's number among them; -1 for none."""
    encoded = one(column)
    if not len(encoded):
        return pa.array([], pa.large_string()), np.empty(0, np.int32)
    texts = encoded.dictionary
    texts = texts.take(pc.sort_indices(texts))
    numbers = numbers_of(column, texts)
    return texts, numbers if order is None else numbers[order]


def classes_of(
    relation: NDArray[np.int32], evidence: NDArray[np.int32], active: NDArray[np.bool_]
) -> tuple[NDArray[np.uint8], tuple[Class, ...]]:
    """The class of each assertion, and the classes there are."""
    packed = (relation * 8 + evidence) * 2 + active
    distinct = np.unique(packed)
    if len(distinct) >= HIDDEN:
        raise StoreError(f"assertions of more than {HIDDEN} classes cannot be held")
    classes = tuple((int(c) // 16, int(c) // 2 % 8, int(c) % 2) for c in distinct)
    return np.searchsorted(distinct, packed).astype(np.uint8), classes


def sparse(numbers: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where a column has a value, and the values there."""
    there = np.flatnonzero(numbers >= 0).astype(np.int32)
    return there, numbers[there]


def all_times(edges: pa.Table) -> list[str]:
    """All times in order."""
    columns = (one(edges[name]) for name in ("first_seen", "last_seen", "retracted_at"))
    return sorted({t for c in columns if len(c) for t in c.dictionary.to_pylist()})
