"""The product's own questions as Cypher, so that a user may check its answers by hand.

Each text means the same on both stores: it names relations from the vocabulary, bounds every
pattern, and returns ids.
"""

from __future__ import annotations

from collections.abc import Sequence

from lineage.schema import ARTIFACT_LABEL
from lineage.vocabulary import Relation

BOUND = 100_000
"""The upper bound of variable-length patterns: longer than any chain we have met."""


_THE_NODE = f"MATCH (s:{ARTIFACT_LABEL} {{id: $id}})\nWITH DISTINCT s\n"
"""The walk begins there, and a condition on its end stands behind a ``WITH DISTINCT``: beside the
pattern it lets Neo4j begin at all nodes and try every route, which with cycles does not end."""


def reached_query(carrying: Sequence[Relation]) -> str:
    """Ids of everything contaminated, exposed or identified downstream of ``$id``.

    Args:
        carrying: the relations that carry the blast radius under the policy.
    """
    return (
        f"{_THE_NODE}MATCH (s)<-[:{_types(carrying)}*1..{BOUND}]-(m)\n"
        "WITH DISTINCT m WHERE m.id <> $id\n"
        "RETURN m.id AS id ORDER BY id"
    )


def informed_query(
    carrying: Sequence[Relation], informing: Sequence[Relation], relaying: Sequence[Relation]
) -> str:
    """Ids of what only rests a claim on something affected: metrics, tokenizers.

    Args:
        carrying: the relations that carry the blast radius.
        informing: the relations by which a claim rests on something.
        relaying: the relations that pass such a claim on.
    """
    return (
        f"{_THE_NODE}MATCH (s)<-[:{_types(carrying)}*0..{BOUND}]-(x)\n"
        "WITH collect(DISTINCT x.id) AS hit\n"
        f"MATCH (x:{ARTIFACT_LABEL})<-[:{_types(informing)}]-(y)\n"
        "WHERE x.id IN hit AND NOT y.id IN hit\n"
        "WITH DISTINCT hit, y\n"
        f"MATCH (y)<-[:{_types(relaying)}*0..{BOUND}]-(m)\n"
        "WITH DISTINCT hit, m WHERE NOT m.id IN hit\n"
        "RETURN m.id AS id ORDER BY id"
    )


def ancestry_query(carrying: Sequence[Relation]) -> str:
    """Ids of everything that ``$id`` stands on.

    Args:
        carrying: the relations that carry the blast radius under the policy.
    """
    return (
        f"{_THE_NODE}MATCH (s)-[:{_types(carrying)}*1..{BOUND}]->(m)\n"
        "WITH DISTINCT m WHERE m.id <> $id\n"
        "RETURN m.id AS id ORDER BY id"
    )


def held_query() -> str:
    """Ids of what is held under the right ``$id``, and under which other verified rights."""
    return (
        "MATCH (g:Grant {id: $id})<-[:COVERED_BY]-(s)\n"
        "OPTIONAL MATCH (s)-[r:COVERED_BY]->(o:Grant)\n"
        "WHERE o.id <> $id AND r.active AND o.verification = 'verified'\n"
        "RETURN s.id AS id, collect(DISTINCT o.id) AS others ORDER BY id"
    )


def exposed_query(carrying: Sequence[Relation]) -> str:
    """How many artifacts of each kind, by name, ``$id`` reaches: what it is ranked by."""
    return (
        f"{_THE_NODE}MATCH (s)<-[:{_types(carrying)}*1..{BOUND}]-(m)\n"
        "WITH DISTINCT m WHERE m.id <> $id\n"
        "RETURN m.kind AS kind, count(m) AS artifacts ORDER BY artifacts DESC, kind"
    )


def _types(relations: Sequence[Relation]) -> str:
    return "|".join(relation.value for relation in relations)
