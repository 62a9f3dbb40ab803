"""Random histories give the same graph on every kind of store, whatever the order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from by_hand import MONDAY
from lineage.records import (
    Assertion,
    DocumentRef,
    Extract,
    Place,
    Reading,
    Ref,
    Snapshot,
    Statement,
    frozen_properties,
)
from lineage.store.embedded import EmbeddedStore
from lineage.store.neo4j import Neo4jStore
from lineage.vocabulary import Evidence, Kind, Relation
from neo4j_server import Server

NAMES = st.sampled_from(["a", "b", "c/d", "é", "`", "x y"])
REFS = st.builds(Ref, st.sampled_from(Kind), st.sampled_from(["hf://models", "config://r"]), NAMES)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
VALUES = st.one_of(
    TEXT,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.lists(TEXT, max_size=3),
)
PROPERTIES = st.dictionaries(
    st.sampled_from(["licence", "kind_", "size", "é è", "conflicts", "key"]),
    VALUES,
    max_size=3,
).map(frozen_properties)
PLACES = st.builds(Place, TEXT, st.none() | st.integers(1, 9))
STATEMENTS = st.builds(Statement, REFS, PLACES, PROPERTIES, st.booleans(), st.booleans())
ASSERTIONS = st.builds(
    Assertion,
    REFS,
    st.sampled_from(Relation),
    REFS,
    PLACES,
    st.sampled_from(Evidence),
    st.none() | TEXT,
    st.none() | st.floats(0, 1) | st.sampled_from([0, 1]),
)
EXTRACTS = st.builds(
    Extract,
    st.lists(STATEMENTS, max_size=3).map(tuple),
    st.lists(ASSERTIONS, max_size=4).map(tuple),
)
PATHS = st.sampled_from(["a.yaml", "b/c.json", "ü.md"])
PRESENT = st.builds(
    Reading,
    st.builds(
        DocumentRef,
        st.sampled_from(["r", "other"]),
        PATHS,
        st.sampled_from(["1", "2"]),
        st.sampled_from(["lineage", "hf-card"]),
        st.none() | TEXT,
    ),
    EXTRACTS,
)
GONE = st.builds(Reading, st.builds(DocumentRef, st.just("r"), PATHS, st.just(""), st.just("trl")))
HISTORIES = st.lists(st.lists(PRESENT | GONE, max_size=4), max_size=4)


def content(snapshot: Snapshot) -> tuple[Any, ...]:
    """A snapshot without where and when it was taken."""
    return (snapshot.version, snapshot.digest(), snapshot.nodes, snapshot.edges, snapshot.documents)


@pytest.mark.neo4j
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=HISTORIES)
def test_a_random_history_gives_the_same_on_both_stores(
    history: list[list[Reading]], neo4j_server: Server, wipe_neo4j: Callable[[], None]
) -> None:
    wipe_neo4j()
    shared_store = Neo4jStore.open(neo4j_server.url, password=neo4j_server.password)
    with TemporaryDirectory() as folder:
        embedded = EmbeddedStore.open(Path(folder) / "store.sqlite")
        for hours, readings in enumerate(history):
            at = MONDAY + timedelta(hours=hours)
            assert embedded.write(readings, at) == shared_store.write(readings, at)
            assert content(embedded.snapshot()) == content(shared_store.snapshot())
        embedded.close()
        shared_store.close()
