"""Training jobs of Kubeflow, and the runtimes that give them their defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ingest.base import Findings
from ingest.commands.trainings import Training, Use
from ingest.containers import Container, artifact, containers_of, trainings_in
from ingest.reading import ABSENT, Map, Node
from ingest.tables import table
from lineage.identity import is_placeholder
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_INITIALIZERS = (
    ("dataset", Relation.TRAINED_ON, Kind.DATASET),
    ("model", Relation.FINE_TUNED_FROM, Kind.MODEL),
)
_WORKSPACE = ("/workspace/dataset", "/workspace/model")


@dataclass(frozen=True, slots=True)
class Initialised:
    """The data and the model that a job's initializers fetch before it begins."""

    uses: tuple[Use, ...]

    def over(self, defaults: Initialised) -> Initialised:
        """These, and of the defaults those in whose role nothing is given."""
        given = {use.relation for use in self.uses}
        others = tuple(use for use in defaults.uses if use.relation not in given)
        return Initialised((*self.uses, *others))


def read_train_job(found: Findings, job: Node, runtimes: Mapping[str, Node]) -> None:
    """A TrainJob, with what its runtime sets where that stands in the same file."""
    spec = job.at("spec")
    name = spec.at("runtimeRef", "name").text
    runtime = runtimes.get(name, ABSENT)
    defaults = _of_runtime(runtime) if runtime else _of_known_runtime(spec, name)
    fetched = _of_job(spec).over(defaults)
    trainer = Container(spec.at("trainer"), ABSENT)
    trainings = trainings_in(trainer, _name(job).text)
    if runtime and not (trainer.node.at("command") or trainer.node.at("args")):
        trainings += _trainings_of_runtime(runtime)
    place = spec.at("modelConfig", "output", "storageUri")
    _made(found, job, fetched, trainings, [trainer], place)


def read_runtime(found: Findings, runtime: Node) -> None:
    """A runtime's own defaults: what a job is that names it and gives no more."""
    fetched = _of_runtime(runtime)
    if fetched.uses:
        _made(found, runtime, fetched, _trainings_of_runtime(runtime), [], ABSENT)


def read_replicated_job(found: Findings, job: Node) -> None:
    """A PyTorchJob or one of its kind: the containers of each of its replicas."""
    containers = [c for template in _templates(job.at("spec")) for c in containers_of(template)]
    name = _name(job).text
    trainings = [t for container in containers for t in trainings_in(container, name)]
    _made(found, job, Initialised(()), trainings, containers, ABSENT)


def read_search(found: Findings, experiment: Node) -> None:
    """An experiment of Katib: the job that each of its trials runs."""
    trial = experiment.at("spec", "trialTemplate", "trialSpec")
    if isinstance(trial, Map):
        named = Map(trial.key, trial.line, {**trial.items, "metadata": experiment.at("metadata")})
        read_replicated_job(found, named)


def _templates(spec: Node) -> Iterator[Node]:
    """Pod templates of a job: of each kind of replica, or its only one."""
    if isinstance(spec.at("template"), Map):
        yield spec.at("template")
    for key, value in spec.entries():
        if key.endswith("ReplicaSpecs") or key == "replicaSpecs":
            for part in (*(v for _, v in value.entries()), *value.elements()):
                if isinstance(part.at("template"), Map):
                    yield part.at("template")


def _name(job: Node) -> Node:
    """A resource's name; of one that is made anew each time, the part that stays."""
    name = job.at("metadata", "name")
    if name.text:
        return name
    prefix = job.at("metadata", "generateName")
    return prefix.saying(prefix.text.rstrip("-")) if prefix.text else ABSENT


def _of_job(spec: Node) -> Initialised:
    """What a job's initializers fetch, in the present form and in that of the first version."""
    uses = []
    for what, relation, kind in _INITIALIZERS:
        given = spec.at("initializer", what)
        config = spec.at(f"{what}Config")
        node = (
            given.at("storageUri")
            or Container(given, ABSENT).environment.at("STORAGE_URI")
            or config.at("storageUri")
            or config.at("input", "storageUri")
        )
        if node.text:
            uses.append(Use(relation, node, kind))
    return Initialised(tuple(uses))


