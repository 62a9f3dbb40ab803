"""Tables of a format's defaults: which data set or model a component's name stands for.

Each table is a file ``ingest/data/<name>.json``: a list of flat entries, each with the
``component`` it is about and the ``source`` that documents it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from ingest.reading import parse_json

Entry = Mapping[str, str]
"""One line of a table."""


@cache
def table(name: str) -> Mapping[str, tuple[Entry, ...]]:
    """The entries of a table by their component; one component may have several."""
    text = (files("ingest") / "data" / f"{name}.json").read_text(encoding="utf-8")
    rows = [
        {key: value.text for key, value in row.entries()}
        for row in parse_json(text, f"{name}.json").elements()
    ]
    return {
        component: tuple(row for row in rows if row["component"] == component)
        for component in dict.fromkeys(row["component"] for row in rows)
    }
