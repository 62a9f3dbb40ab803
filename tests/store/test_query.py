"""Ad-hoc Cypher: it reads, knows when it was cut, stops in time, and does nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from by_hand import MONDAY, document, model, trained
from lineage.errors import QueryError, QueryTimeoutError
from lineage.store.base import QueryLimits, QueryResult, Store
from lineage.store.neo4j import Neo4jStore
from lineage.vocabulary import Relation
from neo4j_server import Server

LIMITS = QueryLimits(seconds=20, rows=100)


@pytest.fixture
def faces(store: Store) -> Store:
    """Two models trained on okcupid, one of them through the other."""
    store.write(
        [
            trained("train.yaml", "faces", "okcupid", "flickr"),
            document(
                "tune.yaml",
                (model("faces-2"), Relation.FINE_TUNED_FROM, model("faces")),
                says=((model("faces-2"), {"licence": "mit", "sizes": ("7b", "13b")}),),
            ),
        ],
        MONDAY,
    )
    return store


def ask(store: Store, cypher: str, **parameters: object) -> QueryResult:
    return store.query(cypher, parameters, LIMITS)


def test_a_query_reads_the_graph(faces: Store) -> None:
    result = ask(
        faces,
        "MATCH (m:Model)-[r:TRAINED_ON]->(d:Dataset) "
        "RETURN m.name AS model, d.name AS data, r.place AS place ORDER BY d.name",
    )
    assert result.columns == ("model", "data", "place")
    assert result.rows == (("faces", "flickr", "key[1]"), ("faces", "okcupid", "key[0]"))
    assert (result.truncated, result.version) == (False, 1)


def test_what_a_source_reaches(faces: Store) -> None:
    result = ask(
        faces,
        "MATCH (s:Artifact {name: $name})<-[:TRAINED_ON|FINE_TUNED_FROM*1..100]-(m)"
        " RETURN DISTINCT m.name AS name ORDER BY name",
        name="okcupid",
    )
    assert result.rows == (("faces",), ("faces-2",))


def test_parameters_are_values_only(faces: Store) -> None:
    hostile = "') DETACH DELETE n //"
    result = ask(faces, "MATCH (n:Artifact) WHERE n.name = $name RETURN n.name", name=hostile)
    assert result.rows == ()
    assert len(faces.snapshot().nodes) == 4


def test_nodes_relationships_and_lists_come_as_plain_data(faces: Store) -> None:
    (row,) = ask(
        faces,
        "MATCH (a:Model {name: 'faces-2'})-[r]->(b:Model) "
        "RETURN a, r, [1, 'x', null] AS list, {k: 1.5} AS map",
    ).rows
    node, edge, listed, mapped = row
    assert (node["name"], node["licence"], node["sizes"]) == ("faces-2", "mit", ["7b", "13b"])
    assert node["labels"] == ["Artifact", "Model"]
    assert (edge["type"], edge["place"], edge["active"]) == ("FINE_TUNED_FROM", "key[0]", True)
    assert (listed, mapped) == ([1, "x", None], {"k": 1.5})
    json.dumps(row)


@pytest.mark.parametrize(("rows", "cut"), [(3, True), (4, False), (5, False)])
def test_truncated_is_true_knowledge(faces: Store, rows: int, cut: bool) -> None:
    result = faces.query("MATCH (n:Artifact) RETURN n.name", {}, QueryLimits(20, rows))
    assert (len(result.rows), result.truncated) == (min(rows, 4), cut)


def test_a_query_that_takes_too_long_is_stopped(store: Store) -> None:
    store.write([trained("a", "m", *(f"d{i}" for i in range(60)))], MONDAY)
    started = time.monotonic()
    with pytest.raises(QueryTimeoutError):
        store.query(
            "MATCH (a:Artifact), (b:Artifact), (c:Artifact), (d:Artifact), (e:Artifact) "
            "WHERE a.name + b.name + c.name + d.name + e.name = 'x' RETURN count(*)",
            {},
            QueryLimits(seconds=1, rows=10),
        )
    assert time.monotonic() - started < 10
    assert ask(store, "MATCH (n:Model) RETURN n.name").rows == (("m",),)


HOSTILE = [
    "CREATE (:Artifact {id: 'x'})",
    "create (n)",
    "\\u0043REATE (n)",
    "MATCH (n) SET n.name = 'x'",
    "MATCH (n) SET n:Owned",
    "MATCH (n) SET n = {}",
    "MATCH (n) REMOVE n.name",
    "MATCH (n) DELETE n",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n) DETACH /* only */ DELETE n RETURN 1",
    "MERGE (n:Artifact {id: 'x'}) RETURN n",
    "MATCH (a:Model), (b:Dataset) CREATE (a)-[:TRAINED_ON]->(b)",
    "FOREACH (x IN [1] | CREATE (:N))",
    "MATCH (n) FOREACH (x IN [n] | SET x.name = 'y')",
    "UNWIND [1] AS x CREATE (n {x: x}) RETURN n",
    "MATCH (n) WITH n CALL { WITH n DETACH DELETE n } IN TRANSACTIONS",
    "MATCH (n) CALL (n) { SET n.x = 1 } IN TRANSACTIONS OF 10 ROWS",
    "CALL { CREATE (n) RETURN n } RETURN n",
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "LOAD CSV WITH HEADERS FROM 'http://127.0.0.1:1/' AS line RETURN line",
    "load\ncsv from 'file:///etc/passwd' as line return line",
    "RETURN EXISTS { LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l }",
    "RETURN COLLECT { LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l }",
    "RETURN [x IN [1] | COLLECT { LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l }] AS y",
    "RETURN CASE WHEN true THEN COLLECT { LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l } END",
    "RETURN all(x IN [1] WHERE EXISTS { LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l })",
    "RETURN reduce(a = [], x IN [1] | a + COLLECT { load  csv FROM 'http://[::1]' AS l RETURN l })",
    "MATCH (n) RETURN n {.name, x: COLLECT { LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l }}",
    "MATCH (n) RETURN [(n)--(m) | COLLECT { LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l }]",
    "RETURN [x IN [1] | COUNT { CALL dbms.listConfig() YIELD name RETURN name }] AS y",
    "RETURN [x IN [1] | COLLECT { CALL db.labels() YIELD label RETURN label }] AS y",
    "CALL dbms.listConfig()",
    "CALL dbms.listConfig('') YIELD name, value RETURN name, value",
    "CALL dbms.killConnection('bolt-1')",
    "CALL dbms.security.listUsers()",
    "CALL `dbms`.`components`()",
    "CALL db.createLabel('Owned')",
    "CALL db.clearQueryCaches()",
    "CALL db.awaitIndexes()",
    "CALL tx.setMetaData({a: 1})",
    "CALL apoc.load.json('file:///etc/passwd')",
    "RETURN apoc.text.join(['a'], '')",
    "CREATE INDEX owned FOR (n:Artifact) ON (n.name)",
    "DROP CONSTRAINT artifact_id",
    "CREATE CONSTRAINT owned FOR (n:Owned) REQUIRE n.x IS UNIQUE",
    "CREATE USER eve SET PASSWORD 'password1'",
    "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'password1'",
    "CREATE DATABASE owned",
    "STOP DATABASE neo4j",
    "SHOW TRANSACTIONS",
    "SHOW TRANSACTIONS YIELD transactionId, currentQuery",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "SHOW TRANSACTIONS YIELD transactionId AS t TERMINATE TRANSACTIONS t YIELD message RETURN t",
    "SHOW SETTINGS",
    "SHOW USERS",
    "SHOW FUNCTIONS",
    "USE system MATCH (n) RETURN n",
    "USE system SHOW DATABASES",
    "MATCH (n) RETURN n; MATCH (n) DETACH DELETE n",
    "RETURN 1;\n//\nCREATE (n)",
    "PROFILE MATCH (n) DETACH DELETE n",
    "EXPLAIN MATCH (n) DETACH DELETE n",
    "CYPHER runtime=slotted CREATE (n)",
    "USING PERIODIC COMMIT 10 LOAD CSV FROM 'file:///etc/passwd' AS l CREATE (n)",
]


@pytest.mark.parametrize("cypher", HOSTILE)
def test_whatever_is_not_reading_the_graph_is_refused(faces: Store, cypher: str) -> None:
    digest = faces.snapshot().digest()
    with pytest.raises(QueryError) as refusal:
        ask(faces, cypher)
    assert "root:" not in str(refusal.value)
    assert (faces.version(), faces.snapshot().digest()) == (1, digest)


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (n RETURN n",
        "",
        "   ",
        "RETURN",
        "hello",
        "MATCH (n) RETURN m",
        "MATCH (n) RETURN $x",
    ],
)
def test_what_is_wrong_is_said_to_be_wrong(faces: Store, cypher: str) -> None:
    with pytest.raises(QueryError) as error:
        ask(faces, cypher)
    assert str(error.value).strip()


@pytest.mark.neo4j
class TestNeo4jConsole:
    """What only a server answers."""

    @pytest.fixture
    def server(self, clean_neo4j: Server) -> Iterator[Store]:
        store = Neo4jStore.open(clean_neo4j.url, password=clean_neo4j.password)
        store.write([trained("train.yaml", "faces", "okcupid", "flickr")], MONDAY)
        store.write([document("eval.yaml", says=((model("faces"), {"recall": 0.5}),))], MONDAY)
        yield store
        store.close()

    @pytest.mark.parametrize(
        "cypher",
        [
            "CALL db.labels()",
            "CALL db.relationshipTypes() YIELD relationshipType AS t RETURN count(t)",
            "CALL db.schema.visualization()",
            "MATCH (n) WHERE EXISTS { (n)-[:TRAINED_ON]->() } RETURN n.name",
            "MATCH (n:Model) RETURN COLLECT { MATCH (n)-->(d) RETURN d.name } AS names",
            "RETURN [x IN [1, 2] WHERE EXISTS { (:Model) } | x] AS xs",
            "MATCH (m:Model) RETURN [(m)-[:TRAINED_ON]->(d) | d.name] AS names",
            "MATCH (m:Model) CALL (m) { MATCH (m)-->(d) RETURN count(d) AS n } RETURN m.name, n",
            "MATCH p = shortestPath((a:Model)-[*..9]->(d:Dataset)) RETURN p",
            "MATCH p = (m:Model)-[:TRAINED_ON]->(d) RETURN p, nodes(p), relationships(p)",
            "MATCH (m:Model) OPTIONAL MATCH (m)-[:MERGED_FROM]->(b) RETURN m.name, b.name",
            "MATCH (n) RETURN labels(n)[0] AS l, count(*) ORDER BY l SKIP 1 LIMIT 2",
            "MATCH (n:Dataset {id: 'hf://datasets/x'}) RETURN n UNION MATCH (n:Model) RETURN n",
            "MATCH ()-[r:TRAINED_ON {key: 'x'}]->() RETURN r",
            "MATCH (a:Model)-[:TRAINED_ON*1..1000]->(d) RETURN DISTINCT d.name",
            "MATCH (n) WHERE n.name STARTS WITH 'o' OR n.name =~ '.*x(.*)' RETURN n.name",
            "MATCH (n:Model) RETURN {recall: n.recall} AS m, n.name = 'a.b(c)' AS `x.y()`",
            "RETURN date(), duration('P1D'), datetime(), localtime(), point({x: 1, y: 2})",
            "RETURN date.truncate('month', date()) AS d, 0.0 / 0.0 AS nan, toUpper('a')",
            "CYPHER 5 MATCH (n) RETURN count(n)",
            "MATCH (n) RETURN count(n);",
            "// a comment\nMATCH (n) /* another */ RETURN n.name LIMIT 1",
        ],
    )
    def test_reading_is_allowed_and_plain(self, server: Store, cypher: str) -> None:
        result = ask(server, cypher)
        assert result.version == 2
        json.dumps(result.rows, allow_nan=False)

    def test_a_path_goes_from_node_to_relationship_to_node(self, server: Store) -> None:
        ((path,),) = ask(server, "MATCH p = (:Model)-->({name: 'okcupid'}) RETURN p").rows
        assert isinstance(path, list)
        assert [step.get("name") or step.get("type") for step in path] == [
            "faces",
            "TRAINED_ON",
            "okcupid",
        ]

    def test_times_are_texts(self, server: Store) -> None:
        (row,) = ask(server, "RETURN date('2026-03-02'), duration('P1D'), time('12:00Z')").rows
        assert row == ("2026-03-02", "P1D", "12:00:00.000000000+00:00")

    def test_a_syntax_error_says_where(self, server: Store) -> None:
        with pytest.raises(QueryError, match="line 1, column"):
            ask(server, "MATCH (n RETURN n")

    def test_a_parameter_that_cannot_be_sent_is_refused(self, server: Store) -> None:
        for value in (object(), 2**70, "\ud800", {1: 2}):
            with pytest.raises(QueryError):
                ask(server, "RETURN $x", x=value)
        assert ask(server, "RETURN $x AS x", x=[1, None]).rows == (([1, None],),)

    def test_documents_can_be_asked_for(self, server: Store) -> None:
        result = ask(
            server,
            "MATCH (d:Document)-[a:ASSERTS]->(n:Model) "
            "RETURN d.path, a.active, n.name ORDER BY d.path",
        )
        assert result.rows == (("eval.yaml", True, "faces"), ("train.yaml", True, "faces"))

    def test_a_query_that_needs_too_much_memory_is_not_tried_again(self, server: Store) -> None:
        started = time.monotonic()
        with pytest.raises(QueryError, match="memory"):
            ask(server, "UNWIND range(1, 1000000000) AS x RETURN collect(x + 0.5) AS xs")
        assert time.monotonic() - started < 20
        assert ask(server, "RETURN 1").rows == ((1,),)
