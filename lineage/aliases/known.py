"""Data sets that are known by their numbers or by usual names, and names that mislead.

``face_data.json`` beside this file holds them, each with the source that says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lineage.aliases.names import last_part, spoken
from lineage.records import NodeRow

_IDENTITIES = ("identities", "num_identities", "num_classes", "classes")
_IMAGES = ("num_image", "num_images", "images", "records")


@dataclass(frozen=True, slots=True)
class KnownSet:
    """A public data set: how it is called, how many people and images it has, who says so."""

    name: str
    names: frozenset[str]
    identities: int | None
    images: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """The public data set that a node seems to be, and what speaks for it."""

    known: KnownSet
    because: str


@cache
def known_sets() -> tuple[KnownSet, ...]:
    """All known data sets, in the order of the file."""
    return tuple(
        KnownSet(
            row["name"],
            frozenset(spoken(name) for name in (row["name"], *row["names"])),
            row.get("identities"),
            row.get("images"),
            row["source"],
        )
        for row in _content()["sets"]
    )


@cache
def ambiguous_names() -> frozenset[str]:
    """Spellings that several different data sets go by."""
    return frozenset(spoken(row["name"]) for row in _content()["ambiguous"])


@cache
def _content() -> dict[str, list[dict[str, Any]]]:
    text = (files("lineage.aliases") / "face_data.json").read_text(encoding="utf-8")
    content: dict[str, list[dict[str, Any]]] = json.loads(text)
    return content


def numbers(node: NodeRow) -> tuple[int | None, int | None]:
    """How many identities (or classes) and how many images documents say it has."""
    return _first_number(node, _IDENTITIES), _first_number(node, _IMAGES)


def _first_number(node: NodeRow, names: Iterable[str]) -> int | None:
    for name in names:
        value = node.properties.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value.isdecimal():
            return int(value)
    return None


def recognised(node: NodeRow) -> Recognised | None:
    """The public data set that a node is by its numbers, or else by a usual name.

    Numbers are the stronger: a folder may be called anything. Where several sets have the same
    numbers the name decides, and then the order of the file.
    """
    called = spoken(last_part(node.name))
    by_name = [known for known in known_sets() if called in known.names]
    identities, images = numbers(node)
    by_numbers = [known for known in known_sets() if _fits(known, identities, images)]
    for known in (*(k for k in by_name if k in by_numbers), *by_numbers):
        counted = [f"{identities:,} identities"] if identities is not None else []
        counted += [f"{images:,} images"] if images is not None and known.images else []
        return Recognised(known, f"has the numbers of {known.name} ({', '.join(counted)})")
    if by_name and not any(_differs(known, identities) for known in by_name):
        return Recognised(by_name[0], f"has a usual name of {by_name[0].name}")
    return None


def _fits(known: KnownSet, identities: int | None, images: int | None) -> bool:
    """Whether all stated numbers are the known ones, and at least one is."""
    pairs = ((known.identities, identities), (known.images, images))
    both = [(is_, said) for is_, said in pairs if is_ is not None and said is not None]
    return bool(both) and all(is_ == said for is_, said in both)


def _differs(known: KnownSet, identities: int | None) -> bool:
    return known.identities is not None and identities not in (None, known.identities)
