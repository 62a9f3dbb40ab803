"""What a scan found, as JSON: the output of ``lineage ingest --dry-run --format json``."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.export.readings import reading_as_json
from lineage.pipeline import Tally
from lineage.scan import Outcome, Scanned


def scan_as_json(scanned: Sequence[Scanned]) -> dict[str, object]:
    """Every document that was read or could not be, and totals; see ``docs/json.md``."""
    tally = Tally()
    documents: list[dict[str, object]] = []
    for item in scanned:
        tally.add(item)
        if item.reading is not None:
            documents.append(reading_as_json(item.reading))
        elif item.outcome == Outcome.UNREADABLE:
            documents.append(
                {
                    "path": item.path,
                    "repository": item.repository,
                    "format": None,
                    "inputs": [],
                    "outputs": [],
                    "unnamed_outputs": [],
                    "background": [],
                    "copies": [],
                    "skipped": [{"reason": item.reason, "line": None}],
                }
            )
    return {
        "documents": documents,
        "totals": {
            "files": tally.files,
            "documents": sum(tally.formats.values()),
            "formats": dict(sorted(tally.formats.items())),
            "facts": tally.facts,
            "skipped": len(tally.skipped),
            "not_recognised": tally.not_recognised,
            "unreadable": len(tally.unreadable),
        },
    }
