"""Trainings: custom jobs, hyperparameter tuning, training pipelines, tuning of base models."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ingest.base import Findings
from ingest.commands import Command, commands
from ingest.commands.trainings import Training, command_of, program_of, settings, training_of
from ingest.reading import ABSENT, Node
from ingest.vertex.names import address, artifact, field, published, resource, uris, used
from lineage.identity import is_placeholder
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_SHELLS = frozenset({"sh", "bash"})
TUNINGS = ("supervisedTuningSpec", "preferenceOptimizationSpec", "distillationSpec",
           "reinforcementTuningSpec", "veoTuningSpec")  # fmt: skip
"""The kinds of tuning of a base model, by the key of their settings."""


def job_spec(root: Node) -> Node:
    """The specification of a custom job or of the trials of a search, wherever it stands."""
    for holder in (root, field(root, "jobSpec"), field(root, "trialJobSpec"),
                   field(root, "customJobSpec"), field(root, "trainingTaskInputs"),
                   field(root, "trainingTaskInputs", "trialJobSpec")):  # fmt: skip
        if any(_programs(holder)):
            return holder
    return ABSENT


def _programs(spec: Node) -> Iterator[Node]:
    """What each pool of workers runs."""
    for pool in field(spec, "workerPoolSpecs").elements():
        program = field(pool, "containerSpec") or field(pool, "pythonPackageSpec")
        if program:
            yield program


def custom_job(found: Findings, root: Node) -> None:
    """A job that runs a program with options; without inputs and place it makes nothing known."""
    spec = job_spec(root)
    said = told(spec)
    name = field(root, "displayName")
    place = _place(spec, said.output)
    if not said.trains and said.base:
        subject = artifact(found, said.base, Kind.MODEL)
    elif said.uses or place:
        subject = found.output(Kind.MODEL, name=name, location=place, hub_id=said.hub_id, at=spec)
    else:
        return
    _uses(found, subject, said)


def training_pipeline(found: Findings, root: Node) -> None:
    """A training of the service's own or of a program, on a data set that it holds."""
    inputs, task = field(root, "inputDataConfig"), field(root, "trainingTaskInputs")
    uploaded = field(root, "modelToUpload")
    spec = job_spec(root)
    said = told(spec)
    place = field(uploaded, "artifactUri") or _place(spec, said.output)
    model = found.output(
        Kind.MODEL,
        name=field(uploaded, "displayName") or field(root, "displayName"),
        location=address(place),
        hub_id=said.hub_id,
        at=root,
    )
    registered = field(uploaded, "name")
    if registered.text:
        same = resource(found, registered, "models", Kind.MODEL)
        found.relate(same, Relation.BUNDLES, model, registered)
    _data_set(found, inputs, model)
    base = field(task, "baseModelId")
    if base.text:
        target = resource(found, base, "models", Kind.MODEL)
        found.relate(model, Relation.FINE_TUNED_FROM, target, base)
    _uses(found, model, said)


