"""What dbt calls things: unique ids, and the tables that they become."""

from __future__ import annotations

import posixpath

from ingest.base import Document, Findings
from ingest.reading import ABSENT, Node
from lineage.errors import InputError
from lineage.identity import is_placeholder, ref_in
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

TABLES = ("model", "seed", "snapshot", "source")
"""Kinds of resources that are tables or views."""

_PROJECT_FILES = ("dbt_project.yml", "dbt_project.yaml")


def table_ref(document: Document, unique_id: str) -> Ref:
    """A table, by its unique id; project names repeat, so it means one within a repository."""
    return ref_in(f"dbt://{document.scope.repository}", unique_id, Kind.DATASET)


def resource_type(unique_id: str) -> str:
    """What kind of resource an id is of: its first part."""
    return unique_id.partition(".")[0]


class Project:
    """The dbt project a file belongs to, by the nearest project file above it."""

    def __init__(self, document: Document):
        self.document = document
        file = document.beside(*_PROJECT_FILES)
        try:
            self.root: Node = file.tree if file else ABSENT
        except InputError:
            self.root = ABSENT
        self.folder = file.parent if file else document.parent
        self.name = self.root.at("name").text

    def folders(self, kind: str) -> list[str]:
        """The folders where resources of a kind lie: ``model-paths`` and its like."""
        old = {"model": "source-paths", "seed": "data-paths"}.get(kind, f"{kind}-paths")
        usual = {"model": ["models"], "seed": ["seeds", "data"], "snapshot": ["snapshots"]}
        stated = self.root.at(f"{kind}-paths") or self.root.at(old)
        names = [node.text for node in stated.elements() if node.text] or usual[kind]
        return [posixpath.normpath(posixpath.join(self.folder, name)) for name in names]

    def referred(self, name: str, package: str = "", version: str = "") -> Ref:
        """What ``ref`` means: a model, or a seed or snapshot that has a file of the name."""
        kind = "model"
        for other, ending in (("seed", ".csv"), ("snapshot", ".sql")):
            files = [posixpath.join(f, f"{name}{ending}") for f in self.folders(other)]
            if not package and any(self.document.folder.holds(path) for path in files):
                kind = other
        parts = (name, f"v{version}") if version else (name,)
        return table_ref(self.document, self.id_of(kind, *parts, package=package))

    def source(self, source: str, table: str) -> Ref:
        """What ``source`` means: a table that the project does not make."""
        return table_ref(self.document, self.id_of("source", source, table))

    def id_of(self, kind: str, *names: str, package: str = "") -> str:
        """The unique id of a resource; its own name alone, where the project is not known."""
        project = package or self.name
        return ".".join((kind, project, *names) if project else names)


def place_table(found: Findings, ref: Ref, at: Node, adapter: str, *parts: str) -> None:
    """The table's name in its data base. In BigQuery that name is one everywhere."""
    whole = ".".join(part for part in parts if part)
    if not whole or is_placeholder(whole) or "{" in whole:
        return
    found.describe(ref, at, table=whole)
    if adapter == "bigquery" and all(parts):
        same(found, ref, ref_in("bigquery", whole, Kind.DATASET), at)


def leave_out_names(found: Findings, entry: Node) -> None:
    """The parts of a name that an entry's unique id, or its place, already says."""
    keys = ("name", "source_name", "alias", "database", "schema", "identifier", "relation_name")
    found.leave_out(*(entry.at(key) for key in keys))


def same(found: Findings, one: Ref, other: Ref, at: Node) -> None:
    """Two names of one thing, which each stand for the other."""
    found.relate(one, Relation.SAME_AS, other, at)
    found.relate(other, Relation.SAME_AS, one, at)


def external(found: Findings, ref: Ref, table: Node) -> None:
    """The files that an external table is a view of."""
    location = table.at("external", "location")
    if "://" in location.text and not is_placeholder(location.text):
        same(found, ref, found.artifact(location, Kind.DATASET, hub=False), location)


def exposed(found: Findings, name: Node, kind: str, unique_id: str, parents: list[Ref]) -> None:
    """A use of tables outside dbt: machine learning learns from them, anything else shows them."""
    learns = kind == "ml"
    thing = Kind.MODEL if learns else Kind.DEPLOYMENT
    ref = ref_in(f"dbt://{found.document.scope.repository}", unique_id, thing)
    found.describe(ref, name, produced=learns, exposure_type=kind or None)
    for parent in parents:
        if learns:
            found.relate(ref, Relation.TRAINED_ON, parent, name, evidence=Evidence.INFERRED)
        else:
            found.relate(ref, Relation.DERIVED_FROM, parent, name)
