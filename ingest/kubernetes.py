"""Kubernetes resources that run a training: jobs, job sets, workflows of Argo and jobs of Ray.

Only commands that say that they train or evaluate count, so that any other resource is left
alone. What an option means is concluded from its name: every edge is inferred.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.commands import Command
from ingest.commands.programs import with_variables
from ingest.containers import Container
from ingest.launches import Launch, launched, read_launch
from ingest.reading import ABSENT, Map, Node
from lineage.records import Extract, Ref

_KINDS = frozenset({
    ("batch", "Job"), ("batch", "CronJob"), ("jobset.x-k8s.io", "JobSet"), ("ray.io", "RayJob"),
    ("batch.volcano.sh", "Job"), ("argoproj.io", "Workflow"), ("argoproj.io", "WorkflowTemplate"),
    ("argoproj.io", "CronWorkflow"), ("argoproj.io", "ClusterWorkflowTemplate"), ("v1", "Pod"),
})  # fmt: skip
"""Groups of the interface (``v1`` for the one without a name) and kinds that run to an end."""

_CONTAINERS = ("initContainers", "containers")
_DEEP = 30


def recognise(document: Document) -> Claim | None:
    """A resource that runs to an end, with a command that trains or evaluates."""
    said = sum(launch.says for root in document.trees for launch in _launches(root))
    return Claim(1, f"{said} commands of a job that train or evaluate") if said else None


def read(document: Document) -> Extract:
    """All facts of each resource in the file; what one wrote, a later one may read."""
    found = Findings(document)
    made: dict[str, Ref] = {}
    for root in document.trees:
        found.leave_out(root if not _runs(root) else root.at("metadata", "name"))
        for container in _containers(root.at("spec"), 0):
            found.leave_out(container.node.at("name"))
        for launch in _launches(root):
            read_launch(found, launch, made, document)
    return found.extract()


def _runs(root: Node) -> bool:
    """Whether a document is a resource that runs to an end."""
    group, slash, _ = root.at("apiVersion").text.partition("/")
    return (group if slash else "v1", root.at("kind").text) in _KINDS


def _launches(root: Node) -> Iterator[Launch]:
    """What a resource launches; nothing where it is none of these."""
    if _runs(root):
        seen: set[tuple[str, str]] = set()
        for launch in launched(_commands(root.at("spec"))):
            key = (launch.program, " ".join(word.text for word in launch.words))
            if key not in seen:  # the head and the workers run the same
                seen.add(key)
                yield launch


def _commands(spec: Node) -> Iterator[Command]:
    """The entry point of a job of Ray, and the commands of all containers."""
    entry = spec.at("entrypoint")
    if " " in entry.text:
        yield from with_variables(entry.text, entry.line, {})
    for container in _containers(spec, 0):
        yield from container.commands


def _containers(node: Node, depth: int) -> Iterator[Container]:
    """The containers of the pods at any depth, and those of the templates of Argo."""
    if depth > _DEEP:
        return
    for key in _CONTAINERS:
        for entry in node.at(key).elements() if isinstance(node, Map) else ():
            if isinstance(entry, Map):
                yield Container(entry, node)
    for key, value in node.entries():
        if key == "container" and isinstance(value, Map):
            yield Container(value, ABSENT)
        elif key not in _CONTAINERS:
            yield from _containers(value, depth + 1)
    if not isinstance(node, Map):
        for item in node.elements():
            if isinstance(item, Map):
                yield from _containers(item, depth + 1)


INGESTOR = Ingestor(
    name="kubernetes",
    title="Kubernetes job of a training",
    description="Jobs, job sets, pods, workflows of Argo and jobs of Ray whose commands launch "
    "trainings and evaluations: base models, data and outputs by the options of what they run.",
    endings=(".yaml", ".yml", ".json"),
    recognise=recognise,
    read=read,
)
