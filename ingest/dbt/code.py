"""Models as they stand in a project: calls of ``ref`` and ``source``, never rendered or run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.base import Document, Findings
from ingest.dbt.names import Project, table_ref
from ingest.reading import Scalar
from lineage.records import Ref
from lineage.vocabulary import Relation

_CALL = re.compile(
    r"(?<![\w.])(?:dbt\s*\.\s*|builtins\s*\.\s*)?(ref|source)\s*\(\s*"
    r"(['\"])(?P<first>[^'\"{}]+)\2\s*"
    r"(?:,\s*(['\"])(?P<second>[^'\"{}]+)\4\s*)?"
    r"(?:,\s*(?:v|version)\s*=\s*['\"]?(?P<version>[\w.]+)['\"]?\s*)?\)"
)
_ANY_CALL = re.compile(r"(?<![\w.])(?:dbt\s*\.\s*)?(?:ref|source)\s*\(\s*[^'\"\s)]")
_BLOCK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_NOTE = re.compile(r"\{#.*?#\}", re.DOTALL)
_SNAPSHOT = re.compile(r"\{%-?\s*snapshot\s+(\w+)\s*-?%\}")
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_PYTHON_MODEL = re.compile(r"^def\s+model\s*\(\s*dbt\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of ``ref`` or ``source``, with where in the text it starts."""

    function: str
    first: str
    second: str
    version: str
    start: int

    def target(self, project: Project) -> Ref:
        """The table that the call means."""
        if self.function == "source":
            return project.source(self.first, self.second)
        if self.second:
            return project.referred(self.second, self.first, self.version)
        return project.referred(self.first, version=self.version)


def calls(text: str) -> Iterator[Call]:
    """All calls with names that are written out."""
    for match in _CALL.finditer(text):
        function, second = match[1], match["second"] or ""
        if function == "source" and not second:
            continue
        yield Call(function, match["first"], second, match["version"] or "", match.start())


def is_model_code(document: Document) -> bool:
    """Whether a file is a model or snapshot of a project, in one of the folders for them."""
    text = document.text
    if document.name.endswith(".py"):
        likely = _PYTHON_MODEL.search(text) is not None
    else:
        likely = "{{" in text or "{%" in text
    if not likely:
        return False
    project = Project(document)
    if not project.name:
        return False
    folders = [f for kind in ("model", "snapshot") for f in project.folders(kind)]
    return any(document.path.startswith(f"{folder}/") for folder in folders)


def read_code(found: Findings) -> None:
    """What a model, or each snapshot of a file, is made of."""
    document = found.document
    project = Project(document)
    python = document.name.endswith(".py")
    text = (_COMMENT if python else _NOTE).sub(_blank, document.text)
    starts = [] if python else list(_SNAPSHOT.finditer(text))
    kind = "snapshot" if starts else "model"
    names = [(match[1], match.start()) for match in starts] or [(document.stem, 0)]
    for at, (name, start) in enumerate(names):
        end = names[at + 1][1] if at + 1 < len(names) else len(text)
        ref = table_ref(document, f"{kind}.{project.name}.{name}")
        first = Scalar(posixpath.basename(document.path), _line(text, start), name, quoted=True)
        found.describe(ref, first, produced=True, resource_type=kind)
        for call_at, call in _called(text, start, end, python=python):
            place = Scalar(call.function, _line(text, call_at), call.first, quoted=True)
            target = call.target(project)
            if target != ref:
                found.relate(ref, Relation.DERIVED_FROM, target, place)
    for position in _computed(text, python=python):
        found.skip("a ref or source whose name only dbt would tell", _line(text, position))


def _called(text: str, start: int, end: int, *, python: bool) -> Iterator[tuple[int, Call]]:
    """Calls within a part of the text: in SQL, only those that dbt would render."""
    if python:
        yield from ((call.start, call) for call in calls(text[start:end]))
        return
    for block in _BLOCK.finditer(text, start, end):
        for call in calls(block[0]):
            yield block.start() + call.start, call


def _computed(text: str, *, python: bool) -> list[int]:
    parts = [(0, text)] if python else [(b.start(), b[0]) for b in _BLOCK.finditer(text)]
    return [at + match.start() for at, part in parts for match in _ANY_CALL.finditer(part)]


def _blank(match: re.Match[str]) -> str:
    """A note's lines, empty, so that what follows keeps its line."""
    return "\n" * match[0].count("\n")


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
