"""The documentation says what the product does."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from by_hand import OpenStore
from lineage.demo import ingest_demo
from lineage.graph import Graph
from lineage.impact import impact
from lineage.store.base import QueryLimits, Store
from lineage.store.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from reference import pages, question_texts

SOURCE = "lineage://okcupid/okcupid-user-photos"


def documented_queries() -> list[str]:
    text = (ROOT / "docs/queries.md").read_text(encoding="utf-8")
    return re.findall(r"```cypher\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("path", sorted(pages()), ids=lambda path: path.name)
def test_written_pages_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == pages()[path], "run: python tools/reference.py"


def test_the_readme_shows_both_commands_first() -> None:
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:20]
    assert any("make demo" in line for line in first_screen)
    assert any("make test" in line for line in first_screen)


@pytest.fixture(scope="module")
def embedded_demo(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = EmbeddedStore.open(tmp_path_factory.mktemp("demo") / "store.sqlite")
    ingest_demo(store)
    return store


def rows(store: Store, text: str, node: str) -> list[tuple[object, ...]]:
    """Rows of a query, without what differs by nature: where and when the store was written."""
    result = store.query(text, {"id": node}, QueryLimits(60, 100_000))
    assert not result.truncated
    return [tuple(row) for row in result.rows]


def test_every_documented_query_answers_the_same_on_both_stores(
    open_store: OpenStore, embedded_demo: Store
) -> None:
    store = open_store()
    ingest_demo(store)
    assert store.snapshot().digest() == embedded_demo.snapshot().digest()
    queries = documented_queries()
    assert len(queries) >= 8
    answered = 0
    for text in queries:
        node = SOURCE
        if "Grant {id: $id}" in text:
            node = "grant://fictiva/stock-licence"
        elif "Model {id: $id}" in text or "MATCH (s)-[" in text:
            node = "lineage://okcupid/clarifai-face-models"
        found = rows(store, text, node)
        assert found == rows(embedded_demo, text, node), text
        answered += bool(found)
    assert answered >= len(queries) - 1, "all but the query about retracted facts have rows here"


def test_the_products_own_questions_give_the_products_own_answers(embedded_demo: Store) -> None:
    graph = Graph(embedded_demo.snapshot())
    answer = impact(graph, [graph.resolve(SOURCE)])
    affected = ("Everything affected", "Everything about which a claim must be redone")
    found = [
        row[0] for name in affected for row in rows(embedded_demo, question_texts()[name], SOURCE)
    ]
    assert sorted(str(n) for n in found) == sorted(a.id for a in answer.affected)
    assert found
