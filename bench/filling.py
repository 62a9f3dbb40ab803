"""A generated graph written to Neo4j as the store would have it: labels, ids, keys, mentions.

In large batches and before the indexes are made, by internal ids: the store itself compares what
it writes with what is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import neo4j
import numpy as np
from numpy.typing import NDArray

from lineage.schema import constraint_statements, index_statements
from lineage.store.columns import EVIDENCES, KINDS, RELATIONS, Columns, properties_of
from lineage.store.neo4j.cypher import place_of

_ROWS = 20_000
_AT = "2026-01-01T00:00:00.000000+00:00"

Numbers = NDArray[np.int64]


def fill(driver: neo4j.Driver, columns: Columns) -> None:
    """Writes everything, and makes the indexes; takes about 0.3 ms an assertion."""
    _run(
        driver,
        "CREATE (:LineageVersion {id: 'graph', version: 1, identity: 'bench'}) "
        "CREATE (:LineageMoment {version: 1, at: $at})",
        at=_AT,
    )
    nodes, documents = _nodes(driver, columns), _documents(driver, columns)
    _mentions(driver, columns, nodes, documents)
    _assertions(driver, columns, nodes)
    for statement in (*constraint_statements(), *index_statements()):
        _run(driver, statement)
    _run(driver, "CALL db.awaitIndexes(600)")


def _run(driver: neo4j.Driver, text: str, **values: object) -> list[neo4j.Record]:
    return driver.execute_query(text, values).records


def _parts(rows: Numbers) -> Iterator[Numbers]:
    for start in range(0, len(rows), _ROWS):
        yield rows[start : start + _ROWS]


def _nodes(driver: neo4j.Driver, c: Columns) -> Numbers:
    """Writes the nodes; gives their internal ids."""
    internal = np.empty(len(c.node_id), np.int64)
    sets = [properties_of(text) for text in c.property_sets.to_pylist()]
    sets = [{k: list(v) if isinstance(v, tuple) else v for k, v in s.items()} for s in sets]
    for code in np.unique(c.node_kind):
        kind = KINDS[code]
        for part in _parts(np.flatnonzero(c.node_kind == code)):
            ids, splits = c.node_id.take(part).to_pylist(), c.node_split[part].tolist()
            rows = [
                [id_, id_[:split], id_[split + 1 :], sets[number]]
                for id_, split, number in zip(
                    ids, splits, c.node_properties[part].tolist(), strict=True
                )
            ]
            (made,) = _run(
                driver,
                f"UNWIND $rows AS row CREATE (n:{place_of(kind)}:{kind.value}) SET n = row[3], "
                "n.id = row[0], n.namespace = row[1], n.name = row[2], n.kind = $kind, "
                "n.recorded_in = 1 RETURN collect(id(n)) AS ids",
                rows=rows,
                kind=kind.value,
            )
            internal[part] = made["ids"]
    return internal


def _documents(driver: neo4j.Driver, c: Columns) -> Numbers:
    """Writes the documents; gives their internal ids."""
    internal = np.empty(len(c.document_id), np.int64)
    told = (c.document_id, c.repository, c.path, c.sha256, c.format, c.revision, c.read_at)
    for part in _parts(np.arange(len(internal))):
        rows = zip(*(column.take(part).to_pylist() for column in told), strict=True)
        (made,) = _run(
            driver,
            "UNWIND $rows AS row CREATE (d:Document {id: row[0], repository: row[1], "
            "path: row[2], sha256: row[3], format: row[4], revision: row[5], read_at: row[6], "
            "name: row[2], namespace: row[1], kind: 'Document', trace: '', recorded_in: 1}) "
            "RETURN collect(id(d)) AS ids",
            rows=[list(row) for row in rows],
        )
        internal[part] = made["ids"]
    return internal


def _mentions(driver: neo4j.Driver, c: Columns, nodes: Numbers, documents: Numbers) -> None:
    """Writes that a document speaks of the ends of its assertions, and each node in one."""
    count, last = len(nodes), len(documents) - 1
    document, every = c.document.astype(np.int64) * count, np.arange(count)
    alone = np.minimum(every // 3, last) * count + every
    pairs = np.unique(np.concatenate([document + c.subject, document + c.object, alone]))
    for part in _parts(pairs):
        of, node = np.divmod(part, count)
        _run(
            driver,
            "UNWIND range(0, size($d) - 1) AS i MATCH (d) WHERE id(d) = $d[i] "
            "MATCH (n) WHERE id(n) = $n[i] CREATE (d)-[:ASSERTS {key: d.id + n.id, "
            "format: d.format, kind: n.kind, namespace: n.namespace, name: n.name, "
            "properties: '{}', produced: false, active: true, first_seen: $at, last_seen: $at}]"
            "->(n)",
            d=documents[of].tolist(),
            n=nodes[node].tolist(),
            at=_AT,
        )


def _assertions(driver: neo4j.Driver, c: Columns, nodes: Numbers) -> None:
    share = np.full(len(c.code), None, object)
    share[c.shared] = c.share.tolist()
    retracted = np.full(len(c.code), -1, np.int32)
    retracted[c.retracted] = c.retracted_at
    times: NDArray[Any] = np.array([*c.times.to_pylist(), None], object)
    said = np.array(c.classes)[c.code]
    for code in np.unique(said[:, 0]):
        relation = RELATIONS[code].value
        for part in _parts(np.flatnonzero(said[:, 0] == code)):
            subject, target, document = c.subject[part], c.object[part], c.document[part]
            documents = c.document_id.take(document).to_pylist()
            ends = (c.node_id.take(subject).to_pylist(), c.node_id.take(target).to_pylist())
            rows = zip(
                nodes[subject].tolist(),
                nodes[target].tolist(),
                [_key(s, relation, o, d) for s, o, d in zip(*ends, documents, strict=True)],
                documents,
                c.places.take(c.place[part]).to_pylist(),
                c.line[part].tolist(),
                [EVIDENCES[evidence].value for evidence in said[part, 1]],
                share[part].tolist(),
                said[part, 2].astype(bool).tolist(),
                *(times[at[part]].tolist() for at in (c.first_seen, c.last_seen, retracted)),
                strict=True,
            )
            _run(
                driver,
                "UNWIND $rows AS row MATCH (s) WHERE id(s) = row[0] MATCH (o) WHERE id(o) = row[1] "
                f"CREATE (s)-[:{relation} {{key: row[2], document: row[3], place: row[4], "
                "line: row[5], evidence: row[6], share: row[7], active: row[8], "
                "first_seen: row[9], last_seen: row[10], retracted_at: row[11], recorded_in: 1}]"
                "->(o)",
                rows=[list(row) for row in rows],
            )


def _key(subject: str, relation: str, target: str, document: str) -> str:
    text = "\x1f".join((subject, relation, target, document))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
