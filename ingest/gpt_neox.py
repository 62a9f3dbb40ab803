"""GPT-NeoX configs (YAML): data paths with weights, checkpoints, vocabulary.

Keys stand with hyphens or underscores. Several files are merged on a command line; each is read
by itself, so data may stand in one and the architecture in another.
"""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.paths import as_path
from ingest.reading import Map, Node, Scalar
from lineage.identity import normalised_path
from lineage.records import Extract, Ref
from lineage.vocabulary import Evidence, Kind, Relation

_ARCHITECTURE = frozenset({
    "pipe_parallel_size", "model_parallel_size", "num_attention_heads", "gpt_j_residual",
    "no_weight_tying", "output_layer_parallelism", "attention_config", "rotary_pct", "pos_emb",
    "train_micro_batch_size_per_gpu", "data_impl", "distributed_backend", "lr_decay_style",
    "checkpoint_factor", "extra_save_iters", "checkpoint_activations", "synchronize_each_layer",
    "zero_optimization", "steps_per_print", "wall_clock_breakdown", "lr_decay_iters",
    "scaled_upper_triang_masked_softmax_fusion", "override_lr_scheduler", "hidden_size",
})  # fmt: skip
_PLACES = frozenset({
    "data_path", "train_data_paths", "valid_data_paths", "test_data_paths", "vocab_file",
    "merge_file", "save", "load", "tensorboard_dir", "log_dir", "tokenizer_type", "wandb_team",
    "wandb_project", "wandb_group", "checkpoint_validation_with_forward_pass",
    "train_data_weights", "valid_data_weights", "test_data_weights",
})  # fmt: skip
_OF_OTHERS = frozenset({
    "tensor_model_parallel_size", "pipeline_model_parallel_size", "micro_batch_size", "trainer",
})  # fmt: skip
_USES = {
    "train": Relation.TRAINED_ON,
    "valid": Relation.EVALUATED_ON,
    "test": Relation.EVALUATED_ON,
}
_WORDS = {
    "pos": "chosen answers",
    "neg": "rejected answers",
    "label": "labels",
    "reward": "rewards",
}
_SIDES = ("", "pos_", "neg_")
_FORMS = ("data_paths", "label_data_paths", "reward_data_paths")
_KNOWN = frozenset({
    "data_path", "load", "save", "s3_path", "vocab_file", "merge_file",
    *(f"{side}{use}_{form}" for side in _SIDES for use in _USES for form in _FORMS),
    *(f"{side}{use}_data_weights" for side in _SIDES for use in _USES),
})  # fmt: skip


def recognise(document: Document) -> Claim | None:
    """Keys of its architecture and optimiser, or of its data and checkpoint places."""
    root = _snake(document.tree)
    keys = {key for key, _ in root.entries()}
    if keys & _OF_OTHERS:
        return None
    if len(keys & _ARCHITECTURE) >= 4:
        return Claim(2, f"{len(keys & _ARCHITECTURE)} keys of GPT-NeoX")
    data = {"data_path", "train_data_paths"} & keys
    weighted = {"train_data_paths", "train_data_weights"} <= keys
    if data and (weighted or len(keys & _PLACES) >= 3):
        return Claim(2, "data paths beside other places of GPT-NeoX")
    return None


def read(document: Document) -> Extract:
    """All facts of one config; none where it has only an architecture."""
    found = Findings(document)
    root = _snake(document.tree)
    if any(value for key, value in root.entries() if key in _KNOWN):
        _training(found, root)
    if root.at("finetune").is_true and not root.at("load"):
        found.skip("it fine-tunes a checkpoint that another file names", root.at("finetune"))
    found.report_unread(root, _KNOWN)
    return found.extract()


def _snake(root: Node) -> Node:
    """The config with underscores in its keys; a key that stands in both forms counts once."""
    items: dict[str, Node] = {}
    for key, value in root.entries():
        if "\x1f" not in key:
            items[key.replace("-", "_")] = value
    return Map(root.key, root.line, items)


def _training(found: Findings, root: Node) -> None:
    place, load = as_path(root.at("save")), as_path(root.at("load"))
    tasks = tuple(task.text for task in root.at("eval_tasks").elements() if task.text)
    model = found.output(
        Kind.MODEL,
        location=place,
        at=load or root.at("train_data_paths") or root.at("data_path"),
        evaluation_tasks=tasks or None,
    )
    found.copy(model, root.at("s3_path"), "output folder")
    iteration = root.at("iteration").text
    if load and place and normalised_path(load.text) == normalised_path(place.text):
        found.skip("it loads what it saves; where the run began is not named", load)
    else:
        found.input(
            model,
            Relation.FINE_TUNED_FROM,
            load,
            hub=False,
            selector=f"iteration={iteration}" if iteration else None,
        )
    vocabulary = as_path(root.at("vocab_file") or root.at("merge_file"))
    found.leave_out(root.at("merge_file"))  # the other half of the same tokenizer
    found.input(model, Relation.TOKENIZED_WITH, vocabulary, hub=False)
    _split(found, root, model)
    for use, relation in _USES.items():
        for side in _SIDES:
            for form in _FORMS:
                _listed(found, root, model, relation, (side, use, form))


def _split(found: Findings, root: Node, model: Ref) -> None:
    """One path for all uses, cut into training, validation and test data."""
    split = root.at("split")
    parts = [part.strip() for part in split.text.split(",")]
    data = found.input(model, Relation.TRAINED_ON, as_path(root.at("data_path")), hub=False)
    if data is not None and any(part.strip("0.") for part in parts[1:]):
        found.relate(
            model,
            Relation.EVALUATED_ON,
            data,
            split,
            evidence=Evidence.INFERRED,
            selector=f"held out of the training data: split={split.text}",
        )


def _listed(
    found: Findings, root: Node, model: Ref, relation: Relation, key: tuple[str, str, str]
) -> None:
    """The paths of one use, with the weights they are drawn with."""
    side, use, form = key
    value = root.at(f"{side}{use}_{form}")
    paths = list(value.listed() if isinstance(value, Scalar) else value.elements())
    weights = [w.number for w in root.at(f"{side}{use}_data_weights").elements()]
    total = sum(weight or 0 for weight in weights)
    mixed = form == "data_paths" and len(weights) == len(paths) and total > 0
    words = [_WORDS[word] for word in (side.rstrip("_"), form.split("_")[0]) if word in _WORDS]
    part = [f"split={use}"] if use == "test" else []
    for position, path in enumerate(paths):
        weight = weights[position] if mixed else None
        found.input(
            model,
            relation,
            as_path(path),
            hub=False,
            selector="; ".join((*part, *words)) or None,
            share=weight / total if weight is not None else None,
        )


INGESTOR = Ingestor(
    name="gpt_neox",
    title="GPT-NeoX config",
    description="Training with GPT-NeoX: data paths with their weights for training, validation "
    "and test, checkpoints that are loaded and saved, vocabulary.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
