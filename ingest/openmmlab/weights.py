"""What a model starts from and learns from: checkpoints, pretrained parts, teachers."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ingest.literals import Unknown
from ingest.openmmlab.facts import Facts, type_of
from ingest.reading import Map, Node, Seq
from lineage.vocabulary import Relation

_ROOTS = ("model", "algorithm", "distiller", "llm", "visual_encoder", "model_wrapper_cfg")
_CHECKPOINTS = frozenset(
    "pretrained checkpoint pretrained_path pretrained_pth model_name_or_path name_or_path "
    "pretrained_model_name_or_path ckpt ckpt_path checkpoint_path init_checkpoint load_from "
    "pretrained_model pretrained_weights pretrain weights init_ckpt".split()
)
_TEACHER = re.compile(r"teacher|target_generator|distill_model")
_TEACHER_KEYS = re.compile(r"(ckpt|pretrained|checkpoint|weights|pretrain)(_path)?$")
_TEACHER_CONFIG = re.compile(r"(teacher_)?(config|cfg|cfg_path)$|^teacher(_model)?$")
_TOKENIZER = re.compile(r"tokenizer(_path)?$")
_WORK_DIRS = "work_dirs/"


def read_weights(facts: Facts) -> None:
    """All weights that the config names."""
    root = facts.config.values
    for key in ("load_from", "resume_from"):
        if not _own_checkpoint(facts, root.at(key)):
            facts.weights(Relation.FINE_TUNED_FROM, root.at(key))
    for key in _ROOTS:
        _walk(facts, root.at(key), (key,))
    for key, value in root.entries():
        if _TEACHER.search(key):
            _teacher(facts, value, (key,))
        elif _TOKENIZER.search(key):
            _tokenizer(facts, value)
    for hook in root.at("custom_hooks").elements():
        for key, value in hook.entries():
            if _TEACHER.search(key):
                _teacher(facts, value, (key,))


def _own_checkpoint(facts: Facts, node: Node) -> bool:
    """Whether it is a checkpoint that this very training wrote."""
    own = facts.config.values.at("work_dir").text or _WORK_DIRS + facts.found.document.stem
    return posixpath.normpath(node.text or "-").startswith(posixpath.normpath(own) + "/")


def _walk(facts: Facts, node: Node, keys: tuple[str, ...]) -> None:
    """Weights anywhere in a part of the model."""
    if isinstance(node, Seq):
        for item in node.items:
            _walk(facts, item, keys)
    if not isinstance(node, Map):
        return
    if type_of(node).endswith("BertModel"):  # it loads what it is called, with the tokenizer
        facts.weights(Relation.INITIALISED_FROM, node.at("name"), _part(keys))
    for key, value in node.entries():
        if _TEACHER.search(key):
            _teacher(facts, value, (*keys, key))
        elif _TOKENIZER.search(key):
            _tokenizer(facts, value)
        elif key == "init_cfg":
            _initial(facts, value, Relation.INITIALISED_FROM, keys)
        elif key in _CHECKPOINTS and not isinstance(value, Map | Seq):
            _pretrained(facts, node, value, keys)
        elif key in _CHECKPOINTS and key == "pretrained":
            _initial(facts, value, Relation.INITIALISED_FROM, keys)
        else:
            _walk(facts, value, (*keys, key))


def _pretrained(facts: Facts, holder: Node, value: Node, keys: tuple[str, ...]) -> None:
    """A key that names weights; ``pretrained=True`` takes those of the architecture."""
    relation = Relation.FINE_TUNED_FROM if len(keys) == 1 else Relation.INITIALISED_FROM
    if value.is_false:
        return
    if value.is_true:
        config = holder.at("cfg_path") or holder.at("model_name") or holder.at("model")
        if config.text:
            facts.weights(relation, config)
        else:
            facts.found.skip(f"pretrained weights of {type_of(holder) or 'a part'}, unnamed", value)
        return
    facts.weights(relation, value, _part(keys))


def _part(keys: tuple[str, ...]) -> str | None:
    return f"into {'.'.join(keys[1:])}" if len(keys) > 1 else None


def _initial(facts: Facts, node: Node, relation: Relation, keys: tuple[str, ...]) -> None:
    """``init_cfg``: only the type ``Pretrained`` loads weights."""
    entries = [node] if isinstance(node, Map) else list(node.elements())
    for entry in entries:
        if type_of(entry) == "Pretrained" or (not entry.at("type") and entry.at("checkpoint")):
            prefix = entry.at("prefix").text
            part = f"its {prefix.rstrip('.')}, {_part(keys) or 'whole'}" if prefix else _part(keys)
            facts.weights(relation, entry.at("checkpoint"), part)


def _teacher(facts: Facts, node: Node, keys: tuple[str, ...]) -> None:
    """A teacher's checkpoint; where none is named, the config that describes the teacher."""
    if not isinstance(node, Map | Seq):
        key = keys[-1]
        config = _TEACHER_CONFIG.search(key) and not _checkpoint_beside(facts, keys)
        if config or _TEACHER_KEYS.search(key):
            facts.weights(Relation.DISTILLED_FROM, node)
        return
    named = list(_checkpoints(node))
    for checkpoint in named:
        facts.weights(Relation.DISTILLED_FROM, checkpoint)
    if not named and not _checkpoint_beside(facts, keys):
        for name in ("cfg_path", "config"):
            facts.weights(Relation.DISTILLED_FROM, node.at(name))


def _checkpoint_beside(facts: Facts, keys: tuple[str, ...]) -> bool:
    """Whether the holder of a teacher's config names its checkpoint too."""
    holder = facts.config.values.at(*keys[:-1]) if len(keys) > 1 else facts.config.values
    return any(_TEACHER.search(k) and _TEACHER_KEYS.search(k) and v for k, v in holder.entries())


def _checkpoints(node: Node) -> Iterator[Node]:
    """The checkpoints named anywhere in the description of a teacher."""
    if isinstance(node, Seq):
        for item in node.items:
            yield from _checkpoints(item)
    for key, value in node.entries():
        if isinstance(value, Map | Seq):
            yield from _checkpoints(value)
        elif value.is_true or value.is_false or not (value.text or isinstance(value, Unknown)):
            continue
        elif key in _CHECKPOINTS or _TEACHER_KEYS.search(key) or key == "tokenizer_path":
            yield value


def _tokenizer(facts: Facts, node: Node) -> None:
    for key in ("pretrained_model_name_or_path", "name_or_path", "tokenizer_path", "model_path"):
        facts.weights(Relation.TOKENIZED_WITH, node.at(key))
    if node.text and ("/" in node.text or "-" in node.text):
        facts.weights(Relation.TOKENIZED_WITH, node)
