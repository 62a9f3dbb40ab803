"""A check as JUnit XML, for the test reports of CI servers."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from lineage.gate import Checked, Diagnostic
from lineage.rights import Severity

_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold."""


def checked_as_junit(checked: Checked, least: Severity | None) -> str:
    """The diagnostics of a check as test cases, one suite a document.

    Args:
        checked: what was found.
        least: from which severity on a new diagnostic is a failure; the others are notes.
    """
    failing = {id(d) for d in checked.failing(least)}
    paths = sorted({*checked.files, *(d.path for d in checked.diagnostics)})
    suites = [_suite(path, checked, failing) for path in paths]
    suites += [_unread(path, why) for path, why in checked.unreadable]
    total = sum(line.count("<testcase ") for suite in suites for line in suite)
    head = f'<testsuites name="lineage check" tests="{total}" failures="{len(failing)}" '
    lines = [line for suite in suites for line in suite]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'{head}errors="{len(checked.unreadable)}">\n' + "\n".join(lines) + "\n</testsuites>\n"
    )


def _suite(path: str, checked: Checked, failing: set[int]) -> list[str]:
    found = [d for d in checked.diagnostics if d.path == path]
    cases = [_case(d, id(d) in failing) for d in found] or [
        f"<testcase classname={_attr(path)} name={_attr('nothing found')} />"
    ]
    failures = sum(id(d) in failing for d in found)
    head = f'<testsuite name={_attr(path)} tests="{len(cases)}" failures="{failures}" errors="0">'
    return [head + "".join(cases) + "</testsuite>"]


def _case(d: Diagnostic, fails: bool) -> str:
    text = f"{d.path}:{d.line}: {d.rule}: {d.message}\nWhat settles it: {d.settles}."
    inner = (
        f"<failure type={_attr(d.severity.word)} message={_attr(d.message)}>{_text(text)}</failure>"
        if fails
        else f"<system-out>{_text(f'{text} ({_why_not(d)})')}</system-out>"
    )
    name = f"{d.rule} (line {d.line}, {d.fingerprint})"
    return f"<testcase classname={_attr(d.path)} name={_attr(name)}>{inner}</testcase>"


def _why_not(d: Diagnostic) -> str:
    if d.off is not None:
        return f"switched off by {d.off.place}: {d.off.reason}"
    return "in the baseline" if d.old else "not grave enough to fail"


def _unread(path: str, why: str) -> list[str]:
    case = (
        f"<testcase classname={_attr(path)} name={_attr('not read')}>"
        f"<error message={_attr(why)} /></testcase>"
    )
    return [f'<testsuite name={_attr(path)} tests="1" failures="0" errors="1">{case}</testsuite>']


def _attr(text: str) -> str:
    return quoteattr(_UNFIT.sub("\N{REPLACEMENT CHARACTER}", text))


def _text(text: str) -> str:
    return escape(_UNFIT.sub("\N{REPLACEMENT CHARACTER}", text))
