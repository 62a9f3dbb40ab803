"""Work lists for those who do the deleting: a script to review, CSV, JSON for Jira, Markdown.

Lineage deletes nothing itself. The script stops at its first line until somebody who has read it
takes that line out; names from documents stand in it quoted, and in comments on one line.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections.abc import Mapping

from lineage.cases import Case
from lineage.export.cases import deadline_words, evidence_needed, rows_of
from lineage.export.impact import escaped, inert
from lineage.plan import ACTIONS, Brings

COLUMNS = (
    "step", "wave", "action", "status", "kind", "name", "artifact", "owner", "waits for", "why",
    "doubts",
)  # fmt: skip


def as_script(case: Case) -> str:
    """A shell script that says what would be deleted, for people to review, correct and run."""
    lines = [
        "#!/bin/sh",
        "# Written by lineage for people to read, correct and run. Lineage does not run it.",
        f"# Case {_line(case.id)}; {_line(deadline_words(case))}",
        "echo 'Read this file, then take this line out.' >&2; exit 1",
        "set -eu",
    ]
    wave = 0
    for state in case.open_steps:
        step = state.step
        if step.wave != wave:
            wave = step.wave
            lines += ["", f"# Wave {wave}"]
        lines += ["", f"# {step.id} {step.action.value}: {_line(step.name)} ({step.kind})"]
        lines.append(f"#   {_line(step.why)}")
        if step.after:
            lines.append(f"#   after {', '.join(step.after)}")
        if state.held:
            lines.append("#   HELD: a duty to preserve stops this")
        elif ACTIONS[step.action].brings is Brings.GONE and step.kind != "Deployment":
            commands = [c for place in step.places if (c := command(place))]
            lines += commands or ["#   no command is known for where it lies: do it by hand"]
        else:
            lines.append("#   by hand")
        lines.append(f"#   evidence: {_line(evidence_needed(state))}")
    return "\n".join(lines) + "\n"


def command(place: str) -> str:
    """The command that deletes what is at a place; nothing where none is known."""
    scheme, _, rest = place.partition("://")
    if scheme in {"s3", "s3a", "s3n"}:
        return f"aws s3 rm --recursive {shlex.quote('s3://' + rest)}"
    if scheme in {"gs", "gcs"}:
        return f"gcloud storage rm --recursive {shlex.quote('gs://' + rest)}"
    if scheme == "hf":
        kind, _, name = rest.partition("/")
        return f"hf repo delete --repo-type {shlex.quote(kind[:-1])} {shlex.quote(name)}"
    if scheme == "file":
        repository, _, path = rest.partition("//")
        path = path if path.startswith("/") else f"./{path}"
        return f"rm -rf -- {shlex.quote(path)}  # in repository {_line(repository)}"
    return ""


def as_csv(case: Case, told: Mapping[str, str]) -> str:
    """The open steps as CSV. Cells that a spreadsheet would run are quoted."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for row in _open_rows(case, told):
        writer.writerow({name: inert(row[name]) for name in COLUMNS})
    return out.getvalue()


def as_jira(case: Case, told: Mapping[str, str]) -> str:
    """The open steps as JSON in the form of Jira's bulk create: ``issueUpdates`` with fields."""
    deadline = str(case.body.get("deadline", ""))
    issues = [
        {
            "fields": {
                "summary": f"{case.id} {row['step']}: {row['action']} {row['name']}"[:254],
                "description": "\n".join(
                    f"{name}: {row[name]}" for name in COLUMNS if str(row[name])
                ),
                "labels": ["lineage", f"case-{case.id}", f"wave-{row['wave']}"],
                "issuetype": {"name": "Task"},
                **({"duedate": deadline} if deadline else {}),
            }
        }
        for row in _open_rows(case, told)
    ]
    return json.dumps({"issueUpdates": issues}, ensure_ascii=False, indent=1) + "\n"


def as_markdown(case: Case, told: Mapping[str, str]) -> str:
    """The open steps as Markdown, by wave, with boxes to tick; names are escaped."""
    lines = [f"# Case {case.id}", "", escaped(f"Deadline: {deadline_words(case)}"), ""]
    wave = 0
    for row in _open_rows(case, told):
        if row["wave"] != wave:
            wave = int(row["wave"])
            lines += ["", f"## Wave {wave}", ""]
        after = f", after {row['waits for']}" if row["waits for"] else ""
        lines.append(
            f"- [ ] **{row['step']}** {row['action']}: {escaped(str(row['name']))} "
            f"({row['kind']}; {escaped(str(row['owner']))}{after}). {escaped(str(row['why']))}."
        )
    return "\n".join(lines) + "\n"


def _open_rows(case: Case, told: Mapping[str, str]) -> list[dict[str, str | int]]:
    still = {s.step.id for s in case.open_steps}
    return [row for row in rows_of(case, told) if row["step"] in still]


def _line(text: str) -> str:
    """A text on one line, for a comment: nothing in it can begin a line of its own."""
    return re.sub(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+", " ", text)
