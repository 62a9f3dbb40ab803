"""Ad-hoc Cypher on the embedded store: what is refused, and what is made safe."""

from __future__ import annotations

import pytest

from lineage.errors import QueryError, QueryTimeoutError
from lineage.store.base import QueryLimits
from lineage.store.index import CypherIndex, portable
from worlds import reading, ref, snapshot

LIMITS = QueryLimits(5, 100)


@pytest.fixture(scope="module")
def chain() -> CypherIndex:
    told = [("m0", "TRAINED_ON", "s")]
    told += [(f"m{i + 1}", "FINE_TUNED_FROM", f"m{i}") for i in range(2_000)]
    return CypherIndex(snapshot(reading(told)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MATCH (a)-[:X*]->(b) RETURN b", "MATCH (a)-[:X*1..9]->(b) RETURN b"),
        ("MATCH (a)-[:X*2..]->(b) RETURN b", "MATCH (a)-[:X*2..9]->(b) RETURN b"),
        ("MATCH (a)-[:X* 0 .. ]->(b) RETURN b", "MATCH (a)-[:X* 0 ..9 ]->(b) RETURN b"),
        ("MATCH (a)-[:X*..]->(b) RETURN b", "MATCH (a)-[:X*..9]->(b) RETURN b"),
        ("MATCH (a)<-[r:X|Y*..3]-(b) RETURN b", "MATCH (a)<-[r:X|Y*..3]-(b) RETURN b"),
        (
            "MATCH (a)-[*4]->(b) RETURN 2*3, [x IN [1]|x*2]",
            "MATCH (a)-[*4]->(b) RETURN 2*3, [x IN [1]|x*2]",
        ),
        ("MATCH (a {n:'-[*]-'}) RETURN a", "MATCH (a {n:'-[*]-'}) RETURN a"),
    ],
)
def test_unbounded_patterns_get_a_bound(text: str, expected: str) -> None:
    assert portable(text, 9) == expected


def test_a_chain_longer_than_ten_hops_is_answered_whole(chain: CypherIndex) -> None:
    found = chain.query(
        "MATCH (s {id: $id})<-[*]-(m) RETURN count(DISTINCT m) AS n", {"id": ref("s").id}, LIMITS
    )
    assert found.rows == ((2_001,),)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l",
        "load csv with headers from 'x' as l return l",
        "WITH 1 AS AS LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l",
        "MATCH (n) CALL { MATCH (m) RETURN m } RETURN n",
        "CALL db.labels()",
        "CREATE (n:X)",
        "MATCH (n) SET n.x = 1",
        "MATCH (n) DETACH DELETE n",
        "MERGE (n:X {id: 1}) RETURN n",
        "MATCH (n) REMOVE n.name",
        "DROP INDEX x",
        "MATCH (n) FOREACH (x IN [1] | SET n.y = x)",
        "/* hidden */ MATCH (n) RETURN n",
        "MATCH (a)-[:X]->{1,3}(b) RETURN b",
        "MATCH (n) RETURN properties(n)",
        "MATCH (n) RETURN keys(n)",
        "MATCH (n) RETURN COLLECT { MATCH (n) RETURN 1 }",
        "MATCH (n) RETURN n; MATCH (m) RETURN m",
        "M\\u0041TCH (n) RETURN n",
        "nonsense",
        "",
    ],
)
def test_what_is_refused_gets_a_word(chain: CypherIndex, text: str) -> None:
    with pytest.raises(QueryError):
        chain.query(text, {}, LIMITS)


def test_more_rows_than_the_cap_are_truncated_and_said_so(chain: CypherIndex) -> None:
    text = "MATCH (n:Model) RETURN n.id ORDER BY n.id"
    assert chain.query(text, {}, QueryLimits(5, 2_001)).truncated is False
    cut = chain.query(text, {}, QueryLimits(5, 2_000))
    assert (len(cut.rows), cut.truncated) == (2_000, True)


def test_a_query_that_runs_too_long_is_stopped(chain: CypherIndex) -> None:
    with pytest.raises(QueryTimeoutError):
        chain.query(
            "UNWIND range(1,1000000) AS x UNWIND range(1,10000) AS y RETURN sum(x*y)",
            {},
            QueryLimits(0.5, 10),
        )


def test_words_in_names_and_strings_are_no_commands(chain: CypherIndex) -> None:
    found = chain.query(
        "MATCH (n:Model) WHERE n.name = 'DELETE CREATE' RETURN n.name AS set, 'CALL'", {}, LIMITS
    )
    assert found.columns == ("set", "'CALL'")


def test_nodes_and_paths_come_back_as_plain_data(chain: CypherIndex) -> None:
    found = chain.query(
        "MATCH p = (m:Model {name: 'm0'})-[r:TRAINED_ON]->(s) RETURN m, r, p", {}, LIMITS
    )
    model, relationship, path = found.rows[0]
    assert isinstance(model, dict)
    assert model["labels"] == ["Artifact", "Model"]
    assert "title" not in model
    assert isinstance(relationship, dict)
    assert relationship["type"] == "TRAINED_ON"
    assert isinstance(path, list)
    assert [item.get("name") or item.get("type") for item in path] == ["m0", "TRAINED_ON", "s"]
