"""The command line: ``lineage …``, one module for each group of commands.

Exit status: 0 clean, 1 findings (``--fail-on``), 2 usage, 3 input or store incomplete.
"""

from lineage.cli import (
    aliases,
    answers,
    case_acts,
    cases,
    certificate,
    coverage,
    explorer,
    ingest,
    ledger,
    query,
    subjects,
)
from lineage.cli.base import main

__all__ = [
    "aliases",
    "answers",
    "case_acts",
    "cases",
    "certificate",
    "coverage",
    "explorer",
    "ingest",
    "ledger",
    "main",
    "query",
    "subjects",
]
