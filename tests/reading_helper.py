"""What the tests of ingestors share: text in, facts out.

``python tests/reading_helper.py fixtures/FORMAT/CASE …`` writes each case's ``expected.json``
anew from what is read now; read the difference before you keep it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

from ingest.base import Claim, Document, Folder, Ingestor, ingestors
from lineage.export.readings import reading_as_json
from lineage.identity import Scope
from lineage.records import DocumentRef, Extract, Reading, Value

FIXTURES = Path(__file__).parents[1] / "fixtures"
EXPECTED = "expected.json"


def document(root: Path, path: str) -> Document:
    """One file of a tree, as the scan gives it to the ingestors."""
    return Document(Scope("repo", path), (root / path).read_bytes(), Folder(root.resolve()))


def claims(one: Document) -> list[tuple[Ingestor, Claim]]:
    """All claims on a document, the strongest first."""
    fitting = (i for i in ingestors() if one.name.endswith(i.endings))
    made = [(i, claim) for i in fitting if (claim := i.recognise(one)) is not None]
    return sorted(made, key=lambda c: (-c[1].strength, c[0].name))


def reading(one: Document, ingestor: Ingestor) -> Reading:
    """What an ingestor reads of a document."""
    ref = DocumentRef(one.scope.repository, one.path, one.sha256, ingestor.name)
    return Reading(ref, ingestor.read(one))


def case_as_json(case: Path) -> dict[str, Any]:
    """Every document of a fixture, as ``expected.json`` has it."""
    paths = sorted(p.relative_to(case).as_posix() for p in case.rglob("*") if p.is_file())
    documents = []
    for path in paths:
        one = document(case, path)
        if path != EXPECTED and (made := claims(one)):
            documents.append(reading_as_json(reading(one, made[0][0])))
    return {"documents": documents}


@dataclass(frozen=True)
class Read:
    """What was read, in forms that a test can spell out."""

    extract: Extract

    @property
    def inputs(self) -> set[tuple[str, str]]:
        """Role and name of each input; copies and other names are none."""
        return {(row["role"], row["name"]) for row in self._rows("inputs")}

    @property
    def ids(self) -> set[tuple[str, str]]:
        """Role and full id of each input."""
        return {(row["role"], row["id"]) for row in self._rows("inputs")}

    @property
    def background(self) -> set[tuple[str, str]]:
        """Role and full id of what is known of an input's own origin."""
        return {(row["role"], row["id"]) for row in self._rows("background")}

    @property
    def outputs(self) -> list[str]:
        """Names of the outputs that the document names."""
        return [row["name"] for row in self._rows("outputs")]

    @property
    def output_ids(self) -> list[str]:
        """Full ids of the outputs that the document names."""
        return [row["id"] for row in self._rows("outputs")]

    @property
    def unnamed(self) -> list[str]:
        """Names made for outputs that the document does not name."""
        return [row["name"] for row in self._rows("unnamed_outputs")]

    @property
    def copies(self) -> set[tuple[str, str]]:
        """Place and thing of each copy."""
        return {(row["name"], row["of"]) for row in self._rows("copies")}

    @property
    def skipped(self) -> list[str]:
        """Reasons of what was not understood."""
        return [skip.reason for skip in self.extract.skipped]

    def input(self, name: str, role: str = "trained_on") -> dict[str, Any]:
        """The only input of this role and name."""
        (row,) = (r for r in self._rows("inputs") if (r["role"], r["name"]) == (role, name))
        return row

    def properties(self, name: str) -> dict[str, Value]:
        """What is said of a node of this name."""
        return {
            k: v for s in self.extract.statements if s.ref.name == name for k, v in s.properties
        }

    def _rows(self, part: str) -> list[dict[str, Any]]:
        ref = DocumentRef("repo", "config", "", "test")
        rows: Any = reading_as_json(Reading(ref, self.extract))[part]
        return list(rows)


class Tree:
    """A folder of files that a test writes, and reads as the product would."""

    def __init__(self, root: Path):
        self.root = root

    def write(self, path: str, text: str) -> None:
        """Writes a file, its text without the indentation of the test."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text).lstrip("\n"), encoding="utf-8")

    def claimant(self, path: str, text: str | None = None) -> str | None:
        """The name of the ingestor that claims a file, if one does."""
        if text is not None:
            self.write(path, text)
        made = claims(document(self.root, path))
        return made[0][0].name if made else None

    def read(self, path: str, text: str | None = None) -> Read:
        """What the ingestor that claims a file reads of it."""
        if text is not None:
            self.write(path, text)
        one = document(self.root, path)
        (ingestor, _), *_ = claims(one)
        return Read(reading(one, ingestor).extract)


def main(cases: list[str]) -> None:
    """Writes the expected readings of fixture folders anew."""
    for case in map(Path, cases):
        text = json.dumps(case_as_json(case.resolve()), indent=1, ensure_ascii=False)
        (case / EXPECTED).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
