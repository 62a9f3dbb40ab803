"""What a store knew at an earlier version, and what was written to it since."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from by_hand import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    OpenStore,
    dataset,
    document,
    gone,
    model,
    trained,
)
from lineage.errors import NotFoundError
from lineage.records import Changes, EdgeRow, Snapshot
from lineage.store.base import Store
from lineage.store.embedded import EmbeddedStore
from lineage.store.embedded.tables import TABLES, UPGRADES
from lineage.store.past import Past, said_until
from lineage.store.rows import edges as edge_rows
from lineage.store.rows import mentions as mention_rows
from lineage.vocabulary import Relation


def text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def written(store: Store) -> list[Snapshot]:
    """A store through five versions, with what it held at each."""
    held = []
    steps = (
        ([trained("a", "m", "d1", "d2"), trained("b", "n", "d1")], MONDAY),
        ([trained("a", "m", "d1", sha256="2")], TUESDAY),
        ([document("c", says=((model("m"), {"licence": "mit", "tags": ("x", "y")}),))], TUESDAY),
        ([gone("b"), document("c", says=((model("m"), {"licence": "gpl"}),))], WEDNESDAY),
        ([trained("a", "m", "d1", "d2", sha256="3")], WEDNESDAY + timedelta(days=1)),
    )
    for readings, at in steps:
        store.write(readings, at)
        held.append(store.snapshot())
    return held


def test_each_earlier_version_is_remembered_to_the_digest(store: Store) -> None:
    held = written(store)
    assert [s.version for s in held] == [1, 2, 3, 4, 5]
    assert len({s.digest() for s in held}) == 5
    for before in held:
        again = store.snapshot(before.version)
        assert again.version == before.version
        assert again.digest() == before.digest()
        assert store.columns(before.version).moment.version == before.version


def test_times_name_versions(store: Store) -> None:
    written(store)
    assert store.moment().version == 5
    assert store.moment(MONDAY).version == 1
    assert store.moment(TUESDAY).version == 3
    assert store.moment(WEDNESDAY + timedelta(hours=1)).version == 4
    assert store.moment().identity == store.moment(MONDAY).identity != ""
    with pytest.raises(NotFoundError, match="is not known"):
        store.moment(MONDAY - timedelta(days=400))
    with pytest.raises(NotFoundError, match="version 9 is not known"):
        store.snapshot(9)


def test_an_empty_store_knows_that_it_was_empty(store: Store) -> None:
    assert store.moment().version == 0
    assert store.columns().subject.size == 0
    assert store.changes(0).edges == ()
    with pytest.raises(NotFoundError):
        store.moment(MONDAY - timedelta(days=400))


def test_changes_bring_an_earlier_snapshot_up_to_date(store: Store) -> None:
    held = written(store)
    for before in held:
        changes = store.changes(before.version)
        assert (changes.since, changes.moment.version) == (before.version, 5)
        assert applied(before, changes).digest() == held[-1].digest()
    nothing = store.changes(5)
    assert (nothing.nodes, nothing.edges, nothing.documents) == ((), (), ())
    only = {(e.subject, e.object) for e in store.changes(4).edges}
    assert only == {(model("m").id, dataset("d2").id)}


def test_changes_name_the_documents_of_another_revision(store: Store) -> None:
    store.write([trained("a", "m", "d"), trained("b", "n", "d")], MONDAY)
    before = store.snapshot()
    store.seen(store.documents("repo"), "r2", TUESDAY)
    changes = store.changes(before.version)
    assert {d.revision for d in changes.documents} == {"r2"}
    assert changes.edges == ()
    assert store.snapshot(before.version).digest() == before.digest()


def test_the_past_that_is_told_later_was_not_known_earlier(store: Store) -> None:
    store.write([trained("a", "m", "d1")], WEDNESDAY)
    before = store.snapshot()
    said = trained("a", "m", "d0")
    was = {e.key: said_until(e, text(MONDAY), text(TUESDAY)) for e in edge_rows(said)}
    spoken = {m.key: said_until(m, text(MONDAY), text(TUESDAY)) for m in mention_rows(said)}
    ref = replace(said.document, sha256="", revision="r1")
    store.recall([Past(ref, text(TUESDAY), spoken, was)])
    assert store.snapshot(1).digest() == before.digest()
    (found,) = store.changes(1).edges
    assert found.object == dataset("d0").id
    assert applied(before, store.changes(1)).digest() == store.snapshot().digest()


def test_another_store_at_the_same_place_is_another(tmp_path: Path) -> None:
    identities = set()
    for _ in range(2):
        store = EmbeddedStore.open(tmp_path / "store.sqlite")
        identities.add(store.moment().identity)
        store.close()
        for file in tmp_path.iterdir():
            file.unlink()
    assert len(identities) == 2


def test_a_store_of_an_earlier_release_remembers_from_now_on(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(TABLES)
    connection.execute(UPGRADES[0])
    connection.execute("PRAGMA application_id = 1282303845")
    connection.execute("PRAGMA user_version = 2")
    connection.execute("UPDATE version SET number = 7")
    connection.commit()
    connection.close()
    store = EmbeddedStore.open(path)
    store.write([trained("a", "m", "d")], MONDAY + timedelta(days=4000))
    assert store.snapshot(7).edges == ()
    with pytest.raises(NotFoundError, match="version 6 is not known"):
        store.snapshot(6)
    assert [e.relation for e in store.snapshot(8).edges] == [Relation.TRAINED_ON]
    store.close()


def test_two_connections_agree(open_store: OpenStore) -> None:
    one, other = open_store(), open_store()
    one.write([trained("a", "m", "d")], MONDAY)
    assert other.moment() == one.moment()
    assert other.changes(0).moment.version == 1


def applied(before: Snapshot, changes: Changes) -> Snapshot:
    """A snapshot with the rows that changed in place of what it has."""
    nodes = {n.id: n for n in (*before.nodes, *changes.nodes)}
    edges: dict[str, EdgeRow] = {e.key: e for e in (*before.edges, *changes.edges)}
    documents = {d.id: d for d in (*before.documents, *changes.documents)}
    return replace(
        before,
        version=changes.moment.version,
        nodes=tuple(nodes.values()),
        edges=tuple(edges.values()),
        documents=tuple(documents.values()),
    )
