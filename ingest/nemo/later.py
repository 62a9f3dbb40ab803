"""NeMo 2 recipes as YAML, NeMo RL and AutoModel."""

from __future__ import annotations

import posixpath

from ingest.base import Findings, selector_of
from ingest.paths import as_path, weighted
from ingest.reading import ABSENT, Map, Node
from lineage.identity import is_placeholder
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_DATA_FILES = ("dataset_root", "path_to_dataset", "data_path")
_PART = ("name", "split", "subset", "data_files", "dataset_config", "path_or_dataset")


def _known(node: Node) -> Node:
    return ABSENT if is_placeholder(node.text) else node


def second(found: Findings, root: Node) -> None:
    """A recipe of NeMo 2: ``resume`` restores weights, ``data`` is a class with paths."""
    log = root.at("log")
    above, name = _known(log.at("log_dir") or log.at("dir")), _known(log.at("name"))
    joined = posixpath.join(above.text, name.text) if above and name else ""
    model = found.output(
        Kind.MODEL,
        name=ABSENT if above else name,
        location=above.saying(joined) if joined else above,
        at=root.at("model"),
        adapter=root.at("peft", "_target_").text.rpartition(".")[2] or None,
    )
    for key in ("restore_config", "resume_from_path", "import_path", "resume_from_directory"):
        node = root.at("resume", key)
        _restored(found, model, node.at("path") or node)
    adapter = root.at("resume", "adapter_path")
    found.input(model, Relation.FINE_TUNED_FROM, adapter, selector="adapter")
    data = root.at("data")
    paths = data.at("paths")
    if isinstance(paths, Map):
        for use, relation in (
            ("train", Relation.TRAINED_ON),
            ("validation", Relation.EVALUATED_ON),
            ("test", Relation.EVALUATED_ON),
        ):
            _weighted(found, model, relation, paths.at(use))
    else:
        _weighted(found, model, Relation.TRAINED_ON, paths)
    for key in _DATA_FILES:
        found.input(model, Relation.TRAINED_ON, as_path(data.at(key)), hub=False)
    if data.at("_target_") and not paths and not any(data.at(key) for key in _DATA_FILES):
        at = data.at("_target_")
        found.relate(model, Relation.TRAINED_ON, found.named(at, Kind.DATASET), at)
        found.skip(f"which data “{at.text}” reads is not known", at)
    tokenizer = data.at("tokenizer") or root.at("tokenizer")
    name = tokenizer.at("pretrained_model_name") or tokenizer.at("model_path") or tokenizer
    found.input(model, Relation.TOKENIZED_WITH, name)


def _restored(found: Findings, model: Ref, node: Node) -> None:
    """Weights by path; ``nemo://org/name`` is the copy of a hub model that NeMo imports."""
    imported = node.text.startswith("nemo://")
    found.input(
        model,
        Relation.FINE_TUNED_FROM,
        node.saying(node.text.removeprefix("nemo://")) if imported else node,
        evidence=Evidence.DEFAULT if imported else Evidence.DECLARED,
    )


def _weighted(found: Findings, model: Ref, relation: Relation, node: Node) -> None:
    for path, share in weighted(node.elements()):
        found.input(model, relation, as_path(path), hub=False, share=share)


def reinforcement(found: Findings, root: Node) -> None:
    """NeMo RL: a policy that is aligned, with its data, teacher and judges."""
    place = _known(root.at("checkpointing", "checkpoint_dir"))
    policy = root.at("policy")
    model = found.output(Kind.MODEL, location=place, at=policy)
    base = policy.at("model_name")
    found.input(model, Relation.FINE_TUNED_FROM, base)
    tokenizer = policy.at("tokenizer", "name")
    found.input(model, Relation.TOKENIZED_WITH, tokenizer)
    found.input(model, Relation.DISTILLED_FROM, root.at("teacher", "model_name"))
    for path in (("reward_model", "model_name"), ("env", "reward_model", "model_name")):
        found.input(model, Relation.REWARDED_BY, root.at(*path))
    for part in _parts(root.at("data")):
        _set(found, part, model, Relation.TRAINED_ON)
    for key, relation in (
        ("train", Relation.TRAINED_ON),
        ("validation", Relation.EVALUATED_ON),
    ):
        for part in _parts(root.at("data", key)):
            _set(found, part, model, relation)
    files = (("train_data_path", Relation.TRAINED_ON), ("val_data_path", Relation.EVALUATED_ON))
    for key, relation in files:
        found.input(model, relation, as_path(root.at("data", key)), hub=False)


def _parts(node: Node) -> list[Node]:
    return [node] if isinstance(node, Map) else list(node.elements())


def _set(found: Findings, part: Node, model: Ref, relation: Relation) -> None:
    """One data set: of the hub, a file, or by a name that only NeMo RL knows."""
    name, path = part.at("dataset_name"), part.at("data_path")
    found.input(model, relation, as_path(path), hub=False)
    if "/" in name.text:
        found.input(model, relation, name, selector=selector_of(part, *_PART))
    elif name.text and not path:
        found.relate(model, relation, found.named(name, Kind.DATASET), name)


def automodel(found: Findings, root: Node) -> None:
    """AutoModel: a model of the hub, data sets by their builder's arguments."""
    place = _known(root.at("checkpoint", "checkpoint_dir"))
    part = root.at("model")
    model = found.output(
        Kind.MODEL, location=place, at=part, adapter="lora" if root.at("peft") else None
    )
    if part.at("_target_").text.endswith("from_pretrained"):
        found.input(model, Relation.FINE_TUNED_FROM, part.at("pretrained_model_name_or_path"))
    teacher = root.at("teacher_model", "pretrained_model_name_or_path")
    found.input(model, Relation.DISTILLED_FROM, teacher)
    tokenizer = root.at("tokenizer", "pretrained_model_name_or_path")
    found.input(model, Relation.TOKENIZED_WITH, tokenizer)
    for key, relation in (
        ("dataset", Relation.TRAINED_ON),
        ("validation_dataset", Relation.EVALUATED_ON),
    ):
        data = root.at(key)
        name = (
            data.at("dataset_name") or data.at("path_or_dataset") or data.at("path_or_dataset_id")
        )
        if name:
            found.input(model, relation, name, selector=selector_of(data, "split", "name"))
            continue
        for node in data.at("paths").elements():
            found.input(model, relation, as_path(node), hub=False)
        if data and not data.at("paths"):
            found.skip("a data set that is not named", data)
