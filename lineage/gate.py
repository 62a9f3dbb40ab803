"""The gate: would this config train on something revoked, unlicensed or out of purpose?

Documents are read as they would be ingested and laid over what the store knows; nothing is
written. What a document makes is then judged like anything that is in the store.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from lineage.errors import InputError
from lineage.graph import Graph
from lineage.records import EdgeRow, Reading
from lineage.rights import Finding, Rules, Severity, default_rules, rights
from lineage.rights.part import Overlay, laid_over
from lineage.rights.rules import Rule, Silenced
from lineage.scan import Known, Outcome, Scanned, Target, look_at

BASELINE = "lineage-baseline"
"""The key of a baseline file that says what it is; its value is the format's version."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding at its place in a document.

    Attributes:
        path: the document, as a path from where the check runs.
        line: the line that leads to it, from 1.
        rule, severity, message, settles: what was found, how grave it is, what would settle it.
        finding: the finding; None for a place that was not understood.
        fingerprint: what it is known by in a baseline: the finding and the document.
        old: whether the baseline knows it.
        off: where and why it is switched off, if it is.
    """

    path: str
    line: int
    rule: str
    severity: Severity
    message: str
    settles: str
    finding: Finding | None
    fingerprint: str
    old: bool = False
    off: Silenced | None = None

    @property
    def counts(self) -> bool:
        """Whether it is new and not switched off."""
        return not self.old and self.off is None


@dataclass
class Checked:
    """What a check found.

    Attributes:
        rules: the rules it used.
        files: the documents that were judged, as paths from where the check runs.
        diagnostics: by document and line.
        unreadable: the files that could not be read, each with why.
        graph: what the diagnostics' chains of assertions lie in.
    """

    rules: Rules
    files: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)

    def failing(self, least: Severity | None) -> list[Diagnostic]:
        """The new ones that are at least so grave; none where nothing is to fail."""
        if least is None:
            return []
        return [d for d in self.diagnostics if d.counts and d.severity >= least]


def check(
    graph: Graph,
    chosen: Sequence[Target],
    names: Sequence[str],
    at: date,
    rules: Rules | None = None,
) -> Checked:
    """Checks files against a store's graph, and artifacts that are in it.

    Args:
        graph: the graph of the store; it is not changed.
        chosen: the files.
        names: ids, names or unambiguous parts of names of artifacts.
        at: the day on which rights are judged.
        rules: what is found; the default rules where None.

    Raises:
        NotFoundError: nothing in the store has such a name.
        AmbiguousError: several things have it.
    """
    checked = Checked(rules or default_rules())
    read: list[tuple[str, Reading]] = []
    for target in chosen:
        for file in target.files:
            scanned = look_at(file, target, Known())
            _sort(checked, read, scanned, os.path.relpath(file))
    if read:
        over = laid_over(graph, [reading for _, reading in read])
        for path, reading in read:
            checked.files.append(path)
            checked.diagnostics += _of_document(over, path, reading, at, checked.rules)
    for name in names:
        checked.diagnostics += _of_artifact(graph, graph.resolve(name), at, checked.rules)
    checked.diagnostics.sort(key=lambda d: (d.path, d.line, -d.severity, d.rule, d.message))
    return checked


def _sort(checked: Checked, read: list[tuple[str, Reading]], scanned: Scanned, path: str) -> None:
    if scanned.outcome is Outcome.UNREADABLE:
        checked.unreadable.append((path, scanned.reason))
    elif scanned.reading is not None:
        read.append((path, scanned.reading))


def _of_document(
    over: Overlay, path: str, reading: Reading, at: date, rules: Rules
) -> list[Diagnostic]:
    subjects = [over.graph.number[i] for i in over.subjects[reading.document.id]]
    result = [
        _not_understood(rules.rules["not-understood"], path, s.line or 1, s.reason)
        for s in reading.extract.skipped
    ]
    if not subjects:
        return result
    answer = rights(over.graph, subjects, at, rules)
    lines = {s.ref.id: s.place.line or 1 for s in reversed(reading.extract.statements)}
    own = reading.document.id

    def line_of(finding: Finding) -> int:
        edges = (*finding.path, *finding.because)
        said = next((e.line for e in edges if e.document == own and e.line), None)
        return said or lines.get(finding.place) or lines.get(finding.subject) or 1

    found = [(f, None) for f in answer.findings]
    return result + [
        _diagnostic(path, line_of(finding), finding, off)
        for finding, off in [*found, *answer.silenced]
    ]


def _of_artifact(graph: Graph, number: int, at: date, rules: Rules) -> list[Diagnostic]:
    answer = rights(graph, [number], at, rules)
    found = [(f, None) for f in answer.findings]
    result = []
    for finding, off in [*found, *answer.silenced]:
        edges = (*finding.path, *finding.because)
        edge = next((e for e in edges if e.line and e.document in graph.documents), None)
        path, line = _place(graph, edge) if edge else (finding.subject, 1)
        result.append(_diagnostic(path, line, finding, off))
    return result


def _place(graph: Graph, edge: EdgeRow) -> tuple[str, int]:
    return graph.documents[edge.document].path, edge.line or 1


def _diagnostic(path: str, line: int, finding: Finding, off: Silenced | None) -> Diagnostic:
    return Diagnostic(
        path,
        line,
        finding.rule,
        finding.severity,
        finding.what,
        finding.settles,
        finding,
        _fingerprint(finding.fingerprint, path),
        off=off,
    )


def _not_understood(rule: Rule, path: str, line: int, reason: str) -> Diagnostic:
    message = f"{reason[:1].upper()}{reason[1:]}"
    mark = _fingerprint(rule.id, reason, path)
    return Diagnostic(path, line, rule.id, rule.severity, message, rule.settles, None, mark)


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).replace(os.sep, "/").encode()).hexdigest()[:16]


def read_baseline(path: Path) -> frozenset[str]:
    """The fingerprints of a baseline file.

    Raises:
        InputError: it is not there, or no baseline.
    """
    try:
        told = json.loads(path.read_text("utf-8"))
        if told[BASELINE] != 1:
            raise ValueError(f"its version is {told[BASELINE]}, not 1")
        return frozenset(told["findings"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"this is no baseline of lineage check ({error})",
            location=str(path),
            remedy="Write one with: lineage check … --write-baseline FILE",
        ) from error


def with_baseline(diagnostics: Iterable[Diagnostic], known: frozenset[str]) -> list[Diagnostic]:
    """The diagnostics, those marked old that a baseline knows."""
    return [replace(d, old=d.fingerprint in known) for d in diagnostics]


def baseline_of(diagnostics: Iterable[Diagnostic]) -> Mapping[str, object]:
    """A baseline that knows these diagnostics, as data for a JSON file."""
    told = {d.fingerprint: f"{d.path}: {d.rule}: {d.message}" for d in diagnostics if d.off is None}
    return {BASELINE: 1, "findings": dict(sorted(told.items()))}
