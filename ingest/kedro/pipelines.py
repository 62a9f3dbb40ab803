"""Pipelines in Python, as far as literals go: what each node makes of what."""

from __future__ import annotations

import ast

from ingest.base import Findings
from ingest.kedro.entries import is_report, kind_of, place_of, read_place
from ingest.kedro.project import catalogues, entry_for, filled, ref_of, root_of
from ingest.kedro.steps import NO_DATA, Step, steps_of
from ingest.reading import Node, Scalar
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation


def read_pipelines(found: Findings) -> None:
    """All nodes of a module, each once for each name that its pipelines give it."""
    try:
        module = ast.parse(found.document.text)
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        found.skip(f"not valid Python: {getattr(error, 'msg', None) or 'nested too deeply'}")
        return
    try:
        steps = steps_of(found, module)
    except RecursionError:
        found.skip("nested too deeply")
        return
    facts = _Facts(found)
    for step in steps:
        facts.read(step)


class _Facts:
    """Turns nodes into facts, with what the project's catalogues say of the names."""

    def __init__(self, found: Findings):
        self.found = found
        self.project = root_of(found.document)
        self.listed = list(catalogues(found.document, self.project))

    def read(self, step: Step) -> None:
        """What a node makes of what; a node that makes only metrics evaluates its models."""
        at = Scalar("node", step.line, "", quoted=True)
        given = [self.known(name, at) for name in step.inputs if not name.startswith(NO_DATA)]
        made = [
            self.known(name, at)
            for name in step.outputs
            if not is_report(name, entry_for(self.listed, name)[0])
        ]
        for output in made:
            self.found.describe(output, at, produced=True)
            for source in given:
                if source.id != output.id:
                    relation, evidence = _relation(output, source)
                    self.found.relate(output, relation, source, at, evidence=evidence)
        if not made:
            models = [ref for ref in given if ref.kind is Kind.MODEL]
            for model in models:
                for data in given:
                    if data.kind is Kind.DATASET:
                        self.found.relate(
                            model, Relation.EVALUATED_ON, data, at, evidence=Evidence.INFERRED
                        )

    def known(self, name: str, at: Node) -> Ref:
        """What a name means; a name that only a pattern of a catalogue covers gets its place."""
        entry, fields = entry_for(self.listed, name)
        ref = ref_of(self.found.document, self.project, name, kind_of(name, entry))
        if fields:
            place = at.saying(filled(place_of(entry).text, fields))
            read_place(self.found, self.project, ref, place)
        return ref


def _relation(output: Ref, source: Ref) -> tuple[Relation, Evidence]:
    if output.kind is Kind.MODEL:
        if source.kind is Kind.MODEL:
            return Relation.FINE_TUNED_FROM, Evidence.INFERRED
        return Relation.TRAINED_ON, Evidence.DECLARED
    if source.kind is Kind.MODEL:
        return Relation.GENERATED_BY, Evidence.DECLARED
    return Relation.DERIVED_FROM, Evidence.DECLARED
