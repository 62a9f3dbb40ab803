"""A check as SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from urllib.parse import quote

from lineage.gate import Checked, Diagnostic
from lineage.rights import Severity
from lineage.rights.rules import Rule

Json = dict[str, object]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Mapping[Severity, str] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
_RANKS: Mapping[Severity, float] = {
    Severity.CRITICAL: 95.0,
    Severity.HIGH: 75.0,
    Severity.MEDIUM: 50.0,
    Severity.LOW: 25.0,
}


def checked_as_sarif(checked: Checked) -> Json:
    """The diagnostics of a check as one run; old ones are unchanged, those off suppressed."""
    rules = list(checked.rules.rules.values())
    index = {rule.id: at for at, rule in enumerate(rules)}
    run: Json = {
        "tool": {
            "driver": {
                "name": "Lineage",
                "semanticVersion": version("lineage-explorer"),
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not checked.unreadable,
                "toolExecutionNotifications": [
                    {
                        "level": "error",
                        "message": {"text": f"not read: {why}"},
                        "locations": [_location(path, 1)],
                    }
                    for path, why in checked.unreadable
                ],
            }
        ],
        "results": [_result(d, index[d.rule]) for d in checked.diagnostics],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> Json:
    law = f" {rule.law} ({'verified' if rule.verified else 'unverified'})." if rule.law else ""
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.what},
        "help": {"text": f"What settles it: {rule.settles}.{law}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(d: Diagnostic, index: int) -> Json:
    result: Json = {
        "ruleId": d.rule,
        "ruleIndex": index,
        "level": _LEVELS[d.severity],
        "rank": _RANKS[d.severity],
        "message": {"text": f"{d.message} What settles it: {d.settles}."},
        "locations": [_location(d.path, d.line)],
        "partialFingerprints": {"lineage/v1": d.fingerprint},
        "baselineState": "unchanged" if d.old else "new",
    }
    if d.off is not None:
        why = f"{d.off.reason} ({d.off.place}, until {d.off.until})"
        result["suppressions"] = [{"kind": "external", "justification": why}]
    if d.finding is not None and d.finding.path:
        result["relatedLocations"] = [
            {
                "id": at,
                "message": {"text": f"{e.subject} {e.relation.value} {e.object}"},
                "physicalLocation": _physical(_path_of(e.document), e.line or 1),
            }
            for at, e in enumerate(d.finding.path)
        ]
    return result


def _path_of(document: str) -> str:
    return document.removeprefix("document://")


def _location(path: str, line: int) -> Json:
    return {"physicalLocation": _physical(path, line)}


def _physical(path: str, line: int) -> Json:
    uri = quote(path.replace("\\", "/"))
    return {"artifactLocation": {"uri": uri}, "region": {"startLine": max(line, 1)}}
