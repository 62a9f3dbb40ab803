"""What outputs were made from: by their runs, by explicit lineage, by columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.base import Findings
from ingest.openlineage.events import Work
from ingest.openlineage.facets import columns, describe_made, part_of, read_facets, stated
from ingest.openlineage.names import data_set, is_named, job
from ingest.reading import ABSENT, Node
from lineage.identity import output_ref
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_MOST_PAIRS = 10_000
"""Of how many inputs and outputs each is told of each; beyond, they meet in the run."""


def relation_of(subject: Ref, target: Ref) -> Relation:
    """How a thing came from another, by what both are."""
    if subject.kind is Kind.MODEL:
        return Relation.FINE_TUNED_FROM if target.kind is Kind.MODEL else Relation.TRAINED_ON
    if target.kind is Kind.MODEL and subject.kind is Kind.DATASET:
        return Relation.GENERATED_BY
    return Relation.DERIVED_FROM


@dataclass(frozen=True, slots=True)
class _Input:
    """A thing that a run read."""

    ref: Ref
    node: Node


class WorkReader:
    """Reads one run, or one job."""

    def __init__(self, found: Findings, work: Work):
        self.found = found
        self.work = work
        self.tables = work.calls_tables_models
        self.evidence = Evidence.INFERRED if work.failed else Evidence.DECLARED

    def read(self) -> None:
        """Each output came from each input, unless the events say it more exactly."""
        inputs = [_Input(self.data(node), node) for node in self.work.inputs]
        for given in inputs:
            read_facets(self.found, given.ref, given.node)
        inputs = list({(g.ref, part_of(g.node)): g for g in reversed(inputs)}.values())[::-1]
        explicit = self.explicit()
        told = [(self.data(node), node) for node in self.work.outputs]
        outputs: dict[Ref, list[Node]] = {}
        for ref, node in told:
            outputs.setdefault(ref, []).append(node)
        several = len(outputs) > 1
        if len(outputs) * len(inputs) > _MOST_PAIRS:
            inputs = self.through_the_run(inputs)
        for ref, nodes in outputs.items():
            self.output(ref, nodes)
            exact = ref in explicit
            for node in nodes:
                exact |= read_lineage(self.found, ref, node.at("facets"), self.work.job)
            used = {target for node in nodes for target in self.columns(ref, node)}
            for given in () if exact else inputs:
                sure = not (several and used and given.ref not in used)
                self.came(ref, given, self.evidence if sure else Evidence.INFERRED)
        if not outputs and not explicit:
            self.consumed(inputs)

    def data(self, node: Node) -> Ref:
        """The data set that a mention names, as this job's tool calls it."""
        return data_set(self.found, node, tables=self.tables)

    def output(self, ref: Ref, nodes: list[Node]) -> None:
        """Describes an output, with the run and job that made it."""
        for node in nodes:
            read_facets(self.found, ref, node)
            describe_made(self.found, ref, node)
        run = next((r for r in self.work.runs if r.at("facets", "nominalTime")), ABSENT)
        parent = next((p for r in self.work.runs if (p := r.at("facets", "parent", "job"))), ABSENT)
        ids = dict.fromkeys(stated(r.at("runId")) for r in self.work.runs)
        self.found.describe(
            ref,
            nodes[0].at("name"),
            produced=True,
            job=stated(self.work.job.at("name")),
            run_ids=tuple(run_id for run_id in ids if run_id) or None,
            nominal_time=stated(run.at("facets", "nominalTime", "nominalStartTime")),
            parent_job=stated(parent.at("name")),
        )

    def came(self, subject: Ref, given: _Input, evidence: Evidence) -> None:
        """A thing came from an input, or from the part of it that was read."""
        self.found.relate(
            subject,
            relation_of(subject, given.ref),
            given.ref,
            given.node.at("name"),
            evidence=evidence,
            selector=part_of(given.node),
        )

    def columns(self, ref: Ref, node: Node) -> Iterator[Ref]:
        """The data sets that column lineage names."""
        for item, names in columns(node.at("facets", "columnLineage")).values():
            target = self.data(item)
            yield target
            self.found.relate(
                ref,
                relation_of(ref, target),
                target,
                item.at("name"),
                evidence=self.evidence,
                selector=f"columns={','.join(names)}" if names else None,
            )

    def explicit(self) -> set[Ref]:
        """What the job's own lineage facet says; the data sets whose lineage it gives."""
        given: set[Ref] = set()
        for node in [*self.work.jobs, *self.work.runs]:
            given |= read_entries(self.found, node.at("facets", "lineage"), self.work.job)
        return given

    def through_the_run(self, inputs: list[_Input]) -> list[_Input]:
        """The run itself, which came from all of many inputs, in their place."""
        self.consumed(inputs)
        return [_Input(_job(self.found, self.work.job), self.work.job)]

    def consumed(self, inputs: list[_Input]) -> None:
        """A run that read and names nothing that it made is itself what came from its inputs."""
        run = _job(self.found, self.work.job)
        for given in inputs:
            self.came(run, given, self.evidence)


def read_data_set(found: Findings, event: Node) -> None:
    """A data set that an event is about."""
    node = event.at("dataset")
    ref = data_set(found, node)
    read_facets(found, ref, node)
    describe_made(found, ref, node)
    read_origins(found, ref, node.at("facets"), ABSENT)


def read_origins(found: Findings, ref: Ref, facets: Node, own: Node) -> None:
    """All that the facets of a data set say of what it came from."""
    read_lineage(found, ref, facets, own)
    for item, names in columns(facets.at("columnLineage")).values():
        target = data_set(found, item)
        found.relate(
            ref,
            relation_of(ref, target),
            target,
            item.at("name"),
            selector=f"columns={','.join(names)}" if names else None,
        )


def read_lineage(found: Findings, ref: Ref, facets: Node, own: Node) -> bool:
    """The lineage facet of a data set; whether it has one."""
    facet = facets.at("lineage")
    for entry in [facet, *(field for _, field in facet.at("fields").entries())]:
        for item in entry.at("inputs").elements():
            _source(found, ref, item, own)
    return any(key in {"inputs", "fields"} for key, _ in facet.entries())


def read_entries(found: Findings, facet: Node, own: Node) -> set[Ref]:
    """The lineage facet of a job: its targets, each with what feeds it."""
    given: set[Ref] = set()
    for entry in (facet.at("entries") or facet.at("lineage")).elements():
        if entry.at("type").text.upper() == "JOB":
            target = _job(found, entry if is_named(entry) else own)
        elif is_named(entry):
            target = data_set(found, entry)
            found.describe(target, entry.at("name"), produced=True)
            given.add(target)
        else:
            found.skip("lineage of something without a name", entry)
            continue
        fields = [field for _, field in entry.at("fields").entries()]
        for holder in [entry, *fields]:
            for item in holder.at("inputs").elements():
                _source(found, target, item, own)
    return given


def _source(found: Findings, target: Ref, item: Node, own: Node) -> None:
    """One thing that feeds a target: a data set, or what a job made."""
    if item.at("type").text.upper() == "JOB":
        source = job(item) if is_named(item) else None
        if source is None or source == job(own):
            return
    elif is_named(item):
        source = data_set(found, item)
    else:
        found.skip("a source without a name", item)
        return
    found.relate(target, relation_of(target, source), source, item.at("name"))


def _job(found: Findings, node: Node) -> Ref:
    """A job by its name, or the one that this document is about."""
    return job(node) or output_ref(found.document.stem, Kind.RUN, found.document.scope)
