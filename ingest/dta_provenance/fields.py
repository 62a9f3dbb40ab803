"""The fields of a Data Provenance Standards record, whichever way a writer spells them.

The standards name 22 fields for people; their schemas put them in the groups ``source``,
``provenance`` and ``use`` under short keys; spreadsheets and exports flatten either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.reading import Map, Node, Seq

_MOST_RECORDS = 5_000
GROUPS = ("source", "provenance", "use")

_TITLES: dict[str, tuple[str, ...]] = {
    "version": ("standards version used", "standards version"),
    "title": ("dataset title/name", "dataset title", "dataset name", "data set title"),
    "id": ("unique metadata identifier", "metadata identifier", "metadata id"),
    "location": (
        "metadata location",
        "metadata location (unique URL of the current dataset)",
        "unique URL of the current dataset",
    ),
    "issuer": ("dataset issuer", "data set issuer", "data issuer", "data issuer name"),
    "description": ("description of the dataset", "description of the data set",
                    "dataset description"),
    "parents": ("source metadata for dataset", "source metadata for data set", "source metadata",
                "source metadata for the dataset", "lineage"),
    "origin": ("source (if different from issuer)", "source if different from issuer",
               "source name"),
    "geography": ("data origin geography", "data origin geography country"),
    "issued": ("dataset issue date", "data set issue date"),
    "previous": (
        "date of previously issued version of the dataset",
        "date of previously issued version of the dataset (if applicable)",
        "previous version date",
    ),
    "period": ("range of dates for data generation", "range of dates for data generation start"),
    "method": ("method", "method code", "generation method"),
    "format": ("data format",),
    "classification": ("confidentiality classification", "confidentiality classification code"),
    "consents": ("consent documentation location",),
    "technologies": (
        "privacy enhancing technologies",
        "privacy enhancing technology",
        "privacy enhancing technologies or tools applied",
        "privacy enhancing technologies (PETs) or tools applied",
        "privacy enhancing technologies tool code",
    ),
    "processing": ("data processing geography inclusion/exclusion", "data processing geography",
                   "data processing geography country include"),
    "storage": ("data storage geography inclusion/exclusion", "data storage geography",
                "data storage geography country include", "data storage allowed",
                "data storage forbidden"),
    "licence": ("license to use", "licence to use"),
    "purpose": ("intended data use", "intended data use code", "allowed/prohibited use"),
    "property": ("proprietary data presence", "proprietary data presence copyright"),
}  # fmt: skip
"""Each field with the names that people know it by; any of these is a key of its own."""

_KEYS: dict[str, dict[str, tuple[str, ...]]] = {
    "source": {
        "version": ("version",),
        "title": ("title", "name"),
        "id": ("id", "uid", "identifier"),
        "location": ("location",),
        "issuer": ("issuer",),
        "description": ("description", "about"),
    },
    "provenance": {
        "parents": ("source", "sources", "source-metadata"),
        "origin": ("origin",),
        "geography": ("origin-geography", "data-origin"),
        "issued": ("date", "issued"),
        "previous": ("previous-date", "previous"),
        "period": ("generation-period", "generation"),
        "method": ("generation-method", "method"),
        "format": ("format",),
        "deeper": ("sub-provenance",),
    },
    "use": {
        "classification": ("classification",),
        "consents": ("consents", "consent"),
        "technologies": ("privacy-enhancing", "privacy-indicators", "data-risk-reducing"),
        "processing": ("processing-included", "processing-excluded"),
        "storage": ("storage-allowed", "storage-forbidden", "storage-prohibited"),
        "licence": ("license", "licence"),
        "purpose": ("intended-purpose", "intended-use"),
        "property": ("copyright", "patent", "trademark"),
    },
}
"""Each field with its keys in the groups of the schemas."""


def plain(key: str) -> str:
    """A key by its letters alone: ``Dataset title/name`` and ``datasetTitleName`` are one."""
    return re.sub(r"[^a-z]", "", key.lower())


_BY_TITLE = {plain(title): name for name, titles in _TITLES.items() for title in titles}
_BY_KEY = {
    group: {plain(key): name for name, keys in fields.items() for key in keys}
    for group, fields in _KEYS.items()
}
_TELLING = frozenset({
    "geography", "method", "period", "previous", "deeper", "classification", "consents",
    "technologies", "processing", "storage", "purpose",
})  # fmt: skip
_VAGUE = frozenset(
    map(
        plain,
        ("method", "lineage", "dataset name", "data format", "dataset description",
         "source name", "metadata id"),
    )
)  # fmt: skip
"""Names that other kinds of records have as well: they tell nothing of the format."""


def known_titles(keys: Iterator[str]) -> set[str]:
    """The fields that flat keys name beyond doubt."""
    return {_BY_TITLE[k] for key in keys if (k := plain(key)) in _BY_TITLE and k not in _VAGUE}


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its node, and its fields by the names that this reader gives them."""

    node: Node
    fields: dict[str, list[Node]] = field(default_factory=dict)

    def values(self, name: str) -> list[Node]:
        """The values of a field: each item of a list, or the one there is."""
        return [
            item
            for value in self.fields.get(name, [])
            for item in ([value] if isinstance(value, Map) else value.elements())
            if item
        ]

    @property
    def is_sure(self) -> bool:
        """Whether this is a record of the standards, and nothing that looks like one."""
        grouped = [isinstance(group(self.node, name), Map) for name in GROUPS]
        telling = _TELLING & self.fields.keys()
        titled = bool(self.values("title") or self.values("id"))
        if all(grouped):
            return titled and len(telling) >= 2
        if any(grouped):
            return False
        return titled and len(known_titles(key for key, _ in self.node.entries())) >= 5


def group(node: Node, name: str) -> Node:
    """A group of a record: ``source`` and ``Source`` are one."""
    for key, value in node.entries():
        if plain(key) == name:
            return value
    return node.at(name)


def record_of(node: Node) -> Record:
    """A record with its fields, of whatever form."""
    record = Record(node)
    for name in GROUPS:
        for key, value in group(node, name).entries():
            found = _BY_KEY[name].get(plain(key)) or _BY_TITLE.get(plain(key))
            if found:
                record.fields.setdefault(found, []).append(value)
    for key, value in node.entries():
        found = _BY_TITLE.get(plain(key))
        if found:
            record.fields.setdefault(found, []).append(value)
    return record


def records_of(root: Node) -> Iterator[Record]:
    """The records of a tree: one, a list of them, or those under a key that wraps them."""
    if isinstance(root, Seq):
        candidates = root.items
    else:
        wrapped = [value for _, value in root.entries() if isinstance(value, Map | Seq)]
        inner = [item for w in wrapped for item in (w.items if isinstance(w, Seq) else [w])]
        candidates = [root, *inner[:_MOST_RECORDS]]
    first = record_of(candidates[0]) if candidates else None
    if first is not None and first.is_sure and not isinstance(root, Seq):
        yield first
        return
    for candidate in candidates[:_MOST_RECORDS]:
        record = record_of(candidate)
        if record.is_sure:
            yield record
