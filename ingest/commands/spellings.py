"""How training programs call their settings: options and keys, with ``-`` for ``_``."""

from __future__ import annotations

import re

from lineage.vocabulary import Relation

_END = (
    r"(-(names?|paths?|dirs?|directory|roots?|folders?|files?|ids?|ur[il]s?|location|"
    r"name-or-path|id-or-path|repo|repo-id|csv|jsonl?|parquet|manifest|shards|list))?"
)
TRAIN = re.compile(
    rf"(hf-|huggingface-|input-)?(train(ing)?-)?(data(-?set)?s?|corpus|corpora){_END}"
    r"|train(ing)?-(files?|dirs?|paths?|csv|jsonl?|sets?|images?|folders?|manifests?|ur[il]s?"
    r"|shards|texts?|input|tfrecords?|list|root|annotations?|ann-file)"
    r"|train(ing)?-sets?-(files?|dirs?|paths?)"
    r"|(prompt|pretrain(ing)?|preference|sft)-data(set)?s?"
    r"|data-?root|data-?dir|instance-data(-dir|-root)?|class-data(-dir|-root)?"
    r"|(train-)?(im|img|image)s?-(dirs?|folders?|roots?)"
    r"|(?!out|log|result|pred|save|submission|metric)[a-z-]+-(csv|parquet|tsv)"
)
"""Names of what a program trains on."""

EVALUATION = re.compile(
    rf"(hf-)?(valid(ation)?|val|eval(uation)?|test(ing)?|dev|holdout)-"
    rf"(data(-?set)?s?{_END}|files?|dirs?|paths?|csv|jsonl?|sets?|images?|folders?|manifests?"
    r"|ur[il]s?|shards|texts?|tfrecords?|list|root|annotations?|ann-file"
    r"|sets?-(files?|dirs?|paths?))"
)
"""Names of what it evaluates on."""

PLACE = re.compile(r"-?(dir|directory|root|folder)s?$|^(download|cache)-")
"""Names that end as a folder's do."""

PICTURE = re.compile(r"\.(png|jpe?g|webp|gif|bmp)$", re.I)
"""How files of one picture end: a prompt to try a model on, and no data set."""

WEIGHTS = re.compile(r"\.(pt|pth|ckpt|safetensors|bin|h5|keras|onnx|gguf|pkl|tar|nemo)$", re.I)
"""How files of weights end."""

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
"""An organisation and a name."""

BASES = (
    "model-name-or-path", "pretrained-model-name-or-path", "pretrained-model-path",
    "pretrained-model-name", "pretrained-model", "base-model", "base-model-name",
    "base-model-path", "base-model-id", "base-model-name-or-path", "model-id", "hf-model",
    "hf-model-name", "hf-model-id", "huggingface-id", "huggingface-model", "model-id-or-path",
    "init-checkpoint", "initial-checkpoint", "init-from", "load-from", "load-checkpoint",
    "pretrained-weights", "pretrained-checkpoint", "pretrained-path", "finetune-from",
    "warm-start-from", "warmstart-path", "warm-start-model", "adapter-name-or-path",
    "sft-model-path", "foundation-model", "model-uri",
)  # fmt: skip
"""Names that always mean the model that a training starts from."""

LIKELY_BASES = (
    "model", "model-name", "model-path", "model-dir", "pretrained", "weights", "checkpoint",
    "checkpoint-path", "ckpt", "ckpt-path", "resume", "finetune", "mlflow-model",
    "mlflow-model-path", "pytorch-model", "pytorch-model-path", "model-input", "input-model",
    "actor-model-name-or-path", "actor-model", "pretrain", "saved-model", "saved-model-path",
    "load-model", "load-model-path", "load-ckpt", "pretrained-ckpt",
)  # fmt: skip
"""Names that also mean an architecture, or where the model goes."""

RESUMED = ("resume-from-checkpoint", "resume-from", "restore-from", "resume-path")
"""Names of a checkpoint from which a training goes on."""

