"""TRL command-line configs and alignment-handbook recipes (YAML)."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.base import Claim, Document, Findings, Ingestor, selector_of
from ingest.builders import files_of
from ingest.reading import Map, Node, Scalar
from lineage.records import Extract, Ref
from lineage.vocabulary import Evidence, Kind, Relation

_NAMES = ("dataset_name", "dataset_id_or_path", "dataset_name_or_path", "dataset_path")
_MIXTURES = ("dataset_mixer", "dataset_mixture")
_LISTS = ("datasets", "train_dataset_mixer")
_FILES = (
    ("train_file", Relation.TRAINED_ON),
    ("validation_file", Relation.EVALUATED_ON),
    ("test_file", Relation.EVALUATED_ON),
    ("eval_dataset_name", Relation.EVALUATED_ON),
)
_OF_TRAINING = frozenset({
    "output_dir", "learning_rate", "num_train_epochs", "max_steps", "per_device_train_batch_size",
    "gradient_accumulation_steps", "hub_model_id", "push_to_hub", "use_peft", "max_seq_length",
    "max_length", "beta", "dataset_num_proc", "dataset_train_split", "eval_strategy", "report_to",
    "torch_dtype", "dtype", "lora_r", "save_strategy", "do_train", "do_eval", "reward_funcs",
})  # fmt: skip
_OF_OTHERS = frozenset(
    {"stage", "finetuning_type", "cutoff_len", "export_dir", "template", "base_model"}
)
_MODELS = (
    ("sft_model_path", Relation.FINE_TUNED_FROM),
    ("adapter_name_or_path", Relation.FINE_TUNED_FROM),
    ("reward_model_path", Relation.REWARDED_BY),
    ("reward_model_name_or_path", Relation.REWARDED_BY),
    ("reward_model", Relation.REWARDED_BY),
    ("teacher_model_name_or_path", Relation.DISTILLED_FROM),
    ("teacher_model", Relation.DISTILLED_FROM),
    ("tokenizer_name_or_path", Relation.TOKENIZED_WITH),
    ("tokenizer_name", Relation.TOKENIZED_WITH),
)
_REFERENCES = ("ref_model_name_or_path", "reference_model_name_or_path", "ref_model")
_JUDGES = {"pair_rm": "llm-blender/PairRM", "hf": "meta-llama/Meta-Llama-3-70B-Instruct"}
_KNOWN = frozenset({
    "model_name_or_path", "dataset_config", "dataset_splits", "dataset_kwargs", "datasets",
    "dataset_train_split", "dataset_test_split", "resume_from_checkpoint", "use_adapter",
    "eval_dataset_mixer", *_LISTS, *_NAMES, *_MIXTURES, *_REFERENCES,
    *(k for k, _ in _FILES), *(k for k, _ in _MODELS),
})  # fmt: skip


def recognise(document: Document) -> Claim | None:
    """``model_name_or_path`` beside a data set in one of TRL's spellings."""
    root = document.tree
    keys = {key for key, _ in root.entries()}
    model = root.at("model_name_or_path").text or root.at("sft_model_path").text
    if not model or keys & _OF_OTHERS:
        return None
    if any(isinstance(root.at(key), Map) and root.at(key) for key in _MIXTURES):
        return Claim(2, "model_name_or_path with a dataset mixture")
    named = any(any(root.at(key).listed()) for key in (*_NAMES, "train_file"))
    listed = any(entry.at("path") for key in _LISTS for entry in root.at(key).elements())
    if not (named or listed):
        return None
    count = len(keys & _OF_TRAINING)
    if not count:
        return None
    return Claim(2 if count >= 3 else 1, f"model_name_or_path with data and {count} keys of TRL")


def read(document: Document) -> Extract:
    """All facts of one config."""
    found = Findings(document)
    root = document.tree
    model = found.output(
        Kind.MODEL,
        location=root.at("output_dir"),
        hub_id=root.at("hub_model_id"),
        at=root.at("model_name_or_path"),
        hub_revision=root.at("hub_model_revision").text or None,
        held_out=root.at("dataset_mixture", "test_split_size").text or None,
    )
    _models(found, root, model)
    _named(found, root, model)
    _listed(found, root, model)
    _mixer(found, root, model)
    for key, relation in _FILES:
        for node in root.at(key).listed():
            found.input(model, relation, node)
    for entry in root.at("eval_dataset_mixer").elements():
        part = selector_of(entry, "split")
        found.input(model, Relation.EVALUATED_ON, entry.at("path"), selector=part)
    for task in root.at("benchmarks").elements():
        if task.text:
            found.relate(model, Relation.EVALUATED_ON, found.named(task, Kind.DATASET), task)
    found.report_unread(root, _KNOWN)
    return found.extract()


