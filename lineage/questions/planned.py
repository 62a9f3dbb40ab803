"""What a planned training run would inherit: its documents laid over the graph, not stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from lineage.graph import Graph
from lineage.impact import Policy
from lineage.joins import digest_of, joins_among, part_of, with_digest
from lineage.questions.ancestry import Ancestry, ancestry
from lineage.records import (
    Changes,
    DocumentRow,
    EdgeRow,
    NodeRow,
    Reading,
    Snapshot,
    Value,
)
from lineage.store.rows import Mention, edges, mentions, merged_node
from lineage.vocabulary import Evidence, Kind, Relation


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """What planned runs would make, and what each of it would stand on.

    Attributes:
        graph: the graph with the documents laid over it.
        made: the ancestry of each model that the documents make; of everything that they make
            where they make no model.
        new: which of what they name no document of the store has named yet.
    """

    graph: Graph
    made: tuple[Ancestry, ...]
    new: tuple[str, ...]


def planned(graph: Graph, readings: Sequence[Reading], policy: Policy | None = None) -> Planned:
    """What would be inherited if these documents were read into the store.

    Args:
        graph: what is known.
        readings: the documents of the plan.
        policy: what transmits what.
    """
    policy = policy or Policy()
    over = laid_over(graph, readings)
    named = {m.node: m for reading in readings for m in mentions(reading)}
    made = [id_ for id_, mention in named.items() if mention.produced]
    made = made or [e.subject for reading in readings for e in edges(reading)]
    numbers = np.unique(np.array([over.number[id_] for id_ in made], np.int64))
    models = numbers[over.of_kind(Kind.MODEL)[numbers]]
    chosen = models if len(models) else numbers
    chosen = chosen[np.argsort(over.id_rank[chosen])]
    return Planned(
        over,
        tuple(ancestry(over, int(number), policy) for number in chosen),
        tuple(sorted(id_ for id_ in named if id_ not in graph.number)),
    )


def laid_over(graph: Graph, readings: Sequence[Reading]) -> Graph:
    """The graph as it would be with these documents, joins among them included.

    A document that the store has already counts as read anew: what it no longer says is
    retracted.
    """
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    told = [e for reading in readings for e in _edges(graph, reading, now)]
    over = graph.updated(_changes(graph, _nodes(graph, readings), told, readings, now))
    made = joins_among(_around(over, readings))
    return over.updated(_changes(over, (), _edges(over, made, now, anew=False), [made], now))


def _changes(
    graph: Graph,
    nodes: Iterable[NodeRow],
    told: Iterable[EdgeRow],
    readings: Iterable[Reading],
    now: str,
) -> Changes:
    documents = tuple(
        DocumentRow(r.id, r.repository, r.path, r.sha256, r.format, r.revision, now)
        for r in (reading.document for reading in readings)
    )
    return Changes(
        graph.version, graph.moment, graph.taken_at, tuple(nodes), tuple(told), documents
    )


def _nodes(graph: Graph, readings: Sequence[Reading]) -> list[NodeRow]:
    """The nodes that the documents speak of. What is known of one already stays."""
    by_node: dict[str, list[Mention]] = {}
    for reading in readings:
        for mention in mentions(reading):
            by_node.setdefault(mention.node, []).append(mention)
    rows = []
    for id_, told in by_node.items():
        known = graph.nodes[graph.number[id_]] if id_ in graph.number else None
        first = [] if known is None else [_as_known(known)]
        row = merged_node([(mention, True) for mention in (*first, *told)])
        if known is not None and known.properties.get("conflicts"):
            both = {*_texts(known.properties), *_texts(row.properties)}
            row = replace(row, properties={**row.properties, "conflicts": tuple(sorted(both))})
        rows.append(row)
    return rows


def _texts(properties: Mapping[str, Value]) -> tuple[str, ...]:
    value = properties.get("conflicts", ())
    return value if isinstance(value, tuple) else (str(value),)


def _as_known(node: NodeRow) -> Mention:
    """What is known of a node, as if one document said it that precedes all others."""
    properties = json.dumps(dict(node.properties), ensure_ascii=False)
    return Mention(
        "", "", "lineage", node.id, node.kind, node.namespace, node.name, properties, False
    )


def _edges(graph: Graph, reading: Reading, now: str, *, anew: bool = True) -> list[EdgeRow]:
    """What a document asserts, and what it no longer asserts if it is known already."""
    rows = {
        e.key: EdgeRow(
            e.key,
            e.subject,
            Relation(e.relation),
            e.object,
            e.document,
            e.place,
            e.line,
            Evidence(e.evidence),
            e.selector,
            e.share,
            True,
            now,
            now,
            None,
        )
        for e in edges(reading)
    }
    document = reading.document.id
    if not anew or document not in graph.documents:
        return list(rows.values())
    before = [graph.edges[int(n)] for n in graph.edges_of_document(document)]
    gone = [e for e in before if e.key not in rows and e.active]
    return [*rows.values(), *(replace(e, active=False, retracted_at=now) for e in gone)]


def _around(graph: Graph, readings: Sequence[Reading]) -> Snapshot:
    """All that decides how the things of these documents are joined with others."""
    named = {m.node: graph.nodes[graph.number[m.node]] for r in readings for m in mentions(r)}
    told = {e.key: e for r in readings for e in edges(r)}
    spaces = {n.namespace for n in named.values() if n.namespace.startswith("file://")}
    paths = [graph.beginning_with(f"{space}/") for space in sorted(spaces)]
    inside = np.unique(np.concatenate([np.empty(0, np.int64), *paths]))
    written = {e.subject for e in told.values() if e.relation == Relation.COPY_OF}
    own = np.unique(np.array([graph.number[e.subject] for e in told.values()], np.int64))
    digests = {d for node in named.values() if (d := digest_of(node.properties)) is not None}
    names = (named[id_].name for id_ in written)
    return part_of(graph, inside, with_digest(graph, digests), names, graph.upstream.of(own))
