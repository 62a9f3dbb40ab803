"""The coverage report as JSON: what ``lineage coverage --format json`` prints."""

from __future__ import annotations

from dataclasses import asdict

from lineage.coverage import Coverage
from lineage.records import NodeRow


def coverage_as_json(report: Coverage) -> dict[str, object]:
    """The whole report; nothing is cut. See ``docs/json.md``."""
    return {
        "documents": report.total.documents,
        "formats": [asdict(row) for row in report.formats],
        "total": asdict(report.total),
        "unmapped_keys": [asdict(key) for key in report.keys],
        "skipped": [asdict(place) for place in report.skipped],
        "files": {
            "unreadable": [asdict(file) for file in report.unreadable],
            "not_followed": [asdict(link) for link in report.not_followed],
            "not_recognised": report.not_recognised,
            "without_format": report.without_format,
        },
        "artifacts": {
            "total": report.artifacts,
            "standing_on_unknown": report.standing_on_unknown,
            "unknown_origin": [_node(node) for node in report.unknown_origin],
            "unresolved": [_node(node) for node in report.unresolved],
        },
    }


def share(part: int, whole: int) -> str:
    """A part of a whole in per cent, in words for a table; a dash where there is no whole."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


def _node(node: NodeRow) -> dict[str, str]:
    return {"id": node.id, "kind": node.kind.value}
