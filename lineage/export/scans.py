"""What a scan or an ingest found, as JSON: see ``docs/json.md``."""

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


def tally_as_json(tally: Tally, store: str) -> dict[str, object]:
    """What an ingest found and changed, and the store it is kept in."""
    return {
        "files": tally.files,
        "formats": dict(sorted(tally.formats.items())),
        "unchanged": tally.unchanged,
        "facts": tally.facts,
        "asserted": tally.asserted,
        "retracted": tally.retracted,
        "gone": tally.gone,
        "not_recognised": tally.not_recognised,
        "unreadable": [{"path": u.path, "reason": u.reason} for u in tally.unreadable],
        "skipped": [{"at": at, "reason": why} for at, why in tally.skipped],
        "store": store,
        "alarms": list(tally.alarms),
        "version": tally.version,
    }
