"""The page "Rights": sources against rights and purposes, what is wrong, and what to find out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import streamlit as st

from lineage.export.findings import rights_as_json, sources_as_json, worklist_as_json
from lineage.export.record import record_as_csv, record_as_html, record_as_markdown
from lineage.graph import Graph
from lineage.rights import Rights, rights, rules_of
from lineage.rights.record import record_of
from lineage.rights.rules import users_rules
from lineage.rights.sources import ANSWERS, PERMITTED, Source, sources
from lineage.rights.view import in_words
from lineage.rights.worklist import Missing, worklist
from lineage.ui.components import choice
from lineage.ui.components.enter_right import enter_right
from lineage.ui.components.prose import block, prose
from lineage.ui.components.reasons import finding_blocks, source_blocks
from lineage.ui.links import Links, ask, asked
from lineage.ui.opened import identity
from lineage.vocabulary import Kind

SOURCE = "source"
JUDGED = "judged"
MOST_LISTED = 1_000

MARKS: Mapping[str, str] = {
    "permitted": "✓",
    "not needed": "✓",
    "claimed": "~",
    "unknown": "?",
    "none": "✗",
    "prohibited": "✗",
    "not permitted": "✗",
    "not in force": "✗",
    "verified": "✓",
    "refused": "✗",
}
"""A mark beside each word, so that a column can be read at a glance."""


@st.cache_resource(show_spinner="Judging rights …", max_entries=8)
def _judged(
    _graph: Graph, of: str, subjects: tuple[str, ...], at: str, rules: str, changed: float
) -> tuple[Rights, list[Source], list[Missing]]:
    del of, changed
    numbers = [_graph.number[i] for i in subjects]
    chosen = rules_of(Path(rules) if rules else None)
    answer = rights(_graph, numbers, date.fromisoformat(at), chosen)
    return answer, sources(answer), worklist(answer)


def show(graph: Graph, links: Links) -> None:
    """Shows the page."""
    choice.left()
    subjects = _choose(graph)
    at = datetime.now(UTC).date().isoformat()
    path = str(users_rules() or "")
    changed = Path(path).stat().st_mtime if path and Path(path).exists() else 0.0
    answer, rows, missing = _judged(graph, identity(graph), tuple(subjects), at, path, changed)
    _headline(answer, rows)
    left, right = st.columns([0.62, 0.38], gap="medium")
    with left:
        wrong, unknown = f"Findings: {len(answer.findings):,}", f"To find out: {len(missing):,}"
        tabs = st.tabs([f"Sources: {len(rows):,}", wrong, unknown, "Decisions and rules"])
        with tabs[0]:
            _matrix(rows)
        with tabs[1]:
            _findings(answer)
        with tabs[2]:
            _missing(missing)
        with tabs[3]:
            _decisions(answer)
        _downloads(answer, rows, missing)
    with right, st.container(key="why"):
        _details(answer, rows, links)


def _choose(graph: Graph) -> list[str]:
    """Lets the user choose what is judged; nothing chosen is everything."""
    kinds = (Kind.DEPLOYMENT, Kind.MODEL, Kind.DATASET)
    numbers = [n for n, node in enumerate(graph.nodes) if node.kind in kinds]
    numbers.sort(key=lambda n: (kinds.index(graph.nodes[n].kind), graph.shown(n).casefold()))
    wanted = [i for i in asked(JUDGED) if i in graph.number]
    offered = [graph.nodes[n].id for n in numbers[: choice.MOST_OFFERED]]
    offered += [i for i in wanted if i not in set(offered)]
    labels = choice.unique_labels(graph, offered)
    key = "rights-judged"
    if key not in st.session_state:
        st.session_state[key] = wanted
    chosen = st.multiselect(
        "Was it ours to use? Judge …",
        offered,
        format_func=labels.__getitem__,
        key=key,
        on_change=lambda: ask(JUDGED, st.session_state[key]),
        placeholder="everything in the store; or choose services, models, datasets",
    )
    return list(chosen)


def _headline(answer: Rights, rows: Sequence[Source]) -> None:
    gaps = sum(row.gaps > 0 for row in rows)
    grave = sum(f.severity.word == "critical" for f in answer.findings)
    prose(
        "rights",
        [
            block(
                "headline",
                f"{gaps:,} of {len(rows):,} sources have a gap in their rights; "
                f"{grave:,} findings are critical.",
            ),
            block(
                "line",
                f"Judged on {answer.at} by rules {answer.rules}. Gaps stand first. What is unknown "
                "is no permission; only “permitted” is one.",
            ),
        ],
    )


def _titled(use: str) -> str:
    """A purpose as the heading of a column."""
    return in_words(use).capitalize()


def _marked(word: str) -> str:
    return f"{MARKS.get(word, '?')} {word}"


def _matrix(rows: Sequence[Source]) -> None:
    """Sources against rights and purposes, the riskiest first; a row can be chosen."""
    if not rows:
        st.info("Nothing in question has an origin or a right of its own.")
        return
    text = st.text_input("Narrow the list by a part of a name", key="rights-narrow")
    wanted = [r for r in rows if text.casefold() in r.name.casefold()]
    uses = list(dict.fromkeys(use for row in wanted for use in row.uses))
    shown = wanted[:MOST_LISTED]
    data = [
        {
            "Source": row.name,
            "Right to hold": _marked(row.right),
            "People": _marked(row.consent),
            "Checked": _marked(row.verification),
            **{_titled(u): _marked(row.uses[u]) if u in row.uses else "" for u in uses},
            "Holds": ", ".join(row.categories),
            "Models": row.models,
            "Services": row.services,
            "Maybe in use": row.in_use,
            "Why here": row.risk.sentence,
            "Id": row.id,
        }
        for row in shown
    ]
    _pickable("rights-sources", data, lambda at: ask(SOURCE, [shown[at].id] if at >= 0 else []))
    if len(wanted) > len(shown):
        st.caption(f"{len(shown):,} of {len(wanted):,} shown; all: lineage rights --format json")
    words = {w for r in shown for w in (r.right, r.consent, *r.uses.values())}
    st.caption(
        "Select a row to see why, or to record a right. An empty cell: not used so. "
        + " · ".join(f"{_marked(word)}: {ANSWERS[word]}" for word in ANSWERS if word in words)
    )


def _pickable(
    key: str, data: Sequence[Mapping[str, object]], on_pick: Callable[[int], None]
) -> None:
    def told() -> None:
        picked = st.session_state[key]["selection"]["rows"]
        on_pick(picked[0] if picked else -1)

    st.dataframe(
        list(data),
        key=key,
        on_select=told,
        selection_mode="single-row",
        hide_index=True,
        height=min(430, 38 + 35 * len(data)),
        column_config={
            "Source": st.column_config.TextColumn(width=210, pinned=True),
            "What": st.column_config.TextColumn(width=420),
            "Why here": st.column_config.TextColumn(width=420),
        },
    )


_FINDING = "rights-finding"


def _findings(answer: Rights) -> None:
    if not answer.findings:
        st.info("Nothing was found against what is in question.")
        return
    shown = answer.findings[:MOST_LISTED]
    data = [
        {
            "Severity": f.severity.word,
            "What": f.what,
            "Rule": f.rule,
            "Certainty": f.certainty,
            "What settles it": f.settles,
            "At": f.name,
        }
        for f in shown
    ]

    def told(at: int) -> None:
        st.session_state[_FINDING] = shown[at].fingerprint if at >= 0 else None

    _pickable("rights-findings", data, told)
    st.caption("Select a row to see the chain of assertions behind it.")


def _missing(missing: Sequence[Missing]) -> None:
    if not missing:
        st.info("No finding waits for a fact that nobody has established.")
        return
    st.dataframe(
        [
            {
                "Settles": f"{m.severity.word} ({len(m.settles)})",
                "Of": m.name,
                "What to find out": m.words,
                "Ask": "; ".join(m.ask) or "nobody is recorded",
                "Stand on it": m.reach,
                "Maybe in use": m.in_use,
            }
            for m in missing[:MOST_LISTED]
        ],
        hide_index=True,
        height=min(430, 38 + 35 * len(missing)),
    )
    st.caption("Those facts first that would settle the gravest findings and reach furthest.")


def _decisions(answer: Rights) -> None:
    graph = answer.part.graph
    if answer.decisions:
        st.dataframe(
            [
                {
                    "Decision": graph.shown(d.number),
                    "About": graph.shown(d.about),
                    "Not carried on": ", ".join(d.removes),
                    "Reason": d.reason or "none: not applied",
                    "By": d.by,
                    "On": d.on,
                    "Until": d.until,
                    "Applied": "yes" if d in answer.applied else "no",
                }
                for d in answer.decisions
            ],
            hide_index=True,
        )
    else:
        st.caption("No recorded decision bears on what is in question.")
    if answer.silenced:
        st.dataframe(
            [
                {
                    "Switched off": f.rule,
                    "At": f.name,
                    "Reason": off.reason,
                    "Until": off.until,
                    "Where": off.place,
                }
                for f, off in answer.silenced
            ],
            hide_index=True,
        )
    st.dataframe(
        [
            {
                "Rule": rule.id,
                "Severity": rule.severity.word,
                "What": rule.what,
                "What settles it": rule.settles,
                "Law": rule.law,
                "Checked against its text": "yes" if rule.verified else "no" if rule.law else "",
            }
            for rule in answer.flow.rules.rules.values()
        ],
        hide_index=True,
        height=300,
    )


def _details(answer: Rights, rows: Sequence[Source], links: Links) -> None:
    finding = next(
        (f for f in answer.findings if f.fingerprint == st.session_state.get(_FINDING)), None
    )
    wanted = asked(SOURCE)
    source = next((r for r in rows if r.id in wanted), None)
    if finding is not None:
        prose("rights-finding", finding_blocks(finding, answer))
        links.to_artifact(finding.place, "Open it in Explore")
    if source is None:
        if finding is None:
            prose(
                "rights-none",
                [
                    block("title", "Why, and what to do"),
                    block(
                        "line",
                        "Select a source or a finding on the left. Its rights, the chain of "
                        "documents and what would settle it are shown here.",
                    ),
                ],
            )
        return
    prose("rights-source", source_blocks(source, answer))
    links.to_artifact(source.id, "Open it in Explore")
    enter_right(answer.part.graph.nodes[source.number])


def _downloads(answer: Rights, rows: Sequence[Source], missing: Sequence[Missing]) -> None:
    with st.container(horizontal=True, gap="small"):
        _download(
            "Data (JSON)",
            lambda: json.dumps(
                rights_as_json(answer)
                | {"sources": sources_as_json(rows), "worklist": worklist_as_json(missing)},
                indent=2,
            ),
            "rights.json",
            "application/json",
        )
        _download("Sources (CSV)", lambda: _as_csv(rows), "sources.csv", "text/csv")
        if len(answer.subjects) == 1:
            record = record_of(answer)
            _download("Record (HTML)", lambda: record_as_html(record), "record.html", "text/html")
            _download(
                "Record (Markdown)",
                lambda: record_as_markdown(record),
                "record.md",
                "text/markdown",
            )
            _download("Record (CSV)", lambda: record_as_csv(record), "record.csv", "text/csv")
        else:
            st.caption("Choose one model or service above to download its record.")


def _download(label: str, made: Callable[[], str], file: str, kind: str) -> None:
    st.download_button(label, made, file, kind, on_click="ignore")


def _as_csv(rows: Sequence[Source]) -> str:
    uses = list(dict.fromkeys(use for row in rows for use in row.uses))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ("source", "id", "categories", "right", "people", "checked", *uses, "gaps", PERMITTED)
    writer.writerow(head)
    for r in rows:
        cells = [r.name, r.id, ", ".join(r.categories), r.right, r.consent, r.verification]
        cells += [r.uses.get(use, "") for use in uses]
        words = (r.right, r.consent, *r.uses.values())
        cells += [str(r.gaps), str(sum(word == PERMITTED for word in words))]
        writer.writerow([f"'{c}" if c[:1] in {"=", "+", "-", "@", "\t"} else c for c in cells])
    return out.getvalue()
