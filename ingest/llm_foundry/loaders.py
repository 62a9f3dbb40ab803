"""Data loaders: hub data sets, remote and local shards, streams with proportions."""

from __future__ import annotations

from ingest.base import Findings, selector_of
from ingest.builders import files_of
from ingest.paths import as_path
from ingest.reading import Node
from lineage.records import Ref
from lineage.vocabulary import Relation


def loader(found: Findings, node: Node, model: Ref, relation: Relation) -> None:
    """The data of one loader."""
    data = node.at("dataset")
    found.leave_out(node.at("label"), data.at("remote"))
    streams = [(name, part) for name, part in data.at("streams").entries() if part.entries()]
    if streams:
        total = sum(part.at("proportion").number or 0 for _, part in streams)
        for _, part in streams:
            weight = part.at("proportion").number
            share = weight / total if weight is not None and total > 0 else None
            split = part.at("split") or data.at("split")
            _stored(found, part, split, model, relation, share)
    elif data.at("hf_name"):
        _of_hub(found, data, model, relation)
    elif data.at("remote") or data.at("local"):
        _stored(found, data, data.at("split"), model, relation, None)
    elif node:
        found.skip("a loader whose data is not named", data or node)


def _stored(
    found: Findings, part: Node, split: Node, model: Ref, relation: Relation, share: float | None
) -> None:
    """Shards at a remote place, of which the local one is a copy; or only local ones."""
    remote, local = part.at("remote"), part.at("local")
    found.leave_out(remote)  # one that a variable leaves empty
    chosen = selector_of(part, "choose", "repeat")
    selector = "; ".join(s for s in (f"split={split.text}" if split else "", chosen or "") if s)
    data = found.input(
        model, relation, as_path(remote or local), hub=False, selector=selector or None, share=share
    )
    if data is None:
        found.skip("a stream without remote and local place", part)
    elif remote:
        found.copy(data, as_path(local), "local copy")


def _of_hub(found: Findings, data: Node, model: Ref, relation: Relation) -> None:
    """A data set of the hub, a folder or bucket with a file for each split, or named files."""
    name, options = data.at("hf_name"), data.at("hf_kwargs")
    parts = (selector_of(data, "split"), selector_of(options, "name", "subset"))
    selector = "; ".join(part for part in parts if part) or None
    places = files_of(name, options)
    if places is None:
        found.input(model, relation, name, selector=selector)
        return
    for place in places:
        found.input(model, relation, place, hub=False, selector=selector)
    if not places:
        found.skip("a data set of files that names no files", name)