def _of_runtime(runtime: Node) -> Initialised:
    """What a runtime's initializers fetch when a job says nothing else."""
    uses = []
    for name, container in _steps(runtime):
        for what, relation, kind in _INITIALIZERS:
            node = container.environment.at("STORAGE_URI")
            if node.text and f"{what}-initializer" in {name, container.node.at("name").text}:
                uses.append(Use(relation, node, kind))
    return Initialised(tuple(uses))


def _of_known_runtime(spec: Node, name: str) -> Initialised:
    """What a runtime that Kubeflow itself brings fetches when a job says nothing else."""
    at = spec.at("runtimeRef", "name")
    uses = [
        Use(relation, at.saying(entry[what]), kind, evidence=Evidence.DEFAULT)
        for entry in table("kubeflow").get(name, ())
        for what, relation, kind in _INITIALIZERS
    ]
    return Initialised(tuple(uses))


def _steps(runtime: Node) -> Iterator[tuple[str, Container]]:
    """The containers of a runtime, each with its step's name."""
    for job in runtime.at("spec", "template", "spec", "replicatedJobs").elements():
        for container in containers_of(job.at("template", "spec", "template")):
            yield job.at("name").text, container


def _trainings_of_runtime(runtime: Node) -> list[Training]:
    """What the containers that are no initializers say."""
    return [
        training
        for name, container in _steps(runtime)
        if not name.endswith("-initializer")
        for training in trainings_in(container, _name(runtime).text)
    ]


def _made(
    found: Findings,
    job: Node,
    fetched: Initialised,
    trainings: list[Training],
    containers: list[Container],
    place: Node,
) -> None:
    """A job's model with all that goes into it; nothing where nothing does."""
    uses = {(use.relation, use.node.text): use for use in fetched.uses}
    for training in trainings:
        for use in training.uses:
            mounted = fetched.uses and use.node.text.startswith(_WORKSPACE)
            if not mounted:
                uses.setdefault((use.relation, use.node.text), use)
    outputs = [place, *(t.output for t in trainings), *(t.hub_id for t in trainings)]
    outputs = [node for node in outputs if node.text and not is_placeholder(node.text)]
    if not uses and not outputs:
        return
    trains = any(t.trains for t in trainings) or not trainings or bool(fetched.uses)
    base = next((t.base for t in trainings if t.base), ABSENT)
    if not trains and base:
        model = found.artifact(base, Kind.MODEL)
        kept = [u for u in uses.values() if u.relation is Relation.EVALUATED_ON]
    else:
        model, kept = _model(found, job, trainings, place), list(uses.values())
    for use in kept:
        _relate(found, model, use)
        for container in containers:
            _mounted(found, container, use)


def _model(found: Findings, job: Node, trainings: list[Training], place: Node) -> Ref:
    """What a job makes: where it says it puts it, else by its own name."""
    location = place or next((t.output for t in trainings if t.output.text), ABSENT)
    hub_id = next((t.hub_id for t in trainings if t.hub_id.text), ABSENT)
    name = _name(job)
    if is_placeholder(location.text):
        location = ABSENT
    if location or hub_id:
        model = found.output(Kind.MODEL, location=location, hub_id=hub_id, at=job)
    else:
        model = found.output(Kind.MODEL, name=name, at=job)
    if name.text:
        found.describe(model, name, produced=True, stated=False, job=name.text)
    return model


def _relate(found: Findings, model: Ref, use: Use) -> None:
    text, node = use.node.text, use.node
    selector = use.selector
    if text.startswith("hf://"):
        rest = text.removeprefix("hf://").removeprefix("datasets/").removeprefix("models/")
        files = "/".join(rest.partition("@")[0].split("/")[2:])
        selector = f"files={files}" if files else selector
    target = artifact(found, node, use.kind, hub=use.hub)
    found.relate(model, use.relation, target, node, evidence=use.evidence, selector=selector)


def _mounted(found: Findings, container: Container, use: Use) -> None:
    """The claimed volume behind a path that a container reads."""
    place = container.place_of(use.node.text)
    if place:
        data = artifact(found, use.node, use.kind, hub=use.hub)
        found.copy(data, use.node.saying(place), "volume claim")
