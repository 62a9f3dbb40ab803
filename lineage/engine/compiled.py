"""Kernels are plain functions over arrays; on a large graph they run as machine code.

On a small graph they run as they are: the compiler costs half a second and 200 MB to load.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

LARGE = 100_000
"""Nodes and edges from which the compiler pays."""


def compiled(kernel: Kernel, size: int) -> Kernel:
    """The kernel as machine code where ``size`` (nodes and edges) is large, else as it is.

    What is compiled is kept on disk beside the module, or where that cannot be written in the
    user's cache folder, or where that cannot be either only in this process. It holds no lock
    of the interpreter while it runs.
    """
    return _machine_code(kernel) if size >= LARGE else kernel


@cache
def _machine_code(kernel: Kernel) -> Kernel:
    import numba

    try:
        return numba.njit(kernel, nogil=True, cache=True)  # type: ignore[no-any-return]
    except RuntimeError:  # numba found no folder to keep it in
        return numba.njit(kernel, nogil=True)  # type: ignore[no-any-return]
