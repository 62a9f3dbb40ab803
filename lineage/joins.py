"""Joins between documents that no single document states.

Computed from the whole graph, so the order of ingest does not matter; written as the facts of
one synthetic document, so that a join that no longer holds is retracted like any other fact.
Same digest is certain. Whatever rests on paths is inferred, within one repository only.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from lineage.graph import Graph, Ints
from lineage.identity import HUB_NAMESPACES
from lineage.records import (
    OWN_REPOSITORY,
    Assertion,
    DocumentRef,
    Extract,
    NodeRow,
    Place,
    Reading,
    Ref,
    Snapshot,
    Value,
)
from lineage.schema import LINEAGE_RELATIONS
from lineage.vocabulary import RELATIONS, UNKNOWN, Evidence, Relation, Transmits

JOINS = DocumentRef(OWN_REPOSITORY, "joins", "", "joins")
"""The synthetic document that asserts joins."""

_TOO_WIDE = frozenset({".", "/", "/tmp", "/data", "/mnt", "/home", "/workspace", ".."})  # noqa: S108


def joins(graph: Graph) -> Reading:
    """All joins that hold in a graph, as a reading to write back."""
    paths = graph.beginning_with("file://")
    written = graph.subjects(graph.edges_with(graph.passing([Relation.COPY_OF])))
    names = [graph.nodes[int(n)].name for n in np.intersect1d(paths, written)]
    return joins_among(part_of(graph, paths, with_digest(graph), names))


def part_of(
    graph: Graph, paths: Ints, same: Ints, names: Iterable[str], more: Ints | None = None
) -> Snapshot:
    """All that decides how some things are joined with others.

    Args:
        graph: the graph.
        paths: the nodes that are paths.
        same: nodes with digests.
        names: paths that may have been meant by names like a hub's.
        more: assertions that count as well.
    """
    spaces = HUB_NAMESPACES.values()
    hub = graph.numbers_of([f"{space}/{name}" for name in names for space in spaces])
    pointed_at = np.unique(np.concatenate((paths, same, hub)))
    several = (graph.downstream.of(pointed_at), graph.upstream.of(paths))
    numbers = np.unique(np.concatenate(several if more is None else (*several, more)))
    ends = graph.subjects(numbers), graph.objects(numbers)
    rows = tuple(graph.edges.rows(numbers))
    return Snapshot(
        graph.store,
        graph.version,
        graph.taken_at,
        tuple(graph.nodes[int(n)] for n in np.unique(np.concatenate((paths, same, *ends)))),
        rows,
        tuple(graph.documents[id_] for id_ in sorted({row.document for row in rows})),
    )


def with_digest(graph: Graph, digests: Iterable[str] | None = None) -> Ints:
    """The nodes that have one of these digests, or any."""
    numbers, found = graph.by_properties(digest_of)
    wanted = set(found if digests is None else digests) - {None}
    return np.flatnonzero(np.array([digest in wanted for digest in found], np.bool_)[numbers])


def digest_of(properties: Mapping[str, Value]) -> str | None:
    """The digest that properties state, or None."""
    digest = properties.get("digest")
    return digest if isinstance(digest, str) and digest != UNKNOWN else None


def joins_among(snapshot: Snapshot) -> Reading:
    """All joins that hold in a snapshot."""
    found = {
        (a.subject.id, a.relation, a.object.id): a
        for rule in (_same_digest, _inside_known_paths, _folders_of_known_paths, _local_names)
        for a in rule(snapshot)
        if a.subject.id != a.object.id
    }
    stated = {
        (e.subject, e.relation, e.object)
        for e in snapshot.edges
        if e.document != JOINS.id and e.active
    }
    facts = tuple(found[key] for key in sorted(found) if key not in stated)
    digest = hashlib.sha256(
        "\n".join(
            f"{a.subject.id}\t{a.relation}\t{a.object.id}\t{a.place.key}" for a in facts
        ).encode()
    ).hexdigest()
    return Reading(
        DocumentRef(JOINS.repository, JOINS.path, digest, JOINS.format), Extract(assertions=facts)
    )


def _ref(node: NodeRow) -> Ref:
    return Ref(node.kind, node.namespace, node.name)


def _same_digest(snapshot: Snapshot) -> Iterator[Assertion]:
    """The same bytes are the same thing, under whatever names."""
    by_digest: dict[str, list[NodeRow]] = defaultdict(list)
    for node in snapshot.nodes:
        digest = digest_of(node.properties)
        if digest is not None:
            by_digest[digest].append(node)
    for digest, nodes in by_digest.items():
        first, *others = sorted(nodes, key=lambda n: n.id)
        for other in others:
            place = Place(f"same digest {digest}")
            yield Assertion(_ref(other), Relation.SAME_AS, _ref(first), place)
            yield Assertion(_ref(first), Relation.SAME_AS, _ref(other), place)


def _paths(snapshot: Snapshot) -> dict[str, dict[str, NodeRow]]:
    """The nodes that are paths, by namespace and path."""
    result: dict[str, dict[str, NodeRow]] = defaultdict(dict)
    for node in snapshot.nodes:
        if node.namespace.startswith("file://"):
            result[node.namespace][node.name] = node
    return result


def _nearest_above(path: str, known: dict[str, NodeRow]) -> NodeRow | None:
    above = posixpath.dirname(path)
    while above and above not in _TOO_WIDE:
        if above in known:
            return known[above]
        shorter = posixpath.dirname(above)
        if shorter == above:
            return None
        above = shorter
    return None


def _inside_known_paths(snapshot: Snapshot) -> Iterator[Assertion]:
    """A file inside a known folder is a part of what the folder holds."""
    for known in _paths(snapshot).values():
        for path, node in known.items():
            above = _nearest_above(path, known)
            if above is not None:
                yield Assertion(
                    _ref(node),
                    Relation.SUBSET_OF,
                    _ref(above),
                    Place(f"{path} lies inside {above.name}"),
                    Evidence.INFERRED,
                )


def _folders_of_known_paths(snapshot: Snapshot) -> Iterator[Assertion]:
    """What was made from a folder was made from the known things inside it.

    Asserted of the user of the folder, not of the folder: else all things in it would hang
    together. Another name of the folder holds those things, and is none of them.
    """
    made = {
        e.subject
        for e in snapshot.edges
        if e.document != JOINS.id and RELATIONS[e.relation].transmits == Transmits.CONTAMINATES
    }
    nodes = {n.id: n for n in snapshot.nodes}
    paths = _paths(snapshot)
    inside: dict[str, list[NodeRow]] = defaultdict(list)
    for known in paths.values():
        for path, node in known.items():
            above = _nearest_above(path, known) if node.id in made else None
            while above is not None:
                inside[above.id].append(node)
                above = _nearest_above(above.name, known)
    for edge in snapshot.edges:
        if edge.document == JOINS.id or edge.relation == Relation.COPY_OF:
            continue
        if edge.relation not in LINEAGE_RELATIONS:
            continue
        same = RELATIONS[edge.relation].transmits == Transmits.IDENTIFIES
        for node in inside.get(edge.object, ()):
            yield Assertion(
                _ref(nodes[edge.subject]),
                Relation.DERIVED_FROM if same else edge.relation,
                _ref(node),
                Place(f"{node.name} lies inside {nodes[edge.object].name}"),
                Evidence.INFERRED,
            )


def _local_names(snapshot: Snapshot) -> Iterator[Assertion]:
    """A name like a hub's that is also a path this repository writes may be the path."""
    nodes = {n.id: n for n in snapshot.nodes}
    repository = {d.id: d.repository for d in snapshot.documents}
    written = {e.subject for e in snapshot.edges if e.relation == Relation.COPY_OF}
    for edge in snapshot.edges:
        target = nodes[edge.object]
        if edge.document == JOINS.id or not target.namespace.startswith("hf://"):
            continue
        local = f"file://{repository[edge.document]}/{target.name}"
        if local in written:
            yield Assertion(
                _ref(nodes[edge.subject]),
                edge.relation,
                _ref(nodes[local]),
                Place(f"{target.name} is also a path that this repository writes"),
                Evidence.INFERRED,
            )
