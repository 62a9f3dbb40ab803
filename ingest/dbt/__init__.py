"""dbt: manifests of a project, property files, and models in SQL or Python as they stand.

What dbt calls a model is a table or a view: data, never weights.
"""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.dbt.code import is_model_code, read_code
from ingest.dbt.manifest import is_manifest, read_manifest
from ingest.dbt.properties import is_properties, read_properties
from ingest.parsed import parsed
from lineage.records import Extract

_CODE = (".sql", ".py")


def recognise(document: Document) -> Claim | None:
    """A manifest's schema; a property file's sections; a model's calls of ``ref``."""
    if document.name.endswith(_CODE):
        return Claim(3, "a model of a dbt project") if is_model_code(document) else None
    root = document.tree
    if document.name.endswith(".json"):
        named = document.name == "manifest.json"
        return Claim(3 if named else 2, "a dbt manifest") if is_manifest(root) else None
    return Claim(2, "sections of a dbt property file") if is_properties(root) else None


def read(document: Document) -> Extract:
    """All facts of one file."""
    if document.name.endswith(_CODE):
        found = Findings(parsed(document))
        read_code(found)
    else:
        found = Findings(document)
        if document.name.endswith(".json"):
            read_manifest(found, document.tree)
        else:
            read_properties(found, document.tree)
    return found.extract()


INGESTOR = Ingestor(
    name="dbt",
    title="dbt manifest, properties or model",
    description="Tables of dbt projects and what each is made of: manifests, sources and "
    "exposures in property files, calls of ref and source in models.",
    endings=(".json", ".yml", ".yaml", ".sql", ".py"),
    recognise=recognise,
    read=read,
)
