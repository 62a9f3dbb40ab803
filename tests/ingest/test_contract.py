"""What holds of every ingestor: a fixture, the expected reading, purity, the strongest claim."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import ingest
from ingest.base import Ingestor, ingestors
from lineage.errors import InputError
from lineage.trace import trace_of
from reading_helper import EXPECTED, FIXTURES, case_as_json, claims, document, reading

INGESTORS = [pytest.param(i, id=i.name) for i in ingestors()]
CASES = [
    pytest.param(i, case.parent, id=f"{i.name}-{case.parent.name}")
    for i in ingestors()
    for case in sorted((FIXTURES / i.name).glob(f"*/{EXPECTED}"))
]

REQUIRED = {"path", "format", "inputs", "outputs", "skipped"}
"""What an expected reading says at least; a part that it leaves out is not compared."""


def expected(case: Path) -> dict[str, list[dict[str, object]]]:
    return dict(json.loads((case / EXPECTED).read_text(encoding="utf-8")))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("ingestor", INGESTORS)
def test_every_ingestor_has_a_fixture(ingestor: Ingestor) -> None:
    cases = list((FIXTURES / ingestor.name).glob(f"*/{EXPECTED}"))
    assert cases, f"write fixtures/{ingestor.name}/<case>/ with an {EXPECTED}"


@pytest.mark.parametrize("ingestor", INGESTORS)
def test_every_ingestor_says_what_it_is(ingestor: Ingestor) -> None:
    assert ingestor.title
    assert ingestor.description.endswith(".")
    assert ingestor.endings


def test_no_ingestor_imports_another() -> None:
    names = [module.name for module in pkgutil.iter_modules(ingest.__path__)]
    own = {n for n in names if hasattr(importlib.import_module(f"ingest.{n}"), "INGESTOR")}
    for name in own:
        place = Path(ingest.__path__[0], name)
        for file in [*place.rglob("*.py")] or [place.with_suffix(".py")]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                told = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                told += [a.name for a in node.names] if isinstance(node, ast.Import) else []
                imported = {t.split(".")[1] for t in told if t.startswith("ingest.")}
                assert not imported & (own - {name}), file


@pytest.mark.parametrize(("ingestor", "case"), CASES)
def test_the_reading_is_the_expected_one(ingestor: Ingestor, case: Path) -> None:
    read = case_as_json(case)["documents"]
    told = expected(case)["documents"]
    assert [row["path"] for row in read] == [row["path"] for row in told]
    for is_read, is_told in zip(read, told, strict=True):
        assert {key: is_read[key] for key in is_told} == is_told
        assert not REQUIRED - is_told.keys()


@pytest.mark.parametrize(("ingestor", "case"), CASES)
def test_the_ingestor_makes_the_strongest_claim(ingestor: Ingestor, case: Path) -> None:
    documents = expected(case)["documents"]
    assert documents
    for row in documents:
        (first, claim), *others = claims(document(case, str(row["path"])))
        assert first.name == ingestor.name
        assert all(other.strength < claim.strength for _, other in others), others


@pytest.mark.parametrize(("ingestor", "case"), CASES)
def test_reading_is_pure(ingestor: Ingestor, case: Path) -> None:
    before = contents(case)
    for row in expected(case)["documents"]:
        first = reading(document(case, str(row["path"])), ingestor)
        again = reading(document(case, str(row["path"])), ingestor)
        assert first == again
    assert contents(case) == before


@pytest.mark.parametrize(("ingestor", "case"), CASES)
def test_every_place_is_a_line_of_the_file(ingestor: Ingestor, case: Path) -> None:
    for row in expected(case)["documents"]:
        one = document(case, str(row["path"]))
        last = one.text.count("\n") + 1
        extract = reading(one, ingestor).extract
        lines = [a.place.line for a in extract.assertions] + [s.line for s in extract.skipped]
        assert all(line is None or 1 <= line <= last for line in lines)


@pytest.mark.parametrize(("ingestor", "case"), CASES)
def test_every_value_is_read_reported_or_left_out_by_name(ingestor: Ingestor, case: Path) -> None:
    for row in expected(case)["documents"]:
        one = document(case, str(row["path"]))
        ingestor.recognise(one)
        extract = reading(one, ingestor).extract
        unknown = set(trace_of(ingestor.name, extract, {}).keys)
        assert not unknown, (
            f"{ingestor.name}, {case.name}/{row['path']}: nothing is made of {sorted(unknown)}; "
            "read or report them; leave them out, by name where they never mean lineage"
        )


SHAPES: tuple[object, ...] = (
    None,
    "",
    "org/name",
    "a\n\tb\x7f",
    "long/" * 200,
    3,
    [],
    ["a", 1],
    [{"path": "a"}],
    {},
    {"a": {}, "long" * 200: 1},
)
"""Values of every shape, to stand where an ingestor expects another."""


def variants(value: object) -> Iterator[object]:
    """A value with each part of it, in turn, replaced by each shape."""
    yield from SHAPES
    if isinstance(value, dict):
        for key, part in value.items():
            yield from ({**value, key: other} for other in variants(part))
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from ([*value[:at], other, *value[at + 1 :]] for other in variants(part))


LITERALS = ("", '""', '"org/name"', "'a'", "3", "[]", '["a", 1]', "{}", "null", "(1,", "x.y")
"""What may stand after ``=`` in a format that is neither YAML nor JSON."""


def assigned(text: str) -> Iterator[str]:
    """A text with what each line assigns, in turn, replaced by each literal."""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if "=" in line:
            for literal in LITERALS:
                other = f"{line.partition('=')[0]}= {literal}"
                yield "\n".join([*lines[:at], other, *lines[at + 1 :]])


def reshaped(text: str) -> Iterator[str]:
    """A stream of YAML documents with each value of each, in turn, replaced by each shape."""
    roots = [json.dumps(root) for root in yaml.load_all(text, yaml.BaseLoader)]
    for at, root in enumerate(roots):
        for variant in variants(json.loads(root)):
            yield "\n---\n".join([*roots[:at], json.dumps(variant), *roots[at + 1 :]])


@pytest.mark.parametrize(("ingestor", "case"), CASES)
def test_no_shape_of_a_value_is_too_much(ingestor: Ingestor, case: Path) -> None:
    for row in expected(case)["documents"]:
        one = document(case, str(row["path"]))
        front, body = ("", one.text)
        if one.name.endswith(".md"):
            front, body = one.text.split("\n---\n", 1)[1], one.text.split("---\n")[1]
        if "{{" in body:
            continue
        assigns = one.name.endswith((".py", ".toml", ".cfg", ".gin", ".jsonnet"))
        for variant in assigned(body) if assigns else reshaped(body):
            text = f"---\n{variant}\n---\n{front}" if front else variant
            other = replace(one, content=text.encode())
            try:
                if ingestor.recognise(other) is not None:
                    ingestor.read(other)
            except InputError:
                assert assigns
