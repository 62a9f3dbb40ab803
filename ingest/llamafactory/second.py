"""Configs of the second generation: ``model``, ``train_dataset`` and plug-in sections."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ingest.base import Findings, selector_of
from ingest.llamafactory.aliases import on_hub
from ingest.llamafactory.first import adapter_of, exported
from ingest.paths import as_path
from ingest.reading import ABSENT, Map, Node
from lineage.errors import InputError
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_ORIGINS = ("path", "file_name", "hf_hub_url", "ms_hub_url")


def second_generation(found: Findings, root: Node) -> None:
    """All facts of one config."""
    base, adapters = root.at("model"), root.at("peft_config", "adapter_name_or_path")
    export = root.at("peft_config", "export_dir")
    if export:
        model = found.output(Kind.MODEL, location=export)
        exported(found, model, base, adapters, quantised=False)
        return
    trained = root.at("train_dataset") or root.at("dataset")
    if not trained:
        return
    model = found.output(
        Kind.MODEL,
        location=root.at("output_dir"),
        at=base,
        adapter=adapter_of(root.at("peft_config", "name")),
    )
    found.input(model, Relation.FINE_TUNED_FROM, base)
    for adapter in adapters.listed():
        found.input(model, Relation.FINE_TUNED_FROM, adapter, selector="adapter")
    checkpoint = root.at("resume_from_checkpoint")
    if not (checkpoint.is_true or checkpoint.is_false or checkpoint.text == "auto"):
        found.input(model, Relation.FINE_TUNED_FROM, checkpoint)
    for names, relation in (
        (trained, Relation.TRAINED_ON),
        (root.at("eval_dataset"), Relation.EVALUATED_ON),
    ):
        for node in names.listed():
            _listing(found, node, model, relation)


def _listing(found: Findings, node: Node, model: Ref, relation: Relation) -> None:
    """A data set, or a YAML file that lists several with their sources and weights."""
    entries = list(_listed(found, node))
    if not entries:
        if node.text.endswith((".yaml", ".yml")):
            found.skip("the list of data sets is not in the scanned tree", node)
        found.input(model, relation, node)
        return
    total = sum(entry.at("weight").number or 1 for entry in entries)
    for entry in entries:
        weight = entry.at("weight").number
        found.relate(
            model,
            relation,
            _origin(found, node, entry),
            node,
            evidence=Evidence.INHERITED,
            selector=selector_of(entry, "subset", "split", "size", "num_samples"),
            share=weight / total if weight is not None and total > 0 else None,
        )


def _origin(found: Findings, node: Node, entry: Node) -> Ref:
    """Where the data of an entry are: on a hub, or in a file."""
    path, file = entry.at("path").text, entry.at("file_name").text
    if entry.at("source").text.startswith("ms") or not (path or file or entry.at("hf_hub_url")):
        return on_hub("ms", path or entry.at("ms_hub_url").text)
    if file and not path:
        place = node.saying(posixpath.join(entry.at("dataset_dir").text, file))
        return found.artifact(as_path(place), Kind.DATASET, hub=False)
    hub = entry.at("source").text != "local"
    return found.artifact(node.saying(path or entry.at("hf_hub_url").text), Kind.DATASET, hub=hub)


def _listed(found: Findings, node: Node) -> Iterator[Node]:
    document = found.document
    if not node.text.endswith((".yaml", ".yml")):
        return
    listing = document.sibling(node.text) or document.beside(node.text)
    try:
        tree = listing.tree if listing else ABSENT
    except InputError as error:
        found.skip(f"the list of data sets cannot be read: {error}", node)
        return
    for _, entry in tree.entries():
        if isinstance(entry, Map) and any(entry.at(key).text for key in _ORIGINS):
            yield entry
