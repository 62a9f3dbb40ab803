"""What the alias of a data set stands for: a hub id, a loading script or a file.

Aliases are defined in ``dataset_info.json`` in the data folder.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from ingest.base import Findings, selector_of
from ingest.reading import ABSENT, Node
from lineage.errors import InputError
from lineage.identity import file_ref, hub_ref, ref_in
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

TABLE = "dataset_info.json"
_HUBS = (("hf_hub_url", "hf"), ("ms_hub_url", "ms"), ("om_hub_url", "om"))
_FILES = ("script_url", "cloud_file_name", "file_name")
ORIGINS = frozenset({*(key for key, _ in _HUBS), *_FILES})
"""The keys of which each entry of the table has at least one."""


def on_hub(hub: str, name: str) -> Ref:
    """A data set on Hugging Face (``hf``), ModelScope (``ms``) or OpenMind (``om``)."""
    if hub == "hf":
        return hub_ref(name, Kind.DATASET)
    return ref_in(f"{hub}://datasets", name, Kind.DATASET)


def same_on_hubs(found: Findings, entry: Node) -> None:
    """An alias that several hubs have: the same data under each hub's name."""
    refs = [
        (on_hub(hub, entry.at(key).text), entry.at(key)) for key, hub in _HUBS if entry.at(key).text
    ]
    for ref, node in refs:
        found.describe(ref, node)
    for ref, node in refs[1:]:
        found.relate(ref, Relation.SAME_AS, refs[0][0], node)
        found.relate(refs[0][0], Relation.SAME_AS, ref, node)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an alias stands for, the part of it, and how that is known."""

    data: Ref
    part: str | None
    evidence: Evidence


class Aliases:
    """The aliases that a config may name, given its ``dataset_dir``."""

    def __init__(self, found: Findings, folder: str):
        self.found = found
        self.folder = folder
        self._table = ABSENT if ":" in folder else self._read()

    def _read(self) -> Node:
        names = (posixpath.join(self.folder or "data", TABLE), *(() if self.folder else (TABLE,)))
        table = self.found.document.beside(*names)
        try:
            return table.tree if table else ABSENT
        except InputError as error:
            self.found.skip(f"the table of aliases cannot be read: {error}")
            return ABSENT

    def meaning(self, name: Node) -> Meaning:
        """What the alias stands for; one that no table explains stays a name within its table."""
        if self.folder == "ONLINE":
            return Meaning(self.found.artifact(name, Kind.DATASET), None, Evidence.DECLARED)
        entry = self._table.at(name.text)
        part = selector_of(entry, "subset", "split", "folder", "num_samples")
        for key, hub in _HUBS:
            if entry.at(key).text:
                text = name.saying(entry.at(key).text)
                ref = (
                    self.found.artifact(text, Kind.DATASET)
                    if hub == "hf"
                    else on_hub(hub, text.text)
                )
                return Meaning(ref, part, Evidence.INHERITED)
        for key in _FILES:
            if entry.at(key).text:
                return Meaning(
                    self._file(name.saying(entry.at(key).text)), part, Evidence.INHERITED
                )
        self.found.skip(f"the alias “{name.text}” is in no {TABLE} of the scanned tree", name)
        return Meaning(self._unexplained(name), None, Evidence.DECLARED)

    def _file(self, text: Node) -> Ref:
        if "://" in text.text:
            return self.found.artifact(text, Kind.DATASET)
        path = posixpath.join(self.folder or "data", text.text)
        return file_ref(path, Kind.DATASET, self.found.document.scope)

    def _unexplained(self, name: Node) -> Ref:
        before, _, repository = self.folder.partition("REMOTE:")
        if repository and not before:
            online = hub_ref(repository, Kind.DATASET)
            ref = ref_in(f"{online.namespace}/{online.name}", name.text, Kind.DATASET)
            self.found.relate(ref, Relation.SUBSET_OF, online, name, evidence=Evidence.INFERRED)
            return ref
        table = f"{self.found.document.scope.repository}/{self.folder or 'data'}/{TABLE}"
        return ref_in(f"config://{table}", name.text, Kind.DATASET)
