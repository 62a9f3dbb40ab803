"""The arrays that the engine works on, and the few things all its parts do with them."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

HIDDEN = 255
"""The class of edges that are never walked."""

ALL: Bools = np.arange(256) != HIDDEN
"""Passes every edge that is not hidden."""
ALL.setflags(write=False)


_T = TypeVar("_T", bound=np.generic)


def frozen(array: NDArray[Any], dtype: type[_T]) -> NDArray[_T]:
    """The same array, contiguous, of one type and not to be written: kernels know one kind."""
    result = np.asarray(np.ascontiguousarray(array, dtype)).view()
    result.setflags(write=False)
    return result


def node_numbers(nodes: ArrayLike, count: int) -> Ints:
    """Node numbers as an array.

    Raises:
        IndexError: a number is not below ``count``, or negative.
    """
    result = np.atleast_1d(np.asarray(nodes))
    if result.size == 0:
        return np.empty(0, np.int32)
    if result.min() < 0 or result.max() >= count:
        raise IndexError(f"node numbers run from 0 to {count - 1}")
    return result.astype(np.int32)


def open_classes(passes: Bools | None) -> Bools:
    """What may be walked, over the 256 classes; the hidden class never."""
    if passes is None:
        return ALL
    if len(passes) != len(ALL):
        raise ValueError(f"passes has {len(passes)} entries, one for each of 256 classes expected")
    return frozen(passes & ALL, np.bool_)


def closed_nodes(closed: Bools | None, count: int) -> Bools:
    """Which nodes pass nothing on, over the nodes; empty where all do.

    Raises:
        ValueError: not one entry for each node.
    """
    if closed is not None and len(closed) != count:
        raise ValueError(f"closed has {len(closed)} entries for {count} nodes")
    if closed is None or not closed.any():
        return _NONE_CLOSED
    return frozen(closed, np.bool_)


_NONE_CLOSED = frozen(np.empty(0), np.bool_)
