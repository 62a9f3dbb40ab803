"""Many writers and readers on one store at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import neo4j
import pytest

from by_hand import MONDAY, OpenStore, dataset, document, model, trained
from lineage.errors import StoreConflictError
from lineage.records import Reading
from lineage.store.base import Store
from lineage.store.embedded import EmbeddedStore
from lineage.store.neo4j import Neo4jStore
from lineage.vocabulary import Relation
from neo4j_server import Server


def batches(writer: int) -> list[list[Reading]]:
    """A writer's batches: documents of its own, shared ones, and nodes that all speak of."""
    return [
        [
            *(
                trained(f"{writer}/{n}/{i}", f"m{i}", f"d{n}", f"d{i}", "everyone")
                for i in range(5)
            ),
            trained(f"shared/{n}", f"shared{n}", "everyone", "d1"),
            document(
                f"{writer}/{n}/card",
                (model(f"m{n}"), Relation.MERGED_FROM, model("base")),
                says=((model("base"), {"licence": f"l{writer % 3}"}),),
            ),
        ]
        for n in range(3)
    ]


def written_one_by_one(tmp_path: Path, writers: int) -> str:
    """The digest that these writers' batches give one after another."""
    store = EmbeddedStore.open(tmp_path / "one-by-one.sqlite")
    for writer in range(writers):
        for batch in batches(writer):
            store.write(batch, MONDAY)
    digest = store.snapshot().digest()
    store.close()
    return digest


def write_all_at_once(open_store: OpenStore, writers: int) -> None:
    start = threading.Barrier(writers)

    def write(writer: int) -> None:
        store = open_store()
        start.wait(60)
        for batch in batches(writer):
            store.write(batch, MONDAY)

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))


def test_eight_writers_at_once_give_what_one_would(open_store: OpenStore, tmp_path: Path) -> None:
    write_all_at_once(open_store, 8)
    snapshot = open_store().snapshot()
    assert snapshot.digest() == written_one_by_one(tmp_path, 8)
    assert len({n.id for n in snapshot.nodes}) == len(snapshot.nodes)


@pytest.mark.neo4j
def test_32_writers_on_a_server_that_was_never_prepared(
    clean_neo4j: Server, neo4j_driver: neo4j.Driver, tmp_path: Path
) -> None:
    for record in neo4j_driver.execute_query("SHOW CONSTRAINTS YIELD name").records:
        neo4j_driver.execute_query(f"DROP CONSTRAINT {record['name']}")  # type: ignore[arg-type]
    opened: list[Neo4jStore] = []

    def open_store() -> Store:
        opened.append(Neo4jStore.open(clean_neo4j.url, password=clean_neo4j.password))
        return opened[-1]

    write_all_at_once(open_store, 32)
    assert open_store().snapshot().digest() == written_one_by_one(tmp_path, 32)
    total = neo4j_driver.execute_query("MATCH (n:Artifact) RETURN count(n) AS n").records[0]["n"]
    assert total == len(opened[-1].snapshot().nodes)
    for store in opened:
        store.close()


def test_a_reader_beside_writers_sees_whole_versions_only(open_store: OpenStore) -> None:
    """Each version names all documents' data sets alike, so that a mixture would show."""
    store = open_store()
    documents, versions = 40, 15

    def state(number: int) -> list[Reading]:
        return [
            trained(f"c{i}", f"m{i}", f"of{number}", sha256=f"{number}") for i in range(documents)
        ]

    store.write(state(1), MONDAY)
    done = threading.Event()

    def write() -> None:
        writer = open_store()
        for number in range(2, versions + 1):
            writer.write(state(number), MONDAY + timedelta(hours=number))
        done.set()

    def read() -> set[int]:
        reader, seen = open_store(), set()
        while not done.is_set():
            snapshot = reader.snapshot()
            assert {d.sha256 for d in snapshot.documents} == {f"{snapshot.version}"}
            active = {e.object.rpartition("of")[2] for e in snapshot.edges if e.active}
            assert active == {f"{snapshot.version}"}
            assert len(snapshot.edges) == documents * snapshot.version
            seen.add(snapshot.version)
        return seen

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        pool.submit(write).result(120)
        assert all(reader.result(120) for reader in readers)


def test_of_writers_that_start_from_one_version_one_succeeds(open_store: OpenStore) -> None:
    open_store().write([trained("first", "m", "d")], MONDAY)

    def write(number: int) -> bool:
        store = open_store()
        try:
            store.write(
                [document(f"{number}", (model("m"), Relation.MERGED_FROM, dataset(f"{number}")))],
                MONDAY,
                based_on=1,
            )
        except StoreConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(8))) == 1
    assert open_store().version() == 2


def test_threads_may_share_one_store(store: Store) -> None:
    work: list[Callable[[], object]] = []
    for i in range(6):
        work.append(lambda i=i: store.write([trained(f"{i}", "m", f"d{i}")], MONDAY))
        work.append(store.snapshot)
        work.append(store.version)
    with ThreadPoolExecutor(6) as pool:
        for future in [pool.submit(task) for task in work]:
            future.result(60)
    assert (store.version(), len(store.snapshot().edges)) == (6, 6)
