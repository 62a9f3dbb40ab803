"""The Cypher of columns: the server groups rows by what they have alike.

Pages of nodes go by id; the assertions of a page are those about its nodes.
"""

from __future__ import annotations

from collections.abc import Mapping

from lineage.schema import ASSERTS, NODE_PROPERTIES, RECORDED_IN
from lineage.store.neo4j.cypher import STATE_FIELDS
from lineage.vocabulary import Relation

STATE = ("relation", "evidence", *STATE_FIELDS)
OF_DOCUMENTS = ("repository", "format", "revision", "read_at")
"""What many assertions have alike, and many documents."""

ID_BITS = 40
"""Of a row's ``at``: below them its internal id, above them the number of its group."""


def page_end(label: str) -> str:
    """The last id of the next page of nodes, or of documents."""
    return (
        f"MATCH (n:{label}) USING INDEX SEEK n:{label}(id) WHERE n.id > $after "
        "WITH n ORDER BY n.id LIMIT $limit RETURN max(n.id) AS last"
    )


def _grouped(row: str, match: str, said: Mapping[str, str], each: Mapping[str, str]) -> str:
    """What rows have alike, once for each group of them, beside what each has.

    All in flat lists, which cost a reader least. Internal ids are deprecated where they outlive
    a transaction; here they join what is read in one, and cost a tenth of a text.
    """
    alike = ", ".join(f"{value} AS {name}" for name, value in said.items())
    once = [f"[one IN said | one[{i}]] AS {name}" for i, name in enumerate(said)]
    columns = {"at": f"number * {2**ID_BITS} + id({row})", **each}
    lists = ", ".join(f"collect({value}) AS {name}" for name, value in columns.items())
    return (
        f"CYPHER 5 {match} WITH {alike}, collect({row}) AS rows "
        f"WITH collect([{', '.join(said)}]) AS said, collect(rows) AS groups "
        "CALL (groups) { UNWIND range(0, size(groups) - 1) AS number "
        f"UNWIND groups[number] AS {row} RETURN {lists} }} "
        f"RETURN {', '.join([*once, *columns])}"
    )


def _page(label: str) -> str:
    return (
        f"MATCH (n:{label}) USING INDEX SEEK n:{label}(id) WHERE n.id > $after AND n.id <= $last "
    )


def node_columns(label: str) -> str:
    """The nodes of a page by kind, namespace and properties.

    The types of the properties are told too: to the server 1 and 1.0 are alike.
    """
    own = ", ".join(f"'{name}'" for name in (*NODE_PROPERTIES, RECORDED_IN))
    return _grouped(
        "n",
        f"{_page(label)}AND EXISTS {{ (n)<-[:{ASSERTS}]-() }}",
        {
            "kind": "n.kind",
            "namespace": "n.namespace",
            "properties": f"[name IN keys(n) WHERE NOT name IN [{own}] | "
            "[name, n[name], valueType(n[name])]]",
        },
        {"id": "n.id"},
    )


def state_columns(label: str) -> str:
    """The assertions about the nodes of a page by all that many have alike.

    Those that a person took back are left out.
    """
    return _grouped(
        "r",
        _edges_of_page(label),
        {"relation": "type(r)", **{name: f"r.{name}" for name in STATE[1:]}},
        {
            "subject": "id(startNode(r))",
            "object": "id(endNode(r))",
            "line": "coalesce(r.line, -1)",
            "share": "coalesce(r.share, -1)",
        },
    )


def text_columns(label: str, *names: str) -> str:
    """The assertions about the nodes of a page by some of their texts."""
    said = {name: f"r.{name}" for name in names}
    return _grouped("r", _edges_of_page(label), said, {})


def _edges_of_page(label: str) -> str:
    types = "|".join(relation.value for relation in Relation)
    return f"{_page(label)}MATCH (n)-[r:{types}]->()"


DOCUMENT_COLUMNS = _grouped(
    "n",
    f"{_page('Document')}AND n.sha256 IS NOT NULL",
    {name: f"n.{name}" for name in OF_DOCUMENTS},
    {name: f"n.{name}" for name in ("id", "path", "sha256")},
)
