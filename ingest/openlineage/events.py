"""Events: which texts are some, and the runs and jobs that they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.openlineage.names import is_named
from ingest.reading import Map, Node, Seq

STATES = frozenset({"START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"})
FAILED = frozenset({"ABORT", "FAIL"})
FACETS = ("lineage", "columnLineage")
"""Facets that tell what a data set or a job was made from."""


def events(root: Node) -> Iterator[Node]:
    """The events of a file: one, a list, or the answer of a server that keeps them."""
    if isinstance(root, Seq):
        yield from (item for item in root.items if is_event(item))
    elif is_event(root):
        yield root
    elif isinstance(root.at("events"), Seq):
        yield from (item for item in root.at("events").elements() if is_event(item))


def is_event(node: Node) -> bool:
    """Whether a mapping is an event of a run, a job or a data set."""
    if not isinstance(node, Map):
        return False
    about = is_named(node.at("job")) or is_named(node.at("dataset"))
    data = any_data(node)
    if says_so(node):
        return about or data
    timed = bool(node.at("eventTime").text) and is_named(node.at("job"))
    state = node.at("eventType").text in STATES
    scoped = node.at("job", "namespace").text or data
    return bool((state and (about or data) and scoped) or (timed and data))


def says_so(node: Node) -> bool:
    """Whether a mapping names the schema of OpenLineage as its own."""
    for key in ("schemaURL", "_schemaURL"):
        text = node.at(key).text.lower()
        if "openlineage.io/spec" in text or "openlineage/openlineage" in text:
            return True
    return False


def is_facet(root: Node) -> bool:
    """Whether a file holds lineage facets alone, outside any event."""
    return isinstance(root, Map) and any(says_so(root.at(name)) for name in FACETS)


def entities(node: Node, side: str) -> Iterator[Node]:
    """The data sets on a side of an event that have a name."""
    for item in node.at(side).elements():
        if is_named(item) and "namespace" in dict(item.entries()):
            yield item


def any_data(node: Node) -> bool:
    """Whether an event names data sets on either side."""
    return any(entities(node, "inputs")) or any(entities(node, "outputs"))


@dataclass(slots=True)
class Work:
    """What all events of one run, or of one job without runs, say together."""

    job: Node
    states: set[str] = field(default_factory=set)
    runs: list[Node] = field(default_factory=list)
    jobs: list[Node] = field(default_factory=list)
    inputs: list[Node] = field(default_factory=list)
    outputs: list[Node] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether it ended, and did not complete."""
        return bool(self.states & FAILED) and "COMPLETE" not in self.states

    @property
    def calls_tables_models(self) -> bool:
        """Whether its tool is dbt, whose models are tables."""
        kinds = [job.at("facets", "jobType", "integration").text.upper() for job in self.jobs]
        return "DBT" in kinds or any(run.at("facets", "dbt_run") for run in self.runs)


def works(told: list[Node]) -> list[Work]:
    """Events joined by run: each adds to what the earlier ones said."""
    found: dict[tuple[str, str, str], Work] = {}
    for event in told:
        job, run = event.at("job"), event.at("run")
        key = (job.at("namespace").text, job.at("name").text, run.at("runId").text)
        work = found.setdefault(key if any(key) else ("", "", event.key), Work(job))
        work.states.add(event.at("eventType").text)
        work.runs.append(run)
        work.jobs.append(job)
        work.inputs.extend(entities(event, "inputs"))
        work.outputs.extend(entities(event, "outputs"))
    return list(found.values())
