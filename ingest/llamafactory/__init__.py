"""LLaMA-Factory configs (YAML) of both generations, and its table of data set aliases (JSON).

``first`` reads the generation with ``model_name_or_path``, ``second`` the one with ``model``;
``aliases`` says what a data set's alias stands for.
"""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.llamafactory.aliases import ORIGINS, same_on_hubs
from ingest.llamafactory.first import Config
from ingest.llamafactory.second import second_generation
from ingest.reading import Node
from lineage.records import Extract

_MARKERS = frozenset({
    "stage", "finetuning_type", "template", "cutoff_len", "dataset_dir", "infer_backend",
    "adapter_name_or_path", "export_dir", "export_size", "export_device", "export_quantization_bit",
    "lora_target", "lora_rank", "plot_loss", "overwrite_cache", "preprocessing_num_workers",
    "export_legacy_format", "image_max_pixels", "val_size", "eval_dataset", "max_samples",
})  # fmt: skip
_MARKERS_V1 = frozenset(
    {
        "train_dataset",
        "peft_config",
        "dist_config",
        "kernel_config",
        "model_class",
        "sample_backend",
        "quant_config",
        "init_config",
    }
)
_KNOWN = frozenset({
    "model_name_or_path", "adapter_name_or_path", "adapter_folder", "dataset", "dataset_dir",
    "eval_dataset", "media_dir", "tokenized_path", "export_quantization_dataset", "reward_model",
    "reward_model_adapters", "reward_model_type", "ref_model", "ref_model_adapters",
    "resume_from_checkpoint", "output_dir", "export_dir", "create_new_adapter", "train_dataset",
    "teacher_model", "teacher_model_name_or_path", "dataset_shards",
})  # fmt: skip


def recognise(document: Document) -> Claim | None:
    """The table of aliases, or a model with keys of either generation's schema."""
    root = document.tree
    keys = {key for key, _ in root.entries()}
    if document.name.endswith(".json"):
        entries = [entry for _, entry in root.entries()]
        table = entries and all(any(entry.at(o) for o in ORIGINS) for entry in entries)
        return Claim(3, "a table of data set aliases") if table else None
    if root.at("model_name_or_path").text and len(keys & _MARKERS) >= 2:
        return Claim(2, f"model_name_or_path with {len(keys & _MARKERS)} keys of LLaMA-Factory")
    if root.at("model").text and len(keys & _MARKERS_V1) >= 1 and _is_v1(root):
        return Claim(2, "model with the keys of LLaMA-Factory's second generation")
    return None


def _is_v1(root: Node) -> bool:
    plugged = (root.at(key, "name").text for key in ("peft_config", "dist_config", "kernel_config"))
    return bool(root.at("train_dataset").text and root.at("output_dir")) or any(plugged)


def read(document: Document) -> Extract:
    """All facts of one config, or of the table."""
    found = Findings(document)
    root = document.tree
    if document.name.endswith(".json"):
        for _, entry in root.entries():
            same_on_hubs(found, entry)
        found.leave_out(root)  # what else it says is read where a config names an alias
        return found.extract()
    if root.at("model_name_or_path"):
        Config(found, root).read()
    else:
        second_generation(found, root)
    found.report_unread(root, _KNOWN)
    return found.extract()


INGESTOR = Ingestor(
    name="llamafactory",
    title="LLaMA-Factory config",
    description="Training, merging, quantising and evaluating with LLaMA-Factory: models, "
    "adapters, data set aliases as dataset_info.json explains them, calibration data, outputs.",
    endings=(".yaml", ".yml", "dataset_info.json"),
    recognise=recognise,
    read=read,
)
