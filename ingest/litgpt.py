"""LitGPT configs (YAML): fine-tuning and pretraining, data classes, checkpoints, output folder.

``data`` names a class, never a model: ``TinyLlama`` is a mix of data sets. Which data a class
reads is in ``ingest/data/litgpt.json``.
"""

from __future__ import annotations

import re

from ingest.base import Claim, Document, Findings, Ingestor, selector_of
from ingest.paths import as_path
from ingest.reading import ABSENT, Map, Node
from ingest.tables import table
from lineage.records import Extract, Ref
from lineage.vocabulary import Evidence, Kind, Relation

_OF_TRAINING = frozenset({
    "save_interval", "log_interval", "global_batch_size", "micro_batch_size", "lr_warmup_steps",
    "lr_warmup_fraction", "max_tokens", "tie_embeddings", "min_lr", "max_norm", "max_seq_length",
})  # fmt: skip
_KNOWN = frozenset({
    "checkpoint_dir", "initial_checkpoint_dir", "tokenizer_dir", "resume", "data", "out_dir",
})  # fmt: skip
_ADDRESSES = ("repo_id", "file_url", "url")
_FOLDERS = ("download_dir", "data_path")
_DOWNLOADED = re.compile(r"(?:\./)?checkpoints/(?P<id>[\w.-]+/[\w.-]+)/?")


def recognise(document: Document) -> Claim | None:
    """A data class of LitGPT, or its keys for folders beside its keys for training."""
    root = document.tree
    if _class(root.at("data"))[0].text.startswith("litgpt."):
        return Claim(3, "names a data class of LitGPT")
    folders = bool(root.at("checkpoint_dir") or root.at("model_name") or root.at("model_config"))
    keys = _OF_TRAINING.intersection(key for key, _ in root.at("train").entries())
    if folders and root.at("out_dir") and len(keys) >= 2:
        return Claim(2, f"a checkpoint or model, out_dir and {len(keys)} keys of LitGPT's train")
    known = table("litgpt").keys() | {"JSON", "TextFiles", "LitData"}
    if root.at("out_dir") and folders and _class(root.at("data"))[0].text in known:
        return Claim(1, "out_dir with the name of one of LitGPT's data classes")
    return None


def read(document: Document) -> Extract:
    """All facts of one config."""
    found = Findings(document)
    root = document.tree
    pretrains = not root.at("checkpoint_dir") and bool(
        root.at("model_name") or root.at("model_config") or root.at("initial_checkpoint_dir")
    )
    name = root.at("model_name") or root.at("model_config", "name")
    model = found.output(
        Kind.MODEL,
        name=name if pretrains else ABSENT,
        location=root.at("out_dir"),
        at=root.at("checkpoint_dir") or root.at("data"),
        adapter=_adapter(root),
    )
    _weights(found, root, model, Relation.FINE_TUNED_FROM, "checkpoint_dir")
    _weights(found, root, model, Relation.FINE_TUNED_FROM, "initial_checkpoint_dir")
    _weights(found, root, model, Relation.TOKENIZED_WITH, "tokenizer_dir")
    resume, folder = root.at("resume"), root.at("out_dir").text.rstrip("/")
    own = bool(folder) and f"{resume.text}/".startswith(f"{folder}/")
    if not (resume.is_true or resume.is_false or resume.text == "auto" or own):
        found.input(model, Relation.FINE_TUNED_FROM, resume)
    _data(found, root, model, "TinyLlama" if pretrains else "Alpaca")
    found.report_unread(root, _KNOWN)
    return found.extract()


def _adapter(root: Node) -> str | None:
    """The kind of adapter that is trained, if one is."""
    if root.at("lora_r"):
        return "qlora" if root.at("quantize") else "lora"
    return "adapter" if root.at("adapter_start_layer") else None


def _weights(found: Findings, root: Node, model: Ref, relation: Relation, key: str) -> None:
    """A checkpoint folder; where LitGPT's download puts hub models, the folder says which."""
    node = root.at(key)
    ref = found.input(model, relation, node)
    hub = _DOWNLOADED.fullmatch(node.text)
    if ref is not None and hub:
        original = found.artifact(node.saying(hub["id"]), Kind.MODEL)
        found.relate(ref, Relation.COPY_OF, original, node, evidence=Evidence.DEFAULT)


