"""Columns that a store reads are those that its rows make, whatever is alike in the rows."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from by_hand import MONDAY, TUESDAY, WEDNESDAY, dataset, document, model, trained
from lineage.records import Assertion, Place
from lineage.store.base import Store
from lineage.store.columns import Columns, from_snapshot
from lineage.store.columns.encoding import in_order
from lineage.store.neo4j.columns import found
from lineage.vocabulary import Evidence, Relation


def written(store: Store) -> None:
    """Two documents with all that an assertion can have, one of them changed since."""
    full = Assertion(
        model("m"),
        Relation.TRAINED_ON,
        dataset("d9"),
        Place("datasets[0].path", 12),
        Evidence.INFERRED,
        selector="split=train",
        share=0.25,
    )
    says = tuple(
        (model(name), {"records": value, "public": True})
        for name, value in (("i", 1), ("f", 1.0), ("b", True), ("t", "1"), ("i2", 1))
    )
    store.write([trained("a", "m", "d1", "d2"), trained("b", "n", "d1")], MONDAY)
    reading = document("c", says=says)
    reading = replace(reading, extract=replace(reading.extract, assertions=(full,)))
    store.write([reading], TUESDAY)
    store.write([trained("a", "m", "d1", sha256="2")], WEDNESDAY)


def told(columns: Columns) -> dict[str, object]:
    values = {field.name: getattr(columns, field.name) for field in fields(columns)}
    del values["taken_at"], values["moment"]
    return {
        name: value.tolist()
        if isinstance(value, np.ndarray)
        else value.to_pylist()
        if hasattr(value, "to_pylist")
        else value
        for name, value in values.items()
    }


def test_columns_say_what_rows_say(store: Store) -> None:
    written(store)
    columns, snapshot = store.columns(), store.snapshot()
    expected = told(from_snapshot(snapshot))
    assert told(columns) == expected
    assert len(columns.selectors) == len(columns.share) == len(columns.retracted_at) == 1
    assert columns.moment == store.moment()


def test_numbers_that_are_equal_are_not_the_same_property(store: Store) -> None:
    written(store)
    columns = store.columns()
    sets = dict(
        zip(
            columns.node_id.to_pylist(),
            columns.property_sets.take(columns.node_properties).to_pylist(),
            strict=True,
        )
    )
    said = {name: sets[model(name).id] for name in ("i", "i2", "f", "b", "t")}
    assert said["i"] == said["i2"]
    assert len({text for name, text in said.items() if name != "i2"}) == 4


@given(
    known=st.lists(st.integers(0, 2**40), unique=True),
    strange=st.lists(st.integers(0, 2**40)),
    near=st.booleans(),
)
def test_numbers_are_found_whether_they_lie_close_or_far(
    known: list[int], strange: list[int], near: bool
) -> None:
    if near:
        known, strange = list({n % 97 for n in known}), [n % 97 for n in strange]
    wanted = known[::-1] + strange
    places = found(np.array(wanted, np.int64), np.array(known, np.int64))
    assert places.tolist() == [known.index(n) if n in known else -1 for n in wanted]


@given(arrays(np.int32, st.tuples(st.just(4), st.integers(0, 40)), elements=st.integers(-1, 3)))
def test_the_order_is_by_each_column_in_turn(columns: np.ndarray) -> None:
    order = in_order(*columns)
    assert sorted(order.tolist()) == list(range(columns.shape[1]))
    rows = columns.T[order].tolist()
    assert rows == sorted(rows)
