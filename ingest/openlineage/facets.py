"""Facets of data sets: other names, versions, parts, counts, owners."""

from __future__ import annotations

import re

from ingest.base import Findings
from ingest.openlineage.names import data_set, is_named, is_template
from ingest.reading import Node, Seq
from lineage.records import Ref
from lineage.vocabulary import Relation

_GROUP = re.compile(r"(team|group|service|application|org|organi[sz]ation|department):\S.*")


def read_facets(found: Findings, ref: Ref, node: Node) -> None:
    """What the facets of one mention say of a data set, on either side of a job."""
    facets = node.at("facets")
    for other in facets.at("symlinks", "identifiers").elements():
        if is_named(other):
            same = data_set(found, other)
            if same != ref:
                found.relate(ref, Relation.SAME_AS, same, other.at("name"))
                found.relate(same, Relation.SAME_AS, ref, other.at("name"))
    change = facets.at("lifecycleStateChange")
    before = change.at("previousIdentifier")
    if is_named(before):
        old = data_set(found, before)
        if old != ref:
            found.relate(ref, Relation.DERIVED_FROM, old, before.at("name"))
    owners = [o.at("name").text for o in facets.at("ownership", "owners").elements()]
    found.describe(
        ref,
        node.at("name"),
        owners=tuple(owner for owner in owners if _GROUP.fullmatch(owner)) or None,
        dataset_type=stated(facets.at("datasetType", "datasetType")),
        lifecycle=stated(change.at("lifecycleStateChange")),
    )


def describe_made(found: Findings, ref: Ref, node: Node) -> None:
    """An output, with its version and what is counted of it."""
    rows = node.at("outputFacets", "outputStatistics", "rowCount").number
    found.describe(
        ref,
        node.at("name"),
        produced=True,
        rows=int(rows) if rows is not None else None,
        version=stated(node.at("facets", "version", "datasetVersion")),
    )


def part_of(node: Node) -> str | None:
    """The part of an input that was read: its version and what its subset facet names."""
    said = []
    version = stated(node.at("facets", "version", "datasetVersion"))
    if version:
        said.append(f"version={version}")
    facet = node.at("inputFacets", "subset")
    condition = facet.at("inputCondition") or facet.at("condition")
    places = [place.text for place in condition.at("locations").elements() if place.text]
    if places:
        said.append(f"locations={','.join(places)}")
    for partition in condition.at("partitions").elements():
        sides = [f"{k}={v.text}" for k, v in partition.at("dimensions").entries() if v.text]
        name = partition.at("identifier").text or "/".join(sides)
        if name:
            said.append(f"partition={name}")
    return "; ".join(said) or None


def columns(facet: Node) -> dict[tuple[str, str], tuple[Node, list[str]]]:
    """The data sets that column lineage names, each with the columns that were used."""
    used: dict[tuple[str, str], tuple[Node, list[str]]] = {}
    lists = [entry.at("inputFields") for _, entry in facet.at("fields").entries()]
    for fields in [*lists, facet.at("dataset")]:
        for item in fields.elements() if isinstance(fields, Seq) else ():
            if is_named(item):
                key = (item.at("namespace").text, item.at("name").text)
                names = used.setdefault(key, (item, []))[1]
                if item.at("field").text not in {"", *names}:
                    names.append(item.at("field").text)
    return used


def stated(node: Node) -> str | None:
    """A text, unless a template still has to fill it in."""
    return None if not node.text or is_template(node.text) else node.text
