"""What an ingestor is, what it is given and what it gives back.

An ingestor is one module of this package (or of another, through the entry-point group
``lineage.ingestors``) that exports ``INGESTOR``. It turns a :class:`Document` into an
:class:`~lineage.records.Extract` and knows nothing of stores, graphs or other ingestors.
"""

from ingest.base.document import Document, Folder, Tree
from ingest.base.findings import Findings, selector_of
from ingest.base.ingestor import ENTRY_POINT_GROUP, Claim, Ingestor, ingestors
from ingest.base.watched import Watched, is_as_noted, mark_of_digest, state_of, watched

__all__ = [
    "ENTRY_POINT_GROUP",
    "Claim",
    "Document",
    "Findings",
    "Folder",
    "Ingestor",
    "Tree",
    "Watched",
    "ingestors",
    "is_as_noted",
    "mark_of_digest",
    "selector_of",
    "state_of",
    "watched",
]
