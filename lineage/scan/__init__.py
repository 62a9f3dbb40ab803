"""From paths to readings: finds files, asks the ingestors, reads what they recognise.

Nothing outside the given paths is opened: links that lead out are reported, not followed.
"""

from lineage.scan.looking import attempt, look_at, readers_of, scan, understand
from lineage.scan.scanned import Known, Outcome, Scanned
from lineage.scan.targets import NOT_ENTERED, Target, readable_path, targets
from lineage.scan.unopened import files_to_open

__all__ = [
    "NOT_ENTERED",
    "Known",
    "Outcome",
    "Scanned",
    "Target",
    "attempt",
    "files_to_open",
    "look_at",
    "readable_path",
    "readers_of",
    "scan",
    "targets",
    "understand",
]
