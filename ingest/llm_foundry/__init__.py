"""LLM Foundry and Composer configs (YAML), also within a job for MosaicML's platform (mcli).

``training`` reads a training, ``evaluation`` a job that only measures, ``preparation`` the
commands of a job that convert data or weights, ``launching`` those that train with another file.
"""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.interpolation import resolved
from ingest.llm_foundry.evaluation import evaluation
from ingest.llm_foundry.launching import launched, launches
from ingest.llm_foundry.preparation import CONVERTERS, EXPORTER, preparation
from ingest.llm_foundry.training import training
from ingest.reading import Map, Node, Seq
from lineage.records import Extract

_OF_TRAINING = frozenset({
    "max_duration", "global_train_batch_size", "device_train_microbatch_size", "eval_interval",
    "algorithms", "callbacks", "scheduler", "optimizer", "fsdp_config", "save_folder", "precision",
    "max_seq_len", "train_loader", "eval_loader", "device_eval_batch_size", "icl_tasks",
})  # fmt: skip
_OF_PLATFORM = frozenset({"image", "command", "compute", "integrations", "gpu_num", "cluster"})


def recognise(document: Document) -> Claim | None:
    """Loaders beside a model and keys of Composer; models beside in-context tasks."""
    root = document.tree
    job = _parameters(root)
    keys = {key for key, _ in job.entries()}
    platform = len(_OF_PLATFORM & {key for key, _ in root.entries()}) >= 2
    loader = isinstance(job.at("train_loader"), Map) and isinstance(job.at("model"), Map)
    if loader and len(keys & _OF_TRAINING) >= 3:
        return Claim(3, f"train_loader and model with {len(keys & _OF_TRAINING)} keys of Composer")
    tasks = job.at("icl_tasks") or job.at("eval_gauntlet") or job.at("eval_loader")
    if isinstance(job.at("models"), Seq) and tasks:
        return Claim(3, "models with in-context tasks")
    command = root.at("command").text
    if platform and any(name in command for name in (*CONVERTERS, EXPORTER)):
        return Claim(3, "a job that converts data or weights for LLM Foundry")
    if platform and launches(command):
        return Claim(2, "a job that trains with a config of LLM Foundry")
    return None


def read(document: Document) -> Extract:
    """All facts of one config or job."""
    found = Findings(document)
    root = document.tree
    preparation(found, root.at("command"))
    job = _parameters(root)
    if job is not root:
        job = resolved(job)
    else:
        root = job = resolved(root)
    if job.at("train_loader"):
        training(found, job, root.at("name") if job is not root else job.at("run_name"))
    elif job.at("models"):
        evaluation(found, job)
    launched(found, root.at("command"), root.at("name") or root.at("run_name"))
    return found.extract()


def _parameters(root: Node) -> Node:
    """The config of a job for the platform, or the document itself."""
    inner = root.at("parameters")
    return inner if isinstance(inner, Map) else root


INGESTOR = Ingestor(
    name="llm_foundry",
    title="LLM Foundry config",
    description="Training, fine-tuning and evaluation with LLM Foundry and Composer: pretrained "
    "weights, loaders with streams and their proportions, tokenizer, checkpoints, prepared data.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
