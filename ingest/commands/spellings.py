"""How training programs call their settings: options and keys, with ``-`` for ``_``."""

from __future__ import annotations

import re

from lineage.vocabulary import Relation

_END = (
    r"(-(names?|paths?|dirs?|directory|roots?|folders?|files?|ids?|ur[il]s?|location|"
    r"name-or-path|id-or-path|repo|repo-id|csv|jsonl?|parquet|manifest|shards|list|fn))?"
)
TRAIN = re.compile(
    rf"((hf|huggingface|input|custom|raw|tokeni[sz]ed|processed|local|json|text|image|video|audio|"
    r"speech|instruction|chat|labell?ed|unlabell?ed|source|synthetic|finetune|finetuning|"
    r"reward|preference|prompt|sft|dpo|rm|ppo)-)?"
    rf"(train(ing)?-)?(data(-?set)?s?|corpus|corpora){_END}"
    r"|data(set)?-(mixer|mixture)(-list)?"
    r"|train(ing)?-(files?|dirs?|paths?|csv|jsonl?|sets?|images?|folders?|manifests?|ur[il]s?"
    r"|shards|texts?|input|tfrecords?|list|root|annotations?|ann-file)"
    r"|train(ing)?-sets?-(files?|dirs?|paths?)"
    r"|(prompt|pretrain(ing)?|preference|sft)-data(set)?s?"
    r"|meta-path|data-?root|data-?dir|instance-data(-dir|-root)?|class-data(-dir|-root)?"
    r"|(train-)?(im|img|image)s?-(dirs?|folders?|roots?)"
    r"|(?!out|log|result|pred|save|submission|metric)[a-z-]+-(csv|parquet|tsv)"
)
"""Names of what a program trains on."""

EVALUATION = re.compile(
    rf"(hf-|custom-)?(valid(ation)?|val|eval(uation)?|test(ing)?|dev|holdout)-"
    rf"(data(-?set)?s?{_END}|files?|dirs?|paths?|csv|jsonl?|sets?|images?|folders?|manifests?"
    r"|ur[il]s?|shards|texts?|tfrecords?|list|root|annotations?|ann-file"
    r"|sets?-(files?|dirs?|paths?))"
    r"|data(set)?-(mixer|mixture)-eval(-list)?"
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
    "sft-model-path", "foundation-model", "model-uri", "init-ckpt", "init-ckpt-path", "init-model",
    "init-weights", "initial-checkpoint-path", "initial-load-path", "pretrained-ckpt",
    "pretrained-ckpt-path", "finetune-from-model", "load-model", "load-weights", "load-ckpt",
)  # fmt: skip
"""Names that always mean the model that a training starts from."""

LIKELY_BASES = (
    "model", "model-name", "model-path", "model-dir", "pretrained", "weights", "weight",
    "checkpoint", "checkpoint-path", "ckpt", "ckpt-path", "resume", "finetune", "mlflow-model",
    "mlflow-model-path", "pytorch-model", "pytorch-model-path", "model-input", "input-model",
    "actor-model-name-or-path", "actor-model", "pretrain", "saved-model", "saved-model-path",
    "load-model", "load-model-path", "load-ckpt", "pretrained-ckpt",
)  # fmt: skip
"""Names that also mean an architecture, or where the model goes."""

RESUMED = (
    "resume-from-checkpoint", "resume-from", "restore-from", "resume-path", "restore-file",
    "restore-path",
)  # fmt: skip
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
    ("pretrain-mm-mlp-adapter", Relation.INITIALISED_FROM),
    ("controlnet-model-name-or-path", Relation.INITIALISED_FROM),
    ("pretrained-vae-model-name-or-path", Relation.INITIALISED_FROM),
    ("text-encoder-name", Relation.INITIALISED_FROM),
    ("tokenizer-name-or-path", Relation.TOKENIZED_WITH),
    ("tokenizer-name", Relation.TOKENIZED_WITH),
    ("tokenizer-path", Relation.TOKENIZED_WITH),
    ("tokenizer-model", Relation.TOKENIZED_WITH),
    ("tokenizer-dir", Relation.TOKENIZED_WITH),
    ("tokenizer-vocab-file", Relation.TOKENIZED_WITH),
    ("hf-assets-path", Relation.TOKENIZED_WITH),
    ("vocab-file", Relation.TOKENIZED_WITH),
    ("tokenizer", Relation.TOKENIZED_WITH),
)
"""Names of other models, each with what it is for."""

PARTS = re.compile(
    r"(?!(save|out|output|log|resume|best|last|teacher|student|model|tokenizer|lora)-)"
    r"([a-z0-9]+-)+(tower|(ckpt|checkpoint)-path)"
    r"|pretrained-[a-z0-9]+-(path|model|ckpt|checkpoint|weights)"
)
"""Names of weights that a part of the model starts from: an encoder's, an adapter's."""

