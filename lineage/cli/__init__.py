"""The command line: ``lineage …``, one module for each command, of its name.

Exit status: 0 clean, 1 findings (``--fail-on``), 2 usage, 3 input or store incomplete.
"""

from lineage.cli.base import main

__all__ = ["main"]
