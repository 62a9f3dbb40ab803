"""What only a server can do: refuse us, break, and be looked at by other programs."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import neo4j
import pytest
from neo4j.exceptions import Forbidden, IncompleteCommit

from by_hand import MONDAY, TUESDAY, document, gone, model, trained
from lineage.errors import StoreError, UsageError
from lineage.records import Ref
from lineage.store.neo4j import Neo4jStore
from lineage.store.neo4j.connection import address
from lineage.vocabulary import Kind
from neo4j_server import Server

pytestmark = pytest.mark.neo4j


@pytest.fixture
def store(clean_neo4j: Server) -> Iterator[Neo4jStore]:
    opened = Neo4jStore.open(clean_neo4j.url, password=clean_neo4j.password)
    yield opened
    opened.close()


def test_nothing_listens_there() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"neo4j://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(StoreError, match="no Neo4j server answered") as error:
            Neo4jStore.open(url, password="secret-1")
    assert error.value.location == url
    assert "make neo4j" in str(error.value)


def test_a_host_that_does_not_exist() -> None:
    with pytest.raises(StoreError, match="no Neo4j server answered"):
        Neo4jStore.open("bolt://nowhere.invalid:7687", password="x")


@pytest.mark.parametrize("password", ["wrong-1", None])
def test_a_wrong_or_missing_password(
    neo4j_server: Server, password: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LINEAGE_NEO4J_PASSWORD", raising=False)
    with pytest.raises(StoreError, match="LINEAGE_NEO4J_PASSWORD") as error:
        Neo4jStore.open(neo4j_server.url, password=password)
    assert "wrong-1" not in str(error.value)


def test_a_database_that_does_not_exist(neo4j_server: Server) -> None:
    with pytest.raises(StoreError, match="no such database"):
        Neo4jStore.open(f"{neo4j_server.url}/nowhere", password=neo4j_server.password)


def test_encryption_that_the_server_does_not_speak(neo4j_server: Server) -> None:
    with pytest.raises(StoreError):
        Neo4jStore.open(neo4j_server.url.replace("neo4j:", "bolt+s:"), password="x")


@pytest.mark.parametrize("url", ["http://localhost", "neo4j://", "neo4j://host:port", "bolt:///x"])
def test_what_is_no_address_of_a_server(url: str) -> None:
    with pytest.raises(UsageError, match="neo4j://HOST:PORT"):
        Neo4jStore.open(url, password="x")


def test_the_account_may_stand_in_the_url_or_the_environment(
    neo4j_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = neo4j_server.password
    with_account = neo4j_server.url.replace("://", f"://neo4j:{secret}@") + "/neo4j"
    store = Neo4jStore.open(with_account)
    assert store.location == neo4j_server.url + "/neo4j"
    store.close()
    monkeypatch.setenv("LINEAGE_NEO4J_USER", "neo4j")
    monkeypatch.setenv("LINEAGE_NEO4J_PASSWORD", secret)
    store = Neo4jStore.open(neo4j_server.url.replace("neo4j:", "bolt:"))
    assert secret not in store.location
    store.close()


def test_an_address_shows_no_password() -> None:
    place = address("neo4j+s://eve:p%40ss@example.org:7688/main", None, None, None)
    assert (place.url, place.user, place.password, place.database) == (
        "neo4j+s://example.org:7688",
        "eve",
        "p@ss",
        "main",
    )
    assert "p@ss" not in f"{place} {place!r}"
    assert address("bolt://[::1]:7687", "u", "p", None).url == "bolt://[::1]:7687"


def test_a_new_store_is_empty_and_reading_it_writes_nothing(
    store: Neo4jStore, neo4j_driver: neo4j.Driver
) -> None:
    assert (store.version(), store.snapshot().nodes, list(store.documents())) == (0, (), [])
    assert neo4j_driver.execute_query("MATCH (n) RETURN n").records == []


def test_other_data_in_the_database_is_left_alone(
    store: Neo4jStore, neo4j_driver: neo4j.Driver
) -> None:
    neo4j_driver.execute_query("CREATE (:Person {name: 'x'})-[:KNOWS]->(:Artifact {id: 'mine'})")
    store.write([trained("a", "m", "d")], MONDAY)
    store.write([gone("a")], TUESDAY)
    assert {n.name for n in store.snapshot().nodes} == {"m", "d"}
    assert len(neo4j_driver.execute_query("MATCH (:Person)-[:KNOWS]->() RETURN 1").records) == 1


def test_the_graph_reads_as_documented(store: Neo4jStore, neo4j_driver: neo4j.Driver) -> None:
    party = Ref(Kind.PARTY, "name://x", "acme")
    store.write(
        [
            document(
                "c.yaml",
                says=((model("m"), {"licence": "mit", "langs": ("en", "fr")}), (party, {})),
            ),
            trained("t.yaml", "m", "d"),
        ],
        MONDAY,
    )
    ((labels, m),) = neo4j_driver.execute_query(
        "MATCH (n:Artifact {name: 'm'}) RETURN labels(n), properties(n)"
    ).records
    assert sorted(labels) == ["Artifact", "Model"]
    assert m == {
        "id": "hf://models/m",
        "name": "m",
        "namespace": "hf://models",
        "kind": "Model",
        "licence": "mit",
        "langs": ["en", "fr"],
        "recorded_in": 1,
    }
    ((d,),) = neo4j_driver.execute_query(
        "MATCH (d:Document {path: 't.yaml'}) RETURN properties(d)"
    ).records
    assert d == {
        "id": "document://repo/t.yaml",
        "repository": "repo",
        "path": "t.yaml",
        "sha256": "1",
        "format": "axolotl",
        "trace": "",
        "name": "t.yaml",
        "namespace": "repo",
        "kind": "Document",
        "read_at": "2026-03-02T09:00:00.000000+00:00",
        "recorded_in": 1,
    }
    found = neo4j_driver.execute_query(
        "MATCH (d:Document)-[a:ASSERTS]->(n) RETURN d.path, n.name, a.properties"
    ).records
    assert {tuple(r) for r in found} == {
        ("c.yaml", "m", '{"langs":["en","fr"],"licence":"mit"}'),
        ("c.yaml", "acme", "{}"),
        ("t.yaml", "m", "{}"),
        ("t.yaml", "d", "{}"),
    }
    ((labels,),) = neo4j_driver.execute_query("MATCH (n {name: 'acme'}) RETURN labels(n)").records
    assert labels == ["Party"]


def test_a_changed_kind_leaves_no_old_label(store: Neo4jStore, neo4j_driver: neo4j.Driver) -> None:
    for at, kind in ((MONDAY, Kind.PARTY), (TUESDAY, Kind.SOURCE), (MONDAY, Kind.MODEL)):
        store.write([document("a", says=((Ref(kind, "n://", "x"), {}),), sha256=kind)], at)
    found = neo4j_driver.execute_query("MATCH (n {name: 'x'}) RETURN labels(n) AS l").records
    assert [sorted(r["l"]) for r in found] == [["Artifact", "Model"]]


def test_the_schema_keeps_ids_and_keys_unique(
    store: Neo4jStore, neo4j_driver: neo4j.Driver
) -> None:
    store.write([trained("a", "m", "d")], MONDAY)
    for text in (
        "CREATE (:Artifact {id: 'hf://models/m'})",
        "CREATE (:LineageVersion {id: 'graph'})",
        "MATCH (a)-[r:TRAINED_ON]->(b) CREATE (a)-[:TRAINED_ON {key: r.key}]->(b)",
        "MATCH (a)-[r:ASSERTS]->(b) CREATE (a)-[:ASSERTS {key: r.key}]->(b)",
    ):
        with pytest.raises(neo4j.exceptions.ConstraintError):
            neo4j_driver.execute_query(text)  # type: ignore[arg-type]


def broken_commits(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The connection is lost while the commit is under way: it was done, nobody heard of it."""
    real, left = neo4j.Session.execute_write, [times]

    def execute_write(self: neo4j.Session, work: Any, *args: Any, **kwargs: Any) -> Any:
        result = real(self, work, *args, **kwargs)
        if type(work).__name__ == "Write" and left[0]:
            left[0] -= 1
            raise IncompleteCommit("lost")
        return result

    monkeypatch.setattr(neo4j.Session, "execute_write", execute_write)


