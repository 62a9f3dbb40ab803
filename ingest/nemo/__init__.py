"""NVIDIA NeMo configs (YAML): the experiment manager's generation, and the later ones.

``classic`` reads configs with ``exp_manager`` (speech, language, Megatron, Aligner), ``later``
those of NeMo 2, NeMo RL and AutoModel, ``data`` the data sets of the first.
"""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.interpolation import resolved
from ingest.nemo.classic import classic
from ingest.nemo.later import automodel, reinforcement, second
from ingest.reading import Map, Node
from lineage.records import Extract

_TARGETS = ("nemo.", "nemo_run.", "nemo_automodel.", "nemo_rl.")


def recognise(document: Document) -> Claim | None:
    """An experiment manager beside a model, a policy with a cluster, targets of NeMo."""
    root = document.tree
    parts = [part for _, part in root.entries() if isinstance(part, Map)]
    targets = [part.at(key).text for part in parts for key in ("_target_", "_factory_")]
    if any(target.startswith(_TARGETS) for target in targets):
        return Claim(3, "is built from classes of NeMo")
    model = root.at("model")
    if isinstance(root.at("exp_manager"), Map) and isinstance(model, Map):
        return Claim(3, "an experiment manager beside a model")
    if root.at("policy", "model_name") and root.at("cluster") and root.at("checkpointing"):
        return Claim(3, "a policy, a cluster and checkpointing of NeMo RL")
    if isinstance(model, Map) and (root.at("trainer") or root.at("quantization")):
        if model.at("restore_from_path").line and root.at("trainer"):
            return Claim(2, "a trainer beside a model that is restored")
        if _speech(model):
            return Claim(2, "a trainer beside a model with manifests")
    return None


def _speech(model: Node) -> bool:
    return any(
        model.at(use, key).line
        for use in ("train_ds", "validation_ds", "test_ds")
        for key in ("manifest_filepath", "tarred_audio_filepaths", "file_path", "dataset")
    )


def read(document: Document) -> Extract:
    """All facts of one config."""
    found = Findings(document)
    root = resolved(document.tree)
    if root.at("policy", "model_name"):
        reinforcement(found, root)
    elif root.at("model", "_target_").text.startswith("nemo_automodel."):
        automodel(found, root)
    elif any(root.at(key, "_target_") for key in ("model", "data", "resume", "log")):
        second(found, root)
    elif root.at("model"):
        classic(found, root)
    found.leave_out(root.at("name"))
    for entry in root.at("defaults").elements():
        if entry.text != "_self_":
            found.skip("it starts from another config, which this reader does not add", entry)
    return found.extract()


INGESTOR = Ingestor(
    name="nemo",
    title="NeMo config",
    description="Training, tuning, aligning and quantising with NVIDIA NeMo: models restored, "
    "manifests and data prefixes with weights, tokenizer, adapters, experiment folder.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