def _class(data: Node) -> tuple[Node, Node]:
    """The data class and its arguments."""
    if isinstance(data, Map):
        return data.at("class_path"), data.at("init_args")
    return data, ABSENT


def _data(found: Findings, root: Node, model: Ref, default: str) -> None:
    name, options = _class(root.at("data"))
    if not name:
        at = root.at("data") if root.at("data").line else root
        name = at.saying(default)
    short = name.text.removeprefix("litgpt.data.")
    if short in {"JSON", "TextFiles", "LitData"}:
        trained = _own_data(found, model, name, options)
    else:
        trained = _known_data(found, model, name, options)
    held_out = options.at("val_split_fraction")
    if (held_out.number or 0) > 0:
        for data in trained:
            found.relate(
                model,
                Relation.EVALUATED_ON,
                data,
                held_out,
                evidence=Evidence.INFERRED,
                selector=f"held out of the training data: val_split_fraction={held_out.text}",
            )


def _own_data(found: Findings, model: Ref, name: Node, options: Node) -> list[Ref]:
    """Classes that read files of the user's."""
    path = options.at("json_path") or options.at("train_data_path") or options.at("data_path")
    splits = [item.text for item in options.at("split_names").elements()]
    selector = f"split={splits[0]}" if splits else None
    data = found.input(model, Relation.TRAINED_ON, as_path(path), hub=False, selector=selector)
    if data is None:
        found.skip(f"the files that “{name.text}” reads are not named", name)
        return []
    if len(splits) > 1:
        found.relate(model, Relation.EVALUATED_ON, data, path, selector=f"split={splits[1]}")
    found.input(model, Relation.EVALUATED_ON, as_path(options.at("val_data_path")), hub=False)
    return [data]


def _known_data(found: Findings, model: Ref, name: Node, options: Node) -> list[Ref]:
    """Classes that read one published data set, or a mix of several."""
    address = next((node for key in _ADDRESSES if (node := options.at(key))), ABSENT)
    part = selector_of(options, "subsets", "include_multiturn_conversations")
    known = table("litgpt").get(name.text.removeprefix("litgpt.data."), ())
    if address:
        data = found.input(model, Relation.TRAINED_ON, address, selector=part)
        trained = [data] if data is not None else []
    elif known and "mixture" in known[0]:
        trained = [_mixture(found, model, name, options)]
    elif known:
        meant = name.saying(known[0]["dataset"])
        data = found.input(
            model, Relation.TRAINED_ON, meant, evidence=Evidence.DEFAULT, selector=part
        )
        trained = [data] if data is not None else []
    else:
        trained = [found.named(name, Kind.DATASET)]
        found.relate(model, Relation.TRAINED_ON, trained[0], name)
        found.skip(f"which data “{name.text}” reads is not known", name)
    for data in trained:
        for key in _FOLDERS:
            found.copy(data, options.at(key), "prepared data")
    return trained


def _mixture(found: Findings, model: Ref, name: Node, options: Node) -> Ref:
    """A data class of several data sets, each a source of the mix."""
    parts = table("litgpt")[name.text.removeprefix("litgpt.data.")]
    mixture = found.named(name.saying(parts[0]["mixture"]), Kind.DATASET)
    found.relate(model, Relation.TRAINED_ON, mixture, name)
    for part in parts:
        if "starcoder" in part["dataset"] and options.at("use_starcoder").is_false:
            continue
        found.input(
            mixture,
            Relation.DERIVED_FROM,
            name.saying(part["dataset"]),
            evidence=Evidence.DEFAULT,
            selector=part.get("part"),
        )
    return mixture


INGESTOR = Ingestor(
    name="litgpt",
    title="LitGPT config",
    description="Fine-tuning and pretraining with LitGPT: checkpoint folders, data classes and "
    "what they stand for, tokenizer, output folder.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
