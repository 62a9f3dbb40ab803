"""A reading as JSON: what ``lineage ingest --dry-run --format json`` prints of each document.

The shape of one document::

    {
      "path": "configs/sft.yaml", "repository": "github.com/acme/chat", "format": "axolotl",
      "inputs": [{"role": "trained_on", "kind": "dataset", "name": "tatsu-lab/alpaca",
                  "namespace": "hf://datasets", "id": "hf://datasets/tatsu-lab/alpaca",
                  "line": 4, "evidence": "declared", "selector": "split=train",
                  "share": 0.5, "output": "outputs/sft"}],
      "outputs": [{"kind": "model", "name": "outputs/sft", "namespace": "config://…",
                   "id": "config://…#outputs/sft", "line": 9}],
      "unnamed_outputs": [],
      "background": [],
      "copies": [{"kind": "output folder", "name": "outputs/sft", "of": "outputs/sft", "line": 9}],
      "skipped": [{"reason": "…", "line": 12}]
    }

``inputs`` are the lineage assertions; ``output`` is the name of what each one is an input of.
A source that the document describes, and of which it does not say what came of it, is an input
with the role ``source`` and no output. ``background`` has, in the same shape, what a table of
defaults knows of an input's own origin: nothing that the document itself says.
Copies and other names of the same thing are no inputs, nor is governance (providers, rights).
``outputs`` are what the document makes or describes and names itself; where it names nothing,
the name made from its path is under ``unnamed_outputs``. A thing known by its address (a
bucket, a web page) has the whole address as its ``name``. ``line``, ``selector`` and ``share``
are null where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable

from lineage.identity import has_address
from lineage.records import Assertion, Extract, Reading, Ref, Statement
from lineage.vocabulary import RELATIONS, Evidence, Kind, Relation, Transmits

_NO_INPUT = frozenset({Relation.COPY_OF, Relation.SAME_AS}) | {
    relation for relation, term in RELATIONS.items() if term.transmits is Transmits.NOTHING
}


def reading_as_json(reading: Reading) -> dict[str, object]:
    """A reading as the dictionary that the module describes, ready for JSON."""
    extract = reading.extract
    made = [s for s in extract.statements if s.produced]
    inputs = [a for a in extract.assertions if a.relation not in _NO_INPUT]
    used = {a.object for a in inputs} - {s.ref for s in made}
    own = [a for a in inputs if a.evidence is not Evidence.DEFAULT or a.subject not in used]
    return {
        "path": reading.document.path,
        "repository": reading.document.repository,
        "format": reading.document.format,
        "inputs": _once([*map(_input, own), *map(_source, _origins(extract))]),
        "outputs": _once(_output(s) for s in made if s.stated),
        "unnamed_outputs": _once(_output(s) for s in made if not s.stated),
        "background": _once(_input(a) for a in inputs if a not in own),
        "copies": _copies(extract.statements, extract.assertions),
        "skipped": [{"reason": s.reason, "line": s.line} for s in extract.skipped],
    }


def _origins(extract: Extract) -> list[Statement]:
    """The sources that a document describes without saying what came of them."""
    used = {a.object for a in extract.assertions if a.relation not in _NO_INPUT}
    return [
        s
        for s in extract.statements
        if s.ref.kind is Kind.SOURCE and not s.produced and s.ref not in used
    ]


def _once(rows: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """The rows in their order, each once."""
    return list({repr(row): row for row in rows}.values())


def _name(ref: Ref) -> str:
    return ref.id if has_address(ref.namespace) else ref.name


def _named(ref: Ref) -> dict[str, object]:
    return {
        "kind": ref.kind.value.lower(),
        "name": _name(ref),
        "namespace": ref.namespace,
        "id": ref.id,
    }


def _input(assertion: Assertion) -> dict[str, object]:
    return {
        "role": assertion.relation.role,
        **_named(assertion.object),
        "line": assertion.place.line,
        "evidence": assertion.evidence.value,
        "selector": assertion.selector,
        "share": assertion.share,
        "output": _name(assertion.subject),
    }


def _source(statement: Statement) -> dict[str, object]:
    return {
        "role": "source",
        **_named(statement.ref),
        "line": statement.place.line,
        "evidence": Evidence.DECLARED.value,
        "selector": None,
        "share": None,
        "output": None,
    }


def _output(statement: Statement) -> dict[str, object]:
    return {**_named(statement.ref), "line": statement.place.line}


def _copies(
    statements: Iterable[Statement], assertions: Iterable[Assertion]
) -> list[dict[str, object]]:
    kinds = {
        s.ref: value for s in statements for name, value in s.properties if name == "copy_kind"
    }
    return _once(
        {
            "kind": kinds.get(a.subject),
            "name": _name(a.subject),
            "of": _name(a.object),
            "line": a.place.line,
        }
        for a in assertions
        if a.relation is Relation.COPY_OF
    )
