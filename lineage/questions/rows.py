"""Rows that are made when they are first looked at: there may be millions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

T = TypeVar("T")


class LateRows(Sequence[T]):
    """So many rows, made when one of them is first asked for."""

    def __init__(self, count: int, make: Callable[[], Sequence[T]]):
        self._count, self._make = count, make
        self._rows: Sequence[T] | None = None

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if self._rows is None:
            self._rows = self._make()
        return self._rows[place]
