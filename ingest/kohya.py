"""Training configs of diffusion models (TOML): kohya sd-scripts and relatives.

Also musubi-tuner, diffusion-pipe and arguments of Diffusers' scripts kept in TOML. Sections
only group the keys, so a key counts wherever it stands.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ingest.base import Claim, Document, Findings, Ingestor, selector_of
from ingest.parsed import parsed
from ingest.paths import as_path
from ingest.reading import ABSENT, Map, Node, Seq
from ingest.reading.toml_text import parse_toml
from lineage.errors import InputError
from lineage.records import Extract, Ref
from lineage.vocabulary import Kind, Relation

_BASES = ("pretrained_model_name_or_path", "dit", "diffusers_path", "transformer_path", "unet_path")
_PARTS = {
    "vae": "vae", "ae": "vae", "vae_path": "vae", "pretrained_vae_model_name_or_path": "vae",
    "clip_l": "text encoder", "clip_g": "text encoder", "t5xxl": "text encoder",
    "text_encoder": "text encoder", "text_encoder1": "text encoder", "llm_path": "text encoder",
    "text_encoder2": "text encoder", "t5": "text encoder", "clip": "image encoder",
    "image_encoder": "image encoder", "clip_path": "text encoder", "t5_path": "text encoder",
    "stage_c_checkpoint_path": "stage C", "effnet_checkpoint_path": "encoder",
}  # fmt: skip
_PARENTS = ("network_weights", "base_weights", "resume", "resume_from_checkpoint", "weights",
            "init_from_existing", "controlnet_model_name_or_path", "merge_adapters")  # fmt: skip
_FOLDERS = ("train_data_dir", "instance_data_dir", "class_data_dir", "reg_data_dir", "in_json",
            "dataset_name", "conditioning_data_dir")  # fmt: skip
_ENTRIES = ("image_dir", "video_directory", "image_directory", "metadata_file", "path",
            "image_jsonl_file", "video_jsonl_file", "conditioning_data_dir",
            "control_directory", "control_path")  # fmt: skip
_MARKERS = frozenset({
    "network_module", "network_dim", "output_name", "train_batch_size", "mixed_precision",
    "save_model_as", "resolution", "enable_bucket", "learning_rate", "max_train_steps",
    "max_train_epochs", "unet_lr", "output_dir", "clip_skip", "optimizer_type", "prior_loss_weight",
    "micro_batch_size_per_gpu", "save_every_n_epochs", "epochs", "instance_prompt",
})  # fmt: skip


def recognise(document: Document) -> Claim | None:
    """A base model with keys of a training script, or a list of folders of pictures."""
    text = document.text
    if not any(
        word in text for word in ("image_dir", "_directory", "directory", *_BASES, "ckpt_path")
    ):
        return None
    try:
        root = parse_toml(text, document.path)
    except InputError:
        return None
    keys = {key for key, _ in _flat(root)}
    if any(_first(root, base).text for base in (*_BASES, "ckpt_path")):
        marks = keys & _MARKERS
        return Claim(2, f"a base model with {len(marks)} keys of training") if marks else None
    if any(entry.at(key).text for entry, _ in _entries(root) for key in _ENTRIES):
        return Claim(2, "folders of pictures to train on")
    return None


def read(document: Document) -> Extract:
    """All facts of one config and of the data set's file it names."""
    root = parse_toml(document.text, document.path)
    found = Findings(parsed(document, root))
    model = _output(found, root)
    _models(found, root, model)
    for key in _FOLDERS:
        node = _first(root, key)
        part = "regularisation" if key in {"reg_data_dir", "class_data_dir"} else None
        named = key == "dataset_name"
        place = node if named else as_path(node)
        found.input(model, Relation.TRAINED_ON, place, hub=named, selector=part)
    for entry, relation in _entries(root):
        _entry(found, model, entry, relation)
    _linked(found, root, model)
    return found.extract()


def _output(found: Findings, root: Node) -> Ref:
    folder, name = _first(root, "output_dir"), _first(root, "output_name")
    hub = _first(root, "huggingface_repo_id") or _first(root, "hub_model_id")
    at = next((n for key in _BASES if (n := _first(root, key))), root)
    place = folder
    if folder.text and name.text:
        place = name.saying(posixpath.join(folder.text, name.text))
        model = found.output(Kind.MODEL, location=place, hub_id=hub, at=at)
        ending = _first(root, "save_model_as").text or "safetensors"
        found.copy(model, place.saying(f"{place.text}.{ending}"), "weights")
        return model
    if name.text:
        return found.output(Kind.MODEL, name=name, hub_id=hub, at=at)
    return found.output(Kind.MODEL, location=place, hub_id=hub, at=at)


