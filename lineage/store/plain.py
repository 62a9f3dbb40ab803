"""Values of a Neo4j result as plain Python, fit for JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping

from neo4j.graph import Node, Path, Relationship
from neo4j.spatial import Point
from neo4j.time import Date, DateTime, Duration, Time


def plain(value: object) -> object:
    """The value as text, number, truth value, None, list or dict.

    A node is its properties with ``labels``; a relationship its properties with ``type``; a
    path a list that goes from node to relationship to node. Times are ISO 8601 texts.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Date | DateTime | Duration | Time):
        return value.iso_format()
    if isinstance(value, Node):
        return {**_plain_items(value), "labels": sorted(value.labels)}
    if isinstance(value, Relationship):
        return {**_plain_items(value), "type": value.type}
    if isinstance(value, Path):
        steps = [plain(value.start_node)]
        for relationship, node in zip(value.relationships, value.nodes[1:], strict=True):
            steps += [plain(relationship), plain(node)]
        return steps
    if isinstance(value, Point):
        return {"srid": value.srid, "coordinates": list(value)}
    if isinstance(value, Mapping):
        return _plain_items(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bytes | bytearray):
        return bytes(value).hex()
    return str(value)


def _plain_items(value: Mapping[str, object] | Node | Relationship) -> dict[str, object]:
    return {str(key): plain(item) for key, item in value.items()}
