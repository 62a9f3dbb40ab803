r"""Ad-hoc Cypher on a Neo4j server, made safe by what the server says it would do.

READ access alone refuses writes, yet lets a query read files, send requests and end other
people's transactions. So the text is explained first, and run only when every operator of
the plan is known to read the graph and nothing else. Reading the text itself for bad words
would fail: ``\u0043REATE`` writes. Operators inside an expression (a COLLECT { } in a list
comprehension) are in no plan; the server's own rendering of the expression is read for those.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import neo4j
from neo4j.exceptions import ClientError, DriverError, Neo4jError, TransientError

from lineage.errors import QueryError, QueryTimeoutError
from lineage.store.base import QueryLimits
from lineage.store.plain import plain

READING_OPERATORS = frozenset(
    """
    Anti AntiConditionalApply AntiSemiApply Apply Argument ArgumentTracker
    BFSPruningVarLengthExpand CacheProperties CartesianProduct ConditionalApply Distinct Eager
    EagerAggregation EmptyResult EmptyRow ExhaustiveLimit Expand Filter ForEachApply
    LeftOuterHashJoin LetAntiSemiApply LetSelectOrAntiSemiApply LetSelectOrSemiApply LetSemiApply
    Limit NodeCountFromCountStore NodeHashJoin Optional OptionalExpand OrderedAggregation
    OrderedDistinct OrderedUnion PartialSort PartialTop PartitionedUnwind PathPropagatingBFS
    PreserveOrder ProduceResults ProjectEndpoints Projection PruningVarLengthExpand
    RelationshipCountFromCountStore RemoteBatchProperties Repeat RightOuterHashJoin RollUpApply
    SelectOrAntiSemiApply SelectOrSemiApply SemiApply ShortestPath Skip Sort StatefulShortestPath
    Top Top1WithTies Trail TriadicBuild TriadicFilter TriadicSelection Union Unwind ValueHashJoin
    VarLengthExpand
""".split()
)
"""Operators that read the graph and nothing else; scans and seeks are known by their form."""

READING_PROCEDURES = frozenset(
    """
    db.labels db.relationshipTypes db.propertyKeys db.schema.visualization
    db.schema.nodeTypeProperties db.schema.relTypeProperties
""".split()
)

_SCAN = re.compile(
    r"(Partitioned)?(AllNodes|Node|Directed|Undirected|Dynamic|Union|Intersection|Subtraction|Multi)"
    r"\w*(Scan|Seek|SeekByRange|Lookup)"
)
_BUILT_IN = frozenset(
    {"date", "datetime", "duration", "localdatetime", "localtime", "point", "time", "vector"}
)
_SUBQUERY = re.compile(r"\w\s*\{")
_REACHES_OUT = re.compile(r"\bcall\b|call\(|load\s*csv|\buse\b", re.IGNORECASE)
_QUOTED_NAME = re.compile(r"`(?:[^`]|``)*`")
_DOTTED_CALL = re.compile(r"([\w.]+)\.\w+\s*\(")
_TIMED_OUT = ("TransactionTimedOut", "TransactionTimedOutClientConfiguration", "LockClientStopped")


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query, as plain values."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    truncated: bool
    seconds: float


def ask(
    session: neo4j.Session, cypher: str, parameters: Mapping[str, object], limits: QueryLimits
) -> Answer:
    """Explains a text, refuses it or runs it, and fetches at most one row over the limit.

    Auto-commit: a managed transaction would try a query that ran out of memory for half a
    minute again.

    Raises:
        QueryError: refused, or wrong.
        QueryTimeoutError: stopped at its limit.
    """
    started = time.monotonic()
    try:
        explained = session.run(_timed("EXPLAIN " + cypher, limits), dict(parameters)).consume()
        refuse_unless_reading(explained.query_type, explained.plan)
        result = session.run(_timed(cypher, limits), dict(parameters))
        fetched = result.fetch(limits.rows + 1)
        rows = tuple(tuple(plain(v) for v in record.values()) for record in fetched)
        return Answer(
            tuple(result.keys()),
            rows[: limits.rows],
            len(rows) > limits.rows,
            time.monotonic() - started,
        )
    except (ClientError, TransientError) as error:
        raise _as_query_error(error, limits) from error
    except (TypeError, ValueError, OverflowError) as error:
        raise QueryError(f"A parameter cannot be sent: {error}.") from error


def refuse_unless_reading(query_type: str | None, plan: Mapping[str, Any] | None) -> None:
    """Refuses a query unless all of its plan is known to read the graph and nothing else.

    Raises:
        QueryError: it would do something else, or something unknown.
    """
    if query_type != "r" or plan is None:
        raise QueryError("Refused: queries here only read the graph.", remedy=_REMEDY)
    for operator, details in _operators(plan):
        if operator == "ProcedureCall":
            name, _, details = details.partition("(")
            if name not in READING_PROCEDURES:
                raise QueryError(
                    f"Refused: the procedure {name} is not allowed here.", remedy=_REMEDY
                )
        elif operator not in READING_OPERATORS and not _SCAN.fullmatch(operator):
            raise QueryError(f"Refused: {operator} is not allowed here.", remedy=_REMEDY)
        if operator != "ProduceResults":
            _refuse_expression(details)


_REMEDY = "Queries may read the graph, and call db.labels() and its like."


def _operators(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The operators of a plan without database and variant, with their details."""
    waiting = [plan]
    while waiting:
        operator = waiting.pop()
        name = operator["operatorType"].partition("@")[0].partition("(")[0]
        yield name, str(operator.get("args", {}).get("Details", ""))
        waiting += operator.get("children", ())


def _refuse_expression(details: str) -> None:
    """Refuses what an expression might do on its own: a hidden subquery, a plug-in's function."""
    if _SUBQUERY.search(details) and _REACHES_OUT.search(details):
        raise QueryError(
            "Refused: a subquery inside an expression may only match the graph.",
            remedy="Give it a clause of its own: CALL () { … } or WITH.",
        )
    for call in _DOTTED_CALL.finditer(_QUOTED_NAME.sub("_", details)):
        if call[1].partition(".")[0] not in _BUILT_IN:
            raise QueryError(f"Refused: the function {call[0]}) is not built in.", remedy=_REMEDY)


def _timed(text: str, limits: QueryLimits) -> neo4j.Query:
    # The text is the user's own by design; what it may do is decided by its plan.
    return neo4j.Query(text, timeout=limits.seconds)


def _as_query_error(error: Neo4jError | DriverError, limits: QueryLimits) -> QueryError:
    code = (getattr(error, "code", None) or "").rpartition(".")[2]
    if code in _TIMED_OUT:
        return QueryTimeoutError(
            f"Stopped after {limits.seconds:g} s.",
            remedy="Narrow the pattern, or raise the time limit.",
        )
    return QueryError((getattr(error, "message", None) or str(error)).strip())