def _models(found: Findings, root: Node, model: Ref) -> None:
    """The base, or that of an adapter; parts of other models; earlier weights."""
    adapts = _first(root, "network_module") or (
        isinstance(root.at("adapter"), Map) and root.at("adapter", "type")
    )
    relation = Relation.ADAPTER_OF if adapts else Relation.FINE_TUNED_FROM
    named = [node for key in _BASES if (node := _first(root, key))]
    for node in named or [root.at("model", "ckpt_path") or _first(root, "ckpt_path")]:
        found.input(model, relation, node)
    for key, part in _PARTS.items():
        found.input(model, Relation.INITIALISED_FROM, _first(root, key), selector=part)
    for key in _PARENTS:
        for node in _first(root, key).elements():
            if node.text and not (node.is_true or node.is_false or node.text == "latest"):
                found.input(model, Relation.FINE_TUNED_FROM, node, selector=key)


def _entry(found: Findings, model: Ref, entry: Node, relation: Relation) -> None:
    """One folder of pictures, with how often it is repeated."""
    part = _part(entry)
    said = [entry.at(key) for key in _ENTRIES if entry.at(key).text]
    for node in said:
        found.input(model, relation, as_path(node), hub=False, selector=part)
    if not said:
        found.skip("a data set without a folder", entry)


def _part(entry: Node) -> str | None:
    part = selector_of(entry, "num_repeats", "class_tokens", "caption_prefix")
    if entry.at("is_reg").is_true:
        return f"regularisation; {part}" if part else "regularisation"
    return part


def _linked(found: Findings, root: Node, model: Ref) -> None:
    """Files that list the data: ``dataset_config``, or ``dataset`` and ``eval_datasets``."""
    tested = (node.at("config") or node for node in _first(root, "eval_datasets").elements())
    files = [(_first(root, "dataset_config"), Relation.TRAINED_ON)]
    files += [(root.at("dataset"), Relation.TRAINED_ON)]
    files += [(node, Relation.EVALUATED_ON) for node in tested]
    for node, relation in files:
        if not node.text.endswith(".toml"):
            continue
        document = found.document.sibling(
            posixpath.join(found.document.parent, node.text)
        ) or found.document.beside(node.text)
        if document is None:
            found.skip(f"the list of data “{node.text}” is not in the scanned tree", node)
            continue
        try:
            tree = parse_toml(document.text, document.path)
        except InputError as error:
            found.skip(f"the list of data cannot be read: {error}", node)
            continue
        for entry, _ in _entries(tree):
            for key in _ENTRIES:
                said = entry.at(key)
                place = as_path(node.saying(said.text))
                part = _part(entry)
                found.input(
                    model, relation, place if said.text else ABSENT, hub=False, selector=part
                )


def _entries(root: Node) -> Iterator[tuple[Node, Relation]]:
    """Entries of data sets: subsets of ``datasets``, or each ``directory``."""
    for data in root.at("datasets").elements():
        subsets = list(data.at("subsets").elements())
        for entry in subsets or [data]:
            yield entry, Relation.TRAINED_ON
    for entry in root.at("directory").elements():
        if isinstance(entry, Map):
            yield entry, Relation.TRAINED_ON
    for data in root.at("validation_datasets").elements():
        for entry in data.at("subsets").elements():
            yield entry, Relation.EVALUATED_ON


def _flat(root: Node) -> Iterator[tuple[str, Node]]:
    """The keys of the file and of the sections that only group them."""
    for key, value in root.entries():
        yield key, value
        if isinstance(value, Map):
            yield from value.entries()


def _first(root: Node, key: str) -> Node:
    """A key at the top or in a section; a section of that name is none."""
    for name, value in _flat(root):
        if name == key and (isinstance(value, Seq) or not isinstance(value, Map)):
            return value
    return ABSENT


INGESTOR = Ingestor(
    name="kohya",
    title="Diffusion training config",
    description="TOML configs of kohya sd-scripts, musubi-tuner, diffusion-pipe and Diffusers: "
    "base model or adapter, vae and encoders, earlier weights, folders of pictures, output.",
    endings=(".toml",),
    recognise=recognise,
    read=read,
)
