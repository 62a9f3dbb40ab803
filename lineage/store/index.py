"""Ad-hoc Cypher on the embedded store: a read-only graph derived from a snapshot.

KGLite answers the queries. The graph is built from the facts, frozen, and thrown away when they
change; nothing else depends on it. Where KGLite is known to answer otherwise than Neo4j does,
the text is refused with the portable form, or made safe: an unbounded pattern, which KGLite
would silently cut at ten hops, gets a bound that no path of this graph can exceed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping

import kglite

from lineage.errors import QueryError, QueryTimeoutError
from lineage.records import DocumentRow, EdgeRow, NodeRow, Snapshot
from lineage.schema import ARTIFACT_LABEL, TAKEN_BACK
from lineage.store.base import QueryLimits, QueryResult
from lineage.vocabulary import ARTIFACT_KINDS, Kind

_TOKEN = re.compile(
    r"(?P<string>'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")|(?P<quoted>`(?:``|[^`])*`)"
    r"|(?P<comment>//[^\n]*)|(?P<block>/\*)|(?P<word>\$?[A-Za-z_]\w*)|(?P<space>\s+)"
    r"|(?P<number>\d+(?:\.(?!\.)\d+)?)|(?P<dots>\.\.)|(?P<other>.)",
    re.DOTALL,
)

_REFUSED_WORDS: Mapping[str, str] = {
    "CALL": "Procedures and subqueries are not part of the Cypher that means the same on both "
    "stores; use MATCH … WITH … MATCH.",
    "PROFILE": "PROFILE is not available here.",
    "EXPLAIN": "EXPLAIN is not available here.",
    "USE": "There is one graph here; leave USE away.",
}
_WRITING_WORDS = frozenset(
    {"CREATE", "MERGE", "DELETE", "DETACH", "SET", "REMOVE", "DROP", "FOREACH", "ALTER", "GRANT"}
)
_OTHER_STATEMENTS = frozenset({"SHOW", "TERMINATE", "START", "STOP", "DENY", "REVOKE", "RENAME"})
_OWN_KEYS = frozenset({"properties", "keys"})


class CypherIndex:
    """A frozen graph of one snapshot."""

    def __init__(self, snapshot: Snapshot):
        self.version = snapshot.version
        self._bound = len(snapshot.edges) + 1
        kglite.set_query_warning_policy("silent")
        graph = kglite.KnowledgeGraph()
        _load(graph, snapshot)
        self._graph = graph.freeze()

    def query(
        self, cypher: str, parameters: Mapping[str, object], limits: QueryLimits
    ) -> QueryResult:
        """Answers a Cypher text; see :meth:`lineage.store.base.Store.query`.

        Raises:
            QueryError: refused or wrong.
            QueryTimeoutError: longer than ``limits.seconds``.
        """
        text = portable(cypher, self._bound)
        started = time.monotonic()
        try:
            view = self._graph.cypher(
                text,
                params=dict(parameters),
                timeout_ms=max(1, int(limits.seconds * 1000)),
                row_limit=limits.rows + 1,
            )
            columns = tuple(view.columns)
            rows = [tuple(_plain(row[c]) for c in columns) for row in view]
        except kglite.CypherTimeoutError as error:
            raise QueryTimeoutError(
                f"stopped after {limits.seconds:g} s",
                remedy="Narrow the pattern, or raise --timeout.",
            ) from error
        except kglite.KgError as error:
            raise QueryError(str(error)) from error
        return QueryResult(
            columns,
            tuple(rows[: limits.rows]),
            len(rows) > limits.rows,
            self.version,
            time.monotonic() - started,
        )


def portable(cypher: str, bound: int) -> str:
    """The text with every unbounded pattern bounded by ``bound``.

    Raises:
        QueryError: a construct that would write, read files, or be answered otherwise than on
            Neo4j; the message names it and the portable form.
    """
    tokens = list(_tokens(cypher))
    meaning = [(kind, text) for kind, text in tokens if kind not in {"space", "comment"}]
    if meaning and meaning[0][0] == "word" and meaning[0][1].upper() in _OTHER_STATEMENTS:
        raise QueryError(f"{meaning[0][1].upper()} is no query of the graph; begin with MATCH.")
    for index, (kind, text) in enumerate(meaning):
        following = meaning[index + 1][1] if index + 1 < len(meaning) else ""
        before = meaning[index - 1][1] if index else ""
        _refuse(kind, text, before, following)
    return _bounded(tokens, bound)


def _tokens(cypher: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(cypher):
        yield str(match.lastgroup), match.group()


def _refuse(kind: str, text: str, before: str, following: str) -> None:
    if kind == "block":
        raise QueryError("Block comments are not understood here; use // to the end of the line.")
    if kind == "other" and text == "\\":
        raise QueryError("Escapes outside strings are not allowed.")
    if kind == "other" and text == ";" and following:
        raise QueryError("One statement at a time.")
    if kind == "other" and text == "{" and before in {">", "-"}:
        raise QueryError("Quantified paths are not understood here; write -[:TYPE*1..100000]->.")
    if kind == "word" and text.upper() == "LOAD" and following.upper() == "CSV":
        raise QueryError("LOAD CSV reads files of this machine; it is not allowed here.")
    if kind != "word" or before in {".", ":", "|", "AS", "as"}:
        return
    word = text.upper()
    if word in _WRITING_WORDS and following != ":":
        raise QueryError(f"{word} would change the graph; queries here only read.")
    if word in {"COLLECT", "COUNT", "EXISTS"} and following == "{":
        raise QueryError(
            f"{word} {{ }} is not understood here; use OPTIONAL MATCH and {word.lower()}()."
        )
    if word in _REFUSED_WORDS and following not in {":", ".", ")", ","}:
        raise QueryError(_REFUSED_WORDS[word])
    if text.lower() in _OWN_KEYS and following == "(":
        raise QueryError(
            f"{text}() is not portable; name the properties you want, as in n.id, n.name."
        )


def _bounded(tokens: list[tuple[str, str]], bound: int) -> str:
    """Gives ``*`` and ``*n..`` inside relationship brackets an upper bound."""
    out: list[str] = []
    depth: list[bool] = []
    index = 0
    while index < len(tokens):
        kind, text = tokens[index]
        out.append(text)
        if text == "[":
            previous = next((t for t in reversed(out[:-1]) if t.strip()), "")
            depth.append(previous == "-")
        elif text == "]" and depth:
            depth.pop()
        elif kind == "other" and text == "*" and depth and depth[-1]:
            rest = [t for t in tokens[index + 1 :] if t[0] != "space"][:3]
            kinds = [k for k, _ in rest]
            if kinds[:1] == ["number"] and kinds[1:2] != ["dots"]:
                pass
            elif kinds[:2] == ["number", "dots"]:
                if kinds[2:3] != ["number"]:
                    index = _copy_until_dots(tokens, index, out)
                    out.append(str(bound))
            elif kinds[:1] == ["dots"]:
                if kinds[1:2] != ["number"]:
                    index = _copy_until_dots(tokens, index, out)
                    out.append(str(bound))
            else:
                out.append(f"1..{bound}")
        index += 1
    return "".join(out)


def _copy_until_dots(tokens: list[tuple[str, str]], index: int, out: list[str]) -> int:
    while tokens[index][0] != "dots":
        index += 1
        out.append(tokens[index][1])
    return index


def _load(graph: kglite.KnowledgeGraph, snapshot: Snapshot) -> None:
    by_kind: dict[Kind, list[dict[str, object]]] = {}
    for node in snapshot.nodes:
        by_kind.setdefault(node.kind, []).append(_node(node))
    by_kind[Kind.DOCUMENT] = [_document(d) for d in snapshot.documents]
    for kind, rows in by_kind.items():
        labels = f"{ARTIFACT_LABEL}:{kind}" if kind in ARTIFACT_KINDS else kind.value
        graph.cypher(f"UNWIND $rows AS r CREATE (n:{labels}) SET n += r", params={"rows": rows})
    place = {
        n.id: (ARTIFACT_LABEL if n.kind in ARTIFACT_KINDS else n.kind.value) for n in snapshot.nodes
    }
    groups: dict[tuple[str, str, str], list[dict[str, object]]] = {}
    for edge in snapshot.edges:
        relation = TAKEN_BACK if edge.withdrawn else edge.relation.value
        key = (relation, place[edge.subject], place[edge.object])
        groups.setdefault(key, []).append(_edge(edge))
    for (relation, left, right), rows in groups.items():
        graph.cypher(
            f"UNWIND $rows AS r MATCH (a:{left} {{id: r.subject}}) "
            f"MATCH (b:{right} {{id: r.object}}) "
            f"CREATE (a)-[e:{relation}]->(b) SET e += r.properties",
            params={"rows": rows},
        )


def _node(node: NodeRow) -> dict[str, object]:
    listed = {k: list(v) if isinstance(v, tuple) else v for k, v in node.properties.items()}
    return {
        **listed,
        "id": node.id,
        "name": node.name,
        "namespace": node.namespace,
        "kind": node.kind.value,
    }


def _document(document: DocumentRow) -> dict[str, object]:
    row = {
        "id": document.id,
        "name": document.path,
        "namespace": document.repository,
        "kind": Kind.DOCUMENT.value,
        "path": document.path,
        "repository": document.repository,
        "sha256": document.sha256,
        "format": document.format,
        "revision": document.revision,
    }
    return {key: value for key, value in row.items() if value is not None}


def _edge(edge: EdgeRow) -> dict[str, object]:
    properties = {
        "key": edge.key,
        "document": edge.document,
        "place": edge.place,
        "line": edge.line,
        "evidence": edge.evidence.value,
        "selector": edge.selector,
        "share": edge.share,
        "active": edge.active,
        "first_seen": edge.first_seen,
        "last_seen": edge.last_seen,
        "retracted_at": edge.retracted_at,
        "relation": edge.relation.value if edge.withdrawn else None,
    }
    return {
        "subject": edge.subject,
        "object": edge.object,
        "properties": {k: v for k, v in properties.items() if v is not None},
    }


def _plain(value: object) -> object:
    """A result value as plain data: nodes as properties, relationships with their type."""
    if isinstance(value, dict):
        if {"labels", "properties"} <= value.keys():
            properties = {
                k: v for k, v in value["properties"].items() if k not in {"type", "title"}
            }
            return {**properties, "labels": sorted(value["labels"])}
        if {"type", "properties", "start", "end"} <= value.keys():
            return {**value["properties"], "type": value["type"]}
        if {"nodes", "relationships"} <= value.keys():
            nodes = [_plain(n) for n in value["nodes"]]
            edges = [_plain(r) for r in value["relationships"]]
            return [
                item for pair in zip(nodes, [*edges, None], strict=False) for item in pair if item
            ]
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
