"""``manifest.json``: every table of a project and what it is made of, of any schema version."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ingest.base import Findings
from ingest.dbt.names import (
    TABLES,
    exposed,
    external,
    leave_out_names,
    place_table,
    resource_type,
    same,
    table_ref,
)
from ingest.reading import Map, Node
from lineage.identity import file_ref
from lineage.records import Ref
from lineage.vocabulary import Kind, Relation

_MADE = ("model", "seed", "snapshot")
_PASSED_ON = ("metric", "semantic_model", "saved_query")
_MOST_STEPS = 20


def is_manifest(root: Node) -> bool:
    """Whether the metadata names the schema of a manifest, or the sections are those of one."""
    schema = root.at("metadata", "dbt_schema_version").text
    if schema:
        return "/manifest/" in schema or "/manifest." in schema
    sections = all(isinstance(root.at(key), Map) for key in ("nodes", "macros", "docs"))
    known = root.at("metadata", "dbt_version") or root.at("parent_map")
    return sections and bool(known)


def read_manifest(found: Findings, root: Node) -> None:
    """Tables with what each is made of, sources, and exposures."""
    _Manifest(found, root).read()


class _Manifest:
    def __init__(self, found: Findings, root: Node):
        self.found = found
        self.root = root
        self.adapter = root.at("metadata", "adapter_type").text

    def read(self) -> None:
        """All facts."""
        for key, source in self.root.at("sources").entries():
            self.source(key, source)
        for key, node in self.root.at("nodes").entries():
            kind = node.at("resource_type").text or resource_type(key)
            if kind in TABLES and isinstance(node, Map):
                self.table(key, kind, node)
        for key, node in self.root.at("exposures").entries():
            parents = [ref for ref, _ in self.parents(key, node)]
            name = node.at("name") or node
            exposed(self.found, name, node.at("type").text, _clean(key), parents)

    def source(self, key: str, source: Node) -> None:
        """A table that the project reads and does not make."""
        if "\x1f" in key or not isinstance(source, Map):
            return
        ref = table_ref(self.found.document, key)
        at = source.at("unique_id") or source
        self.found.describe(ref, at, loader=source.at("loader").text or None)
        self.placed(ref, source, source.at("identifier").text or source.at("name").text)
        external(self.found, ref, source)
        leave_out_names(self.found, source)

    def table(self, key: str, kind: str, node: Node) -> None:
        """A model, seed or snapshot, and what it is made of."""
        if "\x1f" in key:
            return
        ref = table_ref(self.found.document, key)
        at = node.at("unique_id") or node
        materialised = node.at("config", "materialized").text
        self.found.describe(
            ref, at, produced=kind in _MADE, resource_type=kind, materialized=materialised or None
        )
        if materialised != "ephemeral":
            self.placed(ref, node, node.at("alias").text or node.at("name").text)
        for parent, place in self.parents(key, node):
            if parent != ref:
                self.found.relate(ref, Relation.DERIVED_FROM, parent, place)
        leave_out_names(self.found, node)
        if kind == "seed":
            self.seed(ref, node.at("original_file_path"))

    def placed(self, ref: Ref, node: Node, table: str) -> None:
        place_table(
            self.found,
            ref,
            node.at("relation_name") or node.at("name"),
            self.adapter,
            node.at("database").text,
            node.at("schema").text,
            table,
        )

    def seed(self, ref: Ref, path: Node) -> None:
        """A seed is a file of the project, whose manifest lies in ``target``."""
        project = posixpath.dirname(self.found.document.parent)
        for folder in (project, self.found.document.parent):
            whole = posixpath.join(folder, path.text)
            if path.text and self.found.document.folder.holds(whole):
                file = file_ref(whole, Kind.DATASET, self.found.document.scope)
                same(self.found, ref, file, path)
                return

    def parents(self, key: str, node: Node, steps: int = 0) -> Iterator[tuple[Ref, Node]]:
        """The tables that a node depends on, also through metrics."""
        listed = list(node.at("depends_on", "nodes").elements())
        for parent in listed or list(self.root.at("parent_map", key).elements()):
            kind = resource_type(parent.text)
            if kind in TABLES:
                yield table_ref(self.found.document, parent.text), parent
            elif kind in _PASSED_ON and steps < _MOST_STEPS:
                section = {"saved_query": "saved_queries"}.get(kind, f"{kind}s")
                inner = self.root.at(section, parent.text)
                for ref, _ in self.parents(parent.text, inner, steps + 1):
                    yield ref, parent


def _clean(key: str) -> str:
    return key.partition("\x1f")[0]
