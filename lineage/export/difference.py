"""A difference of two answers as JSON, and in words."""

from __future__ import annotations

from lineage.questions.difference import Compared, Difference, Said


def difference_as_json(found: Difference) -> dict[str, object]:
    """The difference as JSON-ready data.

    ``{"counts", "only_left", "only_right", "changed", "same": [{"id", "name", "kind", "left":
    {"certainty", "effect", "distance"} | null, "right"}]}``.
    """
    parts = {
        "only_left": found.only_left,
        "only_right": found.only_right,
        "changed": found.changed,
        "same": found.same,
    }
    return {
        "counts": {name: len(rows) for name, rows in parts.items()},
        **{name: [_compared(row) for row in rows] for name, rows in parts.items()},
    }


def _compared(row: Compared) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind.value.lower(),
        "left": _said(row.left),
        "right": _said(row.right),
    }


def _said(said: Said | None) -> dict[str, object] | None:
    if said is None:
        return None
    return {
        "certainty": said.certainty.value,
        "effect": said.effect.value,
        "distance": said.distance,
    }


def said_in_words(said: Said | None) -> str:
    """What an answer says of something, in a table's cell."""
    if said is None:
        return "–"
    return f"{said.certainty.value}, {said.effect.value}, {said.distance} away"
