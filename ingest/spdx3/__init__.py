"""SPDX 3 documents (JSON-LD): bills of materials with AI and data set packages."""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.parsed import parsed
from ingest.reading import Node, parse_json
from ingest.spdx3.elements import Graph, graph_of, is_graph, short
from ingest.spdx3.relations import Link, Relationships, type_of
from ingest.spdx3.things import Things
from lineage.records import Extract
from lineage.vocabulary import Kind, Relation

_COLLECTIONS = frozenset({"spdxdocument", "sbom", "bom", "bundle"})
_NO_ORIGIN = frozenset({Relation.DEPLOYS, Relation.COPY_OF})


def _root(document: Document) -> Node:
    """The document's tree, read as JSON whatever its ending."""
    if document.name.endswith(".json"):
        return document.tree
    return parse_json(document.text, document.path)


def recognise(document: Document) -> Claim | None:
    """A graph under the SPDX 3 context, or with its version."""
    if "spdx" not in document.text.lower():
        return None
    root = _root(document)
    if not is_graph(root):
        return None
    return Claim(3 if root.at("@context") else 2, "a graph of SPDX 3 elements")


def read(document: Document) -> Extract:
    """All facts of one graph."""
    root = _root(document)
    found = Findings(parsed(document, root))
    graph = graph_of(root)
    things = Things(found, graph)
    links = Relationships(graph).links()
    for link in links:
        _relate(found, things, link)
    made = _made(graph, links)
    tuned = {link.subject.id for link in links if link.object.kind is Kind.MODEL}
    kinds = _kinds(graph, links)
    for identity, kind in kinds.items():
        element = graph.elements[identity]
        things.describe(element, kind, produced=identity in made)
        if kind is Kind.MODEL and identity not in tuned:
            things.bases(element)
    for identity, element in graph.elements.items():
        if identity not in kinds:  # a person, a tool, a licence, a file within what is listed
            found.leave_out(element.at("name"))
    for row in graph.relationships:
        if short(row.at("completeness").text) == "incomplete":
            name = short(row.at("relationshipType").text)
            found.skip(f"“{name}” is stated to be incomplete: there is more", row.node)
    return found.extract()


def _relate(found: Findings, things: Things, link: Link) -> None:
    subject, target = link.subject, link.object
    if subject.kind is None or target.kind is None:
        return
    one, other = things.ref(subject, subject.kind), things.ref(target, target.kind)
    if one is None or other is None or one == other:
        return
    at = target.node if target.node.text else subject.node
    found.relate(one, link.relation, other, at, evidence=link.evidence)


def _kinds(graph: Graph, links: list[Link]) -> dict[str, Kind]:
    """The packages that are models or data sets, and whatever else has a part in lineage.

    Where an element's class does not tell what it is, its relationships do.
    """
    packages = ((i, e.kind) for i, e in graph.elements.items() if e.is_package)
    kinds = {identity: kind for identity, kind in packages if kind}
    for link in links:
        for end in (link.subject, link.object):
            if end.kind and end.id in graph.elements:
                kinds.setdefault(end.id, end.kind)
    return kinds


def _made(graph: Graph, links: list[Link]) -> set[str]:
    """What the document is about: its roots, and whatever nothing else came from."""
    used = {link.object.id for link in links if link.relation not in _NO_ORIGIN}
    copies = {link.subject.id for link in links if link.relation is Relation.COPY_OF}
    origins = {link.subject.id for link in links}
    alone = {
        identity
        for identity, element in graph.elements.items()
        if (element.is_package or identity in origins) and identity not in used | copies
    }
    return alone | _roots(graph)


def _roots(graph: Graph) -> set[str]:
    """The elements that the document names as its roots, in its collections."""
    collections = {i for i, e in graph.elements.items() if e.type in _COLLECTIONS}
    roots = {
        identity
        for collection in collections
        for identity, _ in graph.ids(graph.elements[collection].at("rootElement"))
    }
    for row in graph.relationships:
        if type_of(row) == "describes" and collections & {i for i, _ in graph.ids(row.at("from"))}:
            roots |= {identity for identity, _ in graph.ids(row.at("to"))}
    return roots


INGESTOR = Ingestor(
    name="spdx3",
    title="SPDX 3 bill of materials",
    description="AI and data set packages of SPDX 3: what a model was trained, tuned and tested "
    "on, descent, copies, parts, builds, licences, personal data; what is not asserted is unknown.",
    endings=(".json", ".jsonld"),
    recognise=recognise,
    read=read,
)
