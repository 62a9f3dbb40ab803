"""Keys that mean no lineage: how a training runs, not on what. A table, and one question of it."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from ingest.reading import parse_json

_INDEX = re.compile(r"\[\d*\]")


@lru_cache(maxsize=10_000)
def is_ignored(form: str, key: str) -> bool:
    """Whether a key path of a format is left out by name, or lies below one that is.

    ``data/ignored.json`` lists names; one with a dot is a path from the root (``.task`` too),
    any other may stand at any depth. Case counts for nothing, nor do indexes.
    """
    anywhere, paths = _table(form)
    plain = _INDEX.sub("", key).removeprefix(".").casefold()
    steps = plain.split(".")
    if not anywhere.isdisjoint(steps):
        return True
    return any(".".join(steps[:end]) in paths for end in range(1, len(steps) + 1))


@cache
def _table(form: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that count for a format: at any depth, and as paths from the root."""
    names = {name for of, group in _groups() if of in {"*", form} for name in group}
    paths = {name for name in names if "." in name}
    return frozenset(names - paths), frozenset(path.removeprefix(".") for path in paths)


@cache
def _groups() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each format's names, or those of all (``*``), as the table has them."""
    text = (files("ingest") / "data" / "ignored.json").read_text(encoding="utf-8")
    return tuple(
        (
            group.at("format").text,
            tuple(key.text.casefold() for key in group.at("keys").elements()),
        )
        for group in parse_json(text, "ignored.json").elements()
    )
