"""What the history of repositories told, as JSON; see ``docs/json.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.export.readings import reading_as_json
from lineage.scan import Outcome

if TYPE_CHECKING:
    from lineage.history import Remembered, Revision


def revision_as_json(revision: Revision) -> dict[str, object]:
    """One revision of a document: what it says, from when; or that it went, or why it is unread."""
    scanned = revision.scanned
    told: dict[str, object] = {
        "path": revision.path,
        "revision": revision.commit.id,
        "from": revision.commit.at.isoformat(timespec="seconds"),
        "outcome": scanned.outcome.value if scanned else "gone",
    }
    if scanned is not None and scanned.reading is not None:
        return told | reading_as_json(scanned.reading)
    reason = scanned.reason if scanned and scanned.outcome == Outcome.UNREADABLE else None
    return told | {"reason": reason}


def remembered_as_json(tally: Remembered) -> dict[str, object]:
    """What one repository's history added to a store."""
    return {
        "repository": tally.repository,
        "head": tally.head,
        "shallow": tally.shallow,
        "commits": tally.commits,
        "documents": tally.documents,
        "recalled": tally.recalled,
        "unreadable": [{"at": at, "reason": why} for at, why in tally.unreadable.items()],
    }