OTHERS = (
    ("teacher-model-name-or-path", Relation.DISTILLED_FROM),
    ("teacher-model", Relation.DISTILLED_FROM),
    ("teacher-name-or-path", Relation.DISTILLED_FROM),
    ("reward-model-name-or-path", Relation.REWARDED_BY),
    ("reward-model-path", Relation.REWARDED_BY),
    ("reward-model", Relation.REWARDED_BY),
    ("reward-pretrain", Relation.REWARDED_BY),
    ("critic-model-name-or-path", Relation.REWARDED_BY),
    ("ref-pretrain", Relation.REWARDED_BY),
    ("vision-tower", Relation.INITIALISED_FROM),
    ("pretrain-mm-mlp-adapter", Relation.INITIALISED_FROM),
    ("controlnet-model-name-or-path", Relation.INITIALISED_FROM),
    ("pretrained-vae-model-name-or-path", Relation.INITIALISED_FROM),
    ("text-encoder-name", Relation.INITIALISED_FROM),
    ("tokenizer-name-or-path", Relation.TOKENIZED_WITH),
    ("tokenizer-name", Relation.TOKENIZED_WITH),
    ("tokenizer-path", Relation.TOKENIZED_WITH),
    ("tokenizer-model", Relation.TOKENIZED_WITH),
    ("tokenizer", Relation.TOKENIZED_WITH),
)
"""Names of other models, each with what it is for."""

OUTPUTS = (
    "output-dir", "model-output", "model-output-dir", "model-output-path", "save-model-path",
    "save-model-dir", "model-save-path", "model-save-dir", "save-dir", "save-path", "save",
    "saved-model-dir", "export-dir", "export-path", "output-path", "output-folder", "out-dir",
    "output", "checkpoint-dir", "checkpoints-dir", "work-dir", "job-dir", "save-model",
    "checkpoint-save-path", "checkpoint-save-dir", "save-checkpoint-dir", "save-checkpoint-path",
    "dist-checkpoint-root-folder",
)  # fmt: skip
"""Names of where the model goes, the surest first."""

MAYBE_OUTPUTS = (
    "model-path", "model-file", "model-dir", "checkpoint-path", "checkpoint-file", "saved-model",
    "saved-model-path",
)  # fmt: skip
"""Names of where it goes when no surer one is given and the value is a path."""

HUGGING_FACE = frozenset({
    "model-name-or-path", "pretrained-model-name-or-path", "dataset-config-name", "do-train",
    "do-eval", "tokenizer-name", "per-device-train-batch-size", "hub-model-id",
})  # fmt: skip
"""Names that only programs of the hub's libraries have."""

LEARNING = frozenset({
    "epochs", "num-epochs", "max-epochs", "num-train-epochs", "train-epochs", "total-epochs",
    "lr", "learning-rate", "base-lr", "weight-decay", "max-train-steps", "train-steps",
    "train-iters", "warmup-epochs", "warmup-steps", "warmup-ratio", "lr-scheduler",
    "gradient-accumulation-steps",
})  # fmt: skip
"""Names of how a model learns: only a program that trains has them."""

IMAGE_EXAMPLES = frozenset({"run_image_classification.py", "image_classification.py"})
"""Programs that start from a model of their own choice."""

NO_DATA = frozenset("fake synthetic dummy random auto default mock custom false true".split())
"""Values of a data set's name that name none."""

OVERRIDES = {
    "actor_rollout_ref.model.path": "model-name-or-path",
    "model.partial_pretrain": "model-name-or-path",
    "reward_model.model.path": "reward-model-path",
    "data.train_files": "train-files",
    "data.val_files": "validation-files",
    "trainer.default_local_dir": "output-dir",
    "model.restore_from_path": "load-checkpoint",
    "model.pretrained_checkpoint.restore_from_path": "load-checkpoint",
    "init_from_nemo_model": "load-checkpoint",
    "init_from_pretrained_model": "load-checkpoint",
    "model.data.train_ds.file_names": "train-files",
    "model.data.train_ds.file_path": "train-files",
    "model.data.data_prefix": "train-files",
    "model.train_ds.manifest_filepath": "train-files",
    "model.data.validation_ds.file_names": "validation-files",
    "model.data.validation_ds.file_path": "validation-files",
    "model.validation_ds.manifest_filepath": "validation-files",
    "model.tokenizer.model": "tokenizer-path",
    "exp_manager.explicit_log_dir": "output-dir",
    "exp_manager.exp_dir": "output-dir",
    "task.data": "train-files",
    "model.w2v_path": "load-checkpoint",
    "checkpoint.restore_file": "load-checkpoint",
    "checkpoint.save_dir": "output-dir",
    "checkpointer.checkpoint_dir": "load-checkpoint",
    "checkpointer.output_dir": "output-dir",
    "load_parameters_path": "load-checkpoint",
    "base_output_directory": "output-dir",
    "dataset_path": "dataset-dir",
    "dataset_name": "dataset-name",
    "tokenizer_path": "tokenizer-path",
    "model_name_or_path": "model-name-or-path",
    "output_dir": "output-dir",
}
"""Keys that programs take as ``key=value``, as options: verl, NeMo, fairseq, torchtune, MaxText."""
