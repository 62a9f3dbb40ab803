"""One write, inside one transaction: compare with what is held, then change what differs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from lineage.errors import StoreConflictError
from lineage.records import DocumentRow, NodeRow, Reading
from lineage.schema import RECORDED_IN
from lineage.store.base import WriteResult
from lineage.store.neo4j import cypher, facts
from lineage.store.neo4j.connection import Transaction
from lineage.store.past import Fact, Row
from lineage.store.rows import Edge, Mention, edges, mentions, merged_node
from lineage.vocabulary import Kind

_ROWS = 10_000
_IDS = 1_000

Item = TypeVar("Item")


class Write:
    """A batch of readings on its way into the graph.

    ``token`` names this batch on the version node, so that a batch whose commit was not
    acknowledged is recognised when it is sent again.
    """

    def __init__(self, readings: Sequence[Reading], now: str, based_on: int | None, token: str):
        self._readings = sorted(readings, key=lambda r: r.document.id)
        self._now = now
        self._based_on = based_on
        self._token = token
        self._result = WriteResult(0, 0, 0, 0)

    def __call__(self, tx: Transaction) -> WriteResult:
        """Writes the batch; run it in a managed transaction.

        Raises:
            StoreConflictError: the store is no longer at the version the facts were based on.
        """
        tx.run(cypher.LOCK).consume()
        version, written = read_version(tx)
        if written == self._token:
            return self._result
        if self._based_on is not None and version != self._based_on:
            raise StoreConflictError(
                f"the store is at version {version}, these facts are from {self._based_on}",
                remedy="Nothing was written; read the store again and redo the change.",
            )
        batch = Batch(tx, self._readings, self._now, version + 1)
        batch.compare()
        batch.store()
        if batch.changed:
            version += 1
            tx.run(cypher.BUMP, version=version, write=self._token, at=self._now).consume()
        counts = batch.counts
        self._result = WriteResult(version, counts.asserted, counts.retracted, counts.unchanged)
        return self._result


def read_version(tx: Transaction) -> tuple[int, str | None]:
    """The store's version and the token of the batch that made it; 0 for an empty store."""
    record = tx.run(cypher.READ_VERSION).single()
    return (record["version"], record["write"]) if record else (0, None)


class Seen:
    """Documents that were found as they were, on their way into the graph."""

    def __init__(self, documents: Sequence[DocumentRow], revision: str | None, now: str):
        self._ids = [document.id for document in documents]
        self._moved = [document.id for document in documents if document.revision != revision]
        self._revision = revision
        self._now = now

    def __call__(self, tx: Transaction) -> None:
        """Notes when, and at which revision; run it in a managed transaction."""
        tx.run(cypher.LOCK).consume()
        if self._moved:
            version, written = read_version(tx)
            supersede_documents(tx, self._moved, version + 1)
            for ids in _chunks(self._moved, _IDS):
                tx.run(cypher.MOVE_DOCUMENTS, ids=ids, version=version + 1).consume()
            tx.run(cypher.BUMP, version=version + 1, write=written, at=self._now).consume()
        for ids in _chunks(self._ids, _IDS):
            tx.run(cypher.SEEN_DOCUMENTS, ids=ids, now=self._now, revision=self._revision).consume()
            for statement in (cypher.SEEN_MENTIONS, cypher.SEEN_EDGES):
                tx.run(statement, ids=ids, now=self._now).consume()


