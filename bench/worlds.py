"""Generated graphs as the product holds them: with ids, documents, places, times and shares."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from bench.graphs import DATASET, DEPLOYMENT, MODEL, SOURCE, Made
from lineage.records import Moment
from lineage.store.columns import EVIDENCES, KINDS, RELATIONS, Columns
from lineage.vocabulary import Evidence, Kind, Relation

_NAMESPACE = {
    DEPLOYMENT: ("deployment://bench", Kind.DEPLOYMENT),
    DATASET: ("hf://datasets", Kind.DATASET),
    MODEL: ("hf://models", Kind.MODEL),
    SOURCE: ("source://bench", Kind.SOURCE),
}
"""In order of namespace, which is the order of ids."""

_PROPERTIES = [
    "{}",
    '{"licence": "UNKNOWN"}',
    '{"licence": "mit"}',
    '{"data_categories": ["Picture"], "licence": "UNKNOWN"}',
    '{"in_use_from": "2024", "in_use_to": "UNKNOWN", "users": 1000}',
]
_INFERRED, _RETRACTED, _OF_ONE_DOCUMENT = 0.03, 0.02, 3


def columns_of(made: Made, seed: int = 1) -> tuple[Columns, np.ndarray]:
    """A generated graph as columns; and for each of its nodes the number it has there.

    Three in a hundred assertions are inferred, two were retracted; a document asserts the
    inputs of three artifacts.
    """
    draw = np.random.default_rng(seed)
    kinds = list(_NAMESPACE)
    rank = np.array([kinds.index(k) for k in range(4)])[made.kind]
    order = np.lexsort((np.arange(made.nodes), rank))
    number = np.empty(made.nodes, np.int64)
    number[order] = np.arange(made.nodes)
    ids = [
        f"{_NAMESPACE[k][0]}/org-{n % 977}/thing-{n:08d}"
        for k, n in zip(made.kind[order].tolist(), order.tolist(), strict=True)
    ]
    ordered = np.argsort(np.array(ids))
    ids = [ids[i] for i in ordered]
    place = np.empty(made.nodes, np.int64)
    place[ordered] = np.arange(made.nodes)
    number = place[number]
    kind = np.empty(made.nodes, np.uint8)
    kind[number] = made.kind
    split = np.array([len(_NAMESPACE[k][0]) for k in range(4)], np.uint16)[kind]
    codes = np.array([KINDS.index(_NAMESPACE[k][1]) for k in range(4)], np.uint8)
    properties = draw.integers(0, 4, made.nodes).astype(np.int32)
    properties[kind == DEPLOYMENT] = 4

    subject, target = number[made.subject], number[made.object]
    relation = _relations(kind[subject], kind[target])
    evidence = np.where(
        draw.random(len(subject)) < _INFERRED,
        EVIDENCES.index(Evidence.INFERRED),
        EVIDENCES.index(Evidence.DECLARED),
    )
    active = draw.random(len(subject)) >= _RETRACTED
    document = subject // _OF_ONE_DOCUMENT
    order = np.lexsort((document, relation, subject, target))
    key = np.stack((document, relation, subject, target))[:, order]
    order = order[np.r_[True, (np.diff(key) != 0).any(axis=0)]]  # an assertion once a document
    count = len(order)
    packed = ((relation * 8 + evidence) * 2 + active)[order]
    distinct = np.unique(packed)
    documents = int(document.max()) + 1 if len(document) else 0
    documents_at = [f"document://bench/configs/{n:08d}.yaml" for n in range(documents)]
    texts = pa.large_string()
    retracted = np.flatnonzero(~active[order]).astype(np.int32)
    shared = np.flatnonzero(draw.random(count) < 0.1).astype(np.int32)
    columns = Columns(
        store="bench",
        moment=Moment("bench", 1, "2026-01-01T00:00:00.000000+00:00"),
        taken_at=datetime(2026, 1, 1, tzinfo=UTC),
        node_id=pa.array(ids, texts),
        node_split=split,
        node_kind=codes[kind],
        node_properties=properties,
        property_sets=pa.array(_PROPERTIES, texts),
        subject=subject[order].astype(np.int32),
        object=target[order].astype(np.int32),
        code=np.searchsorted(distinct, packed).astype(np.uint8),
        classes=tuple((int(c) // 16, int(c) // 2 % 8, int(c) % 2) for c in distinct),
        document=document[order].astype(np.int32),
        place=draw.integers(0, 50, count).astype(np.int32),
        places=pa.array([f"datasets[{n:02d}].path" for n in range(50)], texts),
        line=draw.integers(1, 200, count).astype(np.int32),
        first_seen=draw.integers(0, 900, count).astype(np.int32),
        last_seen=np.full(count, 999, np.int32),
        times=pa.array(
            [f"20{10 + n // 100}-{n % 12 + 1:02d}-01T00:00:00.{n:06d}+00:00" for n in range(1000)],
            texts,
        ),
        retracted=retracted,
        retracted_at=np.full(len(retracted), 950, np.int32),
        selected=np.empty(0, np.int32),
        selector=np.empty(0, np.int32),
        selectors=pa.array([], texts),
        shared=shared,
        share=draw.random(len(shared)) / 4,
        document_id=pa.array(documents_at, texts),
        repository=pa.array(["bench"] * documents, texts),
        path=pa.array([d.removeprefix("document://bench/") for d in documents_at], texts),
        sha256=pa.array(["0" * 64] * documents, texts),
        format=pa.array(["axolotl"] * documents, texts),
        revision=pa.nulls(documents, texts),
        read_at=pa.array(["2026-01-01T00:00:00.000000+00:00"] * documents, texts),
    )
    return columns, number


def _relations(subject: np.ndarray, target: np.ndarray) -> np.ndarray:
    table = np.full((4, 4), RELATIONS.index(Relation.DERIVED_FROM))
    table[DATASET, MODEL] = RELATIONS.index(Relation.GENERATED_BY)
    table[MODEL, DATASET] = RELATIONS.index(Relation.TRAINED_ON)
    table[MODEL, MODEL] = RELATIONS.index(Relation.FINE_TUNED_FROM)
    table[DEPLOYMENT, MODEL] = RELATIONS.index(Relation.DEPLOYS)
    return np.asarray(table[subject, target])