OUTPUTS = (
    "output-dir", "model-output", "model-output-dir", "model-output-path", "save-model-path",
    "save-model-dir", "model-save-path", "model-save-dir", "save-dir", "save-path", "save",
    "saved-model-dir", "export-dir", "export-path", "output-path", "output-folder", "out-dir",
    "output", "checkpoint-dir", "checkpoints-dir", "work-dir", "job-dir", "save-model",
    "checkpoint-save-path", "checkpoint-save-dir", "save-checkpoint-dir", "save-checkpoint-path",
    "dump-folder", "results-dir", "dist-checkpoint-root-folder",
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

ONLY_EVALUATES = ("eval-only", "evaluate-only", "test-only", "val-only")
"""Switches of a program that trains else."""

NO_DATA = frozenset("fake synthetic dummy random auto default mock custom false true".split())
"""Values of a data set's name that name none."""

DATA_CLASS = re.compile(r"([A-Z][A-Za-z0-9]*)?Data[Ss]et(V\d)?")
"""Names of classes that read data: ``SimpleDataSet`` names none."""

HELD_OUT = ("val-split", "valid-split", "validation-split", "eval-split", "dataset-test-split")
"""Names of the part of its data that a program evaluates on."""

LEAVES = frozenset({
    "path", "paths", "file", "files", "filename", "filenames", "filepath", "filepaths", "data",
    "data-path", "data-paths", "data-file", "data-files", "data-dir", "data-root", "dataset",
    "dataset-name", "dataset-path", "dataset-dir", "file-name", "file-names", "file-path",
    "file-paths", "manifest", "manifest-filepath", "ann-file", "anno-path", "annotation-file",
    "json-file", "label-file", "label-file-list", "label-list", "csv-file", "jsonl", "image-dir",
    "image-dirs", "img-dir", "image-root", "cls-label-path", "root", "repo-id",
    "hf-path", "path-or-name", "name-or-path",
})  # fmt: skip
"""Last keys that name data where a key above them names a split."""

SECTION = re.compile(
    r"(train(ing)?|valid(ation)?|val|eval(uation)?|test(ing)?|dev)"
    r"(-?(data(-?(set|loader|source))?|ds|set|loader))?s?"
)
"""Keys above those, which name the split."""

NO_DATA_BELOW = re.compile(
    r"(?<![a-z])(models?|ckpts?|checkpoints?|tokenizers?|logs?|logger|logging|outputs?|vocab|optim|"
    r"optimizer|text-processor|transforms?|processor|pipeline|scheduler|trainer|callbacks?|hydra|"
    r"generation|rollout|env|reward|metrics?)(?![a-z])"
)
"""Keys below which no setting names data."""

HOW = frozenset({
    "learning-rate", "lr", "num-train-epochs", "num-epochs", "epochs", "max-epochs", "max-steps",
    "max-train-steps", "total-epochs", "batch-size", "train-batch-size",
    "per-device-train-batch-size", "per-device-batch-size", "micro-batch-size",
    "global-batch-size", "gradient-accumulation-steps", "warmup-steps", "warmup-ratio",
    "weight-decay", "lr-scheduler", "lr-scheduler-type", "optimizer", "optim", "max-grad-norm",
    "max-seq-length", "gradient-checkpointing", "ppo-mini-batch-size", "mixed-precision", "bf16",
    "fp16", "load-in-4bit", "lora-r", "lora-rank", "lora-alpha", "epoch-num", "max-epoch",
    "batch-size-per-card", "local-batch-size", "seq-len", "init-lr", "lr-gen", "train-steps",
    "total-steps", "num-steps", "max-norm", "label-smoothing", "clip-grad", "grad-clip",
})  # fmt: skip
"""Settings of how a model is trained."""

PLACES = {"mlx_lm.lora": "adapter-path", "mlx_vlm.lora": "output-path"}
"""Where a program puts what it makes, under a name that else means what is loaded."""

POSITIONAL = {
    "fairseq-train": ("train-files", ":"),
    "litgpt finetune": ("base-model", ""),
    "litgpt finetune_full": ("base-model", ""),
    "litgpt finetune_lora": ("base-model", ""),
    "litgpt finetune_adapter": ("base-model", ""),
    "litgpt finetune_adapter_v2": ("base-model", ""),
}
"""What the first word after a program is, with what separates several: by their documentation."""

OVERRIDES = {
    "actor_rollout_ref.model.path": "model-name-or-path",
    "worker.actor.model.model_path": "model-name-or-path",
    "actor.model_name": "model-name-or-path",
    "policy.model_name": "model-name-or-path",
    "model.archive": "load-checkpoint",
    "datasets": "datasets",
    "teacher.model_name": "teacher-model",
    "reward_model.path": "reward-model-path",
    "worker.reward.model.model_path": "reward-model-path",
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
    "checkpoint.save": "output-dir",
    "checkpoint.load": "load-checkpoint",
    "checkpoint.pretrained_checkpoint": "load-checkpoint",
    "checkpointer.checkpoint_dir": "load-checkpoint",
    "checkpointer.output_dir": "output-dir",
    "load_parameters_path": "load-checkpoint",
    "base_output_directory": "output-dir",
    "dataset_path": "dataset-dir",
    "dataset_name": "dataset-name",
    "tokenizer_path": "tokenizer-path",
    "MODEL_DIR": "output-dir",
    "gin.MODEL_DIR": "output-dir",
    "MIXTURE_OR_TASK_NAME": "dataset-name",
    "INITIAL_CHECKPOINT_PATH": "load-checkpoint",
    "MODEL.WEIGHTS": "load-checkpoint",
    "DATASETS.TRAIN": "train-files",
    "DATASETS.TEST": "validation-files",
    "OUTPUT_DIR": "output-dir",
    "model_name_or_path": "model-name-or-path",
    "output_dir": "output-dir",
}
"""Keys that programs take as ``key=value``, as options: verl, EasyR1, RL2, NeMo, fairseq,
torchtune, MaxText, T5X (gin) and Detectron2 (yacs)."""