def test_a_commit_that_nobody_heard_of_is_settled(
    store: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write([trained("a", "m", "d")], MONDAY)
    broken_commits(monkeypatch, 2)
    result = store.write([trained("b", "m", "e", "f")], TUESDAY, based_on=1)
    assert (result.version, result.asserted, result.unchanged) == (2, 2, 0)
    assert store.version() == 2


def test_a_connection_that_always_breaks_is_an_error(
    store: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_commits(monkeypatch, 99)
    with pytest.raises(StoreError, match="Run it again"):
        store.write([trained("b", "m", "e")], TUESDAY)


def test_an_account_that_may_only_read_gets_its_snapshot(
    store: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write([trained("a", "m", "d")], MONDAY)
    digest = store.snapshot().digest()

    def refuse(self: Neo4jStore) -> int:
        raise Forbidden("no writing")

    monkeypatch.setattr(Neo4jStore, "_settled_version", refuse)
    assert store.snapshot().digest() == digest


def test_a_snapshot_comes_whole_even_if_writers_never_rest(
    store: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, number = Neo4jStore._settled_version, iter(range(100))

    def settled(self: Neo4jStore) -> int:
        store.write([trained(f"{next(number)}", "m", "d")], MONDAY)
        return real(self)

    monkeypatch.setattr(Neo4jStore, "_settled_version", settled)
    snapshot = store.snapshot()
    assert len(snapshot.documents) == len(snapshot.edges) == snapshot.version


def test_a_large_batch_is_read_in_pages(store: Neo4jStore) -> None:
    store.write([trained("big", "m", *(f"d{i:05}" for i in range(11_000)))], MONDAY)
    snapshot = store.snapshot()
    assert (len(snapshot.nodes), len(snapshot.edges)) == (11_001, 11_000)
    assert [n.id for n in snapshot.nodes] == sorted(n.id for n in snapshot.nodes)