class Batch:
    """The batch's documents: what they were held to say, and what that becomes.

    What changes is recorded in ``version``, the one that the transaction makes.
    """

    def __init__(self, tx: Transaction, readings: Sequence[Reading], now: str, version: int):
        self._tx = tx
        self._readings = readings
        self._now = now
        self._version = version
        self._moved: set[str] = set()
        self.documents: list[dict[str, object]] = []
        self.mentions: dict[str, dict[str, Fact[Mention]]] = defaultdict(dict)
        self.edges: dict[str, dict[str, Fact[Edge]]] = defaultdict(dict)
        self.dirty_mentions: set[str] = set()
        self.dirty_edges: set[str] = set()
        self._held_before: set[str] = set()
        self._held_edges: dict[str, str] = {}
        self._states: dict[str, dict[str, object]] = {}
        self._seen_again: set[str] = set()
        self.counts = facts.Changes()
        self.changed = False

    def compare(self) -> None:
        """Reads what the documents were held to say, and finds what changed."""
        known = self.held(sorted({reading.document.id for reading in self._readings}))
        for reading in self._readings:
            document = reading.document
            if not facts.same_document(known.get(document.id), document):
                self._moved.add(document.id)
            self._compare_one(reading)
        last = {reading.document.id: reading for reading in self._readings}
        self.documents = [facts.document_parameters(last[n], self._now) for n in sorted(last)]

    def held(self, ids: Sequence[str]) -> dict[str, DocumentRow]:
        """The documents that are known of these; what they said is kept for comparison."""
        known = {row[0]: DocumentRow(*row) for row in self._read(cypher.DOCUMENTS, ids)}
        for values in self._read(cypher.MENTIONS_OF_DOCUMENTS, list(known)):
            mention = facts.mention_of(values)
            self.mentions[mention.row.document][mention.row.key] = mention
            if mention.active:
                self._held_before.add(mention.row.key)
        for values in self._read(cypher.EDGES_OF_DOCUMENTS, list(known)):
            edge = facts.edge_of(values)
            self.edges[edge.row.document][edge.row.key] = edge
            self._held_edges[edge.row.key] = _type(edge)
        return known

    def _compare_one(self, reading: Reading) -> None:
        document = reading.document.id
        there = bool(reading.document.sha256)
        spoken = facts.replace_facts(
            self.mentions[document],
            mentions(reading) if there else [],
            self._now,
            self.dirty_mentions,
        )
        said = facts.replace_facts(
            self.edges[document],
            map(facts.with_real_share, edges(reading)) if there else [],
            self._now,
            self.dirty_edges,
        )
        if spoken.unchanged or said.unchanged:
            self._seen_again.add(document)
        self.counts.asserted += said.asserted
        self.counts.retracted += said.retracted
        self.counts.unchanged += said.unchanged

    def store(self) -> None:
        """Writes what changed, and when the rest was seen again."""
        spoken = _dirty(self.mentions, self.dirty_mentions)
        said = _dirty(self.edges, self.dirty_edges)
        self._moved.update(fact.row.document for fact in spoken)
        self._moved.update(fact.row.document for fact in said)
        self.changed = bool(self._moved)
        supersede_documents(self._tx, sorted(self._moved), self._version)
        self._write(cypher.WRITE_DOCUMENTS, self.documents)
        for moved in _chunks(sorted(self._moved), _IDS):
            self._tx.run(cypher.MOVE_DOCUMENTS, ids=moved, version=self._version).consume()
        touched = {fact.row.node for fact in spoken}
        ends = {end for fact in said for end in (fact.row.subject, fact.row.object)}
        known = self._known(sorted(touched | ends))
        places = {node: there.label for node, there in known.items()}
        changed = {fact.row.node for fact in spoken if not self._covered(fact, known)}
        before = self._node_states(sorted(changed), places)
        became = self._merged(sorted(changed), places)
        merged = [n for n in became if not facts.same_node(before.get(n.id), n)]
        places |= self._store_nodes(merged, places)
        self._store_mentions(spoken, places)
        self._store_edges(said, places)
        again = sorted(self._seen_again)
        for statement in (cypher.SEEN_MENTIONS, cypher.SEEN_EDGES):
            for ids in _chunks(again, _IDS):
                self._tx.run(statement, ids=ids, now=self._now).consume()

    def _known(self, ids: Sequence[str]) -> dict[str, facts.Known]:
        """The nodes that exist."""
        return {
            node: facts.Known(label, *rest)
            for label in cypher.KEY_LABELS
            for node, *rest in self._read(cypher.present(label), ids)
        }

    def _covered(self, fact: Fact[Mention], known: Mapping[str, facts.Known]) -> bool:
        """Whether the fact is newly said and leaves its node as it is."""
        row = fact.row
        new = fact.active and row.key not in self._held_before
        return new and row.node in known and known[row.node].covers(row)

    def _merged(self, ids: Sequence[str], places: Mapping[str, str]) -> list[NodeRow]:
        """The nodes as they become, from all mentions held and those of this batch."""
        known: dict[str, dict[str, tuple[Mention, bool]]] = {node: {} for node in ids}
        for label, nodes in _grouped((places[node], node) for node in ids if node in places):
            for values in self._read(cypher.mentions_of_nodes(label), nodes):
                fact = facts.mention_of(values)
                known[fact.row.node][fact.row.key] = fact.row, fact.active
        for held in self.mentions.values():
            for fact in held.values():
                if fact.row.node in known:
                    known[fact.row.node][fact.row.key] = fact.row, fact.active
        return [merged_node(list(spoken.values())) for spoken in known.values()]

    def _node_states(self, ids: Sequence[str], places: Mapping[str, str]) -> dict[str, NodeRow]:
        """Those of the nodes that exist, as they are; what they say is kept as superseded."""
        found: dict[str, NodeRow] = {}
        for label, nodes in _grouped((places[node], node) for node in ids if node in places):
            for recorded, properties in self._read(cypher.node_states(label), nodes):
                found[properties["id"]] = facts.node_row(properties)
                self._states[properties["id"]] = _superseded("node", recorded, properties)
        return found

    def _store_nodes(self, nodes: list[NodeRow], places: Mapping[str, str]) -> dict[str, str]:
        """Writes nodes; gives the key label of each."""
        self._supersede(self._states.get(node.id) for node in nodes)
        new = {node.id: cypher.place_of(node.kind) for node in nodes}
        moves = (
            ((places[n], label), {"id": n})
            for n, label in new.items()
            if places.get(n, label) != label
        )
        for (old, label), moved in _grouped(moves):
            self._write(cypher.move_nodes(old, label), moved)
        for kind, rows in _grouped(
            (n.kind, facts.node_parameters(n, self._version)) for n in nodes
        ):
            self._write(cypher.write_nodes(cypher.place_of(Kind(kind)), Kind(kind)), rows)
        return new

    def _store_mentions(self, spoken: list[Fact[Mention]], places: Mapping[str, str]) -> None:
        rows = ((places[f.row.node], facts.mention_parameters(f)) for f in spoken)
        for label, group in _grouped(rows):
            self._write(cypher.write_mentions(label), group)

    def _store_edges(self, said: list[Fact[Edge]], places: Mapping[str, str]) -> None:
        kinds = {f.row.key: _type(f) for f in said}
        held = [(self._held_edges[key], key) for key in kinds if key in self._held_edges]
        for kind, keys in _grouped(held):
            states = self._read(cypher.edge_states(kind), keys)
            self._supersede(_superseded("edge", recorded, rest) for recorded, *rest in states)
        for kind, keys in _grouped((old, key) for old, key in held if old != kinds[key]):
            for chunk in _chunks(keys, _IDS):
                self._tx.run(cypher.delete_edges(kind), ids=chunk).consume()
        rows = (
            (
                (kinds[row.key], places[row.subject], places[row.object]),
                facts.edge_parameters(fact, self._version),
            )
            for fact in said
            for row in (fact.row,)
        )
        for (kind, start, end), group in _grouped(rows):
            self._write(cypher.write_edges(kind, start, end), group)

    def _supersede(self, states: Iterable[dict[str, object] | None]) -> None:
        rows = [{**s, "superseded_in": self._version} for s in states if s is not None]
        self._write(cypher.WRITE_PAST, rows)

    def _read(self, statement: str, ids: Sequence[str]) -> Iterator[Any]:
        for chunk in _chunks(ids, _IDS):
            yield from self._tx.run(statement, ids=chunk).single(strict=True)["rows"]

    def _write(self, statement: str, rows: Sequence[Mapping[str, object]]) -> None:
        for chunk in _chunks(rows, _ROWS):
            self._tx.run(statement, rows=chunk).consume()


