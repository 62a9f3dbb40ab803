"""Configs with an experiment manager."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ingest.base import Findings
from ingest.nemo.data import data_sets, names_data
from ingest.paths import as_path
from ingest.reading import ABSENT, Map, Node
from lineage.identity import is_placeholder
from lineage.records import Ref
from lineage.vocabulary import Kind, Relation

_RESTORED: tuple[tuple[str, ...], ...] = (
    ("model", "restore_from_path"),
    ("restore_from_path",),
    ("model", "pretrained_checkpoint", "restore_from_path"),
    ("pretrained_checkpoint", "restore_from_path"),
    ("pretrained_checkpoint", "checkpoint_dir"),
    ("model", "language_model_path"),
    ("model", "language_model", "lm_checkpoint"),
    ("model", "language_model", "nemo_file"),
    ("model", "resume_from_checkpoint"),
    ("trainer", "resume_from_checkpoint"),
    ("exp_manager", "resume_from_checkpoint"),
)
_NAMED: tuple[tuple[str, ...], ...] = (
    ("model", "language_model", "pretrained_model_name"),
    ("model", "pretrained_model_name"),
    ("model", "base_model_name"),
)
_STARTS = ("init_from_nemo_model", "init_from_pretrained_model", "init_from_ptl_ckpt")
_TOWERS: tuple[tuple[str, ...], ...] = (
    ("model", "mm_cfg", "llm", "from_pretrained"),
    ("model", "mm_cfg", "vision_encoder", "from_pretrained"),
    ("model", "perception", "encoder", "from_pretrained"),
    ("model", "pretrained_llm"),
    ("model", "pretrained_asr"),
    ("pretrained_llm",),
    ("pretrained_asr",),
)
_TEACHERS: tuple[tuple[str, ...], ...] = (
    ("model", "distillation", "teacher_model_path"),
    ("model", "teacher", "restore_from_path"),
    ("model", "teacher_model_path"),
    ("teacher", "restore_from_path"),
)
_TOKENIZER_FILES = ("model", "tokenizer_model", "vocab_file", "dir", "tokenizer_name")


def classic(found: Findings, root: Node) -> None:
    """All facts of one config: a training, a quantisation, or a measurement."""
    quantised = root.at("quantization", "algorithm").text not in {"", "null"}
    if quantised and root.at("export", "save_path").line:
        _quantisation(found, root)
    elif names_data(root, "train") or root.at("model", "optim"):
        _training(found, root)
    elif names_data(root, "test"):
        _measurement(found, root)


def _training(found: Findings, root: Node) -> None:
    place, name = _place(root)
    scheme = root.at("model", "peft", "peft_scheme").text
    adapter = scheme if scheme not in {"", "null", "none"} else None
    model = found.output(
        Kind.MODEL,
        name=ABSENT if place else name,
        location=place,
        at=root.at("model"),
        adapter=adapter,
    )
    for key in ("nemo_path", "virtual_prompt_save_path"):
        found.copy(model, _known(root.at("model", key)), "exported model")
    _weights(found, root, model, place)
    _tokenizer(found, root.at("model", "tokenizer"), model)
    data_sets(found, root, model)


def _known(node: Node) -> Node:
    return ABSENT if is_placeholder(node.text) else node


def _place(root: Node) -> tuple[Node, Node]:
    """The folder of the run, and the run's name."""
    manager = root.at("exp_manager")
    name = _known(manager.at("name") or root.at("name") or root.at("run", "name"))
    explicit = _known(manager.at("explicit_log_dir"))
    above = _known(manager.at("exp_dir"))
    if explicit or not above:
        return explicit, name
    return above.saying(posixpath.join(above.text, name.text)) if name else above, name


def _weights(found: Findings, root: Node, model: Ref, place: Node) -> None:
    for path in _RESTORED:
        node = as_path(root.at(*path))
        own = bool(place) and f"{node.text}/".startswith(f"{place.text.rstrip('/')}/")
        if not own:
            found.input(model, Relation.FINE_TUNED_FROM, node, hub=False)
    for path in _NAMED:
        found.input(model, Relation.FINE_TUNED_FROM, root.at(*path))
    for key in _STARTS:
        for node, part in _started(root.at(key)):
            if key == "init_from_pretrained_model" and "/" not in node.text:
                weights = found.named(node, Kind.MODEL)
                found.relate(model, Relation.FINE_TUNED_FROM, weights, node, selector=part)
            else:
                found.input(model, Relation.FINE_TUNED_FROM, node, selector=part)
    for path in _TOWERS:
        found.input(model, Relation.INITIALISED_FROM, root.at(*path))
    for path in _TEACHERS:
        found.input(model, Relation.DISTILLED_FROM, as_path(root.at(*path)), hub=False)
    adapter = root.at("model", "peft")
    for node in (
        adapter.at("restore_from_path"),
        adapter.at("restore_from_ckpt", "checkpoint_dir"),
    ):
        found.input(model, Relation.FINE_TUNED_FROM, as_path(node), hub=False, selector="adapter")
    reward = root.at("model", "reward_model", "restore_from_path") or root.at("reward_model_file")
    found.input(model, Relation.REWARDED_BY, as_path(reward), hub=False)


def _started(node: Node) -> Iterator[tuple[Node, str | None]]:
    """The models that weights are taken from: one, or several with their parts."""
    if node.text:
        yield node, None
    for _, part in node.entries():
        place = part.at("path") or part.at("name") or (part if part.text else ABSENT)
        kept = ",".join(item.text for item in part.at("include").elements())
        if isinstance(part, Map) or part.text:
            yield place, f"layers={kept}" if kept else None


def _tokenizer(found: Findings, part: Node, model: Ref) -> None:
    """The tokenizer: of the hub, or the first of its files."""
    if part.at("library").text == "huggingface":
        found.input(model, Relation.TOKENIZED_WITH, part.at("type"))
        return
    file = next((node for key in _TOKENIZER_FILES if (node := part.at(key)).text), ABSENT)
    found.input(model, Relation.TOKENIZED_WITH, file)


def _measurement(found: Findings, root: Node) -> None:
    """A job with test data only measures the model that it restores."""
    paths: tuple[tuple[str, ...], ...] = (_RESTORED[0], _RESTORED[1], ("pretrained_model",))
    node = next((part for path in paths if (part := root.at(*path)).text), ABSENT)
    if not node:
        found.skip("the model that is measured is not named", root.at("model"))
        return
    data_sets(found, root, found.artifact(as_path(node), Kind.MODEL, hub=False))


def _quantisation(found: Findings, root: Node) -> None:
    place = _known(root.at("export", "save_path"))
    model = found.output(Kind.MODEL, location=place, at=root.at("quantization"))
    source = root.at("model", "restore_from_path") or root.at("model_file")
    found.input(model, Relation.QUANTIZED_FROM, as_path(source), hub=False)
    calibration = root.at("quantization", "calib_dataset")
    if "/" in calibration.text:
        found.input(model, Relation.CALIBRATED_ON, calibration)
    elif calibration.text:
        data = found.named(calibration, Kind.DATASET)
        found.relate(model, Relation.CALIBRATED_ON, data, calibration)
