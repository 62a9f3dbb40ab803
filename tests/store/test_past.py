"""What documents said once is added to a store, and what they say now stays. On each store."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from by_hand import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    OpenStore,
    dataset,
    document,
    edges,
    gone,
    kinds,
    properties,
    trained,
)
from lineage.records import DocumentRef, Reading
from lineage.store.base import Store
from lineage.store.embedded import EmbeddedStore
from lineage.store.past import Past, said_until
from lineage.store.rows import edges as edge_rows
from lineage.store.rows import mentions as mention_rows


def text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def past(reading: Reading, since: datetime, until: datetime, revision: str = "r1") -> Past:
    """All that a reading says, as said from one day until another."""
    ref = reading.document
    return Past(
        DocumentRef(ref.repository, ref.path, "", ref.format, revision),
        text(until),
        {m.key: said_until(m, text(since), text(until)) for m in mention_rows(reading)},
        {e.key: said_until(e, text(since), text(until)) for e in edge_rows(reading)},
    )


def times(store: Store) -> dict[str, tuple[bool, str, str]]:
    """By object's name: active, first seen, retracted; days only."""
    return {
        e.object.rpartition("/")[2]: (e.active, e.first_seen[:10], (e.retracted_at or "")[:10])
        for e in store.snapshot().edges
    }


FACES = trained("train.yaml", "faces", "okcupid", "flickr")


def test_what_was_said_once_is_retracted_with_its_dates(store: Store) -> None:
    result = store.recall([past(FACES, MONDAY, TUESDAY)])
    assert (result.version, result.asserted, result.retracted) == (1, 2, 0)
    assert times(store) == dict.fromkeys(("okcupid", "flickr"), (False, "2026-03-02", "2026-03-03"))
    assert kinds(store) == {("faces", "Model"), ("okcupid", "Dataset"), ("flickr", "Dataset")}
    assert [(d.path, d.sha256, d.revision) for d in store.documents()] == [("train.yaml", "", "r1")]


def test_what_is_said_now_stays_and_is_dated_back(store: Store) -> None:
    store.write([trained("train.yaml", "faces", "flickr", sha256="2")], WEDNESDAY)
    store.recall([past(FACES, MONDAY, TUESDAY)])
    assert times(store) == {
        "flickr": (True, "2026-03-02", ""),
        "okcupid": (False, "2026-03-02", "2026-03-03"),
    }
    assert [(d.sha256, d.revision) for d in store.documents()] == [("2", None)]


def test_told_again_it_changes_nothing(store: Store) -> None:
    store.recall([past(FACES, MONDAY, TUESDAY)])
    digest = store.snapshot().digest()
    result = store.recall([past(FACES, MONDAY, TUESDAY)])
    assert (result.version, result.asserted, result.unchanged) == (1, 0, 2)
    assert store.snapshot().digest() == digest


def test_what_is_said_again_holds_again_since_the_first_time(store: Store) -> None:
    store.recall([past(FACES, MONDAY, TUESDAY)])
    store.write([FACES], WEDNESDAY)
    assert set(times(store).values()) == {(True, "2026-03-02", "")}
    assert [(d.sha256, d.revision) for d in store.documents()] == [("1", None)]


def test_a_past_says_when_what_was_found_gone_went(store: Store) -> None:
    store.write([FACES], MONDAY)
    store.write([gone("train.yaml")], WEDNESDAY)
    assert {until for *_, until in times(store).values()} == {"2026-03-04"}
    store.recall([past(FACES, MONDAY - timedelta(days=9), TUESDAY)])
    assert set(times(store).values()) == {(False, "2026-02-21", "2026-03-03")}


def test_a_past_before_it_was_last_seen_dates_no_end(store: Store) -> None:
    store.write([FACES], TUESDAY)
    store.write([gone("train.yaml")], WEDNESDAY)
    store.recall([past(FACES, MONDAY - timedelta(days=9), MONDAY)])
    assert set(times(store).values()) == {(False, "2026-02-21", "2026-03-04")}


def test_a_later_statement_is_what_a_retracted_fact_says(store: Store) -> None:
    moved = trained("train.yaml", "faces", "flickr", "okcupid")
    store.recall([past(moved, MONDAY, WEDNESDAY, "r2")])
    store.recall([past(FACES, MONDAY, TUESDAY)])
    lines = {e.object.rpartition("/")[2]: e.line for e in store.snapshot().edges}
    assert lines == {"flickr": 1, "okcupid": 2}
    assert [d.revision for d in store.documents()] == ["r2"]


def test_a_node_is_what_still_holds_of_it(store: Store) -> None:
    now = document("now.yaml", says=((dataset("d"), {"licence": "MIT"}),))
    once = document("once.yaml", says=((dataset("d"), {"licence": "none"}),))
    alone = document("alone.yaml", says=((dataset("e"), {"licence": "none"}),))
    store.write([now], WEDNESDAY)
    store.recall([past(once, MONDAY, TUESDAY), past(alone, MONDAY, TUESDAY)])
    assert properties(store, "d") == {"licence": "MIT"}
    assert properties(store, "e") == {"licence": "none"}


PASTS = st.lists(
    st.tuples(
        st.sampled_from(["a.yaml", "b.yaml"]),
        st.lists(st.sampled_from(["x", "y", "z"]), unique=True, min_size=1),
        st.integers(0, 5),
        st.integers(1, 5),
    ).map(
        lambda p: past(
            trained(p[0], "m", *p[1]),
            MONDAY + timedelta(days=p[2]),
            MONDAY + timedelta(days=p[2] + p[3]),
            f"r{p[2]}",
        )
    ),
    min_size=1,
    max_size=6,
)


@given(pasts=PASTS, data=st.data())
@settings(max_examples=60)
def test_the_order_of_pasts_makes_no_difference(pasts: list[Past], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(pasts))
    results = []
    for order in (pasts, shuffled):
        with tempfile.TemporaryDirectory() as folder:
            store = EmbeddedStore.open(Path(folder) / "s.sqlite")
            for one in order:
                store.recall([one])
            snapshot = store.snapshot()
            results.append(
                (snapshot.digest(), {(e.key, e.first_seen, e.retracted_at) for e in snapshot.edges})
            )
            store.close()
    assert results[0] == results[1]


def test_a_past_of_many_is_one_write(open_store: OpenStore) -> None:
    pasts = [past(trained(f"{i}.yaml", "faces", "flickr"), MONDAY, TUESDAY) for i in range(300)]
    assert open_store().recall(pasts).version == 1
    assert len(open_store().snapshot().edges) == 300
    assert {active for *_, active in edges(open_store())} == {False}
