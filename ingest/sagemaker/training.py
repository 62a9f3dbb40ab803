"""Trainings: requests and descriptions of training, tuning and AutoML jobs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.reading import ABSENT, Map, Node
from ingest.sagemaker.hyperparameters import hyperparameters, told
from ingest.sagemaker.names import PUBLIC_HUB, Names, is_weights, version_of
from lineage.identity import is_placeholder, ref_in
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_CODE = re.compile(
    r"^(source_?)?(code|scripts?|source_?dir|config|configs|recipe|input_recipe|sm_drivers|label_map|"
    r"requirements|dependencies|entry_?point|hyper_?parameters|label_map_channel)$",
    re.IGNORECASE,
)
_HELD_OUT = re.compile(
    r"(^|[_-])(valid(ation)?|val|eval(uation)?|dev|test(ing)?)([_-]|$)", re.IGNORECASE
)
_MODEL = re.compile(
    r"^((base|pre_?trained|init(ial)?|parent|source)[_-]?)?(model|weights|checkpoints?)"
    r"([_-](uri|data|artifacts?|weights|path|dir))?$|^pre_?trained$",
    re.IGNORECASE,
)
_JUMPSTART = re.compile(r":jumpstart-model-id$")


def training(names: Names, body: Node, model: Ref | None) -> None:
    """One training job; without a model it is an evaluation."""
    serverless = body.at("ServerlessJobConfig")
    if model is None:
        _evaluation(names, body, serverless)
        return
    _channels(names, body, model)
    _serverless(names, body, serverless, model)
    hyperparameters(names, body.at("HyperParameters"), model)
    _jumpstart(names, body, model)


def trained(names: Names, body: Node, step: str = "") -> Ref | None:
    """The model of a training job; None for an evaluation, which makes none."""
    if body.at("ServerlessJobConfig", "JobType").text == "Evaluation":
        return None
    return output(names, body, step)


def output(names: Names, body: Node, step: str = "") -> Ref:
    """The model of a job: by the job's name, else by the step's or by where it is written."""
    job = body.at("TrainingJobName") or body.at("HyperParameterTuningJobName")
    if step and (not job or is_placeholder(job.text)):
        job = (job or body).saying(step)
    model = _written(names, body, job)
    for node in (body.at("CheckpointConfig", "S3Uri"), *_tuned_places(body)):
        names.found.copy(model, node, "checkpoints")
    return model


def _written(names: Names, body: Node, job: Node) -> Ref:
    folder = body.at("OutputDataConfig", "S3OutputPath")
    artifacts = body.at("ModelArtifacts", "S3ModelArtifacts")
    model = names.found.output(
        Kind.MODEL,
        name=job,
        location=folder,
        hub_id=told(body.at("HyperParameters")).get("hub_model_id", ABSENT),
        at=body.at("AlgorithmSpecification") or body,
        status=body.at("TrainingJobStatus").text or None,
        algorithm=body.at("AlgorithmSpecification", "AlgorithmName").text or None,
        trained_at=body.at("TrainingEndTime").text or None,
    )
    group = body.at("ModelPackageConfig", "ModelPackageGroupArn")
    if group.text:
        package = names.named(group, "model-package-groups", Kind.MODEL)
        names.found.describe(package, group, produced=True)
        names.relate(package, Relation.BUNDLES, model, group)
    if artifacts.text:
        names.found.copy(model, artifacts, "model artifacts")
        names.written(artifacts, model)
    elif _fixed(folder) and _fixed(body.at("TrainingJobName")):
        # the service writes each job's model to this place below the folder it is given
        path = f"{folder.text.rstrip('/')}/{body.at('TrainingJobName').text}/output/model.tar.gz"
        place = names.found.artifact(folder.saying(path), Kind.COPY, hub=False)
        names.found.describe(place, folder, copy_kind="model artifacts", location=place.name)
        names.relate(place, Relation.COPY_OF, model, folder, evidence=Evidence.INFERRED)
    return model


def _fixed(node: Node) -> bool:
    return bool(node.text) and not is_placeholder(node.text)


def _tuned_places(body: Node) -> Iterator[Node]:
    for definition in definitions(body):
        yield definition.at("CheckpointConfig", "S3Uri")


def definitions(body: Node) -> list[Node]:
    """The training definitions of a tuning job."""
    several = list(body.at("TrainingJobDefinitions").elements())
    return several or [d for d in (body.at("TrainingJobDefinition"),) if d]


def tuned(names: Names, body: Node, step: str = "") -> Ref:
    """What a tuning job makes: a family of models that all saw the same data."""
    first = next(iter(definitions(body)), ABSENT)
    items = dict(body.entries())
    if first.at("OutputDataConfig"):
        items["OutputDataConfig"] = first.at("OutputDataConfig")
    return output(names, Map(body.key, body.line, items), step)


def tuning(names: Names, body: Node, model: Ref) -> None:
    """One tuning job, of one algorithm or of several."""
    for definition in definitions(body):
        _channels(names, definition, model)
        hyperparameters(names, definition.at("StaticHyperParameters"), model)
        _jumpstart(names, definition, model)


def searched(names: Names, body: Node, step: str = "") -> Ref:
    """The best model that an AutoML job, of either version, finds."""
    name = body.at("AutoMLJobName")
    if step and not name:
        name = body.saying(step)
    folder = body.at("OutputDataConfig", "S3OutputPath")
    held_out = body.at("AutoMLJobConfig", "DataSplitConfig", "ValidationFraction").text
    model = names.found.output(
        Kind.MODEL, name=name, location=folder, at=body, held_out=held_out or None
    )
    for container in body.at("BestCandidate", "InferenceContainers").elements():
        names.found.copy(model, container.at("ModelDataUrl"), "model artifacts")
        names.written(container.at("ModelDataUrl"), model)
    return model


def automl(names: Names, body: Node, model: Ref) -> None:
    """What an AutoML job learned from."""
    for key in ("InputDataConfig", "AutoMLJobInputDataConfig"):
        for entry in body.at(key).elements():
            held_out = entry.at("ChannelType").text == "validation"
            relation = Relation.EVALUATED_ON if held_out else Relation.TRAINED_ON
            node = entry.at("DataSource", "S3DataSource", "S3Uri")
            names.input(model, relation, node, Kind.DATASET)
    base = body.at("AutoMLProblemTypeConfig", "TextGenerationJobConfig", "BaseModelName")
    if base.text:
        target = ref_in("sagemaker://canvas", base.text, Kind.MODEL)
        names.relate(model, Relation.FINE_TUNED_FROM, target, base)


def source_of(channel: Node) -> Node:
    """What a channel's data source names: objects, a file system's folder or a data set."""
    source = channel.at("DataSource")
    folder = source.at("FileSystemDataSource", "DirectoryPath")
    system = source.at("FileSystemDataSource", "FileSystemId").text
    if folder.text:
        kind = source.at("FileSystemDataSource", "FileSystemType").text.lower() or "efs"
        fixed = system and not is_placeholder(system)
        return folder.saying(f"{kind}://{system}/{folder.text.strip('/')}") if fixed else folder
    return source.at("S3DataSource", "S3Uri") or source.at("DatasetSource", "DatasetArn")


def _channels(names: Names, body: Node, model: Ref) -> None:
    """Each channel of a job, by the use its name tells."""
    for channel in body.at("InputDataConfig").elements():
        name, node = channel.at("ChannelName").text, source_of(channel)
        if not node.text:
            if channel:
                names.found.skip(f"the channel “{name}” has no data source that is read", channel)
            continue
        if _CODE.match(name):
            continue
        target = names.artifact(node, Kind.DATASET)
        if target.kind is Kind.MODEL or _MODEL.match(name) or is_weights(node):
            target = names.artifact(node, Kind.MODEL)
            names.relate(model, Relation.FINE_TUNED_FROM, target, node, selector=f"channel={name}")
            continue
        if name.lower() == "tokenizer":
            names.input(model, Relation.TOKENIZED_WITH, node, Kind.MODEL)
            continue
        relation = Relation.EVALUATED_ON if _HELD_OUT.search(name) else Relation.TRAINED_ON
        names.relate(model, relation, target, node, selector=_part(channel))


def _part(channel: Node) -> str:
    """Which channel, and which kind of listing and fields where the source says so."""
    objects = channel.at("DataSource", "S3DataSource")
    parts = [f"channel={channel.at('ChannelName').text}"]
    listing = objects.at("S3DataType").text
    if listing in {"ManifestFile", "AugmentedManifestFile"}:
        parts.append(f"listing={listing}")
    attributes = [a.text for a in objects.at("AttributeNames").elements() if a.text]
    if attributes:
        parts.append(f"attributes={','.join(attributes)}")
    return "; ".join(parts)


def _serverless(names: Names, body: Node, config: Node, model: Ref) -> None:
    base = config.at("BaseModelArn")
    package = body.at("ModelPackageConfig", "SourceModelPackageArn")
    names.input(model, Relation.FINE_TUNED_FROM, package, Kind.MODEL)
    names.input(model, Relation.FINE_TUNED_FROM, base, Kind.MODEL, selector=version_of(base))
    names.input(model, Relation.REWARDED_BY, config.at("EvaluatorArn"), Kind.MODEL)


def _evaluation(names: Names, body: Node, config: Node) -> None:
    """A job that measures a model and makes none."""
    package = body.at("ModelPackageConfig", "SourceModelPackageArn")
    node = package if package.text else config.at("BaseModelArn")
    if not node.text:
        names.found.skip("an evaluation of no named model", config)
        return
    subject = names.artifact(node, Kind.MODEL)
    for channel in body.at("InputDataConfig").elements():
        names.input(subject, Relation.EVALUATED_ON, source_of(channel), Kind.DATASET)


def _jumpstart(names: Names, body: Node, model: Ref) -> None:
    """The JumpStart model that a tag names, where no channel brings its weights."""
    for tag in body.at("Tags").elements():
        value = tag.at("Value")
        if not _JUMPSTART.search(tag.at("Key").text) or not value.text:
            continue
        channels = body.at("InputDataConfig").elements()
        if any(_MODEL.match(channel.at("ChannelName").text) for channel in channels):
            names.found.describe(model, value, produced=True, jumpstart_model=value.text)
        else:
            target = ref_in(f"sagemaker://{PUBLIC_HUB}", value.text, Kind.MODEL)
            names.relate(model, Relation.FINE_TUNED_FROM, target, value)
