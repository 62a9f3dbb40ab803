"""Findings: what is wrong with the rights of a thing and of all that it stands on, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from lineage.graph import Graph
from lineage.impact import Policy
from lineage.records import EdgeRow
from lineage.rights.checks import CHECKS
from lineage.rights.decisions import Decision
from lineage.rights.facts import known
from lineage.rights.flow import Flow, flow
from lineage.rights.part import CARRYING, Part, part_of, whole
from lineage.rights.rules import Rule, Rules, Severity, Silenced, default_rules
from lineage.rights.view import Raised, View, asked_uses
from lineage.vocabulary import EVIDENCE


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        rule: the rule that it breaks.
        severity: how grave it is here.
        place: the id of the thing at which it stands; ``name`` is its name for people.
        subject: the id of what was asked about; the place itself where all was asked.
        what: what is wrong, in one sentence.
        settles: what would settle it.
        law, verified: the law behind it, and whether that was checked against its text.
        certainty: ``proven`` where stated assertions alone lead to it, ``possible`` where
            something inferred does, ``unknown`` where it rests on what nobody has established.
        path: the assertions that lead from the subject to the place; then ``because``, those
            that the finding itself rests on.
        causes: the ids of the other nodes that it rests on.
        ask: the ids of the parties who could settle it.
        missing: the properties that, once known, would settle it.
        fingerprint: what it is known by in a baseline, whenever and wherever it is found.
    """

    rule: str
    severity: Severity
    place: str
    name: str
    subject: str
    what: str
    settles: str
    law: str
    verified: bool
    certainty: str
    path: tuple[EdgeRow, ...]
    because: tuple[EdgeRow, ...]
    causes: tuple[str, ...]
    ask: tuple[str, ...]
    missing: tuple[str, ...]
    fingerprint: str

    @property
    def documents(self) -> tuple[str, ...]:
        """The ids of the documents that say what it rests on, each once."""
        return tuple(dict.fromkeys(e.document for e in (*self.path, *self.because)))


@dataclass(frozen=True)
class Rights:
    """The answer to “was it ours to use?”, with all that is needed to trust it.

    Attributes:
        findings: the gravest first.
        silenced: those that a rule file switches off, each with where it says so and why.
        decisions: the recorded decisions that concern the subjects; ``applied`` those that hold.
        part, flow: what the answer was computed on.
    """

    subjects: tuple[str, ...]
    findings: tuple[Finding, ...]
    silenced: tuple[tuple[Finding, Silenced], ...]
    decisions: tuple[Decision, ...]
    applied: tuple[Decision, ...]
    part: Part
    flow: Flow
    view: View
    at: date
    rules: str
    store: str
    version: int
    taken_at: str

    @property
    def worst(self) -> Severity | None:
        """The gravest severity among the findings."""
        return max((f.severity for f in self.findings), default=None)


def rights(
    graph: Graph,
    subjects: Sequence[int],
    at: date,
    rules: Rules | None = None,
    policy: Policy | None = None,
) -> Rights:
    """Judges the rights of some things and of all that they stand on, as of a day.

    Args:
        graph: the graph of a store.
        subjects: numbers of the things asked about; all of them where there are none.
        at: the day.
        rules: what flows and what is found; the default rules where None.
        policy: which assertions count.
    """
    rules = rules or default_rules()
    part = part_of(graph, subjects) if len(subjects) else whole(graph)
    flowed = flow(known(part.graph, asked_uses(part.graph), policy), rules, at)
    view = View(part, flowed, rules, at)
    paths = _Paths(view)
    found: dict[str, Finding] = {}
    for rule in rules.rules.values():
        check = CHECKS.get(rule.check)
        for raised in check(view, rule) if check else ():
            finding = _finding(view, rule, raised, paths)
            before = found.get(finding.fingerprint)
            if before is None or len(finding.path) < len(before.path):
                found[finding.fingerprint] = finding
    kept, silenced = _sorted_out(found.values(), rules.silenced, at)
    concern = [d for d in flowed.decisions if part.concerns(d.about)]
    return Rights(
        tuple(part.graph.nodes[n].id for n in part.subjects),
        tuple(kept),
        tuple(silenced),
        tuple(concern),
        tuple(d for d in concern if d in flowed.applied),
        part,
        flowed,
        view,
        at,
        rules.name,
        graph.store,
        graph.version,
        graph.taken_at.isoformat(timespec="seconds"),
    )