def _models(found: Findings, root: Node, model: Ref) -> None:
    base = root.at("model_name_or_path")
    revision = root.at("model_revision").text
    found.input(
        model, Relation.FINE_TUNED_FROM, base, selector=f"revision={revision}" if revision else None
    )
    for key, relation in _MODELS:
        found.input(model, relation, root.at(key))
    for key in _REFERENCES:
        if root.at(key).text != base.text:
            found.input(model, Relation.REWARDED_BY, root.at(key), selector="reference model")
    for function in root.at("reward_funcs").elements():
        if "/" in function.text:
            found.input(model, Relation.REWARDED_BY, function)
    judge = root.at("judge")
    if judge.text in _JUDGES:
        found.input(
            model,
            Relation.REWARDED_BY,
            judge.saying(_JUDGES[judge.text]),
            evidence=Evidence.DEFAULT,
        )
    elif judge:
        found.skip(f"the judge “{judge.text}” names a service, not a model", judge)
    checkpoint = root.at("resume_from_checkpoint")
    output = root.at("output_dir").text
    own = bool(output) and checkpoint.text.startswith(output)
    if not (checkpoint.is_true or checkpoint.is_false or own):
        found.input(model, Relation.FINE_TUNED_FROM, checkpoint)


def _evaluates(root: Node) -> bool | None:
    """Whether the run evaluates: None when the config does not say."""
    strategy = root.at("eval_strategy") or root.at("evaluation_strategy")
    if strategy:
        return not strategy.is_false
    return root.at("do_eval").is_true if root.at("do_eval") else None


def _named(found: Findings, root: Node, model: Ref) -> None:
    """``dataset_name`` with its configuration and its two splits."""
    for name in (name for key in _NAMES for name in root.at(key).listed()):
        config = root.at("dataset_config").text
        prefix = f"config={config}; " if config else ""
        train, test = root.at("dataset_train_split"), root.at("dataset_test_split")
        if root.at("dataset_splits"):
            _by_split(found, root, model, name, None)
            continue
        found.input(
            model, Relation.TRAINED_ON, name, selector=f"{prefix}split={train.text or 'train'}"
        )
        evaluates = _evaluates(root)
        if evaluates or (test and evaluates is None):
            found.input(
                model,
                Relation.EVALUATED_ON,
                name,
                evidence=Evidence.DECLARED if test else Evidence.DEFAULT,
                selector=f"{prefix}split={test.text or 'test'}",
            )


def _entries(root: Node) -> Iterator[tuple[Node, Node]]:
    """Each data set of a mixture, with the node that names it."""
    for listing in (root.at("dataset_mixture", "datasets"), *(root.at(key) for key in _LISTS)):
        for entry in listing.elements():
            if isinstance(entry, Scalar):
                yield entry, entry
            else:
                yield entry, entry.at("id") or entry.at("path") or entry.at("name")


def _listed(found: Findings, root: Node, model: Ref) -> None:
    """A mixture: all its splits are concatenated and trained on, whatever they are called.

    Its ``test_split_size`` is held out of the whole, so no data set is evaluated on alone.
    """
    entries = list(_entries(root))
    total = sum(entry.at("weight").number or 0 for entry, _ in entries)
    for entry, name in entries:
        if not name:
            found.skip("a data set of the mixture without an id", entry)
            continue
        weight = entry.at("weight").number
        share = weight / total if weight is not None and total > 0 else None
        files = files_of(name, entry)
        for file in files or ():
            part = selector_of(entry, "split")
            found.input(model, Relation.TRAINED_ON, file, hub=False, selector=part, share=share)
        if files is not None:
            continue
        part = selector_of(entry, "config", "name", "split", "data_dir", "data_files", "revision")
        found.input(
            model,
            Relation.TRAINED_ON,
            name,
            share=share,
            selector=part if entry.at("id") or entry.at("path") else None,
        )


def _mixer(found: Findings, root: Node, model: Ref) -> None:
    """The older ``dataset_mixer: {id: fraction}`` with ``dataset_splits`` for all."""
    mixer = list(root.at("dataset_mixer").entries())
    total = sum(fraction.number or 0 for _, fraction in mixer)
    for name, fraction in mixer:
        if "\x1f" in name:
            continue
        weight = fraction.number
        share = weight / total if weight is not None and total > 0 else None
        _by_split(found, root, model, fraction.saying(name), share)


def _by_split(found: Findings, root: Node, model: Ref, name: Node, share: float | None) -> None:
    """Splits called test are evaluated on, the others trained on.

    Where none is named they are ``train`` and, for a run that evaluates, ``test``.
    """
    named = [split.text for split in root.at("dataset_splits").listed()]
    splits = named or ["train", *(["test"] if _evaluates(root) else [])]
    tests = [split for split in splits if "test" in split.lower() and "train" not in split.lower()]
    if share is not None and len(tests) < len(splits):
        share /= len(splits) - len(tests)
    for split in splits:
        test = split in tests
        found.input(
            model,
            Relation.EVALUATED_ON if test else Relation.TRAINED_ON,
            name,
            selector=f"split={split}",
            share=None if test else share,
            evidence=Evidence.DECLARED if root.at("dataset_splits") else Evidence.DEFAULT,
        )


INGESTOR = Ingestor(
    name="trl",
    title="TRL or alignment-handbook config",
    description="Training configs of TRL's command line and of the alignment handbook: base, "
    "reference, reward and teacher models, data sets, mixtures with shares and splits, output.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