def tuning_job(found: Findings, root: Node) -> None:
    """The tuning of a base model, of one tuned before, or of a student by a teacher."""
    tuned = field(root, "tunedModel", "model")
    model = found.output(
        Kind.MODEL,
        name=field(root, "tunedModelDisplayName") or tuned,
        location=field(root, "outputUri"),
        at=field(root, "baseModel") or root,
    )
    before = field(root, "preTunedModel")
    for node in (field(before, "tunedModelName"), field(root, "customBaseModel")):
        checkpoint = field(before, "checkpointId").text if node.key.endswith("ame") else ""
        part = f"checkpoint={checkpoint}" if checkpoint else None
        used(found, model, Relation.FINE_TUNED_FROM, node, kind=Kind.MODEL, selector=part)
    for node in (field(root, "baseModel"), field(before, "baseModel"),
                 field(root, "distillationSpec", "studentModel")):  # fmt: skip
        if node.text:
            found.relate(model, Relation.FINE_TUNED_FROM, published(found, node), node)
    teacher = field(root, "distillationSpec", "baseTeacherModel")
    if teacher.text:
        found.relate(model, Relation.DISTILLED_FROM, published(found, teacher), teacher)
    tuned_teacher = field(root, "distillationSpec", "tunedTeacherModelSource")
    used(found, model, Relation.DISTILLED_FROM, tuned_teacher, kind=Kind.MODEL)
    for kind in TUNINGS:
        spec = field(root, kind)
        used(found, model, Relation.TRAINED_ON, field(spec, "trainingDatasetUri"))
        used(found, model, Relation.EVALUATED_ON, field(spec, "validationDatasetUri"))
    if tuned.text and tuned.text != field(root, "tunedModelDisplayName").text:
        same = resource(found, tuned, "models", Kind.MODEL)
        found.relate(same, Relation.BUNDLES, model, tuned)
    endpoint = field(root, "tunedModel", "endpoint")
    if endpoint.text:
        serving = resource(found, endpoint, "endpoints", Kind.DEPLOYMENT)
        found.relate(serving, Relation.DEPLOYS, model, endpoint)


def _data_set(found: Findings, inputs: Node, model: Ref) -> None:
    """The data set of a training pipeline, what is held out of it, and where it is exported to."""
    node = field(inputs, "datasetId")
    if not node.text:
        return
    data = resource(found, node, "datasets", Kind.DATASET)
    chosen = field(inputs, "annotationsFilter").text or field(inputs, "savedQueryId").text
    part = f"filter={chosen}" if chosen else None
    found.relate(model, Relation.TRAINED_ON, data, node, selector=part)
    held_out = [
        f"{name}={share.text}"
        for split in ("fractionSplit", "timestampSplit", "stratifiedSplit")
        for name in ("validationFraction", "testFraction")
        if (share := field(inputs, split, name)).number
    ]
    if held_out:
        found.relate(
            model,
            Relation.EVALUATED_ON,
            data,
            node,
            evidence=Evidence.INFERRED,
            selector=f"held out of the training data: {'; '.join(held_out)}",
        )
    for place in uris(inputs):
        copy = artifact(found, place, Kind.COPY)
        found.describe(copy, place, copy_kind="export", location=copy.name)
        found.relate(copy, Relation.COPY_OF, data, place)


def _place(spec: Node, told: Node) -> Node:
    """Where a job writes: what its program is told, else the job's own folder."""
    prefix = field(spec, "baseOutputDirectory", "outputUriPrefix") or field(
        spec, "baseOutputDirectory"
    )
    usable = told.text and not is_placeholder(told.text)
    _ = prefix.text  # whichever of the two is taken, the other says no more
    return address(told if usable or not prefix.text else prefix)


def _runs(spec: Node) -> Iterator[Command]:
    """The commands of each pool of workers."""
    for program in _programs(spec):
        module = field(program, "pythonModule")
        words = [*field(program, "command").elements(), *field(program, "args").elements()]
        texts = [word.text for word in words]
        if texts[:1] and posixpath.basename(texts[0]) in _SHELLS and len(texts) > 2:
            yield from (run for run in commands(words[-1].text, words[-1].line) if run.words)
        elif module.text:
            yield command_of([module, *words])
        else:
            yield command_of(words)


def told(spec: Node) -> Training:
    """What the options of a job's programs say."""
    runs = list(_runs(spec))
    program = program_of(runs[-1]) if runs else ""
    return training_of(settings(*(run.options for run in runs)), program)


def _uses(found: Findings, subject: Ref, said: Training) -> None:
    """What a program uses; one that only evaluates measures its base."""
    for use in said.uses:
        if use.relation is Relation.FINE_TUNED_FROM and not said.trains:
            continue
        target = artifact(found, use.node, use.kind, hub=use.hub)
        found.relate(
            subject, use.relation, target, use.node, evidence=use.evidence, selector=use.selector
        )
