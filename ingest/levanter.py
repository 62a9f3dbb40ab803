"""Levanter configs (YAML): pretraining and tuning of language models, and their data."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.inheriting import relined
from ingest.reading import ABSENT, Map, Node, Scalar
from lineage.errors import InputError
from lineage.records import Extract, Ref
from lineage.vocabulary import Evidence, Kind, Relation

_OF_TRAINER = frozenset({
    "mp", "model_axis_size", "per_device_parallelism", "per_device_eval_parallelism",
    "tensor_parallel_axes", "num_train_steps", "train_batch_size", "fsdp_axis", "batch_axis",
    "replica_ici_axis_size", "steps_per_eval", "checkpointer",
})  # fmt: skip
_OF_DATA = ("train_urls", "validation_urls", "id", "cache_dir", "configs")
_SAVED = ("hf_save_path", "merged_hf_save_path", "peft_save_path")
_UPLOADED = ("hf_upload", "merged_hf_upload", "peft_hf_upload")


def recognise(document: Document) -> Claim | None:
    """A trainer with keys of its own, beside data that are described or included."""
    root = document.tree
    keys = _OF_TRAINER.intersection(key for key, _ in root.at("trainer").entries())
    data = root.at("data")
    described = isinstance(data, Map) and any(data.at(key) for key in _OF_DATA)
    included = isinstance(data, Scalar) and data.text.endswith((".yaml", ".yml"))
    if len(keys) >= 2 and (described or included) and (root.at("model") or root.at("lora")):
        return Claim(2, f"data beside a trainer with {len(keys)} keys of Levanter")
    return None


def read(document: Document) -> Extract:
    """All facts of one config."""
    found = Findings(document)
    root = document.tree
    saved = next((root.at(key) for key in _SAVED if root.at(key).text), ABSENT)
    uploaded = next((root.at(key) for key in _UPLOADED if root.at(key).text), ABSENT)
    folder = root.at("trainer", "checkpointer", "base_path")
    model = found.output(
        Kind.MODEL,
        location=saved or folder,
        hub_id=uploaded,
        at=root.at("model") or root.at("lora"),
        adapter="lora" if root.at("lora") else None,
    )
    if saved:
        found.copy(model, folder, "checkpoints")
    _start(found, root, model)
    data, evidence = _data(found, root.at("data"))
    found.input(model, Relation.TOKENIZED_WITH, _tokenizer(data), evidence=evidence)
    for part, share in _parts(data):
        _one(found, model, part, share, evidence)
    found.leave_out(data.at("cache_dir"))  # of data that are named beside it
    return found.extract()


def _start(found: Findings, root: Node, model: Ref) -> None:
    """The weights that it goes on from: of the hub, with a revision, or a checkpoint."""
    base = root.at("initialize_from_hf")
    if base.is_true:
        found.skip("it starts from the usual weights of its architecture, unnamed", base)
    elif not base.is_false:
        name, _, revision = base.text.partition("@")
        version = f"revision={revision}" if revision else None
        found.input(model, Relation.FINE_TUNED_FROM, base.saying(name), selector=version)
    for node in (root.at("trainer", "initialize_from"), root.at("trainer", "load_checkpoint_path")):
        found.input(model, Relation.FINE_TUNED_FROM, node, hub=False)


def _data(found: Findings, node: Node) -> tuple[Node, Evidence]:
    """The description of the data, also from the file that is included in its place."""
    if not isinstance(node, Scalar):
        return node, Evidence.DECLARED
    folder = found.document.parent
    beside = found.document.sibling(posixpath.join(folder, node.text))
    try:
        tree = beside.tree if beside else ABSENT
    except InputError as error:
        found.skip(f"what is included cannot be read: {error}", node)
        return ABSENT, Evidence.INHERITED
    if not tree:
        found.skip("what is included is not in the scanned tree", node)
    return relined(tree, node.line), Evidence.INHERITED


def _tokenizer(data: Node) -> Node:
    tokenizer = data.at("tokenizer")
    return ABSENT if tokenizer.text == "passthrough" else tokenizer


def _parts(data: Node) -> Iterator[tuple[Node, float | None]]:
    """The data sets of a mixture, each with its weight; or the one that there is."""
    configs = list(data.at("configs").entries())
    if not configs:
        yield data, None
        return
    weights = {name: weight.number or 0 for name, weight in data.at("train_weights").entries()}
    total = sum(weights.values())
    for name, part in configs:
        known = name in weights and total > 0
        yield part, weights[name] / total if known else None


def _one(found: Findings, model: Ref, part: Node, share: float | None, evidence: Evidence) -> None:
    """A data set of the hub, shards by their addresses, or a cache of which no more is known."""
    cache = part.at("cache_dir")
    trained = list(part.at("train_urls").elements())
    name = part.at("id")
    if name.text:
        subset = part.at("name").text
        found.input(
            model, Relation.TRAINED_ON, name, share=share, evidence=evidence,
            selector=f"name={subset}" if subset else None,
        )  # fmt: skip
        if any(split.text == "validation" for split in part.at("splits").elements()):
            found.input(
                model, Relation.EVALUATED_ON, name, evidence=evidence, selector="split=validation"
            )
    for relation, urls in (
        (Relation.TRAINED_ON, trained),
        (Relation.EVALUATED_ON, part.at("validation_urls").elements()),
    ):
        for url in urls:
            place, shards = _shards(url)
            found.input(
                model, relation, place, hub=False, selector=shards, evidence=evidence,
                share=share if relation is Relation.TRAINED_ON else None,
            )  # fmt: skip
    if not trained and not name.text:
        found.input(model, Relation.TRAINED_ON, cache, hub=False, share=share, evidence=evidence)
    found.leave_out(cache)


def _shards(url: Node) -> tuple[Node, str | None]:
    """The folder of numbered shards, and which of its files they are."""
    if "{" not in url.text and "*" not in url.text:
        return url, None
    cut = min(at for at in (url.text.find("{"), url.text.find("*")) if at >= 0)
    folder = url.text[:cut].rpartition("/")[0]
    return url.saying(folder), f"files={url.text[len(folder) :].strip('/')}"


INGESTOR = Ingestor(
    name="levanter",
    title="Levanter config",
    description="Pretraining and tuning with Levanter: weights of the hub, shards collapsed to "
    "data sets, mixtures with weights, tokenizer, checkpoints and exports.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
