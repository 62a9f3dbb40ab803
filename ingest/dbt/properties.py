"""Property files (``schema.yml``, ``sources.yml``): sources, exposures, and tables described."""

from __future__ import annotations

from ingest.base import Findings
from ingest.dbt.code import calls
from ingest.dbt.names import Project, exposed, external, place_table
from ingest.reading import Map, Node, Seq

_TABLE_KEYS = frozenset(
    {"columns", "tests", "data_tests", "config", "meta", "docs", "latest_version", "versions",
     "constraints", "access", "strategy"}
)  # fmt: skip


def is_properties(root: Node) -> bool:
    """Whether the sections are those of a property file: tables of sources, columns of models."""
    if not isinstance(root, Map):
        return False
    if any(s.at("name") and s.at("tables") for s in _listed(root, "sources")):
        return True
    if any(e.at("depends_on") and e.at("type") for e in _listed(root, "exposures")):
        return True
    tables = [t for part in ("models", "seeds", "snapshots") for t in _listed(root, part)]
    described = [t for t in tables if t.at("name") and _TABLE_KEYS & dict(t.entries()).keys()]
    return bool(root.at("version").text == "2" and described)


def _listed(root: Node, part: str) -> list[Node]:
    section = root.at(part)
    return list(section.elements()) if isinstance(section, Seq) else []


def read_properties(found: Findings, root: Node) -> None:
    """Sources with their places, and what exposures depend on."""
    project = Project(found.document)
    if not project.name:
        found.skip("no dbt_project.yml above says which project this is", root)
    for source in _listed(root, "sources"):
        _source(found, project, source)
    for part in ("models", "snapshots", "seeds"):
        for table in _listed(root, part):
            if table.at("name").text:
                found.describe(project.referred(table.at("name").text), table.at("name"))
    for exposure in _listed(root, "exposures"):
        _exposure(found, project, exposure)


def _source(found: Findings, project: Project, source: Node) -> None:
    name = source.at("name")
    for table in source.at("tables").elements():
        own = table.at("name")
        if not name.text or not own.text:
            continue
        ref = project.source(name.text, own.text)
        loader = (table.at("loader") or source.at("loader")).text
        found.describe(ref, own, loader=loader or None)
        place_table(
            found,
            ref,
            own,
            "",
            source.at("database").text,
            source.at("schema").text or name.text,
            table.at("identifier").text or own.text,
        )
        external(found, ref, table)


def _exposure(found: Findings, project: Project, exposure: Node) -> None:
    name = exposure.at("name")
    if not name.text:
        return
    parents = []
    for node in exposure.at("depends_on").elements():
        named = list(calls(node.text))
        if not named:
            found.skip("a dependency that is neither ref nor source", node)
        parents += [call.target(project) for call in named]
    unique_id = project.id_of("exposure", name.text)
    exposed(found, name, exposure.at("type").text, unique_id, parents)
