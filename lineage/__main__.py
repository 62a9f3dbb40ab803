"""The process of the command line: ``lineage``, or ``python -m lineage``."""

import sys

import pyarrow as pa

from lineage.cli import main


def run() -> None:
    """Runs a command and ends the process with its status."""
    _tell_pyarrow_of_no_pandas()
    main(prog_name="lineage")


class _NoPandas:
    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("no command uses it", name=name)


def _tell_pyarrow_of_no_pandas() -> None:
    """Spares the process a quarter of a second.

    pyarrow looks for pandas once, when it first makes an array, and loads it. No command uses
    it; the explorer, which does, is a process of its own.
    """
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(finder)


if __name__ == "__main__":
    run()
