"""The project's own manifest, in which people declare what no config says.

``lineage.yaml``: parties, sources, grants, deployments, and how data and models hang together
where no training config tells. ``docs/manifest.md`` describes it for those who write it.
"""

from ingest.base import Claim, Document, Ingestor
from ingest.manifest.reader import read
from ingest.manifest.schema import manifest_schema, schema_text
from ingest.manifest.table import SECTIONS, VERSION
from lineage.errors import InputError

__all__ = ["INGESTOR", "manifest_schema", "recognise", "schema_text"]

_ENDINGS = ("lineage.yaml", "lineage.yml", ".lineage.yaml", ".lineage.yml")


def recognise(document: Document) -> Claim | None:
    """A claim on ``lineage.yaml`` and ``*.lineage.yaml`` that have a section of a manifest."""
    named = document.name in _ENDINGS or document.name.endswith(_ENDINGS[2:])
    if not named:
        return None
    try:
        root = document.tree
    except InputError:
        return Claim(1, "its name; it cannot be read")
    if root.at("lineage").text == VERSION:
        return Claim(3, f"its name, and the key “lineage: {VERSION}”")
    if root.at("lineage").line or any(root.at(section.key).line for section in SECTIONS):
        return Claim(2, "its name, and keys of a manifest")
    return None


INGESTOR = Ingestor(
    name="lineage",
    title="Lineage manifest",
    description="What people declare of sources, rights, deployments and links no config names.",
    endings=_ENDINGS,
    recognise=recognise,
    read=read,
)
