"""The coverage report as JSON: what ``lineage coverage --format json`` prints."""

from __future__ import annotations

from dataclasses import asdict

from lineage.coverage import Coverage, FormatCoverage
from lineage.records import NodeRow


def coverage_as_json(report: Coverage) -> dict[str, object]:
    """The whole report; nothing is cut. See ``docs/json.md``."""
    return {
        "documents": report.total.documents,
        "formats": [_format(row) for row in report.formats],
        "total": _format(report.total),
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


def _format(row: FormatCoverage) -> dict[str, object]:
    names = ("things", *OPEN_RIGHTS)
    return asdict(row) | {"rights": {name: row.rights.get(name, 0) for name in names}}


OPEN_RIGHTS = (
    "licence_unknown",
    "licence_unspecified",
    "personal_unknown",
    "personal_unspecified",
)
"""What documents leave open of the rights of the things they describe."""


def share(part: int, whole: int) -> str:
    """A part of a whole in per cent, in words for a table; a dash where there is no whole."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


def _node(node: NodeRow) -> dict[str, str]:
    return {"id": node.id, "kind": node.kind.value}