def supersede_documents(tx: Transaction, ids: Sequence[str], version: int) -> None:
    """Keeps the state that documents have before they change in this version."""
    for chunk in _chunks(ids, _IDS):
        states = tx.run(cypher.DOCUMENT_STATES, ids=chunk).single(strict=True)["rows"]
        rows = [
            {**_superseded("document", recorded, rest), "superseded_in": version}
            for recorded, *rest in states
        ]
        tx.run(cypher.WRITE_PAST, rows=rows).consume()


def _type(fact: Fact[Edge]) -> str:
    """The type of the relationship that an assertion is kept as."""
    return cypher.type_of(fact.row.relation, fact.row.document, fact.active)


def _superseded(of: str, recorded: int, state: object) -> dict[str, object]:
    """A state as it is kept: as text, so that no query of lineage meets it."""
    told = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
    return {"of": of, RECORDED_IN: recorded, "state": told}


def _dirty(held: Mapping[str, Mapping[str, Fact[Row]]], dirty: set[str]) -> list[Fact[Row]]:
    """The facts whose key is dirty, in order of key."""
    found = {key: fact for of in held.values() for key, fact in of.items() if key in dirty}
    return [found[key] for key in sorted(found)]


def _chunks(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def _grouped(pairs: Iterable[tuple[Any, Item]]) -> list[tuple[Any, list[Item]]]:
    """Items by group, groups in order, items in the order they came."""
    groups: dict[Any, list[Item]] = {}
    for group, item in pairs:
        groups.setdefault(group, []).append(item)
    return [(group, groups[group]) for group in sorted(groups)]
