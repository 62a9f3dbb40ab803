"""Fields and names of Vertex AI documents: either spelling, resources, buckets, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.base import Findings
from ingest.reading import ABSENT, Map, Node, Seq
from lineage.identity import is_placeholder, ref_in
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_RESOURCE = re.compile(
    r"(?:(?:https?:)?//[\w.-]*aiplatform\.googleapis\.com/(?:v\w+/)?)?"
    r"projects/[^/]+/locations/[^/]+/(?P<type>datasets|models|endpoints)/(?P<id>[^/]+)$"
)
_PUBLISHED = re.compile(r"(?:^|/)publishers/(?P<publisher>[^/]+)/models/(?P<model>[^/]+)$")
_OF_PUBLISHER = re.compile(r"(?P<publisher>[a-z][\w-]*)/(?P<model>[\w.-]+@[\w.-]+)$")
_MOUNT = re.compile(r"^/gcs/(?=[^/]+)")
_TABLE = re.compile(r"^bq://(?P<table>[^/]+)$")


def field(node: Node, *path: str) -> Node:
    """The value under keys in the spelling of the service's JSON, or in that of its libraries."""
    for key in path:
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()
        node = next((n for name in (key, snake) if (n := node.at(name)).line), ABSENT)
    return node


def uris(source: Node) -> Iterator[Node]:
    """The addresses that a source or destination of data lists."""
    for holder, keys in (
        ("gcsSource", ("uris", "uri")),
        ("bigquerySource", ("inputUri", "uri")),
        ("gcsDestination", ("outputUriPrefix",)),
        ("bigqueryDestination", ("outputUri",)),
    ):
        for key in keys:
            yield from field(source, holder, key).listed()


def artifact(found: Findings, node: Node, kind: Kind, *, hub: bool = True) -> Ref:
    """What an address, a table, a resource or a publisher's model is.

    Neither the project nor the region of a resource is kept: its id is unique.
    """
    text = node.text
    resource = _RESOURCE.search(text)
    if is_placeholder(text):
        return found.artifact(node, kind)
    if resource:
        kind = {"datasets": Kind.DATASET, "models": Kind.MODEL}.get(resource["type"], kind)
        return named(found, resource["type"], resource["id"].partition("@")[0], kind)
    published = _PUBLISHED.search(text) or (kind is Kind.MODEL and _OF_PUBLISHER.match(text))
    if published:
        return ref_in(f"vertex://publishers/{published['publisher']}", published["model"], kind)
    table = _TABLE.match(text)
    if table:
        return ref_in("bigquery", table["table"], kind)
    return found.artifact(address(node), kind, hub=hub)


def named(found: Findings, collection: str, name: str, kind: Kind) -> Ref:
    """A resource by its id or name, which means one thing within a repository only."""
    return ref_in(f"vertex://{found.document.scope.repository}/{collection}", name, kind)


def resource(found: Findings, node: Node, collection: str, kind: Kind) -> Ref:
    """A resource by a scalar: its whole name, or its id alone."""
    if is_placeholder(node.text) or "/" in node.text or "://" in node.text:
        return artifact(found, node, kind)
    return named(found, collection, node.text, kind)


def published(found: Findings, node: Node) -> Ref:
    """A base model that is named for tuning: Google's where no publisher is named."""
    if is_placeholder(node.text) or "/" in node.text:
        return artifact(found, node, Kind.MODEL)
    return ref_in("vertex://publishers/google", node.text, Kind.MODEL)


def used(
    found: Findings,
    subject: Ref,
    relation: Relation,
    node: Node,
    *,
    kind: Kind = Kind.DATASET,
    selector: str | None = None,
    evidence: Evidence = Evidence.DECLARED,
) -> None:
    """Asserts that ``subject`` came from what each text of a value names."""
    for item in node.elements() if isinstance(node, Seq) else (node,):
        if not item.text or isinstance(item, Map):
            continue
        target = artifact(found, item, kind)
        if target != subject:
            found.relate(subject, relation, target, item, selector=selector, evidence=evidence)


def address(node: Node) -> Node:
    """A place as an address: a mounted bucket is the bucket."""
    return node.saying(_MOUNT.sub("gs://", node.text)) if _MOUNT.match(node.text) else node
