"""Saved models of Transformers and Diffusers: what their own config says they came from.

``_name_or_path`` is the name that was loaded before training or converting. Libraries write it
unasked, and it may be the model's own earlier place, so it is inferred evidence.
"""

from __future__ import annotations

import posixpath

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.reading import ABSENT, Map, Node
from lineage.identity import is_path
from lineage.records import Extract, Ref
from lineage.vocabulary import Evidence, Kind, Relation

_NAMES = ("config.json", "model_index.json", "tokenizer_config.json")
_PARTS = (
    "text_config", "vision_config", "audio_config", "encoder", "decoder", "question_encoder",
    "generator", "backbone_config", "text_encoder", "audio_encoder", "qformer_config",
    "speech_config", "llm_config", "language_config", "image_encoder",
)  # fmt: skip
_BACKBONES = (
    "backbone", "text_model_id", "vision_model_id", "audio_model_id", "base_model_name",
    "mm_vision_tower", "vision_tower", "mm_audio_tower", "audio_tower",
)  # fmt: skip


def recognise(document: Document) -> Claim | None:
    """A config of a model, pipeline or tokenizer that names something it came from."""
    root = document.tree
    if document.name not in _NAMES or not isinstance(root, Map):
        return None
    if document.name == "tokenizer_config.json":
        own = root.at("tokenizer_class").text and root.at("name_or_path").text
        return Claim(3, "a tokenizer that names where it was loaded from") if own else None
    library = root.at("model_type").text or root.at("architectures") or root.at("_class_name").text
    if not library or root.at("peft_type"):
        return None
    named = root.at("_name_or_path").text or any(root.at(p, "_name_or_path").text for p in _PARTS)
    if named or root.at("quantization_config") or any(root.at(k).text for k in _BACKBONES):
        return Claim(3, "a saved model that names what it was loaded from")
    return None


def read(document: Document) -> Extract:
    """What the folder's model came from, its parts, quantisation and tokenizer."""
    found = Findings(document)
    root = document.tree
    first = next((node for _, node in root.entries() if node.line), root)
    folder = first.saying(document.parent) if document.parent else ABSENT
    model = found.output(Kind.MODEL, location=folder, at=first)
    if document.name == "tokenizer_config.json":
        _loaded(found, model, Relation.TOKENIZED_WITH, root.at("name_or_path"))
        return found.extract()
    quantised = root.at("quantization_config")
    relation = Relation.QUANTIZED_FROM if quantised else Relation.FINE_TUNED_FROM
    _loaded(found, model, relation, root.at("_name_or_path"))
    for part in _PARTS:
        _loaded(found, model, Relation.INITIALISED_FROM, root.at(part, "_name_or_path"), part)
    for key in _BACKBONES:
        node = root.at(key)
        if "/" in node.text or root.at(f"use_pretrained_{key}").is_true:
            _loaded(found, model, Relation.INITIALISED_FROM, node, key)
    _calibration(found, model, quantised)
    return found.extract()


def _loaded(
    found: Findings, model: Ref, relation: Relation, node: Node, part: str | None = None
) -> None:
    """A name that was loaded, unless it is the model's own folder."""
    text = node.text.rstrip("/")
    own = found.document.parent
    if not text or text == "." or (own and posixpath.normpath(text) == own):
        return
    found.input(model, relation, node, evidence=Evidence.INFERRED, selector=part)


def _calibration(found: Findings, model: Ref, quantised: Node) -> None:
    """The data that a quantisation was tuned on; a text within the config is none."""
    if not isinstance(quantised, Map):
        return
    for key in ("dataset", "calib_dataset", "calibration_dataset"):
        for item in quantised.at(key).elements():
            if not item.text or len(item.text) > 120 or item.text.count(" ") > 1:
                continue
            if "/" in item.text or is_path(item.text):
                ref = found.artifact(item, Kind.DATASET)
            else:
                ref = found.named(item, Kind.DATASET)
            found.relate(model, Relation.CALIBRATED_ON, ref, item)
    tokenizer = quantised.at("tokenizer")
    if "/" in tokenizer.text:
        found.input(model, Relation.TOKENIZED_WITH, tokenizer)


INGESTOR = Ingestor(
    name="transformers_config",
    title="Saved Transformers model",
    description="config.json and its like beside saved weights: the name they were loaded from, "
    "parts taken from other models, quantisation and what it was calibrated on.",
    endings=_NAMES,
    recognise=recognise,
    read=read,
)