_SURE = ("proven", "possible", "unknown")


def _gravest_first(finding: Finding) -> tuple[int, int, str, str, str]:
    sure = _SURE.index(finding.certainty)
    return (-finding.severity, sure, finding.rule, finding.name, finding.fingerprint)


def _sorted_out(
    found: Iterable[Finding], silenced: Sequence[Silenced], at: date
) -> tuple[list[Finding], list[tuple[Finding, Silenced]]]:
    kept: list[Finding] = []
    off: list[tuple[Finding, Silenced]] = []
    for finding in sorted(found, key=_gravest_first):
        by = next(
            (
                s
                for s in silenced
                if s.rule == finding.rule
                and s.holds(at)
                and s.artifact in {"", finding.place, finding.subject}
            ),
            None,
        )
        if by is None:
            kept.append(finding)
        else:
            off.append((finding, by))
    return kept, off


def _finding(view: View, rule: Rule, raised: Raised, paths: _Paths) -> Finding:
    graph, number = view.graph, raised.place
    subject, steps = paths.to(number)
    graver = [
        severity
        for fact, severity in rule.raised.items()
        if any(view.flow.has(fact, n) for n in view.names_of(number))
    ]
    path = tuple(graph.edges[e] for e in steps)
    own = tuple(graph.edges[e] for e in dict.fromkeys(raised.edges))
    sure = all(EVIDENCE[e.evidence].proves for e in (*path, *own))
    certainty = "unknown" if raised.possible else "proven" if sure else "possible"
    thing = min(graph.nodes[n].id for n in view.names_of(number))
    parts = (rule.id, thing, raised.key)
    return Finding(
        rule.id,
        max([rule.severity, *graver]),
        graph.nodes[number].id,
        graph.shown(number),
        graph.nodes[subject].id,
        f"{raised.what[:1].upper()}{raised.what[1:]}.",
        rule.settles,
        rule.law,
        rule.verified,
        certainty,
        path,
        own,
        tuple(graph.nodes[n].id for n in dict.fromkeys(raised.causes)),
        tuple(graph.nodes[n].id for n in raised.ask),
        raised.missing,
        hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16],
    )


class _Paths:
    """The shortest chains of assertions between the subjects and all that concerns them.

    Chains of stated assertions come first; one with something inferred only where there is no
    other.
    """

    def __init__(self, view: View):
        self._graph = view.graph
        self._via: dict[int, tuple[int, bool]] = {}
        self._start: dict[int, int] = {n: n for n in view.part.subjects}
        for proving in (True, False):
            self._spread(view, proving)

    def _spread(self, view: View, proving: bool) -> None:
        graph, level = self._graph, sorted(self._start)
        while level:
            after: list[int] = []
            for up, adjacency in ((True, graph.upstream), (False, graph.downstream)):
                for edge in adjacency.of(np.array(level, np.int64)).tolist():
                    near = int((graph.subject if up else graph.object)[edge])
                    far = int((graph.object if up else graph.subject)[edge])
                    if far in self._start or view.relation(edge) not in CARRYING:
                        continue
                    if not self._same_way(near, up) or not view.known.usable[edge]:
                        continue
                    if proving and not EVIDENCE[graph.edges[edge].evidence].proves:
                        continue
                    self._start[far], self._via[far] = self._start[near], (edge, up)
                    after.append(far)
            level = after

    def _same_way(self, number: int, up: bool) -> bool:
        """Whether a chain may go on that way: up from a subject, or down from one, not both."""
        before = self._via.get(number)
        return before is None or before[1] is up

    def to(self, number: int) -> tuple[int, list[int]]:
        """The subject from which a node is reached, and the edges from it to the node."""
        subject, steps = self._start.get(number, number), list[int]()
        while number in self._via:
            edge, up = self._via[number]
            steps.append(edge)
            number = int((self._graph.subject if up else self._graph.object)[edge])
        return subject, steps[::-1]
